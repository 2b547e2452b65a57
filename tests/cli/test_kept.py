"""A file to which each forecast is added."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import simtrain
from simtrain.cli.kept import COLUMNS, keep, refuse_other_file
from simtrain.errors import OutputError
from tests.questions.test_forecast import planned

if TYPE_CHECKING:
    from pathlib import Path


def test_each_forecast_is_a_row_more(tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text("time,step\n2025-01-11,9000\n", encoding="utf-8")
    file = tmp_path / "kept.csv"
    for by in (None, "2025-01-25"):
        refuse_other_file(file)
        found = simtrain.forecast(planned(), progress_file=tmp_path / "run.csv", trials=3, by=by)
        keep(found, file)
    rows = [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == [*COLUMNS]
    first, second = (dict(zip(COLUMNS, row, strict=True)) for row in rows[1:])
    assert (first["now"], first["progress"], first["trials"]) == (
        "2025-01-11T00:00:00",
        "0.45",
        "3",
    )
    assert (first["by"], first["chance"]) == ("", "")
    assert second["by"] == "2025-01-25"
    assert 0 <= float(second["chance"]) <= 1
    assert first["p50"] == second["p50"]


def test_a_row_that_was_cut_off_does_not_spoil_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text("time,step\n2025-01-11,9000\n", encoding="utf-8")
    file = tmp_path / "kept.csv"
    file.write_text(",".join(COLUMNS) + "\n2025-01", encoding="utf-8")
    keep(simtrain.forecast(planned(), progress_file=tmp_path / "run.csv", trials=1), file)
    assert [len(line.split(",")) for line in file.read_text().splitlines()] == [10, 1, 10]


def test_a_file_of_something_else_is_refused_before_anything_is_simulated(tmp_path: Path) -> None:
    other = tmp_path / "run.csv"
    other.write_text("time,step\n", encoding="utf-8")
    for file, wrong in (
        (other, "run.csv:1: holds something else"),
        (tmp_path, "is a folder"),
        (tmp_path / "none" / "kept.csv", "there is no folder"),
    ):
        with pytest.raises(OutputError, match=wrong):
            refuse_other_file(file)
    assert other.read_text(encoding="utf-8") == "time,step\n"

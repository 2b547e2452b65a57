"""How a forecast moved: at each earlier moment by what was known then."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

import simtrain
from simtrain.errors import InputError
from simtrain.units import DAY
from tests.questions.test_forecast import START, planned

if TYPE_CHECKING:
    from pathlib import Path

STEPS = [f"2025-01-{day:02},{800 * (day - 1)}" for day in range(2, 12) if day != 6]
FAULTS = [
    "2025-01-02T12:00,crash",
    "2025-01-05,crash",
    "2025-01-09,crash",
    "2025-01-09T06:00,crash",
]


def tables(folder: Path, until: str = "2026") -> tuple[Path, Path]:
    """Tables of steps and of faults, without what comes after a date."""
    folder.mkdir(exist_ok=True)
    steps, faults = folder / "run.csv", folder / "faults.csv"
    for file, heading, rows in ((steps, "time,step", STEPS), (faults, "time,class", FAULTS)):
        known = [row for row in rows if row[:10] <= until]
        file.write_text("\n".join([heading, *known, ""]), encoding="utf-8")
    return steps, faults


@pytest.mark.slow
def test_an_earlier_forecast_is_the_one_that_was_made_before_the_later_rows_came(
    tmp_path: Path,
) -> None:
    steps, log = tables(tmp_path)
    whole = simtrain.forecast(
        planned(), progress_file=steps, log=log, history="1d", trials=30, by="2025-01-26"
    )
    by_day = {round(one.since_s / DAY): one for one in whole.history}
    assert list(by_day) == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]
    for day in (3, 8):
        until = f"2025-01-{day + 1:02}"
        early_steps, early_log = tables(tmp_path / f"day{day}", until)
        then = simtrain.forecast(planned(), progress_file=early_steps, log=early_log, trials=30)
        assert by_day[day].done == then.standing.done
        assert by_day[day].finish.summary() == then.finishes["from_here"].summary()
    assert by_day[0].finish.summary() == whole.finishes["at_the_start"].summary()
    assert by_day[10].finish.summary() == whole.finishes["from_here"].summary()


@pytest.mark.slow
def test_a_day_before_the_first_fault_has_seen_none(tmp_path: Path) -> None:
    steps, log = tables(tmp_path)
    found = simtrain.forecast(planned(), progress_file=steps, log=log, history=DAY, trials=30)
    known = simtrain.forecast(planned(), progress_file=steps, history=DAY, trials=30)
    first, same = found.history[1], known.history[1]
    assert first.since_s == DAY
    # No fault in a day narrows the rate downwards; without a log nothing is known of faults.
    assert first.finish.at(50) < same.finish.at(50)


def test_the_moves_are_told_in_report_table_summary_and_picture(tmp_path: Path) -> None:
    steps, log = tables(tmp_path)
    found = simtrain.forecast(
        planned(), progress_file=steps, log=log, history="2d", trials=8, by="2025-01-26",
        in_repair=1,
    )  # fmt: skip
    rows = found.summary()["history"]
    assert [row["now"][:10] for row in rows] == [
        "2025-01-01", "2025-01-03", "2025-01-05", "2025-01-07", "2025-01-09", "2025-01-11",
    ]  # fmt: skip
    assert rows[-1]["p50"] == found.summary()["finish"]["from_here"]["p50"]
    assert list(found.tables["history"]["chance"]) == [row["chance"] for row in rows]
    assert found.plots == ("forecast", "history")
    assert "median finish" in found.plot("history").info.title
    report = " ".join(found.report().split())
    assert "How the forecast moved" in report
    assert "none is taken to be" in report


def test_a_run_that_never_finishes_has_a_picture_that_says_so(tmp_path: Path) -> None:
    steps, _ = tables(tmp_path)
    whole = planned(limits={"wall_clock": "11 days"})
    found = simtrain.forecast(whole, progress_file=steps, history="5d", trials=2)
    assert "No finish was foretold" in found.plot("history").info.title


@pytest.mark.parametrize("history", ["often", "0 d", "-1 d", "1 min", 0.0])
def test_a_period_that_is_none_is_refused(history: str | float, tmp_path: Path) -> None:
    steps, _ = tables(tmp_path)
    with pytest.raises(InputError, match=r"^history = "):
        simtrain.forecast(planned(), progress_file=steps, history=history, trials=1)


def test_of_a_table_with_one_row_there_is_no_earlier_forecast(tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text("time,step\n2025-01-03,1500\n", encoding="utf-8")
    found = simtrain.forecast(planned(), progress_file=tmp_path / "run.csv", history="1d", trials=2)
    assert found.now == START + dt.timedelta(days=2)
    assert found.history == []

"""Tables as files: against pandas, which wrote them before there was a writer."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import simtrain
from simtrain.scenario.scenario import Scenario
from simtrain.tables import answer
from simtrain.tables.answer import Columns, columns_of, frame, stacked, write_csv

COLUMNS: Columns = {
    "numbers": np.array([1e-7, np.nan, 1 / 3, 1e16, -0.0, 5.0]),
    "counts": np.array([0, 1, 2, 3, 4, 10**15]),
    "flags": np.array([True, False] * 3),
    "words": ["", 'say "so"', "a, b", None, "two\nlines", "°"],
    "some": [None, 1.5, None, 2.0, None, 3e300],
    "none": [None] * 6,
    "rank": range(6),
}


@pytest.mark.parametrize("rows", [2, 10_000])
def test_a_table_is_written_as_pandas_writes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(answer, "_ROWS", rows)
    write_csv(COLUMNS, tmp_path / "ours.csv")
    frame(COLUMNS).to_csv(tmp_path / "theirs.csv", lineterminator="\n", index=False)
    assert (tmp_path / "ours.csv").read_bytes() == (tmp_path / "theirs.csv").read_bytes()


def test_a_table_of_nothing_has_an_empty_head(tmp_path: Path) -> None:
    write_csv(columns_of([]), tmp_path / "none.csv")
    assert (tmp_path / "none.csv").read_bytes() == b"\n"


def test_tables_with_other_columns_are_stacked_as_pandas_does_it() -> None:
    one = {"a": np.array([1.0, 2.0]), "truncated": np.array([True, False])}
    other = {"a": np.array([3.0]), "b": np.array([4.0]), "truncated": np.array([False])}
    frames = [frame(one), frame(other)]
    frames[0].insert(0, "letter", "A")
    frames[1].insert(0, "letter", "B")
    found = frame(stacked([({"letter": "A"}, one), ({"letter": "B"}, other)]))
    pd.testing.assert_frame_equal(found, pd.concat(frames, ignore_index=True))


def test_scenarios_with_other_faults_are_compared_in_one_table(scenario: Scenario) -> None:
    job = {"fault.job": {"scope": "job", "rate": "1 per day"}}
    trials = simtrain.compare([scenario, scenario.replace(job)], trials=3, jobs=1).trials_frame()
    assert trials["badput_job_s"].isna().tolist() == [True] * 3 + [False] * 3


def test_a_summary_is_computed_once_and_handed_out_as_a_copy(scenario: Scenario) -> None:
    results = simtrain.run(scenario, trials=3, jobs=1)
    summary = results.summary()
    assert summary["metrics"] is results.summary()["metrics"]
    summary.clear()
    assert results.summary()["trials"] == 3

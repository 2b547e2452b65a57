"""GLM-130B by its log until May 20, 2022, and its forecast of that day.

What is left beside the steps in the times between two rollbacks is arithmetic, from which three
ranges of the scenario follow; they are held against it here without the simulator.
"""

from __future__ import annotations

import datetime as dt
import sys
from math import log
from pathlib import Path

import numpy as np
import pytest

import simtrain
from simtrain.tables.results import Results
from simtrain.tables.scores import Standing
from simtrain.units import HOUR

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))
import glm130b as page

LOG = simtrain.load("glm130b.toml")
FORECAST = simtrain.load("glm130b-may20.toml")
STEP_S = 88.5
LAST_KNOWN = dt.datetime.fromisoformat("2022-05-20T23:59:59+08:00")


def clock(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"2022-05-{text}+08:00")


def left_over_h(since: str, until: str, steps: int) -> float:
    """Hours between two moments of May beside those that full steps take."""
    return ((clock(until) - clock(since)).total_seconds() - steps * STEP_S) / HOUR


@pytest.fixture(scope="module")
def by_log() -> Results:
    return simtrain.run(LOG, trials=60, seed=0, jobs=1)


def test_steps_are_those_of_the_ramp_and_of_the_tokens() -> None:
    samples = 400e9 / 2048
    ramp = 0.025 * samples
    taken, worth = ramp / (4224 - 192) * log(4224 / 192), ramp / 4224
    assert samples / 4224 == pytest.approx(page.FULL)
    assert taken - worth == pytest.approx(page.IN_THE_RAMP, abs=1)
    assert LOG.workload.batch is not None
    assert 4000 * LOG.workload.batch.mean / 4224 == pytest.approx(4000 - page.IN_THE_RAMP, abs=1)
    assert FORECAST.workload.steps is not None
    assert FORECAST.workload.steps.mean == round(page.FULL) - (15_600 - page.IN_THE_RAMP)


def test_what_steps_leave_bounds_the_ranges_that_were_calibrated() -> None:
    checkpoint = LOG.checkpoint
    assert checkpoint.load is not None
    assert checkpoint.stall is not None
    start_h = (LOG.restart.duration.middle + checkpoint.load.middle) / HOUR
    longest = left_over_h("20T03:57", "20T10:00", 200)
    assert 0.75 < start_h < longest == pytest.approx(1.13, abs=0.01)
    most_for_saves = left_over_h("11T13:55", "20T00:03", 8100) - start_h
    assert checkpoint.stall.middle < most_for_saves * HOUR / 81
    with_a_save_first = 2 * longest + 33 * 1.5 / 60
    assert left_over_h("07T21:44", "11T12:13", 3300) - with_a_save_first > 2.2  # of 2.46 unsaved


def test_the_file_claims_nothing_that_does_not_hold(by_log: Results) -> None:
    standings = [score.standing for score in by_log.scores()]
    assert standings == [Standing.HOLDS] * 4 + [Standing.EXPECTED_MISS]


def test_nothing_later_than_may_20_is_calibrated_to_or_known_to_the_forecast() -> None:
    calibrated = [row for row in LOG.published if row.role == "calibrated"]
    assert calibrated
    for row in calibrated:
        assert row.window is not None
        assert isinstance(row.window[1], dt.datetime)
        assert row.window[1] < LAST_KNOWN
    assert FORECAST.change == ()
    assert [stop.at for stop in FORECAST.stop.values()] == [None]


def test_each_event_ends_training_once_and_hosts_fail_on_their_dates(by_log: Results) -> None:
    incidents = [stop for stop in LOG.stop.values() if stop.kind == "incident"]
    assert set(by_log.metric("interruptions")) == {float(len(incidents))}
    stops = len(LOG.stop) - len(incidents)
    assert np.isin(by_log.metric("planned_restarts"), (stops - 1, stops)).all()


def test_the_table_of_steps_is_that_of_the_log_until_may_20() -> None:
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in page.steps(trials=20).splitlines()[2:]
    ]
    assert [row[0] for row in rows] == list(LOG.stop)
    for row in rows:
        if row[2]:
            assert abs(int(row[4].replace(",", "")) - int(row[2].replace(",", ""))) <= 100


@pytest.mark.slow
def test_the_real_end_lies_late_within_the_forecast() -> None:
    results = simtrain.run(FORECAST, trials=80, seed=0, jobs=1)
    (score,) = results.scores()
    assert score.standing is Standing.HOLDS
    assert score.percentile is not None
    assert 70 < score.percentile < 95

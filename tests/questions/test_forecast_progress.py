"""Numbers that no count tells of: what the progress of a run says of them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

import simtrain
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.history.course import told_by_progress
from simtrain.history.trials_until_now import FEWEST, TrialsUntilNow
from simtrain.logs.counts import LoggedFaults
from simtrain.logs.progress import Progress
from simtrain.questions.in_flight import in_flight
from simtrain.questions.learning import learnt
from simtrain.scenario.narrowed import narrowed, with_ranges
from simtrain.tables.columns import NAMES
from simtrain.tables.results import Results
from simtrain.units import DAY
from tests.questions.test_forecast import is_uniform, planned
from tests.wall_clocks import wall_clocks

if TYPE_CHECKING:
    from pathlib import Path

NORMAL = stats.norm()


def slow_to_restart(**tables: Any) -> simtrain.Scenario:
    """A run that loses much time to each fault, and nobody knows how much."""
    return planned(**{"restart": {"duration": "1..8 h"}, **tables})


# --- the regression -----------------------------------------------------------------------------


def drawn(trials: int, weights: tuple[float, ...], noise: float, seen: float) -> TrialsUntilNow:
    """Trials whose progress is linear in the normal scores of numbers, beside that of a run."""
    random = np.random.default_rng(3)
    scores = random.normal(size=(trials, len(weights)))
    done = 0.5 + scores @ np.array(weights) + noise * random.normal(size=trials)
    return TrialsUntilNow(tuple("abc"[: len(weights)]), scores, done, seen)


def test_what_progress_tells_of_a_number_is_what_bayes_says() -> None:
    """Against the normal law that is exact where all is linear, for each of two numbers."""
    weights, noise, seen = (0.04, -0.02), 0.03, 0.57
    found = told_by_progress(drawn(4_000, weights, noise, seen))
    variance = noise**2 + sum(weight**2 for weight in weights)
    assert [*found] == ["a", "b"]
    for weight, at in zip(weights, found.values(), strict=True):
        mean = weight * (seen - 0.5) / variance
        sd = math.sqrt(1.0 - weight**2 / variance)
        assert NORMAL.ppf(at) == pytest.approx(mean + sd * NORMAL.ppf([0.05, 0.5, 0.95]), abs=0.12)


def test_a_count_that_explains_progress_leaves_less_to_the_number() -> None:
    random = np.random.default_rng(4)
    score, faults = random.normal(size=3_000), random.poisson(9.0, 3_000).astype(float)
    done = 0.8 - 0.03 * faults - 0.04 * score + 0.01 * random.normal(size=3_000)
    trials = TrialsUntilNow(("a",), score[:, None], done, 0.8 - 0.03 * 15, faults, 15)
    # Of a run with many faults, little progress is no sign of a bad number.
    unlucky, blamed = (told_by_progress(one)["a"] for one in (trials, replace(trials, faults=None)))
    assert unlucky[1] == pytest.approx(0.5, abs=0.03)
    assert blamed[1] > 0.7


def test_a_number_that_moves_nothing_is_left_alone() -> None:
    assert [*told_by_progress(drawn(400, (0.04, 0.0, 0.0), 0.03, 0.55))] == ["a"]


@pytest.mark.parametrize(
    ("trials", "seen", "seen_faults", "explained"),
    [
        (FEWEST - 1, 0.5, 3, None),
        (400, 0.99, 3, False),
        (400, 0.5, 99, False),
        (400, 0.5, 3, True),
    ],
)
def test_trials_explain_a_run_that_is_like_some_of_them_if_they_are_not_few(
    trials: int, seen: float, seen_faults: int, explained: bool | None
) -> None:
    found = replace(drawn(trials, (0.04,), 0.03, seen), faults=np.arange(trials) % 7.0)
    assert replace(found, seen_faults=seen_faults).explains_run is explained


# --- ranges as a file says them -----------------------------------------------------------------


def test_a_range_is_narrowed_wherever_it_is_written() -> None:
    whole = planned(
        restart={"duration": {"law": "lognormal", "median": "1..4 h", "sigma": 0.5}},
        detection={"crash": "8 min"},
        checkpoint={"interval": "4 h", "load_bandwidth": "1..4 GB/s", "size": "2 TB"},
        repair={"automated_fails": "0.1..0.4"},
        people={"response": {"range": "10..60 min", "shared": "people"}},
        change=[
            {
                "at": "15 days",
                "set": {"people.response": {"range": "5..30 min", "shared": "people"}},
            }
        ],
        sources={"detection.crash": {"assumed": "none is published", "range": "3..12 min"}},
    )
    ends = {one.address: (0.3, 0.5, 0.8) for one in whole.unknown}
    found = list(narrowed(whole, ends))
    names = [one.name for one in found]
    assert "restart.duration.median" in names
    assert "change.0.set.people.response" in names
    assert len(found) == sum(len(one.keys) for one in whole.unknown) == 7
    again = with_ranges(whole, {one.key: one.written for one in found})
    assert [one.address for one in again.unknown] == [one.address for one in whole.unknown]
    same = {one.address: (0.05, 0.5, 0.95) for one in again.unknown}
    for one, after in zip(found, narrowed(again, same), strict=True):
        assert after.before == pytest.approx(
            (one.after[0], after.before[1], one.after[2]), rel=3e-3
        )
        assert one.before[0] < one.after[0] < one.after[2] < one.before[2]
    assert again.sources["detection.crash"].assumed == "none is published"


# --- the run ------------------------------------------------------------------------------------


def run_until(
    simulator: Simulator, trial: int, now: float
) -> tuple[Progress, LoggedFaults, float] | None:
    """Progress and faults of a trial until a moment, and when it ends; None if it is over."""
    told = Recorder()
    ending = simulator.run(trial, told)
    if ending.wall_clock_s <= now:
        return None
    seen = [one for one in told.moments if one.what is EventKind.FAULT and one.time <= now]
    # What nobody has noticed is in no log: a taint is as it ends training.
    seen = [one for one in seen if one.cause != "sdc"] + [
        one
        for one in told.moments
        if (one.what, one.cause) == (EventKind.INTERRUPTION, "sdc") and one.time <= now
    ]
    spans = [span for span in told.intervals() if span.end > 0 and span.start < now]
    ends = np.array([min(span.end, now) for span in spans])
    done = [
        span.work_start
        + (span.work_end - span.work_start) * (end - span.start) / (span.end - span.start)
        for span, end in zip(spans, ends, strict=True)
    ]
    progress = Progress(ends, np.array(done) / ending.work_s)
    faults = LoggedFaults(np.array([one.time for one in seen]), [one.cause for one in seen])
    return progress, faults, ending.wall_clock_s


def test_trials_until_now_stand_where_a_run_that_is_cut_stands() -> None:
    whole, now = slow_to_restart(), 9 * DAY
    cut = run_until(Simulator(whole, 5), 2, now)
    assert cut is not None
    progress, faults, _ = cut
    until_now = in_flight(whole, progress, None, now).until_now
    assert until_now is not None
    found = simtrain.run(until_now, trials=3, seed=5)
    assert found.values[2, NAMES.index("productive_s")] / found.ideal_s == pytest.approx(
        progress.now, abs=1e-6
    )
    assert found.values[2, NAMES.index("faults")] == len(faults.time_s)


UNTIL_NOW: dict[int, Results] = {}
"""Trials of the run until it was cut, by the number of its faults."""


def ranks(truths: int, seen: float = 1.0) -> tuple[list[float], float]:
    """Rank of the finish of runs among 9 forecasts that learn from progress, and how often the
    time of a restart lies in its narrowed range; progress is multiplied by `seen`."""
    whole, now, found, held = slow_to_restart(), 9 * DAY, [], []
    simulator = Simulator(whole, 1)
    for trial in range(truths):
        cut = run_until(simulator, trial, now)
        if cut is None:
            continue
        progress, faults, end = cut
        known = in_flight(whole, progress, faults, now)
        count = len(faults.time_s)
        if count not in UNTIL_NOW:
            assert known.until_now is not None
            UNTIL_NOW[count] = simtrain.run(
                known.until_now, trials=150, seed=99, jobs=1, engine="compiled"
            )
        shown = progress.done[-1] * seen
        standing = known.standing._replace(done=shown)
        known = learnt(known._replace(standing=standing), UNTIL_NOW[count])
        forecasts = wall_clocks(known.told, 2 + trial, 9)
        found.append(sum(now + one < end for one in forecasts) / 10)
        [at] = simtrain.model.quantiles.quantiles(1, trial + 1, ["restart.duration"], {})[-1]
        for one in known.updates:
            if one.key == "restart.duration":
                true = whole.restart.duration.law.quantile(at)
                held.append(one.after[0] <= true <= one.after[2])
    return found, float(np.mean(held))


@pytest.mark.slow
def test_the_truth_has_a_uniform_rank_among_forecasts_that_learnt_from_progress() -> None:
    """250 runs, cut at one date; the narrowed range holds nine in ten ± 3.3 standard errors."""
    found, held = ranks(250)
    assert len(found) > 240
    assert is_uniform(found)
    assert abs(held - 0.9) < 0.063


@pytest.mark.slow
def test_progress_that_is_read_too_low_spoils_the_ranks() -> None:
    found, held = ranks(60, seen=0.95)
    assert held < 0.7
    assert np.mean(found) < 0.35


# --- what is told -------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_run_that_lags_is_told_to_restart_slowly(tmp_path: Path) -> None:
    def updated(
        step: int, log: str | None = "time\n2025-01-02\n2025-01-04\n2025-01-06\n"
    ) -> object:
        (tmp_path / "run.csv").write_text(f"time,step\n2025-01-11,{step}\n", encoding="utf-8")
        if log is not None:
            (tmp_path / "faults.csv").write_text(log, encoding="utf-8")
        return simtrain.forecast(
            slow_to_restart(), progress_file=tmp_path / "run.csv", trials=120,
            engine="compiled", log=None if log is None else tmp_path / "faults.csv",
        )  # fmt: skip

    slow, fast = updated(8_600), updated(9_400)
    of = [
        next(one for one in found.updates if one.key == "restart.duration")
        for found in (slow, fast)
    ]
    assert of[0].after[1] > 1.2 * of[1].after[1]
    assert of[0].seen is None
    report = " ".join(slow.report().split())
    assert "restart.duration" in report
    assert "progress so far tells of it" in report
    assert slow.here.scenario.restart.duration.law.quantile(0.05) == pytest.approx(
        of[0].after[0], rel=1e-3
    )
    assert slow.is_explained
    blind = updated(8_600, log=None)
    assert {one.seen for one in blind.updates} == {None}


@pytest.mark.slow
def test_progress_that_no_trial_of_the_plan_has_is_said_and_narrows_nothing(tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text("time,step\n2025-01-11,1000\n", encoding="utf-8")
    found = simtrain.forecast(
        slow_to_restart(), progress_file=tmp_path / "run.csv", trials=100, history="3d",
        engine="compiled",
    )  # fmt: skip
    assert found.is_explained is False
    assert found.updates == ()
    assert "its ranges do not explain it" in " ".join(found.report().split())
    assert found.summary()["is_explained"] is False
    assert "Look for what the plan lacks." in " ".join(found.report().split())
    (tmp_path / "log.csv").write_text("time,class\n", encoding="utf-8")
    few = simtrain.forecast(
        slow_to_restart(), progress_file=tmp_path / "run.csv", log=tmp_path / "log.csv", trials=100,
        engine="compiled",
    )  # fmt: skip
    assert "or the number of faults in the log, is outside" in " ".join(few.report().split())

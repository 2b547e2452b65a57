"""How trials went moment by moment, held against one that is recorded by hand."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain.accounts.ledger import Category
from simtrain.accounts.meter import tee
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.recount import recount
from simtrain.accounts.timeline import Ending, EventKind, Verdict
from simtrain.engine.trial import Simulator
from simtrain.sampling import points
from simtrain.sampling.batch import Batch, Chunk
from simtrain.sampling.store import Store
from simtrain.sampling.trajectories import Trajectories, trajectories
from simtrain.scenario.scenario import Scenario
from simtrain.tables.history import History
from simtrain.tables.trajectory import TrajectorySink
from tests.accounts.positions import work_at
from tests.show.samples import DAY, HOUR, record_five_hours

START = dt.datetime(2026, 3, 2, 9, 0)
REAL: dict[str, Any] = {"source": "a test", "certainty": "certain", "role": "follows"}
SMALL: dict[str, Any] = {
    "start": START,
    "workload": {"ideal_time": "5 days", "steps": 1000, "speed": 0.9},
    "cluster": {"hosts": 16, "spares": 1},
    "fault": {
        "gpu": {"mtbf": "20 days", "automatic": 0.5},
        "spike": {"scope": "job", "effect": "diverge", "rate": "1 per day", "margin": "1 h"},
    },
    "checkpoint": {"interval": "30 min", "stall": "2 min", "durability_lag": "5 min"},
    "repair": {"automated": "2 days"},
    "restart": {"duration": "40 min"},
    "published": [
        {"quantity": "wall_clock", "value": 8, "unit": "d", **REAL},
        {"quantity": "progress", "window": ["0 s", "4 d"], "value": 40, "unit": "%", **REAL},
        {"quantity": "progress", "window": ["0 s", "2 d"], "value": 0.25, **REAL},
        {"quantity": "progress", "window": ["1 d", "2 d"], "value": 0.1, **REAL},
        {"quantity": "launches", "value": 9, **REAL},
    ],
    "logbook": {
        "source": "a test",
        "runs": [
            {"start": "0 s", "end": "1 d", "steps": [0, 150]},
            {"start": START + dt.timedelta(days=1, hours=6), "end": "3 d"},
            {"start": "3 d", "end": "3 d 12 h", "steps": [300, 400]},
            {"start": "3 d 20 h", "end": "4 d"},
        ],
    },
}


def scenario(**tables: Any) -> Scenario:
    return Scenario.from_document(SMALL | tables, name="small")


def followed(trials: int = 12, **options: Any) -> Trajectories:
    return trajectories(simtrain.run(scenario(), trials=trials, seed=3, jobs=1), jobs=1, **options)


@pytest.fixture(scope="module")
def kept() -> Trajectories:
    return followed()


def by_hand(trial: int) -> Recorder:
    recorder = Recorder()
    Simulator(scenario(), 3).run(trial, recorder)
    return recorder


# --- trials ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("trial", [0, 7, 11])
def test_a_course_is_that_of_the_trial_recorded_by_hand(kept: Trajectories, trial: int) -> None:
    recorder = by_hand(trial)
    work = work_at(recorder, kept.moments)
    assert kept.work[trial] == pytest.approx(work, rel=1e-6, abs=0.1)
    assert kept.progress()[trial] == pytest.approx(np.array(work) / (5 * DAY), abs=1e-6)
    gaps = [(start, end) for start, end in recorder.outages() if end > start]
    assert [tuple(gap) for gap in kept.gaps[trial]] == gaps


def test_progress_rises_but_at_rollbacks_and_ends_at_all_of_the_work(kept: Trajectories) -> None:
    fell = 0
    for trial, progress in enumerate(kept.progress()):
        rollbacks = np.array([one.time for one in by_hand(trial).rollbacks])
        for place in np.flatnonzero(np.diff(progress) < -1e-9):
            before, after = kept.moments[place : place + 2]
            assert ((before < rollbacks) & (rollbacks <= after)).any()
            fell += 1
        assert progress[0] == 0
        assert progress.max() <= 1 + 1e-6
    assert fell
    assert np.median(kept.progress()[:, -1]) == pytest.approx(1)


def test_time_by_phase_and_category_adds_up_to_the_recount(kept: Trajectories) -> None:
    recorder = by_hand(7)
    assert kept.spent_s[7].sum(axis=0) == pytest.approx(list(recount(recorder).values()))
    lengths = [2 * DAY, 2 * DAY, recorder.ended - 4 * DAY]
    assert kept.spent_s[7].sum(axis=1) == pytest.approx(lengths)


def test_time_in_a_part_is_cut_at_its_ends() -> None:
    # Two hours of training, half an hour of it lost; an hour of recovery; two hours of training.
    sink = TrajectorySink([(0.0, 1.75 * HOUR), (1.75 * HOUR, 3.5 * HOUR), (6 * HOUR, 7 * HOUR)])
    record_five_hours(tee(Recorder(), sink))
    sink.ending = Ending(5 * HOUR, Verdict.FINISHED)
    hours = sink.trajectory().spent_s / HOUR
    spent = [
        {str(one): part[place] for place, one in enumerate(Category) if part[place]}
        for part in hours
    ]
    assert spent[0] == pytest.approx({"productive": 1.5, "lost_work": 0.25})
    assert spent[1] == pytest.approx(
        {"lost_work": 0.25, "detection": 1 / 30, "response": 0.5, "restart": 28 / 60}
        | {"productive": 0.5}
    )
    assert spent[2] == {}


@pytest.mark.parametrize("trial", [0, 1])
def test_saves_and_background_writes_need_no_unfolding(trial: int) -> None:
    slowed = {"interval": "30 min", "stall": "2 min", "size": "1 TB", "write_bandwidth": "1 GB/s"}
    slowed["write_slowdown"] = 0.3
    simulator = Simulator(scenario(checkpoint=slowed), 3)
    recorder, sink = Recorder(), TrajectorySink([(0.0, 1.37 * DAY), (1.37 * DAY, np.inf)])
    sink.ending = simulator.run(trial, tee(recorder, sink))
    moments = np.linspace(0, recorder.ended * 1.1, 999)
    found = sink.trajectory()
    assert found.work_at(moments) == pytest.approx(work_at(recorder, moments), rel=1e-9)
    assert found.spent_s.sum(axis=0) == pytest.approx(list(recount(recorder).values()))
    assert found.spent_s[0].sum() == pytest.approx(1.37 * DAY)


def same(one: Trajectories, other: Trajectories) -> bool:
    return (
        np.array_equal(one.work, other.work)
        and np.array_equal(one.spent_s, other.spent_s)
        and all(map(np.array_equal, one.gaps, other.gaps))
    )


def test_neither_jobs_nor_a_pool_move_anything(
    kept: Trajectories, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "_STEP_S", 0.0)
    monkeypatch.setattr(points, "POOL_PAYS_S", -1.0)
    asked: list[int] = []

    def thread(jobs: int) -> Executor:
        asked.append(jobs)
        return ThreadPoolExecutor(1)

    results = simtrain.run(scenario(), trials=12, seed=3, jobs=1)
    for other in (trajectories(results, jobs=2), trajectories(results, jobs=3, pool=thread)):
        assert same(other, kept)
    assert asked == [3]


def test_trials_that_were_followed_are_not_simulated_again(
    kept: Trajectories, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = simtrain.run(scenario(), trials=12, seed=3, jobs=1, followed=12)
    assert sorted(results.trajectories) == list(range(12))
    monkeypatch.setattr(points, "simulate", lambda chunk: pytest.fail("simulated"))
    assert same(trajectories(results, jobs=1), kept)


def test_trials_that_a_store_keeps_are_followed_too(kept: Trajectories, tmp_path: Path) -> None:
    run = partial(simtrain.run, scenario(), trials=12, seed=3, jobs=1)
    plain = run(store=Store(tmp_path, "run"))
    followed = run(store=Store(tmp_path, "run"), followed=12)
    assert np.array_equal(followed.values, plain.values, equal_nan=True)
    assert sorted(followed.trajectories) == list(range(12))
    assert same(trajectories(followed, jobs=1), kept)


def test_trials_are_followed_by_the_engine_that_told_them(
    kept: Trajectories, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[str] = []
    own = points.simulate

    def simulate(chunk: Chunk, watched: dict[int, TrajectorySink]) -> Batch:
        used.append(chunk.work.engine)
        return own(chunk, watched)

    for engine in ("simpy", "compiled"):
        results = simtrain.run(scenario(), trials=12, seed=3, jobs=1, engine=engine)
        with monkeypatch.context() as patched:
            patched.setattr(points, "simulate", simulate)
            found = trajectories(results, jobs=1)
        assert set(used) == {engine}
        assert found.work == pytest.approx(kept.work, rel=1e-6)
        used.clear()


def test_only_the_first_trials_are_followed(kept: Trajectories) -> None:
    first = followed(12, most=5)
    assert (first.followed, first.trials) == (5, 5)
    shared = min(first.moments[-1], kept.moments[-1])
    moments = np.linspace(0, shared, 50)
    for trial in range(5):
        one, other = (np.interp(moments, c.moments, c.work[trial]) for c in (first, kept))
        assert one == pytest.approx(other, abs=HOUR)


def test_trials_that_did_not_finish_are_left_out() -> None:
    tight = scenario(limits={"wall_clock": "8 days"})
    results = simtrain.run(tight, trials=12, seed=3, jobs=1)
    assert 0 < results.truncated.sum() < 12
    kept = trajectories(results, jobs=1)
    assert kept.followed == 12
    assert kept.trials == len(kept.gaps) == len(kept.spent_s) == sum(~results.truncated)
    assert kept.progress()[:, -1] == pytest.approx(1)
    none = trajectories(
        simtrain.run(scenario(limits={"wall_clock": "1 day"}), trials=3, jobs=1), jobs=1
    )
    assert (none.followed, none.trials) == (3, 0)


# --- the ideal ------------------------------------------------------------------------------------


def test_the_ideal_is_a_straight_line_to_the_ideal_time(kept: Trajectories) -> None:
    when, progress = kept.ideal_progress()
    assert (when[-1], progress[-1]) == pytest.approx((5 * DAY, 1.0))
    assert progress == pytest.approx(when / (5 * DAY))
    assert kept.ideal_time(0.4) == pytest.approx(2 * DAY)


def test_the_ideal_bends_where_the_job_grows() -> None:
    work = {"flops": "5.5296e20 FLOP", "achieved": "10 TFLOP/s", "steps": 1000}  # 5 d on 128
    grow = {"progress": 0.5, "set": {"cluster.hosts": 32}}
    grows = scenario(workload=work, change=[grow]).replace(cluster__owned=40)
    results = simtrain.run(grows, trials=2, jobs=1)
    kept = trajectories(results, jobs=1)
    assert kept.ideal_time(0.25) == pytest.approx(1.25 * DAY)
    assert kept.ideal_time(1.0) == pytest.approx(results.ideal_s)
    assert results.ideal_s == pytest.approx(3.75 * DAY)


def test_a_window_is_reported_in_work() -> None:
    watched = scenario(workload={"window": "6 days"}, published=[], logbook=None)
    kept = trajectories(simtrain.run(watched, trials=3, jobs=1), jobs=1)
    assert kept.watched
    when, ideal = kept.ideal_progress()
    assert (when[-1], ideal[-1]) == pytest.approx((6 * DAY, 6 * DAY))
    assert kept.progress().max() < 6 * DAY
    assert kept.moments[-1] == pytest.approx(6 * DAY)
    assert kept.history.phases == ()


# --- the real run ---------------------------------------------------------------------------------


def test_the_history_is_what_the_scenario_tells() -> None:
    history = History.of(scenario())
    assert history.milestones == ((2 * DAY, 0.25), (4 * DAY, 0.4))
    assert history.end_s == history.last_s == 8 * DAY
    assert history.gaps == ((1 * DAY, 1.25 * DAY), (3.5 * DAY, 3 * DAY + 20 * HOUR))
    assert [run.progress for run in history.runs] == [(0.0, 0.15), None, (0.3, 0.4), None]
    assert history.windows == ((0.0, 4 * DAY),)


def test_phases_end_where_progress_is_known() -> None:
    first, second, third = History.of(scenario()).phases
    assert first[:4] == (0.0, 2 * DAY, (0.0, 0.25), 6 * HOUR)
    assert second[:4] == (2 * DAY, 4 * DAY, (0.25, 0.4), pytest.approx(8 * HOUR))
    assert third[:4] == (4 * DAY, 8 * DAY, (0.4, 1.0), None)
    assert [phase.of_trials for phase in (first, third)] == [(0, 2 * DAY), (4 * DAY, np.inf)]


def test_gaps_belong_to_the_published_window_they_begin_in(kept: Trajectories) -> None:
    rows = [
        {"quantity": "gaps", "window": [since, until], "value": 1, **REAL}
        for since, until in (("0 s", "1 d"), ("1 d", "4 d"))
    ]
    history = History.of(scenario(published=rows))
    assert history.windows == ((0.0, DAY), (DAY, 4 * DAY))
    assert [list(history.gap_lengths(window)) for window in history.windows] == [
        [],
        pytest.approx([6 * HOUR, 8 * HOUR]),
    ]
    parts = [kept.gap_lengths(window) for window in ((0.0, 4 * DAY), (4 * DAY, np.inf))]
    assert [len(a) + len(b) for a, b in zip(*parts, strict=True)] == list(map(len, kept.gaps))


def test_a_scenario_that_tells_nothing_has_no_history() -> None:
    history = History.of(scenario(published=[], logbook=None))
    assert history == History(runs=(), milestones=(), end_s=None, windows=())
    assert (history.gaps, history.phases, history.last_s) == ((), (), 0.0)


def test_a_bound_is_no_value() -> None:
    rows = [{"quantity": "wall_clock", "value": 8, "unit": "d", "relation": "ge", **REAL}]
    assert History.of(scenario(published=rows)).end_s is None


def test_the_gaps_of_a_trial_are_those_its_outcomes_count(kept: Trajectories) -> None:
    rows = [{"quantity": "gaps", "value": 1, **REAL}]
    results = simtrain.run(scenario(published=rows), trials=12, seed=3, jobs=1)
    assert [len(gaps) for gaps in kept.gaps] == list(results.outcomes[:, 0])
    ends = {moment.time for moment in by_hand(0).moments if moment.what is EventKind.INTERRUPTION}
    assert {start for start, _ in kept.gaps[0]} <= ends

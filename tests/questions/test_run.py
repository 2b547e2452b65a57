from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pytest

import simtrain
from simtrain.errors import InputError
from simtrain.questions.run import run
from simtrain.sampling import points
from simtrain.sampling.batch import Batch, Work

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

forked = pytest.mark.skipif(
    multiprocessing.get_start_method() != "fork", reason="fakes only travel by fork"
)


def no_pool(jobs: int) -> Executor:
    raise AssertionError("a pool was started")


def same(one: Results, other: Results) -> bool:
    return (
        np.array_equal(one.values, other.values, equal_nan=True)
        and np.array_equal(one.badput, other.badput)
        and np.array_equal(one.truncated, other.truncated)
        and one.verdicts == other.verdicts
        and one.to_json() == other.to_json()
    )


def test_many_trials(scenario: Scenario, fake_engine: type) -> None:
    results = simtrain.run(scenario, trials=10, seed=3, jobs=1)
    assert results.trials == 10
    assert results.truncated.tolist() == [trial % 5 == 4 for trial in range(10)]
    assert results.badput[:, 1].tolist() == [0.0] * 10
    total = results.metric("productive_s") + results.badput[~results.truncated].sum(axis=1)
    assert total == pytest.approx(results.metric("wall_clock_s"))
    assert results.metric("productive_s") == pytest.approx(86400.0)


@forked
def test_jobs_move_no_result(scenario: Scenario, fake_engine: type, eager: None) -> None:
    one, two, five = (simtrain.run(scenario, trials=300, seed=3, jobs=jobs) for jobs in (1, 2, 5))
    assert same(one, two)
    assert same(one, five)


def test_the_number_of_trials_moves_no_trial(scenario: Scenario, fake_engine: type) -> None:
    few, many = (simtrain.run(scenario, trials=trials, jobs=1) for trials in (7, 100))
    assert np.array_equal(few.values, many.values[:7], equal_nan=True)


def test_the_seed_moves_results(scenario: Scenario, fake_engine: type) -> None:
    one, other = (simtrain.run(scenario, trials=5, seed=seed, jobs=1) for seed in (0, 1))
    assert not same(one, other)


def test_little_work_starts_no_process(scenario: Scenario, fake_engine: type) -> None:
    assert run(scenario, trials=50, jobs=8, pool=no_pool).trials == 50


@forked
@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_counts_every_trial(
    scenario: Scenario, fake_engine: type, eager: None, jobs: int
) -> None:
    counts: list[int] = []
    simtrain.run(scenario, trials=123, jobs=jobs, progress=counts.append)
    assert sum(counts) == 123
    assert len(counts) > 3


@pytest.mark.slow
@forked
def test_a_worker_killed_in_mid_run_moves_no_result(
    scenario: Scenario, fake_engine: type, eager: None
) -> None:
    calm = simtrain.run(scenario, trials=2000, jobs=1)
    killed: list[int] = []

    def kill_one(done: int) -> None:
        workers = multiprocessing.active_children()
        if workers and workers[0].pid and len(killed) < 2:
            with suppress(ProcessLookupError):  # it ended just now
                os.kill(workers[0].pid, signal.SIGKILL)
                killed.append(workers[0].pid)

    assert same(simtrain.run(scenario, trials=2000, jobs=2, progress=kill_one), calm)
    assert killed


def test_an_error_names_the_trial(scenario: Scenario, fake_engine: type) -> None:
    def watch(trial: int) -> None:
        if trial == 6:
            raise ZeroDivisionError

    fake_engine.watch = staticmethod(watch)  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError) as error:
        simtrain.run(scenario, trials=10, jobs=1)
    assert "This happened in trial 6." in error.value.__notes__


def test_chunks_cover_every_trial_of_every_point_once(scenario: Scenario) -> None:
    queue = points._Queue([Work.of(scenario, seed) for seed in range(3)], range(10))
    chunks = list(queue.chunks(seconds=1.0, most=4))
    assert queue.left == 0
    assert [(chunk.point, trial) for chunk in chunks for trial in chunk.trials] == [
        (point, trial) for point in range(3) for trial in range(10)
    ]
    assert {chunk.work.seed == chunk.point for chunk in chunks} == {True}


def test_chunks_are_as_long_as_their_point_is_known_to_take(scenario: Scenario) -> None:
    queue = points._Queue([Work.of(scenario, 0)] * 2, range(1000))

    def learn(point: int, trials: int, took_s: float) -> None:
        queue.learn(Batch.blank(point, range(trials), 1, 0)._replace(took_s=took_s))

    assert len(queue.take(1.0, most=50).trials) == 1  # nothing is known
    learn(0, 1, 0.1)
    assert len(queue.take(1.0, most=50).trials) == 10
    learn(0, 10, 1e-9)
    assert len(queue.take(1.0, most=50).trials) == 50
    learn(0, 1, 1000.0)
    assert len(queue.take(1.0, most=50).trials) == 1
    assert len(queue.take(1e6, most=5000).trials) == 1000 - 1 - 10 - 50 - 1  # not beyond a point
    assert queue.trial_s(1) == 0.0


def test_trials_of_a_point_that_nothing_is_known_of_are_taken_for_longer_than_others(
    scenario: Scenario,
) -> None:
    queue = points._Queue([Work.of(scenario, 0)] * 3, range(100))
    queue.learn(Batch.blank(2, range(90, 98), 1, 0)._replace(took_s=0.4))
    queue.learn(Batch.blank(2, range(98, 100), 1, 0)._replace(took_s=0.6))
    assert len(queue.take(6.1, most=50).trials) == 20  # others take 0.1 s each
    assert len(queue.take(6.1, most=5).trials) == 5


def test_no_more_workers_than_trials(
    scenario: Scenario, fake_engine: type, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def pool(jobs: int) -> Executor:
        asked.append(jobs)
        return ThreadPoolExecutor(1)

    monkeypatch.setattr(points, "POOL_PAYS_S", -1.0)
    assert run(scenario, trials=5, jobs=64, pool=pool).trials == 5
    assert asked == [4]


def test_a_result_goes_through_a_pipe_in_one_write(
    scenario: Scenario, fake_engine: type, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    class Measured(ThreadPoolExecutor):
        def submit(self, work, span):  # type: ignore[no-untyped-def, override]
            future = super().submit(work, span)
            sizes.append(len(pickle.dumps(future.result())))
            return future

    monkeypatch.setattr(points, "_SPAN_S", 10.0)
    run(scenario, trials=2000, jobs=2, pool=Measured)
    assert 10_000 < max(sizes) < 16_384


def test_a_result_with_trajectories_goes_through_a_pipe_in_one_write(
    scenario: Scenario, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []

    class Measured(ThreadPoolExecutor):
        def submit(self, work, span):  # type: ignore[no-untyped-def, override]
            future = super().submit(work, span)
            sizes.append(len(pickle.dumps(future.result())))
            return future

    monkeypatch.setattr(points, "_SPAN_S", 10.0)
    results = run(scenario, trials=300, jobs=2, pool=Measured, followed=100)
    assert sorted(results.trajectories) == list(range(100))
    assert 5_000 < max(sizes) < 16_384


def test_a_trial_too_large_for_one_write_goes_alone(
    scenario: Scenario, fake_engine: type, eager: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "RESULT_BYTES", 10)
    one, two = (run(scenario, trials=7, jobs=jobs, pool=ThreadPoolExecutor) for jobs in (1, 2))
    assert one.to_json() == two.to_json()


def test_work_travels_light(scenario: Scenario) -> None:
    work = Work.of(scenario, 1)
    assert len(work.scenario) < 20_000
    assert work == Work.of(scenario, 1)
    assert hash(work) == hash(Work.of(scenario, 1))


@pytest.mark.parametrize(
    "wrong",
    [
        {"trials": 0},
        {"trials": 10_000_001},
        {"trials": 1.5},
        {"seed": -1},
        {"seed": 2**63},
        {"jobs": 0},
        {"jobs": 1025},
    ],
    ids=str,
)
def test_what_is_out_of_range_is_refused(scenario: Scenario, wrong: dict[str, int]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        simtrain.run(scenario, **wrong)  # type: ignore[arg-type]

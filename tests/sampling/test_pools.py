from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import simtrain
from simtrain.errors import InputError, WorkerError
from simtrain.sampling import points, worker
from simtrain.sampling.batch import Chunk, Work
from simtrain.sampling.executors import processes
from simtrain.sampling.pools import Elsewhere, pool_of
from simtrain.sampling.worker import simulate
from simtrain.scenario.scenario import Scenario

HERE = __name__


def threads(jobs: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(jobs)


@contextmanager
def lent(jobs: int) -> Iterator[Executor]:
    with ThreadPoolExecutor(jobs) as executor:
        yield executor


class AtOnce(Executor):
    """Does the work in this process, and knows nothing of contexts beyond `shutdown`."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def at_once(jobs: int) -> Executor:
    return AtOnce()


def broken(jobs: int) -> Executor:
    raise OSError(f"no {jobs} hosts to be had")


def leaves(jobs: int) -> Executor:
    sys.exit("no licence")


ONCE = ThreadPoolExecutor(1)
ONCE.shutdown()


def once(jobs: int) -> Executor:
    return ONCE


NO_EXECUTOR = 7


def test_processes_are_those_of_this_machine() -> None:
    assert pool_of("processes") is processes
    assert pool_of(threads) is threads


@pytest.mark.parametrize("name", ["threads", "lent", "at_once"])
def test_the_workers_of_somebody_else_move_no_result(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(points, "_SPAN_S", 0.002)
    here = simtrain.run(scenario, trials=100, jobs=1)
    there = simtrain.run(scenario, trials=100, jobs=3, pool=f"{HERE}:{name}")
    assert there.to_json() == here.to_json()
    assert there.to_frame().equals(here.to_frame())


def test_they_do_all_of_the_work(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    did: list[str] = []
    monkeypatch.setattr(sys.modules[HERE], "at_once", lambda jobs: did.append("work") or AtOnce())
    swept = simtrain.sweep(
        scenario, {"cluster.spares": [1, 2]}, trials=1, jobs=1, pool=f"{HERE}:at_once"
    )
    assert swept.trials == 1
    assert did == ["work"]


def test_a_context_is_left_at_the_end() -> None:
    log: list[str] = []

    @contextmanager
    def watched(jobs: int) -> Iterator[Executor]:
        log.append(f"{jobs} workers")
        yield AtOnce()
        log.append("left")

    with Elsewhere("watched", watched)(5) as executor:
        assert executor.submit(sum, [1, 2]).result() == 3
    assert log == ["5 workers", "left"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", 'executor "" is not known; processes, dask://HOST:PORT, or MODULE:ATTRIBUTE are'),
        ("threads", 'executor "threads" is not known'),
        ("Processes", 'executor "Processes" is not known'),
        ("my module:pool", 'executor "my module:pool" is not known'),
        ("module:", 'executor "module:" is not known'),
        (":pool", 'executor ":pool" is not known'),
        ("dask://", 'executor "dask://" is not known'),
        ("dask://host", 'executor "dask://host" is not known'),
        ("dask://host:port", 'executor "dask://host:port" is not known'),
        ("dask://host:99999", 'executor "dask://host:99999" is not known'),
        ("dask://host:1/path", 'executor "dask://host:1/path" is not known'),
        ("ray://host:1", 'executor "ray://host:1" is not known'),
        (
            "no_such_module:pool",
            "executor no_such_module:pool: module no_such_module cannot be imported: "
            "ModuleNotFoundError: No module named 'no_such_module'",
        ),
        (f"{HERE}:missing", f"module {HERE} has no missing"),
        (f"{HERE}:NO_EXECUTOR", "NO_EXECUTOR cannot be called with a number of workers"),
    ],
)
def test_a_name_without_a_pool_is_refused(name: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        pool_of(name)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("def pool(jobs)", "SyntaxError: expected ':' (unfit.py, line 1)"),
        ("raise RuntimeError('no network')", "RuntimeError: no network"),
        ("raise RuntimeError", "RuntimeError"),
        ("import json; json.pool", "AttributeError: module 'json' has no attribute 'pool'"),
        ("from json import pool", "ImportError: cannot import name 'pool' from 'json'"),
        ("import not_here", "ModuleNotFoundError: No module named 'not_here'"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
    ],
)
def test_a_module_that_cannot_be_imported_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, message: str
) -> None:
    (tmp_path / "unfit.py").write_text(content)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError) as refusal:
        pool_of("unfit:pool")
    words = f"executor unfit:pool: module unfit cannot be imported: {message}"
    assert str(refusal.value).partition(" (/")[0] == words  # the path of a module is left out


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("math:sqrt", "executor math:sqrt gives a float, which is no concurrent.futures.Executor"),
        (f"{HERE}:broken", f"executor {HERE}:broken does not start: OSError: no 2 hosts to be had"),
        (f"{HERE}:leaves", f"executor {HERE}:leaves does not start: SystemExit: no licence"),
        (
            f"{HERE}:once",
            "the executor takes no work: cannot schedule new futures after shutdown; what makes it "
            "has to make a new one each time",
        ),
    ],
)
def test_what_gives_no_executor_is_refused(scenario: Scenario, name: str, message: str) -> None:
    with pytest.raises(InputError) as refusal:
        simtrain.run(scenario, trials=3, jobs=2, pool=name)
    assert str(refusal.value) == message


def test_workers_without_simtrain_are_reported(scenario: Scenario) -> None:
    class Elsewhere(AtOnce):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            future: Future[Any] = Future()
            future.set_exception(ModuleNotFoundError("No module", name="simtrain"))
            return future

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[HERE], "at_once", lambda jobs: Elsewhere())
        with pytest.raises(InputError) as refusal:
            simtrain.run(scenario, trials=3, pool=f"{HERE}:at_once")
    assert str(refusal.value) == (
        f"the workers of {HERE}:at_once have no module simtrain; install the same version of "
        "simtrain there"
    )


def test_workers_of_another_version_are_refused(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunk = Chunk(Work.of(scenario, 0), 0, range(3))
    monkeypatch.setattr(worker, "__version__", "99.0")
    monkeypatch.setattr(worker, "_own", threading.local())  # no test before left a simulator
    with pytest.raises(WorkerError, match=r"a worker has simtrain 99\.0, and the work comes from"):
        simulate(chunk)


def test_workers_of_another_checkout_of_the_same_version_are_refused(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunk = Chunk(Work.of(scenario, 0), 0, range(3))
    monkeypatch.setattr(worker, "CODE", "of another checkout")
    monkeypatch.setattr(worker, "_own", threading.local())
    with pytest.raises(WorkerError, match="a worker has other sources of simtrain"):
        simulate(chunk)


def test_without_dask_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "simtrain.sampling.dask_cluster", raising=False)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"python3 -m pip install 'simtrain\[dask\]'"):
        pool_of("dask://127.0.0.1:8786")

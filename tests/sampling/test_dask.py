"""A real cluster on this machine: a scheduler and two workers, each a process of its own."""

from __future__ import annotations

import asyncio
import json
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from distributed.comm import CommClosedError

import simtrain
from simtrain.errors import InputError
from simtrain.sampling import dask_cluster, points
from simtrain.sampling.dask_cluster import connected
from simtrain.sampling.store import Store
from simtrain.scenario.scenario import Scenario
from tests.children import LIMIT_S, Children, until


class Cluster(NamedTuple):
    host: str
    port: int
    scheduler: subprocess.Popen[str]
    workers: list[subprocess.Popen[str]]

    @property
    def name(self) -> str:
        return f"dask://{self.host}:{self.port}"


@pytest.fixture
def cluster(tmp_path: Path, children: Children) -> Cluster:
    place = tmp_path / "scheduler.json"

    def start(*words: str) -> subprocess.Popen[str]:
        return children.start(
            [
                sys.executable,
                "-m",
                "dask",
                *words,
                "--scheduler-file",
                str(place),
                "--no-dashboard",
            ],
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    scheduler = start("scheduler", "--host", "127.0.0.1", "--port", "0")
    workers = [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(2)]
    until(place.exists, scheduler)
    address = json.loads(place.read_text())["address"]
    host, _, port = address.removeprefix("tcp://").rpartition(":")
    with connected(host, int(port)) as executor:
        until(lambda: sum(executor._client.nthreads().values()) == 2)
    return Cluster(host, int(port), scheduler, workers)


@pytest.mark.slow
def test_a_worker_killed_in_mid_sweep_moves_no_result(
    cluster: Cluster, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "_SPAN_S", 0.02)
    counts: list[int] = []

    def kill_one(trials: int) -> None:
        counts.append(trials)
        if len(counts) == 8:
            cluster.workers[0].send_signal(signal.SIGKILL)

    ranges = {"cluster.spares": [1, 2, 3]}
    there = simtrain.sweep(scenario, ranges, trials=150, progress=kill_one, pool=cluster.name)
    here = simtrain.sweep(scenario, ranges, trials=150, jobs=2)
    assert cluster.workers[0].wait(timeout=LIMIT_S) == -signal.SIGKILL
    assert len(counts) > 16
    assert there.to_json() == here.to_json()
    assert there.trials_frame().equals(here.trials_frame())


@pytest.mark.slow
def test_a_scheduler_killed_in_mid_run_is_reported_and_what_was_finished_is_kept(
    cluster: Cluster, scenario: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(points, "_SPAN_S", 0.02)
    counts: list[int] = []

    def kill(trials: int) -> None:
        counts.append(trials)
        if len(counts) == 8:
            cluster.scheduler.send_signal(signal.SIGKILL)

    kept = Store(tmp_path / "kept", "run")
    began = time.monotonic()
    with pytest.raises(InputError, match=r"the Dask scheduler at .* cannot be reached"):
        simtrain.run(scenario, trials=9000, progress=kill, pool=cluster.name, store=kept)
    assert time.monotonic() - began < LIMIT_S / 5
    assert kept.holds_trials


class Task:
    """What Dask knows of something that was asked of it."""

    def __init__(self, status: str, outcome: object):
        self.status, self._outcome = status, outcome

    async def _result(self, raiseit: bool) -> object:
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return self._outcome


@pytest.mark.parametrize(
    ("task", "error"),
    [
        (Task("finished", CommClosedError("in the midst of fetching it")), BrokenExecutor),
        (Task("cancelled", None), CancelledError),
        (Task("error", (KeyError, KeyError("own"), None)), KeyError),
    ],
)
def test_no_result_is_waited_for_in_vain(task: Task, error: type[Exception]) -> None:
    future: Future[object] = Future()
    asyncio.run(dask_cluster._hand_over(task, future))
    assert isinstance(future.exception(timeout=0), error)


@pytest.mark.parametrize("silent", [True, False])
def test_who_is_no_scheduler_is_reported(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    if silent:
        monkeypatch.setattr(dask_cluster, "_PATIENCE_S", 0.2)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        if not silent:
            threading.Thread(target=lambda: other.accept()[0].close()).start()
        port = other.getsockname()[1]
        with pytest.raises(InputError) as refusal:
            simtrain.run(scenario, trials=1, pool=f"dask://127.0.0.1:{port}")
    why = "timed out" if silent else "it hangs up"
    assert str(refusal.value) == (
        f"the Dask scheduler at 127.0.0.1:{port} cannot be reached: {why}"
    )


@pytest.mark.parametrize("words", [b"SSH-2.0-OpenSSH_9.6\r\n", bytes(64)], ids=["SSH", "zeros"])
def test_who_speaks_but_is_no_scheduler_is_reported(
    scenario: Scenario, monkeypatch: pytest.MonkeyPatch, words: bytes
) -> None:
    monkeypatch.setattr(dask_cluster, "_PATIENCE_S", 0.5)

    def greet() -> None:
        with suppress(OSError):
            while True:
                guest = other.accept()[0]
                guest.sendall(words)
                guest.close()

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(InputError, match="cannot be reached: no scheduler answers there"):
            simtrain.run(scenario, trials=1, pool=f"dask://127.0.0.1:{other.getsockname()[1]}")
        other.shutdown(socket.SHUT_RDWR)


def test_a_call_is_made_where_it_is_unpickled() -> None:
    content = pickle.dumps(dask_cluster._Call(max, ([3, 5],), {"key": abs}))
    assert b"simtrain" not in content
    assert pickle.loads(content) == 5


def test_a_scheduler_that_is_not_there_is_refused(scenario: Scenario) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        with pytest.raises(InputError) as refusal:
            simtrain.run(scenario, trials=1, pool=f"dask://127.0.0.1:{port}")
    assert str(refusal.value) == (
        f"the Dask scheduler at 127.0.0.1:{port} cannot be reached: connection refused"
    )

"""A small scenario, and an engine whose trials are known beforehand."""

from __future__ import annotations

import gc
import random
import signal
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from simtrain.accounts.timeline import (
    Census,
    Ending,
    EventKind,
    Segment,
    Sink,
    State,
    Verdict,
)
from simtrain.model.saving import CheckpointSchedule
from simtrain.sampling import engines, points, worker
from simtrain.scenario.scenario import Scenario
from tests.children import Children
from tests.examples import QUICK, WHOLE, draw_no_constants_of_modules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DAY = 86400.0


def pytest_configure(config: pytest.Config) -> None:
    """Show properties the same examples always, and fewer of them where slow tests are left out."""
    draw_no_constants_of_modules()
    settings.load_profile(QUICK if config.option.markexpr == "not slow" else WHOLE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that have slow tests, so that no process waits for one at the end."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_collection_finish() -> None:
    """Look for garbage among what comes from now on: all that is collected stays to the end."""
    gc.collect()
    gc.freeze()


SMALL = {
    "workload": {"ideal_time": "1 day"},
    "cluster": {"hosts": 10, "spares": 2},
    "fault": {"gpu": {"mtbf": "100 days"}},
    "checkpoint": {"interval": "30 min"},
    "restart": {"duration": "5 min"},
}


@pytest.fixture
def children() -> Iterator[Children]:
    """Start processes, none of which outlives the test."""
    children = Children()
    yield children
    children.end()


@pytest.fixture
def in_the_foreground() -> Iterator[None]:
    """Hear Ctrl-C, which a job in the background of a script ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def scenario() -> Scenario:
    return Scenario.from_document(SMALL, name="small")


class FakeSimulator:
    """A day of work; at its end a fault takes back up to an hour, and the restart takes as long.

    Every fifth trial is truncated.
    """

    ideal_s = DAY
    mfu: float | None = None
    causes = ("gpu", "checkpoints")
    watch: Callable[[int], None] = staticmethod(lambda trial: None)

    def __init__(self, scenario: Scenario, seed: int, ideal_s: float | None = None):
        self.scenario = scenario
        self.seed = seed

    def run(self, trial: int, sink: Sink) -> Ending:
        self.watch(trial)
        lost = 3600 * random.Random(f"{self.seed},{trial}").random()
        end = DAY + 2 * lost
        sink.census(0.0, Census(job=10, idle=2, repair=0, away=0))
        sink.happened(0.0, EventKind.LAUNCH, "")
        sink.trained(segment(0.0, DAY, 0.0))
        sink.happened(DAY, EventKind.FAULT, "gpu", 1)
        sink.rolled_back(DAY, DAY - lost, "gpu")
        sink.spent(State.RESTART, "gpu", DAY, DAY + lost)
        sink.happened(DAY + lost, EventKind.LAUNCH, "gpu")
        sink.trained(segment(DAY + lost, end, DAY - lost))
        sink.close(end)
        return Ending(end, Verdict.OUT_OF_TIME if trial % 5 == 4 else Verdict.FINISHED)


def segment(start: float, end: float, work: float) -> Segment:
    span = end - start
    manner = CheckpointSchedule(span, span, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
    return Segment(start, end, work, work + span, span, 0.0, 0, span, (), manner)


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> type[FakeSimulator]:
    """Run fake trials, also in worker processes that are forked."""
    fake = type("FakeSimulator", (FakeSimulator,), {})
    monkeypatch.setattr(worker, "Simulator", fake)
    monkeypatch.setattr(points, "Simulator", fake)
    monkeypatch.setattr(worker, "_own", threading.local())
    monkeypatch.setattr(engines, "is_installed", lambda: False)
    return fake


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a pool at once, and send small chunks."""
    monkeypatch.setattr(points, "_STEP_S", 0.0)
    monkeypatch.setattr(points, "POOL_PAYS_S", 0.0)
    monkeypatch.setattr(points, "_SPAN_S", 0.002)

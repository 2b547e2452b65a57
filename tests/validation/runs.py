"""Small scenarios in hours, and sinks that read off what the checks need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from simtrain.engine.trial import Ending, Simulator
from simtrain.ledger import Ledger
from simtrain.scenario.scenario import Scenario
from simtrain.timeline import Census, Happening, State, Stretch

HOUR = 3600.0
HUGE = "800000 h"
AT_RISK = (State.TRAIN, State.CHECKPOINT_SAVE, State.RESTART, State.CHECKPOINT_LOAD)


def hours(value: float) -> str:
    """Say a duration as a scenario would."""
    return f"{value!r} h"


def scenario(**tables: Mapping[str, Any] | list[Any] | str) -> Scenario:
    """Scenario of one host and no faults, with other values by table."""
    document: dict[str, Any] = {
        "workload": {"ideal_time": "10 h"},
        "cluster": {"hosts": 1},
        "checkpoint": {"interval": "1 h"},
        "restart": {"duration": "0 s"},
        "limits": {"wall_clock": HUGE, "faults": 10_000_000},
    }
    for key, value in tables.items():
        if isinstance(value, Mapping) and key in document:
            document[key] = {**document[key], **value}
        else:
            document[key] = value
    return Scenario.from_document(document)


def ledgers(simulated: Scenario, trials: int, seed: int) -> Iterator[tuple[Ending, Ledger]]:
    """Ending and sums of each trial."""
    simulator = Simulator(simulated, seed)
    for trial in range(trials):
        ledger = Ledger()
        yield simulator.run(trial, ledger), ledger


def wall_clocks(simulated: Scenario, trials: int, seed: int) -> list[float]:
    """Wall-clock of each trial in hours; all of them finish."""
    found = []
    for ending, _ in ledgers(simulated, trials, seed):
        assert not ending.truncated
        found.append(ending.wall_clock_s / HOUR)
    return found


class Enough(Exception):  # noqa: N818 - not an error, but the way out of a trial
    """A sink has seen all that it needs."""


class Silent:
    """A sink that does not listen."""

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        pass

    def trained(self, stretch: Stretch) -> None:
        pass

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        pass

    def happened(self, time: float, what: Happening, cause: str, host: int = -1) -> None:
        pass

    def census(self, time: float, hosts: Census) -> None:
        pass

    def close(self, time: float) -> None:
        pass


class Strikes(Silent):
    """The readings, in hours at risk, at which faults strike; ends the trial when it has enough.

    Parameters
    ----------
    most
        How many faults are enough.
    """

    def __init__(self, most: float = np.inf):
        self._most = most
        self._at_risk_s = 0.0
        self.readings: list[float] = []
        self.named: list[tuple[str, float]] = []

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        if state in AT_RISK:
            self._at_risk_s += end - start

    def trained(self, stretch: Stretch) -> None:
        self._at_risk_s += stretch.end - stretch.start

    def happened(self, time: float, what: Happening, cause: str, host: int = -1) -> None:
        if what is Happening.FAULT:
            self.readings.append(self._at_risk_s / HOUR)
            self.named.append((cause, self._at_risk_s / HOUR))
            if len(self.readings) >= self._most:
                raise Enough


def strikes(simulated: Scenario, trials: int, seed: int, most: float = np.inf) -> list[Strikes]:
    """What strikes in each trial, up to so many faults."""
    simulator = Simulator(simulated, seed)
    found = []
    for trial in range(trials):
        sink = Strikes(most)
        with suppress(Enough):
            simulator.run(trial, sink)
        found.append(sink)
    return found


class Waiting(Silent):
    """Time waiting for hosts after a settling time, in seconds."""

    def __init__(self, settled_s: float):
        self._settled_s = settled_s
        self.seconds = 0.0

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        if state is State.HOST_WAIT and end > self._settled_s:
            self.seconds += end - max(start, self._settled_s)


class Cycles(Silent):
    """Work kept and time gone over a number of lives, each from one relaunch to the next.

    Parameters
    ----------
    lives
        How many are enough.
    """

    def __init__(self, lives: int):
        self._left = lives + 1
        self._began: tuple[float, float] | None = None
        self._work = 0.0
        self.work_s = self.time_s = 0.0

    def trained(self, stretch: Stretch) -> None:
        self._work = stretch.work_end

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        self._work = work

    def happened(self, time: float, what: Happening, cause: str, host: int = -1) -> None:
        if what is not Happening.LAUNCH or not time:
            return
        if self._began is None:
            self._began = (time, self._work)
        self._left -= 1
        if not self._left:
            self.time_s, self.work_s = time - self._began[0], self._work - self._began[1]
            raise Enough

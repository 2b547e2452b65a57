"""Small deterministic scenarios in hours, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.meter import tee
from simtrain.accounts.recorder import Event, Recorder
from simtrain.accounts.recount import recount
from simtrain.accounts.timeline import Ending, EventKind
from simtrain.engine.trial import Simulator
from simtrain.scenario.scenario import Scenario

HOUR = 3600.0


class Outcome(NamedTuple):
    """One trial, summed and in full."""

    ending: Ending
    ledger: Ledger
    recorder: Recorder

    @property
    def hours(self) -> float:
        """Wall-clock."""
        return self.ending.wall_clock_s / HOUR

    @property
    def spent(self) -> dict[str, float]:
        """Hours by category, those with any."""
        booked = self.ledger.categories().items()
        return {str(category): round(s / HOUR, 9) for category, s in booked if s}

    def count(self, *what: EventKind) -> int:
        """How often something happened."""
        return sum(self.ledger.counts[one] for one in what)

    def moments(self, what: EventKind) -> list[Event]:
        """When something happened, and to whom."""
        return [moment for moment in self.recorder.moments if moment.what is what]


def scenario(**tables: Mapping[str, Any] | list[Any] | str) -> Scenario:
    """Ten hours of work on four hosts, saved every hour, with other values by table."""
    document: dict[str, Any] = {
        "workload": {"ideal_time": "10 h"},
        "cluster": {"hosts": 4},
        "checkpoint": {"interval": "1 h"},
        "restart": {"duration": "0 s"},
        "limits": {"wall_clock": "1000 h"},
    }
    for key, value in tables.items():
        if isinstance(value, Mapping) and key in document:
            document[key] = {**document[key], **value}
        else:
            document[key] = value
    return Scenario.from_document(document)


def run(simulated: Scenario, trial: int = 0, seed: int = 0) -> Outcome:
    """One trial, told twice by the same simulator; its time has to add up."""
    simulator = Simulator(simulated, seed)
    outcome = _outcome(simulator, trial)
    assert simulator.run(trial, Ledger()) == outcome.ending
    return outcome


def runs(simulated: Scenario, trials: int, seed: int = 0) -> Iterator[Outcome]:
    """The first trials, which one simulator tells, each once; their time has to add up."""
    simulator = Simulator(simulated, seed)
    yield from (_outcome(simulator, trial) for trial in range(trials))


def _outcome(simulator: Simulator, trial: int) -> Outcome:
    ledger, recorder = Ledger(), Recorder()
    ending = simulator.run(trial, tee(ledger, recorder))
    booked = ledger.categories()
    assert abs(sum(booked.values()) - ending.wall_clock_s) <= 1e-9 * ending.wall_clock_s
    assert min(booked.values()) >= 0.0
    recounted = recount(recorder)
    for category in Category:
        assert abs(booked[category] - recounted[category]) <= 1e-9 * ending.wall_clock_s
    return Outcome(ending, ledger, recorder)


def first_fault(outcome: Outcome) -> float:
    """When the first fault strikes, in seconds."""
    return outcome.moments(EventKind.FAULT)[0].time

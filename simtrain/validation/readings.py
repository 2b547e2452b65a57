"""What is read off a trial: one or two numbers, times in hours."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.meter import tee
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.units import HOUR
from simtrain.validation.sinks import Enough, Lives, Strikes, Tally, Waiting, Working

if TYPE_CHECKING:
    from simtrain.sampling.engines import AnySimulator

Reading = Callable[["AnySimulator", int], tuple[float, ...]]
"""Runs a trial, given by its number, and reads it off."""


@dataclass(frozen=True)
class UntilEnough:
    """A reading that ends a trial as soon as it has enough, as it can on SimPy alone."""

    read: Callable[[Simulator, int], tuple[float, ...]]

    def __call__(self, simulator: AnySimulator, trial: int) -> tuple[float, ...]:
        """Run a trial up to there, and read it off."""
        assert isinstance(simulator, Simulator)
        return self.read(simulator, trial)


def wall_clock_s(simulator: AnySimulator, trial: int) -> tuple[float]:
    """Wall-clock of a trial that finishes, in seconds."""
    ending = simulator.tell(trial)
    assert not ending.truncated, f"trial {trial} did not finish"
    return (ending.wall_clock_s,)


def wall_clock(simulator: AnySimulator, trial: int) -> tuple[float]:
    """Wall-clock of a trial that finishes."""
    (seconds,) = wall_clock_s(simulator, trial)
    return (seconds / HOUR,)


def productive_of_wall_clock(simulator: AnySimulator, trial: int) -> tuple[float, float]:
    """Productive time, and wall-clock."""
    ledger = Ledger()
    ending = simulator.run(trial, ledger)
    return ledger.categories()[Category.PRODUCTIVE] / HOUR, ending.wall_clock_s / HOUR


def lost_of_rollbacks(simulator: AnySimulator, trial: int) -> tuple[float, float]:
    """Lost work, and number of rollbacks."""
    ledger = Ledger()
    simulator.run(trial, ledger)
    lost = ledger.categories()[Category.LOST_WORK] / HOUR
    return lost, float(ledger.counts[EventKind.ROLLBACK])


def badput_of_stops(cause: str) -> Reading:
    """Badput of a cause, and number of planned stops."""

    def read(simulator: AnySimulator, trial: int) -> tuple[float, float]:
        ledger = Ledger()
        simulator.run(trial, ledger)
        return ledger.badput[cause] / HOUR, float(ledger.counts[EventKind.STOP])

    return read


def response_of_faults(simulator: AnySimulator, trial: int) -> tuple[float, float]:
    """Time waiting for people, and number of faults."""
    ledger = Ledger()
    simulator.run(trial, ledger)
    response = ledger.categories()[Category.RESPONSE] / HOUR
    return response, float(ledger.counts[EventKind.FAULT])


def faults_of_training(cause: str) -> Reading:
    """Faults of a class, and time of training."""

    def read(simulator: AnySimulator, trial: int) -> tuple[float, float]:
        strikes, ledger = Strikes(), Ledger()
        simulator.run(trial, tee(strikes, ledger))
        time = ledger.categories()
        trained = time[Category.PRODUCTIVE] + time[Category.LOST_WORK]
        return float(sum(name == cause for name, _ in strikes.named)), trained / HOUR

    return read


def at_risk_until_fault(number: int) -> UntilEnough:
    """Time at risk until fault number `number`, counted from 1."""

    def read(simulator: Simulator, trial: int) -> tuple[float]:
        sink = Strikes(number)
        with suppress(Enough):
            simulator.run(trial, sink)
        return (sink.readings[number - 1],)

    return UntilEnough(read)


def faults(simulator: AnySimulator, trial: int) -> tuple[float]:
    """Number of faults."""
    sink = Strikes()
    simulator.run(trial, sink)
    return (float(len(sink.readings)),)


def strikes(simulator: AnySimulator, trial: int) -> tuple[float]:
    """Number of faults, those of spares among them."""
    sink = Tally()
    simulator.run(trial, sink)
    return (float(sink.counts[EventKind.FAULT] + sink.counts[EventKind.SPARE_FAULT]),)


def counts(*groups: tuple[EventKind, ...]) -> Reading:
    """How often one of each group of things happened."""

    def read(simulator: AnySimulator, trial: int) -> tuple[float, ...]:
        sink = Tally()
        simulator.run(trial, sink)
        return tuple(float(sum(sink.counts[what] for what in group)) for group in groups)

    return read


def per_time_at_risk(group: tuple[EventKind, ...], unit: float) -> Reading:
    """How often one of a group of things happened, and the time in training, in some unit."""

    def read(simulator: AnySimulator, trial: int) -> tuple[float, float]:
        ledger = Ledger()
        simulator.run(trial, ledger)
        times = ledger.categories()
        trained = times[Category.PRODUCTIVE] + times[Category.LOST_WORK] + times[Category.DEGRADED]
        return float(sum(ledger.counts[what] for what in group)), trained / HOUR / unit

    return read


def waiting_share(settled: float, until: float) -> Reading:
    """Share of the time between two moments that goes into waiting for hosts."""

    def read(simulator: AnySimulator, trial: int) -> tuple[float]:
        sink = Waiting(settled)
        simulator.run(trial, sink)
        return (sink.hours / (until - settled),)

    return read


def productive_share(settled: float, until: float) -> Reading:
    """Work done between two moments, as a share of that of full speed; losses are let pass."""

    def read(simulator: AnySimulator, trial: int) -> tuple[float]:
        sink = Working(settled)
        simulator.run(trial, sink)
        return (sink.hours / (until - settled),)

    return read


def work_of_time(lives: int) -> UntilEnough:
    """Work kept over so many lives of a host, and the time that they take."""

    def read(simulator: Simulator, trial: int) -> tuple[float, float]:
        sink = Lives(lives)
        with suppress(Enough):
            simulator.run(trial, sink)
        return sink.work, sink.time

    return UntilEnough(read)

"""The two engines side by side: what each tells of a trial, call by call and column by column."""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.accounts.footprint import measured_in
from simtrain.accounts.meter import tee
from simtrain.compiled.simulator import CompiledSimulator
from simtrain.compiled.support import left_to_simpy
from simtrain.engine.trial import Simulator
from simtrain.tables.columns import METERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.accounts.timeline import Census, Ending, EventKind, Segment, State
    from simtrain.scenario.scenario import Scenario

RELATIVE = 1e-9
SECONDS = 1e-6
"""Absolute difference of two times that is none: a float of a month is no finer than 5e-10 s."""

_BEFORE = 4
"""Calls that are shown before the first one that differs."""

Call = tuple[Any, ...]


class Heard:
    """A sink that keeps every call as plain names and numbers."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        self.calls.append(("spent", state.name, cause, start, end))

    def trained(self, segment: Segment) -> None:
        schedule = segment.schedule
        losses = [part for loss in segment.losses for part in loss]
        saves = () if schedule.cycle is None else [schedule.save(n) for n in range(3)]
        self.calls.append(
            (
                "trained",
                *segment[:8],
                *losses,
                schedule.first_s,
                schedule.every_s,
                schedule.stall_s,
                schedule.speed,
                schedule.write_slowdown,
                schedule.write_s,
                schedule.write_left_s,
                schedule.full_speed,
                schedule.place,
                *(number for save in saves for number in save),
            )
        )

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        self.calls.append(("rolled back", cause, time, work))

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        self.calls.append(("happened", what.name, cause, host, time))

    def skipped(self, time: float, batches: int, cause: str) -> None:
        self.calls.append(("skipped", cause, batches, time))

    def census(self, time: float, hosts: Census) -> None:
        self.calls.append(("census", *hosts, time))

    def close(self, time: float) -> None:
        self.calls.append(("close", time))


class Told(NamedTuple):
    """What an engine tells of a trial.

    Parameters
    ----------
    calls
        In order.
    values
        Numbers of every column there is, and badput by cause in each unit that it has.
    ending
        How the trial ended.
    """

    calls: list[Call]
    values: dict[str, float]
    ending: Ending


class Comparison(NamedTuple):
    """How what two engines tell of a trial compares.

    Parameters
    ----------
    difference
        The first one in words; empty if there is none.
    to_the_bit
        Whether every number is the same float.
    """

    difference: str
    to_the_bit: bool


class Engines:
    """Both engines of a scenario, or another one in place of the compiled one."""

    def __init__(self, scenario: Scenario, seed: int, other: Any = None):
        self._seed = seed
        self._scenario = scenario
        self._simpy = Simulator(scenario, seed)
        self._compiled = CompiledSimulator(scenario, seed) if other is None else other

    def compared(self, trial: int) -> Comparison:
        """Trial number `trial`, told by both."""
        return compare(self.by_simpy(trial), self.by_compiled(trial))

    def by_simpy(self, trial: int) -> Told:
        """What the engine on SimPy tells of a trial."""
        return self._told(self._simpy, trial)

    def by_compiled(self, trial: int) -> Told:
        """What the compiled engine tells of it."""
        return self._told(self._compiled, trial)

    def _told(self, engine: Any, trial: int) -> Told:
        numbers = self._simpy.numbers
        if measured_in(self._scenario):
            numbers.begin(self._seed, trial)
        makers = [meter.of(self._scenario, self._simpy.mfu) for meter in METERS]
        meters = [make(numbers.settle) if make else None for make in makers]
        listening = [meter for meter in meters if meter is not None]
        heard, causes = Heard(), self._simpy.causes
        ending = engine.run(trial, tee(heard, *listening))
        values: dict[str, float] = {}
        for meter in listening:
            row = zip(meter.columns, meter.row(ending), strict=True)
            values |= {column.name: value for column, value in row}
            for unit, badput in enumerate(meter.badput_by_cause(causes)):
                kind = f"badput {type(meter).__name__} {unit}"
                values |= {f"{kind} of {c}": b for c, b in zip(causes, badput, strict=True)}
        return Told(heard.calls, values, ending)


def compare(expected: Told, found: Told) -> Comparison:
    """What the engine on SimPy tells of a trial beside what the compiled one does."""
    difference = _of_calls(expected, found) or _of_columns(expected, found)
    return Comparison(difference, _is_same(expected, found))


def _of_calls(expected: Told, found: Told) -> str:
    """First difference of two tales; empty if there is none."""
    pairs = zip_longest(expected.calls, found.calls, fillvalue=("nothing more",))
    for number, (one, other) in enumerate(pairs):
        if not is_alike(one, other):
            before = expected.calls[max(0, number - _BEFORE) : number]
            lines = [f"  both      {call}" for call in before]
            lines += [f"  simpy     {one}", f"  compiled  {other}"]
            return "\n".join([f"call {number} differs:", *lines])
    if not is_alike(expected.ending, found.ending):
        return f"they end otherwise: {expected.ending} in simpy, {found.ending} compiled"
    return ""


def _of_columns(expected: Told, found: Told) -> str:
    for name, value in expected.values.items():
        if not _alike(value, found.values[name], 1e-12 if abs(value) <= 1.0 else SECONDS):
            return f"{name} is {value!r} in simpy, {found.values[name]!r} compiled"
    return ""


def is_alike(one: Sequence[Any], other: Sequence[Any]) -> bool:
    """Whether names and counts are equal, and floats within rounding."""
    return len(one) == len(other) and all(map(_alike, one, other))


def _alike(a: Any, b: Any, absolute: float = SECONDS) -> bool:
    if a == b:
        return True
    if not (isinstance(a, float) and isinstance(b, float)):
        return False
    return math.isclose(a, b, rel_tol=RELATIVE, abs_tol=absolute) or (a != a and b != b)


def _is_same(expected: Told, found: Told) -> bool:
    return (expected.calls, expected.ending) == (found.calls, found.ending) and np.array_equal(
        list(expected.values.values()), list(found.values.values()), equal_nan=True
    )


def first_difference(scenario: Scenario, seed: int, trials: Sequence[int]) -> str:
    """First difference in some trials, with the number of the trial; empty if there is none.

    Of a scenario that the compiled engine cannot tell, there is none.
    """
    if left_to_simpy(scenario):
        return ""
    engines = Engines(scenario, seed)
    for trial in trials:
        if difference := engines.compared(trial).difference:
            return f"trial {trial} under seed {seed}: {difference}"
    return ""

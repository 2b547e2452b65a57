"""Meters: sinks with columns of what they measure, and a sink that passes calls on to several."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Protocol

import numpy as np

from simtrain.accounts.timeline import Ending, EventKind, Sink

if TYPE_CHECKING:
    from simtrain.model.parameters import Settle
    from simtrain.scenario.scenario import Scenario

COUNT = "count"
FRACTION = "fraction"
SECONDS = "s"
HOST_SECONDS = "host s"
HOSTS = "host"
"""A number of hosts that need not be whole, such as a mean over time."""


class Column(NamedTuple):
    """One column: a number for each trial.

    Parameters
    ----------
    name
        Key in every output.
    unit
        Unit of the number.
    meaning
        What it is, with its formula if it is computed from others.
    value
        Reads it from the closed books of its meter; NaN where it is undefined. Books may be those
        of many trials, with an array over the trials for each number: then it is an array too.
    """

    name: str
    unit: str
    meaning: str
    value: Callable[[Any], float]


class Meter(Protocol):
    """A sink that measures a trial. It may leave out methods of `Sink` that it does not need.

    Attributes
    ----------
    columns
        What it measures.
    """

    columns: ClassVar[Sequence[Column]]

    @classmethod
    def of(cls, scenario: Scenario, mfu: float | None) -> Callable[[Settle], Meter] | None:
        """Meters for the trials of a scenario, whose MFU at full speed may be known.

        Each is made with the numbers of its trial. None if the scenario has nothing to measure.
        """

    @classmethod
    def columns_for(cls, scenario: Scenario) -> Sequence[Column]:
        """Those of its columns that have a value in trials of a scenario."""

    def row(self, ending: Ending) -> list[float]:
        """Value of each column, once the trial is over."""

    def badput_by_cause(self, causes: Sequence[str]) -> list[list[float]]:
        """Badput by cause, in each unit that the meter has for it."""


def share(part: Any, whole: Any) -> Any:
    """Part of a whole, of one trial or as an array over trials; NaN of nothing."""
    if isinstance(whole, np.ndarray):
        undefined = np.full(whole.shape, math.nan)
        return np.divide(part, whole, out=undefined, where=whole > 0)
    return part / whole if whole > 0 else math.nan


class Tee:
    """A `Sink` that passes each call on to those of several listeners that have its method.

    Parameters
    ----------
    listeners
        Sinks, or what has some of their methods, in the order in which they are called.
    """

    _CALLS = ("spent", "trained", "rolled_back", "happened", "skipped", "census", "close")

    spent: Callable[..., None]
    trained: Callable[..., None]
    rolled_back: Callable[..., None]
    happened: Callable[..., None]
    skipped: Callable[..., None]
    census: Callable[..., None]
    close: Callable[..., None]

    def __init__(self, *listeners: object):
        for call in self._CALLS:
            heard = [getattr(one, call) for one in listeners if hasattr(one, call)]
            both = _both_hear if call == "happened" else _both
            setattr(self, call, both(*heard) if len(heard) == 2 else _together(heard))


def tee(*listeners: object) -> Sink:
    """One sink for several listeners; a single one is returned as it is."""
    return listeners[0] if len(listeners) == 1 else Tee(*listeners)  # type: ignore[return-value]


def _together(calls: Sequence[Callable[..., None]]) -> Callable[..., None]:
    """One call for several; a single one costs nothing on top."""
    if len(calls) == 1:
        return calls[0]

    def each(*args: Any) -> None:
        for call in calls:
            call(*args)

    return each


def _both(first: Callable[..., None], second: Callable[..., None]) -> Callable[..., None]:
    """One call for two."""

    def both(*args: Any) -> None:
        first(*args)
        second(*args)

    return both


def _both_hear(first: Callable[..., None], second: Callable[..., None]) -> Callable[..., None]:
    """The same of what happens, which is most of what is told: named arguments pass faster."""

    def both(time: float, what: EventKind, cause: str, host: int = -1) -> None:
        first(time, what, cause, host)
        second(time, what, cause, host)

    return both

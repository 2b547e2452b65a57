"""`FailureLog`: what failed when in a window, and when it was back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from simtrain.units import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Seconds = NDArray[np.float64]
    Codes = NDArray[np.int64]

ANY = "fault"
"""Name of the one class of a log that tells none."""


class Standpoint(NamedTuple):
    """Where a host of a log stands, or what a row is of that names a whole domain.

    Parameters
    ----------
    domains
        Name of its domain on each level that the log tells, such as a rack, the smallest first;
        of a whole domain those of itself and of what it lies in.
    is_whole
        Whether it is a whole domain.
    """

    domains: Mapping[str, str]
    is_whole: bool


@dataclass(frozen=True, eq=False)
class FailureLog:
    """Failures of some hosts in a window, in order of time.

    Parameters
    ----------
    name
        What the log is called in reports.
    start, end
        The window: from its first moment to the one behind its last.
    hosts
        Number of hosts that were watched, those that never failed among them.
    time_s
        Seconds from the start of the window to each failure, rising.
    host, host_names
        Host of each failure as a number, and the name of each number.
    cause, classes
        Class of each failure as a number, and the name of each number.
    back_s
        Seconds from the start of the window until the host was back, NaN where that is not known
        or later than the log; None if the log does not tell of returns.
    outside
        How many rows lay outside the window and were left out.
    stand
        Where each host stands by its name, if that was asked and is told.
    """

    name: str
    start: dt.datetime
    end: dt.datetime
    hosts: int
    time_s: Seconds
    host: Codes
    host_names: tuple[str, ...]
    cause: Codes
    classes: tuple[str, ...]
    back_s: Seconds | None
    outside: int = 0
    stand: Mapping[str, Standpoint] = field(default_factory=dict)

    @property
    def events(self) -> int:
        """Number of failures."""
        return len(self.time_s)

    @property
    def window_s(self) -> float:
        """Length of the window."""
        return (self.end - self.start).total_seconds()

    @property
    def host_days(self) -> float:
        """Host-days of calendar."""
        return self.hosts * self.window_s / DAY

    @property
    def tells_classes(self) -> bool:
        """Whether failures have classes."""
        return self.classes != (ANY,)

    @property
    def returns_s(self) -> Seconds | None:
        """Seconds until each host was back; None if that is told of none."""
        told = self.back_s is not None and np.isfinite(self.back_s).any()
        return self.back_s if told else None

    @property
    def per_host(self) -> Codes:
        """Number of failures of each host, those that never failed at the end."""
        return np.bincount(self.host, minlength=self.hosts)

    @property
    def per_class(self) -> Codes:
        """Number of failures of each class."""
        return np.bincount(self.cause, minlength=len(self.classes))

    def per_span(self, span_s: float) -> Codes:
        """Number of failures in each span of calendar from the start, whole ones alone."""
        spans = int(self.window_s // span_s)
        numbers = (self.time_s // span_s).astype(np.int64)
        return np.bincount(numbers[numbers < spans], minlength=spans)

    @property
    def bare(self) -> Self:
        """The same window and hosts, without any failures."""
        return self._only(np.zeros(self.events, dtype=np.bool_))

    def without(self, classes: Sequence[str] = (), hosts: Sequence[str] = ()) -> Self:
        """The same log without some classes, and without some hosts, which then are not watched."""
        out_of_class = np.isin(self.cause, [self.classes.index(name) for name in classes])
        out_of_host = np.isin(self.host, [self.host_names.index(name) for name in hosts])
        kept = self._only(~(out_of_class | out_of_host))
        return replace(kept, hosts=self.hosts - len(set(hosts)))

    def since(self, moment_s: float) -> Self:
        """The same log from so many seconds after the start on."""
        kept = self._only(self.time_s >= moment_s)
        return replace(
            kept,
            start=self.start + dt.timedelta(seconds=moment_s),
            time_s=kept.time_s - moment_s,
            back_s=None if kept.back_s is None else kept.back_s - moment_s,
        )

    def _only(self, rows: NDArray[np.bool_]) -> Self:
        """Log of some rows, with numbers for the hosts and classes that are left."""
        found, host = np.unique(self.host[rows], return_inverse=True)
        left, cause = np.unique(self.cause[rows], return_inverse=True)
        return replace(
            self,
            time_s=self.time_s[rows],
            host=host.astype(np.int64),
            host_names=tuple(self.host_names[number] for number in found),
            cause=cause.astype(np.int64),
            classes=tuple(self.classes[number] for number in left),
            back_s=None if self.back_s is None else self.back_s[rows],
        )

"""Outages of hosts: failures with their returns, joined where a host was down already."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.units import DAY

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from simtrain.logs.log import Codes, FailureLog, Seconds


class Gaps(NamedTuple):
    """Times that hosts stood between an outage and the next one, or the end of the window.

    Parameters
    ----------
    length_s
        Their lengths.
    before, after
        Number of the outage before and after each, -1 if it is the end of the window.
    """

    length_s: Seconds
    before: Codes
    after: Codes

    @property
    def ended(self) -> NDArray[np.bool_]:
        """Whether an outage ended it."""
        return self.after >= 0


@dataclass(frozen=True, eq=False)
class Outages:
    """Outages in order of time by host. A failure of a host that is down belongs to its outage.

    Parameters
    ----------
    window_s
        Length of the window in seconds.
    first
        Number in the log of the failure that began each.
    host
        Host of each.
    begun_s, ended_s
        When each began and ended, infinite if it did not in the log.
    joined
        Whether each failure of the log joined an outage that there was.
    knows_returns
        Whether the log tells of returns; if not, outages end as they begin.
    """

    window_s: float
    first: Codes
    host: Codes
    begun_s: Seconds
    ended_s: Seconds
    joined: NDArray[np.bool_]
    knows_returns: bool

    @property
    def repair_s(self) -> Seconds:
        """How long each lasted, infinite if nobody knows."""
        return self.ended_s - self.begun_s

    @cached_property
    def down(self) -> HostsDown:
        """Hosts that were down at once."""
        ends = np.minimum(self.ended_s, self.window_s)
        moments = np.concatenate([[0.0], self.begun_s, ends, [self.window_s]])
        ones = np.ones(len(self.first))
        changes = np.concatenate([[0.0], ones, -ones, [0.0]])
        order = np.argsort(moments, kind="stable")
        levels = np.cumsum(changes[order])[:-1]
        lasting = np.diff(moments[order])
        return HostsDown(moments[order][:-1], np.rint(levels).astype(np.int64), lasting)

    @cached_property
    def gaps(self) -> Gaps:
        """Times between them on one host, after a return that is known and lies in the window."""
        follows = np.zeros(len(self.first), dtype=np.bool_)
        follows[:-1] = self.host[1:] == self.host[:-1]
        before = np.flatnonzero(self.ended_s < self.window_s)
        after = np.where(follows[before], before + 1, -1)
        until = np.where(after >= 0, self.begun_s[after], self.window_s)
        return Gaps(until - self.ended_s[before], before, after)

    def repeats(self, within_s: float) -> int:
        """Outages that began within a time of the return of the same host."""
        gaps = self.gaps
        return int((gaps.ended & (gaps.length_s <= within_s)).sum())

    @property
    def down_host_days(self) -> float:
        """Host-days that hosts were down within the window."""
        return float((np.minimum(self.ended_s, self.window_s) - self.begun_s).sum() / DAY)


class HostsDown(NamedTuple):
    """How many hosts were down, step by step.

    Parameters
    ----------
    moments_s
        When each step begins.
    levels
        Hosts that are down in it.
    lasting_s
        How long it lasts.
    """

    moments_s: Seconds
    levels: Codes
    lasting_s: Seconds

    @property
    def mean(self) -> float:
        """Mean over time."""
        return float(self.levels @ self.lasting_s / self.lasting_s.sum())

    @property
    def most(self) -> int:
        """Most that were down for any time."""
        return int(self.levels[self.lasting_s > 0].max(initial=0))

    def share(self, most: int) -> float:
        """Share of the time in which no more than `most` were down."""
        return float(self.lasting_s[self.levels <= most].sum() / self.lasting_s.sum())

    def quantile(self, part: float) -> int:
        """Least number that is not exceeded in this part of the time."""
        times = np.bincount(self.levels, weights=self.lasting_s)
        return int(np.searchsorted(np.cumsum(times), part * times.sum() * (1 - 1e-12)))


def outages(log: FailureLog) -> Outages:
    """Outages of a log."""
    told = log.time_s if log.returns_s is None else log.returns_s
    back = np.where(np.isnan(told), np.inf, told)
    order = np.lexsort((log.time_s, log.host))
    hosts, begun, ended = log.host[order], log.time_s[order], back[order]
    starts: list[int] = []
    latest: list[float] = []
    host = -1
    rows = zip(hosts.tolist(), begun.tolist(), ended.tolist(), strict=True)
    for row, (one, at, until) in enumerate(rows):
        # A host that is back at the moment of its next failure has stood for no time; only a
        # second row of the same moment is of the same outage.
        if one == host and (at < latest[-1] or at == begun[starts[-1]]):
            latest[-1] = max(latest[-1], until)
            continue
        host = one
        starts.append(row)
        latest.append(until)
    joined = np.ones(log.events, dtype=np.bool_)
    joined[order[starts]] = False
    return Outages(
        window_s=log.window_s,
        first=order[starts],
        host=hosts[starts],
        begun_s=begun[starts],
        ended_s=np.array(latest),
        joined=joined,
        knows_returns=log.returns_s is not None,
    )


def longest_quiet_s(moments: ArrayLike, window_s: float) -> float:
    """Longest time without any of some moments, the ends of the window among them."""
    return float(np.diff(np.concatenate([[0.0], np.sort(moments), [window_s]])).max())


def most_within(moments: ArrayLike, span_s: float) -> int:
    """Most moments that lie within any span of a length."""
    sorted_ = np.sort(np.asarray(moments, dtype=np.float64))
    behind = np.searchsorted(sorted_, sorted_ + span_s, side="right")
    return int((behind - np.arange(len(sorted_))).max(initial=0))

"""How one trial went: its work at any moment, its gaps, and its time by part of the run.

It is kept as the trial is simulated, segment by segment: the saves in a segment need no unfolding,
since where the work stands between them follows by arithmetic.
"""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import State
from simtrain.model.saving import done_after, even_parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Ending, Segment
    from simtrain.tables.history import Period

    Array = NDArray[np.float64]

_CATEGORY = {state: Category[state.name] for state in State if state}
_SAVE = State.CHECKPOINT_SAVE


class Trajectory(NamedTuple):
    """How one trial went.

    Parameters
    ----------
    goal_s
        Work that was to be done, in seconds at the full speed of the start; endless where a window
        is observed.
    rows
        One row for each segment of training, or for each of its parts in which saves are alike, and
        for each rollback, in order of time: when it begins and ends, the position of the work at
        its begin, and how it goes on from there: training until the first save and between two,
        duration of a stall, work per second of training, the part of it that a background write
        takes, the duration of such a write, and what is left of one at the begin.
    gaps
        Start and end of each time without training between two runs.
    spent_s
        Seconds by part of the run and category.
    """

    goal_s: float
    rows: Array
    gaps: Array
    spent_s: Array

    @property
    def nbytes(self) -> int:
        """Size of it."""
        return self.rows.nbytes + self.gaps.nbytes + self.spent_s.nbytes

    def work_at(self, moments: Array) -> Array:
        """Position of the work at some moments, in seconds at the full speed of the start.

        It rises evenly between two saves, and falls where work is lost.
        """
        if not len(self.rows):
            return np.zeros(len(moments))
        row = np.clip(np.searchsorted(self.rows[:, 0], moments, side="right") - 1, 0, None)
        start, end, work, first, every, stall, pace, slow, write, left = self.rows[row].T
        seconds, lasts = np.clip(moments, start, end) - start, end - start
        after = first + stall
        rounds = np.floor(np.maximum(seconds - after, 0.0) / (every + stall))
        trained = _times(rounds, every) - slow * rounds * np.minimum(every, write)
        done = after + _times(rounds, every + stall)
        for since, piece, writing in (
            (np.minimum(seconds, first), np.minimum(lasts, first), left),
            (np.clip(seconds - done, 0.0, every), np.minimum(lasts - done, every), write),
        ):
            share = np.divide(since, piece, out=np.zeros_like(since), where=since > 0)
            trained += since - slow * share * np.minimum(piece, writing)
        position: Array = work + pace * trained
        return position


def _times(number: Array, each: Array) -> Array:
    """So many times something, where nothing times what is endless is nothing."""
    return np.multiply(number, each, out=np.zeros_like(each), where=number > 0)


class _Part(NamedTuple):
    since: float
    until: float
    seconds: dict[Category, float]


class TrajectorySink:
    """Keeps what makes a `Trajectory`: a listener, in a tee beside a meter.

    Parameters
    ----------
    parts
        Parts of the run whose time is kept by category, in order and apart.

    Attributes
    ----------
    ending
        How the trial ended, once it has.
    """

    def __init__(self, parts: Sequence[Period]) -> None:
        self.ending: Ending | None = None
        self._parts = [_Part(*part, dict.fromkeys(Category, 0.0)) for part in parts]
        self._here = _Part(math.inf, -math.inf, {})  # the part that is under way
        self._rows = array("d")  # flat, which is quicker to make an array of than rows are
        self._segments: list[tuple[Segment, float]] = []  # and the position its work is kept to
        self._position = 0.0
        self._gaps: list[tuple[float, float]] = []
        self._stopped: float | None = None  # when the gap under way began

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Keep a time outside training."""
        if state is _SAVE:
            self._end_gap(start)
        elif self._stopped is None:
            self._stopped = start
        here = self._here
        if here.since <= start and end <= here.until:
            here.seconds[_CATEGORY[state]] += end - start
            return
        for part, since, until in self._inside(start, end):
            part.seconds[_CATEGORY[state]] += until - since

    def trained(self, segment: Segment) -> None:
        """Keep training, with the saves in it."""
        self._end_gap(segment.start)
        self._position = segment.work_end
        parts, ends = [(0.0, 0.0, segment.schedule)], [segment.end]
        if segment.schedule.cycle is not None:
            parts = list(even_parts(segment.schedule, segment.end - segment.start))
            ends = [segment.start + since for since, _, _ in parts[1:]] + ends
        for (since, work, manner), end in zip(parts, ends, strict=True):
            at = segment.work_start + work * manner.full_speed
            self._rows.extend(
                (
                    segment.start + since, end, at, manner.first_s, manner.every_s, manner.stall_s,
                    manner.speed * manner.full_speed, manner.write_slowdown, manner.write_s,
                    manner.write_left_s,
                )
            )  # fmt: skip
        if self._parts:
            self._segments.append((segment, segment.work_end))

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Keep where work was lost."""
        self._position = min(self._position, work)
        self._rows.extend((time, math.inf, self._position, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
        for place in range(len(self._segments) - 1, -1, -1):
            segment, kept = self._segments[place]
            if kept <= work:
                break
            self._segments[place] = segment, max(work, segment.work_start)

    def close(self, time: float) -> None:
        """End a gap that the trial ends in."""
        self._end_gap(time)

    def trajectory(self) -> Trajectory:
        """What was kept, once the trial has ended."""
        assert self.ending is not None
        for segment, kept in self._segments:
            self._book(segment, kept)
        return Trajectory(
            self.ending.work_s,
            np.array(self._rows).reshape(-1, 10),
            np.array(self._gaps).reshape(-1, 2),
            np.array([list(part.seconds.values()) for part in self._parts]).reshape(
                -1, len(Category)
            ),
        )

    def _end_gap(self, time: float) -> None:
        if self._stopped is not None:
            self._gaps.append((self._stopped, time))
            self._stopped = None

    def _inside(self, start: float, end: float) -> Iterator[tuple[_Part, float, float]]:
        """Parts that a time reaches into, and from when to when."""
        if self._here.since <= start and end <= self._here.until:
            yield self._here, start, end
            return
        for part in self._parts:
            if start < part.until and part.since < end:
                self._here = part
                yield part, max(start, part.since), min(end, part.until)

    def _book(self, segment: Segment, kept: float) -> None:
        """Spread a segment over the parts and categories; work counts where it was done."""
        for part, since, until in self._inside(segment.start, segment.end):
            seconds = part.seconds
            trained, done = _done_at(segment, since)
            trained_then, done_then = _done_at(segment, until)
            kept_s = done_then
            if kept < segment.work_end:
                kept_s = (kept - segment.work_start) / segment.schedule.full_speed
            productive = min(max(kept_s - done, 0.0), done_then - done)
            seconds[Category.PRODUCTIVE] += productive
            seconds[Category.LOST_WORK] += done_then - done - productive
            if segment.losses:
                seconds[Category.DEGRADED] += trained_then - trained - (done_then - done)
            if segment.save_s:
                seconds[Category.CHECKPOINT_SAVE] += until - since - (trained_then - trained)


def _done_at(segment: Segment, time: float) -> tuple[float, float]:
    """Seconds of training, and of work at full speed, that a segment came to by some time."""
    if time <= segment.start:
        return 0.0, 0.0
    if time >= segment.end:
        return segment.train_s, segment.productive_s
    done = done_after(segment.schedule, time - segment.start)
    return done.train_s, done.productive_s

"""What is published of a real run, measured by compiled code from the records of a trial's calls.

As `simtrain.tables.outcomes`, of which this is the compiled form.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.accounts.timeline import EventKind
from simtrain.compiled.caching import kernel
from simtrain.compiled.calls import HAPPENED, ROLLED_BACK, TRAINED
from simtrain.compiled.layout import call_at, segment_at
from simtrain.tables.columns import NAMES
from simtrain.tables.outcomes import COLUMN_OF, KIND_OF

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from simtrain.model.saving import SaveCycle
    from simtrain.tables.outcomes import Outcomes

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

_ALL, _OF_CAUSE, _HARDWARE, _MANUAL_HARDWARE = range(4)
"""Which of what happens of a kind a row counts."""

(
    _COUNT, _VALUE, _PROGRESS, _IN_RUN_SHARE, _LONGEST_RUN, _GAPS, _MEAN_GAP, _MEDIAN_GAP,
) = range(8)  # fmt: skip
_MEASURED = {
    "progress": _PROGRESS,
    "in_run_share": _IN_RUN_SHARE,
    "longest_run": _LONGEST_RUN,
    "gaps": _GAPS,
    "mean_gap": _MEAN_GAP,
    "median_gap": _MEDIAN_GAP,
}
_INTERRUPTION, _STOP, _LAUNCH, _PERSON_CALLED = (
    int(kind)
    for kind in (
        EventKind.INTERRUPTION, EventKind.STOP, EventKind.LAUNCH, EventKind.PERSON_CALLED,
    )
)  # fmt: skip
_COUNTED = {
    **{name: (int(kind), _ALL) for name, kind in KIND_OF.items()},
    "interruptions": (_INTERRUPTION, _ALL),
    "hardware_interruptions": (_INTERRUPTION, _HARDWARE),
    "manual_hardware_launches": (_LAUNCH, _MANUAL_HARDWARE),
}


class Rounds(NamedTuple):
    """Saves that differ, in rounds that repeat.

    Parameters
    ----------
    first
        Place of the first save of each round, and after all of them their number.
    stall_s, every_s, write_s
        As in a `SaveCycle`, of all rounds one after the other.
    """

    first: Places
    stall_s: Floats
    every_s: Floats
    write_s: Floats

    @classmethod
    def of(cls, cycles: Sequence[SaveCycle]) -> Rounds:
        """Rounds by number."""
        lengths = [len(cycle.write_s) for cycle in cycles]
        return cls(
            np.cumsum([0, *lengths]),
            np.array([one for cycle in cycles for one in cycle.stall_s.amounts], np.float64),
            np.array([one for cycle in cycles for one in cycle.train_s.amounts], np.float64),
            np.array([one for cycle in cycles for one in cycle.write_s], np.float64),
        )


class Asked(NamedTuple):
    """Rows that are measured.

    Parameters
    ----------
    what, since, until, rank
        What each row measures, in which window, and which of the longest is meant.
    first_of_kind
        By the kind of what happens, the first of the counts of it; and after all their number.
    counts
        Row of each count.
    counted_since, counted_until
        Window of each count.
    which, causes
        Which of what happens is counted, and of which cause.
    hardware
        Whether a host is to blame, by cause.
    times
        Moments at which the position of the work has to be known, in order.
    since_at, until_at
        Places among these of the window of each row.
    """

    what: Places
    since: Floats
    until: Floats
    rank: Places
    first_of_kind: Places
    counts: Places
    counted_since: Floats
    counted_until: Floats
    which: Places
    causes: Places
    hardware: NDArray[np.bool_]
    times: Floats
    since_at: Places
    until_at: Places

    @classmethod
    def of(cls, outcomes: Outcomes, names: Sequence[str]) -> Asked:
        """What is asked by a scenario, whose causes have these names."""
        rows = outcomes.rows
        counted = sorted(
            (*_counted(row.quantity, row.cause), number)
            for number, row in enumerate(rows)
            if row.quantity in _COUNTED
        )
        kinds = [kind for kind, _, _ in counted]
        causes = [rows[number].cause for _, _, number in counted]
        places = {time: place for place, time in enumerate(outcomes.times)}
        return cls(
            _whole(_what(row.quantity) for row in rows),
            np.array([row.since for row in rows], np.float64),
            np.array([row.until for row in rows], np.float64),
            _whole(row.rank for row in rows),
            np.searchsorted(kinds, range(len(EventKind) + 1)).astype(np.int64),
            _whole(number for _, _, number in counted),
            np.array([rows[number].since for _, _, number in counted], np.float64),
            np.array([rows[number].until for _, _, number in counted], np.float64),
            _whole(which for _, which, _ in counted),
            _whole(names.index(cause) if cause in names else -1 for cause in causes),
            np.array([name in outcomes.hardware for name in names], np.bool_),
            np.array(outcomes.times, np.float64),
            _whole(places.get(row.since, -1) for row in rows),
            _whole(places.get(row.until, -1) for row in rows),
        )


def fill_values(outcomes: Outcomes, values: Floats, measured: Floats) -> None:
    """Fill what is a column of the table, in a row for each trial."""
    for number, row in enumerate(outcomes.rows):
        if row.quantity in COLUMN_OF:
            measured[:, number] = values[:, NAMES.index(COLUMN_OF[row.quantity])]


def _counted(quantity: str, cause: str | None) -> tuple[int, int]:
    kind, which = _COUNTED[quantity]
    return kind, _OF_CAUSE if quantity == "interruptions" and cause is not None else which


def _what(quantity: str) -> int:
    if quantity in _COUNTED:
        return _COUNT
    return _VALUE if quantity in COLUMN_OF else _MEASURED[quantity]


def _whole(numbers: Iterable[int]) -> Places:
    return np.array([*numbers], np.int64)


@kernel
def measure_outcomes(
    calls: int, calls_n: int, segments: int, segments_n: int, wall_clock_s: float, work_s: float,
    asked: Asked, rounds: Rounds, measured: Floats,
) -> None:  # fmt: skip
    """Measure a trial that is over; what is a column of the table is left out.

    Parameters
    ----------
    calls, calls_n, segments, segments_n
        Addresses of the records of `CALL` and `SEGMENT`, and how many they are.
    wall_clock_s, work_s
        As in its ending.
    asked
        What is measured.
    rounds
        Saves that differ.
    measured
        A number for each row, which are overwritten; NaN where a trial has none.
    """
    rows, times = len(asked.what), len(asked.times)
    for row in range(rows):
        measured[row] = 0.0
    work_at, due, position = np.empty(times), 0, 0.0
    run_starts, run_ends, runs = np.empty(segments_n), np.empty(segments_n), 0
    is_running = is_manual = False
    for number in range(calls_n):
        call = call_at(calls, number)
        kind = call["kind"]
        if kind == HAPPENED:
            what, time, cause = call["what"], call["start"], call["cause"]
            if what == _PERSON_CALLED:
                is_manual = True
            elif what in (_INTERRUPTION, _STOP):
                if what == _INTERRUPTION:
                    is_manual = False
                if is_running:
                    run_ends[runs] = time
                    runs += 1
                    is_running = False
            is_hardware = cause >= 0 and asked.hardware[cause]
            for place in range(asked.first_of_kind[what], asked.first_of_kind[what + 1]):
                if not asked.counted_since[place] <= time < asked.counted_until[place]:
                    continue
                which = asked.which[place]
                if (
                    which == _ALL
                    or (which == _OF_CAUSE and cause == asked.causes[place])
                    or (which == _HARDWARE and is_hardware)
                    or (which == _MANUAL_HARDWARE and is_manual and is_hardware)
                ):
                    measured[asked.counts[place]] += 1.0
        elif kind == TRAINED:
            segment = segment_at(segments, call["what"])
            if not is_running:
                is_running = True
                run_starts[runs] = segment["start"]
            while due < times and asked.times[due] < segment["end"]:
                work_at[due] = position
                if asked.times[due] > segment["start"]:
                    work_at[due] = position_in(segment, asked.times[due], rounds)
                due += 1
            position = segment["work_end"]
        elif kind == ROLLED_BACK:
            while due < times and asked.times[due] < call["start"]:
                work_at[due] = position
                due += 1
            position = min(position, call["end"])
    if is_running:
        run_ends[runs] = wall_clock_s
        runs += 1
    for place in range(due, times):
        work_at[place] = position
    for row in range(rows):
        what, since, until = asked.what[row], asked.since[row], asked.until[row]
        if what == _PROGRESS:
            gained = work_at[asked.until_at[row]] - work_at[asked.since_at[row]]
            measured[row] = gained / work_s
        elif what in (_IN_RUN_SHARE, _LONGEST_RUN):
            clipped = _runs_within(run_starts[:runs], run_ends[:runs], since, until)
            if what == _IN_RUN_SHARE:
                seconds = min(until, wall_clock_s) - since
                measured[row] = _sum(clipped) / seconds if seconds > 0.0 else math.nan
            else:
                place = len(clipped) - asked.rank[row]
                measured[row] = np.sort(clipped)[place] if place >= 0 else math.nan
        elif what in (_GAPS, _MEAN_GAP, _MEDIAN_GAP):
            gaps = _gaps_within(run_starts[:runs], run_ends[:runs], wall_clock_s, since, until)
            if what == _GAPS:
                measured[row] = len(gaps)
            elif len(gaps) == 0:
                measured[row] = math.nan
            elif what == _MEAN_GAP:
                measured[row] = _exact_sum(gaps) / len(gaps)
            else:
                measured[row] = _median(np.sort(gaps))


@kernel
def position_in(segment: np.void, time: float, rounds: Rounds) -> float:
    """Position of the work at a moment within a segment."""
    at, work, end_of_all = segment["start"], segment["work_start"], segment["end"]
    train, write = segment["first_s"], segment["write_left_s"]
    speed, slowdown = segment["speed"], segment["write_slowdown"]
    cycle, place, first, many = segment["cycle"], segment["place"], 0, 1
    if cycle >= 0:
        first = rounds.first[cycle]
        many = rounds.first[cycle + 1] - first
    stall, every, next_write = segment["stall_s"], segment["every_s"], segment["write_s"]
    while at < end_of_all:
        end = min(at + train, end_of_all)
        if end > at:
            seconds = end - at
            slow = min(write, seconds)
            productive = speed * (1.0 - slowdown) * slow
            productive += speed * (seconds - slow)
            reached = work + productive * segment["full_speed"]
            if end >= time:
                return work + (time - at) / (end - at) * (reached - work)
            at, work = end, reached
        if cycle >= 0:
            save = first + place % many
            stall, every, next_write = (
                rounds.stall_s[save], rounds.every_s[save], rounds.write_s[save],
            )  # fmt: skip
            place += 1
        end = min(at + stall, end_of_all)
        if end > at and end >= time:
            return work
        at, train, write = end, every, next_write
    return segment["work_end"]


@kernel
def _runs_within(starts: Floats, ends: Floats, since: float, until: float) -> Floats:
    """Seconds of each run, as far as it falls into a window."""
    found, many = np.empty(len(starts)), 0
    for number in range(len(starts)):
        seconds = min(ends[number], until) - max(starts[number], since)
        if seconds > 0.0:
            found[many] = seconds
            many += 1
    return found[:many]


@kernel
def _gaps_within(starts: Floats, ends: Floats, ended: float, since: float, until: float) -> Floats:
    """Seconds of each gap before, between and after runs that begins in a window."""
    found, many = np.empty(len(starts) + 1), 0
    for number in range(len(starts) + 1):
        start = ends[number - 1] if number else 0.0
        end = starts[number] if number < len(starts) else ended
        if end > start and since <= start < until:
            found[many] = end - start
            many += 1
    return found[:many]


@kernel
def _sum(values: Floats) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


@kernel
def _exact_sum(values: Floats) -> float:
    """Sum, with what each addition loses added at the end."""
    total = lost = 0.0
    for value in values:
        after = total + value
        of_value = after - total
        lost += (total - (after - of_value)) + (value - of_value)
        total = after
    return total + lost


@kernel
def _median(values: Floats) -> float:
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    return (values[middle - 1] + values[middle]) / 2.0

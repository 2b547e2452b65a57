"""Energy, carbon and money of a trial by compiled code, where no hour weighs other than another.

As `simtrain.accounts.footprint`, with the same additions in the same order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.accounts import footprint as by_meter
from simtrain.accounts.footprint import (
    ACCOUNTS,
    FootprintMeter,
    measured_in,
    moving_changes,
    pauses_of,
)
from simtrain.accounts.timeline import EventKind, State
from simtrain.causes import CHECKPOINTS
from simtrain.compiled.caching import kernel
from simtrain.compiled.calls import CENSUS, HAPPENED, ROLLED_BACK, SPENT, TRAINED
from simtrain.compiled.layout import call_at, segment_at
from simtrain.compiled.memory import float_at, put_float, table_of, whole_at
from simtrain.model.footprint import Draw, FootprintReader, Hire
from simtrain.model.parameters import at_middle

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from numpy.typing import NDArray

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.footprint import Footprint
    from simtrain.scenario.scenario import Scenario

    Array = NDArray[np.float64]

_DRAWS = tuple(f"draw_{name}" for name in Draw._fields)
_HIRES = tuple(f"hire_{name}" for name in Hire._fields)
WEIGHTS = np.dtype(
    [
        *((name, "f8") for name in (*_DRAWS, *_HIRES, "intensity", "tariff", "embodied")),
        *((name, "i8") for name in ("lent", "checkpoints", "limits", "pauses", "changes")),
    ],
    align=True,
)
"""What a second of a host weighs, by what it does, between two changes of that.

Limits, pauses and numbers of changes are by cause, at addresses.
"""

weights_at = table_of(WEIGHTS)

MEASURES = len(by_meter.MEASURES)
SUMS = len(ACCOUNTS) * MEASURES
"""Numbers of a trial: three for each account."""
_PRODUCTIVE, _LOST, _DEGRADED, _STALLED, _IDLE, _REPAIR, _AWAY, _EMBODIED = (
    place * MEASURES for place in range(len(ACCOUNTS))
)
_CARBON, _COST = 1, 2
_WAIT, _PAUSED, _QUEUE = int(State.HOST_WAIT), int(State.PAUSED), int(State.QUEUE_WAIT)
_LAUNCH, _POWER, _CHANGE = int(EventKind.LAUNCH), int(EventKind.POWER), int(EventKind.CHANGE)


class Weights:
    """What hosts draw, emit and cost, where compiled code finds it.

    Parameters
    ----------
    names
        What causes are called.
    pauses
        Names of schedules and stops in which hosts draw and cost what they do in a pause.
    moving
        Numbers of the changes that move it, in the order in which they come.

    Attributes
    ----------
    address
        Where it is.
    """

    def __init__(self, names: Sequence[str], pauses: Container[str], moving: Sequence[int] = ()):
        self._names = names
        self._limits = np.ones((len(moving) + 1, len(names)))
        self._pauses = np.array([name in pauses for name in names], np.int64)
        came = {f"change {number}": place for place, number in enumerate(moving, start=1)}
        self._changes = np.array([came.get(name, 0) for name in names], np.int64)
        self._weights = np.zeros(len(moving) + 1, WEIGHTS)
        for weights, limits in zip(self._weights, self._limits, strict=True):
            weights["checkpoints"] = names.index(CHECKPOINTS)
            weights["limits"] = limits.ctypes.data
            weights["pauses"] = self._pauses.ctypes.data
            weights["changes"] = self._changes.ctypes.data
        self.address = int(self._weights.ctypes.data)

    def lay_out(self, memory: TrialMemory, changes: int, footprint: Footprint) -> None:
        """Weigh by a footprint, in which no hour weighs other than another, after some changes."""
        weights = memory.record(self._weights, changes)
        for fields, of in ((_DRAWS, footprint.draw), (_HIRES, footprint.hire)):
            for place, field in enumerate(fields):
                weights[field] = 0.0 if of is None else of[place]
        for field, weight in (("intensity", footprint.intensity), ("tariff", footprint.tariff)):
            weights[field] = 0.0 if weight is None else weight.over(0.0, 1.0)
        weights["embodied"], weights["lent"] = footprint.embodied, footprint.lent
        for name, limit in footprint.limits.items():
            if name in self._names:
                memory.put(self._limits[changes], self._names.index(name), limit)


class Footprints(FootprintMeter):
    """Footprints of many trials: the sums of a meter, each an array over the trials.

    Parameters
    ----------
    sums
        Sums of each trial, as `keep_footprint` keeps them.
    footprint
        The footprint of any of them, which says what is measured.
    """

    def __init__(self, sums: Array, footprint: Footprint):
        by_account = sums.reshape(len(sums), len(ACCOUNTS), MEASURES).T
        self._sums: Any = {name: by_account[:, place] for place, name in enumerate(ACCOUNTS)}
        self._limit = ""
        self._take(footprint)

    def fill(self, values: Array) -> None:
        """Fill the columns: a row for each trial."""
        for place, column in enumerate(self.columns):
            values[:, place] = column.value(self)


@kernel
def keep_footprint(
    calls: int, calls_n: int, segments: int, segments_n: int, wall_clock_s: float,
    weights: int, sums: int, charges: int, causes: int,
) -> bool:  # fmt: skip
    """Weigh a trial that is over.

    False if that has to be done otherwise: hosts joined or left while the job trained, or changes
    came in another order.

    Parameters
    ----------
    calls, calls_n, segments, segments_n
        Addresses of the records of `CALL` and `SEGMENT`, and how many they are.
    wall_clock_s
        When it ended.
    weights
        Address of weights.
    sums, charges
        Addresses of its sums, by account and measure, and of badput by measure and cause, which
        are overwritten.
    causes
        How many causes there are.
    """
    w = weights_at(weights, 0)
    training = w.draw_training
    for place in range(SUMS):
        put_float(sums, place, 0.0)
    for place in range(MEASURES * causes):
        put_float(charges, place, 0.0)
    # A rollback takes more pieces than it leaves, so there are never more than segments.
    piece_start, piece_end = np.empty(segments_n), np.empty(segments_n)
    piece, pieces = np.empty((segments_n, MEASURES)), 0
    move_at, move_to = np.empty(calls_n), np.empty(calls_n, np.int64)
    moves = moved = hosts = job = idle = repair = away = changes = 0
    limit = -1
    since, in_queue = 0.0, True
    for number in range(calls_n + 1):
        if number == calls_n:
            _book_others(w, sums, job, idle, repair, away, since, wall_clock_s)
            break
        call = call_at(calls, number)
        kind, cause = call.kind, call.cause
        if kind == CENSUS:
            _book_others(w, sums, job, idle, repair, away, since, call.start)
            if call.job != job:
                move_at[moves], move_to[moves] = call.start, call.job
                moves += 1
            since = call.start
            job, idle, repair, away = call.job, call.idle, call.repair, call.away
        elif kind == HAPPENED:
            if call.what == _LAUNCH:
                in_queue = False
            elif call.what == _POWER:
                limit = cause
                training = w.draw_training
                if limit >= 0:
                    training = w.draw_training * float_at(w.limits, limit)
            elif call.what == _CHANGE and whole_at(w.changes, cause) != 0:
                changes += 1
                if whole_at(w.changes, cause) != changes:
                    return False
                _book_others(w, sums, job, idle, repair, away, since, call.start)
                since = call.start
                w = weights_at(weights, changes)
                training = w.draw_training
                if limit >= 0:
                    training = w.draw_training * float_at(w.limits, limit)
        elif kind == SPENT:
            draw, hire = w.draw_stalled, w.hire_job
            if call.what == _QUEUE or (call.what == _WAIT and in_queue):
                hire = w.hire_queue
            elif call.what == _PAUSED and whole_at(w.pauses, cause) != 0:
                draw, hire = w.draw_paused, w.hire_paused
            start = call.start
            while moved < moves and move_at[moved] <= start:
                hosts = move_to[moved]
                moved += 1
            while moved < moves and move_at[moved] < call.end:
                moment = move_at[moved]
                if moment > start:
                    _charge(w, sums, charges, causes, cause, hosts, draw, hire, moment - start)
                    start = moment
                hosts = move_to[moved]
                moved += 1
            _charge(w, sums, charges, causes, cause, hosts, draw, hire, call.end - start)
        elif kind == TRAINED:
            segment = segment_at(segments, call.what)
            while moved < moves and move_at[moved] <= segment.start:
                hosts = move_to[moved]
                moved += 1
            if moved < moves and move_at[moved] < segment.end:
                return False
            piece_start[pieces], piece_end[pieces] = segment.work_start, segment.work_end
            for measure in range(MEASURES):
                each = _amount(w, measure, hosts, training, w.hire_job, 1.0)
                piece[pieces, measure] = segment.productive_s * each
                for loss in range(segment.losses):
                    amount = segment.loss_s[loss] * each
                    _add(sums, _DEGRADED + measure, amount)
                    _add(charges, measure * causes + segment.loss_cause[loss], amount)
                if segment.save_s != 0.0:
                    amount = _amount(w, measure, hosts, w.draw_stalled, w.hire_job, segment.save_s)
                    _add(sums, _STALLED + measure, amount)
                    _add(charges, measure * causes + w.checkpoints, amount)
            pieces += 1
        elif kind == ROLLED_BACK:
            work = call.end
            while pieces and piece_end[pieces - 1] > work:
                last = pieces - 1
                start, end = piece_start[last], piece_end[last]
                for measure in range(MEASURES):
                    lost = piece[last, measure]
                    if start < work:
                        kept = (work - start) / (end - start) * lost
                        piece[last, measure] = kept
                        lost -= kept
                    _add(sums, _LOST + measure, lost)
                    _add(charges, measure * causes + cause, lost)
                if start < work:
                    piece_end[last] = work
                else:
                    pieces = last
    for number in range(pieces):
        for measure in range(MEASURES):
            _add(sums, _PRODUCTIVE + measure, piece[number, measure])
    return True


@kernel
def _add(table: int, place: int, amount: float) -> None:
    put_float(table, place, float_at(table, place) + amount)


@kernel
def _amount(w: Any, measure: int, hosts: int, draw: float, hire: float, seconds: float) -> float:
    """So much of a measure do some hosts take in some time."""
    power = hosts * draw
    if measure == 0:
        return power * seconds
    if measure == _CARBON:
        return power * (w.intensity * seconds)
    return hosts * hire * seconds + power * (w.tariff * seconds)


@kernel
def _charge(
    w: Any, sums: int, charges: int, causes: int, cause: int, hosts: int, draw: float,
    hire: float, seconds: float,
) -> None:  # fmt: skip
    """Book the hosts of the job in some time outside training."""
    for measure in range(MEASURES):
        amount = _amount(w, measure, hosts, draw, hire, seconds)
        _add(sums, _STALLED + measure, amount)
        _add(charges, measure * causes + cause, amount)


@kernel
def _book_others(
    w: Any, sums: int, job: int, idle: int, repair: int, away: int, start: float, end: float
) -> None:
    """Book the hosts outside the job between two moments."""
    seconds = end - start
    if not seconds > 0.0:
        return
    if idle:
        lent = min(idle, w.lent)
        for measure in range(MEASURES):
            amount = _amount(w, measure, idle - lent, w.draw_idle, w.hire_idle, seconds)
            _add(sums, _IDLE + measure, amount)
        _add(sums, _IDLE + _COST, lent * w.hire_lent * seconds)
    if repair:
        for measure in range(MEASURES):
            amount = _amount(w, measure, repair, w.draw_repair, w.hire_repair, seconds)
            _add(sums, _REPAIR + measure, amount)
    if away:
        _add(sums, _AWAY + _COST, away * w.hire_away * seconds)
    if w.embodied != 0.0:
        each = w.embodied * seconds
        _add(sums, _EMBODIED + _CARBON, (job + idle + repair + away) * each)


class Weighing:
    """Weights of one trial after another, as far as they are flat.

    Parameters
    ----------
    scenario
        What hosts draw, emit and cost.
    names
        What causes are called.

    Attributes
    ----------
    weights
        Those in force.
    footprint
        That at the start, with numbers that are not known at their middle.
    """

    def __init__(self, scenario: Scenario, names: Sequence[str]):
        moving = moving_changes(scenario)
        after = (scenario.after(tuple(moving[:made])) for made in range(len(moving) + 1))
        self._readers = [FootprintReader(one) for one in after]
        self._middles = [reader.footprint(at_middle) for reader in self._readers]
        self.footprint = self._middles[0]
        self.weights = Weights(names, pauses_of(scenario), moving)

    @classmethod
    def of(cls, scenario: Scenario, names: Sequence[str]) -> Weighing | None:
        """The same; None if there is nothing to weigh, or hours weigh other than others."""
        if not measured_in(scenario):
            return None
        found = cls(scenario, names)
        return found if all(footprint.is_flat for footprint in found._middles) else None

    def lay_out(self, memory: TrialMemory) -> None:
        """Lay out the weights of the trial that is laid out."""
        for changes, reader in enumerate(self._readers):
            self.weights.lay_out(memory, changes, reader.footprint(memory.settle))

"""What nobody sees of a run in flight: drawn, by what the scenario says of the time before now.

The last save lies some part of an interval back, and older ones at even distances behind it. Faults
under which training goes on have struck all the while at their rate; those that were noticed are
over, and of the others each trial draws which are there. That is exact for memoryless classes: a
Poisson process of which every fault is kept with the probability that nobody has noticed it yet.
Where a host is bad from the onset on, it stays if none of its relapses was noticed either.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model import response
from simtrain.model.copies import Saves
from simtrain.model.saving import train_for
from simtrain.model.streams import (
    BAD_HOST,
    BAD_PLACE,
    IS_BAD,
    ONSET,
    ONSET_AGAIN,
    PHASE,
    ROWS_PER_HOST,
    SINCE_SAVE,
    SLOW,
    THRESHOLD,
    UNIT,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simtrain.model.draws import Draws, Row, Stream
    from simtrain.model.parameters import FaultParameters, Parameters

MOST = 10_000
"""Faults of a class before the start that are looked at: more than fit into a trial."""
_SAME = 1e-9


class Onset(NamedTuple):
    """A fault before the start under which training goes on.

    Parameters
    ----------
    fault
        Its class.
    stream, number, row
        Address of the draws that decide about it, and these draws.
    place
        Place in the job of the host that it struck; negative if it struck none.
    is_unfit
        Whether the host really needs repair.
    work
        Position of the work at which it struck, which is negative.
    notice_s, passes_s
        Time until it is noticed, of training where it taints the work, and until it passes.
    speed
        Speed of a slow host, as a fraction of that of others.
    """

    fault: FaultParameters
    stream: Stream
    number: int
    row: Row
    place: int
    is_unfit: bool
    work: float
    notice_s: float
    passes_s: float = math.inf
    speed: float = 1.0


class HiddenState(NamedTuple):
    """State of a run in flight that nobody sees.

    Parameters
    ----------
    first_work
        Position of the work at which the run began, which is negative.
    saves
        Saves so far, at even distances; None if there was none.
    since_save
        Training since the last of them (or work, if the interval is in steps).
    writing_s
        What is left of the background write of the last one, in seconds.
    onsets
        What nobody has noticed, in the order of the onsets.
    bad
        Class and place in the job of each host that is bad otherwise.
    """

    first_work: float
    saves: Saves | None
    since_save: float
    writing_s: float
    onsets: tuple[Onset, ...]
    bad: tuple[tuple[FaultParameters, int], ...] = ()


class _Pace(NamedTuple):
    """How training went: work for a second of it, and seconds at risk for each of these."""

    work: float
    at_risk: float


def hidden_state(parameters: Parameters, draws: Draws) -> HiddenState:
    """State of a run in flight that nobody sees.

    Parameters
    ----------
    parameters
        What is in force at the start of a run in flight, and is taken to have been so before.
    draws
        Draws of the trial.
    """
    underway = parameters.underway
    assert underway is not None
    checkpoint, speed = parameters.checkpoint, parameters.speed
    behind = parameters.work * underway.done / (1.0 - underway.done)
    lag, stall = checkpoint.mean_lag, checkpoint.mean_stall

    def training_for(work: float) -> float:
        return train_for(work, lag, speed, checkpoint.write_slowdown)

    def work_in(training: float) -> float:
        return speed * (training - checkpoint.write_slowdown * min(training, lag))

    part = underway.since_save
    if part is None:
        block, at = draws.stream(PHASE).row(0)
        part = block[at + SINCE_SAVE]
    since = part * checkpoint.interval
    if checkpoint.in_work:
        work, work_step = since, checkpoint.interval
        training_s, step_s = training_for(work), parameters.interval_s
    else:
        training_s, step_s = since, checkpoint.interval
        work, work_step = work_in(since), work_in(step_s)
    pace = _Pace(work_step / step_s, 1.0 + stall / step_s)
    number = 0
    if work < behind * (1 - _SAME) and work_step > 0.0:
        number = math.ceil((behind - work) / work_step - _SAME)
    saves, writing_s = None, 0.0
    if number:
        before = number - 1
        saves = Saves(
            number,
            -training_s - before * (step_s + stall),
            -work - before * work_step,
            step_s + stall,
            work_step,
        )
        writing_s = max(checkpoint.saves[number % len(checkpoint.saves)].lag - training_s, 0.0)
    elif work > behind:
        since = behind if checkpoint.in_work else training_for(behind)
    onsets = tuple(_onsets(parameters, behind, pace, draws))
    bad = tuple(_bad_hosts(parameters, underway.bad_hosts, draws))
    return HiddenState(-behind, saves, since, writing_s, onsets, bad)


def is_drawn(parameters: Parameters, fault: FaultParameters) -> bool:
    """Whether faults of a class that nobody has noticed are drawn.

    They are where it is memoryless and strikes single hosts or the job, and no check looks for it:
    what checks have found until now is not known.
    """
    drawn = fault.effect.taints or fault.effect.slows
    looked_for = any(fault.name in check.finds for check in parameters.checks)
    return drawn and fault.rate > 0.0 and fault.scope.hosts <= 1 and not looked_for


def _bad_hosts(
    parameters: Parameters, probabilities: Mapping[str, float], draws: Draws
) -> Iterator[tuple[FaultParameters, int]]:
    """Hosts that are bad by classes of which it is known how likely that is."""
    for name, probability in probabilities.items():
        block, at = draws.stream(BAD_HOST, name).row(0)
        if block[at + IS_BAD] < probability:
            yield parameters.faults[name], int(block[at + BAD_PLACE] * parameters.cluster.hosts)


def _onsets(parameters: Parameters, behind: float, pace: _Pace, draws: Draws) -> list[Onset]:
    """What nobody has noticed of all classes, in the order of the onsets."""
    found: list[Onset] = []
    for fault in parameters.faults.values():
        if is_drawn(parameters, fault):
            found += _of_class(parameters, fault, behind, pace, draws)
    found.sort(key=lambda one: one.work)
    # One that strikes while another of these is unnoticed is part of that one.
    merging = [one for one in found if one.fault.effect.merges]
    return [one for one in found if not one.fault.effect.merges or one is merging[0]]


def _of_class(
    parameters: Parameters, fault: FaultParameters, behind: float, pace: _Pace, draws: Draws
) -> Iterator[Onset]:
    stream = draws.stream(ONSET, fault.name)
    units = parameters.cluster.hosts if fault.scope.hosts else 1
    rate = fault.rate * units * pace.at_risk
    age = 0.0  # training since it struck
    for number in range(MOST):
        block, at = row = stream.row(number)
        age -= math.log1p(-block[at + THRESHOLD]) / rate
        if age * pace.work > behind:
            return
        notice = response.latency(fault, row)
        if notice <= age:
            continue
        place = int(block[at + UNIT] * units) if fault.scope.hosts else -1
        unfit = place >= 0 and response.needs_repair(fault, row)
        one = Onset(fault, stream, number, row, place, unfit, -age * pace.work, notice - age)
        if fault.effect.slows:
            speed, lasts = response.slowness(fault, draws.stream(SLOW, stream.name).row(number))
            if lasts > age:
                notice = one.notice_s if notice < lasts else math.inf
                yield one._replace(notice_s=notice, passes_s=lasts - age, speed=speed)
            continue
        relapses = _relapses(parameters, one, age, pace, draws)
        if relapses is not None:
            yield one
            yield from relapses


def _relapses(
    parameters: Parameters, first: Onset, age: float, pace: _Pace, draws: Draws
) -> list[Onset] | None:
    """What its host did again since then; None if somebody has noticed any of it."""
    fault, found = first.fault, list[Onset]()
    if not first.is_unfit or fault.effect.merges:
        return found
    stream = draws.stream(ONSET_AGAIN, fault.name)
    for number in range(first.number * ROWS_PER_HOST, first.number * ROWS_PER_HOST + MOST):
        block, at = row = stream.row(number)
        age += math.log1p(-block[at + THRESHOLD]) * parameters.repair.bad_host_mtbf / pace.at_risk
        if age <= 0.0:
            break
        notice = response.latency(fault, row)
        if notice <= age:
            return None
        unfit = response.needs_repair(fault, row)
        found.append(
            Onset(fault, stream, number, row, first.place, unfit, -age * pace.work, notice - age)
        )
    return found

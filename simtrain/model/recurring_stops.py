"""Stops that recur by a law: when each of them comes next in a run in flight.

A process of renewals is drawn from the start of the run up to now, and what is left of the interval
that goes over now is when it comes next: no law of ages is needed, and none is assumed to have
settled. Where it is known when it came last, the interval is one that is longer than its age.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from simtrain.distributions import Fixed
from simtrain.model.streams import (
    STOPPED,
    STOPPED_DUE,
    STOPPED_LASTS,
    STOPPED_LAUNCH,
    STOPPED_LOAD,
)

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.model.draws import Draws, Row
    from simtrain.model.parameters import Parameters

_MOST = 100_000
"""Times of a stop before the start that are looked at; the first of all has the row after them."""
_TRIES = 1000
"""Pasts that are drawn until one has the job in training now."""
_HALVINGS = 64
_BELOW_ONE = math.nextafter(1.0, 0.0)


class RecurringStop(NamedTuple):
    """A stop that recurs, with its numbers in a trial.

    Parameters
    ----------
    name
        Its name.
    every, duration
        Laws of the time from one to the next, and of how long each lasts, in seconds.
    holds_job
        Whether the job stands still for all of that.
    """

    name: str
    every: Law
    duration: Law
    holds_job: bool


def next_stop(stop: RecurringStop, parameters: Parameters, draws: Draws) -> float | None:
    """Seconds until a stop that recurs comes next; None if nothing is known of the time before.

    All of its times until now are drawn, and anew from the start where the last of them still holds
    the job now or the job is launched after it, since the trial begins as it trains.

    Parameters
    ----------
    stop
        The stop.
    parameters
        What is in force at the start, and is taken to have been so before.
    draws
        Draws of the trial.
    """
    underway = parameters.underway
    if underway is None:
        return None
    stream = draws.stream(STOPPED, stop.name)
    if (known := underway.since_stop.get(stop.name)) is not None:
        block, at = stream.row(0)
        return residual(stop.every, known, block[at + STOPPED_DUE])
    if underway.elapsed is None:
        return None
    first = underway.first_stop.get(stop.name)
    passed = underway.elapsed if first is None else first
    if isinstance(stop.every, Fixed):
        return stop.every.mean - math.fmod(passed, stop.every.mean)
    left = 0.0
    for attempt in range(_TRIES):
        since, holds = passed, 0.0
        if first is not None:
            holds = _holds(stop, parameters, stream.row(_MOST, attempt))
        for number in range(_MOST):
            block, at = row = stream.row(number, attempt)
            left = stop.every.quantile(block[at + STOPPED_DUE]) - since
            if left > 0.0:
                break
            since, holds = -left, _holds(stop, parameters, row)
        if since >= holds:
            break
    return max(left, 0.0)


def _holds(stop: RecurringStop, parameters: Parameters, row: Row) -> float:
    """For how long a stop keeps the job from training, from when it is due on."""
    if not stop.holds_job:
        return 0.0
    block, at = row
    lasts = stop.duration.quantile(block[at + STOPPED_LASTS])
    launch = parameters.restart.duration.quantile(block[at + STOPPED_LAUNCH])
    return lasts + launch + parameters.checkpoint.tiers[-1].load.quantile(block[at + STOPPED_LOAD])


def residual(law: Law, age: float, u: float) -> float:
    """What is left of an interval that is longer than its age; 0 if none is.

    Parameters
    ----------
    law
        Law of the interval.
    age
        How much of it is over.
    u
        Uniform number in [0, 1).
    """
    shorter, longer = 0.0, 1.0  # the probability to be shorter lies between them
    if law.quantile(0.0) <= age:
        for _ in range(_HALVINGS):
            middle = (shorter + longer) / 2
            if law.quantile(min(middle, _BELOW_ONE)) <= age:
                shorter = middle
            else:
                longer = middle
    return max(law.quantile(min(shorter + u * (1.0 - shorter), _BELOW_ONE)) - age, 0.0)

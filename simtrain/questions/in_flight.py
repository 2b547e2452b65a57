"""A run in flight at a moment: where it stands, what is left of it, and what was seen of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.answers.forecast import Standing
from simtrain.history import exposure
from simtrain.history.bad_hosts import probability_of_a_bad_host
from simtrain.history.posterior import Seen, Update, updates
from simtrain.history.repairs import Repairs, told_by_repairs
from simtrain.logs.log import ANY
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.questions.behind import behind
from simtrain.questions.logged_classes import by_class, of_one_moment, repaired
from simtrain.scenario.narrowed import narrowed, with_ranges
from simtrain.scenario.remaining import remaining

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.history.pairs import ToldPair
    from simtrain.logs.counts import LoggedFaults
    from simtrain.logs.progress import Progress
    from simtrain.scenario.scenario import Scenario


class InFlight(NamedTuple):
    """A run in flight at a moment.

    Parameters
    ----------
    standing
        Where it stands.
    progress
        How it came there.
    updates
        Numbers that what was seen tells something of.
    left
        What is left of it, with all numbers as they were planned.
    told
        The same by what was seen.
    until_now
        The run as it was planned, with what was counted, which ends now: its trials say what
        progress tells of other numbers. None if there are no others that are not known.
    is_explained
        Whether progress lies within that of these trials; None if nobody looked.
    together
        Two numbers, with what progress tells of both; None if there are no two that it tells of.
    """

    standing: Standing
    progress: Progress
    updates: tuple[Update, ...]
    left: Scenario
    told: Scenario
    until_now: Scenario | None
    is_explained: bool | None = None
    together: ToldPair | None = None


def in_flight(
    planned: Scenario,
    progress: Progress,
    faults: LoggedFaults | None,
    asked_s: float,
    in_repair: int = 0,
    granted_s: float | None = None,
) -> InFlight:
    """A run as it was known at a moment: nothing later is looked at.

    Where it stands later than the last row of its progress is not known, and is simulated.

    Parameters
    ----------
    planned
        The run as it was planned.
    progress
        How far it was, with a row after its start and until the moment.
    faults
        What failed, if a log was given.
    asked_s
        The moment, in seconds since the start.
    in_repair
        Spares that are in repair then.
    granted_s
        When the present allocation was granted, in seconds since the start, if that is known.
    """
    known = progress.until(asked_s)
    now_s = known.last_s
    seen, others = ({}, {}) if faults is None else by_class(planned, faults, now_s)
    planned_s = _planned_s(planned)
    if faults is not None:
        # At a low speed training takes longer than planned, and is no loss.
        disturbed = sum(seen.values()) + sum(others.values()) + known.rolled_back
        planned_s = max(planned_s, known.undisturbed_s(disturbed) or 0.0)
    repairs = Repairs(np.empty(0), np.empty(0))
    if faults is not None:
        repairs = Repairs(*faults.lasting_s(now_s, repaired(planned)))
    since_s, missing = ([], 0) if in_repair else _in_repair(planned, now_s, known.now, repairs)
    standing = Standing(
        now_s=now_s,
        done=known.now,
        training_s=known.training_s(planned_s),
        rolled_back=known.rolled_back,
        faults=seen,
        others=others,
        asked_s=asked_s,
        in_repair=in_repair or len(since_s),
        since_known=len(since_s),
        missing=missing,
    )
    at_risk_s = _at_risk_s(planned, standing)
    left = remaining(planned, now_s, known.now, standing.in_repair, since_s)
    if faults is not None and (bad := _bad_hosts(planned, left, faults, now_s, at_risk_s)):
        left = left.replace({"underway.bad_hosts": bad})
    if more := behind(planned, left, known, faults, planned_s, at_risk_s, granted_s):
        left = left.replace(more)
    counted = (
        *updates(planned, Seen(now_s, at_risk_s, seen, known.kept_s(planned_s))),
        *_of_repair(planned, repairs),
    )
    keys = {one.key for one in counted}
    until_now = None
    if not all(keys & set(unknown.keys) for unknown in planned.unknown):
        until_now = _updated(planned, counted).replace({"limits.wall_clock": f"{now_s} s"})
    standing = standing._replace(at_risk_s=at_risk_s)
    return InFlight(standing, known, counted, left, _updated(left, counted), until_now)


def _updated(scenario: Scenario, counted: Sequence[Update]) -> Scenario:
    """A scenario with the ranges that numbers have now, and all that share a quantile with them."""
    shared = dict(one.shared for one in counted if one.shared is not None)
    ranges = {one.key: one.written for one in narrowed(scenario, shared)}
    return with_ranges(scenario, ranges | {one.key: one.written for one in counted})


def _in_repair(
    planned: Scenario, now_s: float, done: float, repairs: Repairs
) -> tuple[list[float], int]:
    """For how many seconds spares have been in repair, and how many hosts in repair exceed them."""
    since_s = sorted(repairs.going_on_s.tolist(), reverse=True)
    # As many spares as there are now, after changes that have come.
    spares = remaining(planned, now_s, done).cluster.spares if since_s else 0
    return since_s[:spares], max(len(since_s) - spares, 0)


def _at_risk_s(scenario: Scenario, standing: Standing) -> float:
    """Seconds in which the run was at risk; of an elastic one those in which it trained."""
    if scenario.recovery.replicas:
        return standing.training_s
    now = parameters_of(scenario, at_middle, scenario)
    ended = sum(
        count for name, count in standing.faults.items() if not now.faults[name].effect.slows
    )
    return exposure.at_risk_s(now, standing.now_s, standing.training_s, ended, standing.rolled_back)


def _bad_hosts(
    planned: Scenario, left: Scenario, faults: LoggedFaults, now_s: float, at_risk_s: float
) -> dict[str, float]:
    """How likely it is that a host of the job is bad, by class."""
    now = parameters_of(left, at_middle, left)
    names = {name.lower(): name for name in planned.fault}
    if len(names) == 1:
        names[ANY] = next(iter(planned.fault))
    seen = [
        (time, names[one.lower()])
        for time, one in faults.until(now_s, of_one_moment(planned))
        if one.lower() in names
    ]
    at_risk = at_risk_s / now_s
    found = {
        name: probability_of_a_bad_host(now, name, seen, now_s, at_risk) for name in planned.fault
    }
    return {name: round(chance, 6) for name, chance in found.items() if chance}


def _of_repair(planned: Scenario, repairs: Repairs) -> tuple[Update, ...]:
    """What repairs tell of their numbers: one after the other, where they are of one law."""
    found: dict[str, Update] = {}
    told = planned
    for address, ends in told_by_repairs(planned, repairs).items():
        for one in narrowed(told, {address: ends}):
            told = with_ranges(told, {one.key: one.written})
            written = Update(
                one.key, one.written, repairs.number, None, one.before, one.after, one.name
            )
            found[one.name] = written
    # Of several numbers of one law the last that is written has them all.
    return tuple(replace(one, written=told.value_at(one.key)) for one in found.values())


def _planned_s(scenario: Scenario) -> float:
    """Seconds that the whole work takes while nothing fails, saves included."""
    now = parameters_of(scenario, at_middle, scenario)
    return scenario.ideal_s / now.speed * (1.0 + now.checkpoint.mean_stall / now.interval_s)

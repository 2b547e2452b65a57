"""A run in flight at a moment: where it stands, what is left of it, and what was seen of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.answers.forecast import Standing
from simtrain.engine.numbers import NumbersOfTrial
from simtrain.errors import InputError
from simtrain.history import exposure
from simtrain.history.bad_hosts import probability_of_a_bad_host
from simtrain.history.course import FEWEST, told_by_progress
from simtrain.history.pairs import ToldPair, pair_of
from simtrain.history.posterior import Seen, Update, updates
from simtrain.history.repairs import Repairs, told_by_repairs
from simtrain.logs.log import ANY
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.model.parameters.workload import work_in_all
from simtrain.model.quantiles import quantiles
from simtrain.questions.behind import behind, stops_in
from simtrain.scenario.narrowed import narrowed, with_ranges
from simtrain.scenario.remaining import remaining
from simtrain.tables.columns import NAMES
from simtrain.units import brief

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from simtrain.logs.counts import LoggedFaults
    from simtrain.logs.progress import Progress
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results


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
    seen, others = ({}, {}) if faults is None else _by_class(planned, faults, now_s)
    planned_s = _planned_s(planned)
    if faults is not None:
        # At a low speed training takes longer than planned, and is no loss.
        disturbed = sum(seen.values()) + sum(others.values()) + known.rolled_back
        planned_s = max(planned_s, known.undisturbed_s(disturbed) or 0.0)
    training_s = known.training_s(planned_s)
    standing = Standing(
        now_s, known.now, training_s, known.rolled_back, seen, others, asked_s, in_repair
    )
    standing = standing._replace(at_risk_s=_at_risk_s(planned, standing))
    repairs, missing = Repairs(np.empty(0), np.empty(0)), 0
    if faults is not None:
        repairs = Repairs(*faults.lasting_s(now_s, _repaired(planned)))
    since_s: list[float] = []
    if not in_repair and repairs.going_on_s.size:
        since_s = sorted(repairs.going_on_s.tolist(), reverse=True)
        spares = _spares(planned, now_s, known.now)
        missing, since_s = max(len(since_s) - spares, 0), since_s[:spares]
        in_repair = len(since_s)
    standing = standing._replace(in_repair=in_repair, since_known=len(since_s), missing=missing)
    left = remaining(planned, now_s, known.now, in_repair, since_s)
    at_risk_s = standing.at_risk_s
    if faults is not None and (bad := _bad_hosts(planned, left, faults, now_s, at_risk_s)):
        left = left.replace({"underway.bad_hosts": bad})
    if more := behind(planned, left, known, faults, planned_s, at_risk_s, granted_s):
        left = left.replace(more)
    counted = tuple(updates(planned, Seen(now_s, at_risk_s, seen, known.kept_s(planned_s))))
    counted += _of_repair(planned, repairs)
    ranges = {one.key: one.written for one in counted}
    shared = dict(one.shared for one in counted if one.shared is not None)
    until_now = with_ranges(planned, _together_with(planned, shared) | ranges)
    until_now = until_now.replace({"limits.wall_clock": f"{now_s} s"})
    has_others = any(not ranges.keys() & set(unknown.keys) for unknown in planned.unknown)
    told = with_ranges(left, _together_with(left, shared) | ranges)
    return InFlight(standing, known, counted, left, told, until_now if has_others else None)


def learnt(known: InFlight, *until_now: Results) -> InFlight:
    """The same run with what its progress tells of numbers that no count told of.

    Parameters
    ----------
    known
        The run.
    *until_now
        Trials of its `until_now`, in their order from the first one on.
    """
    counted = {one.key for one in known.updates}
    unknown = [one for one in until_now[0].scenario.unknown if not counted & set(one.keys)]
    addresses = [one.address for one in unknown]
    trials = _trials(until_now, addresses)
    seen = _seen(known.standing, trials)
    found = told_by_progress(trials.quantiles, trials.done, *seen)
    if found is None:
        return known._replace(is_explained=False if len(trials.done) >= FEWEST else None)
    ends = {address: at for address, at in zip(addresses, found, strict=True) if at is not None}
    together = None
    if (pair := pair_of(known.left, ends)) is not None:
        of_pair = trials.quantiles[:, [addresses.index(one) for one in pair.addresses]]
        together = pair.told(of_pair, trials.done, *seen)
    is_used = together is not None and together.known.is_enough
    if together is not None and is_used:
        ends |= together.ends
    updates = tuple(
        Update(one.key, one.written, None, None, one.before, one.after, one.name)
        for one in narrowed(known.left, ends)
    )
    told = with_ranges(known.told, {one.key: one.written for one in updates})
    if together is not None and is_used:
        told = together.in_scenario(told)
    return known._replace(
        updates=(*known.updates, *updates), told=told, is_explained=True, together=together
    )


class _Trials(NamedTuple):
    """Trials of a run until now: the quantiles of its numbers, the share done, and the faults."""

    quantiles: NDArray[np.float64]
    done: NDArray[np.float64]
    faults: NDArray[np.float64]


def _trials(parts: Sequence[Results], addresses: Sequence[str]) -> _Trials:
    first, *_ = parts
    values = np.concatenate([one.values for one in parts])
    productive_s, faults = (values[:, NAMES.index(name)] for name in ("productive_s", "faults"))
    done = productive_s / (first.ideal_s * _relative_work(first.scenario, first.seed, len(values)))
    at = quantiles(first.seed, len(values), addresses, first.scenario.conditionals)
    return _Trials(at, done, faults)


def _seen(standing: Standing, trials: _Trials) -> tuple[float, NDArray[np.float64] | None, int]:
    """Share that the run has done; faults of the trials, if those of the run are known; these."""
    count = sum(standing.faults.values()) + sum(standing.others.values())
    return standing.done, trials.faults if standing.faults else None, count


def refuse_other_classes(
    scenario: Scenario, faults: LoggedFaults, until_s: float, log: Path
) -> None:
    """Refuse a log none of whose faults is of a class of a scenario, by an `InputError`."""
    known, others = _by_class(scenario, faults, until_s)
    if others and not any(known.values()):
        there = ", ".join(scenario.fault)
        raise InputError(
            f"{log}: none of its {sum(others.values()):,} faults in {brief(until_s)} is of a class "
            f"of {scenario.name}; call them {there}"
        )


def _by_class(
    scenario: Scenario, faults: LoggedFaults, until_s: float
) -> tuple[dict[str, int], dict[str, int]]:
    """Faults by class of a scenario, and those of other classes, as a log has them.

    A class that the log could have told of and did not has had no fault.
    """
    counted = Counter(name for _, name in faults.until(until_s, _together(scenario)))
    if set(counted) == {ANY} and len(scenario.fault) == 1:
        [name] = scenario.fault
        return {name: counted[ANY]}, {}
    names = {name.lower(): name for name in scenario.fault}
    known = dict.fromkeys(scenario.fault, 0)
    others = {}
    for one, count in counted.items():
        if one.lower() in names:
            known[names[one.lower()]] += count
        elif one.lower() not in stops_in(scenario):
            others[one] = count
    return known, others


def _together_with(
    scenario: Scenario, quantiles: Mapping[str, tuple[float, float, float]]
) -> dict[str, Any]:
    """Ranges of all numbers that share a quantile which was narrowed, those of changes too."""
    return {one.key: one.written for one in narrowed(scenario, quantiles)}


def _together(scenario: Scenario) -> set[str]:
    """Classes of which all rows of one moment are of one fault, by their names in lower case."""
    names = {name.lower() for name, fault in scenario.fault.items() if not fault.is_of_one_host}
    return names | ({ANY} if len(scenario.fault) == 1 and names else set())


def _repaired(scenario: Scenario) -> set[str]:
    """Classes whose hosts are repaired, each of them, by their names in lower case.

    The end of a row of another class may be that of anything.
    """
    names = {
        name.lower()
        for name, fault in scenario.fault.items()
        if fault.strikes_hosts
        and fault.returns is None
        and fault.effect != "preempt"
        and (fault.needs_repair is None or fault.needs_repair.middle == 1.0)
    }
    return names | ({ANY} if len(scenario.fault) == 1 and names else set())


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
        for time, one in faults.until(now_s, _together(planned))
        if one.lower() in names
    ]
    at_risk = at_risk_s / now_s
    found = {
        name: probability_of_a_bad_host(now, name, seen, now_s, at_risk) for name in planned.fault
    }
    return {name: round(chance, 6) for name, chance in found.items() if chance}


def _spares(planned: Scenario, now_s: float, done: float) -> int:
    """Spares that there are now, changes counted that have come."""
    return remaining(planned, now_s, done).cluster.spares


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


def _relative_work(scenario: Scenario, seed: int, trials: int) -> NDArray[np.float64]:
    """Whole work of each trial, in seconds at full speed, as a multiple of that in the middle."""
    numbers, found = NumbersOfTrial(scenario), np.empty(trials)
    for trial in range(trials):
        numbers.begin(seed, trial)
        found[trial] = work_in_all(numbers.settle, scenario)
    return found / work_in_all(at_middle, scenario)


def _planned_s(scenario: Scenario) -> float:
    """Seconds that the whole work takes while nothing fails, saves included."""
    now = parameters_of(scenario, at_middle, scenario)
    saves = now.checkpoint.saves
    stall = sum(save.stall for save in saves) / len(saves)
    return scenario.ideal_s / now.speed * (1.0 + stall / now.checkpoint.interval)

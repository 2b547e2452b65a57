"""When a fault under which training goes on is noticed: by watching, or by a check.

Times are of training for what taints the work, of wall-clock for slow hosts; checks count training,
which is taken as the same thing here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simtrain import theory
from simtrain.scenario.misfits import at_full_speed_s

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simtrain.scenario.checkpoint import Tier
    from simtrain.scenario.number import Number
    from simtrain.scenario.numbers import SaveInterval
    from simtrain.scenario.scenario import Scenario

Times = NDArray[np.float64]

_POINTS = 4_000
"""Points of an integral over time, and of a law."""
_FEW = 200
_NEARLY_ALL = 1e-9
"""Probability of being unnoticed still, from which on all are taken as noticed."""


def latency(scenario: Scenario, name: str) -> Number | None:
    """Latency of detection of the class `name`; none if nobody ever notices by watching."""
    fault = scenario.fault[name]
    return fault.detection or scenario.detection.of(fault.effect)


def is_ever_noticed(scenario: Scenario, name: str) -> bool:
    """Whether watching or a check brings a class to light before the work is done."""
    return latency(scenario, name) is not None or any(_checks(scenario, name))


def unnoticed(scenario: Scenario, name: str, times: Times) -> Times:
    """Probability that a fault of the class `name` is unnoticed some times after its onset."""
    left = np.ones_like(times)
    by_watching = latency(scenario, name)
    if by_watching is not None:
        left -= np.searchsorted(quantiles(by_watching), times, side="right") / _POINTS
    for every_s, chance in _checks(scenario, name):
        left *= _missed(every_s, chance, times)
    return left


def until_noticed_s(scenario: Scenario, name: str) -> float:
    """Mean time until a fault of the class `name` is noticed; infinite if it is not."""
    by_watching, checks = latency(scenario, name), list(_checks(scenario, name))
    if not checks:
        return math.inf if by_watching is None else by_watching.law.mean
    end = _end_s(by_watching, checks)
    times = (np.arange(_POINTS) + 0.5) / _POINTS * end
    return float(unnoticed(scenario, name, times).mean()) * end


class SlowHost(NamedTuple):
    """What becomes of a slow host.

    Parameters
    ----------
    for_s
        Mean time for which it is slow, in seconds; infinite if nothing ends it.
    swapped
        Probability that it is swapped, and does not pass by itself before.
    """

    for_s: float
    swapped: float


def slow_host(scenario: Scenario, name: str, answered_s: float) -> SlowHost:
    """What becomes of slow hosts of the class `name` that are swapped so long after the notice.

    Without spares they are not.
    """
    lasts = scenario.fault[name].lasts
    is_swapped = scenario.cluster.spares > 0 and is_ever_noticed(scenario, name)
    if not is_swapped:
        return SlowHost(math.inf if lasts is None else lasts.law.mean, 0.0)
    end_s = _end_s(latency(scenario, name), _checks(scenario, name)) + answered_s
    if lasts is None:
        return SlowHost(until_noticed_s(scenario, name) + answered_s, 1.0)
    passes = quantiles(lasts)
    end_s = min(end_s, float(passes[-1]))
    times = (np.arange(_POINTS) + 0.5) / _POINTS * end_s
    slow = 1 - np.searchsorted(passes, times, side="right") / _POINTS
    for_s = float((slow * unnoticed(scenario, name, times - answered_s)).mean()) * end_s
    return SlowHost(for_s, 1 - float(unnoticed(scenario, name, passes - answered_s).mean()))


def mostly_noticed_by_s(scenario: Scenario, name: str, unnoticed_still: float) -> float:
    """Time by which all but some part of the faults of a class are noticed, if any ever are."""
    by_watching, checks = latency(scenario, name), list(_checks(scenario, name))
    if not checks:
        assert by_watching is not None
        return by_watching.law.quantile(1 - unnoticed_still)
    times = (np.arange(_POINTS) + 1) / _POINTS * _end_s(by_watching, checks)
    return float(times[np.argmax(unnoticed(scenario, name, times) <= unnoticed_still)])


def chance_that_no_copy_is_left(scenario: Scenario, name: str) -> float:
    """Chance that the run starts over once a fault of the class `name` is noticed.

    In the long run, that is once `keep` copies have been made. Of several tiers that counts which
    reaches furthest back. Not told, and 0, if the fault is noticed when the work is done.
    """
    chance, _, _ = tier_that_reaches_back(scenario, name)
    return chance


def tier_that_reaches_back(scenario: Scenario, name: str) -> tuple[float, str, Tier]:
    """Tier that most probably has a copy from before a fault of the class `name`.

    Returns
    -------
    chance, path, tier
        Probability that it has none, the path of its keys, and the tier.
    """
    chances = (
        (_chance_that_none_is_left(scenario, name, tier), path, tier)
        for path, tier in scenario.checkpoint.tiers()
    )
    return min(chances, key=lambda one: one[0])


def _chance_that_none_is_left(scenario: Scenario, name: str, tier: Tier) -> float:
    """Chance that a tier has no copy from before a fault of the class `name` once it is noticed.

    The oldest copy of those that are kept is `keep` − 1 to `keep` intervals old, so it is the
    probability that the fault is unnoticed at a moment between these.
    """
    fault, keep = scenario.fault[name], tier.keep
    if not fault.does.taints or keep is None or not is_ever_noticed(scenario, name):
        return 0.0
    if tier.permanent_every is not None:
        return 0.0
    interval_s = training_between_saves_s(scenario) * tier.every
    margin_s = fault.margin.middle / scenario.workload.speed.middle
    by_watching = latency(scenario, name)
    if by_watching is not None and not any(_checks(scenario, name)):
        chances = (
            theory.no_copy_left(keep, interval_s, late_s + margin_s)
            for late_s in quantiles(by_watching, _FEW)
        )
        return sum(chances) / _FEW
    oldest = (keep - 1 + (np.arange(_POINTS) + 0.5) / _POINTS) * interval_s - margin_s
    return float(unnoticed(scenario, name, np.maximum(oldest, -1.0)).mean())


def training_between_saves_s(scenario: Scenario) -> float:
    """Mean training between two saves, in seconds; steps are taken at the speed of the start."""
    return _training_s(scenario, scenario.checkpoint.interval)


def quantiles(number: Number, points: int = _POINTS) -> Times:
    """Quantiles of a number in rising order, evenly spaced."""
    return np.array([number.law.quantile((n + 0.5) / points) for n in range(points)])


def _missed(every_s: float, chance: float, times: Times) -> Times:
    """Probability that checks have missed a fault some times after its onset.

    The first check comes after a time that is uniform between 0 and `every_s`, others follow
    evenly: after k whole periods and a part f of one it is (1 − p)^k · (1 − f·p).
    """
    whole, part = np.divmod(np.maximum(times, 0.0) / every_s, 1.0)
    missed: Times = (1.0 - chance) ** whole * (1.0 - part * chance)
    return missed


def _end_s(by_watching: Number | None, checks: Iterable[tuple[float, float]]) -> float:
    """Time by which nearly all are noticed."""
    ends = [
        every_s * (math.log(_NEARLY_ALL) / math.log1p(-chance) if chance < 1 else 1.0)
        for every_s, chance in checks
    ]
    if by_watching is not None:
        ends.append(float(quantiles(by_watching)[-1]))
    return min(ends)


def _training_s(scenario: Scenario, interval: SaveInterval) -> float:
    at_full_speed = at_full_speed_s(scenario, interval)
    return at_full_speed / scenario.workload.speed.middle if interval.in_steps else at_full_speed


def _checks(scenario: Scenario, name: str) -> Iterator[tuple[float, float]]:
    """Training between two checks that look for a class, in seconds, and their chance."""
    for check in scenario.check.values():
        chance = check.chance.middle
        if scenario.fault[name].effect in (check.finds or ()) and chance > 0:
            yield _training_s(scenario, check.every), chance

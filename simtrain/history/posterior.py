"""What a run so far tells of numbers that are not known: each range, narrowed by what was seen.

A number is updated by itself, on a grid of the normal score of its quantile: the range's own law,
times the likelihood of what was seen of it. Numbers that share a quantile are updated together. The
result is a range again, from P5 to P95, so that trials draw it at the address at which they drew
the first one, and what nothing was seen of stays as it was.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.model.implied import implied
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.scenario.narrowed import range_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.model.implied.classes import ImpliedClass
    from simtrain.model.parameters import Parameters
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario

    Array = NDArray[np.float64]

_NORMAL = NormalDist()
_SCORES = np.linspace(-8.0, 8.0, 1601)
"""Normal scores of the quantile of a number at which its likelihood is computed."""
_PARTS = (np.arange(200) + 0.5) / 200
"""Quantiles of a latency, each as likely as any other."""
_KEYS = ("rate", "mtbf", "scale")


class Seen(NamedTuple):
    """What was seen of a run so far.

    Parameters
    ----------
    elapsed_s, training_s
        Seconds since the start, and how many of them the job was at risk.
    faults
        Faults by class; empty if nobody told of any.
    kept_s
        How many of the seconds at risk went into the work that is there.
    """

    elapsed_s: float
    training_s: float
    faults: Mapping[str, int]
    kept_s: float = 0.0


@dataclass(frozen=True)
class Update:
    """A number that something was seen of.

    Parameters
    ----------
    key
        Its path.
    written
        The range that it has now, as a file would say it.
    seen, expected
        Faults that were seen, and that were expected with the middle of the range before; None of
        a number that progress told of.
    before, after
        P5, P50 and P95 of the number in base units.
    name
        The path, with the parameter of a law if that is what is not known.
    shared
        Address of the quantile that it shares with others, and the quantiles of that which are P5,
        P50 and P95 now; None if it shares none.
    """

    key: str
    written: Any
    seen: int | None
    expected: float | None
    before: tuple[float, float, float]
    after: tuple[float, float, float]
    name: str
    shared: tuple[str, tuple[float, float, float]] | None = None


class _Evidence(NamedTuple):
    key: str
    number: Number
    seen: int
    mean: float  # faults expected at the middle
    shape: float  # of the gamma law that multiplies them; infinite without weather


def updates(scenario: Scenario, seen: Seen) -> list[Update]:
    """Ranges of rates that what was seen narrows, of the classes that were counted.

    Parameters
    ----------
    scenario
        The run as it was planned.
    seen
        What was seen until now.
    """
    by_address: dict[str, list[_Evidence]] = {}
    for one in _evidence(scenario, seen):
        by_address.setdefault(one.number.address(one.key), []).append(one)
    return [update for together in by_address.values() for update in _updated(together)]


def likelihood(seen: int, mean: Array, shape: float) -> Array:
    """Relative log-likelihood of a count of faults.

    It is Poisson; where weather multiplies the mean by a gamma law of mean 1 it is negative
    binomial, which is wider.

    Parameters
    ----------
    seen
        The count.
    mean
        Means at which it is computed.
    shape
        Shape of that law; infinite without weather.
    """
    if math.isinf(shape):
        return seen * np.log(mean) - mean
    return seen * np.log(mean) - (seen + shape) * np.log(mean + shape)


def _evidence(scenario: Scenario, seen: Seen) -> Iterable[_Evidence]:
    middle = {one.name: one for one in implied(scenario).classes}
    now = parameters_of(scenario, at_middle, scenario)
    for name, count in seen.faults.items():
        fault, of_class = scenario.fault[name], middle[name]
        key = next(key for key in _KEYS if getattr(fault, key) is not None)
        number = getattr(fault, key)
        is_known = number.per != "trial" or number.is_fixed or number.unknown is not None
        later = (f"fault.{name}.{key}", "cluster.hosts")
        # A mean time says how many faults to expect only where the rate is one, not with age.
        if is_known or fault.law != "exponential" or any(map(scenario.set_later, later)):
            continue
        at_risk = seen.elapsed_s if fault.clock == "calendar" else seen.training_s
        if not fault.does.stops:
            at_risk = _noticed_s(now, name, count, at_risk, seen.kept_s)
        if not at_risk > 0.0 or math.isinf(of_class.mtbf_s):
            continue
        mean = at_risk / of_class.mtbf_s
        yield _Evidence(
            f"fault.{name}.{key}", number, count, mean, _shape(of_class, seen.elapsed_s)
        )


def _noticed_s(now: Parameters, name: str, count: int, at_risk_s: float, kept_s: float) -> float:
    """Time at risk of faults of a class under which training goes on, as far as it was noticed.

    What strikes within its latency before now is not seen, nor what passes before that. What taints
    the work is looked for in that which is there: each one that was noticed took the work since its
    onset with it, and the half of an interval, at a mean, before it.
    """
    fault = now.faults[name]
    if fault.effect.taints:
        at_risk_s = kept_s
    looked_for = min((one.every / 2 for one in now.checks if name in one.finds), default=math.inf)
    latency = np.full(len(_PARTS), looked_for)
    if fault.detection is not None:
        latency = np.minimum(latency, [fault.detection.quantile(part) for part in _PARTS])
    lasts = math.inf if fault.lasts is None else fault.lasts.mean
    seconds = np.where(latency < lasts, np.maximum(at_risk_s - latency, 0.0), 0.0)
    before = count * now.interval_s / 2 if fault.effect.taints else 0.0
    return float(seconds.mean()) + before


def _shape(of_class: ImpliedClass, elapsed_s: float) -> float:
    """Shape of the gamma law that weather multiplies the mean of all faults by.

    A sum of independent gamma factors, one for each span that was seen; part of one counts as one.
    """
    if not of_class.dispersion > 1.0:
        return math.inf
    variance = (of_class.dispersion - 1.0) * of_class.mtbf_s / of_class.span_s
    return max(1.0, elapsed_s / of_class.span_s) / variance


def _updated(together: list[_Evidence]) -> list[Update]:
    """Ranges of numbers that take one quantile."""
    total = -(_SCORES**2) / 2
    for one in together:
        values = np.array([one.number.law.quantile(_NORMAL.cdf(score)) for score in _SCORES])
        relative = values / one.number.middle
        mean = one.mean * (relative if one.key.endswith(".rate") else 1.0 / relative)
        total += likelihood(one.seen, mean, one.shape)
    weights = np.exp(total - total.max())
    reached = (np.cumsum(weights) - weights / 2) / weights.sum()
    scores = (float(np.interp(part, reached, _SCORES)) for part in (0.05, 0.5, 0.95))
    low, middle, high = (_NORMAL.cdf(score) for score in scores)
    result = []
    for one in together:
        at = one.number.law.quantile
        before = (at(0.05), at(0.5), at(0.95))
        after = (at(low), at(middle), at(high))
        shared = (one.number.address(one.key), (low, middle, high)) if one.number.shared else None
        kind = "rate" if one.key.endswith(".rate") else "duration"
        text = range_text(one.number, after[0], after[2], (kind,))
        written = {"range": text, "shared": one.number.shared} if one.number.shared else text
        result.append(Update(one.key, written, one.seen, one.mean, before, after, one.key, shared))
    return result

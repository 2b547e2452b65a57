"""Rows of a scenario from what a log tells, with their doubt as ranges and their sources."""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.causes import RESERVED
from simtrain.empirical import Quantiles, percentile
from simtrain.history.ageing_rows import Ageing, ageing_of
from simtrain.history.poisson import exact_interval
from simtrain.scenario.numbers import EACH_DURATION, VARIATION
from simtrain.scenario.scenario import Scenario
from simtrain.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.history.fitted import ClassRate, Fitted, Times
    from simtrain.history.survival import Curve, FittedLaw
    from simtrain.history.weather import Weather

Document = dict[str, Any]

GROUPS, OTHERS = "several at once", "other faults"
"""Names of the class of groups, and of that of all classes with few faults."""
WEATHER = "faults"
_FEWEST = 5
"""First faults below which a class is put together with others."""
_PERCENTS = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99)
_ENOUGH, _FEW = 100, 8
"""Repairs from which on percentiles are told as they are, and below which nothing is."""
_MOST_VALUES = 50
"""Most sizes of groups that are listed; of more, as many that stand for all."""
_MANY = 2000
"""Failures from which on a trial may go beyond the usual bound of a simulation."""
_SHORTEST_S = 1.0
"""What stands for a repair of no length, of which there is no logarithm."""
_LOWEST, _HIGHEST = 0.01, 10.0
"""Least and greatest cv that a scenario takes."""
_NARROWER = 0.9
"""Power of the ratio of the ends of a range by which it is made narrower."""


class Fallback(NamedTuple):
    """A number that no log of failures tells, and what a scenario has in its place."""

    key: str
    value: Any
    why: str


_UNTOLD = "no log of failures tells it; give yours"
FALLBACKS = (
    Fallback("checkpoint.interval", "1 h", _UNTOLD),
    Fallback("checkpoint.stall", "1 min", _UNTOLD),
    Fallback("restart.duration", "10..30 min", _UNTOLD),
)


def scenario_of(found: Fitted, job: int | None, accelerators: int) -> Scenario:
    """Scenario of the cluster that a log tells of, watched for as long as the log.

    Parameters
    ----------
    found
        What the log tells.
    job
        Hosts that a job needs, the others being spares; by default all but as many as were down at
        once at most.
    accelerators
        Accelerators of a host.
    """
    document: Document = {"title": _title(found), "start": found.log.start}
    sources: Document = {}
    for key, value, why in FALLBACKS:
        table, _, name = key.partition(".")
        document.setdefault(table, {})[name] = value
        sources[key] = {"assumed": why}
    document["workload"] = {"window": _exact(found.log.window_s)}
    sources["workload.window"] = _from(found, "the window of the log")
    document["cluster"] = _cluster(found, job, accelerators, sources)
    ageing = ageing_of(found)
    if ageing is not None:
        document["cluster"]["age"] = _age(ageing)
        words = "hosts wear, and are so old in the long run since a repair"
        sources["cluster.age"] = _from(found, words)
    document["fault"] = dict(_faults(found, ageing, sources))
    if found.weather is not None and found.weather.is_believed:
        document["weather"] = {WEATHER: _weather(found.weather)}
        words = "single faults of some spans of the calendar are more than of others"
        sources[f"weather.{WEATHER}"] = _from(found, words)
    document["repair"] = _repair(found, sources)
    if found.log.events > _MANY:
        document["limits"] = {"faults": min(10 * found.log.events, 10_000_000)}
    document["sources"] = sources
    order = ("title", "start", "workload", "cluster", "fault", "weather", "repair", "checkpoint")
    kept = {key: document.pop(key) for key in order if key in document}
    return Scenario.from_document(kept | document, name=found.log.name)


def classes_of(found: Fitted) -> list[ClassRate]:
    """Classes of single faults that get a row each; those with few faults make one together."""
    few = [one for one in found.classes if one.first < _FEWEST]
    if len(few) < 2:
        return [one for one in found.classes if one.first > 0]
    rest = few[0]._replace(
        name=OTHERS, events=sum(one.events for one in few), first=sum(one.first for one in few)
    )
    return [one for one in [*found.classes, rest] if one not in few and one.first > 0]


def quantities(curve: Curve) -> dict[str, float]:
    """Percentiles of repairs by their names, raised so that their law has the mean of the repairs.

    Between percentiles lie lines, which know less than the repairs themselves.
    """
    values = [max(_SHORTEST_S, curve.quantile(percent / 100)) for percent in _PERCENTS]
    law = Quantiles(tuple(percent / 100 for percent in _PERCENTS), tuple(values))
    factor = curve.mean / law.mean
    return {
        percentile(percent / 100): max(_SHORTEST_S, factor * value)
        for percent, value in zip(_PERCENTS, values, strict=True)
    }


def span_text(seconds: float) -> str:
    """A duration in three digits, in the largest unit of which it makes one."""
    unit, factor = _unit(seconds)
    return f"{_digits(seconds / factor)} {unit}"


def _title(found: Fitted) -> str:
    log = found.log
    return (
        f"{log.hosts:,} hosts as in the log {log.name}, {log.start:%Y-%m-%d} to {log.end:%Y-%m-%d}"
    )


def _from(found: Fitted, words: str) -> Document:
    return {"calibrated": f"log {found.log.name}: {words}"}


def _cluster(found: Fitted, job: int | None, accelerators: int, sources: Document) -> Document:
    hosts = found.log.hosts
    most = found.outages.down.most
    needed = max(1, hosts - most) if job is None else job
    cluster: Document = {
        "hosts": needed,
        "accelerators_per_host": accelerators,
        "spares": hosts - needed,
    }
    words = "the log knows no job; "
    if job is None:
        words += f"as many are spares as were down at once at most, {most}"
    else:
        words += "as given"
    sources["cluster.hosts"] = {"assumed": words}
    sources["cluster.spares"] = _from(found, f"what is left of its {hosts:,} hosts")
    sources["cluster.accelerators_per_host"] = {"assumed": "as given"}
    if found.unequal.is_believed:
        low, high = found.unequal.variance_range
        cluster["frailty"] = f"{_digits(max(low, 0.01))}..{_digits(high)}"
        words = "hosts that fail in one half of the window fail in the other"
        sources["cluster.frailty"] = _from(found, words)
    return cluster


def _age(ageing: Ageing) -> Document:
    """Law of the ages that hosts have as the window begins."""
    parts = (percent / 100 for percent in _PERCENTS)
    quantiles = {percentile(part): span_text(ageing.hosts.quantile(part)) for part in parts}
    return {"law": "empirical", "quantiles": quantiles}


def _faults(
    found: Fitted, ageing: Ageing | None, sources: Document
) -> Iterator[tuple[str, Document]]:
    is_varied = found.weather is not None and found.weather.is_believed
    taken: set[str] = set()
    for one in classes_of(found):
        name = _name(one.name, taken)
        taken.add(name)
        yield name, _single(found, one, is_varied, ageing)
        words = f"{_counted(one.first, 'first fault')} in {found.standing_host_days:,.0f} host-days"
        sources[f"fault.{name}"] = _from(found, f"{words} of standing hosts")
    groups = found.groups
    if groups.are_real:
        yield GROUPS, _together(found)
        count = f"{groups.hosts:,} hosts in {len(groups.sizes):,} groups"
        sources[f"fault.{GROUPS}"] = _from(found, f"{count} failed at one instant")


def _single(found: Fitted, one: ClassRate, is_varied: bool, ageing: Ageing | None) -> Document:
    """Row of a class of faults of single hosts."""
    interval = found.rate_range(one.first)
    spans = _variance_by_weather(found)
    half = math.hypot(0.5 * math.log(interval.high / interval.low), _Z95 * math.sqrt(spans))
    # What the weather of the window was is common to all classes: alone, their doubts cancel.
    is_shared = spans > 1 / sum(found.first)
    row: Document = {"clock": "calendar"}
    if ageing is None:
        middle = 1000 * one.first / found.standing_host_days
        low, high = middle * math.exp(-half), middle * math.exp(half)
        key, told = "rate", f"{_digits(low)}..{_digits(high)} per 1000 host-days"
    else:
        row |= {"law": "weibull", "shape": float(_digits(ageing.wear.shape))}
        factor = math.exp(half * ageing.power(one.first, is_shared))
        mean = ageing.mean_s(one.first)
        key, told = "mtbf", _range_text(mean / factor, mean * factor)
    row[key] = {"range": told, "shared": WEATHER} if is_shared else told
    return row | {"varies": WEATHER} if is_varied else row


def _together(found: Fitted) -> Document:
    """Row of bursts: hosts that fall at one instant, anywhere in the cluster."""
    sizes = np.sort(found.groups.sizes)
    events, days = len(sizes), found.log.window_s / DAY
    if events > _MOST_VALUES:
        sizes = sizes[(np.arange(_MOST_VALUES) + 0.5).astype(int) * events // _MOST_VALUES]
    interval = exact_interval(events, 0.9)
    half = math.sqrt(interval.high / interval.low)
    low, high = 1000 * events / days / half, 1000 * events / days * half
    row: Document = {
        "scope": "cluster",
        "clock": "calendar",
        "rate": f"{_digits(low)}..{_digits(high)} per 1000 days",
        "hosts": {"law": "empirical", "values": [int(size) for size in sizes]},
    }
    if found.groups_return:
        row["returns"] = _law_of(found.group_away.curve)
    return row


def _variance_by_weather(found: Fitted) -> float:
    """Relative variance of the mean rate over the window by its weather."""
    weather = found.weather
    if weather is None or not weather.is_believed:
        return 0.0
    return weather.cv**2 * weather.span_s / found.log.window_s


def _weather(weather: Weather) -> Document:
    """Row of a weather; the upper end of its cv is as high as a scenario takes, and no higher."""
    low, high = (min(max(end, _LOWEST), _HIGHEST) for end in weather.cv_range)
    cv = _digits(low)
    while high > 1.01 * low:
        with suppress(ValueError):  # some draws of a wide range go beyond what is taken
            VARIATION.parse(f"{_digits(low)}..{_digits(high)}")
            cv = f"{_digits(low)}..{_digits(high)}"
            break
        high = low * (high / low) ** _NARROWER
    return {"cv": cv, "every": span_text(weather.span_s)}


def _repair(found: Fitted, sources: Document) -> Document:
    if found.repair is None or found.repair.ended.sum() < _FEW:
        sources["repair.automated"] = {"assumed": "the log does not tell it; give yours"}
        return {"automated": "1 h..3 d"}
    row: Document = {"automated": repair_law(found.repair)}
    count = int(found.repair.ended.sum())
    sources["repair.automated"] = _from(found, f"{count:,} repairs that came to their end")
    relapse = found.relapse
    if relapse is not None and relapse.is_believed:
        # Where groups come back without repair, their relapses are those of repairs as well.
        returns = found.outages.gaps.before
        repaired = found.has_own_repair[returns].sum()
        factor = len(returns) / max(1, int(repaired))
        low, high = (_digits(min(factor * end, 0.99)) for end in relapse.share_range)
        row["automated_misses"] = f"{low}..{high}"
        row["bad_host_mtbf"] = _range_text(*relapse.mean_range_s)
        words = "hosts that failed again soon after their return"
        sources["repair.automated_misses"] = _from(found, words)
        sources["repair.bad_host_mtbf"] = _from(found, words)
    varied = found.repair_weather
    if varied is not None and varied.weather.is_believed:
        row["varies"] = _weather(varied.weather)
        sources["repair.varies"] = _from(found, "repairs of some spans of the calendar are longer")
    return row


def repair_law(repair: Times) -> Document:
    """Law of repairs: the best parametric one, or percentiles if there are enough.

    So it is also if some draws of the best one were longer than a scenario takes, as where a few
    repairs take weeks and others a minute.
    """
    count = int(repair.ended.sum())
    if count < _ENOUGH and repair.laws:
        row = _parametric(repair.laws[0], count)
        with suppress(ValueError):
            EACH_DURATION.parse(row)
            return row
    return _law_of(repair.curve)


def _parametric(best: FittedLaw, count: int) -> Document:
    """A law with the doubt that there is after so many repairs."""
    if best.kind == "lognormal":
        sigma = best.parameters["sigma"]
        factor = math.exp(_Z95 * sigma / math.sqrt(count))
        median = best.parameters["median"]
        return {
            "law": "lognormal",
            "median": _range_text(median / factor, median * factor),
            "sigma": float(_digits(sigma)),
        }
    mean, law = best.law.mean, best.law
    factor = math.exp(_Z95 * math.sqrt(law.variance / count) / mean)
    row: Document = {"law": best.kind, "mean": _range_text(mean / factor, mean * factor)}
    if "shape" in best.parameters:
        row["shape"] = float(_digits(best.parameters["shape"]))
    return row


def _law_of(curve: Curve) -> Document:
    values = {name: span_text(value) for name, value in quantities(curve).items()}
    return {"law": "empirical", "quantiles": values}


_Z95 = 1.6448536269514722


def _name(text: str, taken: set[str]) -> str:
    """Name of a class as a scenario takes it, different from those that are taken."""
    plain = re.sub(r"\s*[/|:]+\s*", " - ", text)
    plain = re.sub(r"[^A-Za-z0-9_ -]+", " ", plain)
    plain = re.sub(r"\s+", " ", plain).strip(" -")
    if not plain[:1].isalpha():
        plain = f"class {plain}"
    plain = plain[:38].strip()
    if plain in RESERVED:
        plain += " fault"
    found, number = plain, 2
    while found in taken:
        found = f"{plain[:35].strip()} {number}"
        number += 1
    return found


def _range_text(low_s: float, high_s: float) -> str:
    """Range of a duration, both ends in the unit of the upper one."""
    unit, factor = _unit(high_s)
    return f"{_digits(low_s / factor)}..{_digits(high_s / factor)} {unit}"


def _unit(seconds: float) -> tuple[str, float]:
    units = (("d", DAY), ("h", HOUR), ("min", MINUTE))
    return next((one for one in units if seconds >= one[1]), ("s", 1.0))


def _exact(seconds: float) -> str:
    """A duration with all of its digits."""
    return f"{seconds / DAY:g} days" if seconds % DAY == 0 else f"{seconds:.0f} s"


def _digits(number: float) -> str:
    """A number in three digits, without an exponent."""
    if number <= 0:
        return "0"
    places = max(0, 2 - math.floor(math.log10(number)))
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _counted(number: float, noun: str) -> str:
    text = f"{number:,.1f}".removesuffix(".0")
    return f"{text} {noun}" if text == "1" else f"{text} {noun}s"

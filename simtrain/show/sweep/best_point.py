"""What a sweep found, in sentences: the best point, how sure that is, and what formulas say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.scenario.recovery import ELASTIC
from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.verdict import verdict
from simtrain.tables.estimates import Estimate, is_constant
from simtrain.tables.optimum import sign_of
from simtrain.tables.statistic import Statistic
from simtrain.units import FRACTION

if TYPE_CHECKING:
    from simtrain.answers.sweep import Sweep
    from simtrain.scenario.axes import Axis
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.optimum import Optimum

_MOST_LISTED = 6
"""Points that are named one by one."""


def number_format(swept: Sweep, metric: str) -> NumberFormat:
    """Format of a metric at all points, fine enough to show their differences if it decides."""
    best, points = swept.optima[metric].point, swept.all_points
    means = [Uncertain.of(swept.decided(metric, point)) for point in points]
    if metric == swept.objective:
        means = [mean._replace(half=None) for mean in means]
        means += [
            Uncertain.of(swept.beyond(metric, point, best))
            for point in points
            if point != best and swept.is_comparable(metric, point, best)
        ]
    return NumberFormat.of_metric(metric, means[best].value or 0.0, means)


def values(swept: Sweep, point: int | None) -> list[str]:
    """Values of a point, or of the baseline (None)."""
    if point is not None:
        place = swept.places[point]
        return [
            words.setting_in(place.scenario, axis.key, value)
            for axis, value in zip(swept.axes, place.values, strict=True)
        ]
    texts = (text.partition(", ") for text in swept.baseline_words)
    return ["".join((words.setting(value), *more)) for value, *more in texts]


def followers(swept: Sweep, point: int | None) -> dict[str, str]:
    """Values of what moves together with the keys that vary, by key."""
    settings, scenario = swept.settings_of(point), swept.scenario_of(point)
    keys = [key for axis in swept.axes for key in axis.keys[1:]]
    return {key: words.setting_in(scenario, key, settings[key]) for key in keys}


def varied(swept: Sweep) -> str:
    """Sentence on what varies."""
    keys = [f"{axis.key} at {_range(axis)}{_with(axis)}" for axis in swept.axes]
    points = words.count(len(swept.places), "point")
    together = f", {points} in all" if len(keys) > 1 else ""
    trials = f"{words.count(swept.trials, 'trial')} each, seed {swept.seed}"
    return swept.scenario.with_names(f"{words.listed(keys)}{together}; {trials}.")


def headline(swept: Sweep) -> str:
    """Title of a picture: what is best, unless there is only one point."""
    best = swept.best
    assert best is not None
    point = _assigned(swept, best.point)
    return f"{point if len(swept.places) == 1 else f'Best is {point}'}: {_found(swept, best)}"


def conclusion(swept: Sweep) -> str:
    """Sentences on the best point, or why there is none."""
    best = swept.best
    if best is None:
        return (
            f"No trial finished at any point, so none is best. Baseline: {verdict(swept.baseline)}"
        )
    return prose.sentences(
        _which(swept, best),
        _finish(swept, best),
        _unfinished(swept, best),
        _at_the_end(swept, best) if len(swept.places) > 1 else "",
        _by_goodput(swept, best),
        _against_baseline(swept, best),
    )


def _assigned(swept: Sweep, point: int) -> str:
    """A point by its keys and values: "cluster.spares = 8"."""
    pairs = zip(swept.axes, values(swept, point), strict=True)
    named = words.listed([f"{axis.key} = {value}" for axis, value in pairs])
    with_it = (f" with {key} = {value}" for key, value in followers(swept, point).items())
    return swept.scenario.with_names("".join((named, *with_it)))


def _found(swept: Sweep, best: Optimum, of: str = "") -> str:
    """What the best point comes to: "mean wall-clock 56.14 d"."""
    how = number_format(swept, best.metric)
    value = swept.decided(best.metric, best.point).value
    return f"{statistic_of(best)} {how.label}{of} {how.text(value)}"


def statistic_of(best: Optimum) -> str:
    """Name of the statistic that decides, for people: "mean", "P90"."""
    return Statistic(best.metric, best.percentile).statistic.replace("p", "P", 1)


def _which(swept: Sweep, best: Optimum) -> str:
    """Sentence on the values that are fine, or on the one that is best."""
    run, found = prose.within_clause(swept.scenario), _found(swept, best, " of")
    point = _assigned(swept, best.point)
    if len(swept.places) == 1:
        return f"With {point}, the only value tried, {run} has a {found}."
    fine = _fine(swept, best)
    if not fine:
        return f"{point} is best for {run.rstrip(',')}, with a {found}; {_others(swept, best)}."
    return (
        f"{fine} is fine: of the values tried for {swept.axes[0].key} of {run.rstrip(',')}, "
        f"{_named(swept, best.point)} is best, with a {found}, and {_others(swept, best)}."
    )


def _fine(swept: Sweep, best: Optimum) -> str:
    """Values of a single key that are as good as the best, as a subject; none if only that is."""
    same = best.not_distinguishable
    if len(swept.axes) > 1 or len(same) == 1 or swept.trials == 1:
        return ""
    names = [_named(swept, point) for point in same]
    if len(same) == 2:
        return f"Either of {names[0]} and {names[1]}"
    if same[-1] - same[0] == len(same) - 1 and swept.axes[0].numbers is not None:
        return f"Any value from {names[0]} to {names[-1]}"
    if len(same) > _MOST_LISTED:
        names = [*names[:_MOST_LISTED], f"{len(same) - _MOST_LISTED} more values"]
    return f"Any of {words.listed(names)}"


def _others(swept: Sweep, best: Optimum) -> str:
    """Words on the points beside the best one: how much worse they are at most."""
    same = len(best.not_distinguishable) - 1
    which = "value" if len(swept.axes) == 1 else "point"
    if swept.trials == 1:
        return f"one trial cannot distinguish {which}s"
    if len(best.candidates) == 1:
        return f"no other {which} is comparable"
    if not same:
        among = "" if len(best.candidates) == len(swept.places) else " at which as many finished"
        return f"every other {which} tried{among} is worse (95 %)"
    counted = "the other one" if same == 1 else f"the other {same}"
    if len(swept.axes) > 1:
        counted = f"{same} other {'point' if same == 1 else 'points'}"
    if _all_the_same(swept, best):
        return f"{counted} {'gives' if same == 1 else 'give'} the same result"
    are = "is" if same == 1 else "are"
    return f"{counted} {are} {_at_most(swept, best)}not distinguishable from it (95 %)"


def _all_the_same(swept: Sweep, best: Optimum) -> bool:
    """Whether points that are not distinguishable from the best have its result in each trial."""
    first = swept.metric(best.metric, best.point)
    others = (swept.metric(best.metric, point) for point in best.not_distinguishable)
    return all(np.array_equal(other, first, equal_nan=True) for other in others)


def _at_most(swept: Sweep, best: Optimum) -> str:
    """Words on how much worse the points are at most that are not distinguishable from the best."""
    others = [point for point in best.not_distinguishable if point != best.point]
    if not all(swept.is_comparable(best.metric, point, best.point) for point in others):
        return ""
    found = [swept.beyond(best.metric, point, best.point) for point in others]
    worst = max(one.high if sign_of(best.metric) > 0 else -one.low for one in found)
    if not math.isfinite(worst):
        return ""
    return f"at most {number_format(swept, best.metric).difference(worst)} worse and "


def _finish(swept: Sweep, best: Optimum) -> str:
    """Sentence on P50 and P90 of the wall-clock of all trials at the best point."""
    if best.metric != "wall_clock_s":
        return ""
    return prose.finish(swept.results[best.point], "With it the run")


def _by_goodput(swept: Sweep, best: Optimum) -> str:
    point = swept.optima.get("goodput", best).point
    return "" if point == best.point else f"By mean goodput the best is {_named(swept, point)}."


def _range(axis: Axis) -> str:
    texts = list(map(words.setting, axis.values))
    if len(texts) <= 3:
        return words.listed(texts)
    return f"{len(texts)} values from {texts[0]} to {texts[-1]}"


def _with(axis: Axis) -> str:
    """What moves together with a key, as the rest of a sentence."""
    texts = []
    for one in axis.followers:
        values = list(dict.fromkeys(map(words.setting, one.values)))
        texts.append(f" with {one.key} at {words.listed(values)}")
    return "".join(texts)


def _named(swept: Sweep, point: int | None) -> str:
    """A point by its values: "1 h", "1 h and 8" for two keys."""
    return words.listed(values(swept, point))


def _unfinished(swept: Sweep, best: Optimum) -> str:
    here = int(swept.results[best.point].truncated.sum())
    fewer = len(swept.places) - len(best.candidates)
    text = ""
    if here:
        text = f"{words.count(here, 'trial')} did not finish there, and no fewer anywhere else. "
    if fewer:
        points, they = words.count(fewer, "point"), "it is" if fewer == 1 else "they are"
        text += f"At {points} fewer trials finished; {they} not compared."
    return text.rstrip()


def _at_the_end(swept: Sweep, best: Optimum) -> str:
    best_values = swept.places[best.point].values
    ends = [
        axis.key
        for axis, value in zip(swept.axes, best_values, strict=True)
        if len(axis) > 1 and value in (axis.values[0], axis.values[-1]) and _goes_on(axis, value)
    ]
    if not ends:
        return ""
    which = "the range" if len(ends) == 1 else "the ranges"
    keys = swept.scenario.with_names(words.listed(ends))
    return f"The best is at the end of {which} of {keys}; a better one may lie beyond."


def _goes_on(axis: Axis, value: Any) -> bool:
    """Whether there is anything beyond a value at an end of an axis."""
    number = axis.number(value)
    if axis.numbers is None or number is None or number == 0:
        return False
    return not (axis.dimension is FRACTION and number == 1)


def _against_baseline(swept: Sweep, best: Optimum) -> str:
    if swept.baseline_point == best.point:
        return "The best is the baseline." if len(swept.places) > 1 else "That is the baseline."
    baseline = f"the baseline ({_named(swept, None)})"
    finished = swept.trials - int(swept.baseline.truncated.sum())
    if not finished:
        return f"No trial of {baseline} finished."
    if not swept.is_comparable(best.metric, None, best.point):
        return (
            f"Of {baseline} {finished:,} of {words.count(swept.trials, 'trial')} finished, not the "
            "same as at the best point, so what that saves is unknown."
        )
    difference = swept.metric(best.metric, None) - swept.metric(best.metric, best.point)
    mean, low, high = swept.beyond(best.metric, None, best.point)
    half = (high - low) / 2
    if not math.isfinite(mean) or not math.isfinite(half):
        return ""
    if low <= 0 <= high:
        return f"The best is not distinguishable from {baseline}."
    how = number_format(swept, best.metric)
    if is_constant(difference):
        amount = f"{how.difference(abs(mean))} in every trial"
    else:
        amount = how.difference(abs(mean), half)
    if best.percentile is not None:
        amount = how.difference_from(Estimate(mean, low, high))
    if sign_of(best.metric) < 0:
        verb = "gains" if mean < 0 else "loses"
    else:
        verb = "saves" if mean > 0 else "costs"
    which = "The best" if len(swept.places) > 1 else "It"
    return f"{which} {verb} {amount} compared with {baseline}."


def by_formula(swept: Sweep) -> str:
    """Sentences on what formulas say of the checkpoint interval; none if they say nothing."""
    found = swept.formulas
    if found is None:
        return ""
    exact = words.duration(found.exact_s)
    where = "The baseline" if swept.formulas_point is None else "At its best the job"
    facts = (
        f"{where} is interrupted once in {words.duration(found.mtbf_s)} of training and "
        f"saving, and a save takes {words.duration(found.save_s)}. For these, Young's formula "
        f"gives {words.duration(found.young_s)} and Daly's {words.duration(found.daly_s)}; the "
        f"exact optimum for memoryless faults is {exact}, however long recovery takes and whether "
        "or not faults occur during it."
    )
    beyond = _beyond_formulas(swept.scenario)
    return f"{facts} The formulas do not cover {words.listed(beyond)}." if beyond else facts


def _beyond_formulas(scenario: Scenario) -> list[str]:
    """What in a scenario moves the best interval, or may, and is in no formula."""
    checkpoint, repair = scenario.checkpoint, scenario.repair
    faults = scenario.fault.values()
    tiers = [tier for _, tier in checkpoint.tiers()]
    facts = {
        "hosts that age": any(fault.ages_hosts for fault in faults),
        "faults of the job that are not memoryless": any(fault.renews_job for fault in faults),
        "bad hosts that soon fail again": scenario.diagnosis.recall.middle < 1
        or repair.automated_misses.middle > 0
        or repair.manual_misses.middle > 0,
        "training with fewer replicas": scenario.recovery.policy == ELASTIC,
        "copies in several tiers": len(tiers) > 1,
        "copies that become durable later": any(
            tier.write_bandwidth is not None
            or (tier.durability_lag is not None and tier.durability_lag.middle > 0)
            for tier in tiers
        ),
        "saves that fail": any(
            tier.save_failure.middle + tier.corrupt.middle > 0 for tier in tiers
        ),
        "saves that hang": checkpoint.save_hang.middle > 0,
        "writes that slow training": checkpoint.write_slowdown.middle > 0,
        "loss spikes that roll back behind the last copy": any(
            fault.effect == "diverge" for fault in faults
        ),
        "planned stops and incidents": bool(scenario.stop),
        "changes of the scenario during the run": bool(scenario.change),
    }
    return [fact for fact, is_so in facts.items() if is_so]

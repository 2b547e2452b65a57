"""What a sweep found, in sentences: the best point, how sure that is, and what formulas say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.show import words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.verdict import verdict
from simtrain.tables.estimates import is_constant
from simtrain.units import FRACTION

if TYPE_CHECKING:
    from simtrain.answers.sweep import Sweep
    from simtrain.scenario.axes import Axis
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.optimum import Optimum

_MOST_LISTED = 6
"""Points that are named one by one."""


def number_format(swept: Sweep, metric: str) -> NumberFormat:
    """Format of a metric at all points, as fine as what tells them apart if it decides."""
    best, points = swept.optima[metric].point, swept.all_points
    means = [Uncertain.of(swept.point_statistics(metric, point)) for point in points]
    if metric == swept.objective:
        means = [mean._replace(half=None) for mean in means]
        means += [
            Uncertain.of(swept.difference(metric, point, best))
            for point in points
            if point != best and swept.same_finished(point, best)
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
    """Title of a picture: what is best."""
    best = swept.best
    assert best is not None
    how = number_format(swept, best.metric)
    pairs = zip(swept.axes, values(swept, best.point), strict=True)
    point = words.listed([f"{axis.key} = {value}" for axis, value in pairs])
    point += "".join(
        f" with {key} = {value}" for key, value in followers(swept, best.point).items()
    )
    mean = swept.point_statistics(best.metric, best.point)["mean"]
    point = swept.scenario.with_names(point)
    return f"Best is {point}: mean {how.label} {how.text(mean)}"


def conclusion(swept: Sweep) -> str:
    """Sentences on the best point, or why there is none."""
    best = swept.best
    if best is None:
        return (
            f"No trial finished at any point, so none is best. Baseline: {verdict(swept.baseline)}"
        )
    by_goodput, sentences = swept.optima.get("goodput", best).point, [f"{headline(swept)}."]
    sentences += [_unfinished(swept, best), _same_as_best(swept, best), _at_the_end(swept, best)]
    if by_goodput != best.point:
        sentences.append(f"By mean goodput the best is {_named(swept, by_goodput)}.")
    return " ".join(filter(None, [*sentences, _against_baseline(swept, best)]))


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


def _same_as_best(swept: Sweep, best: Optimum) -> str:
    """Sentence on the points that are not distinguishable from the best one."""
    same, is_line = best.not_distinguishable, len(swept.axes) == 1
    others = [point for point in same if point != best.point]
    if len(best.candidates) == 1:
        return ""
    if swept.trials == 1:
        return "One trial cannot distinguish points."
    if not others:
        among = "" if len(best.candidates) == len(swept.places) else " at which as many finished"
        return f"Every other point{among} is worse (95 %)."
    if is_line and len(same) > 2 and same[-1] - same[0] == len(same) - 1:
        which = f"from {_named(swept, same[0])} to {_named(swept, same[-1])}"
        return f"The {len(same)} points {which} are not distinguishable (95 %)."
    named = f"{len(others)} other points"
    if len(others) <= _MOST_LISTED:
        names = [_named(swept, point) for point in others]
        named = words.listed(names if is_line else [f"({name})" for name in names])
    verb = "is" if len(others) == 1 else "are"
    return f"{named} {verb} not distinguishable from it (95 %)."


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
    return f"It is at the end of {which} of {words.listed(ends)}; a better one may lie beyond."


def _goes_on(axis: Axis, value: Any) -> bool:
    """Whether there is anything beyond a value at an end of an axis."""
    number = axis.number(value)
    if axis.numbers is None or number is None or number == 0:
        return False
    return not (axis.dimension is FRACTION and number == 1)


def _against_baseline(swept: Sweep, best: Optimum) -> str:
    if swept.baseline_point == best.point:
        return "That is the baseline."
    baseline = f"the baseline ({_named(swept, None)})"
    finished = swept.trials - int(swept.baseline.truncated.sum())
    if not finished:
        return f"No trial of {baseline} finished."
    if not swept.same_finished(None, best.point):
        return (
            f"Of {baseline} {finished:,} of {words.count(swept.trials, 'trial')} finished, not the "
            "same as at the best point, so what that saves is unknown."
        )
    difference = swept.metric(best.metric, None) - swept.metric(best.metric, best.point)
    mean, half = Uncertain.of(swept.difference(best.metric, None, best.point))
    if mean is None or half is None:
        return ""
    if abs(mean) <= half:
        return f"It is not distinguishable from {baseline}."
    how = number_format(swept, best.metric)
    if is_constant(difference):
        amount = f"{how.difference(abs(mean))} in every trial"
    else:
        amount = how.difference(abs(mean), half)
    if best.metric == "goodput":
        verb = "gains" if mean < 0 else "loses"
    else:
        verb = "saves" if mean > 0 else "costs"
    return f"It {verb} {amount} compared with {baseline}."


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
    lag = checkpoint.durability_lag
    facts = {
        "hosts that age": any(fault.law != "exponential" for fault in faults),
        "bad hosts that soon fail again": scenario.diagnosis.recall.middle < 1
        or repair.automated_misses.middle > 0
        or repair.manual_misses.middle > 0,
        "copies that become durable later": checkpoint.write_bandwidth is not None
        or (lag is not None and lag.middle > 0),
        "saves that fail": checkpoint.save_failure.middle + checkpoint.corrupt.middle > 0,
        "writes that slow training": checkpoint.write_slowdown.middle > 0,
        "loss spikes that roll back behind the last copy": any(
            fault.effect == "diverge" for fault in faults
        ),
        "planned stops and incidents": bool(scenario.stop),
        "changes of the scenario during the run": bool(scenario.change),
    }
    return [fact for fact, is_so in facts.items() if is_so]

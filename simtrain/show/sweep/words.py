"""What a sweep says, in sentences: the best point, how sure that is, and what formulas say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.measure import Measure, measure_of
from simtrain.show.verdict import verdict
from simtrain.tables.estimates import is_constant
from simtrain.units import FRACTION, brief

if TYPE_CHECKING:
    from simtrain.answers.sweep import Sweep
    from simtrain.scenario.axes import Axis
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.optimum import Optimum

_MOST_LISTED = 6
"""Points that are named one by one."""


def measure(swept: Sweep, metric: str) -> Measure:
    """How a metric of a sweep is shown, in one unit for all points."""
    best = swept.optima[metric]
    return measure_of(metric, float(swept.point_statistics(metric, best.point)["mean"]))


def point(swept: Sweep, number: int | None) -> str:
    """Values of a point: "1 h", "1 h and 8" for two keys."""
    if number is None:
        return words.listed(swept.baseline_words)
    return words.listed([written(value) for value in swept.places[number].values])


def varied(swept: Sweep) -> str:
    """Sentence on what varies."""
    keys = [f"{axis.key} at {_values(axis.values)}" for axis in swept.axes]
    points = words.count(len(swept.places), "point")
    together = f", {points} in all" if len(keys) > 1 else ""
    trials = f"{words.count(swept.trials, 'trial')} each, seed {swept.seed}"
    return f"{words.listed(keys)}{together}; {trials}."


def _values(values: tuple[Any, ...]) -> str:
    if len(values) <= 3:
        return words.listed([written(value) for value in values])
    return f"{len(values)} values from {written(values[0])} to {written(values[-1])}"


def headline(swept: Sweep) -> str:
    """Title of a picture: what is best."""
    best = swept.best
    assert best is not None
    return f"Best is {_named(swept, best.point)}: {_mean(swept, best)}"


def conclusion(swept: Sweep) -> str:
    """Sentences on the best point, or why there is none."""
    best = swept.best
    if best is None:
        return (
            f"No trial finished at any point, so none is best. As it is: {verdict(swept.baseline)}"
        )
    other = swept.optima.get("goodput", best)
    sentences = [f"Best is {_named(swept, best.point)}: {_mean(swept, best)}."]
    sentences += [_unfinished(swept, best), _alike(swept, best), _at_the_end(swept, best)]
    if other.point != best.point:
        sentences.append(f"By mean goodput it is {_named(swept, other.point)}.")
    sentences.append(_against_own(swept, best))
    return " ".join(filter(None, sentences))


def _mean(swept: Sweep, best: Optimum) -> str:
    shown = measure(swept, best.metric)
    mean = swept.point_statistics(best.metric, best.point)["mean"]
    return f"mean {shown.label} {shown.text(mean)}"


def _named(swept: Sweep, number: int) -> str:
    pairs = zip(swept.axes, swept.places[number].values, strict=True)
    return words.listed([f"{axis.key} = {written(value)}" for axis, value in pairs])


def _unfinished(swept: Sweep, best: Optimum) -> str:
    here = int(swept.results[best.point].truncated.sum())
    fewer = len(swept.places) - len(best.candidates)
    sentences = []
    if here:
        sentences.append(
            f"{words.count(here, 'trial')} did not finish there, and no fewer anywhere else."
        )
    if fewer:
        sentences.append(
            f"In {words.count(fewer, 'point')} fewer trials finished; "
            f"{'it is' if fewer == 1 else 'they are'} not compared."
        )
    return " ".join(sentences)


def _alike(swept: Sweep, best: Optimum) -> str:
    alike = best.not_distinguishable
    if len(best.candidates) == 1:
        return ""
    if swept.trials == 1:
        return "One trial tells no points apart."
    if len(alike) == 1:
        among = "" if len(best.candidates) == len(swept.places) else " in which as many finished"
        return f"Every other point{among} is worse (95 %)."
    others = [number for number in alike if number != best.point]
    if len(swept.axes) == 1 and len(alike) > 2 and alike[-1] - alike[0] == len(alike) - 1:
        which = f"from {point(swept, alike[0])} to {point(swept, alike[-1])}"
        return f"The {len(alike)} points {which} cannot be told apart (95 %)."
    if len(others) > _MOST_LISTED:
        return f"{len(others)} other points cannot be told apart from it (95 %)."
    named = words.listed(
        [f"({point(swept, n)})" if len(swept.axes) > 1 else point(swept, n) for n in others]
    )
    return f"{named} cannot be told apart from it (95 %)."


def _at_the_end(swept: Sweep, best: Optimum) -> str:
    values = swept.places[best.point].values
    ends = [
        axis.key
        for axis, value in zip(swept.axes, values, strict=True)
        if len(axis) > 1 and value in (axis.values[0], axis.values[-1]) and _goes_on(axis, value)
    ]
    if not ends:
        return ""
    return f"It lies at an end of the values of {words.listed(ends)}; beyond may be a better one."


def _goes_on(axis: Axis, value: Any) -> bool:
    """Whether there is anything beyond a value at an end of an axis."""
    number = axis.number(value)
    if axis.numbers is None or number is None or number == 0:
        return False
    return not (axis.dimension is FRACTION and number == 1)


def _against_own(swept: Sweep, best: Optimum) -> str:
    if swept.baseline_point == best.point:
        return "That is the scenario as it is."
    own = f"the scenario as it is ({point(swept, None)})"
    finished = swept.trials - int(swept.baseline.truncated.sum())
    if not finished:
        return f"No trial of {own} finished."
    if not swept.same_finished(None, best.point):
        return (
            f"Of {own} {finished:,} of {words.count(swept.trials, 'trial')} finished, not the same "
            "as there, so what it saves is not known."
        )
    found = swept.difference(best.metric, None, best.point)
    sign = -1.0 if best.metric == "goodput" else 1.0
    low, high = found["mean_ci95"]
    if low is None:
        return ""
    if low <= 0 <= high:
        return f"It cannot be told apart from {own}."
    gain, half = sign * found["mean"], (high - low) / 2
    saves = "saves" if gain > 0 else "costs"
    if is_constant(swept.metric(best.metric, None) - swept.metric(best.metric, best.point)):
        amount = words.gain(best.metric, abs(gain))
        return f"It {saves} {amount} in every trial alike against {own}."
    return f"It {saves} {words.gain(best.metric, abs(gain), half)} against {own}."


def by_formula(swept: Sweep) -> str:
    """Sentences on what formulas say of the checkpoint interval; none if they say nothing."""
    found = swept.formulas
    if found is None:
        return ""
    facts = (
        f"As it is, the scenario is interrupted once in {brief(found.mtbf_s)} of training and "
        f"saving, and a save takes {brief(found.save_s)}. With that, Young's formula gives "
        f"{brief(found.young_s)} and Daly's {brief(found.daly_s)}; {brief(found.exact_s)} is "
        "exactly best for faults without memory, however long recovery takes and whether or not "
        "faults strike in it."
    )
    beyond = _beyond_formulas(swept.scenario)
    if not beyond:
        return facts
    return f"{facts} The formulas know nothing of {words.listed(beyond)}."


def _beyond_formulas(scenario: Scenario) -> list[str]:
    """What in a scenario moves the best interval, or may, and is in no formula."""
    checkpoint = scenario.checkpoint
    faults = scenario.fault.values()
    repair = scenario.repair
    facts = {
        "hosts that age": any(fault.law != "exponential" for fault in faults),
        "bad hosts that soon fail again": scenario.diagnosis.recall.mean < 1
        or repair.automated_misses.mean > 0
        or repair.manual_misses.mean > 0,
        "copies that are durable only later": _lags(scenario),
        "saves that fail": checkpoint.save_failure.mean + checkpoint.corrupt.mean > 0,
        "writes that slow training": checkpoint.write_slowdown.mean > 0,
        "loss spikes that go back behind the last copy": any(
            fault.effect == "diverge" for fault in faults
        ),
        "planned stops and incidents": bool(scenario.stop),
        "changes of the scenario during the run": bool(scenario.change),
    }
    return [words for words, is_so in facts.items() if is_so]


def _lags(scenario: Scenario) -> bool:
    lag = scenario.checkpoint.durability_lag
    return scenario.checkpoint.write_bandwidth is not None or (lag is not None and lag.mean > 0)

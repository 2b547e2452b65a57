"""What a plan found, in sentences: which values meet the target, and how certain that is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat

if TYPE_CHECKING:
    from simtrain.answers.plan import Decision, Point, Threshold

COUNTED = ("hosts", "spares")
"""Keys whose last word counts things, so that a value can be told as "8 spares"."""


def number_format(decision: Decision) -> NumberFormat:
    """Format of the number that the target is about."""
    points = (*decision.points, decision.baseline)
    return NumberFormat.of_target(decision.target, [point.estimate for point in points])


def value(decision: Decision, point: Point) -> str:
    """Value of a point, with what a share comes to."""
    return words.setting_in(point.results.scenario, decision.axis.key, point.value)


def followers(decision: Decision, point: Point) -> dict[str, str]:
    """Values of what moves together with the key that varies, by key."""
    scenario, settings = point.results.scenario, decision.settings(point)
    keys = decision.axis.keys[1:]
    return {key: words.setting_in(scenario, key, settings[key]) for key in keys}


def value_of(decision: Decision, point: Point) -> str:
    """Value of a point, and of the baseline whether it holds to the end."""
    later = point is decision.baseline and decision.scenario.set_later(decision.axis.key)
    return f"{value(decision, point)}{', later changed' if later else ''}"


def asked(decision: Decision) -> str:
    """Sentences on what was asked, and what it took."""
    axis = decision.axis
    first, last = words.setting(axis.values[0]), words.setting(axis.values[-1])
    name = decision.scenario.with_names(axis.name)
    return (
        f"Target: {decision.target}. {name} from {first} to {last}: {len(decision.points):,} "
        f"of {words.count(len(axis), 'value')} tried{_step(decision)}, "
        f"{words.count(decision.trials, 'trial')} each, seed {decision.seed}; "
        f"{words.count(decision.trials_in_all, 'trial')} in all, including the baseline."
    )


def headline(decision: Decision) -> str:
    """Paragraph on which values meet the target, when the run then finishes, and the baseline."""
    return prose.sentences(conclusion(decision), _finish(decision), baseline(decision))


def conclusion(decision: Decision) -> str:
    """Sentences on which values meet the target."""
    if decision.thresholds:
        sentences = [_answered(decision, answer) for answer in decision.thresholds]
    elif decision.verdict == "all":
        sentences = [_all_meet(decision)]
    else:
        sentences = [_none_meets(decision)]
    if decision.turns:
        sentences.append(
            "The curve both rises and falls (95 %), so that between the values tried there may be "
            "others that meet the target, or miss it."
        )
    return " ".join(sentences)


def baseline(decision: Decision) -> str:
    """Sentence on the baseline."""
    own, how = decision.baseline, number_format(decision)
    beyond = ""
    if not own.met and math.isfinite(own.estimate.value):
        beyond = f" by {how.difference(own.short)}"
    found = f"The baseline ({value_of(decision, own)}) has {how.estimate(own.estimate)}"
    text = f"{found}: {verdict(own, beyond)}."
    if any(point.results.truncated.any() for point in (*decision.points, own)):
        text += " Trials that did not finish count as missing the target."
    return text


def verdict(point: Point, beyond: str = "") -> str:
    """Whether a point meets the target, in a few words."""
    return (
        f"{'met' if point.met else 'missed'}{beyond}{'' if point.is_conclusive else ', uncertain'}"
    )


def typeset(condition: str) -> str:
    """A condition as it is printed in books."""
    return condition.replace("<=", "≤").replace(">=", "≥")


def _finish(decision: Decision) -> str:
    """Sentence on when the run finishes at the value that just meets a target on that."""
    answer = decision.answer
    if answer is None or decision.target.metric != "wall_clock_s":
        return ""
    value = f"{decision.axis.key} = {words.setting(answer.value)}"
    return prose.finish(answer.results, f"With {value} the run")


def _step(decision: Decision) -> str:
    """How close neighbours are on an axis whose values keep their ratio."""
    gap, axis = decision.gap, decision.axis
    if gap is None or axis.dimension is None or not axis.is_log:
        return ""
    return f", {words.share(gap)} or less apart"


def _answered(decision: Decision, answer: Threshold) -> str:
    how, key = number_format(decision), decision.scenario.with_names(decision.axis.key)
    which = "smallest" if answer.is_least else "greatest"
    certainty = "Both are certain (95 %)."
    if not (answer.met.is_conclusive and answer.missed.is_conclusive):
        certainty = _certain_range(decision, answer)
    settings = followers(decision, answer.met).items()
    at = value(decision, answer.met) + "".join(f" with {name} = {text}" for name, text in settings)
    return (
        f"For {prose.named(decision.scenario)}, {key} = {at} is the {which} value that meets the "
        f"target of {decision.target}, with {_found(how, answer.met)}; "
        f"{value(decision, answer.missed)} misses it, with {_found(how, answer.missed)}. "
        f"{certainty}"
    )


def _found(how: NumberFormat, point: Point) -> str:
    """What was found at a value, and that it does not settle whether the target is met."""
    return f"{how.estimate(point.estimate)}{'' if point.is_conclusive else ', which is uncertain'}"


def _certain_range(decision: Decision, answer: Threshold) -> str:
    """Sentence on where it is certain whether the target is met."""
    met, missed = answer.conclusive_met, answer.conclusive_missed
    on, off = ("from {} on", "up to {}") if answer.is_least else ("up to {}", "from {} on")
    known = [f"met {on.format(value(decision, met))}"] if met else []
    known += [f"missed {off.format(value(decision, missed))}"] if missed else []
    trials = words.count(decision.trials, "trial")
    if not known:
        return f"With {trials} it is uncertain whether any value meets it (95 %)."
    where = "in between" if len(known) > 1 else "elsewhere"
    return (
        f"Of the values tried it is certainly {words.listed(known)} (95 %); {where}, {trials} are "
        "not enough to decide."
    )


def _all_meet(decision: Decision) -> str:
    how = number_format(decision)
    least = max(decision.points, key=lambda point: point.short)
    return (
        f"For {prose.named(decision.scenario)}, every value of {decision.axis.key} that was tried "
        f"meets the target of {decision.target}, so none is the smallest or greatest that does. "
        f"Closest to missing it is {decision.axis.key} = {value(decision, least)}, with "
        f"{how.estimate(least.estimate)}, {_certainty(least)}."
    )


def _none_meets(decision: Decision) -> str:
    how, nearest = number_format(decision), decision.nearest
    key = decision.axis.key
    text = (
        f"For {prose.named(decision.scenario)}, no value of {key} that was tried meets the target "
        f"of {decision.target}. {key} = {value(decision, nearest)}"
    )
    if math.isinf(nearest.estimate.value):
        return f"{text} comes as near as any, but even there a trial does not finish."
    beyond = how.difference(nearest.short)
    found, certainty = how.estimate(nearest.estimate), _certainty(nearest)
    return f"{text} comes nearest, with {found}: it misses by {beyond}, {certainty}."


def _certainty(point: Point) -> str:
    return "which is certain (95 %)" if point.is_conclusive else "which is uncertain"

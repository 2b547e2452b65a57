"""What a plan says, in sentences: which values meet the target, how sure that is, and as it is."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.gauge import Gauge

if TYPE_CHECKING:
    from simtrain.answers.plan import Decision, Point, Threshold


def gauge(decision: Decision) -> Gauge:
    """How the numbers of a plan are shown."""
    points = (*decision.points, decision.baseline)
    return Gauge.of(decision.target, (point.estimate.value for point in points))


def own_value(decision: Decision) -> str:
    """What the scenario itself says of the key, in words."""
    later = decision.scenario.set_later(decision.axis.key)
    return f"{written(decision.baseline.value)}{', later changed' if later else ''}"


def value_of(decision: Decision, point: Point) -> str:
    """Value of a point, in words."""
    return own_value(decision) if point is decision.baseline else written(point.value)


def asked(decision: Decision) -> str:
    """Sentences on what was asked, and what it took."""
    axis = decision.axis
    first, last = written(axis.values[0]), written(axis.values[-1])
    looked = words.count(len(decision.points), "value")
    return (
        f"Target: {decision.target}. {axis.key} from {first} to {last}: {looked} of "
        f"{len(axis):,} tried{_step(decision)}, {words.count(decision.trials, 'trial')} each, seed "
        f"{decision.seed}; {words.count(decision.trials_in_all, 'trial')} in all, with those of "
        "the scenario as it is."
    )


def headline(decision: Decision) -> str:
    """Title of a picture: what meets the target."""
    key, target = decision.axis.key, decision.target
    if decision.thresholds:
        told = [written(answer.met.value) for answer in decision.thresholds]
        which = f"{key} = {words.listed(list(dict.fromkeys(told)))}"
        if [answer.is_least for answer in decision.thresholds] == [True, False] and told[0] != told[
            1
        ]:
            which = f"{key} from {' to '.join(told)}"
        if len(told) == 1:
            bound = "at least" if decision.thresholds[0].is_least else "at most"
            which = f"{key} of {bound} {told[0]}"
        return f"{target}: {which}"
    return f"{target}: {'every value' if decision.verdict == 'all' else 'no value'} of {key}"


def conclusion(decision: Decision) -> str:
    """Sentences on which values meet the target."""
    if decision.thresholds:
        told = [_answered(decision, answer) for answer in decision.thresholds]
    elif decision.verdict == "all":
        told = [_all_meet(decision)]
    else:
        told = [_none_meets(decision)]
    told.append(_turned(decision))
    return " ".join(filter(None, told))


def as_is(decision: Decision) -> str:
    """Sentence on the scenario as it is."""
    own, how = decision.baseline, gauge(decision)
    told = f"As it is ({own_value(decision)}), it is {how.sure(own.estimate)}: {_verdict(own)}"
    if own.met or math.isinf(own.estimate.value):
        return f"{told}.{_unfinished(decision)}"
    beyond = how.difference(own.short)
    return f"{told}, by {beyond}.{_unfinished(decision)}"


def verdict(point: Point) -> str:
    """Whether a point meets the target, in a few words."""
    return _verdict(point)


def _step(decision: Decision) -> str:
    gap = decision.gap
    if gap is None or decision.axis.dimension is None:
        return ""
    if decision.axis.is_log:
        return f", {words.share(gap)} or less apart"
    return ""


def _answered(decision: Decision, answer: Threshold) -> str:
    how, key = gauge(decision), decision.axis.key
    which = "smallest" if answer.is_least else "greatest"
    at, beside = written(answer.met.value), written(answer.missed.value)
    told = (
        f"{key} = {at} is the {which} value that meets it: {how.sure(answer.met.estimate)}. At "
        f"{beside} it is {how.sure(answer.missed.estimate)}."
    )
    if answer.met.is_conclusive and answer.missed.is_conclusive:
        return f"{told} Both are sure (95 %)."
    return f"{told} {_unsure(decision, answer)}"


def _unsure(decision: Decision, answer: Threshold) -> str:
    met, missed = answer.conclusive_met, answer.conclusive_missed
    on, off = ("from {} on", "up to {}") if answer.is_least else ("up to {}", "from {} on")
    known = []
    if met is not None:
        known.append(f"met {on.format(written(met.value))}")
    if missed is not None:
        known.append(f"missed {off.format(written(missed.value))}")
    trials = words.count(decision.trials, "trial")
    if not known:
        return f"Whether any value meets it cannot be told with {trials} (95 %)."
    told = f"Of the values that were tried it is surely {words.listed(known)} (95 %)"
    return (
        f"{told}; between, {trials} cannot tell."
        if len(known) > 1
        else f"{told}; else {trials} cannot tell."
    )


def _all_meet(decision: Decision) -> str:
    how = gauge(decision)
    least = max(decision.points, key=lambda point: point.short)
    told = (
        "Every value that was tried meets it, so none is the smallest or greatest that does. "
        f"Closest to missing it is {decision.axis.key} = {written(least.value)}, with "
        f"{how.sure(least.estimate)}"
    )
    return (
        f"{told}, which is sure (95 %)." if least.is_conclusive else f"{told}, which is not sure."
    )


def _none_meets(decision: Decision) -> str:
    how, nearest = gauge(decision), decision.nearest
    told = f"No value that was tried meets it. {decision.axis.key} = {written(nearest.value)}"
    if math.isinf(nearest.estimate.value):
        return f"{told} comes as near as any, but there too a trial does not finish."
    beyond = how.difference(nearest.short)
    told += f" comes nearest, with {how.sure(nearest.estimate)}: it misses by {beyond}"
    return f"{told}, surely (95 %)." if nearest.is_conclusive else f"{told}, which is not sure."


def _turned(decision: Decision) -> str:
    if not decision.turns:
        return ""
    return (
        "The curve both rises and falls (95 %): between values that were tried there may be "
        "others at which the target is met, or is not."
    )


def _verdict(point: Point) -> str:
    told = "met" if point.met else "missed"
    return told if point.is_conclusive else f"{told}, not surely"


def _unfinished(decision: Decision) -> str:
    points = (*decision.points, decision.baseline)
    if not any(point.results.truncated.any() for point in points):
        return ""
    return " Trials that did not finish count as missing the target."

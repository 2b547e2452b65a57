"""What a frontier found, in sentences: its combinations, and how certain they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.answers.plan_frontier import undominated
from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.plan_frontier import Case, Frontier, Ranks
    from simtrain.scenario.axes import Axis

_MOST_NAMED = 8
"""Combinations that a sentence names one by one."""


def number_format(frontier: Frontier) -> NumberFormat:
    """Format of the number that the target is about."""
    return NumberFormat.of_target(frontier.target, [one.point.estimate for one in frontier.cases])


def setting(frontier: Frontier, case: Case, key: str) -> str:
    """Value of a key in a case, with what a share comes to."""
    value = frontier.settings(case)[key]
    return words.setting_in(case.point.results.scenario, key, value)


def combination(frontier: Frontier, case: Case) -> str:
    """A combination by its two values: "8 with 2.4 h"."""
    return " with ".join(setting(frontier, case, key) for key in frontier.keys)


def between(frontier: Frontier, case: Case) -> str:
    """Values between which the cheapest one surely lies; nothing where it is certain."""
    low, high = (
        None if end is None else words.setting(frontier.inner.values[end])
        for end in frontier.ends(case)
    )
    if low == high:
        return "" if case.ranks is not None or low is None else low
    return f"≤ {high}" if low is None else f"≥ {low}" if high is None else f"{low} – {high}"


def asked(frontier: Frontier) -> str:
    """Sentences on what was asked, what is taken as cheaper, and what it took."""
    axes = {axis.key: axis for axis in (frontier.outer, frontier.inner)}
    ranges = " and ".join(_range(frontier, axes[key]) for key in frontier.keys)
    all_of_them = len(frontier.outer) * len(frontier.inner)
    return prose.sentences(
        f"Target: {frontier.target}. {ranges}. Taken as cheaper: {ends(frontier)}. "
        f"{frontier.tried:,} of {words.count(all_of_them, 'combination')} tried, "
        f"{words.count(frontier.trials, 'trial')} each, seed {frontier.seed}; "
        f"{words.count(frontier.trials_in_all, 'trial')} in all, including each baseline.",
        f"The others are taken as those on both sides of them along {frontier.inner.key}."
        if frontier.tried < all_of_them
        else "",
    )


def ends(frontier: Frontier) -> str:
    """Which end of each key is taken as cheaper."""
    return ", ".join(
        f"{frontier.cheaper[key]} {frontier.scenario.with_names(key)}" for key in frontier.keys
    )


def headline(frontier: Frontier) -> str:
    """Paragraph on the combinations on the frontier, and on how certain they are."""
    return prose.sentences(
        _found(frontier), _uncertain(frontier), _sure(frontier), _others(frontier), _turns(frontier)
    )


def named(frontier: Frontier, cases: Sequence[Case]) -> str:
    """Combinations by their values, of many the first and the last."""
    texts = [combination(frontier, case) for case in cases]
    if len(texts) > _MOST_NAMED:
        return f"{texts[0]} to {texts[-1]} ({len(texts)} of them)"
    return words.listed(texts)


def _range(frontier: Frontier, axis: Axis) -> str:
    first, last = words.setting(axis.values[0]), words.setting(axis.values[-1])
    return f"{frontier.scenario.with_names(axis.name)} from {first} to {last}"


def _found(frontier: Frontier) -> str:
    keys = " with ".join(map(frontier.scenario.with_names, frontier.keys))
    subject = f"For {prose.named(frontier.scenario)},"
    if not frontier.frontier:
        nearest = min(frontier.cases, key=lambda case: case.point.short)
        text = (
            f"{subject} no combination of {keys} that was tried meets the target of "
            f"{frontier.target}. {combination(frontier, nearest)} comes"
        )
        if math.isinf(nearest.point.estimate.value):
            return f"{text} as near as any, but even there a trial does not finish."
        how = number_format(frontier)
        return f"{text} nearest, with {how.estimate(nearest.point.estimate)}."
    return (
        f"{subject} the frontier of {keys} that meets the target of {frontier.target} is "
        f"{named(frontier, frontier.frontier)}: no other combination that meets it is as cheap in "
        "both keys."
    )


def _uncertain(frontier: Frontier) -> str:
    found = frontier.frontier
    uncertain = [case for case in found if not frontier.is_certain(case)]
    if not found:
        return ""
    if not uncertain:
        return "All are certain (95 %)." if len(found) > 1 else "It is certain (95 %)."
    trials = words.count(frontier.trials, "trial")
    which = "That" if len(found) == 1 else named(frontier, uncertain)
    is_all = len(found) > 1 and len(uncertain) == len(found)
    subject = "None of them is certain" if is_all else f"{which} is uncertain"
    return f"{subject} (95 %): {trials} are not enough to decide."


def _sure(frontier: Frontier) -> str:
    """Sentence on the combinations that surely meet the target, if they are others."""
    found = [case.ranks for case in frontier.frontier]
    sure = surely(frontier)
    if sure == found or not frontier.frontier:
        return ""
    if not sure:
        return "No combination that was tried surely meets it."
    texts = [_of_ranks(frontier, ranks) for ranks in sure]
    if len(texts) > _MOST_NAMED:
        texts = [f"{texts[0]} to {texts[-1]} ({len(texts)} of them)"]
    return f"Of those that surely meet it, the frontier is {words.listed(texts)}."


def surely(frontier: Frontier) -> list[Ranks]:
    """The frontier of the combinations that surely meet the target."""
    cases = (case._replace(ranks=case.sure) for case in frontier.cases)
    return [case.ranks for case in undominated(cases) if case.ranks]


def _of_ranks(frontier: Frontier, ranks: Ranks) -> str:
    outer, inner = frontier.numbers(ranks)
    values = {
        frontier.outer.key: frontier.outer.values[outer],
        frontier.inner.key: frontier.inner.values[inner],
    }
    return " with ".join(words.setting(values[key]) for key in frontier.keys)


def _others(frontier: Frontier) -> str:
    """Sentence on values of the outer key that are not on the frontier, but may be."""
    others = [
        case
        for case in frontier.cases
        if case not in frontier.frontier and not frontier.is_certain(case)
    ]
    if not others:
        return ""
    key = frontier.outer.key
    texts = [setting(frontier, case, key) for case in others]
    values = words.listed(texts) if len(texts) <= _MOST_NAMED else f"{len(texts)} more values"
    return f"A combination with {key} = {values} may be on it too (95 %)."


def _turns(frontier: Frontier) -> str:
    if not any(decision.turns for decision in frontier.decisions):
        return ""
    return (
        f"Along {frontier.inner.key} the curve both rises and falls (95 %), so that between the "
        "values tried there may be others that meet the target, or miss it."
    )

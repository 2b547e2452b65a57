"""What plans for several cases found, in sentences: the value for each, and how certain it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat

if TYPE_CHECKING:
    from simtrain.answers.plan_for import Choice, Decisions

_MOST_NAMED = 8
"""Cases that a sentence names one by one."""


def number_format(decisions: Decisions) -> NumberFormat:
    """Format of the number that the target is about."""
    estimates = [choice.point.estimate for choice in decisions.choices]
    return NumberFormat.of_target(decisions.target, estimates)


def case(choice: Choice, key: str) -> str:
    """Value of the key that plans are for."""
    return words.setting_in(choice.place.scenario, key, choice.place.settings[key])


def value(choice: Choice) -> str:
    """Value that just meets the target, with what a share comes to."""
    key = choice.decision.axis.key
    return words.setting_in(choice.point.results.scenario, key, choice.point.value)


def between(choice: Choice) -> str:
    """Values between which it certainly lies: "4 – 5", "≤ 5", or nothing if it is certain.

    Shares are given as the counts that they come to.
    """
    ends = zip(choice.ends, choice.end_counts, strict=True)
    low, high = (
        f"{count:,}" if count is not None else None if end is None else words.setting(end)
        for end, count in ends
    )
    if not choice.point.met or choice.is_certain or (low is None and high is None):
        return ""
    return f"≤ {high}" if low is None else f"≥ {low}" if high is None else f"{low} – {high}"


def asked(decisions: Decisions) -> str:
    """Sentences on what was asked, and what it took."""
    choice, axis = decisions.decisions[0].axis, decisions.axis
    first, last = words.setting(choice.values[0]), words.setting(choice.values[-1])
    return (
        f"Target: {decisions.target}. {decisions.scenario.with_names(choice.name)} from {first} to "
        f"{last}, for {words.count(len(axis), 'value')} of {axis.name}; "
        f"{words.count(decisions.trials, 'trial')} each, seed {decisions.seed}; "
        f"{words.count(decisions.trials_in_all, 'trial')} in all, including each baseline."
    )


def headline(decisions: Decisions) -> str:
    """Paragraph on the value for each case, and on those that are uncertain."""
    return prose.sentences(_found(decisions), _none(decisions), _uncertain(decisions))


def extreme(decisions: Decisions) -> str:
    """Which of the values that meet the target is sought."""
    return "smallest" if decisions.is_least else "greatest"


def _found(decisions: Decisions) -> str:
    found = [choice for choice in decisions.choices if choice.point.met]
    key = decisions.axis.key
    subject = f"For {prose.named(decisions.scenario)},"
    if not found:
        return (
            f"{subject} no value of {decisions.key} that was tried meets the target of "
            f"{decisions.target}, at any value of {key}."
        )
    if len(found) > _MOST_NAMED:
        found = [found[0], found[-1]]
    first, *others = (f"{value(choice)} with {{}}{case(choice, key)}" for choice in found)
    at = words.listed([first.format(f"{key} = "), *(one.format("") for one in others)])
    return (
        f"{subject} the {extreme(decisions)} {decisions.key} that meets the target of "
        f"{decisions.target} is {at}."
    )


def _none(decisions: Decisions) -> str:
    """Sentence on cases in which no value meets the target, where others have one."""
    missed = [choice for choice in decisions.choices if not choice.point.met]
    if not missed or len(missed) == len(decisions.choices):
        return ""
    return f"No value that was tried meets it with {_cases(decisions, missed)}."


def _uncertain(decisions: Decisions) -> str:
    uncertain = [choice for choice in decisions.choices if not choice.is_certain]
    if not uncertain:
        return "All are certain (95 %)." if len(decisions.choices) > 1 else "It is certain (95 %)."
    trials = words.count(decisions.trials, "trial")
    ends = (f"{case(choice, decisions.axis.key)} ({between(choice)})" for choice in uncertain)
    named = words.listed([end.removesuffix(" ()") for end in ends])
    if len(uncertain) > _MOST_NAMED:
        named = words.count(len(uncertain), "value")
    return (
        f"It is uncertain (95 %) with {decisions.axis.key} = {named}, where {trials} are not "
        "enough to decide."
    )


def _cases(decisions: Decisions, choices: list[Choice]) -> str:
    key = decisions.axis.key
    if len(choices) > _MOST_NAMED:
        return f"{words.count(len(choices), 'value')} of {key}"
    return f"{key} = {words.listed([case(choice, key) for choice in choices])}"

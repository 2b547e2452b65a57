"""What a comparison says, in sentences: who is ahead, by how much, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.measure import half_of
from simtrain.tables.estimates import is_constant

if TYPE_CHECKING:
    from simtrain.answers.compare import Comparison
    from simtrain.tables.estimates import Estimate


def who(compared: Comparison) -> list[str]:
    """A line for each scenario: its letter, its name, and its title if it has one of its own."""
    lines = []
    for number, (letter, name) in enumerate(zip(compared.letters, compared.names, strict=True)):
        title = compared.scenarios[number].title
        is_new = title and (number == 0 or title != compared.scenarios[0].title)
        lines.append(f"{letter}: {name}, {title}" if is_new else f"{letter}: {name}")
    return lines


def conclusion(compared: Comparison, other: int) -> str:
    """Sentences on one scenario against the first."""
    first, letter = compared.letters[0], compared.letters[other]
    if not compared.race(other).known:
        return (
            f"{letter} cannot be compared with {first}: no trial finished in both, or in one while "
            "the other was still running."
        )
    sentences = [f"{headline(compared, other)}.", _how_often(compared, other)]
    return " ".join(filter(None, [*sentences, _left_out(compared, other)]))


def what_decides(compared: Comparison) -> str:
    """Sentence on what scenarios are held against each other by, unless it is the time."""
    if compared.objective != "goodput":
        return ""
    if compared.work_differs:
        why = "Scenarios differ in how much work there is, and less ends sooner"
    else:
        why = "The wall-clock is fixed"
    return f"{why}: goodput decides."


def headline(compared: Comparison, other: int) -> str:
    """Which of two scenarios is ahead in the mean, and by how much."""
    first, letter = compared.letters[0], compared.letters[other]
    found = compared.difference(compared.objective, other)
    if found["mean"] is None:
        return f"No trial finished in both {first} and {letter}"
    if compared.race(other).tied.value == 1:
        of = " that finished in both" if compared.left_out(other) else ""
        return f"{letter} comes out as {first} in every trial{of}"
    half = half_of(found)
    if half is None:
        if compared.left_out(other):
            return f"Only one trial finished in both {first} and {letter}"
        return f"One trial does not tell {letter} from {first}"
    if is_constant(compared.paired(compared.objective, other)):
        amount = words.gain(compared.objective, abs(found["mean"]))
        how_sure = "in every trial alike"
    else:
        amount = words.gain(compared.objective, abs(found["mean"]), half)
        how_sure = "in the mean (95 %)"
        if abs(found["mean"]) <= half:
            return f"{letter} cannot be told apart from {first} in the mean ({amount}, 95 %)"
    if compared.objective == "goodput":
        more = "more" if found["mean"] > 0 else "less"
        return f"{letter} has {amount} {more} goodput than {first} {how_sure}"
    when = "before" if found["mean"] < 0 else "after"
    return f"{letter} finishes {amount} {when} {first} {how_sure}"


def _how_often(compared: Comparison, other: int) -> str:
    race = compared.race(other)
    if race.tied.value == 1:
        return ""
    first = compared.letters[0]
    ahead = "has more" if compared.objective == "goodput" else "finishes first"
    trials = words.count(race.known, "trial")
    of = "the trials" if race.known == compared.trials else f"the {trials} that can tell"
    letter = compared.letters[other]
    told = f"{letter} {ahead} in {_share(race.ahead)} of {of}, {first} in {_share(race.behind)}"
    return f"{told}, neither in {_share(race.tied)}." if race.tied.value else f"{told}."


def _share(found: Estimate) -> str:
    low, high = (words.share(end).removesuffix(" %") for end in (found.low, found.high))
    return f"{words.share(found.value)} ({low}–{high} %)"


def _left_out(compared: Comparison, other: int) -> str:
    left_out = compared.left_out(other)
    if not left_out:
        return ""
    first, second = (int(compared.results[number].truncated.sum()) for number in (0, other))
    letters = compared.letters[0], compared.letters[other]
    both = words.count(compared.trials - left_out, "trial")
    return (
        f"Differences are of the {both} that finished in both; "
        f"{first:,} did not finish in {letters[0]} and {second:,} in {letters[1]}, which is worse "
        "than it looks where more did not."
    )

"""What a comparison says, in sentences: who is ahead, by how much, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.measure import half_of

if TYPE_CHECKING:
    from simtrain.montecarlo.compared import Comparison
    from simtrain.montecarlo.statistics import Estimate


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
    if not compared.race(other).pairs:
        return f"No trial finished in both A and {compared.letters[other]}: there is no difference."
    sentences = [f"{headline(compared, other)}.", _how_often(compared, other)]
    return " ".join(filter(None, [*sentences, _left_out(compared, other)]))


def headline(compared: Comparison, other: int) -> str:
    """Which of two scenarios is ahead in the mean, and by how much."""
    first, letter = compared.letters[0], compared.letters[other]
    found = compared.difference(compared.objective, other)
    if compared.race(other).tied.value == 1:
        return f"{letter} comes out as {first} in every trial"
    half = half_of(found)
    if half is None:
        return f"One trial does not tell {letter} from {first}"
    amount = _amount(compared, abs(found["mean"]), half)
    if abs(found["mean"]) <= half:
        return f"{letter} cannot be told apart from {first} in the mean ({amount}, 95 %)"
    if compared.objective == "goodput":
        more = "more" if found["mean"] > 0 else "less"
        return f"{letter} has {amount} {more} goodput than {first} in the mean (95 %)"
    when = "before" if found["mean"] < 0 else "after"
    return f"{letter} finishes {amount} {when} {first} in the mean (95 %)"


def _amount(compared: Comparison, difference: float, half: float) -> str:
    if compared.objective == "goodput":
        return f"{100 * difference:.2f} ± {100 * half:.2f} percentage points"
    return f"{words.span(difference)} ± {words.span(half)}"


def _how_often(compared: Comparison, other: int) -> str:
    race = compared.race(other)
    if race.tied.value == 1:
        return ""
    first = compared.letters[0]
    ahead = "has more" if compared.objective == "goodput" else "finishes first"
    told = f"It {ahead} in {_share(race.ahead)} of the trials, {first} in {_share(race.behind)}"
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
    return (
        f"{words.count(left_out, 'trial')} of {compared.trials:,} left out that did not finish, "
        f"{first:,} in {letters[0]} and {second:,} in {letters[1]}: where more are, it is worse "
        "than it looks."
    )

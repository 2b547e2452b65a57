"""What a comparison found, in sentences: who is ahead, by how much, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.tables.estimates import describe, is_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from simtrain.answers.compare import Comparison
    from simtrain.tables.estimates import Estimate

    Samples = Sequence[NDArray[np.float64]]
    """Values of a metric in each scenario, by trial."""


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
    """Sentence on the metric that scenarios are compared by, unless it is the time."""
    if compared.objective != "goodput":
        return ""
    if compared.work_differs:
        return "Scenarios differ in how much work there is, and less ends sooner: goodput decides."
    return "The wall-clock is fixed: goodput decides."


def headline(compared: Comparison, other: int) -> str:
    """Which of two scenarios is ahead in the mean, and by how much."""
    first, letter = compared.letters[0], compared.letters[other]
    metric, left_out = compared.objective, compared.left_out(other)
    found = compared.difference(metric, other)
    mean, half = Uncertain.of(found)
    if mean is None:
        return f"No trial finished in both {first} and {letter}"
    if compared.race(other).tied.value == 1:
        which = "every trial that finished in both" if left_out else "every trial"
        return f"{letter} and {first} have the same result in {which}"
    if half is None:
        if left_out:
            return f"Only one trial finished in both {first} and {letter}"
        return f"One trial cannot distinguish {letter} from {first}"
    how = number_format(metric, [results.by_trial(metric) for results in compared.results])
    amount, certainty = how.difference(abs(mean), half), "in the mean (95 %)"
    if is_constant(compared.paired(metric, other)):
        amount, certainty = how.difference(abs(mean)), "in every trial"
    elif abs(mean) <= half:
        return f"{letter} is not distinguishable from {first} in the mean ({amount}, 95 %)"
    if metric == "goodput":
        more = "more" if mean > 0 else "less"
        return f"{letter} has {amount} {more} goodput than {first} {certainty}"
    return f"{letter} finishes {amount} {'before' if mean < 0 else 'after'} {first} {certainty}"


def number_format(metric: str, *rows: Samples) -> NumberFormat:
    """Format of a metric, or of several in the same unit.

    Parameters
    ----------
    metric
        Name of a column.
    rows
        Of each metric the values in each scenario by trial, which are shown as means and as
        differences from the first.
    """
    means = [describe(sample)["mean"] for samples in rows for sample in samples]
    differences = (describe(other - samples[0]) for samples in rows for other in samples[1:])
    numbers = [*map(Uncertain, means), *map(Uncertain.of, differences)]
    return NumberFormat.of_metric(metric, max(mean or 0.0 for mean in means), numbers)


def _how_often(compared: Comparison, other: int) -> str:
    race = compared.race(other)
    if race.tied.value == 1:
        return ""
    first, letter = compared.letters[0], compared.letters[other]
    ahead = "has more" if compared.objective == "goodput" else "finishes first"
    trials = words.count(race.known, "trial")
    which = (
        "the trials" if race.known == compared.trials else f"the {trials} in which that is known"
    )
    text = f"{letter} {ahead} in {_share(race.ahead)} of {which}, {first} in {_share(race.behind)}"
    return f"{text}, neither in {_share(race.tied)}." if race.tied.value else f"{text}."


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
        f"Differences are of the {both} that finished in both; {first:,} did not finish in "
        f"{letters[0]} and {second:,} in {letters[1]}, and the one with more is worse than it "
        "looks."
    )

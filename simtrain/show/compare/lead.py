"""What a comparison found, in sentences: who is ahead, by how much, and how often."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.verdict import within
from simtrain.tables.estimates import Estimate, describe, is_constant
from simtrain.tables.optimum import sign_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from simtrain.answers.compare import Comparison

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


def paragraph(compared: Comparison) -> str:
    """Paragraph on who is ahead, by how much and how often, and when each finishes."""
    conclusions = [conclusion(compared, other) for other in compared.others]
    return prose.sentences(what_decides(compared), *conclusions, *_finishes(compared))


def _finishes(compared: Comparison) -> list[str]:
    """Sentences on P50 and P90 of each, and on the chance to make the date that was given."""
    if compared.objective != "wall_clock_s":
        return []
    pairs = list(zip(compared.letters, compared.results, strict=True))
    sentences = [prose.finish(results, letter) for letter, results in pairs]
    chances = [
        f"{prose.chance(results)} for {letter}"
        for letter, results in pairs
        if results.chance is not None
    ]
    deadline = compared.results[0].deadline
    if deadline is not None:
        date = prose.by(deadline.text)
        sentences.append(f"The probability to finish {date} is {words.listed(chances)}.")
    return sentences


def conclusion(compared: Comparison, other: int) -> str:
    """Sentences on one scenario against the first."""
    first, letter = compared.letters[0], compared.letters[other]
    if not compared.race(other).known:
        return (
            f"{letter} cannot be compared with {first}: no trial finished in both, or in one while "
            "the other was still running."
        )
    sentences = [f"{headline(compared, other, named=True)}.", _how_often(compared, other)]
    return " ".join(filter(None, [*sentences, _left_out(compared, other)]))


def what_decides(compared: Comparison) -> str:
    """Sentence on the metric that scenarios are compared by, unless it is the time."""
    if compared.of is not None or compared.objective == "wall_clock_s":
        return ""
    if compared.objective != "goodput":
        return (
            "The jobs differ in size and the wall-clock is fixed: the productive time of all hosts "
            "decides."
        )
    if compared.work_differs:
        return "Scenarios differ in how much work there is, and less ends sooner: goodput decides."
    return "The wall-clock is fixed: goodput decides."


def headline(compared: Comparison, other: int, named: bool = False) -> str:
    """Which of two scenarios is ahead on average, and by how much; with names if `named`."""
    first, letter = (
        f"{compared.letters[number]} ({compared.names[number]})"
        if named
        else compared.letters[number]
        for number in (0, other)
    )
    metric, left_out = compared.objective, compared.left_out(other)
    mean, low, high = compared.ahead_by(other)
    if not math.isfinite(mean) and compared.percentile is not None:
        return _beyond(compared, other, first, letter)
    if math.isnan(mean):
        return f"No trial finished in both {first} and {letter}"
    if compared.race(other).tied.value == 1:
        which = "every trial that finished in both" if left_out else "every trial"
        return f"{letter} and {first} have the same result in {which}"
    half = (high - low) / 2
    if math.isinf(half) and compared.percentile is None:
        if left_out:
            return f"Only one trial finished in both {first} and {letter}"
        return f"One trial cannot distinguish {letter} from {first}"
    samples = [results.by_trial(metric) for results in compared.results]
    how = number_format(metric, samples)
    amount, where = how.difference(abs(mean), half), _where(compared, other)
    if compared.percentile is not None:
        amount = how.difference_from(Estimate(mean, low, high))
    if compared.percentile is None and is_constant(compared.paired(metric, other)):
        amount, where = how.difference(abs(mean)), "in every trial"
    elif low <= 0 <= high:
        return f"{letter} is not distinguishable from {first} {where} ({amount}, 95 %)"
    else:
        where += " (95 %)"
    if metric == "wall_clock_s":
        return f"{letter} finishes {amount} {'before' if mean < 0 else 'after'} {first} {where}"
    more = "more" if mean > 0 else "less"
    return f"{letter} has {amount} {more} {how.label} than {first} {where}"


def _beyond(compared: Comparison, other: int, first: str, letter: str) -> str:
    """Words on a percentile that is among the trials that did not finish, in one or in both."""
    percentile, limit = _where(compared, other).removeprefix("at "), _limit(compared, other)
    of_each = [compared.decided(number).value for number in (0, other)]
    if not any(map(math.isfinite, of_each)):
        return f"{percentile} of both lies beyond the limit{limit}, so neither is ahead there"
    late, early = (letter, first) if math.isfinite(of_each[0]) else (first, letter)
    _, low, high = compared.ahead_by(other)
    beyond = f"{percentile} of {late} lies beyond the limit{limit}"
    if low <= 0 <= high:
        return f"{beyond}, but is not distinguishable from that of {early} (95 %)"
    return f"{early} is ahead of {late} at {percentile} (95 %): {beyond}"


def _limit(compared: Comparison, other: int) -> str:
    """The bound that trials did not finish within, if it is the same in both: " of 60 d"."""
    bounds = {within(compared.results[number]) for number in (0, other)} - {""}
    return f" of {bounds.pop().removeprefix('within ')}" if len(bounds) == 1 else ""


def _where(compared: Comparison, other: int) -> str:
    """In which statistic scenarios are compared, and of which trials if not of all."""
    if compared.of is not None and compared.of.percentile is not None:
        return f"at {compared.of.statistic.replace('p', 'P')}"
    left_out = compared.left_out(other)
    both = compared.trials - left_out
    return f"on average{f' over the {both:,} trials that finished in both' if left_out else ''}"


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
    ahead = {-1.0: "has more", 1.0: "has less"}[sign_of(compared.objective)]
    if compared.objective == "wall_clock_s":
        ahead = "finishes first"
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
    differences = "Differences"
    if compared.percentile is not None:
        differences = f"All trials count {_where(compared, other)}. Differences of means"
    text = (
        f"{differences} are of the {both} that finished in both; {first:,} did not finish in "
        f"{letters[0]} and {second:,} in {letters[1]}"
    )
    if first == second:
        return f"{text}."
    return f"{text}, and the one with more is worse than it looks."

"""The paragraph at the top of the report of a run, for a planning document to quote."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import prose, words
from simtrain.show.verdict import is_estimated, reason, verdict, within
from simtrain.tables.estimates import fewest_for_quantile, is_constant, quantile_of, share_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.tables.estimates import Estimate
    from simtrain.tables.results import Results


def headline(results: Results) -> str:
    """Paragraph on when all trials finish, or on what is done in a window, and how sure that is."""
    if results.scenario.workload.window is not None:
        return prose.sentences(_watched(results), verdict(results))
    unfinished = reason(results) if results.truncated.all() else verdict(results)
    return prose.sentences(
        _finishes(results), chance(results), _ideal(results), unfinished, _how_sure(results)
    )


def chance(results: Results) -> str:
    """Sentence on the probability to make the date that was given; none if there is none."""
    if results.deadline is None:
        return ""
    by = prose.by(results.deadline.text)
    return f"The probability to finish {by} is {prose.chance(results)}."


def _finishes(results: Results) -> str:
    """Sentence on P50, P90 and P10 of the wall-clock of all trials."""
    subject, limit = prose.subject(results.scenario), within(results)
    percentiles = prose.percentiles(results, (10, 50, 90))
    beyond = "not known" if is_estimated(results) else "longer"
    if results.truncated.all():
        which = "the only trial" if results.trials == 1 else f"any of {results.trials:,} trials"
        return f"{subject} does not finish {limit} in {which}."
    if is_constant(results.wall_clock_of_all_s):
        seconds = results.wall_clock(50).value
        on = _on(results, seconds)
        return f"{subject} finishes in {words.duration(seconds)}{on} {_each(results)}."
    if 50 not in percentiles:
        quick = (
            f" One trial in ten takes no more than {percentiles[10]}." if 10 in percentiles else ""
        )
        return (
            f"{subject} does not finish {limit} in half of the trials or more, so that P50 and P90 "
            f"are {beyond}.{quick}"
        )
    if 90 not in percentiles:
        return (
            f"{subject} finishes within {percentiles[50]} at the median, but one trial in ten or "
            f"more does not finish {limit}, so that P90 is {beyond}."
        )
    return (
        f"{subject} finishes within {percentiles[50]} at the median, within {percentiles[90]} "
        f"nine times in ten and within {percentiles[10]} one time in ten."
    )


def _on(results: Results, seconds: float) -> str:
    start = results.scenario.start
    return "" if start is None else f", on {prose.day(start, seconds)},"


def _each(results: Results) -> str:
    if results.trials == 1:
        return "in the only trial"
    others = words.share(share_of(0, results.trials).high)
    return (
        f"in each of the {results.trials:,} trials; with 95 % confidence at most {others} of all "
        "trials differ"
    )


def _ideal(results: Results) -> str:
    ideal, median = words.duration(results.ideal_s), results.wall_clock(50).value
    text = f"Without faults, saves, stops and slow training it would take {ideal}"
    if math.isinf(median):
        return f"{text}."
    what = "this" if is_constant(results.wall_clock_of_all_s) else "the median"
    return f"{text}; {what} is {median / results.ideal_s:.2f} times as long."


def _how_sure(results: Results) -> str:
    """Sentence on how well the percentiles are known."""
    if results.truncated.all() or is_constant(results.wall_clock_of_all_s) or is_estimated(results):
        return ""
    found = {percent: results.wall_clock(percent) for percent in (50, 90)}
    how = prose.Durations([], list(found.values()))
    return _sureness(results.trials, found, {q: how.between(one) for q, one in found.items()})


def _sureness(trials: int, found: Mapping[int, Estimate], ends: Mapping[int, str]) -> str:
    """Sentence on the intervals of percentiles, as far as so many trials have them."""
    counted = words.count(trials, "trial")
    finite = [q for q, one in found.items() if math.isfinite(one.value)]
    clauses = [f"P{q} lies {ends[q]}" for q in finite if trials >= fewest_for_quantile(q / 100)]
    clauses = clauses[:1] + [one.replace(" lies", "", 1) for one in clauses[1:]]
    few = [q for q in finite if trials < fewest_for_quantile(q / 100)]
    each = " each" if len(clauses) > 1 else ""
    text = (
        f"From {counted}, with 95 % confidence{each}, {words.listed(clauses)}." if clauses else ""
    )
    if not few:
        return text
    needed = fewest_for_quantile(max(few, key=lambda q: abs(q - 50)) / 100)
    names = " or ".join(f"P{q}" for q in few)
    return prose.sentences(
        text, f"{counted} are too few for a {names} interval; use --trials {needed} or more."
    )


def _watched(results: Results) -> str:
    """Sentences on the work that is done in a window: at the median, and nine times in ten."""
    done = np.where(results.truncated, -math.inf, results.values_of("productive_s"))
    found = {percent: quantile_of(done, percent / 100) for percent in (50, 10)}
    subject, window = prose.subject(results.scenario), words.duration(results.ideal_s)
    if math.isinf(found[50].value):
        return (
            f"{subject} is watched for {window}, and less than half of the trials get to the end."
        )
    how = prose.Durations([one.value for one in found.values()], list(found.values()))

    def point(percent: int) -> str:
        seconds = found[percent].value
        text = how.text(seconds) if math.isfinite(seconds) else "nothing that is known"
        return f"{text} (P{percent})"

    if results.trials == 1 or is_constant(done):
        text = f"{subject} does {how.text(found[50].value)} of productive work {_each(results)}"
        return f"{text}, of the {window} that it is watched for."
    return prose.sentences(
        f"{subject} does {point(50)} of productive work at the median in the {window} that it is "
        f"watched for, and at least {point(10)} nine times in ten.",
        ""
        if is_estimated(results)
        else _sureness(results.trials, found, {q: how.between(one) for q, one in found.items()}),
    )

"""What was asked of many trials in particular, as a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.measure import measure_of
from simtrain.tables.estimates import share_of

if TYPE_CHECKING:
    from simtrain.tables.results import Results
    from simtrain.tables.statistic import Requested


def answer(results: Results) -> str:
    """Sentence on what was asked of some trials; none if nothing was."""
    told = results.requested
    if told is None:
        return ""
    finished = results.trials - int(results.truncated.sum())
    value, low, high = told.estimate
    if math.isnan(value):
        return (
            f"{told.statistic} is not told by {words.count(finished, 'trial')}: it takes "
            f"{told.statistic.fewest:,} to set an interval."
        )
    how = measure_of(told.statistic.column, abs(value))
    if low == high and told.statistic.percentile is None:
        rarer = share_of(0, finished).high
        return (
            f"{told.statistic} is {how.text(value)}, the same in all "
            f"{words.count(finished, 'trial')}. That others are at most {words.share(rarer)} of "
            "all is what they tell (95 %)."
        )
    sure = f"{how.number(low)} to {how.text(high)} with 95 % confidence"
    return f"{told.statistic} is {how.text(value)}, {sure}{_how_precise(told, results.trials)}."


def _how_precise(told: Requested, trials: int) -> str:
    half = f"± {100 * told.half_width:.2g} %" if math.isfinite(told.half_width) else ""
    if told.precision is None:
        return f", {half}" if half else ""
    wanted = f"{100 * told.precision:g} %"
    if told.is_precise:
        return f", {half}: within the {wanted} that were asked for"
    return (
        f", {half}: {words.count(trials, 'trial')} are not enough for the {wanted} that were asked "
        "for; a higher `--max-trials` lets it go on"
    )

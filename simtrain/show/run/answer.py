"""The answer to the statistic that was asked for, as a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.tables.estimates import share_of

if TYPE_CHECKING:
    from simtrain.tables.results import Results
    from simtrain.tables.statistic import Requested


def answer(results: Results) -> str:
    """Sentence on the statistic that was asked for; none if nothing was."""
    found = results.requested
    if found is None:
        return ""
    statistic, (value, low, high) = found.statistic, found.estimate
    finished = results.trials - int(results.truncated.sum())
    trials = words.count(finished, "trial")
    if math.isnan(value):
        return (
            f"{statistic} is not shown: its confidence interval takes at least "
            f"{statistic.fewest:,} trials that finish, and there are {finished:,}."
        )
    how = NumberFormat.of_metric(statistic.column, abs(value), [Uncertain.of(found.estimate)])
    if low == high and statistic.percentile is None:
        others = words.share(share_of(0, finished).high)
        return (
            f"{statistic} is {how.text(value)}, the same in all {trials}: with 95 % confidence at "
            f"most {others} of all trials differ."
        )
    interval = f"{how.number(low)} to {how.text(high)} with 95 % confidence"
    return f"{statistic} is {how.text(value)}, {interval}{_precision(found, results.trials)}."


def _precision(found: Requested, trials: int) -> str:
    """How wide the interval is, and whether that is as narrow as was asked for."""
    half = f", ± {100 * found.half_width:.2g} %" if math.isfinite(found.half_width) else ""
    if found.precision is None:
        return half
    wanted = f"the requested {100 * found.precision:g} %"
    if found.is_precise:
        return f"{half}: within {wanted}"
    return (
        f"{half}: {words.count(trials, 'trial')} are not enough for {wanted}; raise `--max-trials`"
    )

"""The answer to the statistic that was asked for, as a sentence."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.verdict import within
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
    counted, which = _counted(results, found)
    if math.isnan(value):
        finish = "" if statistic.is_of_all_trials else " that finish"
        return (
            f"{statistic} is not shown: its confidence interval takes at least "
            f"{statistic.fewest:,} trials{finish}, and there are {counted:,}."
        )
    if math.isinf(value):
        unfinished = f"{int(results.truncated.sum()):,} of {words.count(counted, 'trial')}"
        return f"{statistic} is not reached {within(results)}: {unfinished} did not finish."
    how = NumberFormat.of_statistic(statistic, abs(value), [Uncertain.of(found.estimate)])
    if low == high and statistic.percentile is None:
        others = words.share(share_of(0, counted).high)
        return (
            f"{statistic} is {how.text(value)}, the same in all {which}: with 95 % confidence at "
            f"most {others} of all trials differ."
        )
    interval = f"{how.number(low)} to {how.text(high)} with 95 % confidence"
    if math.isinf(high):
        interval = f"at least {how.text(low)} with 97.5 % confidence"
    of = "" if counted == results.trials else f" of the {which} that finished"
    return f"{statistic}{of} is {how.text(value)}, {interval}{_precision(found, results.trials)}."


def _counted(results: Results, found: Requested) -> tuple[int, str]:
    """How many trials the statistic is of, as a number and in words."""
    cut = 0 if found.statistic.is_of_all_trials else int(results.truncated.sum())
    counted = results.trials - cut
    return counted, words.count(counted, "trial")


def _precision(found: Requested, trials: int) -> str:
    """How wide the interval is, and whether that is as narrow as was asked for."""
    half = f", ± {100 * found.half_width:.2g} %" if math.isfinite(found.half_width) else ""
    if half and found.statistic.start is not None:
        half += " of the wall-clock"
    if found.precision is None:
        return half
    wanted = f"the requested {100 * found.precision:g} %"
    if found.is_precise:
        return f"{half}: within {wanted}"
    return (
        f"{half}: {words.count(trials, 'trial')} are not enough for {wanted}; raise `--max-trials`"
    )

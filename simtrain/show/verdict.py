"""Trials that did not finish: saying so, why, and what would help."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simtrain.show import breakdown, words
from simtrain.show.breakdown import Breakdown

if TYPE_CHECKING:
    from simtrain.tables.results import Results

_BOUNDS = {
    "out of time": ("within {time}", "`limits.wall_clock`"),
    "out of events": ("within {faults} faults and repairs", "`limits.faults`"),
}
"""By verdict: the bound that came before the end, and the key that sets it."""


def verdict(results: Results) -> str:
    """Words on the trials that did not finish; none if all did."""
    truncated = Breakdown.of_truncated(results)
    if truncated is None:
        return ""
    bound, key = _bound(results, truncated)
    why = _what_takes_the_time(truncated)
    if not results.truncated.all():
        return (
            f"{int(results.truncated.sum()):,} of {results.trials:,} trials did not finish {bound} "
            f"and are in none of the figures below, so the run is worse than these. {why} A higher "
            f"{key} lets them finish."
        )
    who = "The trial did not finish"
    if results.trials > 1:
        who = f"None of the {results.trials:,} trials finished"
    takes = f"{why} It takes less of these, or" if why else "It takes"
    return f"{who} {bound}. {takes} a higher {key} if the run may take that long."


def _bound(results: Results, truncated: Breakdown) -> tuple[str, str]:
    """Bound that most of the truncated trials hit, and the key that sets it."""
    hit = Counter(
        str(one) for one, cut in zip(results.verdicts, results.truncated, strict=True) if cut
    )
    bound, key = _BOUNDS[hit.most_common(1)[0][0]]
    faults = f"{results.scenario.limits.faults:,}"
    return bound.format(time=words.duration(truncated.total_s), faults=faults), key


def _what_takes_the_time(truncated: Breakdown) -> str:
    """Words on the biggest category that is not productive, and the biggest cause."""
    badput = {name: time for name, time in truncated.by_category.items() if name != "productive"}
    category, cause = breakdown.ranked(badput), breakdown.ranked(truncated.by_cause)
    if not category or not cause:
        return ""
    name, charged = next(iter(category)), next(iter(cause))
    return (
        f"Of their time {words.share(category[name] / truncated.total_s)} went into "
        f"{words.name(name)}, and {words.share(cause[charged] / truncated.total_s)} is due to "
        f"{charged}."
    )

"""Spread of an outcome in words: chance, and doubt about each number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.number_format import NumberFormat
from simtrain.tables.spread import FEWEST_TRIALS, RANKS, echoes_for

if TYPE_CHECKING:
    from simtrain.tables.results import Results
    from simtrain.tables.spread import Spread

_MOST_NAMED = 4


def spread(results: Results) -> str:
    """Paragraph on how much of the spread is doubt; none if every number is known."""
    unknown = results.scenario.unknown
    if not unknown:
        return ""
    found = results.spread
    if found is None:
        return _untold(results)
    known = percent(found.doubt.low), percent(found.doubt.high)
    measure = " (of its ranks, which outliers do not move)" if found.measure == RANKS else ""
    return (
        f"Of the spread of {label_of(found)}{measure} {percent(found.doubt.value)} % "
        f"({known[0]}–{known[1]} %) is doubt about the numbers{_named(found)}; the other "
        f"{percent(found.chance)} % is chance. Measured by "
        f"{words.count(found.echoes, 'more trial')}, which have the numbers of the first "
        f"{found.echoes:,} and draw everything else anew."
    )


def _untold(results: Results) -> str:
    if not echoes_for(results.trials):
        return (
            "These trials are too few to tell how much of the spread is doubt about the numbers; "
            f"it takes {FEWEST_TRIALS}."
        )
    return (
        "How much of the spread is doubt about the numbers is not known: too few trials finished, "
        "or all came out alike."
    )


def _named(found: Spread) -> str:
    """The numbers with the largest shares."""
    leading = [one for one in found.numbers if one.share.low > 0][:_MOST_NAMED]
    if not leading:
        return ", of which none stands out"
    shares = (f"{one.key} {percent(one.share.value)} %" for one in leading)
    return f": {', '.join(shares)}"


def percent(share: float) -> str:
    """A share in whole percent, without the sign."""
    return f"{100 * share:.0f}"


def label_of(found: Spread) -> str:
    """What the spread is of."""
    return NumberFormat.of_metric(found.metric, 1.0).label

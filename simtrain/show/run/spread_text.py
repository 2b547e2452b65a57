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
    measure = ", by ranks so that outliers do not dominate" if found.measure == RANKS else ""
    cut_off = int(results.truncated.sum())
    among = f" among the {results.trials - cut_off:,} trials that finished" if cut_off else ""
    return (
        f"Of the spread of {label_of(found)}{among}{measure}, {percent(found.doubt.value)} % "
        f"({known[0]}–{known[1]} %) is doubt about uncertain numbers{_named(found)}; the other "
        f"{percent(found.chance)} % is chance. Estimated from "
        f"{words.count(found.echoes, 'extra trial')} that reuse the numbers of the first ones "
        "with fresh random events."
    )


def _untold(results: Results) -> str:
    if not echoes_for(results.trials):
        return (
            "These trials are too few to split the spread into doubt about uncertain numbers and "
            f"chance; use {FEWEST_TRIALS} or more."
        )
    return (
        "The spread cannot be split into doubt about uncertain numbers and chance: too few trials "
        "finished, or all came out alike."
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

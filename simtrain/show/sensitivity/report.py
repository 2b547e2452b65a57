"""Report of a sensitivity as text: which numbers move the result, and which cannot be told to."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from simtrain.show import words
from simtrain.show.measure import Measure, half_of, label_of, measure_of
from simtrain.show.run.report import joined, readable, title
from simtrain.show.verdict import verdict
from simtrain.tables.estimates import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.answers.sensitivity import Moved, Sensitivity

_MOST_NAMED = 5


def sensitivity_report(found: Sensitivity, width: int = 80) -> str:
    """Text on which numbers move the mean of a metric, the furthest first.

    Parameters
    ----------
    found
        The numbers.
    width
        Characters of a line; the table is wider if keys are long.
    """
    width = readable(width)
    scenario = found.scenario
    blocks = [
        [title(scenario, width), *words.paragraph(words.simulated(scenario), width)],
        words.paragraph(headline(found), width),
        words.paragraph(_unfinished(found), width),
        words.paragraph(_first_to_measure(found), width),
        _table(found),
        words.paragraph(_legend(found), width),
        words.paragraph(_not_told(found), width),
        words.paragraph(_left_out(found), width),
    ]
    return joined(blocks)


def measure(found: Sensitivity) -> Measure:
    """How the metric is shown."""
    return measure_of(found.column, describe(found.baseline.by_trial(found.column))["mean"] or 0.0)


def change(found: Sensitivity) -> str:
    """The change, in words."""
    return f"{100 * found.change:g} %"


def headline(found: Sensitivity) -> str:
    """Sentence on what was done."""
    own = describe(found.baseline.by_trial(found.column))["mean"]
    if own is None:
        return verdict(found.baseline)
    mean = f"mean {label_of(found.column)}, {measure(found).text(own)} as it is"
    trials = f"{words.count(found.baseline.trials, 'trial')} each, seed {found.baseline.seed}"
    numbers = words.count(len(found.effects), "number")
    return (
        f"What {change(found)} less and more of each of {numbers} alone does to {mean}; {trials}."
    )


def value(moved: Moved) -> str:
    """A number as it is written, with what it was changed to where that is not just the change."""
    one = moved.input
    told = one.told
    if not one.is_even:
        low, high = (one.told_of(side) for side in (one.low, one.high))
        told += f" ({low}…{high})"
    if one.until:
        told += f", until {'.'.join(one.until[0].split('.')[:2])}"
    return told


def _unfinished(found: Sensitivity) -> str:
    most = max((moved.left_out for moved in found.moved), default=0)
    if not most:
        return ""
    return (
        f"Up to {words.count(most, 'trial')} of {found.baseline.trials:,} did not finish and are "
        "in no difference: an effect that ends trials is worse than it looks."
    )


def _first_to_measure(found: Sensitivity) -> str:
    assumed = [moved.input.key for moved in found.significant if moved.input.source == "assumed"]
    if not assumed:
        return ""
    named = words.listed(assumed[:_MOST_NAMED])
    return f"Assumed and moving it most, so to be measured first: {named}."


def _table(found: Sensitivity) -> list[str]:
    if not found.significant:
        return []
    how = measure(found)
    unit = f", {how.unit}" if how.unit and how.unit != "%" else ""
    unit = ", points" if how.unit == "%" else unit
    head = [
        f"{how.label}{unit}",
        f"−{change(found)}",
        f"+{change(found)}",
        "± 95 %",
        "source",
        "value",
    ]
    measures = [_fine_enough(how, moved) for moved in found.significant]
    most = max(one.places for one in measures)
    told = zip(found.significant, measures, strict=True)
    rows = [head, *(_row(moved, one, most) for moved, one in told)]
    sizes = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    return [
        (
            f"{key:{sizes[0]}}  {low:>{sizes[1]}}  {high:>{sizes[2]}}  {half:>{sizes[3]}}  "
            f"{source:{sizes[4]}}  {told}"
        ).rstrip()
        for key, low, high, half, source, told in rows
    ]


def _fine_enough(how: Measure, moved: Moved) -> Measure:
    """Measure with decimals for two digits of what a number does, so that none reads as 0."""
    digits = 1 - math.floor(math.log10(moved.reach / how.divisor))
    return how._replace(places=max(how.places, digits))


def _row(moved: Moved, how: Measure, most: int) -> list[str]:
    """Cells of a number; points stand below each other where others have `most` decimals."""
    halves = [half_of(side) for side in (moved.low, moved.high) if side is not None]
    widest = max((half for half in halves if half is not None), default=None)
    numbers = [_cell(moved.low, how), _cell(moved.high, how), how.number(widest)]
    room = (most - how.places + (how.places == 0 < most)) * " "
    return [
        moved.input.key,
        *(number + room for number in numbers),
        moved.input.source or words.MISSING,
        value(moved),
    ]


def _cell(side: Mapping[str, Any] | None, how: Measure) -> str:
    return words.MISSING if side is None else how.signed(side).partition(" ± ")[0]


def _legend(found: Sensitivity) -> str:
    if not found.significant:
        return ""
    return (
        "Listed is what can be told from no effect, at 95 % for all together. ±: of the less sure "
        f"of both. {words.MISSING}: not changed, or no source told."
    )


def _not_told(found: Sensitivity) -> str:
    if not found.not_significant:
        return ""
    keys = ", ".join(moved.input.key for moved in found.not_significant)
    return f"Cannot be told from no effect: {keys}."


def _left_out(found: Sensitivity) -> str:
    """Say what was not changed, by reason."""
    by_reason: dict[str, list[str]] = {}
    for key, why in found.left_out:
        by_reason.setdefault(why, []).append(key)
    told = "; ".join(f"{', '.join(keys)} ({why})" for why, keys in by_reason.items())
    return f"Not changed: {told}." if told else ""

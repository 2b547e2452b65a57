"""Report of a sensitivity as text: which numbers of a scenario have an effect, and how large."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.page import heading, page
from simtrain.show.table import Table, TableColumn
from simtrain.show.verdict import verdict
from simtrain.tables.estimates import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.answers.sensitivity import Moved, Sensitivity
    from simtrain.show.page import Page

_MOST_NAMED = 5
_LEAST_KEY, _LEAST_VALUE = 27, 14
_LEGEND = (
    "Only effects that differ from zero are listed (95 %, all numbers together). ± 95 %: of the "
    f"less certain side. {words.MISSING}: not changed, or no source given."
)


def sensitivity_report(found: Sensitivity, width: int = 80) -> Page:
    """Text on which numbers move the mean of a metric, in lines of a width."""
    return page(
        width,
        heading(found.scenario, more=_asked(found)),
        [headline(found)],
        *([_table(found)], [_LEGEND]) if found.significant else (),
        [_without_effect(found)],
        [_not_changed(found)],
    )


def measure(found: Sensitivity) -> NumberFormat:
    """Format of the metric."""
    return NumberFormat.of_metric(found.column, _baseline(found)["mean"] or 0.0)


def change(found: Sensitivity) -> str:
    """The change, in words."""
    return f"{100 * found.change:g} %"


def headline(found: Sensitivity) -> str:
    """Paragraph on which numbers have an effect, the largest, and what to measure first."""
    mean = Uncertain.of(_baseline(found))
    if mean.value is None:
        return verdict(found.baseline)
    how = NumberFormat.of_metric(found.column, mean.value, [mean])
    half = "" if mean.half is None else f" (± {how.number(mean.half)}, 95 %)"
    baseline = (
        f"The mean {how.label} of {prose.within_clause(found.scenario)} is "
        f"{how.text(mean.value)}{half} at the baseline."
    )
    return prose.sentences(
        baseline, _effects(found), _largest(found), _unfinished(found), _first_to_measure(found)
    )


def _asked(found: Sensitivity) -> str:
    trials = words.count(found.baseline.trials, "trial")
    return (
        f"{words.count(len(found.effects), 'number')} changed by {change(found)} each; {trials} "
        f"each, seed {found.baseline.seed}."
    )


def _effects(found: Sensitivity) -> str:
    """Sentence on how many numbers have an effect."""
    count, all_of = len(found.significant), words.count(len(found.effects), "number")
    return (
        f"{count or 'None'} of {all_of}, each changed alone by {change(found)} either way, "
        f"{'has' if count == 1 else 'have'} an effect on it that differs from zero (95 %, all "
        "numbers together)."
    )


def _largest(found: Sensitivity) -> str:
    """Sentence on the number with the largest effect."""
    if not found.significant:
        return ""
    moved, how = found.significant[0], measure(found)
    unit = "percentage points" if how.unit == "%" else how.unit
    sides = [
        f"{_cell(side, how)} {unit} at {sign}{change(found)}".replace("  ", " ")
        for side, sign in ((moved.low, "−"), (moved.high, "+"))
        if side is not None
    ]
    return f"The largest is that of {moved.input.key}: {words.listed(sides)}."


def value(moved: Moved) -> str:
    """A number as it is written, with what it was changed to where that is not just the change."""
    one = moved.input
    text = words.setting(one.value_text)
    if not one.is_even:
        low, high = (words.setting(one.side_text(side)) for side in (one.low, one.high))
        text += f" ({low}…{high})"
    if one.until:
        text += f", until {'.'.join(one.until[0].split('.')[:2])}"
    return text


def _key(found: Sensitivity, moved: Moved) -> str:
    """The key of a number, in which changes have their names."""
    return found.scenario.with_names(moved.input.key)


def _baseline(found: Sensitivity) -> Mapping[str, Any]:
    return describe(found.baseline.by_trial(found.column))


def _unfinished(found: Sensitivity) -> str:
    most = max((moved.left_out for moved in found.moved), default=0)
    if not most:
        return ""
    return (
        f"Up to {words.count(most, 'trial')} of {found.baseline.trials:,} did not finish and are "
        "in no difference: a change that keeps trials from finishing is worse than it looks."
    )


def _first_to_measure(found: Sensitivity) -> str:
    assumed = [_key(found, moved) for moved in found.significant if moved.input.source == "assumed"]
    if not assumed:
        return ""
    named = words.listed(assumed[:_MOST_NAMED])
    return f"To be measured first, since they are assumed and have the largest effect: {named}."


def _table(found: Sensitivity) -> Table:
    rows = found.significant
    numbers = [Uncertain(moved.reach, 0.0) for moved in rows]
    numbers += [
        Uncertain(side["mean"], _widest(moved))
        for moved in rows
        for side in (moved.low, moved.high)
        if side is not None
    ]
    how = NumberFormat.of_metric(found.column, _baseline(found)["mean"] or 0.0, numbers)
    title = how.heading.replace("%", "points")
    values = [found.scenario.with_names(value(moved)) for moved in rows]
    return Table(
        TableColumn(title, [_key(found, moved) for moved in rows], "<", least=_LEAST_KEY),
        TableColumn(f"−{change(found)}", [_cell(moved.low, how) for moved in rows]),
        TableColumn(f"+{change(found)}", [_cell(moved.high, how) for moved in rows]),
        TableColumn("± 95 %", [how.number(_widest(moved)) for moved in rows]),
        TableColumn("source", [moved.input.source or words.MISSING for moved in rows], "<"),
        TableColumn("value", values, "<", least=_LEAST_VALUE, rank=1),
    )


def _cell(side: Mapping[str, Any] | None, how: NumberFormat) -> str:
    return words.MISSING if side is None else how.signed(side).partition(" ± ")[0]


def _widest(moved: Moved) -> float | None:
    """Half of the wider of the intervals of both sides."""
    sides = [Uncertain.of(side) for side in (moved.low, moved.high) if side is not None]
    halves = (side.half for side in sides if side.half is not None and not side.is_constant)
    return max(halves, default=None)


def _without_effect(found: Sensitivity) -> str:
    keys = ", ".join(_key(found, moved) for moved in found.not_significant)
    return f"No effect that differs from zero: {keys}." if keys else ""


def _not_changed(found: Sensitivity) -> str:
    """What was not changed, by reason."""
    by_reason: dict[str, list[str]] = {}
    for key, why in found.left_out:
        by_reason.setdefault(why, []).append(found.scenario.with_names(key))
    text = "; ".join(f"{', '.join(keys)} ({why})" for why, keys in by_reason.items())
    return f"Not changed: {text}." if text else ""

"""The picture of plans for several cases: what just meets the target, against the other key."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simtrain.scenario.portions import share_of
from simtrain.show import words
from simtrain.show.colours import FAN, FAN_LINE
from simtrain.show.elements import Band, Line
from simtrain.show.figure import Info, Panel, about, nothing
from simtrain.show.marks import Mark
from simtrain.show.plan import threshold
from simtrain.show.plan_for import each_case
from simtrain.show.style import Style
from simtrain.show.sweep.axis import key_scale
from simtrain.units import COUNT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.plan_for import Choice, Decisions
    from simtrain.scenario.axes import Axis
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.elements import Element
    from simtrain.show.sweep.axis import KeyScale

_LEFT, _WIDE, _HIGH = 1.0, 6.5, 3.2
_BAND = Style(FAN, alpha=0.25)
_CURVE = Style(FAN_LINE, width=1.4)
_FOUND = Style(FAN_LINE, width=0.0, marker="o", size=6.0)
_UNCERTAIN = _FOUND._replace(label="uncertain", hollow=True)
_WIDE_RANGE = 20.0
"""Ratio of the greatest to the least value from which on an axis keeps ratios."""


def pictures(decisions: Decisions) -> dict[str, Info]:
    """Picture of plans for several cases by the name of its file."""
    trials = f"{words.count(decisions.trials, 'trial')} a value"
    subtitle = about(decisions.scenario, trials, decisions.seed)
    found = [choice for choice in decisions.choices if choice.point.met]
    title = _title(decisions, found)
    if not found:
        return {"plan_for.png": nothing(title, subtitle, each_case.headline(decisions))}
    x, chosen = _across(decisions.axis), _chosen(found)
    y = key_scale(chosen, _HIGH)
    height = dict(zip(chosen.numbers or (), y.at, strict=True))
    at = [x.at[decisions.choices.index(choice)] for choice in found]
    low, middle, high = (
        [height[number] for number in row] for row in zip(*map(_ends, found), strict=True)
    )
    extreme = each_case.extreme(decisions)
    band = _BAND._replace(label=f"where the {extreme} may lie (95 %)")
    elements: list[Element] = [Band(band, at, low, high), Line(_CURVE, at, middle)]
    met = _FOUND._replace(label=f"{extreme} that meets the target")
    for style in (met, _UNCERTAIN):
        drawn = [n for n, choice in enumerate(found) if choice.is_certain != style.hollow]
        elements.append(Line(style, [at[n] for n in drawn], [middle[n] for n in drawn]))
    marks = [_mark(choice, place) for choice, place in zip(decisions.choices, x.at, strict=True)]
    panel = Panel(_LEFT, _WIDE, _HIGH, x.scale, y.scale, elements, marks)
    styles = [band, met, _UNCERTAIN]
    return {"plan_for.png": Info(title, subtitle, _LEFT + _WIDE + 0.5, [[panel]], styles)}


def _title(decisions: Decisions, found: Sequence[Choice]) -> str:
    """Which values just meet the target, as a sentence: "1 to 28 spares meet … for 20 hosts"."""
    target, key, of = threshold.typeset(str(decisions.target)), decisions.key, decisions.axis.key
    if not found:
        return f"No value of {key} that was tried meets {target}"
    ends = found[0], found[-1]
    values = _span(key, [(one.point.results.scenario, each_case.value(one)) for one in ends])
    cases = _span(of, [(one.place.scenario, each_case.case(one, of)) for one in ends])
    is_plural = "=" not in values and values.endswith("s")
    return f"{values} {'meet' if is_plural else 'meets'} {target} for {cases}"


def _span(key: str, ends: Sequence[tuple[Scenario, str]]) -> str:
    """From one value to another: "1 to 28 spares" of what counts things, else with the key."""
    noun = key.rpartition(".")[2]
    counts = [scenario.count_at(key) for scenario, _ in ends]
    if noun not in threshold.COUNTED:
        return f"{key} = {' to '.join(dict.fromkeys(text for _, text in ends))}"
    values = " to ".join(dict.fromkeys(f"{count:,}" for count in counts if count is not None))
    return f"{values} {noun.removesuffix('s') if values == '1' else noun}"


def _across(axis: Axis) -> KeyScale:
    """Scale of the cases, with a mark at each of them, as far as these leave each other room."""
    numbers = axis.numbers
    if numbers and numbers[0] > 0 and numbers[-1] >= _WIDE_RANGE * numbers[0]:
        axis = replace(axis, is_log=True)
    found = key_scale(axis, _WIDE)
    if not found.is_number or axis.dimension is not COUNT:
        return found
    names = [f"{value:,}" for value in axis.values]
    return found._replace(scale=found.scale._replace(ticks=found.at, names=names).spaced(_WIDE))


def _chosen(found: Sequence[Choice]) -> Axis:
    """Axis of the values that are drawn, and of the first that there is, all in rising order."""
    axis = found[0].decision.axis
    values: dict[float, Any] = {}
    for choice in found:
        of_all = dict(zip(_numbers(choice.decision.axis), choice.decision.axis.values, strict=True))
        values |= {number: of_all[number] for number in _ends(choice)}
    if not axis.is_log:  # so that heights can be compared
        values[_numbers(axis)[0]] = axis.values[0]
    if len(values) == 1:
        values[_numbers(axis)[-1]] = axis.values[-1]
    rising = sorted(values)
    return replace(
        axis,
        values=tuple(values[number] for number in rising),
        numbers=tuple(rising),
        followers=(),
    )


def _ends(choice: Choice) -> tuple[float, float, float]:
    """Lowest and highest value that may be the one, and between them the one found, as numbers."""
    numbers = _numbers(choice.decision.axis)
    low = 0 if choice.low is None else choice.low
    high = -1 if choice.high is None else choice.high
    return numbers[low], numbers[choice.point.number or 0], numbers[high]


def _numbers(axis: Axis) -> tuple[float, ...]:
    """Numbers of the values of a key that a plan varies, which all are quantities."""
    assert axis.numbers is not None
    return axis.numbers


def _mark(choice: Choice, at: float) -> Mark:
    """Name above a case: the value, and what share of the other count it is."""
    if not choice.point.met:
        return Mark(at, "none", line=False)
    share = choice.share
    of = f" ({words.share(share[1])})" if share and share_of(choice.point.value) is None else ""
    return Mark(at, f"{each_case.value(choice)}{of}", line=False)

"""The picture of policies of when to run: carbon, or money, against the finish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.answers.schedule import FINISH
from simtrain.show import axis, words
from simtrain.show.axis import BARE
from simtrain.show.colours import GOOD, INK, NEUTRAL
from simtrain.show.elements import Line, Strokes, Text
from simtrain.show.figure import Info, Panel, about, nothing
from simtrain.show.number_format import NumberFormat
from simtrain.show.schedule.labels import numbered
from simtrain.show.schedule.report import VERBS
from simtrain.show.style import Style

if TYPE_CHECKING:
    from simtrain.answers.schedule import Schedules
    from simtrain.show.elements import Element

_LEFT, _WIDE, _LEAST = 0.9, 6.0, 3.2
_KEY, _KEY_WIDE, _LINE = 7.2, 2.8, 0.2
"""Left end and width of the names, and the height of one, in inches."""
_BEATEN = Style(NEUTRAL, "beaten by another", width=0, marker="o", size=6, hollow=True)
_FRONT = Style(GOOD, "beaten by none", width=0, marker="o", size=8)
_STEPS = Style(GOOD, width=1.4, dashed=True)
_LONGEST = 34
"""Characters of a name."""
_INTERVAL = Style(NEUTRAL, "95 % interval of the difference from the first", width=1.0)


def pictures(found: Schedules) -> dict[str, Info]:
    """Picture of the policies by the name of its file."""
    trials = f"{words.count(found.trials, 'trial')} of each policy"
    subtitle = about(found.scenario, trials, found.baseline.results.seed)
    if not any(one.finished for one in found.policies):
        return {"schedule.png": nothing("No trial finished", subtitle, "")}
    first, *others = [_panel(found, column) for column in found.traded]
    rows = [[first, _key(found, first.height)], *([one] for one in others)]
    return {"schedule.png": Info(_title(found), subtitle, 10.0, rows)}


def _title(found: Schedules) -> str:
    column = found.traded[0]
    front = found.front(column)
    least = min(front, key=lambda one: found.mean(one, column).value)
    base = found.mean(found.baseline, column).value
    more, later = (found.difference(least, one).value for one in (column, FINISH))
    verb = VERBS[column]
    if least is found.baseline or more >= 0 or not base:
        return f"Nothing that was tried {verb} less than “{found.baseline.name}”"
    when = f"{words.duration(abs(later))} {'later' if later >= 0 else 'earlier'}"
    return f"“{least.name}” {verb} {words.share(-more / base)} less and finishes {when}"


def _panel(found: Schedules, column: str) -> Panel:
    """A dot for each policy, the lower left ones of which no other beats."""
    shown = [one for one in found.policies if one.finished]
    front = found.front(column)
    finish = {id(one): found.mean(one, FINISH).value for one in shown}
    means = {id(one): found.mean(one, column).value for one in shown}
    how = NumberFormat.of_metric(column, max(means.values()))
    amount = {key: value / how.divisor for key, value in means.items()}
    first, last = min(finish.values()), max(finish.values())
    room = 0.06 * (last - first or 1.0)
    x = axis.calendar(found.scenario.start, last + 2 * room, most=7, begin=first - room)
    x = x._replace(label="mean finish")
    y = axis.around(amount.values(), f"mean {how.title}", room=0.12)
    elements: list[Element] = []
    for one in shown[1:]:
        low, high = (end / how.divisor for end in found.difference(one, column)[1:])
        base = amount[id(shown[0])]
        elements.append(
            Strokes(_INTERVAL, finish[id(one)], base + low, finish[id(one)], base + high)
        )
    corners = [(finish[id(one)], amount[id(one)]) for one in front]
    if len(corners) > 1:
        elements.append(Line(_STEPS, *zip(*corners, strict=True)))
    for style, which in ((_BEATEN, False), (_FRONT, True)):
        dots = [one for one in shown if (one in front) is which]
        if dots:
            at = [finish[id(one)] for one in dots], [amount[id(one)] for one in dots]
            elements.append(Line(style, *at))
    places = {
        number: (finish[id(one)], amount[id(one)])
        for number, one in sorted(
            enumerate(found.policies, start=1), key=lambda pair: pair[1] not in front
        )
        if one.finished
    }
    tall = max(_LEAST, _LINE * len(found.policies))
    elements += numbered(places, x, y, _WIDE, tall)
    return Panel(_LEFT, _WIDE, tall, x, y, elements)


def _key(found: Schedules, tall: float) -> Panel:
    """Names of the policies with their numbers; those that some measure has on its front in ink."""
    kept = [one for column in found.traded for one in found.front(column)]
    texts: list[Element] = []
    for row, one in enumerate(found.policies):
        up = 1 - (row + 0.5) * _LINE / tall
        colour = INK if one in kept else NEUTRAL
        name = f"{row + 1}  {words.cut(one.name, _LONGEST)}"
        texts.append(Text(name, (0, up), of="axes", colour=colour, size=8.5))
    return Panel(_KEY, _KEY_WIDE, tall, BARE, BARE, texts, frame="", grid="")

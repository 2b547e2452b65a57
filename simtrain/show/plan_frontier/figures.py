"""The picture of a frontier: a map of both keys, where the target is met, and the frontier."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.show import words
from simtrain.show.colours import BAD, GOOD, INK, NEUTRAL
from simtrain.show.elements import Bars, Line, Strokes, Text
from simtrain.show.figure import Info, Panel, Words, about
from simtrain.show.plan import threshold
from simtrain.show.plan_frontier import combinations
from simtrain.show.style import Style
from simtrain.show.sweep.heat_map import names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.answers.plan import Point
    from simtrain.answers.plan_frontier import Case, Frontier, Ranks
    from simtrain.show.elements import Array, Element

_LEFT, _WIDE = 1.2, 6.8
_TRIED, _BETWEEN = 0.5, 0.2
"""How opaque a combination is that was tried, and one between others that agree."""
_MET, _MISSED = Style(GOOD, "met", alpha=_TRIED), Style(BAD, "missed", alpha=_TRIED)
_UNCERTAIN = (
    Style(GOOD, "met, uncertain", hatch="////"),
    Style(BAD, "missed, uncertain", hatch="////"),
)
_LINE = Style(INK, "frontier", width=2.6)
_SURE = Style(INK, "frontier of what surely meets it", width=1.4, dashed=True)
_GAP = Style("white", width=0.8)
_FOUND = Style(INK, "on the frontier", width=0.0, marker="o", size=5.0)
_OWN = Style(INK, "baseline", width=0.0, marker="D", size=4.5)
_MOST_NUMBERS, _MOST_ROWS = 12, 26
"""Values of a key across and upwards that leave room for numbers."""
_MOST_NAMED = 3


class _Cell(NamedTuple):
    """A combination on the map."""

    row: int
    column: int
    point: Point | None
    met: bool
    is_conclusive: bool


def pictures(frontier: Frontier) -> dict[str, Info]:
    """Picture of a frontier by the name of its file."""
    trials = f"{words.count(frontier.trials, 'trial')} a combination"
    subtitle = about(frontier.scenario, trials, frontier.seed)
    axes = {axis.key: axis for axis in (frontier.outer, frontier.inner)}
    up, across = (axes[key] for key in frontier.keys)
    y, x = (names(axis, frontier.scenario.with_names(axis.name)) for axis in (up, across))
    cases = _cells(frontier)
    gaps = Strokes(_GAP, np.arange(len(across)) - 0.5, y.low, np.arange(len(across)) - 0.5, y.high)
    elements = [
        *_areas(cases),
        gaps,
        *_numbers(frontier, list(chain(*cases))),
        *_lines(frontier),
        *_marks(frontier),
    ]
    number = combinations.number_format(frontier).title
    is_all = frontier.tried == len(up) * len(across)
    paler = "" if is_all else ". Paler: not tried, between combinations that agree"
    notes = [f"{number}{paler}", f"Taken as cheaper: {combinations.ends(frontier)}"]
    caption = [Words(note, 9, NEUTRAL) for note in notes]
    tall = min(6.0, max(2.2, 0.3 * len(up)))
    panel = Panel(_LEFT, _WIDE, tall, x, y, elements, words=caption, grid="")
    return {
        "plan_frontier.png": Info(_title(frontier), subtitle, _LEFT + _WIDE + 0.3, [[panel]]),
    }


def _title(frontier: Frontier) -> str:
    """What is on the frontier; of many combinations the first and the last."""
    target = threshold.typeset(str(frontier.target))
    found = [combinations.combination(frontier, case) for case in frontier.frontier]
    if not found:
        return f"No combination that was tried meets {target}"
    if len(found) > _MOST_NAMED:
        found = [f"{found[0]} to {found[-1]} ({len(found)} of them)"]
    return f"Frontier of {target}: {words.listed(found)}"


def _place(frontier: Frontier, outer: int, inner: int) -> tuple[int, int]:
    """Row and column of a combination: the first key lies upwards."""
    return (outer, inner) if frontier.keys[0] == frontier.outer.key else (inner, outer)


def _cells(frontier: Frontier) -> list[list[_Cell]]:
    """Combinations by case; those that were not tried are as those tried on both sides of them."""
    found = []
    for case in frontier.cases:
        tried = {point.number or 0: point for point in case.decision.points}
        cells = []
        for inner in range(len(frontier.inner)):
            below = tried[max(number for number in tried if number <= inner)]
            above = tried[min(number for number in tried if number >= inner)]
            sure = below.is_conclusive and above.is_conclusive and below.met == above.met
            place = _place(frontier, case.number, inner)
            cells.append(_Cell(*place, tried.get(inner), below.met, sure))
        found.append(cells)
    return found


def _areas(cases: Sequence[Sequence[_Cell]]) -> list[Element]:
    """Coloured cells; neighbours of a case that are of a kind are one rectangle."""
    rectangles: dict[Style, list[tuple[int, int, int, int]]] = {}
    for cells in cases:
        for style, run in groupby(cells, key=_style):
            first, *others = run
            last = others[-1] if others else first
            ends = first.column, first.row, last.column, last.row
            rectangles.setdefault(style, []).append(ends)
    drawn: list[Element] = []
    for style in sorted(
        rectangles, key=lambda style: (not style.label, bool(style.hatch), style.colour != GOOD)
    ):
        left, bottom, right, top = np.transpose(rectangles[style])
        drawn.append(Bars(style, left - 0.5, bottom - 0.5, right - left + 1, top - bottom + 1))
    return drawn


def _style(cell: _Cell) -> Style:
    """Colour of a cell; of those that are certain the ones that were not tried are paler."""
    if not cell.is_conclusive:
        return _UNCERTAIN[0 if cell.met else 1]
    style = _MET if cell.met else _MISSED
    return style if cell.point else style._replace(label="", alpha=_BETWEEN)


def _numbers(frontier: Frontier, cells: Sequence[_Cell]) -> list[Text]:
    """What the target is about, at the combinations that were tried, where there is room."""
    columns = 1 + max(cell.column for cell in cells)
    rows = 1 + max(cell.row for cell in cells)
    if columns > _MOST_NUMBERS or rows > _MOST_ROWS:
        return []
    how = combinations.number_format(frontier)
    return [
        Text(how.number(cell.point.estimate.value), (cell.column, cell.row), size=8, side="center",
             boxed=not cell.is_conclusive)
        for cell in cells
        if cell.point is not None
    ]  # fmt: skip


def _lines(frontier: Frontier) -> list[Element]:
    """The edge of what the frontier dominates, and of what one that is certain does."""
    found = [case.ranks for case in frontier.frontier if case.ranks]
    lines = [(_LINE, found), (_SURE, combinations.surely(frontier))]
    return [Strokes(style, *_edge(frontier, ranks)) for style, ranks in lines if ranks]


def _edge(frontier: Frontier, ranks: Sequence[Ranks]) -> tuple[Array, Array, Array, Array]:
    """Strokes between cells that are no cheaper than one of some combinations and the others."""
    shape = _place(frontier, len(frontier.outer), len(frontier.inner))
    inside = np.zeros(shape, dtype=bool)
    for case in frontier.cases:
        for inner in range(len(frontier.inner)):
            here = frontier.ranks(case, inner)
            inside[_place(frontier, case.number, inner)] = any(
                one == here or one.dominates(here) for one in ranks
            )
    upright = [
        (column + 0.5, first - 0.5, column + 0.5, last + 0.5)
        for column, edge in enumerate((inside[:, 1:] != inside[:, :-1]).T)
        for first, last in _runs(edge)
    ]
    level = [
        (first - 0.5, row + 0.5, last + 0.5, row + 0.5)
        for row, edge in enumerate(inside[1:] != inside[:-1])
        for first, last in _runs(edge)
    ]
    x0, y0, x1, y1 = np.reshape(upright + level, (-1, 4)).T
    return x0, y0, x1, y1


def _runs(edge: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last place of each stretch that is true."""
    steps = np.diff(np.concatenate([[0], edge.astype(int), [0]]))
    return list(zip(np.flatnonzero(steps > 0), np.flatnonzero(steps < 0) - 1, strict=True))


def _marks(frontier: Frontier) -> list[Element]:
    """Dots in the combinations on the frontier, and one for the scenario as it is."""
    places = [_place(frontier, case.number, case.point.number or 0) for case in frontier.frontier]
    drawn: list[Element] = []
    if places:
        rows, columns = np.transpose(places)
        drawn.append(Line(_FOUND, columns - 0.36, rows))
    own = _baseline(frontier)
    if own is not None:
        drawn.append(Line(_OWN, [own[1] + 0.36], [own[0]]))
    return drawn


def _baseline(frontier: Frontier) -> tuple[int, int] | None:
    """Row and column of the scenario as it is, if it was tried."""
    for case in frontier.cases:
        number = _own_number(case)
        if case.place.scenario.sha256 == frontier.scenario.sha256 and number is not None:
            return _place(frontier, case.number, number)
    return None


def _own_number(case: Case) -> int | None:
    own = [point.number for point in case.decision.points if case.decision.is_baseline(point)]
    return own[0] if own else None

"""Report of a sweep as text: what is best, and a table with a row for each point."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.run.report import joined, readable, title
from simtrain.show.sweep import words as sweep_words
from simtrain.show.sweep.words import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.sweep import Sweep
    from simtrain.show.measure import Measure

_GAP = 2
_WIDEST_VALUE = 24
_POINTS = ("p5", "p50", "p95")


def sweep_report(swept: Sweep, width: int = 80) -> str:
    """Text on which point is best, and a table of all of them.

    Parameters
    ----------
    swept
        The points.
    width
        Characters of a line; the table is wider if keys are many or long.
    """
    width = readable(width)
    scenario = swept.scenario
    simulated = words.simulated(scenario, swept.baseline.ideal_s)
    blocks = [
        [title(scenario, width), *words.paragraph(simulated, width)],
        words.paragraph(f"{sweep_words.varied(swept)} {sweep_words.conclusion(swept)}", width),
        words.paragraph(sweep_words.by_formula(swept), width),
        _table(swept),
        words.paragraph(_legend(swept), width),
    ]
    return joined(blocks)


def _legend(swept: Sweep) -> str:
    """Say what the marks mean that stand in the table."""
    best = swept.best
    if best is None or len(best.not_distinguishable) < 2:
        return ""
    return "alike: not told apart from the best, at 95 % for all points together."


class _Group(NamedTuple):
    """Columns of the table that belong together: what stands above them, and above each."""

    title: str
    columns: Sequence[str]


class _Row(NamedTuple):
    """Cells of a line of the table."""

    values: Sequence[str]
    numbers: Sequence[str]
    mark: str


def _table(swept: Sweep) -> list[str]:
    best = swept.best
    if best is None:
        return []
    decides = measure(swept, best.metric)
    shown = {metric: measure(swept, metric) for metric in swept.compared}
    groups = _groups(shown, decides)
    names = [column for group in groups for column in group.columns]
    head = _Row(_short([axis.key for axis in swept.axes]), names, "")
    rows = [head, *(_row(swept, number, shown, decides) for number in _order(swept))]
    first, then = _widths([row.values for row in rows]), _widths([row.numbers for row in rows])
    then = _with_room(groups, then)
    return [_titles(groups, first, then), *(_line(row, [*first, *then]) for row in rows)]


def _groups(shown: dict[str, Measure], decides: Measure) -> list[_Group]:
    sure = "mean ± 95 %"
    groups = [
        _Group(
            f"{how.label}, {how.unit}",
            ["mean", "P5", "P50", "P95"] if metric == "wall_clock_s" else [sure],
        )
        for metric, how in shown.items()
    ]
    return [*groups, _Group(f"beyond best, {decides.unit}", [sure])]


def _row(swept: Sweep, number: int | None, shown: dict[str, Measure], decides: Measure) -> _Row:
    best = swept.best
    assert best is not None
    numbers: list[str] = []
    for metric, how in shown.items():
        found = swept.point_statistics(metric, number)
        if metric == "wall_clock_s":
            numbers.append(how.number(found["mean"]))
            numbers += [how.number(found[key]) for key in _POINTS]
        else:
            numbers.append(how.sure(found))
    numbers.append(_beyond(swept, number, decides))
    values = swept.baseline_words if number is None else map(written, swept.places[number].values)
    return _Row(
        [words.cut(value, _WIDEST_VALUE) for value in values], numbers, _mark(swept, number)
    )


def _beyond(swept: Sweep, number: int | None, decides: Measure) -> str:
    best = swept.best
    assert best is not None
    if number == best.point:
        return ""
    if not swept.same_finished(number, best.point):
        return words.MISSING
    return decides.sure(swept.difference(best.metric, number, best.point))


def _mark(swept: Sweep, number: int | None) -> str:
    best = swept.best
    assert best is not None
    marks = []
    if number == best.point:
        marks.append("best")
    elif number in best.not_distinguishable:
        marks.append("alike")
    if number == swept.baseline_point:
        marks.append("as is")
    results = swept.results_of(number)
    if results.truncated.any():
        marks.append(f"{int(results.truncated.sum()):,} unfinished")
    return ", ".join(marks)


def _order(swept: Sweep) -> list[int | None]:
    """Points in their order, and the scenario as it is where it belongs, or last."""
    order = swept.all_points
    numbers = swept.axes[0].numbers
    own = swept.baseline_number(swept.axes[0]) if len(swept.axes) == 1 else None
    if swept.baseline_point is not None or numbers is None or own is None:
        return order
    place = sum(number < own for number in numbers)
    return [*order[:place], None, *order[place:-1]]


def _with_room(groups: Sequence[_Group], widths: Sequence[int]) -> list[int]:
    """Widths of which the first of each group leaves its title room."""
    left = iter(widths)
    roomy: list[int] = []
    for group in groups:
        first, *others = [next(left) for _ in group.columns]
        needed = len(group.title) - sum(others) - _GAP * len(others)
        roomy += [max(first, needed), *others]
    return roomy


def _titles(groups: Sequence[_Group], first: Sequence[int], then: Sequence[int]) -> str:
    """The line above the names of the columns, each title at the right of its group."""
    line = " " * (sum(first) + _GAP * (len(first) - 1))
    sizes = iter(then)
    for group in groups:
        own = [next(sizes) for _ in group.columns]
        room = sum(own) + _GAP * len(own)
        line += f"{group.title:>{room}}"
    return line


def _line(row: _Row, widths: Sequence[int]) -> str:
    cells = [*row.values, *row.numbers]
    told = (f"{cell:>{size}}" for cell, size in zip(cells, widths, strict=True))
    return f"{(' ' * _GAP).join(told)}{' ' * _GAP}{row.mark}".rstrip()


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, cells)) for cells in zip(*rows, strict=True)]


def _short(keys: Sequence[str]) -> list[str]:
    """Last part of each key, or all of it where that is not clear."""
    ends = [key.rpartition(".")[2] for key in keys]
    return [end if ends.count(end) == 1 else key for end, key in zip(ends, keys, strict=True)]

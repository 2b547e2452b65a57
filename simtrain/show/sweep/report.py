"""Report of a sweep as text: what is best, and a table with a row for each point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.key_columns import key_columns
from simtrain.show.page import heading, page
from simtrain.show.sweep import best_point
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.sweep import Sweep
    from simtrain.show.number_format import NumberFormat
    from simtrain.show.page import Block, Page
    from simtrain.tables.optimum import Optimum

_POINTS = {"mean": 0, "p5": 1, "p50": 1, "p95": 1}
"""Statistics of the wall-clock, and the ranks of their columns."""
_SURE = "mean ± 95 %"
_SAME = "≈ best"
_LEGEND = f"{_SAME}: not distinguishable from the best point (95 %, all points together)."


def sweep_report(swept: Sweep, width: int = 80) -> Page:
    """Text on which point is best, and a table of all of them, in lines of a width."""
    return page(
        width,
        heading(swept.scenario, swept.baseline.ideal_s, best_point.varied(swept)),
        [best_point.conclusion(swept)],
        [best_point.by_formula(swept)],
        *_table(swept, swept.best) if swept.best else (),
    )


def _table(swept: Sweep, best: Optimum) -> list[list[Block]]:
    """Table of all points, and the block that explains its marks."""
    points = _order(swept)
    followed = [best_point.followers(swept, point) for point in points]
    keys = [*(axis.key for axis in swept.axes), *followed[0]]
    values = [
        [*best_point.values(swept, point), *others.values()]
        for point, others in zip(points, followed, strict=True)
    ]
    columns = key_columns(swept.scenario, keys, list(zip(*values, strict=True)))
    for metric in swept.compared:
        columns += _metric(swept, metric, points)
    how = best_point.number_format(swept, best.metric)
    beyond = [_beyond(swept, best, point, how) for point in points]
    marks = [_mark(swept, best, point) for point in points]
    against = f"vs. {_compared_with(swept)}, {how.unit}".rstrip(", ")
    columns += [
        TableColumn(_SURE, beyond, "±", against)
        if best.percentile is None
        else TableColumn("95 % interval", beyond, group=against),
        TableColumn("", marks, "<"),
    ]
    return [[Table(*columns)], [_LEGEND] if any(_SAME in mark for mark in marks) else []]


def _metric(swept: Sweep, metric: str, points: Sequence[int | None]) -> list[TableColumn]:
    """Columns of a metric: the spread of a wall-clock, the mean of others with its interval."""
    how = best_point.number_format(swept, metric)
    found = [swept.point_statistics(metric, point) for point in points]
    if metric != "wall_clock_s":
        means = TableColumn(_SURE, list(map(how.plus_minus, found)), "±", how.heading)
        return [means, *_decided(swept, metric, points, how)]
    cells = {key: [how.number(one[key]) for one in found] for key in _POINTS}
    return [
        TableColumn(key.replace("p", "P"), cells[key], group=how.heading, rank=rank)
        for key, rank in _POINTS.items()
        if metric != swept.objective or key == "mean" or key != swept.statistic.statistic
    ] + _decided(swept, metric, points, how)


def _decided(
    swept: Sweep, metric: str, points: Sequence[int | None], how: NumberFormat
) -> list[TableColumn]:
    """Column of the percentile that decides, if one does in a metric."""
    if swept.percentile(metric) is None:
        return []
    cells = [how.number(swept.decided(metric, point).value) for point in points]
    return [TableColumn(swept.statistic.statistic.replace("p", "P"), cells, group=how.heading)]


def _compared_with(swept: Sweep) -> str:
    """What the last column compares with; a single value is not the best of any."""
    return "best" if len(swept.places) > 1 else "value tried"


def _beyond(swept: Sweep, best: Optimum, point: int | None, how: NumberFormat) -> str:
    if point == best.point:
        return ""
    if not swept.is_comparable(best.metric, point, best.point):
        return words.MISSING
    beyond = swept.beyond(best.metric, point, best.point)
    return how.signed(beyond) if best.percentile is None else how.signed_interval(beyond)


def _mark(swept: Sweep, best: Optimum, point: int | None) -> str:
    unfinished = int(swept.results_of(point).truncated.sum())
    marks = {
        "best": point == best.point and len(swept.places) > 1,
        _SAME: point in best.not_distinguishable and point != best.point,
        "baseline": swept.is_baseline(point),
        f"{unfinished:,} unfinished": unfinished,
    }
    return ", ".join(mark for mark, is_set in marks.items() if is_set)


def _order(swept: Sweep) -> list[int | None]:
    """Points in their order, and the baseline where it belongs, or last."""
    order = swept.all_points
    numbers = swept.axes[0].numbers
    own = swept.baseline_number(swept.axes[0]) if len(swept.axes) == 1 else None
    if swept.baseline_point is not None or numbers is None or own is None:
        return order
    place = sum(number < own for number in numbers)
    return [*order[:place], None, *order[place:-1]]

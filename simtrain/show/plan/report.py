"""Report of a plan as text: the answer, the curve that led to it, and what spends the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.key_columns import key_columns
from simtrain.show.page import heading, page
from simtrain.show.plan import threshold
from simtrain.show.remarks import warned
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.answers.plan import Decision, Point
    from simtrain.show.page import Block, Page

_SMALLEST = 0.005
"""Part of the budget below which what spends it is put together with others."""


def plan_report(decision: Decision, width: int = 80) -> Page:
    """Text on which values meet the target, with a table of those that were tried."""
    return page(
        width,
        heading(decision.scenario, decision.baseline.results.ideal_s, threshold.asked(decision)),
        [threshold.headline(decision)],
        warned(decision.scenario),
        [_curve(decision)],
        *_budget(decision),
    )


def _curve(decision: Decision) -> Table:
    how = threshold.number_format(decision)
    points = decision.all_points
    values = [threshold.value_of(decision, point) for point in points]
    followed = [threshold.followers(decision, point) for point in points]
    keys = [decision.axis.key, *followed[0]]
    cells = [values, *([row[key] for row in followed] for key in followed[0])]
    return Table(
        *key_columns(decision.scenario, keys, cells),
        TableColumn(how.heading, [how.number(point.estimate.value) for point in points]),
        TableColumn("95 %", [how.interval(point.estimate) for point in points]),
        TableColumn("", [_mark(decision, point) for point in points], "<"),
    )


def _mark(decision: Decision, point: Point) -> str:
    unfinished = int(point.results.truncated.sum())
    marks = {
        threshold.verdict(point): True,
        "answer": any(answer.met is point for answer in decision.thresholds),
        "baseline": decision.is_baseline(point),
        f"{unfinished:,} unfinished": unfinished,
    }
    return "; ".join(mark for mark, is_set in marks.items() if is_set)


def _budget(decision: Decision) -> list[list[Block]]:
    """What spends the error budget at the baseline and at the answer."""
    baseline, then = decision.spent(decision.baseline), decision.spent(decision.shown)
    budget = decision.budget
    if baseline is None or then is None or budget <= 0:
        return []
    at, where = {"baseline": baseline}, "at the baseline"
    if decision.shown.results is not decision.baseline.results:
        value = threshold.value(decision, decision.shown)
        at[value] = then
        where += f" and at {decision.axis.key} = {value}"
    rows = [("in all", [spent.in_all for spent in at.values()])]
    for kind in ("category", "cause"):
        shares = [getattr(spent, f"by_{kind}") for spent in at.values()]
        rows += [(f"by {kind}", []), *_rows(shares, budget)]
    columns = [
        TableColumn(
            title, [words.fixed(100 * row[n] / budget, 1) if row else "" for _, row in rows]
        )
        for n, title in enumerate(at)
    ]
    text = (
        f"Error budget: {words.share(budget)} of the wall-clock may be lost from "
        f"{decision.target.name}. Mean losses in % of the budget, {where}:"
    )
    return [[text], [Table(TableColumn("", [name for name, _ in rows], "<"), *columns)]]


def _rows(spents: Sequence[Mapping[str, float]], budget: float) -> list[tuple[str, list[float]]]:
    """Rows with a name and shares, the largest first, and the small ones together."""
    names = {name: max(one.get(name, 0.0) for one in spents) for one in spents for name in one}
    falling = sorted(names, key=lambda name: -names[name])
    large = [name for name in falling if names[name] >= _SMALLEST * budget]
    small = falling[len(large) :]
    rows = [(f"  {words.name(name)}", [one.get(name, 0.0) for one in spents]) for name in large]
    if small:
        others = "  1 other" if len(small) == 1 else f"  {len(small)} others"
        rows.append((others, [sum(one.get(name, 0.0) for name in small) for one in spents]))
    return rows

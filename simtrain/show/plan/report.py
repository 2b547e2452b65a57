"""Report of a plan as text: the answer, the curve that led to it, and what spends the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.plan import words as plan_words
from simtrain.show.run.report import joined, readable, title
from simtrain.show.table import aligned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.answers.plan import Decision, Point

_WIDEST_VALUE = 24
_SMALLEST = 0.005
"""Part of the budget below which what spends it is put together with others."""


def plan_report(decision: Decision, width: int = 80) -> str:
    """Text on which values meet the target, with a table of those that were tried.

    Parameters
    ----------
    decision
        What was found.
    width
        Characters of a line; the tables are wider if names are long.
    """
    width = readable(width)
    scenario = decision.scenario
    blocks = [
        [
            title(scenario, width),
            *words.paragraph(words.simulated(scenario, decision.baseline.results.ideal_s), width),
        ],
        words.paragraph(plan_words.asked(decision), width),
        words.paragraph(plan_words.conclusion(decision), width),
        words.paragraph(plan_words.as_is(decision), width),
        _curve(decision),
        _budget(decision, width),
    ]
    return joined(blocks)


def _curve(decision: Decision) -> list[str]:
    how = plan_words.gauge(decision)
    unit = f", {how.unit}" if how.unit else ""
    head = [decision.axis.key, f"{decision.target.number}{unit}", "95 %", ""]
    rows = [
        [
            words.cut(plan_words.value_of(decision, point), _WIDEST_VALUE),
            how.number(point.estimate.value),
            how.interval(point.estimate),
            _mark(decision, point),
        ]
        for point in decision.all_points
    ]
    return aligned([head, *rows], left={3})


def _mark(decision: Decision, point: Point) -> str:
    marks = [plan_words.verdict(point)]
    if any(answer.met is point for answer in decision.thresholds):
        marks.append("answer")
    if decision.is_baseline(point):
        marks.append("as is")
    if point.results.truncated.any():
        marks.append(f"{int(point.results.truncated.sum()):,} unfinished")
    return "; ".join(marks)


def _budget(decision: Decision, width: int) -> list[str]:
    own, then = decision.spent(decision.baseline), decision.spent(decision.shown)
    budget = decision.budget
    if own is None or then is None or budget <= 0:
        return []
    same = decision.shown.results is decision.baseline.results
    spents = [own] if same else [own, then]
    heads = ["as it is", written(decision.shown.value)][: len(spents)]
    metric = decision.target.name
    allowed = f"{words.share(budget)} of the wall-clock may be lost from {metric}."
    shown = "as it is" if same else f"as it is and at {decision.axis.key} = {heads[1]}"
    told = f"Error budget: {allowed} What spends it on average, in % of the budget, {shown}:"
    rows = [["", *heads]]
    rows.append(["in all", *(_percent(one.in_all / budget) for one in spents)])
    rows += _spenders("by category", [one.by_category for one in spents], budget)
    rows += _spenders("by cause", [one.by_cause for one in spents], budget)
    return [*words.paragraph(told, width), "", *aligned(rows, left={0})]


def _spenders(kind: str, shares: Sequence[Mapping[str, float]], budget: float) -> list[list[str]]:
    """Lines of what spends the budget, the largest first, and the small ones together."""
    names = list(dict.fromkeys(name for one in shares for name in one))
    names.sort(key=lambda name: -max(one.get(name, 0.0) for one in shares))
    large = [
        name for name in names if max(one.get(name, 0.0) for one in shares) >= _SMALLEST * budget
    ]
    rows = [[kind, *("" for _ in shares)]]
    rows += [
        [f"  {words.name(name)}", *(_percent(one.get(name, 0.0) / budget) for one in shares)]
        for name in large
    ]
    if rest := [name for name in names if name not in large]:
        sums = (sum(one.get(name, 0.0) for name in rest) for one in shares)
        told = "  1 other" if len(rest) == 1 else f"  {len(rest)} others"
        rows.append([told, *(_percent(part / budget) for part in sums)])
    return rows


def _percent(share: float) -> str:
    return words.fixed(100 * share, 1)

"""Report of a frontier as text: its combinations in a sentence, and a table of all cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.key_columns import key_columns
from simtrain.show.page import heading, page
from simtrain.show.plan_frontier import combinations
from simtrain.show.remarks import warned
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from simtrain.answers.plan_frontier import Case, Frontier
    from simtrain.show.page import Page


def plan_frontier_report(frontier: Frontier, width: int = 80) -> Page:
    """Text on the combinations that meet the target and are not dominated, with a table."""
    return page(
        width,
        heading(frontier.scenario, more=combinations.asked(frontier)),
        [combinations.headline(frontier)],
        warned(frontier.scenario),
        [_table(frontier)],
    )


def _table(frontier: Frontier) -> Table:
    how, cases = combinations.number_format(frontier), frontier.cases
    keys = list(frontier.settings(cases[0]))
    cells = [[_value(frontier, case, key) for case in cases] for key in keys]
    columns = key_columns(frontier.scenario, keys, cells)
    place = keys.index(frontier.inner.key) + 1
    return Table(
        *columns[:place],
        TableColumn("95 %", [combinations.between(frontier, case) for case in cases]),
        *columns[place:],
        TableColumn(how.heading, [how.number(case.point.estimate.value) for case in cases]),
        TableColumn("95 %", [how.interval(case.point.estimate) for case in cases]),
        TableColumn("", [_mark(frontier, case) for case in cases], "<"),
    )


def _value(frontier: Frontier, case: Case, key: str) -> str:
    if key in frontier.inner.keys and case.ranks is None:
        return words.MISSING
    return combinations.setting(frontier, case, key)


def _mark(frontier: Frontier, case: Case) -> str:
    """Whether a combination is on the frontier or what dominates it, and how certain that is."""
    over = frontier.dominated_by(case)
    by = "" if over is None else combinations.combination(frontier, over)
    is_found = case in frontier.frontier
    nearest = combinations.setting(frontier, case, frontier.inner.key)
    unfinished = int(case.point.results.truncated.sum())
    marks = {
        f"frontier{_doubts(frontier, case)}": is_found,
        f"dominated by {by}": over is not None,
        f"no value meets it; nearest: {nearest}": case.ranks is None,
        "uncertain": not is_found and not frontier.is_certain(case),
        f"{unfinished:,} unfinished": unfinished,
    }
    return "; ".join(mark for mark, is_set in marks.items() if is_set)


def _doubts(frontier: Frontier, case: Case) -> str:
    """Why a combination may not be on the frontier: it may miss the target, or be dominated."""
    doubts = {
        "miss": not case.point.is_conclusive,
        "be dominated": frontier.may_be_dominated(case),
    }
    found = " or ".join(doubt for doubt, is_so in doubts.items() if is_so)
    return f"; may {found}" if found else ""

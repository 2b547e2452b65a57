"""Report of plans for several cases as text: the value for each in a sentence and in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.portions import share_of
from simtrain.show import words
from simtrain.show.key_columns import key_columns
from simtrain.show.page import heading, page
from simtrain.show.plan import threshold
from simtrain.show.plan_for import each_case
from simtrain.show.remarks import warned
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from simtrain.answers.plan_for import Choice, Decisions
    from simtrain.show.page import Page


def plan_for_report(decisions: Decisions, width: int = 80) -> Page:
    """Text on which value just meets the target in each case, with a table of them."""
    return page(
        width,
        heading(decisions.scenario, more=each_case.asked(decisions)),
        [each_case.headline(decisions)],
        warned(decisions.scenario),
        [_table(decisions)],
    )


def _table(decisions: Decisions) -> Table:
    how, choices = each_case.number_format(decisions), decisions.choices
    followed = [threshold.followers(one.decision, one.point) for one in choices]
    keys = [*decisions.axis.keys, decisions.key, *followed[0]]
    cases = [[each_case.case(one, key) for one in choices] for key in decisions.axis.keys]
    others = [[row[key] for row in followed] for key in followed[0]]
    values = [*cases, list(map(_value, choices)), *others]
    columns = key_columns(decisions.scenario, keys, values)
    place = len(cases) + 1
    return Table(
        *columns[:place],
        TableColumn("95 %", list(map(each_case.between, choices))),
        *columns[place:],
        *_shares(choices),
        TableColumn(how.heading, [how.number(one.point.estimate.value) for one in choices]),
        TableColumn("95 %", [how.interval(one.point.estimate) for one in choices]),
        TableColumn("", list(map(_mark, choices)), "<"),
    )


def _value(choice: Choice) -> str:
    return each_case.value(choice) if choice.point.met else words.MISSING


def _shares(choices: tuple[Choice, ...]) -> list[TableColumn]:
    """Column of what portion of another count each value is, if it is one."""
    shares = [choice.share for choice in choices]
    known = [share for share in shares if share]
    if not known:
        return []
    cells = [
        words.share(share[1]) if share and choice.point.met else words.MISSING
        for choice, share in zip(choices, shares, strict=True)
    ]
    says_it = share_of(choices[0].point.value) is not None
    return [TableColumn(f"of {known[0][0]}", cells, rank=1 if says_it else 0)]


def _mark(choice: Choice) -> str:
    """How certain a row is, and where it is not one of a value that just meets the target."""
    nearest = threshold.value(choice.decision, choice.point)
    others = [one for one in choice.decision.thresholds if one.met is not choice.point]
    to = "up to" if len(others) == 1 and not others[0].is_least else "also at"
    beyond = words.listed([threshold.value(choice.decision, one.met) for one in others])
    unfinished = int(choice.point.results.truncated.sum())
    marks = {
        "uncertain": not choice.is_certain,
        f"no value meets it; nearest: {nearest}": not choice.point.met,
        f"met {to} {beyond}": others,
        "every value meets it": choice.decision.verdict == "all",
        f"{unfinished:,} unfinished": unfinished,
    }
    return "; ".join(mark for mark, is_set in marks.items() if is_set)

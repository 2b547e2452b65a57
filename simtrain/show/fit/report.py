"""Report of a fit as text: what a log is like and what it is not, and its rates by class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.history.statistics import NAMES
from simtrain.show import words
from simtrain.show.fit import words as told
from simtrain.show.page import Indented, page
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from simtrain.answers.fit import Fit
    from simtrain.history.self_check import Check
    from simtrain.show.page import Page

_LEAST_NAME = 16
_CHECKS = (
    "P5 to P95 are of simulated windows. Of several statistics one lies far out by chance: what "
    "fails lies further out than the furthest one of nine in ten windows. The mean of hosts down "
    "is fitted, and so no check of anything."
)
_LEGEND = (
    "Rates per 1,000 host-days: of all failures by the calendar, with exact Poisson intervals; of "
    "first faults of single hosts as long as hosts stand."
)


def fit_report(found: Fit, width: int = 80) -> Page:
    """Text on what a log tells, in lines of a width."""
    warnings = list(told.warnings(found))
    return page(
        width,
        [f"Log {found.log.name}", f"{told.watched(found)} {told.rate(found)}"],
        [told.like(found)],
        [told.checked(found)],
        [_parts(found)],
        [_classes(found), _LEGEND],
        [Indented(f"{title}: {text}", 2) for title, text in told.steps(found)],
        [Indented(f"Look: {text}", 2) for text in warnings],
        [_checks(found), _CHECKS] if found.check else [],
        [told.made(found)],
    )


def _checks(found: Fit) -> Table:
    """Statistics of the log among those of simulated windows."""
    checks = found.check.checks if found.check else ()
    shown = [_values(one) for one in checks]
    log, p5, p50, p95 = ([row[column] for row in shown] for column in range(4))
    verdicts = ["" if one.passed else "fails" for one in checks]
    return Table(
        TableColumn("check", [NAMES[one.statistic] for one in checks], "<"),
        TableColumn("log", log),
        TableColumn("P5", p5),
        TableColumn("P50", p50),
        TableColumn("P95", p95),
        TableColumn("the log lies at", [f"P{100 * one.percentile:.0f}" for one in checks]),
        TableColumn("", verdicts, "<"),
    )


def _values(one: Check) -> list[str]:
    numbers = (one.log, one.p5, one.p50, one.p95)
    if one.statistic.endswith("_s"):
        return [words.duration(number) for number in numbers]
    if all(number == int(number) for number in numbers):
        return [f"{int(number):,}" for number in numbers]
    return [words.fixed(number, 2 if max(numbers) < 100 else 0) for number in numbers]


def _parts(found: Fit) -> Table:
    """What the failures are, in numbers that add up to all of them."""
    parts, events = found.whole.parts, found.log.events
    rows = {
        "first faults of single hosts": parts.first,
        "hosts that fell together": parts.in_groups,
        "relapses": parts.relapses,
        "hosts that were down already": parts.joined,
        "all": events,
    }
    return Table(
        TableColumn("what the failures are", list(rows), "<", least=_LEAST_NAME),
        TableColumn("failures", [words.fixed(number, 1) for number in rows.values()]),
        TableColumn("share", [words.share(number / events) for number in rows.values()]),
    )


def _classes(found: Fit) -> Table:
    """Rates of the classes."""
    rows = found.summary()["classes"]
    places = 2 if max(row["per_1000_host_days"] for row in rows) >= 0.1 else 4
    ends = [[words.fixed(end, places) for end in row["ci95"]] for row in rows]
    return Table(
        TableColumn("class", [row["class"] for row in rows], "<", least=_LEAST_NAME),
        TableColumn("failures", [f"{row['events']:,}" for row in rows]),
        TableColumn("share", [words.share(row["share"]) for row in rows]),
        TableColumn("rate", [words.fixed(row["per_1000_host_days"], places) for row in rows]),
        TableColumn("95 %", [" – ".join(both) for both in ends], "–"),
        TableColumn("first", [words.fixed(row["first_faults"], 1) for row in rows], rank=1),
        TableColumn(
            "their rate",
            [words.fixed(row["first_per_1000_standing_host_days"], places) for row in rows],
            rank=1,
        ),
    )

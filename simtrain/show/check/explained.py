"""What the numbers of a scenario imply before any trial, as tables."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.compiled.support import left_to_simpy
from simtrain.scenario.recovery import ELASTIC
from simtrain.scenario.unsaid import unsaid
from simtrain.show import words
from simtrain.show.check.left_out import left_out, saves_end_training
from simtrain.show.check.step import step_table
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.model.implied import Implied
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.page import Block

_RARE = 0.0005
"""Share of time that is shown as none."""


def explained(scenario: Scenario, implied: Implied) -> list[list[Block]]:
    """Blocks of tables and of what has to be known to read them."""
    later = " or change" if scenario.change else ""
    return [
        [f"What the numbers imply before any trial{later} (means; ranges at their middle)"],
        [table] if (table := step_table(scenario, implied.workload)) else [],
        [_classes(scenario, implied)] if implied.classes else [],
        [_facts(scenario, implied)],
        [_clock(scenario, implied), left_out(scenario)],
        [_unsaid(scenario), *_engine(scenario)],
    ]


def _engine(scenario: Scenario) -> list[str]:
    """What leaves the scenario to the engine that can tell all, if anything does."""
    if not (left := left_to_simpy(scenario)):
        return []
    return [
        "The engine on SimPy simulates it, which takes longer: the compiled one does not have "
        f"{', '.join(left)}."
    ]


def _classes(scenario: Scenario, implied: Implied) -> Table:
    """A row for each class of faults, and one for all."""
    rows = implied.classes
    gone = any(row.no_copy_left for row in rows)
    rates = [(row.name, row.mtbf_s, row.faults) for row in rows]
    rates += [("all", implied.mtbf_s, implied.faults)] if len(rows) > 1 else []
    dashes = [""] * (len(rates) - len(rows))
    names, mtbfs, faults = zip(*rates, strict=True)
    columns = [
        TableColumn("fault", list(names), "<", least=8),
        TableColumn("MTBF of the job", [_time(mtbf_s) for mtbf_s in mtbfs]),
        TableColumn(
            f"in {words.duration(implied.ideal_s)} at risk",
            [words.fixed(value, words.decimals(max(faults))) for value in faults],
        ),
        TableColumn("known after", [_time(row.known_after_s) for row in rows] + dashes),
        TableColumn("by hand", [words.share(row.by_hand) for row in rows] + dashes),
    ]
    if any(fault.is_of_domain for fault in scenario.fault.values()):
        struck = [
            row.scope if (row.hosts or 1) == 1 else f"{row.scope}: {row.hosts:.3g} hosts"
            for row in rows
        ]
        columns.insert(1, TableColumn("strikes", struck + dashes, "<"))
    if any(row.dispersion > 1 for row in rows):
        varies = [
            f"{_number(row.dispersion)} in {words.duration(row.span_s)}"
            if row.dispersion > 1
            else _number(1.0)
            for row in rows
        ]
        columns.append(TableColumn("var/mean", varies + dashes))
    if gone:
        shares = [words.share(row.no_copy_left) for row in rows]
        columns.append(TableColumn("starts over", shares + dashes))
    return Table(*columns)


def _facts(scenario: Scenario, implied: Implied) -> Table:
    names, values, beside = zip(*_rows(scenario, implied), strict=True)
    return Table(
        TableColumn("", list(names), "<"),
        TableColumn("", list(values)),
        TableColumn("", list(beside), "<", least=20, wraps=True),
    )


def _rows(scenario: Scenario, implied: Implied) -> Iterator[tuple[str, str, str]]:
    """Name, value and what stands beside it."""
    interval, repair = implied.interval, implied.repair
    yield "time at risk", words.share(implied.at_risk), "training, saving, restarting or loading"
    yield "saves", words.share(interval.saving), "of the time in which the job runs"
    if implied.slowed > _RARE:
        yield "slow hosts", words.share(implied.slowed), "of full speed lost on average"
    if implied.replicas_left is not None:
        of = f"of full speed with those left of {scenario.recovery.replicas:,}, but for stalls"
        yield "replicas", words.share(implied.replicas_left), of
    best = ""
    if saves_end_training(scenario):
        best = "no formula where saves end training"
    elif len(scenario.checkpoint.tier) > 1:
        best = "no formula for several tiers"
    elif scenario.recovery.policy == ELASTIC:
        best = "no formula where fewer replicas go on"
    elif interval.best_s is not None:
        best = f"the best is {_interval(scenario, implied, interval.best_s)}"
        best += _gain(interval.longer)
    yield "checkpoint interval", _interval(scenario, implied, interval.interval_s), best
    waiting = f"{words.count(repair.spares, 'spare')}; all in repair"
    waiting += f" {words.share(repair.waiting)} of the time"
    if repair.host_s:
        yield _gone(scenario), _number(repair.hosts), waiting
    for one in implied.schedules:
        does = "paused" if one.pauses else "at less power"
        beside = f"of {words.duration(2 * implied.ideal_s)} {does}"
        if one.spells:
            beside += f": {words.count(one.spells, 'spell')} of {words.duration(one.mean_s)}"
        yield f"schedule {one.name}", words.share(one.share), beside


def _gone(scenario: Scenario) -> str:
    """What hosts are that neither work nor stand by."""
    away = any(row.strikes_hosts and row.returns for row in scenario.fault.values())
    return "hosts in repair or away" if away else "hosts in repair"


def _gain(longer: float) -> str:
    """What the best interval is worth to one with which training takes longer."""
    if longer > 1:
        return f"; this takes {_number(1 + longer)} times as long" if longer < 1e6 else "; hopeless"
    return f"; this takes {words.share(longer)} longer" if longer > _RARE else ""


def _interval(scenario: Scenario, implied: Implied, seconds: float) -> str:
    """An interval in the words of the file."""
    every = scenario.checkpoint.interval
    if not every.in_steps:
        return words.duration(seconds)
    return words.count(round(seconds / implied.interval.interval_s * every.number.middle), "step")


def _clock(scenario: Scenario, implied: Implied) -> str:
    """How rates per time at risk and rates per calendar day differ."""
    if not implied.classes:
        return ""
    on_calendar = [name for name, row in scenario.fault.items() if row.clock == "calendar"]
    if len(on_calendar) == len(implied.classes):
        return "Rates are per calendar time."
    if on_calendar:
        rates = words.listed(on_calendar)
        return f"Rates of {rates} are per calendar time. Of the others: {_at_risk(implied)}"
    return _at_risk(implied)


def _at_risk(implied: Implied) -> str:
    if implied.exposure <= 0:
        return "The job hardly ever runs."
    factor = f"{1 / implied.exposure:.3g}"
    if factor == "1":
        return "Rates are per time at risk, here nearly all of the time."
    return (
        "Rates are per time at risk. To convert a rate counted per calendar day, multiply it by "
        f"{factor}."
    )


def _unsaid(scenario: Scenario) -> Table:
    found = unsaid(scenario)
    return Table(
        TableColumn("not said", [one.key for one in found], "<"),
        TableColumn("assumed perfect", [one.assumption for one in found], "<"),
        TableColumn("such as", [one.remedy for one in found], "<", least=14, wraps=True),
    )


def _time(seconds: float) -> str:
    return words.MISSING if seconds == math.inf else words.duration(seconds)


def _number(value: float) -> str:
    return words.MISSING if value == math.inf else words.fixed(value, words.decimals(value))

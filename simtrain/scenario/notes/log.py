"""Hosts of a log that the cluster has not, and a log that begins or ends beside the run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.notes.note import Note
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_ZONES = dt.timedelta(hours=26)
"""Most that clocks of two places differ by."""


def _hosts_left_out(scenario: Scenario) -> Iterator[Note]:
    table, cluster = scenario.faults_from, scenario.cluster
    if table is None:
        return
    owned = cluster.hosts + cluster.spares
    left_out = sum(row.host >= owned for row in table.log)
    if left_out:
        yield Note(
            "faults_from.hosts",
            f"The log is of {table.hosts:,} hosts, and the cluster has {owned:,} of them with its "
            f"spares: {left_out:,} of {len(table.log):,} outages in the log are of the others and "
            "left out.",
        )


def _begins_at_another_date(scenario: Scenario) -> Iterator[Note]:
    table, start = scenario.faults_from, scenario.start
    if table is None or table.resample is not None or start is None:
        return
    first = table.begin
    if abs(start.replace(tzinfo=None) - first) > _ZONES:
        yield Note(
            "faults_from.window",
            f"The log begins on {first:%Y-%m-%d}, and the run on {start:%Y-%m-%d}: outages come as "
            "long after the start of the run as they came after that of the window, so that dates, "
            "weekdays and hours are not those of the log.",
        )


def _ends_before_the_run(scenario: Scenario) -> Iterator[Note]:
    table, window = scenario.faults_from, scenario.workload.window
    if table is None or table.resample is not None:
        return
    if window is None or window.middle > table.window_s:
        yield Note(
            "faults_from.log",
            f"The log ends {brief(table.window_s)} after the start, and nothing strikes later; "
            '`resample = "14 days"` draws blocks of it for as long as the run lasts.',
        )


NOTES = (_hosts_left_out, _begins_at_another_date, _ends_before_the_run)

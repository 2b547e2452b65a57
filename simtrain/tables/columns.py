"""The columns of the table of trials: every meter brings its own.

The statistics, `trials.csv`, `summary.json` and the page that documents them follow this table.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from simtrain.accounts.footprint import DOLLARS, MEASURES, MEGAWATT_HOURS, TONNES, FootprintMeter
from simtrain.accounts.hot_swaps import HotSwapMeter
from simtrain.accounts.meter import COUNT, FRACTION, HOST_SECONDS, HOSTS, SECONDS, Column, Meter
from simtrain.accounts.replicas import ReplicaMeter
from simtrain.accounts.time_meter import TimeMeter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simtrain.scenario.scenario import Scenario

__all__ = [
    "COLUMNS",
    "COUNT",
    "DOLLARS",
    "FRACTION",
    "HOSTS",
    "HOST_SECONDS",
    "HOST_WORK",
    "MEASURES",
    "MEGAWATT_HOURS",
    "METERS",
    "NAMES",
    "SECONDS",
    "TONNES",
    "Column",
]

HOST_WORK = "host_productive_s"
"""Not a column: `productive_s` times the hosts of the job, for jobs of different size."""

METERS: tuple[type[Meter], ...] = (TimeMeter, ReplicaMeter, HotSwapMeter, FootprintMeter)
"""What measures a trial, in the order of the columns. The first one measures every trial."""

COLUMNS: Sequence[Column] = tuple(chain.from_iterable(meter.columns for meter in METERS))

NAMES = tuple(column.name for column in COLUMNS)


def columns_for(scenarios: Iterable[Scenario]) -> list[Column]:
    """Columns that trials of some scenarios have: those that have a value in any of them."""
    names = {
        column.name
        for scenario in scenarios
        for meter in METERS
        for column in meter.columns_for(scenario)
    }
    return [column for column in COLUMNS if column.name in names]

"""The columns of the table of trials: every meter brings its own.

The statistics, `trials.csv`, `summary.json` and the page that documents them follow this table.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from simtrain.accounts.meter import COUNT, FRACTION, HOST_SECONDS, HOSTS, SECONDS, Column
from simtrain.accounts.time_meter import TimeMeter

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "COLUMNS",
    "COUNT",
    "FRACTION",
    "HOSTS",
    "HOST_SECONDS",
    "HOST_WORK",
    "METERS",
    "NAMES",
    "SECONDS",
    "Column",
]

HOST_WORK = "host_productive_s"
"""Not a column: `productive_s` times the hosts of the job, for jobs of different size."""

METERS = (TimeMeter,)
"""What measures a trial, in the order of the columns."""

COLUMNS: Sequence[Column] = tuple(chain.from_iterable(meter.columns for meter in METERS))

NAMES = tuple(column.name for column in COLUMNS)

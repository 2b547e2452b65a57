"""The log that the hosts of a simulated trial would have left."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.timeline import EventKind
from simtrain.logs.log import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.accounts.recorder import Event
    from simtrain.logs.log import FailureLog

_FAULTS = (EventKind.FAULT, EventKind.STRUCK_TOO, EventKind.SPARE_FAULT)
_RETURNS = (EventKind.RETURN, EventKind.RETURN_BAD, EventKind.BACK)


def simulated_log(moments: Iterable[Event], like: FailureLog, resolution_s: float) -> FailureLog:
    """Log of a trial.

    Parameters
    ----------
    moments
        What happened in it.
    like
        The log that the scenario is of, whose window and hosts the simulated one has.
    resolution_s
        How finely times are told.
    """
    rows: list[list[float]] = []
    down: dict[int, list[float]] = {}
    for time, what, _, host in moments:
        if host < 0:
            continue
        if what in _FAULTS:
            row = [time, host, np.nan]
            rows.append(row)
            down.setdefault(host, row)
        elif what in _RETURNS and host in down:
            down.pop(host)[2] = time
    table = np.array(sorted(rows), dtype=np.float64).reshape(-1, 3)
    time_s, hosts, back_s = table[:, 0], table[:, 1].astype(np.int64), table[:, 2]
    found, numbers = np.unique(hosts, return_inverse=True)
    kept = like.back_s is not None
    return replace(
        like,
        time_s=np.floor(time_s / resolution_s) * resolution_s,
        host=numbers.astype(np.int64),
        host_names=tuple(map(str, found)),
        cause=np.zeros(len(time_s), dtype=np.int64),
        classes=(ANY,),
        back_s=np.floor(back_s / resolution_s) * resolution_s if kept else None,
    )

"""Write cluster.csv, the log of the hosts of a simulated cluster: ``python docs/logs/make.py``.

What is true of them stands in cluster.toml, so that a fit can be held against it.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import simtrain

FOLDER = Path(__file__).parent
TRIAL, SEED = 0, 16
FAULTS = ("fault", "struck_too", "spare_fault")
RETURNS = ("return", "return_bad", "back")


def rows() -> list[tuple[str, str, str, str]]:
    """Rows of the log: time, host, class, and end of repair."""
    trial = simtrain.timeline(FOLDER / "cluster.toml", trial=TRIAL, seed=SEED)
    start = trial.scenario.start
    columns = trial.columns()
    events = zip(*(columns[key] for key in ("time_s", "event", "cause", "host")), strict=True)
    found: list[list[str]] = []
    down: dict[int, list[str]] = {}
    for seconds, event, cause, host in events:
        date = (start + dt.timedelta(seconds=round(seconds))).isoformat(" ")
        if event in FAULTS and host >= 0:
            row = [date, f"node{host:03}", cause, ""]
            found.append(row)
            down.setdefault(host, row)
        elif event in RETURNS and host in down:
            down.pop(host)[3] = date
    return [tuple(row) for row in sorted(found)]


if __name__ == "__main__":
    with (FOLDER / "cluster.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("time", "host", "class", "repair_end"))
        writer.writerows(rows())

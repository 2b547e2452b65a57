"""Write logs of what was simulated, so that it is known what is true: ``python docs/logs/make.py``.

cluster.csv is the log of the hosts of cluster.toml. run.csv and faults.csv are what one trial of
run.toml looks like on its day 20.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import numpy as np

import simtrain

FOLDER = Path(__file__).parent
TRIAL, SEED = 0, 16
RUN, DAYS = 7, 20
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


def run() -> tuple[list[tuple[str, str]], list[tuple[str, str, str]]]:
    """Rows of run.csv, time and step, every six hours; and of faults.csv: time, host and class."""
    trial = simtrain.timeline(FOLDER / "run.toml", trial=RUN)
    start, work = trial.scenario.start, trial.ending.work_s
    spans = trial.spans()
    begun, position = spans["start_s"] + spans["end_s"], spans["work_start_s"] + spans["work_end_s"]
    known = sorted(zip(begun, position, strict=True))
    moments = np.arange(0.0, DAYS + 0.01, 0.25) * 86400
    done = np.interp(moments, [at for at, _ in known], [at for _, at in known])
    steps = [
        ((start + dt.timedelta(seconds=at)).isoformat(" "), str(int(400_000 * part / work)))
        for at, part in zip(moments.tolist(), done.tolist(), strict=True)
    ]
    faults = [
        ((start + dt.timedelta(seconds=round(event.time))).isoformat(" "),
         f"node{event.host:03}" if event.host >= 0 else "", event.cause)
        for event in trial.recording.moments
        if event.what.name.lower() == "fault" and event.time <= DAYS * 86400
    ]  # fmt: skip
    return steps, faults


def write(name: str, header: tuple[str, ...], written: list[tuple[str, ...]]) -> None:
    """Write a table."""
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(written)


if __name__ == "__main__":
    write("cluster.csv", ("time", "host", "class", "repair_end"), rows())
    steps, faults = run()
    write("run.csv", ("time", "step"), steps)
    write("faults.csv", ("time", "host", "class"), faults)

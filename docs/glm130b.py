"""The table of glm130b.md: the step that each dated event goes back to, in the trials."""

from __future__ import annotations

import datetime as dt

from markdown_table import table

import simtrain
from simtrain.units import short_date

RUN = "glm130b.toml"
FULL = 400e9 / 2048 / 4224
"""Steps that the whole run would take at the full batch."""
IN_THE_RAMP = 2587
"""By how much steps of the log exceed those, past the ramp of the batch."""
LOGGED = {"two hosts": "4,000", "host of May 11": "7,300", "host of May 20": "15,400",
          "other hosts": "15,600"}  # fmt: skip
"""Steps that the log tells, until May 20."""

_POINTS = (5, 50, 95)


def steps(trials: int = 400) -> str:
    """Table of what is saved a minute after each event, in steps of the log."""
    scenario = simtrain.load(RUN)
    assert scenario.start is not None
    moments = {name: stop.at for name, stop in scenario.stop.items()}
    rows = [
        {
            "quantity": "progress",
            "window": [scenario.start, at + dt.timedelta(minutes=1)],
            "value": 0,
            "source": "none",
            "certainty": "weak",
            "role": "follows",
        }
        for at in moments.values()
        if isinstance(at, dt.datetime)
    ]
    results = simtrain.run(scenario.replace({"published": rows}), trials=trials)
    cells = []
    for (name, at), score in zip(moments.items(), results.scores(), strict=True):
        points = (score.point(percent) for percent in _POINTS)
        assert isinstance(at, dt.datetime)
        cells.append(
            (
                name,
                f"{short_date(at)}, {at:%H:%M}",
                LOGGED.get(name, ""),
                *(f"{FULL * (point or 0) + IN_THE_RAMP:,.0f}" for point in points),
            )
        )
    return table(("event", "on", "in the log", "P5", "P50", "P95"), cells)


TABLES = {"steps": steps}
"""What makes each table, by the name in its marker."""

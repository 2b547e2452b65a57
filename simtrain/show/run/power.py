"""The picture of power over the calendar, by what hosts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.sampling.power import STATES
from simtrain.show import axis, words
from simtrain.show.colours import COLOURS
from simtrain.show.elements import Band
from simtrain.show.figure import Info, Panel, about
from simtrain.show.style import Style

if TYPE_CHECKING:
    from simtrain.sampling.power import PowerOverTime
    from simtrain.show.elements import Element
    from simtrain.tables.results import Results

_NAMES = {
    "training": "training",
    "stalled": "job that does not train",
    "paused": "job in a pause",
    "idle": "spares standing by",
    "repair": "hosts in repair",
}
_COLOURS = {
    "training": COLOURS[Category.PRODUCTIVE],
    "stalled": COLOURS[Category.RESTART],
    "paused": COLOURS[Category.PAUSED],
    "idle": COLOURS[Category.CHECKPOINT_SAVE],
    "repair": COLOURS[Category.LOST_WORK],
}


def info(results: Results, power: PowerOverTime) -> Info:
    """Mean power by what hosts do, above each other, over the calendar."""
    highest = float(power.megawatts.sum(axis=0).max())
    unit, factor = ("MW", 1.0) if highest >= 1 else ("kW", 1000.0)
    x = axis.calendar(results.scenario.start, float(power.edges[-1]))
    y = axis.even(0.0, 1.05 * (highest or 1.0) * factor, f"mean power, {unit}")
    steps = np.repeat(power.edges, 2)[1:-1]
    bottom = np.zeros(len(steps))
    elements: list[Element] = []
    for state, row in zip(STATES, power.megawatts * factor, strict=True):
        top = bottom + np.repeat(row, 2)
        if row.any():
            elements.append(Band(Style(_COLOURS[state], _NAMES[state]), steps, bottom, top))
        bottom = top
    trials = words.count(power.trials, "trial")
    if power.trials < results.trials:
        trials = f"{power.trials:,} of {words.count(results.trials, 'trial')}"
    energy = (power.megawatts * np.diff(power.edges)).sum(axis=1)
    training = energy[0] / (energy.sum() or 1.0)
    title = f"{words.share(training)} of the energy goes into training, lost work included"
    subtitle = about(results.scenario, trials, results.seed, 0)
    return Info(title, subtitle, 10.0, [[Panel(0.9, 8.6, 3.6, x, y, elements)]])

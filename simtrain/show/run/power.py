"""The picture of power over the calendar, by what hosts do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.sampling.power import STATES
from simtrain.show import axis, words
from simtrain.show.colours import COLOURS
from simtrain.show.elements import Band, Style
from simtrain.show.figure import Info, Panel, about

if TYPE_CHECKING:
    from simtrain.sampling.power import PowerOverTime
    from simtrain.show.elements import Element
    from simtrain.tables.results import Results

_NAMES = {
    "training": "training",
    "stalled": "job that does not train",
    "idle": "spares standing by",
    "repair": "hosts in repair",
}
_COLOURS = {
    "training": COLOURS[Category.PRODUCTIVE],
    "stalled": COLOURS[Category.RESTART],
    "idle": COLOURS[Category.CHECKPOINT_SAVE],
    "repair": COLOURS[Category.LOST_WORK],
}


def info(results: Results, power: PowerOverTime) -> Info:
    """Mean power by what hosts do, above each other, over the calendar."""
    highest = float(power.megawatts.sum(axis=0).max())
    unit, factor = ("MW", 1.0) if highest >= 1 else ("kW", 1000.0)
    x = axis.calendar(results.scenario.start, float(power.edges[-1]))
    y = axis.even(0.0, 1.05 * (highest or 1.0) * factor, f"mean power, {unit}")
    middles = (power.edges[1:] + power.edges[:-1]) / 2
    bottom = np.zeros(len(middles))
    elements: list[Element] = []
    for state, row in zip(STATES, power.megawatts * factor, strict=True):
        if row.any():
            elements.append(
                Band(Style(_COLOURS[state], _NAMES[state]), middles, bottom, bottom + row)
            )
        bottom = bottom + row
    trials = words.count(power.trials, "trial")
    if power.trials < results.trials:
        trials = f"{power.trials:,} of {words.count(results.trials, 'trial')}"
    training = power.megawatts[0].sum() / (power.megawatts.sum() or 1.0)
    title = f"{words.share(training)} of the energy goes into training, lost work included"
    subtitle = about(results.scenario, trials, results.seed, 0)
    return Info(title, subtitle, 10.0, [[Panel(0.9, 8.6, 3.6, x, y, elements)]])

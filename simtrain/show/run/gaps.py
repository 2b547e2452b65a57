"""The picture of how long the job stands still between two runs: trials, and the real run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, words
from simtrain.show.axis import Scale
from simtrain.show.colours import FAN, FAN_LINE, NEUTRAL, REAL
from simtrain.show.elements import Band, Line
from simtrain.show.figure import Info, Panel, Words
from simtrain.show.style import Style
from simtrain.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.show.elements import Array, Element

_ACROSS = 3
"""Panels side by side."""
_ALL, _BETWEEN = 8.94, 0.3
"""Inches of all panels, and between two."""
_POINTS = 300
_BAND = Style(FAN, "P5 to P95 of single trials", alpha=0.3)
_POOLED = Style(FAN_LINE, "all trials together", width=1.8)
_READ = Style(REAL, "the real run, by its logbook", width=1.8)
_EACH = Style(REAL, width=0.0, marker="|", size=7.0)
_QUARTERS = (0, 25, 50, 75, 100)
_SHARES = Scale(-1, 103, _QUARTERS, [f"{n}" for n in _QUARTERS], "gaps longer than this, %")


def info(trajectories: Trajectories, subtitle: str) -> Info:
    """Which share of the gaps is longer than a time, in a panel for each part of the run."""
    windows, start = trajectories.history.windows, trajectories.scenario.start
    trials = [trajectories.gap_lengths(window) for window in windows]
    read = [np.sort(trajectories.history.gap_lengths(window)) for window in windows]
    columns = min(len(windows), _ACROSS)
    wide = (_ALL + _BETWEEN) / columns - _BETWEEN
    x = _lengths(np.concatenate([*(gaps for part in trials for gaps in part), *read]), wide)
    panels = []
    for place, (window, simulated, real) in enumerate(zip(windows, trials, read, strict=True)):
        column = place % columns
        left, y = 0.72 + (wide + _BETWEEN) * column, _SHARES.unnamed() if column else _SHARES
        heading = _heading(words.part(*window, start), simulated, real)
        curves = _curves(simulated, real, x)
        panels.append(Panel(left, wide, 2.3, x, y, curves, words=heading, grid="xy"))
    rows = [panels[first : first + columns] for first in range(0, len(panels), columns)]
    return Info(_title(trials, read), subtitle, 10.0, rows)


def _title(trials: Sequence[Sequence[Array]], read: Sequence[Array]) -> str:
    simulated = np.concatenate([gaps for part in trials for gaps in part])
    if not simulated.size:
        return "In no trial the job stands still between two runs"
    title = (
        f"Half of the gaps between two runs are longer than {words.duration(np.median(simulated))}"
    )
    real = np.concatenate(read)
    return f"{title}, in the real run {words.duration(np.median(real))}" if real.size else title


def _lengths(gaps: Array, wide: float) -> Scale:
    """Axis of lengths in seconds that holds all gaps."""
    low, high = (float(gaps.min()), float(gaps.max())) if gaps.size else (MINUTE, DAY)
    low, high = max(low, high / 1e5) / 1.3, high * 1.3
    return axis.logarithmic(low, high, "length of the gap", times=True).spaced(wide)


def _curves(trials: Sequence[Array], read: Array, x: Scale) -> list[Element]:
    lengths = np.geomspace(x.low, x.high, _POINTS)
    alone = [_longer(gaps, lengths) for gaps in trials if gaps.size]
    curves: list[Element] = []
    if alone:
        low, high = np.percentile(alone, (5, 95), axis=0)
        pooled = _longer(np.concatenate(trials), lengths)
        curves = [Band(_BAND, lengths, low, high), Line(_POOLED, lengths, pooled)]
    if read.size:
        share = 100 * (1 - np.arange(len(read) + 1) / len(read))
        corners = np.repeat([x.low, *read], 2)[1:], np.repeat(share, 2)[:-1]
        curves += [Line(_READ, *corners), Line(_EACH, read, np.full(len(read), 1.5))]
    return curves


def _longer(gaps: Array, lengths: Array) -> Array:
    """Percent of the gaps that are longer than each length."""
    share: Array = 100 * (1 - np.searchsorted(np.sort(gaps), lengths, side="right") / len(gaps))
    return share


def _heading(name: str, trials: Sequence[Array], read: Array) -> list[Words]:
    """Lines above a panel: the part of the run, the gaps of the real run and of the trials."""
    numbers = [len(gaps) for gaps in trials]
    simulated = f"trials: {_range(numbers)} {'gap' if set(numbers) == {1} else 'gaps'}"
    if any(numbers):
        medians = np.array([np.median(gaps) for gaps in trials if gaps.size])
        simulated += f", median {_range(medians / HOUR)} h"
    real = "real run: nothing logged"
    if read.size:
        median = float(np.median(read)) / HOUR
        real = f"real run: {words.count(len(read), 'gap')}, median {median:.1f} h"
    return [
        Words(name, size=10.5, bold=True),
        Words(real, colour=REAL),
        Words(simulated, colour=NEUTRAL),
    ]


def _range(values: Sequence[float] | Array) -> str:
    """P5 and P95, or the number that both are."""
    low, high = np.percentile(values, (5, 95))
    places = 0 if all(float(value).is_integer() for value in values) else 1
    return "–".join(dict.fromkeys(f"{value:.{places}f}" for value in (low, high)))

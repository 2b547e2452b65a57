"""Whether the rate of faults rises or falls by date, and from when on it does not."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.units import WEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.logs.log import Seconds

_FEWEST_SPANS, _MOST_SPANS, _SPAN = 8, 24, 4 * WEEK
"""Spans that the window is cut into: of four weeks, if there are enough, as spells take weeks."""
_FEWEST_REST = 4
_FEWEST_EVENTS = 20
_LEAST = 2.0
"""Factor over the window from which on a trend matters."""
_CHANCE, _STEADY = 0.01, 0.1
"""Probability by chance below which a trend is believed, and above which there is none."""
_ROUNDS = 50


class Trend(NamedTuple):
    """The rate over the window, as an exponential of time.

    Parameters
    ----------
    factor
        Rate at the end of the window as a multiple of that at its start.
    chance
        Probability of one so strong by chance, as counts of spans scatter.
    steady_from_s
        From when on there is no trend; 0 if there is none at all.
    """

    factor: float
    chance: float
    steady_from_s: float

    @property
    def is_believed(self) -> bool:
        """Whether it is more than chance and weather make, and large enough to matter."""
        return _matters(self.factor, self.chance)


def trend(moments_s: Seconds, weights: Seconds, window_s: float) -> Trend | None:
    """Trend of events at some moments, each with a weight; None if there are too few to tell."""
    spans = min(max(int(window_s // _SPAN), _FEWEST_SPANS), _MOST_SPANS)
    if window_s < _FEWEST_SPANS * WEEK or weights.sum() < _FEWEST_EVENTS:
        return None
    places = np.minimum((moments_s / window_s * spans).astype(np.int64), spans - 1)
    counts = np.bincount(places, weights=weights, minlength=spans).astype(np.float64)
    factor, chance = _slope(counts)
    steady = 0
    if _matters(factor, chance):
        # The earliest start of a rest without a trend, or a rest of a few spans in any case.
        steady = next(
            (
                begin
                for begin in range(1, spans - _FEWEST_REST)
                if _slope(counts[begin:])[1] > _STEADY
            ),
            spans - _FEWEST_REST,
        )
    return Trend(factor, chance, steady * window_s / spans)


def _matters(factor: float, chance: float) -> bool:
    return chance < _CHANCE and max(factor, 1 / factor) > _LEAST


def _slope(counts: NDArray[np.float64]) -> tuple[float, float]:
    """Factor over the spans, and the probability of one so strong by chance (quasi-Poisson)."""
    spans = len(counts)
    x = (np.arange(spans) + 0.5) / spans - 0.5
    level, slope = math.log(max(counts.mean(), 1e-9)), 0.0
    for _ in range(_ROUNDS):
        mean = np.exp(level + slope * x)
        information = np.array([[mean.sum(), mean @ x], [mean @ x, mean @ x**2]])
        score = np.array([(counts - mean).sum(), (counts - mean) @ x])
        step = np.linalg.solve(information, score)
        step *= min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        level, slope = level + step[0], slope + step[1]
        if np.abs(step).max() < 1e-10:
            break
    mean = np.exp(level + slope * x)
    excess = max(1.0, float(((counts - mean) ** 2 / mean).sum()) / (spans - 2))
    error = math.sqrt(excess * float(np.linalg.inv(information)[1, 1]))
    below = import_module("scipy.special").stdtr(spans - 2, -abs(slope) / error)
    return math.exp(min(max(slope, -50.0), 50.0)), 2 * float(below)

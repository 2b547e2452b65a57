"""The pictures of how the wall-clock and the goodput are spread over the trials."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis
from simtrain.show.colours import FAN
from simtrain.show.elements import Bars, Style
from simtrain.show.figure import Info, Panel, about_trials
from simtrain.show.marks import Mark
from simtrain.show.number_format import NumberFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.show.elements import Array
    from simtrain.tables.results import Results

_MOST_BINS = 40
_ALIKE = 1e-6
"""Values that differ by a smaller fraction are shown as one."""
_BAR = Style(FAN, edge="white")


def wall_clock(results: Results) -> Info:
    """Wall-clock of the trials that finished, beside the ideal."""
    sample = results.metric("wall_clock_s")
    median = float(np.median(sample))
    how = NumberFormat.of_metric("wall_clock_s", median)
    title = f"{half_finish(results)} within {how.text(median)}"
    title += f", {median / results.ideal_s:.2f} times the ideal"
    ideal = Mark(results.ideal_s / how.divisor, f"ideal  {how.text(results.ideal_s)}", dashed=True)
    return _info(results, sample, title, how, how.title, [ideal])


def goodput(results: Results) -> Info:
    """Goodput of the trials that finished and have one."""
    sample = results.metric("goodput")
    sample = sample[~np.isnan(sample)]
    how = replace(NumberFormat.of_metric("goodput", 1.0), places=1)
    has = "has a goodput of" if results.trials == 1 else "have a goodput of at least"
    title = f"{_half(results)} {has} {how.text(float(np.median(sample)))}"
    return _info(results, sample, title, how, "goodput: productive share of wall-clock, %", [])


def half_finish(results: Results) -> str:
    """Begin a sentence on the median of the wall-clock: "Half of the trials finish"."""
    return f"{_half(results)} {'finishes' if results.trials == 1 else 'finish'}"


def _half(results: Results) -> str:
    if results.trials == 1:
        return "The trial"
    finished = results.trials - int(results.truncated.sum())
    all_did = finished == results.trials
    return f"Half of the {'trials' if all_did else f'{finished:,} trials that finished'}"


def _info(
    results: Results,
    sample: Array,
    title: str,
    how: NumberFormat,
    label: str,
    others: Sequence[Mark],
) -> Info:
    """Histogram with its percentiles, and other marks."""
    edges, counts, ends = _histogram(sample / how.divisor)
    p5, p50, p95 = np.percentile(sample, (5, 50, 95))
    outer = [("P5", p5), ("P95", p95)] if p95 - p5 > _ALIKE * abs(p50) else []
    shown = [Mark(value / how.divisor, f"{name}  {how.text(value)}") for name, value in outer]
    shown += [Mark(p50 / how.divisor, f"P50  {how.text(p50)}", strong=True), *others]
    x = axis.around([*ends, *(mark.at for mark in shown)], label, most=8)
    y = axis.even(0.0, 1.05 * counts.max(), "trials", whole=True)
    bars = Bars(_BAR, edges[:-1], 0.0, np.diff(edges), counts)
    panel = Panel(0.8, 6.85, 2.7, x, y, [bars], shown)
    return Info(title, about_trials(results), 8.0, [[panel]])


def _histogram(values: Array) -> tuple[Array, NDArray[np.int64], tuple[float, float]]:
    """Edges and counts of bins, and the part of the axis that they are shown in."""
    low, high = float(values.min()), float(values.max())
    bins = min(_MOST_BINS, max(5, math.ceil(math.sqrt(len(values)))))
    ends = low, high
    if high - low <= _ALIKE * abs(high):
        bins, ends = 1, (0.95 * low, 1.05 * high)
        low, high = 0.998 * low, 1.002 * high
    counts, edges = np.histogram(values, bins, (low, high))
    return edges, counts, ends

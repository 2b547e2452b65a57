"""The pictures of how the wall-clock and the goodput are spread over the trials."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, prose, words
from simtrain.show.colours import FAN
from simtrain.show.elements import Bars
from simtrain.show.figure import Info, Panel, about_trials
from simtrain.show.marks import Mark
from simtrain.show.number_format import NumberFormat
from simtrain.show.style import Style
from simtrain.show.verdict import within
from simtrain.tables.estimates import quantile_of

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
    how = NumberFormat.of_metric("wall_clock_s", float(np.median(sample)))
    title, median = half_finish(results), results.wall_clock(50).value
    if math.isfinite(median):
        title += f", {median / results.ideal_s:.2f} times the ideal"
    ideal = Mark(results.ideal_s / how.divisor, f"ideal  {how.text(results.ideal_s)}", dashed=True)
    marks = [mark._replace(at=mark.at / how.divisor) for mark in finish_marks(results)]
    return _info(results, sample / how.divisor, title, how.title, [*marks, ideal])


def goodput(results: Results) -> Info:
    """Goodput of the trials that finished and have one."""
    sample = results.metric("goodput")
    sample = sample[~np.isnan(sample)]
    how = replace(NumberFormat.of_metric("goodput", 1.0), places=1)
    has = "has a goodput of" if results.trials == 1 else "have a goodput of at least"
    title = f"{_half(results)} {has} {how.text(float(np.median(sample)))}"
    marks = _percentiles(sample, (5, 50, 95), how.text)
    marks = [mark._replace(at=mark.at / how.divisor) for mark in marks]
    label = "goodput: productive share of wall-clock, %"
    return _info(results, sample / how.divisor, title, label, marks)


def productive(results: Results) -> Info:
    """Productive time of a window: its wall-clock is the same in all trials."""
    sample = results.metric("productive_s")
    how = NumberFormat.of_metric("productive_s", float(np.median(sample)))
    done = prose.Durations([float(np.percentile(sample, q)) for q in (10, 50, 90)])
    verb = "does" if results.trials == 1 else "do"
    title = f"{_half(results)} {verb} {done.text(float(np.median(sample)))} of productive work"
    title += f" or more in {words.duration(results.ideal_s)}"
    marks = _percentiles(sample, (10, 50, 90), done.text)
    marks = [mark._replace(at=mark.at / how.divisor) for mark in marks]
    return _info(results, sample / how.divisor, title, how.title, marks)


def half_finish(results: Results) -> str:
    """Sentence on the median of the wall-clock of all trials."""
    median = results.wall_clock(50).value
    if math.isinf(median):
        cut = f"{int(results.truncated.sum()):,} of {words.count(results.trials, 'trial')}"
        return f"{cut} do not finish {within(results)}"
    who = "The trial finishes" if results.trials == 1 else "Half of the trials finish"
    return f"{who} within {_clock(results)(median)}"


def finish_marks(results: Results) -> list[Mark]:
    """P10, P50 and P90 of the wall-clock of all trials in seconds, with their dates."""
    return _percentiles(results.wall_clock_of_all_s, (10, 50, 90), _clock(results, dated=True))


def _clock(results: Results, dated: bool = False) -> Callable[[float], str]:
    """How a wall-clock is written: as a duration, with its date where the run has a start."""
    start = results.scenario.start if dated else None
    durations = prose.Durations([results.wall_clock(percent).value for percent in (10, 50, 90)])

    def text(seconds: float) -> str:
        date = "" if start is None else f", {prose.short_day(start, seconds)}"
        return f"{durations.text(seconds)}{date}"

    return text


def _percentiles(
    sample: Array, percents: Sequence[int], text: Callable[[float], str]
) -> list[Mark]:
    """Marks of percentiles, that of the median alone where all are alike."""
    found = {q: quantile_of(sample, q / 100).value for q in percents}
    low, *_, high = found.values()
    if high - low <= _ALIKE * abs(high):
        found = {50: found[50]}
    return [
        Mark(value, f"P{q}  {text(value)}", strong=q == 50)
        for q, value in found.items()
        if math.isfinite(value)
    ]


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
    label: str,
    shown: Sequence[Mark],
) -> Info:
    """Histogram with marks."""
    edges, counts, ends = _histogram(sample)
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

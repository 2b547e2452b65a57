"""The picture of badput phase by phase: what is read of the real run, and the trials beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.show import axis, words
from simtrain.show.colours import COLOURS, INK, NEUTRAL
from simtrain.show.elements import Bars, Line, Strokes, Text, named_styles
from simtrain.show.figure import Info, Panel
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.show.elements import Array, Element
    from simtrain.show.words import TimeUnit
    from simtrain.tables.history import RunPhase

_IN_RUNS = (Category.DEGRADED, Category.CHECKPOINT_SAVE, Category.LOST_WORK)
"""Badput of a job that trains and saves."""
_OUTSIDE = tuple(one for one in Category if one not in (Category.PRODUCTIVE, *_IN_RUNS))
_ALL = _OUTSIDE + _IN_RUNS
_COLUMNS = [list(Category).index(category) for category in _ALL]
_PHASE, _BAR = 0.95, 0.34
"""Height of a phase with its room in inches, and of a bar as a part of that."""
_READ_OUTSIDE = Style("#4D4D4D", "real run: between runs")
_READ_IN_RUNS = Style("#A6A6A6", "in runs: slow, saving, lost later")
_READ_SOMEWHERE = Style("#A6A6A6", "not known where", hatch="////")
_SPREAD = Style(INK, "P5 to P95 of the trials", width=1.1)
_BORDER = Style(INK, "left of it: between runs", width=0.0, marker="|", size=27.0)


def info(trajectories: Trajectories, subtitle: str) -> Info:
    """A pair of bars for each phase: its length without the time its work takes at full speed."""
    phases = trajectories.history.phases
    read_s = [_read(phase, trajectories) for phase in phases]
    spent_s = trajectories.spent_s[:, :, _COLUMNS]
    total_s = spent_s.sum(axis=2)
    longest = max(*read_s, float(np.percentile(total_s, 95, axis=0).max()))
    unit = words.unit_for(longest)
    elements: list[Element] = []
    for row, (phase, read) in enumerate(zip(phases, read_s, strict=True)):
        elements += _real(row - 0.19, phase, read, unit)
    for row in range(len(phases)):
        elements += _trials(row + 0.19, spent_s[:, row] / unit.seconds, unit)
    x = axis.even(0.0, 1.03 * longest / unit.seconds, f"badput, {unit.plural}")
    y = axis.rows([words.part(*phase.of_trials, trajectories.scenario.start) for phase in phases])
    panel = Panel(1.45, 4.4, _PHASE * len(phases), x, y, elements, grid="x", frame="b")
    real, trials = (words.duration(float(s)) for s in (sum(read_s), total_s.sum(axis=1).mean()))
    title = f"The real run lost {real}, the trials {trials} on average"
    return Info(title, subtitle, 10.0, [[panel]], _styles(elements))


def _styles(elements: Sequence[Element]) -> list[Style]:
    """What the legend names: the real run, then categories in the order of the bars, then marks."""
    order = {name: rank for rank, name in enumerate(map(words.name, _ALL))}
    last = {_BORDER.label: len(order), _SPREAD.label: len(order) + 1}
    return sorted(named_styles(elements), key=lambda style: (order | last).get(style.label, -1))


def _read(phase: RunPhase, trajectories: Trajectories) -> float:
    before, after = (trajectories.ideal_time(progress) for progress in phase.progress)
    return phase.until - phase.since - (after - before)


def _real(row: float, phase: RunPhase, read_s: float, unit: TimeUnit) -> list[Element]:
    """Bar of the real run, divided if it has a logbook, and its numbers."""
    total, bottom = read_s / unit.seconds, row - _BAR / 2
    text = f"real run {total:.1f} {unit.name}"
    if phase.outside_s is None:
        bars = [Bars(_READ_SOMEWHERE, 0.0, bottom, total, _BAR)]
        return [*bars, _text(row, f"{text}, not known where", INK)]
    outside = phase.outside_s / unit.seconds
    bars = [
        Bars(_READ_OUTSIDE, 0.0, bottom, outside, _BAR),
        Bars(_READ_IN_RUNS, outside, bottom, total - outside, _BAR),
    ]
    return [*bars, _text(row, f"{text}: {_split(outside, total)}", INK)]


def _trials(row: float, spent: Array, unit: TimeUnit) -> list[Element]:
    """Bar of the mean of the trials by category, and its numbers."""
    means = spent.mean(axis=0)
    total, outside = float(means.sum()), float(means[: len(_OUTSIDE)].sum())
    low, high = np.percentile(spent.sum(axis=1), (5, 95))
    text = f"trials {total:.1f} ({low:.1f}–{high:.1f}) {unit.name}: {_split(outside, total)}"
    lefts = np.cumsum(means) - means
    bars = [
        Bars(Style(COLOURS[one], words.name(one)), left, row - _BAR / 2, mean, _BAR)
        for one, left, mean in zip(_ALL, lefts, means, strict=True)
        if mean
    ]
    return [
        *bars,
        Line(_BORDER, [outside], [row]),
        Strokes(_SPREAD, min(low, total), row, max(high, total), row),
        Strokes(_SPREAD, [low, high], row - 0.06, [low, high], row + 0.06),
        _text(row, text, NEUTRAL),
    ]


def _split(outside: float, total: float) -> str:
    return f"{outside:.1f} between runs, {total - outside:.1f} in them"


def _text(row: float, text: str, colour: str) -> Text:
    return Text(text, (1.0, row), (8, 0), ("axes", "data"), colour, size=8.5)

"""The picture of progress over the calendar: trials as a fan, and the real run on top of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.figure import (
    COLOURS,
    FAINT,
    FAN,
    FAN_LINE,
    INK,
    NEUTRAL,
    REAL,
    canvas,
    headline,
    panel,
)
from simtrain.show.ticks import ticks
from simtrain.show.timeline import event_strip
from simtrain.show.timeline.events import events
from simtrain.units import brief

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.show.timeline.events import Event
    from simtrain.tables.history import History

_WIDTH, _LEFT, _INCHES, _TALL = 10.0, 0.85, 8.85, 4.0
_TOP, _STRIP = 0.95, 0.34
_TICKS, _TITLE = 0.34, 0.2
_SINGLE = 4
"""Trials that are drawn each on its own."""
_PALE = 0.45
_MOST_LOGGED = 0.75
"""Share of the calendar beyond which the logbook leaves no room to say that it ends."""
_STOP = COLOURS[Category.PAUSED]


def draw_progress(path: Path, title: str, subtitle: str, courses: Trajectories) -> None:
    """Draw progress against time, what is known of the real run, and what was planned when."""
    history, end = courses.history, float(courses.moments[-1]) * 1.01
    strip = _STRIP if history.runs else 0.0
    with canvas(path, _WIDTH, 9.0) as figure:  # as high as need be, once the names are measured
        shown = [event for event in events(courses) if event.at <= end]
        named = event_strip.measured(figure, shown)
        wide = event_strip.room(named, end, _INCHES, _WIDTH - _LEFT - _INCHES)
        named = event_strip.in_lanes(named, end / wide)
        lanes = max((one.lane + 1 for one in named), default=0)
        below = _TOP + _TALL + strip + _TICKS + (_TITLE if courses.scenario.start is None else 0)
        figure.set_figheight(below + event_strip.LANE * lanes + 0.05)
        headline(figure, title, subtitle)
        main = panel(figure, left=_LEFT, top=_TOP, width=wide, height=_TALL)
        unit = _scale(main, courses)
        _plan(main, shown, end)
        _fan(main, courses, unit)
        _real(main, history)
        _legend(main)
        lowest = main
        if history.runs:
            lowest = panel(figure, left=_LEFT, top=_TOP + _TALL, width=wide, height=strip)
            _logbook(lowest, history, shown, end)
        _calendar([main, lowest], courses, end)
        if named:
            area = panel(figure, left=_LEFT, top=below, width=wide, height=event_strip.LANE * lanes)
            area.set_xlim(0, end)
            event_strip.draw(area, named, lanes)


def _scale(axes: Axes, courses: Trajectories) -> float:
    """Label the axis of progress; returns what progress is divided by."""
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    if not courses.watched:
        axes.set_ylim(0, 104)
        axes.set_ylabel("progress, % of the work")
        return 0.01
    _, ideal = courses.ideal_progress()
    top = max(float(courses.work.max()), float(ideal[-1]))
    unit = words.unit_for(top)
    axes.set_ylim(0, 1.04 * top / unit.seconds)
    axes.set_ylabel(f"work done, {unit.plural} at full speed")
    return unit.seconds


def _plan(axes: Axes, shown: list[Event], end: float) -> None:
    """Shade stops, and draw a line where something changes."""
    for event in shown:
        if event.lasts_s is None:
            axes.axvline(event.at, color=FAINT, lw=0.7, ls=(0, (1, 2)), zorder=0.6)
        for start, over in event.stops(end):
            axes.axvspan(start, over, color=_STOP, lw=0.6, zorder=0.5)


def _fan(axes: Axes, courses: Trajectories, unit: float) -> None:
    progress, moments = courses.progress() / unit, courses.moments
    low, lower, middle, upper, high = np.percentile(progress, (5, 25, 50, 75, 95), axis=0)
    if courses.trials > 1:
        axes.fill_between(
            moments, low, high, color=FAN, alpha=0.2, lw=0, label="P5 to P95 of the trials"
        )
        axes.fill_between(moments, lower, upper, color=FAN, alpha=0.35, lw=0, label="P25 to P75")
        single = [np.column_stack([moments, _until_done(one)]) for one in progress[:_SINGLE]]
        thin = LineCollection(single, colors=FAN_LINE, linewidths=0.6, alpha=0.8)
        thin.set_label(words.count(len(single), "single trial"))
        axes.add_collection(thin)
    label = "median" if courses.trials > 1 else "the trial"
    axes.plot(moments, _until_done(middle), color=FAN_LINE, lw=2, label=label)
    when, ideal = courses.ideal_progress()
    axes.plot(when, ideal / unit, color=INK, lw=1.1, ls=(0, (4, 3)), label="ideal")


def _until_done(progress: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve without its flat end."""
    done = np.arange(len(progress)) > int(np.argmax(progress))
    return np.where(done & (progress == progress.max()), np.nan, progress)


def _real(axes: Axes, history: History) -> None:
    """Logged runs whose steps are known, and the published progress."""
    logged = [
        [(run.start, 100 * run.progress[0]), (run.end, 100 * run.progress[1])]
        for run in history.runs
        if run.progress is not None
    ]
    if logged:
        axes.add_collection(
            LineCollection(
                logged, colors=REAL, linewidths=2.4, label="the real run, by its logbook"
            )
        )
    if any(run.progress is None for run in history.runs):
        axes.fill_between([], [], color=REAL, alpha=_PALE, lw=0, label="logged, steps not known")
    known = [*history.milestones, *([] if history.end_s is None else [(history.end_s, 1.0)])]
    if not known:
        return
    axes.plot(
        [time for time, _ in known], [100 * progress for _, progress in known], ls="", marker="o",
        ms=6.5, color="white", mec=REAL, mew=1.8, label="published", zorder=5,
    )  # fmt: skip
    for time, progress in known:
        text = brief(time) if time == history.end_s else f"{100 * progress:.4g} %"
        axes.annotate(
            text, (time, 100 * progress), (-6, 6), textcoords="offset points", ha="right",
            va="bottom", color=REAL, weight="bold", zorder=6,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.75},
        )  # fmt: skip


def _legend(axes: Axes) -> None:
    axes.legend(loc="lower right", frameon=True, framealpha=0.9, edgecolor="none", fontsize=9)


def _logbook(axes: Axes, history: History, shown: list[Event], end: float) -> None:
    """A bar for each logged run: pale where its steps are not known."""
    _plan(axes, shown, end)
    for known, alpha in ((True, 1.0), (False, _PALE)):
        spans = [
            (run.start, run.end - run.start)
            for run in history.runs
            if (run.progress is not None) is known
        ]
        axes.broken_barh(spans, (0.3, 0.5), color=REAL, alpha=alpha, lw=0)
    axes.set_ylim(0, 1)
    axes.set_yticks([0.45], ["logged\nruns"], fontsize=8, color=REAL)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    last = history.runs[-1].end
    if last < _MOST_LOGGED * end:
        axes.annotate(
            "nothing logged from here", (last, 0.52), (5, 0), textcoords="offset points",
            va="center", fontsize=8.5, color=NEUTRAL,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
        )  # fmt: skip


def _calendar(panels: list[Axes], courses: Trajectories, end: float) -> None:
    marks = ticks(courses.scenario.start, end)
    for axes in panels:
        labelled = axes is panels[-1]
        axes.set_xlim(0, end)
        axes.set_xticks(marks.at, marks.labels if labelled else [""] * len(marks.at), color=INK)
        if not labelled:
            axes.tick_params(axis="x", length=0)
    if courses.scenario.start is None:
        panels[-1].set_xlabel(marks.title)

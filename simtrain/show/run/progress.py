"""The picture of progress over the calendar: trials as a fan, and the real run on top of it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.show import axis, words
from simtrain.show.axis import BARE
from simtrain.show.colours import COLOURS, FAINT, FAN, FAN_LINE, INK, NEUTRAL, REAL
from simtrain.show.elements import Band, Bars, Line, Strokes, Text
from simtrain.show.figure import Info, Panel
from simtrain.show.run.distribution import finish_marks, half_finish
from simtrain.show.style import Style
from simtrain.show.timeline import event_strip
from simtrain.show.timeline.events import planned
from simtrain.units import brief

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Array, Element
    from simtrain.show.marks import Mark
    from simtrain.show.timeline.events import ShownEvent
    from simtrain.tables.history import History
    from simtrain.tables.results import Results

_WIDTH, _LEFT, _WIDE = 10.0, 0.85, 8.85
_SINGLE = 4
"""Trials that are drawn each on its own."""
_MOST_LOGGED = 0.75
"""Share of the calendar beyond which the logbook leaves no room to say that it ends."""
_BAND = Style(FAN, "P5 to P95 of the trials", alpha=0.2)
_QUARTILES = Style(FAN, "P25 to P75", alpha=0.35)
_ALONE = Style(FAN_LINE, width=0.6, alpha=0.8)
_MEDIAN = Style(FAN_LINE, "median", width=2.0)
_IDEAL = Style(INK, "ideal", width=1.1, dashed=True)
_LOGGED = Style(REAL, "the real run, by its logbook", width=2.4)
_UNKNOWN = Style(REAL, "logged, steps not known", alpha=0.45)
_PUBLISHED = Style(REAL, "published", width=0.0, marker="o", size=6.5, hollow=True)
_NAMED = 0.6
"""Inches that a value takes beside its marker."""
_CHANGE = Style(FAINT, width=0.7, dashed=True)
_STOP = Style(COLOURS[Category.PAUSED], edge=COLOURS[Category.PAUSED])


def info(results: Results, trajectories: Trajectories, subtitle: str) -> Info:
    """The fan, the real run on top of it, and what is planned below it."""
    end = float(trajectories.moments[-1]) * 1.01
    events = [event for event in planned(trajectories) if event.at <= end]
    wide = event_strip.room(events, end, _WIDE, _WIDTH - _LEFT - _WIDE)
    x = axis.calendar(trajectories.scenario.start, end).spaced(wide)
    y, unit = _progress_axis(trajectories)
    history = trajectories.history
    elements = [
        *_plan(events, x, y),
        *_fan(trajectories, unit),
        *_logged(history),
        *_published(history, _NAMED * end / wide),
    ]
    main = Panel(_LEFT, wide, 4.0, x, y, elements, _finish(results, trajectories), grid="xy")
    rows = [[main]]
    if history.runs:
        elements = [*_plan(events, x, BARE), *_logbook(history, x)]
        rows.append([Panel(_LEFT, wide, 0.34, x, BARE, elements, grid="x")])
    rows += event_strip.rows(events, _LEFT, wide, x)
    return Info(_title(results, trajectories), subtitle, _WIDTH, rows)


def _title(results: Results, trajectories: Trajectories) -> str:
    if trajectories.watched:
        return f"What the job gets done while it is watched for {words.duration(results.ideal_s)}"
    end = trajectories.history.end_s
    real = "" if end is None else f"; the real run took {words.duration(end)}"
    return f"{half_finish(results)}{real}"


def _progress_axis(trajectories: Trajectories) -> tuple[Scale, float]:
    """Axis of progress, and what progress is divided by."""
    if not trajectories.watched:
        return axis.even(0.0, 110.0, "progress, % of the work"), 0.01
    top = max(float(trajectories.work.max()), float(trajectories.ideal_progress()[1][-1]))
    unit = words.unit_for(top)
    label = f"work done, {unit.plural} at full speed"
    return axis.even(0.0, 1.04 * top / unit.seconds, label), unit.seconds


def _finish(results: Results, trajectories: Trajectories) -> list[Mark]:
    """P50 and P90 of the finish of all trials, with their dates where the run has a start."""
    if trajectories.watched or trajectories.trials == 1:
        return []
    return [mark for mark in finish_marks(results) if not mark.text.startswith("P10")]


def _fan(trajectories: Trajectories, unit: float) -> list[Element]:
    progress, moments = trajectories.progress() / unit, trajectories.moments
    low, lower, middle, upper, high = np.percentile(progress, (5, 25, 50, 75, 95), axis=0)
    when, ideal = trajectories.ideal_progress()
    fan: list[Element] = []
    if trajectories.trials > 1:
        single = progress[:_SINGLE]
        alone = _ALONE._replace(label=words.count(len(single), "single trial"))
        fan = [Band(_BAND, moments, low, high), Band(_QUARTILES, moments, lower, upper)]
        fan.append(Line(alone, moments, np.transpose([_until_done(one) for one in single])))
    median = _MEDIAN if trajectories.trials > 1 else _MEDIAN._replace(label="the trial")
    return [*fan, Line(median, moments, _until_done(middle)), Line(_IDEAL, when, ideal / unit)]


def _until_done(progress: Array) -> Array:
    """The curve without its flat end."""
    done = np.arange(len(progress)) > int(np.argmax(progress))
    return np.where(done & (progress == progress.max()), np.nan, progress)


def _plan(events: Sequence[ShownEvent], x: Scale, y: Scale) -> list[Element]:
    """Shaded stops, and a line where something changes."""
    changes = [event.at for event in events if event.lasts_s is None]
    stops = np.array([stop for event in events for stop in event.stops(x.high)]).reshape(-1, 2)
    length = stops[:, 1] - stops[:, 0]
    return [
        Bars(_STOP, stops[:, 0], y.low, length, y.high - y.low),
        Strokes(_CHANGE, changes, y.low, changes, y.high),
    ]


def _logged(history: History) -> list[Element]:
    """Progress of logged runs whose steps are known."""
    known = [(run.start, run.end, *run.progress) for run in history.runs if run.progress]
    start, end, before, after = np.array(known).reshape(-1, 4).T
    return [Strokes(_LOGGED, start, 100 * before, end, 100 * after)]


def _published(history: History, apart: float) -> list[Element]:
    """What is published, with its value unless the next one, less than `apart` later, covers it."""
    known = [(time, share, f"{100 * share:.3g} %") for time, share in history.milestones]
    known += [] if history.end_s is None else [(history.end_s, 1.0, brief(history.end_s))]
    texts = [
        Text(text, (time, 100 * share), (-6, 6), colour=REAL, bold=True, side="right",
             level="bottom", boxed=True)
        for (time, share, text), later in zip_longest(known, [time for time, *_ in known[1:]])
        if later is None or later - time >= apart
    ]  # fmt: skip
    places = [time for time, *_ in known], [100 * share for _, share, _ in known]
    return [Line(_PUBLISHED, *places), *texts] if known else []


def _logbook(history: History, x: Scale) -> list[Element]:
    """A bar for each logged run: pale where its steps are not known."""
    bars: list[Element] = []
    for style, is_known in ((Style(REAL), True), (_UNKNOWN, False)):
        runs = [run for run in history.runs if (run.progress is not None) is is_known]
        lengths = [run.end - run.start for run in runs]
        bars.append(Bars(style, [run.start for run in runs], 0.3, lengths, 0.5))
    bars.append(Text("logged\nruns", (0, 0.55), (-5, 0), colour=REAL, size=8, side="right"))
    last = history.runs[-1].end
    if last < _MOST_LOGGED * x.high:
        text = "nothing logged from here"
        bars.append(Text(text, (last, 0.52), (5, 0), colour=NEUTRAL, size=8.5, boxed=True))
    return bars

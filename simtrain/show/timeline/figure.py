"""The picture of one trial over the calendar."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.accounts.recount import fates, lost_work
from simtrain.accounts.timeline import Census, State, Verdict
from simtrain.accounts.unnoticed import latent_spans
from simtrain.effects import EFFECTS
from simtrain.show import axis, words
from simtrain.show.colours import COLOURS, FAINT
from simtrain.show.elements import Band, Bars, Line, Strokes
from simtrain.show.figure import Info, Panel, Words, about, nothing
from simtrain.show.legend import Legend
from simtrain.show.style import Style
from simtrain.show.timeline import lanes
from simtrain.units import DAY, HOUR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.accounts.intervals import Interval
    from simtrain.accounts.recorder import Recorder
    from simtrain.accounts.timeline import Ending
    from simtrain.model.weather import WeatherOfTrial
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Array, Element
    from simtrain.show.words import TimeUnit

_IDEAL = Style(FAINT, "at full speed without any loss", width=1.0, dashed=True)
_WORK = Style(COLOURS[Category.PRODUCTIVE], "work", width=1.8)
_LOST = Style(COLOURS[Category.LOST_WORK], "work that was lost", width=1.5)
_SLOW = Style(COLOURS[Category.DEGRADED], "a host is slow", width=3.0)
_TAINTED = Style(COLOURS[Category.LOST_WORK], "work is tainted", width=3.0)
_BIN = Style(COLOURS[Category.LOST_WORK])
_PLACES = {
    "idle": Style(COLOURS[Category.PRODUCTIVE], "hosts standing by", width=1.4),
    "repair": Style(COLOURS[Category.RESPONSE], "in repair", width=1.4),
    "away": Style(COLOURS[Category.MAINTENANCE], "away", width=1.4),
}
_WEATHERS = (
    COLOURS[Category.LOST_WORK],
    COLOURS[Category.RESTART],
    COLOURS[Category.DIAGNOSIS],
    COLOURS[Category.PAUSED],
)
_ENDED = {
    Verdict.FINISHED: "finished after",
    Verdict.WINDOW_CLOSED: "was watched for",
    Verdict.OUT_OF_TIME: "ran out of time after",
    Verdict.OUT_OF_EVENTS: "ran out of events after",
    Verdict.GAVE_UP: "gave up after",
}
_BRIEF = 0.01
"""Share of the trial below which a peak of hosts may leave the picture at the top."""
_MOST_ROLLBACKS, _MOST_STEPS = 400, 1000
"""How many rollbacks, and changes of where hosts are, are drawn each on its own and not in bins."""
_BINS = (HOUR, 6 * HOUR, DAY, 7 * DAY, 28 * DAY, 91 * DAY, 364 * DAY, 3640 * DAY)
_MOST_BINS = 400
_LEFT, _WIDE, _ROW = 1.15, 10.5, 0.27
_BESIDE = 0.26
"""Inches beside the name of a row."""


def info(
    recording: Recorder,
    *,
    scenario: Scenario,
    trial: int,
    ending: Ending,
    seed: int,
    weathers: Sequence[WeatherOfTrial] = (),
) -> Info:
    """Progress, lost work, hosts and weather over the calendar, and row by row what the job did."""
    title = f"Trial {trial} {_ENDED[ending.verdict]} {words.duration(ending.wall_clock_s)}"
    simulated = words.simulated(scenario).removesuffix(".")
    subtitle = f"{about(scenario, f'trial {trial}', seed)}  ·  {simulated}"
    if not recording.ended:
        return nothing(title, subtitle, "The trial ended at its start.")
    intervals = fates(recording)
    top = max((interval.work_end for interval, _ in intervals), default=1.0) or 1.0
    unit = words.unit_for(top)
    x = axis.calendar(scenario.start, recording.ended).spaced(_WIDE)
    y = axis.even(0.0, 1.06 * top / unit.seconds, f"work done, {unit.plural}")
    hosts, host_axis = _hosts(recording)
    losses, loss_axis = _losses(recording)
    strip = lanes.strip(intervals, recording.ended, scenario.start)
    shares = [
        Style(COLOURS[category], f"{words.name(category)}  {words.share(share)}")
        for category, share in strip.shares.items()
    ]
    tall, heading = _ROW * len(strip.y.names), [Words("What the job did", 11, bold=True)]
    rows: list[list[Panel] | Legend] = [
        [Panel(_LEFT, _WIDE, 2.2, x, y, _work(intervals, recording.ended, unit), grid="xy")],
        [Panel(_LEFT, _WIDE, 0.8, x, loss_axis, losses, grid="xy")],
        [Panel(_LEFT, _WIDE, 1.0, x, host_axis, hosts, grid="xy")],
        *([_weather(weathers, x, recording.ended)] if weathers else []),
        *([_latent(recording, scenario, x)] if scenario.latent else []),
        [Panel(_LEFT, _WIDE, tall, strip.x, strip.y, [strip.image()], (), heading, "", "")],
        Legend(shares, _WIDE, _LEFT),
    ]
    more = _room_beside(rows)
    return Info(title, subtitle, 12.0 + more, [_moved(row, more) for row in rows])


def _room_beside(rows: Sequence[list[Panel] | Legend]) -> float:
    """Inches that names beside the panels take beyond those that there are."""
    widest = max(panel.y.widest for row in rows if not isinstance(row, Legend) for panel in row)
    return max(0.0, widest + _BESIDE - _LEFT)


def _moved(row: list[Panel] | Legend, inches: float) -> list[Panel] | Legend:
    if isinstance(row, Legend):
        return row._replace(left=row.left + inches)
    return [panel._replace(left=panel.left + inches) for panel in row]


def _weather(weathers: Sequence[WeatherOfTrial], x: Scale, ended: float) -> list[Panel]:
    """Panel with the factor of each span of each weather."""
    top = max(factor for one in weathers for factor in one.factors)
    lines = [
        Line(
            Style(colour, f"weather of {words.listed(one.over)}", width=1.4),
            np.repeat([*one.begins_s, ended], 2)[1:-1],
            np.repeat(one.factors, 2),
        )
        for one, colour in zip(weathers, cycle(_WEATHERS), strict=False)
    ]
    y = axis.even(0.0, 1.1 * max(1.0, top), "factor", most=4)
    return [Panel(_LEFT, _WIDE, 0.8, x, y, lines, grid="xy")]


def _latent(recording: Recorder, scenario: Scenario, x: Scale) -> list[Panel]:
    """Panel with a row for each class under which training goes on, from onsets to ends."""
    classes = scenario.latent
    slows = [name for name, effect in classes.items() if EFFECTS[effect].slows]
    taints = [name for name in classes if name not in slows]
    spans = latent_spans(recording, slows, taints, scenario.check)
    rows = list(classes)
    elements: list[Element] = []
    for names, style in ((slows, _SLOW), (taints, _TAINTED)):
        of_kind = [span for span in spans if span.cause in names]
        at = [rows.index(span.cause) for span in of_kind]
        start, end = [span.start for span in of_kind], [span.end for span in of_kind]
        if names:
            elements.append(Strokes(style, start, at, end, at))
    heading = [Words("Faults under which training went on", 9)]
    return [Panel(_LEFT, _WIDE, _ROW * len(rows), x, axis.rows(rows), elements, (), heading)]


def _work(fates: Sequence[tuple[Interval, float]], ended: float, unit: TimeUnit) -> list[Element]:
    """Work against time; what was taken back later is drawn as that.

    Of many rollbacks only those are drawn that took no less than a bin of time.
    """
    curve = np.array(
        [((one.start, one.work_start), (one.end, one.work_end)) for one, _ in fates]
    ).reshape(-1, 2)
    lost = []
    for one, kept in fates:
        if one.state is State.TRAIN and kept < one.work_end:
            share = (kept - one.work_start) / (one.work_end - one.work_start)
            lost.append((one.start + share * (one.end - one.start), kept, one.end, one.work_end))
    if len(lost) > _MOST_ROLLBACKS:  # side by side they would hide the curve
        lost = [one for one in lost if one[2] - one[0] >= _bin(ended)]
    x0, y0, x1, y1 = np.array(lost).reshape(-1, 4).T
    return [
        Line(_IDEAL, [0.0, ended], [0.0, ended / unit.seconds]),
        Line(_WORK, curve[:, 0], curve[:, 1] / unit.seconds),
        Strokes(_LOST, x0, y0 / unit.seconds, x1, y1 / unit.seconds),
    ]


def _losses(recording: Recorder) -> tuple[list[Element], Scale]:
    """What each rollback took, or all of a bin of time, and its axis."""
    taken = lost_work(recording)
    times = np.array([rollback.time for rollback in taken])
    seconds, width, each = np.array(list(taken.values())), 0.0, "rollback"
    if len(taken) > _MOST_ROLLBACKS:
        width = _bin(recording.ended)
        edges = np.arange(0.0, recording.ended + width, width)
        seconds, _ = np.histogram(times, edges, weights=seconds)
        name = words.duration(width)
        times, each = edges[:-1], {"1 h": "hour", "1 d": "day"}.get(name, name)
    top = float(seconds.max(initial=0.0)) or HOUR
    unit = words.unit_for(top)
    y = axis.even(0.0, 1.05 * top / unit.seconds, f"{unit.name} lost\nper {each}", most=3)
    lost = seconds / unit.seconds
    if width:
        return [Bars(_BIN, times, 0.0, width, lost)], y
    return [Strokes(_LOST._replace(label=""), times, 0.0, times, lost)], y


def _hosts(recording: Recorder) -> tuple[list[Element], Scale]:
    """How many hosts stand by, are in repair, and are away; and the axis of them."""
    edges = np.array([*(time for time, _ in recording.steps), recording.ended])
    numbers = {
        place: np.array([hosts[Census._fields.index(place)] for _, hosts in recording.steps])
        for place in _PLACES
    }
    top = 1.15 * max(1, *(_lasting(numbers[place], edges) for place in ("idle", "repair")))
    drawn: list[Element] = []
    for place, style in _PLACES.items():
        most = int(numbers[place].max(initial=0))
        if place != "away" or most:
            beyond = f" (up to {most:,})" if most > top else ""
            named = style._replace(label=style.label + beyond)
            drawn += _steps(named, edges, numbers[place], recording.ended)
    return drawn, axis.even(0.0, top, "hosts", most=4, whole=True)


def _steps(style: Style, edges: Array, numbers: NDArray[np.int64], ended: float) -> list[Element]:
    """Line of steps; of too many steps the mean in bins of time, and a band from least to most."""
    if len(numbers) <= _MOST_STEPS:
        return [Line(style, np.repeat(edges, 2)[1:-1], np.repeat(numbers, 2))]
    bins = np.append(np.arange(edges[0], ended, _bin(ended)), ended)
    until = np.concatenate([[0.0], np.cumsum(numbers * np.diff(edges))])
    mean = np.diff(np.interp(bins, edges, until)) / np.diff(bins)
    first = np.searchsorted(edges, bins[:-1], side="right") - 1
    last = np.maximum(first + 1, np.searchsorted(edges, bins[1:]))
    inside = [numbers[start:end] for start, end in zip(first, last, strict=True)]
    x = np.repeat(bins, 2)[1:-1]
    low, high = (np.repeat([pick(one) for one in inside], 2) for pick in (np.min, np.max))
    pale = Style(style.colour, alpha=0.25)
    return [Band(pale, x, low, high), Line(style, x, np.repeat(mean, 2))]


def _bin(ended: float) -> float:
    """Length of a bin in seconds."""
    return next((length for length in _BINS if ended / length <= _MOST_BINS), _BINS[-1])


def _lasting(numbers: NDArray[np.int64], edges: Array) -> int:
    """Least number that is exceeded for no more than a brief part of the trial."""
    order = np.argsort(-numbers)
    exceeded = np.cumsum(np.diff(edges)[order]) > _BRIEF * edges[-1]
    return int(numbers[order][exceeded.argmax()]) if exceeded.any() else 0

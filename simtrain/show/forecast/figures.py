"""Picture of a forecast: how far the run has come, and where it may go from there."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, prose
from simtrain.show.colours import FAINT, FAN, FAN_LINE, REAL
from simtrain.show.elements import Band, Line
from simtrain.show.figure import Gallery, Info, Panel
from simtrain.show.forecast.history_figure import history_info
from simtrain.show.forecast.levers_figure import levers_info
from simtrain.show.marks import Mark
from simtrain.show.style import Style
from simtrain.tables.finish import Finish
from simtrain.units import DAY

if TYPE_CHECKING:
    from simtrain.answers.forecast import Forecast
    from simtrain.show.elements import Element

_LEFT, _WIDE, _WIDTH = 0.85, 8.85, 10.0
_POINTS = 200
_PLANNED = Style(FAINT, "as planned, P10 to P90", alpha=0.25)
_PLAN = Style(FAINT, "as planned, median", width=1.2, dashed=True)
_HERE = Style(FAN, "from here, P10 to P90", alpha=0.35)
_MIDDLE = Style(FAN_LINE, "from here, median", width=2.0)
_DONE = Style(REAL, "the run", width=2.2)


def pictures(forecast: Forecast) -> Gallery:
    """Pictures of a forecast by the name of their file."""
    drawn = {"forecast.png": lambda: info(forecast)}
    if forecast.levers:
        drawn["levers.png"] = lambda: levers_info(forecast)
    if forecast.history:
        drawn["history.png"] = lambda: history_info(forecast)
    return Gallery(drawn)


def info(forecast: Forecast) -> Info:
    """Progress over the calendar until now, and fans of what may follow."""
    start, standing, finishes = forecast.scenario.start, forecast.standing, forecast.finishes
    assert start is not None
    planned, here = finishes["at_the_start"], finishes["from_here"]
    ends = [_seconds(start, one, q) for one in (planned, here) for q in (50, 90)]
    known = [end for end in ends if end is not None]
    end = 1.03 * max([*known, standing.now_s])
    x = axis.calendar(start, end).spaced(_WIDE)
    y = axis.even(0.0, 110.0, "progress, % of the work")
    progress = forecast.progress
    elements: list[Element] = [
        *_fan(start, planned, 0.0, 0.0, end, (_PLANNED, _PLAN)),
        *_fan(start, here, standing.now_s, standing.done, end, (_HERE, _MIDDLE)),
        Line(_DONE, np.concatenate([[0.0], progress.time_s]),
             100 * np.concatenate([[0.0], progress.done])),
    ]  # fmt: skip
    marks = [Mark(standing.now_s, "now", dashed=True)]
    for percent in (50, 90):
        at = _seconds(start, here, percent)
        if at is not None:
            marks.append(Mark(at, f"P{percent}  {prose.short_day(start, at)}", percent == 50))
    panel = Panel(_LEFT, _WIDE, 4.0, x, y, elements, marks, grid="xy")
    return Info(_title(forecast), _subtitle(forecast), _WIDTH, [[panel]])


def _title(forecast: Forecast) -> str:
    p50, p90 = (forecast.finishes["from_here"].at(q) for q in (50, 90))
    if p50 is None:
        return "From here, half of the trials or more do not finish"
    text = f"From here, half of the trials are done by {p50.day} {p50:%B %Y}"
    return text if p90 is None else f"{text}, nine in ten by {p90.day} {p90:%B}"


def _subtitle(forecast: Forecast) -> str:
    done, now = forecast.standing.done, forecast.now
    name = forecast.scenario.title or forecast.scenario.name
    return f"{name}; {100 * done:.1f} % done on {now.day} {now:%B %Y}"


def _seconds(start: dt.datetime, finish: Finish, percent: int) -> float | None:
    date = finish.at(percent)
    return None if date is None else (date - start).total_seconds()


def _fan(
    start: dt.datetime, finish: Finish, since: float, done: float, end: float,
    styles: tuple[Style, Style],
) -> list[Element]:  # fmt: skip
    """A band from where a run stands to where it may end, and its middle."""
    moments = np.linspace(since, end, _POINTS)
    low, middle, high = (
        100 * _until(moments, since, done, _seconds(start, finish, q)) for q in (90, 50, 10)
    )
    band, line = styles
    ends = _seconds(start, finish, 50)
    until = moments <= (end if ends is None else ends + DAY / 24)
    return [Band(band, moments, low, high), Line(line, moments[until], middle[until])]


def _until(moments: np.ndarray, since: float, done: float, at: float | None) -> np.ndarray:
    """Progress that rises evenly to the whole at a moment; none where it never comes."""
    if at is None:
        return np.full(len(moments), done)
    return np.minimum(1.0, done + (1.0 - done) * (moments - since) / max(at - since, 1.0))

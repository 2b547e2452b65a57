"""The picture of how the forecast of a run in flight moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, words
from simtrain.show.colours import FAN, FAN_LINE, REAL
from simtrain.show.elements import Band, Line, Strokes
from simtrain.show.figure import Info, Panel, about, nothing
from simtrain.show.style import Style
from simtrain.tables.finish import PERCENTILES
from simtrain.units import DAY

if TYPE_CHECKING:
    import datetime as dt

    from simtrain.answers.forecast import Forecast
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element
    from simtrain.tables.finish import Finish

_LEFT, _WIDE, _WIDTH = 0.95, 8.75, 10.0
_BAND = Style(FAN, "foretold finish, P10 to P90", alpha=0.35)
_MIDDLE = Style(FAN_LINE, "median", width=2.0, marker="o", size=4.0)
_CHANCE = Style(FAN_LINE, width=2.0, marker="o", size=4.0)


def history_info(forecast: Forecast) -> Info:
    """Finish over the day on which it was foretold, and the chance to make a date."""
    start, history = forecast.scenario.start, forecast.history
    assert start is not None
    at = np.array([one.since_s for one in history])
    x = axis.calendar(start, 1.02 * at[-1]).spaced(_WIDE)
    low, middle, high = (
        np.array([_seconds(start, one.finish, q) for one in history]) for q in PERCENTILES
    )
    trials = words.count(forecast.here.trials, "trial")
    subtitle = about(forecast.scenario, f"{trials} each", forecast.here.seed)
    if np.isnan(low).all():
        why = "In none of the forecasts a tenth of the trials or more finish."
        return nothing("No finish was foretold", subtitle, why)
    deadline = forecast.deadline
    by = [deadline.until_s if deadline else np.nan]
    y = _dates(start, np.concatenate((low, middle, high, by)))
    # Where a percentile is not known, as trials do not finish, the band is open above.
    until = np.where(np.isnan(high), y.high, high)
    elements: list[Element] = [Band(_BAND, at, low, until), Line(_MIDDLE, at, middle)]
    if deadline is not None:
        style = Style(REAL, f"to be made: {deadline.text}", width=1.4, dashed=True)
        elements.append(Strokes(style, x.low, deadline.until_s, x.high, deadline.until_s))
    rows = [[Panel(_LEFT, _WIDE, 3.4, x, y, elements, grid="xy")]]
    if deadline is not None:
        chances = [100 * one.finish.chance(deadline.text).value for one in history]
        share = axis.even(0.0, 100.0, "chance to make it, %")
        rows.append([Panel(_LEFT, _WIDE, 1.6, x, share, [Line(_CHANCE, at, chances)], grid="xy")])
    return Info(_title(forecast), subtitle, _WIDTH, rows)


def _title(forecast: Forecast) -> str:
    first, last = (forecast.history[place].finish.p50 for place in (0, -1))
    if first is None or last is None:
        return "How the forecast moved"
    days = (last - first).total_seconds() / DAY
    if abs(days) < 0.5:
        return f"The median finish stands at {last.day} {last:%B} as at the start"
    which = "later" if days > 0 else "sooner"
    return (
        f"The median finish moved {words.duration(abs(days) * DAY)} {which}: from {first.day} "
        f"{first:%B} to {last.day} {last:%B}"
    )


def _seconds(start: dt.datetime, finish: Finish, percent: int) -> float:
    date = finish.at(percent)
    return np.nan if date is None else (date - start).total_seconds()


def _dates(start: dt.datetime, seconds: np.ndarray) -> Scale:
    """A scale of dates that holds some moments, with a day's room or more beyond."""
    low, high = float(np.nanmin(seconds)), float(np.nanmax(seconds))
    room = max(0.05 * (high - low), DAY)
    return axis.calendar(start, high + room, 8, low - room)._replace(label="finish")

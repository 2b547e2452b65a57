"""The picture of a plan: the target against the values of a key, and where it is met."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.dates import AutoDateLocator
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.figure import FAINT, FAN, FAN_LINE, INK, NEUTRAL, REAL, canvas, headline, panel
from simtrain.show.plan import words as plan_words
from simtrain.show.run.distribution import draw_nothing
from simtrain.show.run.figures import title_of
from simtrain.show.sweep.axis import Scale, scale_of
from simtrain.units import DAY, MINUTE, short_date

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simtrain.answers.plan import Decision, Point
    from simtrain.show.gauge import Gauge

_BAND = 0.18
"""Opacity of the band of the trials."""
_WIDEST_TARGET = 16
"""Letters of a line beside the axes."""
_MOST_SHOWN = 4.0
"""Values that are farther from the target than so many times the band of the trials at the answer
are left out of the picture."""


def draw_plan(decision: Decision, path: Path) -> None:
    """Draw the number that the target is about against the values that were tried.

    Parameters
    ----------
    decision
        What was found.
    path
        The file.
    """
    about = f"{title_of(decision.scenario)}  ·  {words.count(decision.trials, 'trial')} a value, "
    about += f"seed {decision.seed}"
    title = plan_words.headline(decision)
    drawn = [point for point in decision.points if np.isfinite(point.estimate.value)]
    if not drawn:
        draw_nothing(path, title, about, plan_words.conclusion(decision))
        return
    scale, how = scale_of(decision.axis), plan_words.gauge(decision)
    with canvas(path, 8.0, 5.0) as figure:
        headline(figure, title, about)
        has_band = decision.target.event is None
        _legend(figure, decision, has_band)
        axes = panel(figure, left=1.0, top=1.3, width=5.55, height=3.1)
        axes.grid(visible=False, axis="x")
        scale.set_up(axes)
        _draw_points(axes, decision, drawn, scale, how, has_band)
        _draw_target(axes, decision, how)
        _draw_unfinished(axes, decision, scale, how)
        _draw_answers(axes, decision, scale)
        if how.start is not None:
            axes.yaxis.set_major_locator(AutoDateLocator(maxticks=7))  # type: ignore[no-untyped-call]
            axes.yaxis.set_major_formatter(FuncFormatter(_date))
        axes.set_xlabel(scale.label)
        axes.set_ylabel(_label(decision, how))


def _date(days: float, _: int) -> str:
    """Date so many days after the beginning of 1970, with the time if it is not midnight."""
    moment = dt.datetime(1970, 1, 1) + dt.timedelta(minutes=round(days * DAY / MINUTE))
    return short_date(moment) + (f"\n{moment:%H:%M}" if moment.time() != dt.time() else "")


def _label(decision: Decision, how: Gauge) -> str:
    number = decision.target.number if decision.target.event is None else "probability"
    return f"{number}, {how.unit}" if how.unit else number


def _legend(figure: Figure, decision: Decision, has_band: bool) -> None:
    """Say what marks and bands are."""
    number = decision.target.statistic
    shown: dict[str, Artist] = {
        f"{number}, met": _handle(FAN_LINE, FAN_LINE),
        f"{number}, missed": _handle(REAL, REAL),
        "not sure": _handle(NEUTRAL, "white"),
    }
    infinite = [point.estimate.value for point in decision.points if np.isinf(point.estimate.value)]
    if infinite:
        shown["not finished"] = _handle(REAL, REAL, _arrow(infinite[0]))
    if has_band:
        shown["P10 to P90 of the trials"] = Patch(color=FAN, alpha=_BAND, linewidth=0)
    figure.legend(
        shown.values(), shown.keys(), loc="upper left", ncols=len(shown), frameon=False,
        bbox_to_anchor=(0.012, 1 - 0.66 / figure.get_figheight()), fontsize=9, labelcolor=NEUTRAL,
        columnspacing=1.6, handlelength=1.6,
    )  # fmt: skip


def _handle(line: str, face: str, marker: str = "o") -> Line2D:
    return Line2D([], [], color=line, marker=marker, markersize=5, linestyle="", mfc=face)


def _arrow(infinite: float) -> str:
    """Marker of a number that is infinite: it points to where the number lies."""
    return "^" if infinite > 0 else "v"


def _draw_points(
    axes: Axes,
    decision: Decision,
    drawn: list[Point],
    scale: Scale,
    how: Gauge,
    has_band: bool,
) -> None:
    at = [scale.at[point.number or 0] for point in drawn]
    if has_band:
        bands = [_band(decision, point) for point in drawn]
        low, high = ([how.along(band[end]) for band in bands] for end in (0, 1))
        axes.fill_between(at, low, high, color=FAN, alpha=_BAND, linewidth=0)
    axes.plot(at, [how.along(p.estimate.value) for p in drawn], color=NEUTRAL, linewidth=1.2)
    for place, point in zip(at, drawn, strict=True):
        colour = FAN_LINE if point.met else REAL
        ends = [how.along(end) for end in (point.estimate.low, point.estimate.high)]
        if np.isfinite(ends).all():
            axes.plot([place, place], ends, color=colour, linewidth=1.6)
        axes.plot(
            [place], [how.along(point.estimate.value)], color=colour, marker="o", markersize=5.5,
            mfc=colour if point.is_conclusive else "white", linestyle="",
        )  # fmt: skip
    if has_band:
        _focus(axes, decision, drawn, how)


def _focus(axes: Axes, decision: Decision, drawn: list[Point], how: Gauge) -> None:
    """Leave out what lies so far from the target that nothing could be read off the rest."""
    bound = decision.target.condition.bound
    bands = [_band(decision, point) for point in drawn]
    shown = drawn.index(decision.shown) if decision.shown in drawn else 0
    most = _MOST_SHOWN * (bands[shown][1] - bands[shown][0])
    kept = [
        end
        for point, band in zip(drawn, bands, strict=True)
        if abs(point.estimate.value - bound) <= most
        for end in (*band, point.estimate.value)
    ]
    if len(kept) > 3:
        low, high = how.along(min(kept)), how.along(max(kept))
        axes.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))


def _band(decision: Decision, point: Point) -> tuple[float, float]:
    """Tenth and ninetieth percentile of the metric in the trials that finished at a point."""
    low, high = np.percentile(point.results.metric(decision.target.metric), (10, 90))
    return float(low), float(high)


def _draw_target(axes: Axes, decision: Decision, how: Gauge) -> None:
    condition = decision.target.condition
    level = how.along(condition.bound)
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, level - 0.06 * (high - low)), max(high, level + 0.06 * (high - low)))
    axes.axhline(level, color=INK, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
    told = words.paragraph(f"target {condition.text}", _WIDEST_TARGET)
    axes.annotate(
        "\n".join(told), (1.0, level), (6, 0), xycoords=("axes fraction", "data"),
        textcoords="offset points", ha="left", va="center", annotation_clip=False, fontsize=9,
    )  # fmt: skip


def _draw_unfinished(axes: Axes, decision: Decision, scale: Scale, how: Gauge) -> None:
    """Mark at the edge of the axes what is infinite since trials did not finish."""
    bottom, top = axes.get_ylim()
    for point in decision.points:
        at, found = scale.at[point.number or 0], point.estimate
        colour = FAN_LINE if point.met else REAL
        if np.isinf(found.value):
            axes.plot(
                [at], [top if found.value > 0 else bottom], color=colour, linestyle="",
                marker=_arrow(found.value), markersize=6.5, clip_on=False,
                mfc=colour if point.is_conclusive else "white",
            )  # fmt: skip
        elif np.isinf([found.low, found.high]).any():
            ends = np.clip([how.along(found.low), how.along(found.high)], bottom, top)
            axes.plot([at, at], ends, color=colour, linewidth=1.6)


def _draw_answers(axes: Axes, decision: Decision, scale: Scale) -> None:
    """Write the values above the axes; of several, each on the side that misses the target."""
    sides: dict[int, list[str]] = {}
    for answer in decision.thresholds:
        outside = "right" if answer.is_least else "left"
        sides.setdefault(answer.met.number or 0, []).append(outside)
    for number, outside_of in sides.items():
        is_alone = len(sides) == 1 or len(outside_of) > 1
        axes.axvline(scale.at[number], color=FAINT, linewidth=1.2, zorder=1)
        axes.annotate(
            written(decision.axis.values[number]), (scale.at[number], 1.0), (0, 4),
            xycoords=("data", "axes fraction"), textcoords="offset points",
            ha="center" if is_alone else outside_of[0], va="bottom", weight="bold",
            annotation_clip=False,
        )  # fmt: skip

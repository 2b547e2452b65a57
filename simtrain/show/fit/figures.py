"""Pictures of a log of failures: what happened to which host, the laws, and hosts down at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, words
from simtrain.show.colours import FAINT, FAN, INK, LESS, MORE, NEUTRAL, REAL
from simtrain.show.elements import Bars, Line, Strokes, Text
from simtrain.show.figure import Gallery, Info, Panel, Words, nothing
from simtrain.show.fit.words import OF_LAW
from simtrain.show.style import Style
from simtrain.units import DAY, MINUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.fit import Fit
    from simtrain.history.fitted import Times
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element

_LEFT, _WIDE = 0.95, 9.6
_MOST_ROWS = 150
"""Hosts that are drawn, those with the most failures."""
_MOST_STEPS = 4000
_POINTS = 200
_DOWN = Style(MORE, "down", width=2.2)
_ALONE = Style(REAL, "failure of a host alone", width=0.0, marker="o", size=3.2)
_TOGETHER = Style(LESS, "failure of a host in a group", width=0.0, marker="s", size=3.6)
_LOG = Style(INK, "log", width=1.8)
_WINDOWS = Style(FAN, "simulated windows, P5 to P95", alpha=0.45)
_LAWS = {
    "exponential": Style(FAINT, "exponential", width=1.4, dashed=True),
    "weibull": Style(LESS, "Weibull", width=1.4),
    "gamma": Style(MORE, "gamma", width=1.4),
    "lognormal": Style(REAL, "log-normal", width=1.4),
}


def pictures(found: Fit) -> Gallery:
    """Pictures of a fit by the name of their file."""
    return Gallery(
        {
            "events.png": lambda: events(found),
            "survival.png": lambda: survival(found),
            "hosts_down.png": lambda: hosts_down(found),
        }
    )


def events(found: Fit) -> Info:
    """Failures over the calendar, a row for each host, the one with the most at the top."""
    log, outages = found.log, found.whole.outages
    counts = log.per_host
    failed = len(log.host_names)
    order = np.argsort(-counts[:failed], kind="stable")[:_MOST_ROWS]
    place = np.full(max(failed, 1), -1)
    place[order] = np.arange(len(order))
    row = place[outages.host]
    drawn = row >= 0
    alone = found.whole.is_single
    until = np.minimum(outages.ended_s, log.window_s)
    x = axis.calendar(log.start, log.window_s).spaced(_WIDE)
    y = axis.Scale(len(order) - 0.3, -0.7, [], [], "hosts, most failures first")
    elements: list[Element] = [
        Strokes(_DOWN, outages.begun_s[drawn], row[drawn], until[drawn], row[drawn]),
        Line(_ALONE, outages.begun_s[drawn & alone], row[drawn & alone]),
        Line(_TOGETHER, outages.begun_s[drawn & ~alone], row[drawn & ~alone]),
    ]
    weeks = log.per_span(7 * DAY)
    per_week = Bars(
        Style(REAL, alpha=0.7), 7 * DAY * np.arange(len(weeks)), 0.0, 7 * DAY * 0.92, weeks
    )
    top = axis.even(0.0, 1.08 * max(1, int(weeks.max(initial=1))), "a week", most=3, whole=True)
    others = log.hosts - len(order)
    more = f"{others:,} other hosts " + (
        "failed less often or never" if failed > len(order) else "never failed"
    )
    tall = min(5.5, max(1.5, 0.035 * len(order)))
    title = (
        f"{words.count(log.events, 'failure')} of {words.count(failed, 'host')} among {log.hosts:,}"
    )
    rows: list[Sequence[Panel]] = [
        [Panel(_LEFT, _WIDE, 0.9, x, top, [per_week])],
        [Panel(_LEFT, _WIDE, tall, x, y, elements, grid="x", frame="lb")],
    ]
    return Info(title, f"{_about(found)}  ·  {more}", 10.9, rows)


def survival(found: Fit) -> Info:
    """Times between failures of one host, and repairs, with the laws that fit them best."""
    gaps = found.whole.gaps_on_a_host
    repair = found.whole.rows_repair
    if not gaps.laws:
        title = "Times between failures of one host"
        return nothing(title, _about(found), "There are too few failures to fit a law.")
    title = f"{OF_LAW[gaps.laws[0].kind]} fits times between failures of one host best"
    panels = [_curve(gaps, "time between failures", "Between failures of one host")]
    if repair is not None and repair.ended.any():
        if repair.laws:
            title += f", and {OF_LAW[repair.laws[0].kind]} repairs"
        panels.append(_curve(repair, "length of repair", "Repairs", left=_LEFT + 5.4))
    return Info(title[0].upper() + title[1:], _about(found), 10.9, [panels])


def hosts_down(found: Fit) -> Info:
    """Hosts that were down at once, over the calendar and as a share of the time."""
    log, outages = found.log, found.whole.outages
    if not outages.knows_returns:
        title = "The log does not tell when hosts were back"
        return nothing(title, _about(found), "So it is not known how many were down at once.")
    down = outages.down
    lasting = down.lasting_s > 0
    edges, levels = np.append(down.moments_s[lasting], log.window_s), down.levels[lasting]
    if len(levels) > _MOST_STEPS:  # the last of each span stands for it
        kept = np.linspace(0, len(levels) - 1, _MOST_STEPS).astype(int)
        edges, levels = np.append(edges[kept], log.window_s), levels[kept]
    x = axis.calendar(log.start, log.window_s).spaced(6.2)
    y = axis.even(0.0, 1.08 * max(1, down.most), "hosts down at once", whole=True)
    line = Line(_LOG._replace(label=""), np.repeat(edges, 2)[1:-1], np.repeat(levels, 2))
    numbers = np.arange(down.most + 1)
    shares = [100 * (1 - down.share(int(number))) for number in numbers]
    beside = axis.even(0.0, 103.0, "time with more, %")
    step = Line(
        _LOG,
        np.repeat(shares, 2),
        np.concatenate([[0], np.repeat(numbers[1:], 2), [numbers[-1] + 1]]),
    )
    ninth = down.quantile(0.9)
    text = Text(
        f"nine tenths of the time\n{ninth} or fewer", (1.0, 1.0), (-4, -14), "axes", NEUTRAL,
        size=9, side="right",
    )  # fmt: skip
    simulated = _simulated(found)
    panels = [
        Panel(_LEFT, 6.2, 3.0, x, y, [line], grid="xy"),
        Panel(_LEFT + 6.6, 3.0, 3.0, beside, y.unnamed(), [*simulated, step, text], grid="xy"),
    ]
    title = f"{down.mean:.1f} hosts were down at once on average, {down.most:,} at most"
    return Info(title, _about(found), 10.9, [panels])


def _simulated(found: Fit) -> list[Element]:
    """Share of the time with more hosts down in simulated windows: its middle nine tenths."""
    if found.exceeded is None or found.is_cut:
        return []
    low, high = 100 * np.percentile(found.exceeded, (5, 95), axis=0)
    levels = np.arange(len(low))
    bars = Bars(_WINDOWS, low, levels, np.maximum(high - low, 0.3), 1.0)
    return [bars]


def _about(found: Fit) -> str:
    log = found.log
    return (
        f"log {log.name}  ·  {words.count(log.hosts, 'host')}, {log.start:%Y-%m-%d} to "
        f"{log.end:%Y-%m-%d}"
    )


def _curve(times: Times, label: str, heading: str, left: float = _LEFT) -> Panel:
    """Probability that a time is longer, as observed and by each law."""
    curve = times.curve
    known = curve.values > 0
    low = max(float(curve.values[known].min(initial=DAY)), MINUTE)
    high = float(max(times.length_s.max(), 2 * low))
    x: Scale = axis.logarithmic(low, high, label, times=True).spaced(4.3)
    y = axis.even(0.0, 102.0, "longer, %")
    at = np.geomspace(low, high, _POINTS)
    steps_x = np.repeat(np.maximum(curve.values, low), 2)
    before = np.concatenate([[1.0], curve.survival])
    # What is at the last value because it is longer is not drawn as a step.
    observed = Line(_LOG, steps_x[:-1], 100 * np.repeat(before, 2)[1:-2])
    laws: list[Element] = []
    for one in sorted(times.laws, key=lambda law: [*_LAWS].index(law.kind)):
        longer = np.exp(-one.law.cumulative_hazard(at))
        laws.append(Line(_LAWS[one.kind], at, 100 * longer))
    return Panel(left, 4.3, 3.0, x, y, [*laws, observed], words=[Words(heading, 10, bold=True)])

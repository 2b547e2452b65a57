"""The picture of a scaling: goodput against size, and the reliability of hosts that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import LogFormatter, NullLocator

from simtrain.show import words
from simtrain.show.figure import FAINT, FAN_LINE, INK, NEUTRAL, REAL, canvas, headline, panel
from simtrain.show.run.figures import title_of
from simtrain.show.scale import report as scale_text
from simtrain.show.scale.report import days, goal
from simtrain.units import DAY

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from simtrain.answers.scale import Scaling

_THOUSAND = 1024
_MOST_TICKS = 10


def draw_scale(scaling: Scaling, path: Path) -> None:
    """Draw goodput and the mean time to failure that hosts need against the size of the job.

    Parameters
    ----------
    scaling
        What was found.
    path
        The file.
    """
    about = f"{title_of(scaling.scenario)}  ·  {words.count(scaling.trials, 'trial')} a size, "
    about += f"seed {scaling.seed}"
    with canvas(path, 8.0, 7.1) as figure:
        headline(figure, scale_text.headline(scaling), about)
        above = panel(figure, left=0.95, top=0.9, width=6.75, height=2.6)
        _draw_goodput(above, scaling)
        _set_up(above, scaling, labelled=False)
        below = panel(figure, left=0.95, top=3.85, width=6.75, height=2.6)
        _draw_needed(below, scaling)
        _set_up(below, scaling, labelled=True)
        below.set_xlabel("accelerators")


def _draw_goodput(axes: Axes, scaling: Scaling) -> None:
    at = [size.accelerators for size in scaling.sizes]
    shown = [
        ("with the interval as it is", NEUTRAL, [size.kept for size in scaling.sizes]),
        ("with the best interval of each size", FAN_LINE, [size.best for size in scaling.sizes]),
    ]
    for label, colour, found in shown:
        axes.plot(
            at, [100 * one.value for one in found], color=colour, marker="o", markersize=4.5,
            linewidth=1.5, label=label,
        )  # fmt: skip
        axes.vlines(
            at, [100 * one.low for one in found], [100 * one.high for one in found], color=colour,
            linewidth=1.5,
        )  # fmt: skip
    axes.axhline(100 * scaling.goal, color=INK, linewidth=1.1, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(
        f"to keep: {100 * scaling.goal:.1f} %", (1.0, 100 * scaling.goal), (-4, 3),
        xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", va="bottom",
    )  # fmt: skip
    axes.set_ylim(0, max(axes.get_ylim()[1], 112 * scaling.goal))
    axes.set_ylabel("mean goodput, %")
    axes.legend(loc="lower left", frameon=False, fontsize=9, labelcolor=NEUTRAL)


def _draw_needed(axes: Axes, scaling: Scaling) -> None:
    known = [(size.accelerators, size.needed) for size in scaling.sizes if size.needed]
    for accelerators, needed in known:
        if needed.conclusive_s and needed.conclusive_not_s:
            ends = [needed.conclusive_not_s / DAY, needed.conclusive_s / DAY]
            axes.plot([accelerators] * 2, ends, color=REAL, linewidth=1.5)
    axes.plot(
        [size for size, _ in known], [needed.mtbf_s / DAY for _, needed in known], color=REAL,
        marker="o", markersize=4.5, linewidth=1.5, label=f"to keep {goal(scaling)}",
    )  # fmt: skip
    as_it_is = scaling.host_mtbf_s / DAY
    axes.axhline(as_it_is, color=FAINT, linewidth=1.2, zorder=1)
    axes.annotate(
        f"as it is: {days(scaling.host_mtbf_s)} d", (1.0, as_it_is), (-4, 3),
        xycoords=("axes fraction", "data"), textcoords="offset points", ha="right", va="bottom",
        color=NEUTRAL,
    )  # fmt: skip
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: _plain(value))
    axes.yaxis.set_minor_formatter(_BetweenDecades(labelOnlyBase=False))
    low, high = axes.get_ylim()
    axes.set_ylim(low / 1.3, high * 1.3)
    axes.set_ylabel("MTBF of a host, days")
    if known:
        axes.legend(loc="upper left", frameon=False, fontsize=9, labelcolor=NEUTRAL)


def _set_up(axes: Axes, scaling: Scaling, labelled: bool) -> None:
    """Lay the axis of sizes out."""
    sizes = [size.accelerators for size in scaling.sizes]
    axes.grid(visible=False, axis="x")
    axes.set_xscale("log")
    axes.set_xlim(sizes[0] / 1.15, sizes[-1] * 1.15)
    ticks = sizes[:: max(1, -(-len(sizes) // _MOST_TICKS))]
    axes.set_xticks(ticks, [_short(size) for size in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.tick_params(axis="x", labelbottom=labelled)


class _BetweenDecades(LogFormatter):
    """Plain numbers between the powers of ten, where these alone are too few to read an axis by."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return _plain(x) if super().__call__(x, pos) else ""


def _plain(value: float) -> str:
    return f"{value:,.6g}"


def _short(size: int) -> str:
    return f"{size:,}" if size % _THOUSAND else f"{size // _THOUSAND:,}k"

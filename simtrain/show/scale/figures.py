"""The picture of a scaling: goodput against size, and the reliability of hosts that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, marks, words
from simtrain.show.axis import Scale
from simtrain.show.colours import FAN_LINE, NEUTRAL, REAL
from simtrain.show.elements import Line, Strokes
from simtrain.show.figure import Info, Panel, about
from simtrain.show.style import Style
from simtrain.units import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.scale import Scaling
    from simtrain.show.elements import Element
    from simtrain.tables.estimates import Estimate

_THOUSAND = 1024
_LEFT, _WIDE, _TALL = 0.95, 5.85, 2.6
_AS_IS = Style(NEUTRAL, "with the interval of the baseline", width=1.5, marker="o", size=4.5)
_AT_BEST = _AS_IS._replace(colour=FAN_LINE, label="with the best interval of each size")
_NEEDED = _AS_IS._replace(colour=REAL)


def pictures(scaling: Scaling) -> dict[str, Info]:
    """Picture of a scaling by the name of its file."""
    sizes = [size.accelerators for size in scaling.sizes]
    x = Scale(sizes[0] / 1.15, sizes[-1] * 1.15, sizes, [*map(_short, sizes)], "accelerators", True)
    x = x.spaced(_WIDE)
    needed = _NEEDED._replace(label=f"MTBF to keep {_goal(scaling)}")
    trials = f"{words.count(scaling.trials, 'trial')} a size"
    subtitle = about(scaling.scenario, trials, scaling.seed)
    rows = [[_goodput(scaling, x)], [_mtbf(scaling, needed, x)]]
    return {"scale.png": Info(_title(scaling), subtitle, 8.0, rows)}


def _title(scaling: Scaling) -> str:
    first, last = scaling.sizes[0], scaling.sizes[-1]
    start, end = (
        f"{100 * size.best.value:.1f} % at {size.accelerators:,}" for size in (first, last)
    )
    if first is last:
        return f"Goodput is {start} accelerators"
    verb = "falls" if last.best.value < first.best.value else "goes"
    return f"Goodput {verb} from {start} accelerators to {end}"


def _goal(scaling: Scaling) -> str:
    """Words for the goodput that is to be kept, as short as the other numbers of the picture."""
    percent = f"{100 * scaling.goal:.1f} %"
    return percent if scaling.is_given else f"the {percent} of the smallest size"


def _goodput(scaling: Scaling, x: Scale) -> Panel:
    sizes = scaling.sizes
    at = [size.accelerators for size in sizes]
    keep = 100 * scaling.goal
    curves = [
        *_curve(_AS_IS, at, [size.kept for size in sizes]),
        *_curve(_AT_BEST, at, [size.best for size in sizes]),
    ]
    shown = [100 * end for size in sizes for one in (size.kept, size.best) for end in one]
    y = axis.around([keep, *shown], "mean goodput, %", room=0.08)
    y = axis.even(max(0.0, y.low), min(101.0, y.high), y.label)
    elements = [*marks.level(keep, f"to keep: {keep:.1f} %", x), *curves]
    return Panel(_LEFT, _WIDE, _TALL, x, y, elements)


def _curve(style: Style, at: Sequence[int], found: Sequence[Estimate]) -> list[Element]:
    """Estimates in percent, and their confidence intervals."""
    value, low, high = 100 * np.array(found).T
    return [Line(style, at, value), Strokes(style._replace(label=""), at, low, at, high)]


def _mtbf(scaling: Scaling, style: Style, x: Scale) -> Panel:
    known = [(size.accelerators, size.needed) for size in scaling.sizes if size.needed]
    values = [needed.mtbf_s / DAY for _, needed in known]
    ends = [
        (size, needed.conclusive_not_s / DAY, needed.conclusive_s / DAY)
        for size, needed in known
        if needed.conclusive_not_s and needed.conclusive_s
    ]
    at, low, high = np.array(ends).reshape(-1, 3).T
    as_is = scaling.host_mtbf_s / DAY
    every = [as_is, *values, *low, *high]
    y = axis.logarithmic(min(every) / 2, max(every) * 2, "MTBF of a host, days")
    elements = [
        *marks.level(as_is, f"baseline: {words.duration(scaling.host_mtbf_s)}", x, dashed=False),
        *([Line(style, [size for size, _ in known], values)] if known else []),
        Strokes(style._replace(label=""), at, low, at, high),
    ]
    return Panel(_LEFT, _WIDE, _TALL, x, y, elements)


def _short(size: int) -> str:
    return f"{size:,}" if size % _THOUSAND else f"{size // _THOUSAND:,}k"

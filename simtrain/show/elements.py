"""What panels of a picture are made of: lines, bands, bars, strokes, texts and images.

Each holds its numbers and words, and draws itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.transforms import ScaledTranslation, blended_transform_factory

from simtrain.show.colours import INK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

_DASHES = (0, (4, 3))


class Style(NamedTuple):
    """How something is drawn, and its name in the legend.

    Parameters
    ----------
    colour, alpha
        Its colour, and how opaque it is.
    label
        Its name.
    width, dashed
        Width of a line in points, 0 for markers alone, and whether it is dashed; None for an area.
    edge
        Colour of the outline of an area.
    marker, size, hollow
        Marker as matplotlib names it, its size in points, and whether it is white inside.
    hatch
        Pattern of an area, which is white else.
    """

    colour: str
    label: str = ""
    width: float | None = None
    dashed: bool = False
    edge: str = ""
    alpha: float = 1.0
    marker: str = ""
    size: float = 5.0
    hollow: bool = False
    hatch: str = ""

    @property
    def line(self) -> dict[str, Any]:
        """Options of a line in matplotlib."""
        return {
            "color": self.colour, "alpha": self.alpha, "linewidth": self.width,
            "linestyle": _DASHES if self.dashed else "-" if self.width else "none",
            "marker": self.marker, "markersize": self.size, "solid_capstyle": "butt",
            "markerfacecolor": "white" if self.hollow else self.colour, "markeredgewidth": 1.6,
        }  # fmt: skip

    @property
    def area(self) -> dict[str, Any]:
        """Options of an area in matplotlib."""
        if self.hatch:
            return {"facecolor": "white", "edgecolor": self.colour, "hatch": self.hatch}
        edge = {"edgecolor": self.edge or "none", "linewidth": 0.6 if self.edge else 0.0}
        return {"facecolor": self.colour, "alpha": self.alpha, **edge}


class Line(NamedTuple):
    """A curve, or markers."""

    style: Style
    x: ArrayLike
    y: ArrayLike

    def draw(self, axes: Axes, order: float) -> None:
        """Draw it, also across the edge of the axes if it is markers alone."""
        axes.plot(self.x, self.y, **self.style.line, zorder=order, clip_on=bool(self.style.width))


class Band(NamedTuple):
    """The area between two curves."""

    style: Style
    x: ArrayLike
    low: ArrayLike
    high: ArrayLike

    def draw(self, axes: Axes, order: float) -> None:
        """Draw it."""
        axes.fill_between(self.x, self.low, self.high, **self.style.area, zorder=order)


class Strokes(NamedTuple):
    """Straight lines from `(x0, y0)` to `(x1, y1)`; what they share may be given once."""

    style: Style
    x0: ArrayLike
    y0: ArrayLike
    x1: ArrayLike
    y1: ArrayLike

    def draw(self, axes: Axes, order: float) -> None:
        """Draw all of them as one artist."""
        ends = np.array([np.ravel(end) for end in np.broadcast_arrays(*self[1:])], dtype=float)
        style = self.style.line
        kept = {key: style[key] for key in ("color", "alpha", "linewidth", "linestyle")}
        lines = LineCollection(ends.T.reshape(-1, 2, 2), **kept, zorder=order)  # type: ignore[arg-type]
        axes.add_collection(lines, autolim=False)


class Bars(NamedTuple):
    """Rectangles; what they share may be given once.

    Parameters
    ----------
    style
        How they are drawn.
    left, bottom, width, height
        Their places and sizes.
    colours
        A colour for each, in place of that of the style.
    """

    style: Style
    left: ArrayLike
    bottom: ArrayLike
    width: ArrayLike
    height: ArrayLike
    colours: Sequence[str] = ()

    def draw(self, axes: Axes, order: float) -> None:
        """Draw all of them as one artist."""
        places = np.broadcast_arrays(self.left, self.bottom, self.width, self.height)
        x, y, wide, high = (np.ravel(place).astype(float) for place in places)
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        style = self.style.area | ({"facecolor": self.colours} if self.colours else {})
        outlines = np.array(corners).transpose(2, 0, 1)
        axes.add_collection(PolyCollection(outlines, **style, zorder=order), autolim=False)  # type: ignore[arg-type]


class Text(NamedTuple):
    """Words beside a place, also outside the axes.

    Parameters
    ----------
    text
        The words.
    at, of
        The place, in units of "data" or as a part of the "axes", or one of them along each axis.
    shift
        Points to the right and upwards.
    colour, size, bold
        Letters.
    side, level
        Where they stand to the place: to its "right", at its "center" or to its "left" as
        matplotlib's horizontal alignment names it, and the vertical one.
    boxed
        Whether what lies below is hidden.
    """

    text: str
    at: tuple[float, float]
    shift: tuple[float, float] = (0.0, 0.0)
    of: str | tuple[str, str] = "data"
    colour: str = INK
    size: float = 10.0
    bold: bool = False
    side: str = "left"
    level: str = "center"
    boxed: bool = False

    def draw(self, axes: Axes, order: float) -> None:
        """Write it, on top of all that is drawn."""
        frames = {"data": axes.transData, "axes": axes.transAxes}
        x, y = (self.of, self.of) if isinstance(self.of, str) else self.of
        right, up = (points / 72 for points in self.shift)
        moved = ScaledTranslation(right, up, axes.figure.dpi_scale_trans)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.8}
        axes.text(
            *self.at, self.text, transform=blended_transform_factory(frames[x], frames[y]) + moved,
            ha=self.side, va=self.level, color=self.colour, fontsize=self.size, zorder=4 + order,
            weight="bold" if self.bold else "normal", bbox=box if self.boxed else None,
        )  # fmt: skip


class Image(NamedTuple):
    """Dots, row by row from the top, which fill the axes.

    Parameters
    ----------
    dots
        Red, green and blue of each, from 0 to 1.
    extent
        Left, right, lower and upper end.
    """

    dots: NDArray[np.float64]
    extent: tuple[float, float, float, float]

    def draw(self, axes: Axes, order: float) -> None:
        """Draw it."""
        axes.imshow(
            self.dots, extent=self.extent, aspect="auto", interpolation="nearest", zorder=order
        )


Element = Line | Band | Strokes | Bars | Text | Image


def named_styles(elements: Iterable[Element]) -> list[Style]:
    """Styles that have a name, of elements that are not empty; each once, in order."""
    drawn = [one for one in elements if isinstance(one, Line | Band | Strokes | Bars)]
    return list(dict.fromkeys(one.style for one in drawn if one.style.label and np.size(one[1])))

"""The canvas of a picture: what matplotlib renders, by places in inches.

Pictures are laid out by themselves, so that of matplotlib they take its renderers alone. Figures
and axes of it would do the same work once more, in five times as long.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import matplotlib.style
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from simtrain.show.colours import INK
from simtrain.show.letters import ASCENT, DESCENT, FAMILY, LINE, text_width
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Parts = Sequence[Sequence[tuple[float, float]] | Array] | Array
    Colour = tuple[float, float, float, float]

_SETTINGS = {
    "svg.hashsalt": "simtrain",
    "text.hinting": "no_hinting",  # a text is then as wide as `text_width` says
}
_DASHES = 4.0, 3.0
"""Lengths of a dash and of the gap after it, as multiples of the width of the line."""
_OUTLINE, _RIM = 0.6, 1.6
"""Widths of the outline of an area and of a marker, in points."""
_COVER, _MARGIN = Style("white", alpha=0.8), 0.8 / 72
"""What a text is put on, and how far that goes beyond the text, in inches."""


class Box(NamedTuple):
    """A part of a canvas, in inches from its lower left corner."""

    left: float
    bottom: float
    width: float
    height: float


class Canvas:
    """A canvas that a renderer of matplotlib draws.

    All places are inches from its lower left corner, and sizes of letters and lines are points.

    Parameters
    ----------
    renderer
        What draws.
    dpi
        Its units in an inch.
    """

    def __init__(self, renderer: RendererBase, dpi: float):
        self._renderer = renderer
        self._dpi = dpi
        self._to_units = Affine2D().scale(dpi)

    def lines(self, style: Style, curves: Parts, within: Box | None = None) -> None:
        """Draw curves, each of which is points `(x, y)`; one is broken where these are no numbers.

        Parameters
        ----------
        style
            Their colour and width.
        curves
            Shape (n, 2) each.
        within
            What is drawn of them; all if None.
        """
        pen = self._pen(style.colour, style.alpha, style.width or 0.0, within)
        if style.dashed:
            pen.set_dashes(0.0, [length * (style.width or 0.0) for length in _DASHES])
        self._path(pen, curves)

    def areas(self, style: Style, outlines: Parts, within: Box | None = None) -> None:
        """Fill polygons, each of which is its corners `(x, y)`; shapes as those of `lines`."""
        if style.hatch:
            pen = self._pen(style.colour, style.alpha, 1.0, within)
            pen.set_hatch(style.hatch)
            pen.set_hatch_color(to_rgba(style.colour, style.alpha))
            self._path(pen, outlines, to_rgba("white", style.alpha))
            return
        width = _OUTLINE if style.edge else 0.0
        pen = self._pen(style.edge or style.colour, style.alpha, width, within)
        self._path(pen, outlines, to_rgba(style.colour, style.alpha))

    def rectangles(self, style: Style, sides: ArrayLike, within: Box | None = None) -> None:
        """Fill rectangles, each of which is its left, right, lower and upper side: shape (n, 4)."""
        ends = np.asarray(sides, dtype=np.float64)
        self.areas(style, ends[:, [[0, 2], [1, 2], [1, 3], [0, 3]]], within)

    def markers(
        self, style: Style, places: ArrayLike, within: Box | None = None, largest: float = np.inf
    ) -> None:
        """Draw the marker of a style at places `(x, y)` of shape (n, 2), in no more points."""
        shape = MarkerStyle(style.marker)
        size = min(style.size, largest) * self._dpi / 72
        sized = Affine2D(shape.get_transform().get_matrix()).scale(size)
        pen = self._pen(style.colour, style.alpha, _RIM, within)
        pen.set_joinstyle(shape.get_joinstyle())
        pen.set_capstyle(shape.get_capstyle())
        inside = to_rgba("white" if style.hollow else style.colour, style.alpha)
        at = Path(np.asarray(places, dtype=np.float64))
        filled = inside if shape.is_filled() else None
        self._renderer.draw_markers(pen, shape.get_path(), sized, at, self._to_units, filled)
        pen.restore()

    def image(self, dots: Array, box: Box) -> None:
        """Fill a box with rows of dots from the top, of shape (rows, columns, 3), from 0 to 1."""
        fine = self._dpi * self._renderer.get_image_magnification()
        ends = (box.bottom, box.bottom + box.height), (box.left, box.left + box.width)
        shown = dots[::-1]
        for across, (low, high) in enumerate(ends):
            count = max(1, round(high * fine) - round(low * fine))
            nearest = (np.arange(count) + 0.5) / count * dots.shape[across]
            shown = np.take(shown, nearest.astype(int), axis=across)
        bytes_ = np.full((*shown.shape[:2], 4), 255, dtype=np.uint8)
        bytes_[..., :3] = np.round(255 * shown)
        pen = self._renderer.new_gc()
        corner = round(box.left * self._dpi), round(box.bottom * self._dpi)
        self._renderer.draw_image(pen, *corner, bytes_)
        pen.restore()

    def text(
        self, text: str, x: float, y: float, size: float, colour: str = INK, *,
        bold: bool = False, side: str = "left", level: str = "center", boxed: bool = False,
        upwards: bool = False,
    ) -> None:  # fmt: skip
        """Write lines of words beside a place.

        Parameters
        ----------
        text
            The words.
        x, y
            The place.
        size, colour, bold
            The letters.
        side, level
            What of the text is at the place: its "left" end, its "center" or its "right" end, and
            its "top", its "center" or its "bottom".
        boxed
            Whether what lies below is hidden.
        upwards
            Whether all is turned by a quarter, to be read from below.
        """
        weight = "bold" if bold else "normal"
        lines = text.split("\n")
        widths = [text_width(line, size, weight) for line in lines]
        height = size / 72 * (ASCENT + DESCENT + LINE * (len(lines) - 1))
        part = {"left": 0.0, "center": 0.5, "right": 1.0}[side]
        top = {"top": 0.0, "center": 0.5, "bottom": 1.0}[level] * height
        if boxed:
            self._cover(x - part * max(widths), y + top, max(widths), height)
        pen, font = self._pen(colour, 1.0, 1.0), _font(size, weight)
        for row, (line, width) in enumerate(zip(lines, widths, strict=True)):
            along, above = -part * width, top - size / 72 * (ASCENT + row * LINE)
            if upwards:
                along, above = -above, along
            right, up = self._dpi * (x + along), self._dpi * (y + above)
            if self._renderer.flipy():
                up = self._renderer.get_canvas_width_height()[1] - up
            if line:
                self._renderer.draw_text(pen, right, up, line, font, 90.0 * upwards, ismath=False)
        pen.restore()

    def _cover(self, left: float, top: float, width: float, height: float) -> None:
        """Lighten what lies below a text."""
        x, y = (left - _MARGIN, left + width + _MARGIN), (top - height - _MARGIN, top + _MARGIN)
        self.rectangles(_COVER, [(*x, *y)])

    def _pen(
        self, colour: str, alpha: float, width: float, within: Box | None = None
    ) -> GraphicsContextBase:
        pen = self._renderer.new_gc()
        pen.set_foreground(to_rgba(colour, alpha), isRGBA=True)
        pen.set_linewidth(width)
        if within is not None:
            pen.set_clip_rectangle(Bbox.from_bounds(*(self._dpi * inches for inches in within)))
        return pen

    def _path(self, pen: GraphicsContextBase, parts: Parts, inside: Colour | None = None) -> None:
        """Draw curves, or polygons with something inside, as one path; nothing if there is none."""
        drawn = [np.asarray(part, dtype=np.float64) for part in parts if len(part)]
        if drawn:
            path = _joined(drawn, closed=inside is not None)
            self._renderer.draw_path(pen, path, self._to_units, inside)
        pen.restore()


def settings() -> AbstractContextManager[None]:
    """How matplotlib is set while a picture is drawn, whatever it is set to else."""
    return matplotlib.style.context(["default", _SETTINGS])


def _joined(parts: Sequence[Array], closed: bool) -> Path:
    """One path of curves, or of polygons."""
    points = [np.concatenate([part, part[:1]]) if closed else part for part in parts]
    codes = np.full(sum(map(len, points)), Path.LINETO, dtype=Path.code_type)
    ends = np.cumsum([len(part) for part in points])
    codes[[0, *ends[:-1]]] = Path.MOVETO
    if closed:
        codes[ends - 1] = Path.CLOSEPOLY
    return Path(np.concatenate(points), codes)


@lru_cache(maxsize=64)
def _font(size: float, weight: str) -> FontProperties:
    return FontProperties(family=FAMILY, size=size, weight=weight)

"""The canvas of a picture: what matplotlib renders, by places in inches.

Pictures are laid out by themselves, so that of matplotlib they take its renderers alone. Figures
and axes of it would lay out all of it once more, which takes longer than the rest.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.markers import MarkerStyle
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox

from simtrain.show.colours import INK
from simtrain.show.letters import ASCENT, DESCENT, DIGIT, LINE, font, text_width
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from matplotlib.backend_bases import GraphicsContextBase, RendererBase
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Colour = tuple[float, float, float, float]

_READ = (
    "agg.path.chunksize", "hatch.linewidth", "markers.fillstyle", "path.simplify",
    "path.simplify_threshold", "text.hinting_factor", "text.kerning_factor",
)  # fmt: skip
"""What matplotlib looks up in its settings while it renders what a canvas draws."""
_HINTING = {"text.hinting": "no_hinting"}
"""A text is then as wide as `text_width` says."""
_DASHES = 4.0, 3.0
"""Lengths of a dash and of the gap after it, as multiples of the width of the line."""
_OUTLINE, _RIM = 0.6, 1.6
"""Widths of the outline of an area and of a marker, in points."""
_COVER, _MARGIN = Style("white", alpha=0.8), 0.8 / 72
"""What a text is put on, and how far that goes beyond the text, in inches."""
_MOST = 1000
"""Curves or polygons that are drawn at once; of many more the work grows as their square."""


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
    corner
        Where it has the lower left corner of the canvas, in its units.
    """

    def __init__(self, renderer: RendererBase, dpi: float, corner: tuple[float, float] = (0, 0)):
        self._renderer = renderer
        self._dpi = dpi
        self._to_units = Affine2D().scale(dpi).translate(*corner)

    def lines(self, style: Style, curves: Iterable[ArrayLike], within: Box | None = None) -> None:
        """Draw curves, each of which is points `(x, y)`; one is broken where these are no numbers.

        Those that cross each other are not darker there, however pale they are.

        Parameters
        ----------
        style
            Their colour and width.
        curves
            Shape (n, 2) each.
        within
            What is drawn of them; all if None.
        """
        width = style.width or 0.0
        with self._pen(style.colour, style.alpha, width, within) as pen:
            if style.dashed:
                pen.set_dashes(0.0, [length * width for length in _DASHES])
            self._draw(pen, curves)

    def areas(self, style: Style, outlines: Iterable[ArrayLike], within: Box | None = None) -> None:
        """Fill polygons, each of which is its corners `(x, y)`; shapes as those of `lines`."""
        outline = style.colour if style.hatch else style.edge or style.colour
        width = 1.0 if style.hatch else _OUTLINE if style.edge else 0.0
        with self._pen(outline, style.alpha, width, within) as pen:
            if style.hatch:
                pen.set_hatch(style.hatch)
                pen.set_hatch_color(to_rgba(style.colour, style.alpha))
            inside = to_rgba("white" if style.hatch else style.colour, style.alpha)
            self._draw(pen, outlines, inside)

    def rectangles(self, style: Style, sides: ArrayLike, within: Box | None = None) -> None:
        """Fill rectangles, each of which is its left, right, lower and upper side: shape (n, 4)."""
        ends = np.asarray(sides, dtype=np.float64).reshape(-1, 2, 2)
        (left, right), (low, high) = np.sort(ends).transpose(1, 2, 0)
        x, y = np.array([left, right, right, left]), np.array([low, low, high, high])
        self.areas(style, np.array([x, y]).transpose(2, 1, 0), within)

    def markers(
        self, style: Style, places: ArrayLike, within: Box | None = None, largest: float = math.inf
    ) -> None:
        """Draw the marker of a style at places `(x, y)` of shape (n, 2), in no more points."""
        shape = MarkerStyle(style.marker)
        size = min(style.size, largest) * self._dpi / 72
        sized = Affine2D(shape.get_transform().get_matrix()).scale(size)
        at = Path(np.asarray(places, dtype=np.float64))
        inside = to_rgba("white" if style.hollow else style.colour, style.alpha)
        with self._pen(style.colour, style.alpha, _RIM, within) as pen:
            pen.set_joinstyle(shape.get_joinstyle())
            pen.set_capstyle(shape.get_capstyle())
            filled = inside if shape.is_filled() else None
            self._renderer.draw_markers(pen, shape.get_path(), sized, at, self._to_units, filled)

    def image(self, dots: Array, box: Box) -> None:
        """Fill a box with rows of dots from the top, of shape (rows, columns, 3), from 0 to 1."""
        corners = [(box.left, box.bottom), (box.left + box.width, box.bottom + box.height)]
        (left, low), (right, high) = self._to_units.transform(corners)
        shown, fine = dots[::-1], self._renderer.get_image_magnification()
        for across, (begin, end) in enumerate(((low, high), (left, right))):
            count = max(1, round(end * fine) - round(begin * fine))
            nearest = (np.arange(count) + 0.5) / count * dots.shape[across]
            shown = np.take(shown, nearest.astype(int), axis=across)
        bytes_ = np.full((*shown.shape[:2], 4), 255, dtype=np.uint8)
        bytes_[..., :3] = np.round(255 * shown)
        with self._pen(INK, 1.0, 0.0) as pen:
            self._renderer.draw_image(pen, round(left), round(low), bytes_)

    def text(
        self, text: str, x: float, y: float, size: float, colour: str = INK, *,
        bold: bool = False, side: str = "left", level: str = "center", boxed: bool = False,
        upwards: bool = False,
    ) -> None:  # fmt: skip
        """Write lines of words beside a place; nothing if that is no number.

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
            its "top", its "center", the middle of its "digits", or its "bottom".
        boxed
            Whether what lies below is hidden.
        upwards
            Whether all is turned by a quarter, to be read from below.
        """
        if not math.isfinite(x + y):
            return
        weight = "bold" if bold else "normal"
        lines = text.split("\n")
        part = {"left": 0.0, "center": 0.5, "right": 1.0}[side]
        # How wide a line is takes as long to find as to write it, and matters to some alone.
        is_measured = boxed or part > 0.0
        widths = [text_width(line, size, weight) if is_measured else 0.0 for line in lines]
        em = size / 72
        height = em * (ASCENT + DESCENT + LINE * (len(lines) - 1))
        lower = em * (DIGIT - ASCENT + DESCENT) / 2  # a digit has no descent
        top = {"top": 0.0, "center": height / 2, "digits": height / 2 - lower, "bottom": height}
        if boxed:
            self._cover(x - part * max(widths), y + top[level], max(widths), height)
        with self._pen(colour, 1.0, 1.0) as pen:
            for row, (line, width) in enumerate(zip(lines, widths, strict=True)):
                along, above = -part * width, top[level] - em * (ASCENT + row * LINE)
                if upwards:
                    along, above = -above, along
                right, up = self._to_units.transform((x + along, y + above))
                if self._renderer.flipy():
                    up = self._renderer.get_canvas_width_height()[1] - up
                if line:
                    letters, angle = font(size, weight), 90.0 * upwards
                    self._renderer.draw_text(pen, right, up, line, letters, angle, ismath=False)

    def _cover(self, left: float, top: float, width: float, height: float) -> None:
        """Lighten what lies below a text."""
        x, y = (left - _MARGIN, left + width + _MARGIN), (top - height - _MARGIN, top + _MARGIN)
        self.rectangles(_COVER, [(*x, *y)])

    @contextmanager
    def _pen(
        self, colour: str, alpha: float, width: float, within: Box | None = None
    ) -> Iterator[GraphicsContextBase]:
        pen = self._renderer.new_gc()
        pen.set_foreground(to_rgba(colour, alpha), isRGBA=True)
        pen.set_linewidth(width)
        if within is not None:
            box = Bbox.from_bounds(*within)
            pen.set_clip_rectangle(Bbox(self._to_units.transform(box.get_points())))
        yield pen
        pen.restore()

    def _draw(
        self, pen: GraphicsContextBase, parts: Iterable[ArrayLike], inside: Colour | None = None
    ) -> None:
        """Draw curves, or polygons with something inside."""
        arrays = [np.asarray(part, dtype=np.float64) for part in parts]
        drawn = [part for part in arrays if len(part)]
        for first in range(0, len(drawn), _MOST):
            path = _joined(drawn[first : first + _MOST], closed=inside is not None)
            self._renderer.draw_path(pen, path, self._to_units, inside)


def settings() -> AbstractContextManager[None]:
    """How matplotlib is set while a canvas is drawn, whatever it is set to else."""
    defaults: Any = mpl.rcParamsDefault
    kept: Any = {key: defaults[key] for key in _READ if key in defaults}
    return mpl.rc_context(kept | _HINTING)


def _joined(parts: Sequence[Array], closed: bool) -> Path:
    """One path of curves, or of polygons."""
    points = [np.concatenate([part, part[:1]]) if closed else part for part in parts]
    codes = np.full(sum(map(len, points)), Path.LINETO, dtype=Path.code_type)
    ends = np.cumsum([len(part) for part in points])
    codes[[0, *ends[:-1]]] = Path.MOVETO
    if closed:
        codes[ends - 1] = Path.CLOSEPOLY
    return Path(np.concatenate(points), codes)

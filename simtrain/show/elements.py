"""What panels of a picture are made of: lines, bands, bars, strokes, texts and images.

Each holds its numbers and words, and draws itself.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.show.colours import INK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from simtrain.show.frame import Frame
    from simtrain.show.style import Style

    Array = NDArray[np.float64]


class Line(NamedTuple):
    """A curve, or markers; several, if `y` has columns."""

    style: Style
    x: ArrayLike
    y: ArrayLike

    def draw(self, frame: Frame) -> None:
        """Draw it, also across the edge of the axes if it is markers alone."""
        columns = np.atleast_2d(np.transpose(self.y))
        curves = [frame.points(self.x, column) for column in columns]
        if self.style.width:
            frame.canvas.lines(self.style, curves, frame.box)
        if self.style.marker:
            within = frame.box if self.style.width else None
            frame.canvas.markers(self.style, np.concatenate(curves), within)


class Band(NamedTuple):
    """The area between two curves."""

    style: Style
    x: ArrayLike
    low: ArrayLike
    high: ArrayLike

    def draw(self, frame: Frame) -> None:
        """Draw it, wherever both are numbers."""
        x, low, high = np.broadcast_arrays(self.x, self.low, self.high)
        below, above = frame.points(x, low), frame.points(x, high)
        known = np.isfinite(below.sum(axis=1) + above.sum(axis=1))
        runs = np.split(np.arange(len(known)), np.flatnonzero(np.diff(known)) + 1)
        outlines = [
            np.concatenate([below[run], above[run[::-1]]]) for run in runs if known[run].all()
        ]
        frame.canvas.areas(self.style, outlines, frame.box)


class Strokes(NamedTuple):
    """Straight lines from `(x0, y0)` to `(x1, y1)`; what they share may be given once."""

    style: Style
    x0: ArrayLike
    y0: ArrayLike
    x1: ArrayLike
    y1: ArrayLike

    def draw(self, frame: Frame) -> None:
        """Draw all of them at once."""
        x0, y0, x1, y1 = (np.ravel(end) for end in np.broadcast_arrays(*self[1:]))
        pairs = np.stack([frame.points(x0, y0), frame.points(x1, y1)], axis=1)
        frame.canvas.lines(self.style, pairs, frame.box)


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

    def draw(self, frame: Frame) -> None:
        """Draw them, those of a colour that follow each other at once."""
        places = np.broadcast_arrays(self.left, self.bottom, self.width, self.height)
        x, y, wide, high = (np.ravel(place).astype(float) for place in places)
        corner, opposite = frame.points(x, y), frame.points(x + wide, y + high)
        ends = np.stack([corner[:, 0], opposite[:, 0], corner[:, 1], opposite[:, 1]], axis=-1)
        colours = self.colours or [self.style.colour] * len(ends)
        for colour, run in groupby(range(len(ends)), colours.__getitem__):
            style = self.style._replace(colour=colour)
            frame.canvas.rectangles(style, ends[[*run]], frame.box)


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
        What of the words is at the place: their "left" end, their "center" or their "right" end,
        and their "top", their "center" or their "bottom".
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

    def draw(self, frame: Frame) -> None:
        """Write it."""
        along = (self.of, self.of) if isinstance(self.of, str) else self.of
        scales = (frame.x, frame.y)
        x, y = (
            scale.place(at) if of == "data" else at
            for scale, of, at in zip(scales, along, self.at, strict=True)
        )
        right, up = (points / 72 for points in self.shift)
        frame.canvas.text(
            self.text, frame.box.left + frame.box.width * x + right,
            frame.box.bottom + frame.box.height * y + up, self.size, self.colour,
            bold=self.bold, side=self.side, level=self.level, boxed=self.boxed,
        )  # fmt: skip


class Image(NamedTuple):
    """Dots, row by row from the top, which fill the axes.

    Parameters
    ----------
    dots
        Red, green and blue of each, from 0 to 1.
    """

    dots: NDArray[np.float64]

    def draw(self, frame: Frame) -> None:
        """Draw it."""
        frame.canvas.image(self.dots, frame.box)


Element = Line | Band | Strokes | Bars | Text | Image


def named_styles(elements: Iterable[Element]) -> list[Style]:
    """Styles that have a name, of elements that are not empty; each once, in order."""
    drawn = [one for one in elements if isinstance(one, Line | Band | Strokes | Bars)]
    return list(dict.fromkeys(one.style for one in drawn if one.style.label and np.size(one[1])))

"""The frame of a panel: its place on a canvas, and its axes with their marks and names."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.show.axis import SIZE
from simtrain.show.colours import FAINT, GRID, INK
from simtrain.show.style import Style

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from simtrain.show.axis import Scale
    from simtrain.show.canvas import Box, Canvas

_GRID, _SIDE, _TICK = (Style(colour, width=0.8) for colour in (GRID, FAINT, INK))
_LONG = 3.5 / 72
"""Length of the line of a mark, and room between it and the name, in inches."""
_LABEL = 0.14
"""Room between the names along a vertical axis and its label, and that of the marks."""


class Frame(NamedTuple):
    """A box of a canvas, and what lies along its axes."""

    canvas: Canvas
    box: Box
    x: Scale
    y: Scale

    def points(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
        """Places of data on the canvas, of shape (…, 2)."""
        box = self.box
        across, up = (
            box.left + box.width * self.x.places(x),
            box.bottom + box.height * self.y.places(y),
        )
        return np.stack(np.broadcast_arrays(across, up), axis=-1)

    def draw_grid(self, along: str) -> None:
        """Draw lines across the box at the marks of the axes that are named."""
        left, bottom, width, height = self.box
        if "x" in along:
            lines = [[(at, bottom), (at, bottom + height)] for at, _ in self._below()]
            self.canvas.lines(_GRID, lines, self.box)
        if "y" in along:
            lines = [[(left, at), (left + width, at)] for at, _ in self._beside()]
            self.canvas.lines(_GRID, lines, self.box)

    def draw_axes(self, sides: str) -> None:
        """Write names and labels along both axes; those named, "l", "b", "r", have a line too."""
        self._draw_below("b" in sides)
        self._draw_beside("l" in sides, "r" in sides)

    def _draw_below(self, has_line: bool) -> None:
        canvas, (left, bottom, width, _) = self.canvas, self.box
        away = 0.0
        if has_line:
            away = _LONG
            canvas.lines(_SIDE, [[(left, bottom), (left + width, bottom)]])
            canvas.lines(_TICK, [[(at, bottom), (at, bottom - away)] for at, _ in self._below()])
        for at, name in self._below():
            canvas.text(name, at, bottom - away - _LONG, SIZE, side="center", level="top")
        if self.x.label:
            under = bottom - self.x.depth + 0.2
            canvas.text(self.x.label, left + width / 2, under, SIZE, side="center", level="top")

    def _draw_beside(self, left_line: bool, right_line: bool) -> None:
        canvas, (left, bottom, width, height) = self.canvas, self.box
        at_x, away, side = (left + width, _LONG, "left") if right_line else (left, -_LONG, "right")
        outer = at_x + away
        if left_line or right_line:
            canvas.lines(_SIDE, [[(at_x, bottom), (at_x, bottom + height)]])
            canvas.lines(_TICK, [[(at_x, at), (outer, at)] for at, _ in self._beside()])
            outer += away
        for at, name in self._beside():
            canvas.text(name, outer, at, SIZE, side=side, level="digits")
        if self.y.label:
            beside = left - _LABEL - self.y.widest
            middle = bottom + height / 2
            canvas.text(
                self.y.label, beside, middle, SIZE, side="center", level="bottom", upwards=True
            )

    def _below(self) -> list[tuple[float, str]]:
        """Marks along the horizontal axis: how far from the left of the canvas, and their names."""
        return [(self.box.left + self.box.width * share, name) for share, name in self.x.marks()]

    def _beside(self) -> list[tuple[float, str]]:
        return [(self.box.bottom + self.box.height * share, name) for share, name in self.y.marks()]

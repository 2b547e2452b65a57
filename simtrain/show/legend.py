"""The legend of a picture: marks with their names, in lines as wide as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.show.colours import NEUTRAL
from simtrain.show.letters import text_width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simtrain.show.canvas import Canvas
    from simtrain.show.style import Style

_LINE, _SIZE = 0.21, 9.0
"""Height of a line in inches, and of letters in points."""
_WIDE, _HIGH, _BESIDE, _BETWEEN = 0.26, 0.1, 0.08, 0.24
"""Size of a mark, and room before and after its name, in inches."""


class Legend(NamedTuple):
    """A legend.

    Parameters
    ----------
    styles
        What it names.
    width, left
        Room for it, and its place from the left of the picture, in inches.
    """

    styles: Sequence[Style]
    width: float
    left: float = 0.16

    @property
    def labels(self) -> list[str]:
        """The names."""
        return [style.label for style in self.styles]

    @property
    def height(self) -> float:
        """Inches that it takes."""
        return _LINE * max((line + 1 for _, line, _ in self._places()), default=0)

    def draw(self, canvas: Canvas, top: float) -> None:
        """Draw marks as the picture draws what they stand for; `top` is its height in inches."""
        for x, row, style in self._places():
            left, y = self.left + x, top - _LINE * (row + 0.5)
            right = left + _WIDE
            if style.width is None:
                canvas.rectangles(style, [(left, right, y - _HIGH / 2, y + _HIGH / 2)])
            if style.width:
                canvas.lines(style, [[(left, y), (right, y)]])
            if style.marker:
                canvas.markers(style, [(left + _WIDE / 2, y)], largest=_SIZE)
            canvas.text(style.label, right + _BESIDE, y, _SIZE, NEUTRAL, level="digits")

    def _places(self) -> Iterator[tuple[float, int, Style]]:
        """Inches from the left and number of the line of each mark."""
        x, line = 0.0, 0
        for style in self.styles:
            wide = _WIDE + _BESIDE + text_width(style.label, _SIZE)
            if x and x + wide > self.width:
                x, line = 0.0, line + 1
            yield x, line, style
            x += wide + _BETWEEN

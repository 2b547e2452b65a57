"""A picture as a figure of matplotlib: for notebooks, and for formats other than PNG."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import matplotlib.style
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from simtrain.show.canvas import Canvas
from simtrain.show.figure import draw
from simtrain.show.png import DPI

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

    from simtrain.show.figure import Info


class Picture(Figure):
    """A figure that a notebook shows, whatever backend matplotlib has there.

    Parameters
    ----------
    info
        What it shows. It is drawn in this size, also where the figure is made a larger one.
    """

    def __init__(self, info: Info):
        _, height = info.places()
        with matplotlib.style.context("default"):
            super().__init__(figsize=(info.width, height), dpi=DPI)
        self.info = info
        self.add_artist(_Drawing(info))

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        with matplotlib.style.context("default"):
            self.savefig(file, format="png")
        return file.getvalue()


class _Drawing(Artist):
    """All of a picture, as what a figure holds."""

    def __init__(self, info: Info):
        super().__init__()
        self._info = info

    def draw(self, renderer: RendererBase) -> None:
        """Draw it where the figure is now, and in the resolution that it has."""
        assert self.figure is not None
        left, bottom = self.figure.transFigure.transform((0.0, 0.0))
        draw(self._info, Canvas(renderer, self.figure.dpi, (left, bottom)))

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """The whole figure."""
        assert self.figure is not None
        return Bbox(self.figure.bbox.get_points())

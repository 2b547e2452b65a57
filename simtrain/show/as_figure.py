"""A picture as a figure of matplotlib: for notebooks, and for formats other than PNG."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from simtrain.show.canvas import Canvas, settings
from simtrain.show.figure import draw
from simtrain.show.png import DPI, write_png

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

    from simtrain.show.figure import Info


def figure_of(info: Info) -> Figure:
    """A figure of its own with a picture, the same whatever matplotlib is set to."""
    with settings():
        return _Picture(info)


class _Picture(Figure):
    """A figure that a notebook shows, whatever backend matplotlib has there."""

    def __init__(self, info: Info):
        _, height = info.places()
        super().__init__(figsize=(info.width, height), dpi=DPI)
        self.info = info
        self.add_artist(_Drawing(info))

    def _repr_png_(self) -> bytes:
        file = BytesIO()
        write_png(self.info, file)
        return file.getvalue()


class _Drawing(Artist):
    """All of a picture, as what a figure holds."""

    def __init__(self, info: Info):
        super().__init__()
        self._info = info

    def draw(self, renderer: RendererBase) -> None:
        """Draw it in the resolution that the figure has now."""
        with settings():
            draw(self._info, Canvas(renderer, self.figure.dpi))

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """The whole figure."""
        return Bbox(self.figure.bbox.get_points())

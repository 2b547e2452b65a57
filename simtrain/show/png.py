"""A picture as PNG, rendered without a figure of matplotlib, whose import and work it spares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from PIL import Image

from simtrain.show.canvas import Canvas
from simtrain.show.figure import draw
from simtrain.show.style import Style

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from simtrain.show.figure import Info

DPI = 150
_PAPER = Style("white")


def write_png(info: Info, file: Path | IO[bytes]) -> None:
    """Write a picture, once all of it is drawn, to a file or to one that is open."""
    _, height = info.places()
    size = int(info.width * DPI), int(height * DPI)  # as matplotlib cuts what is no whole dot
    renderer = RendererAgg(*size, DPI)  # type: ignore[no-untyped-call]
    canvas = Canvas(renderer, DPI)
    canvas.rectangles(_PAPER, [(0.0, info.width, 0.0, height)])
    draw(info, canvas)
    dots = Image.fromarray(np.asarray(renderer.buffer_rgba()))  # type: ignore[no-untyped-call]
    dots.convert("RGB").save(file, format="png", dpi=(DPI, DPI), compress_level=2)

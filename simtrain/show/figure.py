"""What all pictures have in common: their style, their colours, and how they are written."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from simtrain.accounts.ledger import Category
from simtrain.show import words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.text import Text

COLOURS = {
    Category.PRODUCTIVE: "#44AA99",
    Category.LOST_WORK: "#882255",
    Category.DEGRADED: "#F0E442",
    Category.CHECKPOINT_SAVE: "#DDAA33",
    Category.DETECTION: "#B2182B",
    Category.RESPONSE: "#EE8866",
    Category.DIAGNOSIS: "#EE3377",
    Category.HOST_WAIT: "#997700",
    Category.RESTART: "#4477AA",
    Category.CHECKPOINT_LOAD: "#332288",
    Category.MAINTENANCE: "#222222",
    Category.PAUSED: "#DDDDDD",
}
"""Colours by category, chosen to stay apart under each kind of colour blindness."""

FAN, FAN_LINE = COLOURS[Category.PRODUCTIVE], "#11665A"
"""Bands of many trials, and lines on top of them."""
REAL = COLOURS[Category.LOST_WORK]
"""What is known of the real run."""
INK, FAINT, NEUTRAL = "#222222", "#999999", "#6C7A89"

_DPI = 150
_MARGIN = 0.02
"""Room left and right of the headline, as a fraction of the width."""
_STYLE = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "font.size": 10,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.8,
    "svg.hashsalt": "simtrain",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}
_METADATA: dict[str, dict[str, None]] = {
    "png": {"Software": None},
    "svg": {"Creator": None, "Date": None},
    "pdf": {"Creator": None, "Producer": None, "CreationDate": None},
}
"""What would make two pictures of the same results differ, taken out."""


@contextmanager
def canvas(path: Path, width: float, height: float) -> Iterator[Figure]:
    """Yield a figure of so many inches, and write it to `path` at the end."""
    with matplotlib.style.context(["default", _STYLE]):
        figure = Figure(figsize=(width, height), dpi=_DPI)
        FigureCanvasAgg(figure)
        yield figure
        kind = path.suffix[1:].lower()
        figure.savefig(path, format=kind, dpi=_DPI, metadata=_METADATA.get(kind))


def headline(figure: Figure, title: str, subtitle: str) -> None:
    """Write what the picture says, and below it what it is about, at the top left.

    Letters get smaller where a line would leave the picture; what then is still too long is cut.
    """
    height = figure.get_figheight()
    above = figure.text(_MARGIN, 1 - 0.14 / height, title, fontsize=13, weight="bold", va="top")
    below = figure.text(_MARGIN, 1 - 0.44 / height, subtitle, fontsize=9.5, color=NEUTRAL, va="top")
    room = (1 - 2 * _MARGIN) * figure.bbox.width
    _fit(above, room, largest=13.0, smallest=9.5)
    _fit(below, room, largest=9.5, smallest=8.0)


def _fit(line: Text, room: float, largest: float, smallest: float) -> None:
    """Make a line no wider than so many pixels."""

    def is_too_wide() -> bool:
        return line.get_window_extent().width > room

    # Hinting moves letters, so that a width is not quite in proportion to its size.
    size = largest
    while is_too_wide() and size > smallest:
        size = max(smallest, size - 0.25)
        line.set_fontsize(size)
    text = line.get_text()
    letters = len(text)
    while is_too_wide() and letters > 1:
        letters -= 1
        line.set_text(words.cut(text, letters))


def panel(
    figure: Figure, left: float, top: float, width: float, height: float, **options: Any
) -> Axes:
    """Add axes at a place given in inches from the left and the top."""
    whole_width, whole_height = figure.get_size_inches()
    bottom = whole_height - top - height
    place = (
        left / whole_width,
        bottom / whole_height,
        width / whole_width,
        height / whole_height,
    )
    return figure.add_axes(place, **options)


def only_vertical_grid(axes: Axes) -> None:
    """Leave only the lines of the grid that bars are read off."""
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    axes.tick_params(axis="y", length=0)

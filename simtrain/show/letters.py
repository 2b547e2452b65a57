"""How wide letters are, without a canvas to write them on."""

from __future__ import annotations

from functools import lru_cache

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from simtrain.show import words

_FAMILY = "DejaVu Sans"
"""The font of all pictures, which comes with matplotlib."""
ASCENT, DESCENT, DIGIT, LINE = 0.76, 0.24, 0.73, 1.2
"""Heights of it as parts of the size: above and below the baseline, of a digit, and of a line."""
_FUZZ = 0.01
"""Inches by which rounding in a font may be off."""


@lru_cache(maxsize=64)
def font(size: float, weight: str = "normal") -> FontProperties:
    """The font in letters of so many points."""
    return FontProperties(family=_FAMILY, size=size, weight=weight)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Inches that a line takes in letters of so many points."""
    letters = font(size, weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, letters, ismath=False)
    return float(width) / 72


def shortened(text: str, inches: float, size: float, weight: str = "normal") -> str:
    """A line, cut where it would be wider than so many inches."""
    letters = len(text)
    while letters > 1 and text_width(words.cut(text, letters), size, weight) > inches + _FUZZ:
        part = inches / text_width(words.cut(text, letters), size, weight)
        letters = min(letters - 1, int(part * letters))
    return words.cut(text, max(1, letters))

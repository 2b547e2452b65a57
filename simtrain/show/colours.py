"""Colours of all pictures, and letters that are read on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb

from simtrain.accounts.ledger import Category

if TYPE_CHECKING:
    from matplotlib.typing import ColorType

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
    Category.QUEUE_WAIT: "#88CCEE",
}
"""Colours by category, chosen to stay apart under each kind of colour blindness."""

FAN, FAN_LINE = COLOURS[Category.PRODUCTIVE], "#11665A"
"""Bands of many trials, and lines on top of them."""
REAL = COLOURS[Category.LOST_WORK]
"""What is known of the real run."""
GOOD, BAD = COLOURS[Category.PRODUCTIVE], COLOURS[Category.LOST_WORK]
LESS, MORE = COLOURS[Category.RESTART], COLOURS[Category.CHECKPOINT_SAVE]
INK, FAINT, NEUTRAL, GRID = "#222222", "#999999", "#5F6C7A", "#E4E4E4"


def ink_on(colour: ColorType) -> str:
    """The one of black and white letters that has the greater contrast to a colour.

    It is 4.58:1 or more on every colour, which is enough for small letters (WCAG 2).
    """
    return max("black", "white", key=lambda ink: contrast(ink, colour))


def contrast(one: ColorType, other: ColorType) -> float:
    """Ratio of the luminances of two colours, from 1 if they are alike to 21 (WCAG 2)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: ColorType) -> float:
    """Relative luminance of a colour, from 0 for black to 1 for white (WCAG 2)."""
    code = np.array(to_rgb(colour))
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])

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
}
"""Colours by category, chosen to stay apart under each kind of colour blindness."""

FAN, FAN_LINE = COLOURS[Category.PRODUCTIVE], "#11665A"
"""Bands of many trials, and lines on top of them."""
REAL = COLOURS[Category.LOST_WORK]
"""What is known of the real run."""
GOOD, BAD = COLOURS[Category.PRODUCTIVE], COLOURS[Category.LOST_WORK]
LESS, MORE = COLOURS[Category.RESTART], COLOURS[Category.CHECKPOINT_SAVE]
INK, FAINT, NEUTRAL, GRID = "#222222", "#999999", "#6C7A89", "#E4E4E4"


def ink_on(colour: ColorType) -> str:
    """The one of dark and white letters that has the greater contrast to a colour."""
    light = luminance(colour)
    on_dark, on_light = 1.05 / (light + 0.05), (light + 0.05) / (luminance(INK) + 0.05)
    return INK if on_light >= on_dark else "white"


def luminance(colour: ColorType) -> float:
    """Relative luminance of a colour, from 0 for black to 1 for white (WCAG 2)."""
    code = np.array(to_rgb(colour))
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])

"""Lines across a panel with their names outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.show import words
from simtrain.show.colours import INK, NEUTRAL
from simtrain.show.elements import Strokes, Text
from simtrain.show.letters import text_width
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element

_ROW = 0.2
"""Height of a row of names, in inches."""
_SIZE = 10.0
_GAP, _BEYOND = 0.12, 0.14
"""Room between names, and how far they may stick out of the axes on either side, in inches."""
_WIDEST_LEVEL = 16
"""Characters of a line beside the axes."""


class Mark(NamedTuple):
    """A place on the horizontal axis with its name above the panel.

    Parameters
    ----------
    at
        The place.
    text
        The name; a mark may do without.
    strong
        Whether it stands out.
    dashed, line
        How its line is, and whether there is one.
    """

    at: float
    text: str
    strong: bool = False
    dashed: bool = False
    line: bool = True


def lines(marks: Sequence[Mark], y: Scale) -> list[Element]:
    """Lines of marks across a panel."""
    return [Strokes(_style(mark), mark.at, y.low, mark.at, y.high) for mark in marks if mark.line]


def names(marks: Sequence[Mark], x: Scale, inches: float) -> tuple[list[Text], float]:
    """Names of marks above a panel, and the inches they take.

    They stand above their places as far as these leave them within the picture, each in the lowest
    row in which it is clear of those before it.
    """
    taken: list[list[tuple[float, float]]] = []
    texts = []
    for mark in marks:
        if not mark.text:
            continue
        wide = text_width(mark.text, _SIZE, "bold" if mark.strong else "normal")
        left = x.place(mark.at) * inches - wide / 2
        left = max(-_BEYOND, min(left, inches + _BEYOND - wide))
        span = left - _GAP / 2, left + wide + _GAP / 2
        row = next((n for n, others in enumerate(taken) if _is_clear(span, others)), len(taken))
        if row == len(taken):
            taken.append([])
        taken[row].append(span)
        place, shift = (left / inches, 1.0), (0.0, 72 * _ROW * (row + 0.5))
        colour = _style(mark).colour
        texts.append(Text(mark.text, place, shift, "axes", colour, bold=mark.strong))
    return texts, _ROW * len(taken)


def level(at: float, text: str, x: Scale, dashed: bool = True) -> list[Element]:
    """A line across a panel at a height, and its name right of it."""
    style = Style(INK if dashed else NEUTRAL, width=1.2, dashed=dashed)
    name = "\n".join(words.paragraph(text, _WIDEST_LEVEL))
    return [
        Strokes(style, x.low, at, x.high, at),
        Text(name, (1.0, at), (6, 0), ("axes", "data"), size=9),
    ]


def _style(mark: Mark) -> Style:
    colour = NEUTRAL if mark.dashed else INK
    return Style(colour, width=1.6 if mark.strong else 1.0, dashed=mark.dashed)


def _is_clear(span: tuple[float, float], others: Sequence[tuple[float, float]]) -> bool:
    return all(span[1] <= start or span[0] >= end for start, end in others)

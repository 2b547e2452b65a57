"""Ranges as they are written: "10 min..40 min", "2..5 per 1000 host-days", "0.4..0.8"."""

import re
from typing import TypeGuard

from simtrain.errors import shown
from simtrain.units import Dimension

FORM = '"10 min..40 min"'

_BARE = re.compile(r"\s*[+-]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?\s*")
"""A number at the beginning of a text."""
_PER = re.compile(r"per\b|/")


def is_range(value: object) -> TypeGuard[str]:
    """Whether a value is written as a range, and is no list of quoted values or tables."""
    return isinstance(value, str) and ".." in value and value[:1] not in "\"'{["


def holds_range(value: object) -> bool:
    """Whether a value is a range, or a table of one."""
    return is_range(value["range"] if isinstance(value, dict) and "range" in value else value)


def written_ends(text: str) -> tuple[str, str]:
    """Both ends of a range with their units: a lower one without has that of the upper one."""
    lower, upper = (part.strip() for part in text.split("..", 1))
    return like(lower, upper), upper


def like(quantity: str, other: str) -> str:
    """A quantity, with the unit of another if it is a number without any."""
    is_bare = _BARE.fullmatch(quantity) and float(quantity.replace("_", "")) != 0
    return quantity + _unit_of(other) if is_bare else quantity


def ends_of(text: object, dimension: Dimension) -> tuple[float, float]:
    """Ends of a range in the base unit.

    Raises
    ------
    ValueError
        If it is no range of quantities of this kind, or is empty.
    """
    if not is_range(text) or len(re.findall(r"\.{2,}", text)) > 1 or "..." in text:
        raise ValueError(f"{shown(text)} is not a range; two ends such as {FORM}")
    low, high = (dimension.parse(end) for end in written_ends(text))
    if not low < high:
        raise ValueError(f"the range {shown(text)} is empty; two ends, the lower one first")
    return low, high


def _unit_of(quantity: str) -> str:
    """What follows the number of a quantity; nothing where more than one number follows."""
    number = _BARE.match(quantity)
    rest = quantity[number.end() :] if number else ""
    is_compound = any(character.isdigit() for character in rest) and not _PER.match(rest)
    return "" if is_compound else rest and f" {rest}"

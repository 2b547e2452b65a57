"""Numbers of a trial: each uncertain one is settled once."""

from __future__ import annotations

from collections.abc import Callable

from simtrain.distributions import Fixed, Law
from simtrain.scenario.number import Number

Settle = Callable[[str, Number], Law]
"""Law of the number at a path in this trial: fixed if it is drawn once per trial."""


def at_middle(path: str, number: Number) -> Law:
    """The middle of a number that is drawn once per trial, and the law of any other."""
    return number.law if number.per == "occurrence" else Fixed(number.middle)

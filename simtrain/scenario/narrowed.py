"""Uncertain numbers of a scenario in narrower ranges, as a file would say them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.scenario.doubt import number_at
from simtrain.scenario.number import Number, PerAccelerator, PerUnit
from simtrain.scenario.reference import field_at, path_of, reader_of
from simtrain.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simtrain.scenario.scenario import Scenario

Ends = tuple[float, float, float]
"""P5, P50 and P95, of a number or of its quantile."""
_EXACT = 2e-3
"""Part of an end by which what is written may differ from it."""
_TIMES = (("days", DAY), ("h", HOUR), ("min", MINUTE))
_DAYS = 1, 1000, 1_000_000
"""Days that a rate is given per: the fewest that make its low end at least 0.1."""
_RATES = ("rate", "rate of an accelerator")


class Narrowed(NamedTuple):
    """A number in a narrower range.

    Parameters
    ----------
    key
        Its path.
    name
        The same, with the parameter of a law that is not known.
    written
        What the file would say at the key.
    before, after
        P5, P50 and P95 in base units.
    """

    key: str
    name: str
    written: Any
    before: Ends
    after: Ends


def narrowed(scenario: Scenario, quantiles: Mapping[str, Ends]) -> Iterator[Narrowed]:
    """Numbers of a scenario, each between other quantiles of its own law.

    Parameters
    ----------
    scenario
        The scenario.
    quantiles
        By the address of a number: the quantiles that are to become its P5, P50 and P95. A number
        that cannot be written as a range is left out.
    """
    for unknown in scenario.unknown:
        ends = quantiles.get(unknown.address)
        for key in unknown.keys if ends else ():
            value = scenario.value_at(key)
            number = number_at(key, value)
            for name, one in _uncertain(number) if number else ():
                if ends is None or _address(key, name, one) != unknown.address:
                    continue
                low, middle, high = (one.law.quantile(at) for at in ends)
                before = (one.law.quantile(0.05), one.law.quantile(0.5), one.law.quantile(0.95))
                written = _written(key, name, value, one, (low, high))
                if written is not None:
                    full = f"{key}.{name}" if name else key
                    yield Narrowed(key, full, written, before, (low, middle, high))


def with_ranges(scenario: Scenario, ranges: Mapping[str, Any]) -> Scenario:
    """A scenario with other ranges of some numbers by key, also where its sources gave them."""
    said = {
        key: {
            name: text
            for name in ("published", "assumed", "calibrated")
            if (text := getattr(source, name)) is not None
        }
        for key, source in scenario.sources.items()
        if key in ranges and source.range is not None
    }
    return scenario.replace({**ranges, **({"sources": said} if said else {})})


def range_text(number: Number, low: float, high: float, dimensions: tuple[str, ...] = ()) -> str:
    """A range as a file would say it: of a duration, a rate, or a plain number.

    Parameters
    ----------
    number
        The number that it is of.
    low, high
        Its P5 and P95 in base units.
    dimensions
        Names of what it may be.
    """
    if _RATES[0] in dimensions:
        subject = "accelerator" if isinstance(number, PerAccelerator) else ""
        subject = number.subject if isinstance(number, PerUnit) else subject
        unit = f"{subject}-day" if subject else "day"
        days = next((one for one in _DAYS if low * one * DAY >= 0.1), _DAYS[-1])
        per = unit if days == 1 else f"{days} {unit}s"
        return f"{_ends(low * days * DAY, high * days * DAY)} per {per}"
    if "duration" in dimensions:
        unit, factor = next((one for one in _TIMES if high >= one[1]), ("s", 1.0))
        return f"{_ends(low / factor, high / factor)} {unit}"
    return _ends(low, high)


def _ends(low: float, high: float) -> str:
    """Two numbers to four digits, with all zeros of large ones."""
    return "..".join(f"{float(f'{end:.4g}'):.15g}" for end in (low, high))


def _uncertain(number: Number) -> list[tuple[str, Number]]:
    """What is drawn once per trial: the number itself, or parameters of its law by name."""
    return list(number.unknown.ranges) if number.unknown else [("", number)]


def _address(key: str, name: str, number: Number) -> str:
    return number.address(".".join([*path_of(key), *filter(None, [name])]))


def _written(key: str, name: str, value: Any, number: Number, ends: tuple[float, float]) -> Any:
    """What a file would say at a key; None if no range says it."""
    for text in _texts(key, number, *ends):
        range_ = number.written(text)
        written = {**value, name: range_} if name else range_
        again = number_at(key, written)
        found = dict(_uncertain(again)).get(name) if again else None
        if found is not None and all(
            math.isclose(found.law.quantile(at), end, rel_tol=_EXACT)
            for at, end in zip((0.05, 0.95), ends, strict=True)
        ):
            return written
    return None


def _texts(key: str, number: Number, low: float, high: float) -> Iterator[str]:
    """Ways to write a range, of which the first that can be read is right."""
    field = field_at(path_of(key))
    reader = reader_of(field) if field else None
    dimensions = reader.dimensions if reader else ()
    yield range_text(number, low, high, tuple(one.name for one in dimensions))
    for one in dimensions:
        yield "..".join(one.text(float(f"{end:.4g}")) for end in (low, high))
    yield range_text(number, low, high)

"""Numbers that are not known: where they stand, and the scenario without doubt about them.

A number is not known if it is written as a range or a law that is drawn once per trial, or if the
table of sources gives a range to what is plain in the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from simtrain.distributions import SAME_UNIT, LogNormal
from simtrain.errors import Mistake, shown
from simtrain.scenario.data import quantities_of
from simtrain.scenario.document import (
    Document,
    Places,
    entries,
    flattened,
    value_at,
    with_values,
)
from simtrain.scenario.ends import ends_of, holds_range
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import SaveInterval
from simtrain.scenario.readers import Reader, RefusedError
from simtrain.scenario.reference import field_at, path_of, reader_of
from simtrain.units import PLAIN, Dimension

_WIDE = 100
"""Ratio of the ends of a range above which its mean lies far from its middle."""


class Unknown(NamedTuple):
    """A number that is drawn once per trial.

    Parameters
    ----------
    address
        Name of the quantile that it takes.
    keys
        Dotted paths of the numbers that take it, as they are written.
    """

    address: str
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name: the key, with the parameter of a law, or the name that several share."""
        return self.address.removeprefix("shared ")


def with_ranges(document: Document) -> Document:
    """`document` with the ranges that its sources give, in place of the plain numbers."""
    ranges = list(_ranges(document))
    if not ranges:
        return document
    sources = document["sources"]
    return flattened(with_values(document, ranges)) | {"sources": sources}


def wrong_ranges(document: Document, places: Places) -> list[Mistake]:
    """Mistakes in the ranges that sources give."""
    return [
        Mistake(places.of(f"sources.{path}"), f"sources.{path}.range", wrong, accepted)
        for path, value in _ranges(document)
        for wrong, accepted in _wrong(document, path, value)
    ]


def unknown_numbers(document: Document) -> list[Unknown]:
    """Numbers of a document that are drawn once per trial, in its order."""
    found: dict[str, list[str]] = {}
    for key, value in entries(with_ranges(document)):
        number = number_at(key, value)
        for address in number.addresses(".".join(path_of(key))) if number else ():
            found.setdefault(address, []).append(key)
    return [Unknown(address, tuple(dict.fromkeys(keys))) for address, keys in found.items()]


def wide_ranges(document: Document) -> Iterator[tuple[str, str]]:
    """Key and sentence for each range so wide that its mean lies far from its middle."""
    for key, value in entries(with_ranges(document)):
        number = number_at(key, value)
        inner = dict(number.unknown.ranges) if number and number.unknown else {"": number}
        for name, one in inner.items():
            if one is None or not one.is_range or not isinstance(one.law, LogNormal):
                continue
            ratio = one.law.quantile(0.95) / one.law.quantile(0.05)
            if ratio > _WIDE:
                path = ".".join(filter(None, (key, name)))
                beyond = f"{one.law.mean / one.middle:.1f} times its middle"
                yield path, f"`{path}` is known to {ratio:,.0f}:1 only, and its mean is {beyond}."


def known(document: Document) -> Document:
    """`document` with every number at its middle; what sources doubt stays plain."""
    sources = document.get("sources", {})
    values: list[tuple[str, Any]] = []
    for key, value in entries(document):
        number = number_at(key, value)
        if number and number.addresses(key):
            values.append((key, _middle(key, value, number)))
    result = flattened(with_values(document, values))
    without = {
        path: {key: words for key, words in source.items() if key not in ("range", "shared")}
        for path, source in sources.items()
    }
    return result | ({"sources": without} if without else {})


def number_at(key: str, value: Any) -> Number | None:
    """Number that is written at a dotted path; None if it is none."""
    reader = _reader_at(key)
    if reader is None:
        return None
    try:
        read = reader.parse(value)
    except ValueError:
        return None
    return _number_of(read)


def _number_of(read: object) -> Number | None:
    if isinstance(read, SaveInterval):
        return read.number
    return read if isinstance(read, Number) else None


def _reader_at(key: str) -> Reader | None:
    path = path_of(key)
    field = field_at(path) if path[0] != "sources" else None
    return reader_of(field) if field else None


def _ranges(document: Document) -> Iterator[tuple[str, Any]]:
    sources = document.get("sources")
    for path, source in sources.items() if isinstance(sources, dict) else ():
        if isinstance(source, dict) and "range" in source:
            shared = {key: source[key] for key in ("range", "shared") if key in source}
            yield path, shared if "shared" in source else source["range"]


def _wrong(document: Document, path: str, value: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with the range of a source, and what is accepted."""
    reader = _reader_at(path)
    written = value_at(document, path)
    there = number_at(path, written)
    if reader is None or there is None:
        yield f"{shown(written)} is no number that takes a range: counts do not", "leave it out"
        return
    if not there.is_fixed:
        wrong = "belongs to a law, or to what is a range already"
        yield wrong, 'a range inside of the law, such as mean = "A..B", or none here'
        return
    if not holds_range(value):
        yield "is not a range", 'two ends such as "10 min..40 min"'
        return
    try:
        read = reader.parse(value)
    except RefusedError as refused:
        yield str(refused), refused.accepted
    except ValueError as wrong:
        yield str(wrong), reader.accepted
    else:
        number = _number_of(read)
        assert number is not None
        law = number.law
        if not law.quantile(0.05) <= there.middle * (1 + 1e-9) <= law.quantile(0.95) * (1 + 2e-9):
            yield f"does not hold the number itself, {shown(written)}", "a range around the number"


def _middle(key: str, value: Any, number: Number) -> Any:
    """What the file would say for a number at its middle."""
    reader = _reader_at(key)
    assert reader is not None
    if number.unknown:
        return value | {
            name: _said(_dimension(reader, value[name]) if name in SAME_UNIT else PLAIN, range_)
            for name, range_ in number.unknown.ranges
        }
    return _said(_dimension(reader, value), number)


def _dimension(reader: Reader, value: Any) -> Dimension:
    """What a range, or what sets the scale of a law, is a quantity of."""
    if isinstance(value, Mapping) and "range" not in value:
        texts = [inner for name, inner in value.items() if name in SAME_UNIT]
        texts += quantities_of(value)
        fits = (d for d in reader.dimensions if all(d.number(text) is not None for text in texts))
    else:
        text = value["range"] if isinstance(value, Mapping) else value
        fits = (d for d in reader.dimensions if _is_range_of(text, d))
    return next(fits)


def _is_range_of(text: object, dimension: Dimension) -> bool:
    try:
        ends_of(text, dimension)
    except ValueError:
        return False
    return True


def _said(dimension: Dimension, number: Number) -> Any:
    return number.middle if dimension.bare else dimension.text(number.middle)

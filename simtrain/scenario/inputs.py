"""Numbers that a scenario gives, each a little less and a little more.

Every number that is written is an input of its own, those that changes set among them. What the
run is to do, how large it is and when things happen are no such inputs, and are listed as left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from simtrain.distributions import SAME_UNIT
from simtrain.errors import ScenarioError
from simtrain.scenario import data
from simtrain.scenario.calendar import (
    MomentReader,
    ProgressReader,
    StepReader,
    UncertainProgressReader,
)
from simtrain.scenario.ends import is_range, written_ends
from simtrain.scenario.hourly import is_hourly
from simtrain.scenario.inline import inline
from simtrain.scenario.numbers import Kind
from simtrain.scenario.parallelism import WAYS
from simtrain.scenario.readers import Reader
from simtrain.scenario.reference import field_at, path_of, reader_of
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.underway import Underway
from simtrain.scenario.workload import AMOUNTS, SHAPE
from simtrain.units import COUNT, FRACTION, Dimension

_NO_INPUTS = {"inference", "published", "not_reproduced", "logbook", "sources", "correlated"}
"""Tables that describe a run and move no result."""
_WORK, _SIZE = "the work itself", "the size of the job"
_MODEL = "a fact of the model or its training"
_LEFT_OUT = {
    **{f"workload.{key}": _WORK for key in AMOUNTS},
    **{f"workload.{key}": _MODEL for key in SHAPE},
    **{f"parallelism.{key}": _MODEL for key in WAYS},
    "cluster.hosts": _SIZE,
    "cluster.accelerators_per_host": _SIZE,
    "cluster.owned": "only a check on others",
    "faults_from.hosts": "a fact of the log",
    **{f"underway.{key}": "a fact of the run" for key in Underway.model_fields},
    "limits.wall_clock": "a bound of the simulation",
    "limits.faults": "a bound of the simulation",
}
"""Why a number is not varied, by key."""
_MOMENT, _ZERO, _HOURLY = "a moment", "0, of which there is no part", "hourly values"


class Side(NamedTuple):
    """An input changed in one direction.

    Parameters
    ----------
    value
        What the file would say.
    scenario
        The scenario with it.
    """

    value: Any
    scenario: Scenario


class Input(NamedTuple):
    """A number that a scenario gives.

    Parameters
    ----------
    key
        Dotted path.
    value
        As it is written.
    low, high
        Changed down and up; None where there is nothing on that side, or it is not accepted.
    is_even
        Whether both are changed by just what was asked for, and not by the nearest that can be.
    source
        ``"published"``, ``"assumed"``, ``"calibrated"``, or nothing if the scenario does not say.
    until
        Paths of what changes set by which the value does not last.
    """

    key: str
    value: Any
    low: Side | None
    high: Side | None
    is_even: bool
    source: str
    until: tuple[str, ...]

    @property
    def value_text(self) -> str:
        """The value in few words; of a law its scale."""
        return _in_few_words(self.value)

    def side_text(self, side: Side | None) -> str:
        """The value of a side in few words; the value itself where it was not changed."""
        return self.value_text if side is None else _in_few_words(side.value)

    @property
    def sides(self) -> list[Side]:
        """Those that there are."""
        return [side for side in (self.low, self.high) if side is not None]


class LeftOut(NamedTuple):
    """A number that is not varied, or not on one side, and why."""

    key: str
    why: str


class Inputs(NamedTuple):
    """Numbers that vary, and those that do not."""

    varied: list[Input]
    left_out: list[LeftOut]


def inputs_of(scenario: Scenario, change: float) -> Inputs:
    """Every number that a scenario gives, changed down and up.

    Laws are changed by their scale, probabilities are kept from 0 to 1, counts go to the nearest
    other whole number.

    Parameters
    ----------
    scenario
        What gives the numbers.
    change
        By which part of themselves they change, a fraction above 0 and below 1.
    """
    inputs = Inputs([], [])
    for key, value in scenario.written().items():
        path = path_of(key)
        reader = _reader_at(path)
        dimension = _dimension(reader, value) if reader else None
        if path[0] in _NO_INPUTS or reader is None or dimension is None:
            continue
        why = _why_not(path, reader, dimension, value)
        if why:
            inputs.left_out.append(LeftOut(key, why))
        else:
            _vary(inputs, scenario, key, value, reader, dimension, Fraction(str(change)))
    return inputs


def _reader_at(path: tuple[str, ...]) -> Reader | None:
    """What reads a number: that of a law where a change sets its scale alone."""
    field = field_at(path[:-1] if path[-1] in SAME_UNIT else path)
    return reader_of(field) if field else None


def _dimension(reader: Reader, value: Any) -> Dimension | None:
    """What a number, or the scale of a law, is a quantity of; none if it is neither."""
    texts = _quantities(value)
    fits = (d for d in reader.dimensions if all(d.number(text) is not None for text in texts))
    return next(fits, None)


def _quantities(value: Any) -> list[Any]:
    """A number, or what sets the scale of a law."""
    if is_range(value):
        return list(written_ends(value))
    if not _is_law(value):
        return [value]
    if data.is_data(value):
        return data.quantities_of(value)
    if "range" in value:
        return _quantities(value["range"])
    scales = (inner for name, inner in value.items() if name in SAME_UNIT)
    return [text for scale in scales for text in _quantities(scale)]


def _why_not(path: tuple[str, ...], reader: Reader, dimension: Dimension, value: Any) -> str:
    if isinstance(reader, MomentReader | ProgressReader | UncertainProgressReader | StepReader):
        return _MOMENT
    if is_hourly(value):
        return _HOURLY
    quantities = _quantities(value)
    is_zero = bool(quantities) and all(dimension.number(text) == 0 for text in quantities)
    if is_zero and dimension is not COUNT:
        return _ZERO
    return _LEFT_OUT.get(".".join(path), "")


def _vary(
    inputs: Inputs,
    scenario: Scenario,
    key: str,
    value: Any,
    reader: Reader,
    dimension: Dimension,
    change: Fraction,
) -> None:
    sides: list[Side | None] = []
    is_even = True
    for sign in (-1, 1):
        changed, is_exact = _changed(value, reader, dimension, 1 + sign * change)
        is_even = is_even and is_exact
        side = None
        if changed is not None:
            try:
                side = Side(changed, scenario.overridden([(key, changed)], f"{key}, changed"))
            except ScenarioError as refused:
                words = "less" if sign < 0 else "more"
                inputs.left_out.append(LeftOut(key, f"{words}: {refused.mistakes[0].wrong}"))
        sides.append(side)
    if any(sides):
        low, high = sides
        until = tuple(scenario.set_later(key))
        inputs.varied.append(Input(key, value, low, high, is_even, scenario.source_of(key), until))


def _changed(
    value: Any, reader: Reader, dimension: Dimension, factor: Fraction
) -> tuple[Any, bool]:
    """`value` times a factor, or the nearest that can be; and whether it is just that.

    There is none where it would be `value` itself.
    """
    if is_range(value):
        return _scaled_range(value, reader, dimension, factor)
    if _is_law(value):
        return _scaled_law(value, reader, dimension, factor)
    number = _number(value, dimension)
    target = number * factor
    if dimension is COUNT:
        nearest = round(target)
        if nearest == number:
            nearest += 1 if factor > 1 else -1
        return (nearest, nearest == target) if nearest >= 0 else (None, False)
    held = _held(target, reader, dimension)
    return (_said(held, dimension) if held != number else None), held == target


def _scaled_law(
    law: Mapping[str, Any], reader: Reader, dimension: Dimension, factor: Fraction
) -> tuple[Any, bool]:
    if law.get("law") == "beta":
        return _scaled_beta(law, factor)
    if data.is_data(law):
        return _scaled_data(law, reader, dimension, factor)
    scaled = {
        name: _changed(inner, reader, dimension, factor)
        for name, inner in law.items()
        if name in SAME_UNIT or name == "range"
    }
    exact = all(is_exact for _, is_exact in scaled.values())
    return {**law, **{name: value for name, (value, _) in scaled.items()}}, exact


def _scaled_data(
    law: Mapping[str, Any], reader: Reader, dimension: Dimension, factor: Fraction
) -> tuple[Any, bool]:
    are_exact = []

    def change(quantity: Any) -> Any:
        value, is_exact = _changed(quantity, reader, dimension, factor)
        are_exact.append(is_exact)
        return quantity if value is None else value

    return data.changed(law, change), all(are_exact)


def _scaled_range(
    text: str, reader: Reader, dimension: Dimension, factor: Fraction
) -> tuple[Any, bool]:
    """Both ends changed alike, so the range is as wide as it was, by its ratio."""
    ends = [
        (value, is_exact) if value is not None else (end, is_exact)
        for end in written_ends(text)
        for value, is_exact in [_changed(end, reader, dimension, factor)]
    ]
    return "..".join(str(value) for value, _ in ends), all(is_exact for _, is_exact in ends)


def _scaled_beta(law: Mapping[str, Any], factor: Fraction) -> tuple[Any, bool]:
    """Beta law of another mean that is as sure: a + b counts what it was learnt from."""
    a, b = float(law["a"]), float(law["b"])
    mean = a / (a + b) * float(factor)
    if mean >= 1:
        return None, False
    return {**law, "a": mean * (a + b), "b": (1 - mean) * (a + b)}, True


def _held(target: Fraction, reader: Reader, dimension: Dimension) -> Fraction:
    """`target`, kept among the shares that are accepted if it is a share."""
    if dimension is not FRACTION or not isinstance(reader, Kind):
        return target
    return min(max(target, Fraction(reader.low)), Fraction(reader.high))


def _number(value: Any, dimension: Dimension) -> Fraction:
    """`value` in base units, by the decimal that it was read from and not by its nearest float."""
    return Fraction(repr(dimension.parse(value)))


def _said(number: Fraction, dimension: Dimension) -> Any:
    """`number` as the file would say it."""
    if not dimension.bare:
        return dimension.text(float(number))
    return int(number) if number.denominator == 1 else float(number)


def _in_few_words(value: Any) -> str:
    if not _is_law(value):
        return value if isinstance(value, str) else inline(value)
    if "range" in value:
        return str(value["range"])
    if data.is_data(value):
        return data.in_few_words(value)
    scale = (f"{name} {inner}" for name, inner in value.items() if name in SAME_UNIT)
    return ", ".join(scale) or str(value["law"])


def _is_law(value: Any) -> bool:
    return isinstance(value, Mapping)

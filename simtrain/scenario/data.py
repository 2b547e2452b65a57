"""Laws from data as a file has them: `{ law = "empirical", quantiles = … }`, or `values`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, TypeGuard

from simtrain.distributions import Law
from simtrain.empirical import Quantiles, Values
from simtrain.errors import shown
from simtrain.scenario.ends import is_range
from simtrain.scenario.readers import JsonSchema, RefusedError

EMPIRICAL = "empirical"
"""Name of the law."""
KEYS = ("quantiles", "values", "file", "unit")
"""Keys beside its name, of which `file` and `unit` become `values` when a file is read."""
MOST_VALUES = 2000
"""Most values of a law; a scenario is read again after each of its changes."""
EXAMPLE = '{ p5 = "2 min", p50 = "10 min", p95 = "2 h" }'

_PERCENTILE = re.compile(r"p([0-9]{1,2}(?:\.[0-9]{1,6})?)")
_SCHEMA: JsonSchema = {"type": ["string", "number"]}
SCHEMA: JsonSchema = {
    "quantiles": {
        "type": "object",
        "description": "Percentiles of an empirical law, such as p50 and p95.",
        "patternProperties": {"^p[0-9]{1,2}(\\.[0-9]{1,6})?$": _SCHEMA},
        "additionalProperties": False,
        "minProperties": 2,
    },
    "values": {
        "type": "array",
        "description": "Values of an empirical law, each drawn with equal probability.",
        "items": _SCHEMA,
        "minItems": 1,
        "maxItems": MOST_VALUES,
    },
    "file": {
        "type": "string",
        "description": "File with the values of an empirical law, one a line; a relative path "
        "is from the folder of this file.",
    },
    "unit": {"type": "string", "description": "Unit of the numbers in `file`."},
}
"""JSON Schema of the keys."""


def is_data(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether a value of the file is a law from data."""
    return isinstance(value, Mapping) and value.get("law") == EMPIRICAL


def quantities_of(law: Mapping[str, Any]) -> list[Any]:
    """Every quantity that a law from data is made of, as the file has it."""
    quantiles, values = law.get("quantiles", {}), law.get("values", [])
    of_quantiles = quantiles.values() if isinstance(quantiles, Mapping) else ()
    return [*of_quantiles, *(values if isinstance(values, list | tuple) else ())]


def changed(law: Mapping[str, Any], change: Callable[[Any], Any]) -> dict[str, Any]:
    """The same law with each of its quantities changed."""
    result = dict(law)
    if "quantiles" in law:
        result["quantiles"] = {name: change(value) for name, value in law["quantiles"].items()}
    if "values" in law:
        result["values"] = [change(value) for value in law["values"]]
    return result


def in_few_words(law: Mapping[str, Any]) -> str:
    """A law from data in few words: its percentiles, or the first and the last of its values."""
    if "values" in law:
        values = law["values"]
        if len(values) > 3:
            values = [f"{values[0]}, … {values[-1]} ({len(values):,} values)"]
        return ", ".join(map(str, values))
    return ", ".join(f"{name} {value}" for name, value in law["quantiles"].items())


def read_law(parameters: Mapping[str, Any], read: Callable[[object], float]) -> Law:
    """Law from data.

    Parameters
    ----------
    parameters
        What stands beside the name of the law.
    read
        Reads a quantity into base units, or raises ValueError saying what is wrong with it.

    Raises
    ------
    RefusedError
        If the parameters are not those of one law.
    """
    for key in parameters:
        if key not in KEYS:
            remedy = "it takes `quantiles`, `values` or `file`"
            raise RefusedError(f"is not a parameter of the {EMPIRICAL} law", remedy, key)
        if key in ("file", "unit"):
            wrong = (
                "is only followed where the whole law is given, in a file or on the command line"
            )
            raise RefusedError(wrong, "a list of `values`", key)
    if len(parameters) != 1:
        wrong = "has both `quantiles` and `values`" if parameters else "has no data"
        raise RefusedError(f"this law {wrong}", f"one of `quantiles = {EXAMPLE}`, `values`, `file`")
    [(key, given)] = parameters.items()
    law = _of_quantiles if key == "quantiles" else _of_values
    try:
        return law(given, read)
    except RefusedError:
        raise
    except ValueError as wrong:
        raise RefusedError(str(wrong), _REMEDY[key], key) from None


_REMEDY = {
    "quantiles": f"percentiles that rise, such as {EXAMPLE}",
    "values": 'a list such as ["3 min", "7 min", "2 h"]',
}


def _of_quantiles(given: object, read: Callable[[object], float]) -> Law:
    if not isinstance(given, Mapping):
        raise ValueError(f"{shown(given)} is not a table")
    known: dict[float, float] = {}
    for name, value in given.items():
        probability = _probability(name, value)
        known[probability] = _quantity(name, value, read)
    if len(known) < len(given):
        raise ValueError("gives the same percentile twice")
    return Quantiles(*zip(*sorted(known.items()), strict=True)) if known else Quantiles((), ())


def _probability(name: str, value: object) -> float:
    if isinstance(value, Mapping):
        inner = next(iter(value), "5")
        raise RefusedError(f"`{name}.{inner}` needs quotes", f'"{name}.{inner}" = …', "quantiles")
    found = _PERCENTILE.fullmatch(name)
    probability = Fraction(found[1]) / 100 if found else Fraction(0)
    if not probability:
        remedy = "percentiles such as p5, p50 and p95, above p0 and below p100"
        raise RefusedError(f"{shown(name)} is no percentile of a law", remedy, "quantiles")
    return float(probability)


def _of_values(given: object, read: Callable[[object], float]) -> Law:
    if not isinstance(given, list | tuple):
        raise ValueError(f"{shown(given)} is not a list")
    if len(given) > MOST_VALUES:
        remedy = f"at most {MOST_VALUES:,}, or the `quantiles` of them"
        raise RefusedError(f"{len(given):,} values are too many", remedy, "values")
    return Values(tuple(_quantity(f"value {n}", one, read) for n, one in enumerate(given, 1)))


def _quantity(name: str, value: object, read: Callable[[object], float]) -> float:
    if is_range(value):
        raise ValueError(f"{name}, {shown(value)}, is a range, and data are known")
    try:
        return read(value)
    except ValueError as wrong:
        raise ValueError(f"{name}: {wrong}") from None

"""Elementary functions of compiled code are NumPy's, to the bit."""

from typing import Any

import numpy as np
import pytest
from numba import njit

from simtrain.compiled import elementary

UNIFORMS = np.random.default_rng(3).random(20_000)


def each(function: Any, values: Any) -> Any:
    @njit
    def over(values: Any, out: Any) -> None:
        for n in range(len(values)):
            out[n] = function(values[n])

    out = np.empty_like(values)
    over(values, out)
    return out


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("log", UNIFORMS * 1e6),
        ("exp", -9.0 * UNIFORMS),
        ("log1p", -UNIFORMS),
        ("expm1", -3.0 * UNIFORMS),
    ],
)
def test_functions_of_one_number(name: str, values: Any) -> None:
    found = each(getattr(elementary, name), values)
    np.testing.assert_array_equal(found, getattr(np, name)(values))


@njit
def raised(values: Any, exponent: float, out: Any) -> None:
    for n in range(len(values)):
        out[n] = elementary.power(values[n], exponent)


@pytest.mark.parametrize("exponent", [0.6, 1 / 0.6, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 1 / 3])
def test_powers_of_arrays(exponent: float) -> None:
    values = 5.0 * UNIFORMS
    found = np.empty_like(values)
    raised(values, exponent, found)
    np.testing.assert_array_equal(found, values**exponent)


def test_loops_are_found_where_numpy_has_them() -> None:
    names = ("log", "exp", "log1p", "expm1", "power")
    assert all(elementary._loop_of(getattr(np, name)) for name in names)
    assert elementary._loop_of(np.isnan) is None

"""Numbers that are not known compute like floats, and never become one."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simtrain import laws
from simtrain.compiled.unknown import (
    NotFollowedError,
    Quantity,
    Tape,
    Unknown,
    at_hand,
    law_made,
    of_law,
)
from simtrain.distributions import Exponential, Fixed, LogNormal, Uniform

WIDE = Quantity(Uniform(0.0, 4.0), "wide")
TRIALS = np.array([[1.0, 3.0, 0.5, 2.0, 0.1]])


def begun(value: float = 1.0) -> tuple[Tape, Any]:
    tape = Tape()
    return tape, tape.drawn(WIDE, value)


def played(tape: Tape, unknown: Any, trials: np.ndarray = TRIALS) -> tuple[list[float], list[bool]]:
    columns, right = tape.played(trials, trials.shape[1])
    return columns[unknown.place].tolist(), right.tolist()


@pytest.mark.parametrize(
    "of",
    [
        lambda x: x + 0.1, lambda x: 0.1 + x, lambda x: x - 0.1, lambda x: 0.1 - x,
        lambda x: x * 0.1, lambda x: 3 * x, lambda x: x / 3, lambda x: 0.7 / x, lambda x: -x,
        lambda x: x**2, lambda x: x**0.3, lambda x: x * x + 2 * x, lambda x: sum([x, x, 0.1]),
        lambda x: (1 - x) / x, lambda x: min(x, 10.0), lambda x: max(0.0, x),
    ],
)  # fmt: skip
def test_it_computes_what_floats_come_to_to_the_bit(of: Callable[[Any], Any]) -> None:
    tape, x = begun()
    found, right = played(tape, of(x))
    assert right == [True] * 5
    assert found == [of(value) for value in TRIALS[0].tolist()]


def test_a_comparison_that_comes_out_otherwise_is_noticed() -> None:
    tape, x = begun()
    smaller = min(x, 1.5)
    found, right = played(tape, smaller)
    assert right == [True, False, True, False, True]
    assert found == [1.0, 3.0, 0.5, 2.0, 0.1]


@pytest.mark.parametrize(
    ("comparison", "holds"),
    [
        (lambda x: x < 1.0, "nnyny"), (lambda x: x <= 1.0, "ynyny"), (lambda x: x > 1.0, "nynyn"),
        (lambda x: x >= 1.0, "yynyn"), (lambda x: x == 1.0, "ynnnn"), (lambda x: x != 1.0, "nyyyy"),
        (lambda x: x in [7.0, 3.0], "nynnn"), (lambda x: bool(x - 2.0), "yyyny"),
    ],
)  # fmt: skip
def test_each_comparison_is_noted(comparison: Callable[[Any], bool], holds: str) -> None:
    for value, answer in zip(TRIALS[0].tolist(), holds, strict=True):
        tape, x = begun(value)
        assert comparison(x) == (answer == "y")
        assert played(tape, x)[1] == [one == answer for one in holds]


@pytest.mark.parametrize(
    "of",
    [
        float, int, math.log, math.exp, math.floor, math.isfinite, abs, round, hash, math.fsum,
        lambda x: x % 2.0, lambda x: x // 2.0, lambda x: divmod(x, 2.0), lambda x: 2.0**x,
        lambda x: {x: 1}, lambda x: np.array([x], np.float64), lambda x: np.exp(x),
        lambda x: np.zeros(1).__setitem__(0, x), lambda x: [1, 2][x],
    ],
)  # fmt: skip
def test_it_refuses_to_become_a_float(of: Callable[[Any], Any]) -> None:
    _, x = begun()
    with pytest.raises((NotFollowedError, TypeError)):
        of([x] if of is math.fsum else x)


def test_numbers_of_two_tapes_do_not_mix() -> None:
    (_, x), (_, y) = begun(), begun()
    for of in (lambda: x + y, lambda: x < y, lambda: x == y, lambda: x**y):
        with pytest.raises(NotFollowedError):
            of()


def test_division_by_what_is_0_in_another_trial_is_noticed() -> None:
    tape, x = begun()
    assert played(tape, 1.0 / (x - 3.0))[1] == [True, False, True, True, True]
    with pytest.raises(ZeroDivisionError):
        1.0 / (x - 1.0)


def test_a_law_is_made_of_the_numbers_of_each_trial() -> None:
    tape, x = begun()
    law = law_made(lambda median: laws.build("lognormal", median=median, sigma=0.8), x)
    assert isinstance(law, LogNormal)
    (mean,) = of_law(law, lambda one: (one.mean,))
    found, right = played(tape, mean)
    assert right == [True] * 5
    expected = [laws.build("lognormal", median=v, sigma=0.8).mean for v in TRIALS[0].tolist()]
    assert found == expected
    assert at_hand(law) == laws.build("lognormal", median=1.0, sigma=0.8)


def test_a_trial_whose_law_is_refused_or_of_another_class_is_not_right() -> None:
    tape, x = begun()
    law = law_made(lambda mean: Fixed(1.0) if mean > 2.5 else Exponential(mean - 0.3), x)
    assert isinstance(law, Exponential)
    assert played(tape, law.scale)[1] == [True, False, True, True, False]


def test_a_law_of_known_numbers_is_made_once() -> None:
    assert law_made(Exponential, 2.0) == Exponential(2.0)


def test_a_law_checks_what_its_parameters_are_in_each_trial() -> None:
    tape, x = begun()
    law = Exponential(x - 0.3)
    assert isinstance(law.scale, Unknown)
    assert played(tape, law.scale)[1] == [True, True, True, True, False]

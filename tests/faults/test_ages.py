"""Ages of hosts at the start, of what has been renewed for as long as one can tell."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad

from simtrain.distributions import LogNormal, Uniform, Weibull
from simtrain.faults.ages import OLDEST_S, stationary_ages
from simtrain.faults.frailty import Frailty
from simtrain.model.draws import Draws
from simtrain.model.parameters import FaultParameters
from simtrain.model.topology import Part, Scope
from tests.model.samples import FAULT

HOSTS = 12
MEAN = 100.0
ROWS = np.column_stack([np.linspace(0.02, 0.98, HOSTS), np.full(HOSTS, 0.5)])


def wears(shape: float, needs_repair: float) -> FaultParameters:
    law = Weibull(shape, MEAN)
    return replace(FAULT, name="wears", law=law, rate=0.0, needs_repair=needs_repair)


def by_chance(per_mean: float, needs_repair: float = 1.0, **other: object) -> FaultParameters:
    """Memoryless faults, so many while a host comes to the scale of its age."""
    return replace(
        FAULT, name="by chance", rate=per_mean / MEAN, needs_repair=needs_repair, **other
    )


def shares_below(ages: np.ndarray, shape: float, factor: np.ndarray, rate: float) -> list[float]:
    """∫₀ᵃ exp(−f·(a/s)^k − f·r·a) da over the same to infinity, for each host."""

    def alive(age: float, f: float) -> float:
        return math.exp(-f * (age / MEAN) ** shape - f * rate * age / MEAN)

    def below(age: float, f: float) -> float:
        return float(quad(alive, 0.0, age, args=(f,), limit=400)[0])

    return [below(age, f) / below(2000.0, f) for age, f in zip(ages, factor, strict=True)]


@pytest.mark.parametrize("shape", [0.6, 1.0, 3.0])
@pytest.mark.parametrize("share", [1.0, 0.3])
def test_ages_are_quantiles_of_the_chance_to_be_as_old_since_the_last_repair(
    shape: float, share: float
) -> None:
    """A class that needs repair in `share` of its faults renews at that part of its hazard."""
    ages = stationary_ages([wears(shape, share), by_chance(1.5, 0.4)], None, ROWS)
    scaled = [a * share ** (1 / shape) for a in ages]  # share·(a/s)^k is (a'/s)^k
    found = shares_below(scaled, shape, np.ones(HOSTS), 0.6 / share ** (1 / shape))
    assert found == pytest.approx(ROWS[:, 0].tolist(), abs=1e-4)


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_a_lemon_is_renewed_so_much_more_often_and_so_is_younger(rate: float) -> None:
    draws = Draws()
    draws.begin(7, 3)
    frailty = Frailty(draws, HOSTS, 0.5, 5.0, 0.0)
    ages = stationary_ages([wears(2.0, 1.0), by_chance(rate)], frailty, ROWS)
    found = shares_below(ages, 2.0, frailty.initial, rate)
    assert set(frailty.initial) == {1.0, 5.0}
    assert found == pytest.approx(ROWS[:, 0].tolist(), abs=1e-4)


def test_a_host_that_is_never_renewed_has_no_age_to_tell() -> None:
    draws = Draws()
    draws.begin(7, 3)
    frailty = Frailty(draws, HOSTS, 0.5, 0.0, 0.0)
    ages = stationary_ages([wears(2.0, 1.0), by_chance(0.5)], frailty, ROWS)
    never = frailty.initial == 0
    assert set(ages[never]) == {0.0}
    assert np.all(ages[~never] > 0)


def test_a_rack_of_which_a_part_is_struck_renews_by_that_part() -> None:
    one_to_four = Part(Uniform(0.5, 4.5), is_share=False)
    some = by_chance(2.0, scope=Scope(4), part=one_to_four)
    by_rack = stationary_ages([wears(2.0, 1.0), some], None, ROWS)
    alone = stationary_ages([wears(2.0, 1.0), by_chance(2.0 * 2.5 / 4)], None, ROWS)
    assert by_rack == pytest.approx(alone)


def test_where_no_fault_needs_repair_each_one_of_the_law_counts_as_a_renewal() -> None:
    never, always = (stationary_ages([wears(2.0, share)], None, ROWS) for share in (0.0, 1.0))
    law = Weibull(2.0, MEAN)
    assert never.tolist() == always.tolist() == law.stationary_age(*ROWS.T).tolist()
    assert stationary_ages([by_chance(1.0)], None, ROWS) == 0.0


@pytest.mark.parametrize("share", [0.02, 0.2])
def test_ages_of_a_law_whose_hazard_falls_to_nothing_are_told_up_to_a_bound(share: float) -> None:
    """Of the density in proportion to exp(−s·H(a)) up to the bound, over the logarithm of the age.

    With s = 0.02 it falls to e^−40 at an age of 10³⁷ s only: a grid up to there has no step below
    10²⁶ s, and such an age leaves nothing of the times of a trial.
    """
    law = LogNormal(14.0, 2.0)
    ages = stationary_ages([replace(wears(2.0, share), law=law)], None, ROWS)
    grid = np.linspace(-5.0, math.log(OLDEST_S), 200_001)
    density = np.exp(grid - share * law.cumulative_hazard(np.exp(grid)))
    below = np.cumsum(density) / density.sum()
    assert np.interp(np.log(ages), grid, below) == pytest.approx(ROWS[:, 0], abs=1e-3)
    assert max(ages) <= OLDEST_S


def test_ages_of_a_law_in_closed_form_have_the_same_bound() -> None:
    law = LogNormal(14.0, 6.0)
    ages = stationary_ages([replace(wears(2.0, 1.0), law=law)], None, ROWS)
    unbounded = law.stationary_age(*ROWS.T)
    assert max(unbounded) > OLDEST_S
    assert ages.tolist() == np.minimum(unbounded, OLDEST_S).tolist()

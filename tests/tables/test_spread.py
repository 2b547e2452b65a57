"""Spread of an outcome: chance and doubt, against cases in which both are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import ndtri  # type: ignore[import-untyped]

from simtrain.tables.spread import RANKS, VARIANCE, Spread, echoes_for, spread_of

Array = NDArray[np.float64]
TRIALS, ECHOES = 1000, 250


def threshold(normal: Array, chance: Array) -> Array:
    """Spares that run out: what each number does depends on the other."""
    short = np.logical_and(normal[:, 0] > 0.5, normal[:, 1] > 0.5)
    return np.asarray(4 * short + 0.2 * normal[:, 0] + 0.25 * chance)


def split(outcome: object, seed: int = 1, numbers: int = 2) -> Spread:
    assert callable(outcome)
    random = np.random.default_rng(seed)
    quantiles = random.random((TRIALS, numbers))
    normal = ndtri(quantiles)
    outcomes = outcome(normal, random.standard_normal(TRIALS))
    echoes = outcome(normal[:ECHOES], random.standard_normal(ECHOES))
    keys = [f"number.{number}" for number in range(numbers)]
    found = spread_of("wall_clock_s", outcomes, echoes, keys, quantiles)
    assert found is not None
    return found


def test_numbers_that_work_together_are_doubt_and_not_chance() -> None:
    """The doubt of a threshold is what its echoes have in common, not the sum of the shares.

    By 10⁶ trials the doubt is 0.962 and the shares add up to 0.51; the interval of 250 echoes is
    about ± 0.01. A fit by a sum of the numbers would call a third of the spread chance.
    """
    found = split(threshold)
    assert found.doubt.value == pytest.approx(0.962, abs=0.02)
    assert sum(one.share.value for one in found.numbers) < 0.65
    assert found.chance == pytest.approx(1 - found.doubt.value)


def test_what_no_number_moves_is_chance() -> None:
    found = split(lambda normal, chance: chance, numbers=8)
    assert found.doubt.low == 0
    assert found.doubt.high < 0.25
    assert all(one.share.low == 0 and one.share.value < 0.02 for one in found.numbers)


def test_what_chance_does_not_move_is_doubt() -> None:
    found = split(lambda normal, chance: normal[:, 0] + normal[:, 1])
    assert found.doubt.value == pytest.approx(1)
    assert [one.share.value for one in found.numbers] == pytest.approx([0.5, 0.5], abs=0.08)


def test_the_largest_share_comes_first() -> None:
    found = split(lambda normal, chance: normal[:, 0] + 2 * normal[:, 1] + chance)
    assert [one.key for one in found.numbers] == ["number.1", "number.0"]
    for one, share in zip(found.numbers, (4 / 6, 1 / 6), strict=True):
        assert one.share.low < share < one.share.high
    assert found.doubt.low < 5 / 6 < found.doubt.high


@pytest.mark.slow
def test_intervals_hold_the_truth_nine_times_in_ten_or_more() -> None:
    """Of 40 samples 38 are expected; fewer than 33 happen once in 100 if 95 % hold."""
    hits = 0
    for seed in range(40):
        found = split(lambda normal, chance: normal[:, 0] + chance, seed)
        hits += found.doubt.low <= 0.5 <= found.doubt.high
    assert hits >= 33


def test_outliers_are_measured_by_their_ranks() -> None:
    found = split(lambda normal, chance: np.exp(3 * (normal[:, 0] + 0.5 * chance)))
    assert found.measure == RANKS
    # Ranks of an echo and of its trial, whose normal scores have the correlation 1/1.25, have that
    # of Spearman: 6/π·asin(0.8/2) = 0.786.
    assert found.doubt.low < 6 / np.pi * np.arcsin(0.8 / 2) < found.doubt.high
    assert split(lambda normal, chance: normal[:, 0] + chance).measure == VARIANCE


def test_all_that_some_numbers_explain_is_doubt() -> None:
    """Few echoes may have little in common by chance; a share is doubt all the same."""
    for seed in range(6):
        random = np.random.default_rng(seed)
        quantiles = random.random((200, 1))
        outcomes = ndtri(quantiles[:, 0]) + 0.5 * random.standard_normal(200)
        echoes = ndtri(quantiles[:60, 0]) + 0.5 * random.standard_normal(60)
        found = spread_of("wall_clock_s", outcomes, echoes, ["a"], quantiles)
        assert found is not None
        assert found.doubt.value >= found.numbers[0].share.value
        assert found.doubt.low >= found.numbers[0].share.low


def test_of_very_many_trials_some_are_enough() -> None:
    random = np.random.default_rng(1)
    quantiles = random.random((200_000, 1))
    outcomes = quantiles[:, 0] + random.random(200_000)
    found = spread_of("wall_clock_s", outcomes, outcomes[:1250], ["a"], quantiles)
    few = spread_of("wall_clock_s", outcomes[:5000], outcomes[:1250], ["a"], quantiles[:5000])
    assert found == few
    assert echoes_for(200_000) == 1250


def test_trials_that_did_not_finish_are_left_out() -> None:
    random = np.random.default_rng(2)
    quantiles = random.random((400, 1))
    outcomes = quantiles[:, 0].copy()
    echoes = outcomes[:100].copy()
    outcomes[::3], echoes[::5] = np.nan, np.nan
    found = spread_of("wall_clock_s", outcomes, echoes, ["a"], quantiles)
    assert found is not None
    assert found.echoes == int((~np.isnan(outcomes[:100]) & ~np.isnan(echoes)).sum())
    assert found.doubt.value == pytest.approx(1)
    outcomes[30:] = np.nan
    assert spread_of("wall_clock_s", outcomes, echoes, ["a"], quantiles) is None


def test_nothing_is_said_of_outcomes_that_are_all_alike() -> None:
    same = np.full(100, 3.0)
    assert spread_of("wall_clock_s", same, same, ["a"], np.full((100, 1), 0.5)) is None


@pytest.mark.parametrize(("trials", "echoes"), [(20, 0), (40, 40), (200, 100), (1000, 250)])
def test_a_quarter_of_the_trials_is_echoed(trials: int, echoes: int) -> None:
    assert echoes_for(trials) == echoes

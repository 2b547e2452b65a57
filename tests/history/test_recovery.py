"""What is put into simulated logs is found in them, as often as intervals say; and nothing else."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from simtrain.history.fitted import Fitted
from simtrain.history.rows import GROUPS, scenario_of
from tests.history.made import DAY, Truth, made, worn

PLAIN = Truth(hosts=150, days=180, rate=0.006)
"""About 160 failures, of hosts that are alike and independent."""

LOGS = 20
"""Logs of each kind: an event of probability 0.9 comes 13 times or less one time in four hundred,
as it would two times in five at a probability of 0.7; one of probability 0.01 comes three times or
more one time in a thousand."""
_LEAST, _MOST_BY_CHANCE = 14 / 20, 2


def of(truth: Truth, number: Callable[[Fitted], object], logs: int = LOGS) -> np.ndarray:
    return np.array([number(Fitted(made(truth, seed))) for seed in range(logs)], dtype=float)


def within(value: float, interval: tuple[float, float]) -> bool:
    return interval[0] <= value <= interval[1]


def of_row(found: Fitted, name: str) -> tuple[float, float]:
    """Range of a rate per day as the scenario has it; none if that is of another kind."""
    rate = scenario_of(found, None, 8).fault[name].rate
    if rate is None:
        return (np.nan, np.nan)
    return rate.law.quantile(0.05) * DAY, rate.law.quantile(0.95) * DAY


def believed(found: Fitted) -> list[bool]:
    """Relapse, trend, weather of faults and of repairs, unequal hosts, groups, wear."""
    return [
        found.relapse is not None and found.relapse.is_believed,
        found.trend.is_believed,
        found.weather.is_believed,
        found.repair_weather.weather.is_believed,
        found.unequal.is_believed,
        found.groups.are_real,
        found.wear is not None and found.wear.is_believed,
    ]


def test_parts_add_up_to_the_failures_whatever_the_log_is_like():
    everything = Truth(
        missed=0.2, cv=0.6, repair_cv=0.5, lemons=0.05, worse=8, burst_rate=0.1, trend=0.3
    )
    for seed in range(5):
        log = made(everything, seed)
        found = Fitted(log)
        assert found.parts.total == pytest.approx(log.events)
        assert sum(one.first for one in found.classes) == pytest.approx(found.parts.first)
        assert sum(one.events for one in found.classes) == log.events


@pytest.mark.slow
def test_in_a_log_of_independent_faults_nothing_else_is_seen_and_the_rate_is_known():
    rows = of(PLAIN, lambda f: [*believed(f), within(PLAIN.rate, f.rate_range(f.parts.first))])
    *seen, cover = rows.sum(axis=0)
    assert max(seen) <= _MOST_BY_CHANCE, seen
    assert cover >= LOGS * _LEAST


@pytest.mark.slow
def test_relapses_are_found_with_their_share_and_delay():
    truth = PLAIN._replace(missed=0.25, back_after=0.4)
    rows = of(
        truth,
        lambda f: [
            f.relapse.is_believed,
            within(0.25, f.relapse.share_range),
            within(0.4 * DAY, f.relapse.mean_range_s),
            f.relapse.share,
            f.unequal.is_believed,
            within(truth.rate, f.rate_range(f.parts.first)),
        ],
    )
    found, share, delay, mean, unequal, rate = rows.mean(axis=0)
    assert found >= 0.95
    assert min(share, delay, rate) >= _LEAST
    # Standard error of the mean share 0.007.
    assert mean == pytest.approx(0.25, abs=0.02)
    assert unequal * LOGS <= _MOST_BY_CHANCE


@pytest.mark.slow
def test_weather_of_faults_is_found_and_is_no_trend():
    truth = PLAIN._replace(cv=0.7)
    rows = of(
        truth,
        lambda f: [
            f.weather.is_believed,
            f.weather.span_s == 14 * DAY,
            within(0.7, f.weather.cv_range),
            f.trend.is_believed,
            f.relapse is not None and f.relapse.is_believed,
            within(truth.rate, of_row(f, "fault")),
        ],
    )
    found, span, cv, trend, relapse, rate = rows.mean(axis=0)
    assert found >= 0.85
    assert span >= 0.6
    assert min(cv, rate) >= _LEAST
    assert max(trend, relapse) * LOGS <= _MOST_BY_CHANCE


@pytest.mark.slow
def test_weather_of_repairs_is_found_and_leaves_the_mean_repair():
    truth = PLAIN._replace(repair_cv=0.8)
    rows = of(
        truth,
        lambda f: [
            f.repair_weather.weather.is_believed,
            within(0.8, f.repair_weather.weather.cv_range),
            f.repair.curve.mean / f.rows_repair.curve.mean,
        ],
    )
    found, cv, mean = rows.mean(axis=0)
    assert found >= 0.9
    assert cv >= _LEAST
    assert mean == pytest.approx(1.0, abs=0.01)


@pytest.mark.slow
def test_lemons_are_found_by_both_halves_and_are_no_relapses():
    truth = PLAIN._replace(hosts=200, lemons=0.05, worse=10)
    rows = of(truth, lambda f: [f.unequal.is_believed, f.relapse.is_believed, f.unequal.variance])
    found, relapse, variance = rows.mean(axis=0)
    assert found >= 0.95
    assert relapse <= 0.2
    factors = np.array([10.0] * 10 + [1.0] * 190)
    assert variance == pytest.approx(factors.var() / factors.mean() ** 2, rel=0.2)


@pytest.mark.slow
def test_a_trend_is_found_with_its_size_and_is_no_weather():
    truth = PLAIN._replace(days=364, trend=1 / 6, rate=0.02)
    rows = of(
        truth,
        lambda f: [f.trend.is_believed, np.log(f.trend.factor), f.weather.is_believed],
    )
    found, size, weather = rows.mean(axis=0)
    assert found >= 0.95
    assert size == pytest.approx(np.log(1 / 6), abs=0.15)
    assert weather * LOGS <= _MOST_BY_CHANCE


@pytest.mark.slow
def test_bursts_are_found_and_are_neither_weather_nor_relapse():
    truth = PLAIN._replace(burst_rate=0.1)
    rows = of(
        truth,
        lambda f: [
            f.groups.are_real,
            f.groups_return,
            f.weather.is_believed,
            f.relapse.is_believed,
            within(truth.rate, of_row(f, "fault")),
            within(truth.burst_rate, of_row(f, GROUPS)),
        ],
    )
    groups, together, weather, relapse, rate, bursts = rows.mean(axis=0)
    assert min(groups, together) >= 0.95
    assert max(weather, relapse) * LOGS <= _MOST_BY_CHANCE
    assert min(rate, bursts) >= _LEAST


@pytest.mark.slow
def test_wear_is_found_with_its_shape_and_looks_like_nothing_else():
    rows = []
    for seed in range(LOGS):
        found = Fitted(worn(2.0, 60.0, hosts=100, days=200, seed=seed))
        wear = found.wear
        rows.append([*believed(found), within(2.0, wear.shape_range), wear.shape])
    *others, seen, cover, shape = np.array(rows, dtype=float).T
    assert seen.mean() >= 0.95
    assert cover.mean() >= _LEAST
    # Standard error 0.04.
    assert shape.mean() == pytest.approx(2.0, abs=0.1)
    assert max(map(sum, others)) <= _MOST_BY_CHANCE

"""docs/spares.md says what the scenarios hold, and what comes out of them."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import simtrain
from simtrain.scenario.unsaid import unsaid

PAGE = " ".join((Path(__file__).parent.parent / "docs" / "spares.md").read_text("utf-8").split())
INDEPENDENT, BY_ITS_LOG = map(simtrain.load, ("llm400-independent.toml", "llm400.toml"))
DAYS, SERVERS, FAULTS, DOWN = 174, 400, 312, 0.029
TOGETHER, FIRST, AGAIN = 75, 175, 62
SPANS = (6, 22, 68, 25, 17, 37)
OF_THE_LOG = {"hosts_down_mean": 11.7, "hosts_down_p99": 32, "hosts_down_max": 35}


def per_1000_host_days(scenario: simtrain.Scenario) -> float:
    return scenario.fault["server"].rate.mean * 86_400 * 1000


def test_rates_are_the_counts_by_the_time_that_hosts_stand() -> None:
    standing = DAYS * SERVERS * (1 - DOWN) / 1000
    assert per_1000_host_days(INDEPENDENT) == pytest.approx(FAULTS / standing, abs=5e-3)
    plain = BY_ITS_LOG.without_doubt()
    assert per_1000_host_days(plain) == pytest.approx(FIRST / standing, abs=5e-3)
    assert f"{FAULTS / DAYS / SERVERS * 1000:.2f} per 1000 host-days" in PAGE
    assert f"{FIRST / standing:.2f} per 1000 host-days" in PAGE


def test_rows_of_the_scenario_add_up_to_the_count_of_the_log() -> None:
    """First faults, those that came again, and those that came together."""
    together = BY_ITS_LOG.fault["together"]
    taken = together.hosts.number.law.values
    assert sum(taken) == TOGETHER
    assert FIRST + AGAIN + TOGETHER == FAULTS
    assert sum(SPANS) == FIRST
    assert together.mtbf.mean / 86_400 == pytest.approx(DAYS / len(taken), abs=5e-3)
    misses = BY_ITS_LOG.without_doubt().repair.automated_misses.mean
    assert misses == pytest.approx(AGAIN / (FIRST + AGAIN), abs=5e-3)


def test_what_is_said_of_the_weather_follows_from_the_six_counts() -> None:
    mean = np.mean(SPANS)
    beyond_chance = (np.var(SPANS, ddof=1) - mean) / mean**2
    assert BY_ITS_LOG.without_doubt().fault["server"].varies.cv.mean == pytest.approx(
        beyond_chance**0.5, abs=0.05
    )
    low, high = (int(stats.poisson.ppf(part, mean)) for part in (0.05, 0.95))
    assert f"{low} to {high}" in PAGE
    assert ", ".join(map(str, SPANS[:-1])) in PAGE


def test_what_the_log_has_is_what_was_taken_for_granted() -> None:
    granted = {one.assumption for one in unsaid(INDEPENDENT)}
    granted -= {one.assumption for one in unsaid(BY_ITS_LOG)}
    assert granted == {"repair always works", "hosts are lost one by one", "months are alike"}
    assert all(one in PAGE for one in granted)


def test_percentiles_of_the_laws_rise() -> None:
    for scenario in (INDEPENDENT, BY_ITS_LOG):
        law = scenario.repair.automated.law
        assert all(one < other for one, other in pairwise(law.quantile(u / 10) for u in range(10)))


@pytest.mark.slow
def test_the_log_lies_beyond_independent_faults_and_among_those_that_come_together() -> None:
    """60 trials of each: P89 of the largest number of hosts down is known to 4 of 100."""
    found = {
        scenario.name: simtrain.run(scenario, trials=60, seed=0).to_frame()
        for scenario in (INDEPENDENT, BY_ITS_LOG)
    }
    for column in ("hosts_down_p99", "hosts_down_max"):
        below = {name: (one[column] < OF_THE_LOG[column]).mean() for name, one in found.items()}
        assert below["llm400-independent"] == 1.0
        assert 0.75 < below["llm400"] < 0.98
    for one in found.values():
        assert 0.05 < (one.hosts_down_mean < OF_THE_LOG["hosts_down_mean"]).mean() < 0.95


def test_the_log_s_own_figures_are_those_of_the_scenario() -> None:
    assert {row.quantity: row.value for row in BY_ITS_LOG.published} == OF_THE_LOG
    assert re.search("11.7 hosts are down at once on average, no more than 32", PAGE)

"""A fitted cluster is held against its log: right ones pass nine times in ten, others do not."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pytest

import simtrain
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import EventKind
from simtrain.compiled.simulator import CompiledSimulator
from simtrain.engine.trial import Simulator
from simtrain.history.fitted import Fitted
from simtrain.history.rows import scenario_of
from simtrain.history.self_check import CHANCE, self_check
from simtrain.history.simulated import simulated_log
from simtrain.history.statistics import statistics
from simtrain.history.text import text_of
from simtrain.questions.windows import engine_of_windows, windows
from simtrain.sampling.engines import COMPILED
from simtrain.tables.answer import SIMPY
from tests.history.made import DAY, Truth, log_of, made, worn, written
from tests.history.test_traps import rows_of

if TYPE_CHECKING:
    from simtrain.logs.log import FailureLog

FAULTS = (EventKind.FAULT, EventKind.SPARE_FAULT)
LIKE = log_of([(1.0, 0, 2.0)], hosts=60, days=120)
SCENARIO = """\
[workload]
window = "120 days"
[cluster]
hosts = 50
spares = 10
[fault.single]
clock = "calendar"
rate = "8 per 1000 host-days"
[fault.burst]
scope = "cluster"
clock = "calendar"
hosts = 3
rate = "40 per 1000 days"
returns = "12 h"
[checkpoint]
interval = "12 h"
stall = "1 min"
[restart]
duration = "10 min"
[repair]
automated = { law = "exponential", mean = "2 d" }
automated_misses = 0.3
bad_host_mtbf = "6 h"
"""


@pytest.mark.slow
def test_logs_of_independent_faults_pass_nine_times_in_ten_under_their_own_model():
    """The share of 400 that fails is 0.1 ± 0.015, and ± 0.015 by the chance of the windows.

    At a level of 5 % for each of the eleven statistics it were a third.
    """
    truth = Truth(hosts=60, days=91, rate=0.01)
    simulated = [statistics(made(truth, 10_000 + seed)) for seed in range(400)]
    logs = [statistics(made(truth, seed)) for seed in range(400)]
    failed = sum(not self_check(log, simulated).passed for log in logs)
    assert abs(failed / 400 - CHANCE) < 3.3 * 0.022


def test_what_lies_far_out_is_what_fails():
    rows = [{"a": float(n), "b": float(n % 7), "c": None} for n in range(400)]
    check = self_check({"a": 1000.0, "b": 3.0, "c": None}, rows)
    assert [one.statistic for one in check.checks] == ["a", "b"]
    assert [one.statistic for one in check.failed] == ["a"]
    assert check.checks[0].percentile == 1.0
    assert check.checks[1].percentile == pytest.approx(0.5, abs=0.01)
    assert not check.passed


def test_the_log_of_a_trial_is_what_its_hosts_went_through(tmp_path):
    """Faults one by one, and hosts that are down at once as the engine's own meter has them."""
    scenario = simtrain.load(written(tmp_path, SCENARIO, "made.toml"))
    results = simtrain.run(scenario, trials=3, jobs=1).to_frame()
    for trial in range(3):
        recording = Recorder()
        Simulator(scenario, 0).run(trial, recording)
        log = simulated_log(recording.moments, LIKE, 1e-3)
        assert log.hosts == 60
        numbers = statistics(log)
        row = results.iloc[trial]
        assert numbers["hosts_down_mean"] == pytest.approx(row.hosts_down_mean, rel=1e-4)
        assert numbers["hosts_down_p99"] == row.hosts_down_p99
        assert numbers["hosts_down_max"] == row.hosts_down_max


def test_windows_are_the_same_with_any_number_of_jobs(tmp_path):
    scenario = simtrain.load(written(tmp_path, SCENARIO, "made.toml"))
    alone = windows(scenario, LIKE, 1.0, 12, jobs=1)
    assert windows(scenario, LIKE, 1.0, 24, jobs=1)[:12] == alone
    assert len({one.statistics["longest_quiet_s"] for one in alone}) == 12


def test_windows_are_the_same_by_either_engine(tmp_path, monkeypatch):
    """And compiled code is taken where there is work for some seconds."""
    scenario = simtrain.load(written(tmp_path, SCENARIO, "made.toml"))
    by_simpy = windows(scenario, LIKE, 1.0, 12, jobs=1)
    assert engine_of_windows(scenario, 1.0) == SIMPY
    monkeypatch.setattr("simtrain.questions.windows._LOADING_S", 0.0)
    assert engine_of_windows(scenario, 1.0) == COMPILED
    assert windows(scenario, LIKE, 1.0, 12, jobs=1) == by_simpy


PLAIN = Truth(hosts=150, days=180, rate=0.012)
SIGNATURES = {
    "bursts": (
        PLAIN._replace(burst_rate=0.12),
        {"dispersion_by_day", "most_in_an_hour"},
        {"repeats_in_1_d"},
    ),
    "relapse": (
        PLAIN._replace(missed=0.3, back_after=0.3),
        {"dispersion_by_host", "repeats_in_1_d", "repeats_in_7_d", "repeats_in_30_d"},
        {"most_in_an_hour"},
    ),
    "weather": (
        PLAIN._replace(cv=0.9),
        {"dispersion_by_day", "dispersion_by_week"},
        {"dispersion_by_host", "repeats_in_1_d"},
    ),
    "lemons": (
        PLAIN._replace(lemons=0.05, worse=10),
        {"dispersion_by_host", "repeats_in_30_d"},
        {"most_in_an_hour", "dispersion_by_week"},
    ),
    "trend": (
        PLAIN._replace(trend=1 / 8, rate=0.03, span=2),
        {"dispersion_by_week"},
        {"dispersion_by_host", "repeats_in_1_d", "most_in_an_hour"},
    ),
    "wear": (
        partial(worn, 3.0, 1 / PLAIN.rate, PLAIN.hosts, PLAIN.days),
        {"dispersion_by_host"},
        {"most_in_an_hour", "dispersion_by_day", "hosts_down_max"},
    ),
}
"""Departures from independent faults of equal hosts, what fails then, and what they cannot move."""


def departed(name: str, seed: int) -> FailureLog:
    truth = SIGNATURES[name][0]
    return truth(seed) if callable(truth) else made(truth, seed)


@pytest.fixture(scope="module")
def plain() -> list[dict[str, float | None]]:
    """Statistics of windows without any departure."""
    return [statistics(made(PLAIN, 1000 + seed)) for seed in range(200)]


@pytest.mark.slow
@pytest.mark.parametrize("name", SIGNATURES)
def test_each_departure_shows_its_signature_under_the_wrong_model(name, plain):
    _, moved, unmoved = SIGNATURES[name]
    for seed in range(2):
        check = self_check(statistics(departed(name, seed)), plain)
        failed = {one.statistic for one in check.failed}
        assert not check.passed
        assert moved <= failed
        assert not unmoved & failed


@pytest.mark.slow
def test_logs_of_every_kind_pass_under_the_model_that_is_fitted_to_them(tmp_path, monkeypatch):
    """Of six right ones two or more fail one time in nine; the mean of hosts down is fitted."""
    small = Truth(hosts=60, days=91, rate=0.01)
    kinds = {
        "nothing": small,
        "bursts and relapse": small._replace(missed=0.3, burst_rate=0.08, burst_hosts=4),
        "weather": small._replace(cv=0.9),
        "trend": small._replace(days=182, trend=1 / 5, rate=0.02),
        "lemons": small._replace(lemons=0.1, worse=8),
        "wear": partial(worn, 3.0, 50.0, 60, 91),
    }
    monkeypatch.setattr("simtrain.questions.windows._LOADING_S", 0.0)  # it is loaded once for all
    failed = []
    for kind, truth in kinds.items():
        log = truth(0) if callable(truth) else made(truth, 0)
        file = written(tmp_path, rows_of(log))
        window = f"{log.start:%Y-%m-%d}..{log.end:%Y-%m-%d}"
        found = simtrain.fit(file, hosts=60, window=window, windows=40, jobs=1)
        assert found.check.windows == 40
        assert found.check.passed is all(one.passed for one in found.check.checks)
        failed += [] if found.check.passed else [kind]
        [mean] = [one for one in found.check.checks if one.statistic == "hosts_down_mean"]
        assert 0.05 < mean.percentile < 0.95
    assert len(failed) <= 1, failed


def test_the_check_is_in_the_report_the_summary_and_the_tables(tmp_path):
    log = made(Truth(hosts=30, days=60, rate=0.01), seed=1)
    file = written(tmp_path, rows_of(log))
    found = simtrain.fit(file, hosts=30, window="2024-01-01..2024-03-01", windows=20, jobs=1)
    rows = found.summary()["checks"]
    assert {"statistic", "log", "p5", "p50", "p95", "percentile", "passed"} == set(rows[0])
    assert len(rows) == 11
    assert list(found.tables) == ["classes", "checks"]
    text = " ".join(found.report().split())
    assert "longest quiet time" in text
    assert ("the scenario makes logs like this one" in text) is found.check.passed
    assert found.exceeded.shape[0] == 20


def test_a_log_of_many_failures_is_not_checked_unless_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("simtrain.questions.windows.is_installed", lambda: False)
    log = made(Truth(hosts=100, days=182, rate=0.2, repair_days=0.01), seed=1)
    file = written(tmp_path, rows_of(log))
    found = simtrain.fit(file, hosts=100, window="2024-01-01..2024-07-01")
    assert found.log.events * DAY > 2500 * DAY
    assert found.check is None
    assert "The scenario was not checked" in " ".join(found.report().split())
    assert found.summary()["checks"] is None


def test_too_few_windows_are_refused(tmp_path):
    file = written(tmp_path, "time,host\n2024-02-01,a\n")
    with pytest.raises(simtrain.InputError, match="windows = 3"):
        simtrain.fit(file, hosts=3, window="2024-01-01..2024-07-01", windows=3)


@pytest.mark.slow
def test_the_rows_of_a_scenario_add_up_to_the_log():
    """Failures, hosts of bursts and host-days down of 40 trials are those of the log.

    Standard errors are some 2 %, 5 % and 4 %: bursts that count as single faults as well, or
    relapses that count as first ones, move the first by a fifth, and the |z| below is 3.3.
    """
    truth = Truth(hosts=80, days=120, rate=0.01, missed=0.3, burst_rate=0.1, burst_hosts=4)
    log = made(truth, seed=0)
    found = Fitted(log)
    scenario = scenario_of(found, None, 8).without_doubt()
    simulator = CompiledSimulator(scenario, 0)
    rows = []
    for trial in range(40):
        recording = Recorder()
        simulator.run(trial, recording)
        one = Fitted(simulated_log(recording.moments, log.bare, 1.0))
        rows.append((one.log.events, one.parts.in_groups, one.outages.down_host_days))
    table = np.array(rows)
    means, errors = table.mean(axis=0), table.std(axis=0, ddof=1) / np.sqrt(len(table))
    told = np.array([log.events, found.parts.in_groups, found.outages.down_host_days])
    assert np.all(np.abs(means - told) < 3.3 * errors), (means, told, errors)


@pytest.mark.slow
def test_classes_of_hosts_that_wear_have_their_faults_and_pass_the_check(tmp_path):
    """Of two classes in a proportion of 3 to 1, in 24 trials; |z| below 3.3 for each count.

    Standard errors are some 2 % and 5 %: without ages at the start, or with the scale of all for
    each class, the counts are off by a fifth and by half and more.
    """
    plain = worn(3.0, 60.0, hosts=60, days=120, seed=1)
    which = (np.arange(plain.events) % 4 == 0).astype(np.int64)
    log = replace(plain, cause=which, classes=("a", "b"))
    found = Fitted(log)
    fitted = scenario_of(found, None, 8)
    again = simtrain.load(written(tmp_path, text_of(fitted), "worn.toml"))
    assert again.sha256 == fitted.sha256
    assert {fault.law for fault in again.fault.values()} == {"weibull"}
    simulator = CompiledSimulator(again.without_doubt(), 0)
    rows = []
    for trial in range(24):
        recording = Recorder()
        simulator.run(trial, recording)
        struck = [one.cause for one in recording.moments if one.what in FAULTS]
        rows.append([struck.count("a"), struck.count("b")])
    table = np.array(rows)
    means, errors = table.mean(axis=0), table.std(axis=0, ddof=1) / np.sqrt(len(table))
    assert np.all(np.abs(means - log.per_class) < 3.3 * errors), (means, errors)
    simulated = windows(again, log.bare, 1.0, 40, jobs=1)
    assert self_check(statistics(log), [one.statistics for one in simulated]).passed

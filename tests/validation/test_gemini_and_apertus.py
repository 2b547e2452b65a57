"""Gemini 2.5 and Apertus 70B by hand: what is put in makes what is said of the run."""

from __future__ import annotations

import pytest

import simtrain
from simtrain.units import HOUR

GEMINI, APERTUS = (simtrain.load(f"{name}.toml") for name in ("gemini25", "apertus-70b"))


def no_faults(scenario: simtrain.Scenario) -> dict[str, None]:
    return dict.fromkeys(f"fault.{name}" for name in scenario.fault)


def test_the_hosts_of_gemini_are_whole_pods_and_fail_several_times_an_hour() -> None:
    cluster, rate = GEMINI.cluster, GEMINI.fault["host"].rate
    assert cluster.hosts * cluster.accelerators_per_host == 4 * 8960
    assert rate is not None
    an_hour = [cluster.hosts * rate.law.quantile(level) * HOUR for level in (0.05, 0.95)]
    assert an_hour == pytest.approx([2, 6], rel=0.01)


def test_gemini_without_a_slice_has_97_percent_of_its_speed_and_most_faults_cost_no_launch() -> (
    None
):
    recovery = GEMINI.recovery
    assert recovery is not None
    assert recovery.replicas is not None
    assert 1 - 1 / recovery.replicas == pytest.approx(0.97, abs=0.002)
    results = simtrain.run(GEMINI.replace({"workload.window": "1 day"}), trials=2, jobs=1)
    assert (results.metric("reconfigurations") > 4 * results.metric("interruptions")).all()


def test_replayed_steps_are_a_quarter_of_a_percent_of_the_time_of_gemini() -> None:
    without = {**no_faults(GEMINI), "checkpoint.stall": 0}
    results = simtrain.run(GEMINI.replace(without), trials=1, jobs=1)
    assert results.metric("goodput") == pytest.approx(1 - 0.0025, abs=1e-4)


def test_corruptions_of_gemini_are_at_most_six_in_a_hundred_replayed_steps() -> None:
    rate = GEMINI.fault["silent corruption"].rate
    assert rate is not None
    for_two_seconds = 0.0025 * 0.06 / 2
    assert GEMINI.cluster.hosts * rate.law.quantile(0.95) == pytest.approx(
        for_two_seconds, rel=0.01
    )


def test_apertus_without_faults_takes_its_tokens_by_its_speed_in_25_minutes_a_save() -> None:
    grows = {"change.0.progress": 0.3}
    middle = simtrain.run(APERTUS.replace(no_faults(APERTUS) | grows), trials=1, jobs=1)
    speed = (600 * 750) ** 0.5
    on_half, on_all = 15e12 / (2048 * speed), 15e12 / (4096 * speed)
    assert middle.ideal_s == pytest.approx(0.3 * on_half + 0.7 * on_all, rel=0.01)
    assert 250 * 4096 * 2048 / (2048 * speed) / 60 == pytest.approx(25, abs=0.5)


def test_no_allocation_of_apertus_lasts_longer_than_48_hours() -> None:
    results = simtrain.run(APERTUS, trials=2, jobs=1)
    assert (results.metric("longest_run_s") < 48 * HOUR).all()
    assert (results.metric("queue_wait_s") > 0).all()


def test_an_hour_of_an_accelerator_of_apertus_draws_560_w() -> None:
    """Whatever the job does, if it stalls at the same power and holds its hosts for good."""
    alone = {
        "allocation": None, "cluster.spares": 0, "fault.host": None, "change": [],
        "power.pue": 1.0, "power.stalled": "560 W",
    }  # fmt: skip
    results = simtrain.run(APERTUS.replace(alone), trials=1, jobs=1)
    drawn = results.metric("wall_clock_s") * 2048 * 560
    assert results.metric("energy_mwh") * 3.6e9 == pytest.approx(drawn, rel=1e-6)


def test_no_outcome_is_held_against_them() -> None:
    assert [one.published for one in (GEMINI, APERTUS)] == [(), ()]

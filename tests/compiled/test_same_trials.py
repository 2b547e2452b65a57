"""Both engines tell the same trials: call by call, and column by column."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.compiled.layout import (
    SHORT_OF_HOLDS,
    SHORT_OF_HOSTS,
    SHORT_OF_PLANNED,
    SHORT_OF_SPELLS,
)
from simtrain.compiled.simulator import CompiledSimulator
from simtrain.compiled.support import left_to_simpy
from simtrain.engine.trial import Simulator
from simtrain.model.draws import ECHO
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from tests.compiled.comparison import Engines, first_difference, is_alike
from tests.engine.runs import scenario as small
from tests.examples import examples
from tests.strategies import documents_of_a_plain_cluster, scenarios, scenarios_that_are_paid

PAGES = Path(__file__).parents[2] / "docs"
FILES = [*packaged().values(), *sorted(PAGES.glob("*/*.toml"))]
LONG = {"gemini25", "gpt4", "replicas12"}
"""Scenarios of which a trial takes long."""
LESS = {"power": 0.5, "speed": 0.7}
SEEDS = st.integers(0, 2**64 - 1)


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, marks=pytest.mark.slow) if path.stem in LONG else path for path in FILES],
    ids=lambda path: path.stem,
)
def test_packaged_scenarios_and_those_of_pages_are_told_alike(path: Path) -> None:
    assert first_difference(load(str(path)), 20, [0, ECHO + 1]) == ""


SAVES = {"interval": "4 h", "stall": "6 min"}
SDC = {"effect": "corrupt", "mtbf": "400 h", "detection": "50 h", "automatic": 1}
PAST = {"done": 0.8, "elapsed": "333 h"}
BAD_DAYS = {"cv": 0.8, "every": "50 h"}
BETWEEN = {"law": "lognormal", "mean": "15 h", "cv": 0.6}
ALLOCATION = {"limit": "20 h", "wait": {"law": "exponential", "mean": "5 h"}}
UNDERWAY: dict[str, dict[str, Any]] = {
    "saves in the background": {
        "checkpoint": {**SAVES, "durability_lag": "2 h", "write_slowdown": 0.2},
    },
    "saves in steps": {
        "workload": {"ideal_time": "50..90 h", "steps": 1000},
        "checkpoint": {"interval": "90 steps"},
    },
    "tiers": {
        "checkpoint": {
            "interval": "4 h",
            "tier": [
                {"name": "near", "survives": "job", "stall": "1 min"},
                {"name": "deep", "every": 3, "stall": "4 min", "durability_lag": "1 h"},
            ],
        },
    },
    "bad hosts": {"fault": {"sdc": SDC}, "repair": {"bad_host_mtbf": "20 h"}},
    "a bad host that was missed": {"underway": {"done": 0.8, "bad_hosts": {"crash": 0.8}}},
    "hosts in repair, in each stage of it": {
        "cluster": {"hosts": 4, "spares": 3, "in_repair": 3},
        "underway": {"done": 0.8, "in_repair": ["2 h", "11 h", "24 h"]},
        "repair": {
            "automated": {"law": "exponential", "mean": "10 h"},
            "automated_fails": 0.5,
            "automated_misses": 0.3,
            "manual": "20 h",
            "burn_in": "5 h",
            "burn_in_catches": 0.5,
            "retire": 0.2,
            "crews": 2,
        },
    },
    "spikes": {"fault": {"spike": {**SDC, "effect": "diverge", "scope": "job", "mtbf": "40 h"}}},
    "slow hosts": {"fault": {"slow": {**SDC, "effect": "slow", "speed": 0.5, "lasts": "60 h"}}},
    "weather that faults have told of": {
        "fault": {
            "crash": {"mtbf": "20..80 h", "automatic": 1, "varies": "bad days"},
            "job": {"mtbf": "30 h", "scope": "job", "automatic": 1, "varies": BAD_DAYS},
        },
        "weather": {"bad days": BAD_DAYS},
        "repair": {"automated": "10 h", "varies": "bad days"},
        "underway": {**PAST, "seen": {"crash": 9, "job": 0}, "at_risk": {"crash": "6 h"}},
    },
    "weather of which only the rhythm is known": {
        "fault": {"crash": {"mtbf": "40 h", "automatic": 1, "varies": BAD_DAYS}},
        "repair": {"automated": "10 h", "varies": {"cv": 0.5, "every": "11 h"}},
        "underway": PAST,
    },
    "stops that recur": {
        "stop": {
            name: {"every": every, "duration": "1 h"}
            for name, every in (("drawn", BETWEEN), ("known", BETWEEN), ("regular", "7 h"))
        },
        "underway": {**PAST, "since_stop": {"known": "9 h"}, "first_stop": {"regular": "50 h"}},
    },
    "hosts of which some have been replaced": {
        "cluster": {"hosts": 4, "spares": 3, "age": "new"},
        "fault": {"wear": {"mtbf": "90 h", "law": "weibull", "shape": 2, "automatic": 1}},
        "underway": {"done": 0.8, "aged": "100 h"},
    },
    "an allocation of an age that is drawn": {
        "allocation": {**ALLOCATION, "save_before": "1 h"},
        "underway": PAST,
    },
    "an allocation that a preemption ends": {
        "fault": {"taken": {"effect": "preempt", "mtbf": "40 h", "scope": "job", "shield": "9 h"}},
        "allocation": {**ALLOCATION, "on_fault": "queue", "wait_first": True},
        "underway": PAST,
    },
    "an allocation of an age that is known": {
        "allocation": ALLOCATION, "underway": {"done": 0.8, "since_grant": "15 h"},
    },
    "an allocation that is to be saved at once": {
        "allocation": {**ALLOCATION, "save_before": "8 h"},
        "underway": {"done": 0.8, "since_grant": "15 h"},
    },
}  # fmt: skip


@pytest.mark.parametrize("tables", UNDERWAY.values(), ids=UNDERWAY)
def test_a_run_in_flight_is_told_alike(tables: dict[str, Any]) -> None:
    crash = {"crash": {"mtbf": "80 h", "automatic": 1}}
    document = {
        "workload": {"ideal_time": "60 h"}, "cluster": {"hosts": 4, "spares": 3},
        "checkpoint": SAVES, "restart": {"duration": "20 min"}, "underway": {"done": 0.8},
        **tables, "fault": {**crash, **tables.get("fault", {})},
    }  # fmt: skip
    assert first_difference(Scenario.from_document(document), 3, [*range(5), ECHO]) == ""


@examples(40)
@given(scenarios(), SEEDS)
def test_any_scenario_is_told_alike(scenario: Scenario, seed: int) -> None:
    assert first_difference(scenario, seed, [0, 7]) == ""


@pytest.mark.slow
@examples(40)
@given(documents_of_a_plain_cluster().map(Scenario.from_document), SEEDS)
def test_any_job_on_a_cluster_of_its_own_is_told_alike(scenario: Scenario, seed: int) -> None:
    assert left_to_simpy(scenario) == []
    assert first_difference(scenario, seed, [1, ECHO]) == ""


@pytest.mark.slow
@examples(40)
@given(scenarios_that_are_paid(), SEEDS)
def test_any_scenario_that_is_paid_is_told_alike(scenario: Scenario, seed: int) -> None:
    assert first_difference(scenario, seed, [3]) == ""


@pytest.mark.parametrize("checkpoint", [{}, {"stall": "6 min"}, {"final_save": False}])
def test_what_is_done_at_the_very_limit_of_an_allocation_is_told_alike(
    checkpoint: dict[str, Any],
) -> None:
    allocation = {"limit": "2 h", "wait": "1 h", "save_before": 0}
    assert first_difference(small(allocation=allocation, checkpoint=checkpoint), 1, [0]) == ""


def test_all_packaged_scenarios_are_told_by_the_compiled_engine() -> None:
    assert not [path for path in packaged().values() if left_to_simpy(load(str(path)))]


def test_a_policy_of_ones_own_is_left_to_simpy() -> None:
    own = "tests.cli.test_policy:Impatient"
    assert left_to_simpy(load("opt175b.toml").replace({"recovery.policy": own})) == [
        f"recovery.policy = {own!r}"
    ]


def test_more_than_a_record_holds_is_left_to_simpy() -> None:
    crash = {"mtbf": "80 h", "automatic": 1}
    many = small(
        fault={"crash": crash, **{f"class {n}": crash for n in range(60)}},
        check={"look": {"every": "1 h", "duration": "1 min"}},
        change=[{"at": "2 h", "set": {"fault.crash.further_tries": [0.1] * 17}}],
    )
    assert left_to_simpy(many) == [
        "checks beside more than sixty classes of faults",
        "more than sixteen further tries",
    ]


SELDOM = {"save_hang": 1e-22}, {"save_failure": 1e-22, "save_failure_stops": True}


@pytest.mark.parametrize("checkpoint", SELDOM, ids=["hangs", "fails"])
def test_a_save_that_is_struck_once_in_1e22_is_not_the_next_one(
    checkpoint: dict[str, float],
) -> None:
    assert first_difference(small(checkpoint=checkpoint), 1, [0]) == ""


@pytest.mark.slow
def test_a_run_in_flight_may_begin_with_more_slow_hosts_than_there_is_room_for() -> None:
    slow = {
        "effect": "slow", "speed": 0.999, "mtbf": "3000 h", "automatic": 1,
        "lasts": "100000 h", "detection": "90000 h",
    }  # fmt: skip
    scenario = small(
        workload={"ideal_time": "100 h"}, cluster={"hosts": 20_000},
        limits={"wall_clock": "11 h"}, underway={"done": 0.9}, fault={"slow": slow},
    )  # fmt: skip
    compiled = CompiledSimulator(scenario, 3)
    assert Engines(scenario, 3, compiled).compared(0) == ("", True)
    assert int(compiled.memory.state["latent_n"]) > 512


def test_tests_may_miss_more_bad_hosts_than_there_is_room_for() -> None:
    scenario = small(
        workload={"ideal_time": "200 h"}, repair={"bad_host_mtbf": "20 h"},
        diagnosis={"recall": 0}, fault={"crash": {"mtbf": "40 h", "automatic": 1}},
    )  # fmt: skip
    compiled = CompiledSimulator(scenario, 3)
    compiled.memory.capacity[SHORT_OF_HOLDS] = 1
    assert Engines(scenario, 3, compiled).compared(0) == ("", True)
    assert compiled.memory.capacity[SHORT_OF_HOLDS] >= 4  # all hosts are bad


def test_a_trial_with_more_spells_of_a_schedule_than_there_is_room_for_is_told_alike() -> None:
    scenario = load("opt175b.toml").replace(
        {"schedule.dusk": {"hours": [20, 23]}, "schedule.noon": {**LESS, "hours": [11, 14]}}
    )
    compiled = CompiledSimulator(scenario, 20)
    compiled.memory.capacity[SHORT_OF_SPELLS] = 1
    assert Engines(scenario, 20, compiled).compared(0) == ("", True)
    assert compiled.memory.capacity[SHORT_OF_SPELLS] > 30


def test_a_trial_with_more_grants_of_fresh_hosts_than_there_is_room_for_is_told_alike() -> None:
    scenario = small(
        workload={"ideal_time": "200 h"},
        cluster={"age": "new"},
        allocation={"limit": "4000 h", "hosts": "others", "save_before": "1 h"},
        fault={
            "scheduler": {"effect": "preempt", "scope": "job", "rate": "1 per h"},
            "ageing": {"law": "weibull", "shape": 0.7, "mtbf": "1000 h"},
        },
    )
    compiled = CompiledSimulator(scenario, 20)
    before = dict(compiled.memory.capacity)
    assert Engines(scenario, 20, compiled).compared(0) == ("", True)
    grown = {what for what, room in compiled.memory.capacity.items() if room > before[what]}
    assert {SHORT_OF_PLANNED, SHORT_OF_HOSTS} <= grown


def test_what_differs_is_found() -> None:
    scenario = load("opt175b.toml")
    engines = Engines(scenario, 20, Simulator(scenario, 20))
    assert engines.compared(0) == ("", True)
    other = Engines(scenario, 20, Simulator(scenario, 21)).compared(0)
    assert not other.to_the_bit
    assert "differs:" in other.difference


def test_floats_are_compared_within_rounding_and_all_else_exactly() -> None:
    assert is_alike(("a", 3, 1e6), ("a", 3, 1e6 * (1 + 1e-10)))
    assert not is_alike(("a", 3, 1e6), ("a", 3, 1e6 * (1 + 1e-8)))
    assert not is_alike(("a", 3, 1e6), ("b", 3, 1e6))
    assert not is_alike(("a", 3, 1e6), ("a", 4, 1e6))
    assert not is_alike(("a",), ("a", 1.0))

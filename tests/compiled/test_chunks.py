"""Chunks of trials whose numbers are settled together, held to the bit against SimPy."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simtrain.compiled.support import left_to_simpy
from simtrain.engine.trial import Simulator
from simtrain.model.draws import ECHO
from simtrain.sampling.batch import Chunk, Work
from simtrain.sampling.by_compiled import CompiledTrials
from simtrain.sampling.by_simpy import simulate_by_simpy
from simtrain.sampling.engines import COMPILED
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import scenario as small
from tests.strategies import scenarios

SEED = 9
PAID = {
    "power": {"training": "300..700 W", "stalled": "120..220 W", "idle": "100 W"},
    "carbon": {"intensity": "0.1..0.5 kg/kWh"},
    "price": {"accelerator": "1..3 USD per accelerator-hour", "energy": "0.05..0.2 USD/kWh"},
}


def agree(scenario: Scenario, trials: range) -> None:
    """Both engines fill the same rows."""
    chunk = Chunk(Work.of(scenario, SEED, COMPILED), 0, trials)
    found = CompiledTrials(scenario, SEED).simulate(chunk, {})
    expected = simulate_by_simpy(Simulator(scenario, SEED), chunk, {})
    for name in ("values", "badput", "charges", "outcomes", "verdicts", "truncated"):
        one, other = getattr(found, name), getattr(expected, name)
        np.testing.assert_array_equal(one, other, name)


@pytest.mark.parametrize(
    "name",
    [
        "opt175b-doubt",
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("palm540b", "llama3-405b", "apertus-70b", "llm400", "glm130b-may20")
        ),
    ],
)
def test_packaged_scenarios_fill_the_same_rows(name: str) -> None:
    agree(load(f"{name}.toml"), range(12))


def test_a_chunk_of_echoes_fills_the_same_rows() -> None:
    agree(load("opt175b-doubt.toml"), range(ECHO + 3, ECHO + 6))


def test_numbers_that_decide_what_is_done_divide_a_chunk() -> None:
    scenario = small(
        workload={"ideal_time": "40 h"}, cluster={"hosts": 4, "age": "new"},
        checkpoint={
            "interval": "1 h", "size": "1 TB", "save_bandwidth": "2..20 GB/s",
            "store_bandwidth": "4..8 GB/s",
        },
        limits={"wall_clock": "50..70 h"},
        fault={"crash": {"law": "weibull", "shape": "0.5..2", "mtbf": "20..80 h", "automatic": 1}},
        change=[
            {"progress": "10..60 %", "set": {"cluster.hosts": 3}},
            {"at": "20 h", "set": {"fault.crash.mtbf": "10..20 h"}},
        ],
    )  # fmt: skip
    agree(scenario, range(40))


@pytest.mark.parametrize("correlation", [-0.9, 0.6])
def test_numbers_that_tell_something_of_each_other_are_settled_together(correlation: float) -> None:
    scenario = small(
        workload={"ideal_time": "40 h", "speed": "50..90 %"},
        restart={"duration": "5..50 min"},
        fault={"crash": {"mtbf": "10..20 h", "automatic": "0.5..0.9"}},
        correlated=[
            {"numbers": ["workload.speed", "restart.duration"], "correlation": correlation}
        ],
    )
    agree(scenario, range(12))
    assert CompiledTrials(scenario, SEED)._simulator._follows


SHAPES = {
    "weibull": {"law": "weibull", "shape": "0.5..2", "mtbf": "20..80 h"},
    "gamma": {"law": "gamma", "shape": "0.5..2", "mtbf": "20..80 h"},
    "lognormal": {"law": "lognormal", "sigma": "0.5..1.5", "mtbf": "20..80 h"},
}


@pytest.mark.parametrize("law", SHAPES.values(), ids=SHAPES)
def test_the_law_of_a_class_may_be_made_for_each_trial_by_itself(law: dict[str, str]) -> None:
    crash = {**law, "automatic": "0.5..0.9"}
    scenario = small(
        workload={"ideal_time": "90 h"}, cluster={"hosts": 5, "age": "new"}, fault={"crash": crash}
    )  # fmt: skip
    agree(scenario, range(8))
    simulator = CompiledTrials(scenario, SEED)._simulator
    assert len(simulator.settled(np.arange(8), np.arange(8)).places) > 1


def test_ages_that_are_drawn_in_each_trial_are_those_of_its_numbers() -> None:
    ageing = {"law": "weibull", "shape": 0.7, "mtbf": "200..900 h", "automatic": 1}
    for age in ("stationary", "100..900 h", {"law": "exponential", "mean": "100..900 h"}):
        cluster = {"hosts": 5, "spares": 2, "frailty": "0.5..2", "age": age}
        scenario = small(
            workload={"ideal_time": "90 h"}, cluster=cluster, fault={"ageing": ageing}
        )  # fmt: skip
        agree(scenario, range(8))


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenarios(), st.integers(0, 2**39))
def test_any_scenario_fills_the_same_rows(scenario: Scenario, first: int) -> None:
    if not left_to_simpy(scenario):
        agree(scenario, range(first, first + 5))
        agree(scenario.replace(PAID), range(first, first + 3))

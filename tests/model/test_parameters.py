"""The numbers in force are those of the scenario, in seconds."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, example, given

from simtrain.model.footprint import FootprintReader
from simtrain.model.parameters import Parameters, at_middle, mfu_of, parameters_of
from simtrain.model.weather import WeatherParameters
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.resized import host_mtbf_s, resized
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import scenario
from tests.examples import examples
from tests.scenario.valid import TEXT
from tests.strategies import scenarios_that_are_paid

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.scenario.number import Number

NO_TIME = {"ideal_time": None}


def parameters(simulated: Scenario) -> Parameters:
    return parameters_of(simulated, lambda _, number: number.law, simulated)


@pytest.mark.parametrize(
    ("workload", "mfu"),
    [
        ({"ideal_time": "2000 s"}, None),
        ({"step_time": "4 s", "steps": 500, **NO_TIME}, None),
        ({"flops": "1.6e18 FLOP", "achieved": "50 TFLOP/s", **NO_TIME}, None),
        ({"flops": "1.6e18 FLOP", "achieved": "50 TFLOP/s", "peak": "200 TFLOP/s", **NO_TIME},
         0.25),
        ({"tokens": 2e8, "parameters": 4e9 / 3, "peak": "200 TFLOP/s", "mfu": 0.25, **NO_TIME},
         0.25),
        ({"accelerator_hours": 16 * 2000 / 3600, **NO_TIME}, None),
        ({"tokens": 2e8, "tokens_per_second": 1e5, **NO_TIME}, None),
        ({"tokens": 2e8, "tokens_per_second": 1e5, "parameters": 4e9 / 3, "peak": "200 TFLOP/s",
          **NO_TIME}, 0.25),
    ],
    ids=["time", "steps", "flops", "flops and peak", "tokens", "accelerator-hours",
         "tokens per second", "tokens per second and peak"],
)  # fmt: skip
def test_work_is_its_time_at_full_speed_however_it_is_given(
    workload: dict[str, object], mfu: float | None
) -> None:
    """Sixteen accelerators at 50 TFLOP/s take 2000 s for 1.6 EFLOP."""
    simulated = scenario(workload=workload, cluster={"hosts": 4, "accelerators_per_host": 4})
    assert parameters(simulated).work == pytest.approx(2000.0)
    assert mfu_of(simulated, lambda _, number: number.law) == pytest.approx(mfu)
    assert simulated.workload.ideal_s(16) == pytest.approx(2000.0)


def test_a_rate_of_an_accelerator_is_that_of_a_host_by_its_accelerators() -> None:
    cluster = {"hosts": 4, "accelerators_per_host": 4}
    one = scenario(cluster=cluster, fault={"gpu": {"rate": "2 per 1000 accelerator-days"}})
    assert parameters(one).faults["gpu"].rate == pytest.approx(8 / 86400e3)
    law = {"law": "gamma", "mean": "2 per 1000 GPU-days", "cv": 0.2}
    uncertain = one.replace({"fault.gpu.rate": law})
    assert parameters(uncertain).faults["gpu"].rate == pytest.approx(8 / 86400e3)
    doubtful = one.replace({"fault.gpu.rate": "1..4 per 1000 accelerator-days"})
    assert host_mtbf_s(doubtful) == pytest.approx(86400e3 / 8)  # the median is 2
    assert host_mtbf_s(resized(doubtful, 8, longer=4.0)) == pytest.approx(86400e3 / 2)
    plain = one.replace({"fault.gpu.rate": "8 per 1000 host-days"})
    assert parameters(plain).faults["gpu"].rate == pytest.approx(8 / 86400e3)
    assert one.sha256 != plain.sha256  # they differ once a host has other accelerators
    assert host_mtbf_s(one) == pytest.approx(86400e3 / 8)
    assert host_mtbf_s(resized(one, 8, longer=4.0)) == pytest.approx(86400e3 / 2)


def test_a_rate_of_an_accelerator_varies_as_it_is_written() -> None:
    one = scenario(fault={"gpu": {"rate": "2 per 1000 accelerator-days"}})
    [rate] = [one for one in inputs_of(one, 0.5).varied if one.key == "fault.gpu.rate"]
    assert rate.high is not None
    assert rate.high.value == "0.003 per accelerator-day"


def in_a_monsoon() -> Scenario:
    """A run of which four days of a span of ten are over, and ten of a span of fourteen."""
    shared, own = {"cv": 0.5, "every": "10 days"}, {"cv": 0.8, "every": "14 days"}
    return scenario(
        cluster={"hosts": 10, "lemons": {"fraction": 0.1, "factor": 11}},
        weather={"monsoon": shared},
        fault={
            "gpu": {"mtbf": "100 h", "varies": "monsoon"},
            "bug": {"mtbf": "50 h", "varies": "monsoon", "scope": "job"},
            "old": {"mtbf": "200 h", "varies": own},
            "calm": {"mtbf": "100 h"},
        },
        repair={"automated": "1 h", "varies": "monsoon"},
        underway={
            "done": 0.5, "elapsed": "24 days", "seen": {"gpu": 3, "bug": 1, "old": 2},
            "at_risk": {"bug": "1 day"},
        },
    )  # fmt: skip


def test_faults_that_could_have_been_seen_in_a_weather_are_those_of_all_classes_under_it() -> None:
    """Ten hosts, of which one in ten fails eleven times as often, have 0.2 faults an hour by `gpu`.

    They have 0.1 by `old`; `bug` belongs to the job, and could come for one day alone.
    """
    found = parameters(in_a_monsoon())
    day = 86400.0
    expected = 0.2 * 4 * 24 + 1 / 50 * 24
    monsoon = WeatherParameters("monsoon", 0.5, 10 * day, 4 * day, 4, pytest.approx(expected))
    assert found.faults["gpu"].weather == found.faults["bug"].weather == monsoon
    assert found.repair.weather == monsoon
    of_old = WeatherParameters(
        "fault.old.varies", 0.8, 14 * day, 10 * day, 2, pytest.approx(0.1 * 10 * 24)
    )
    assert found.faults["old"].weather == of_old
    assert found.faults["calm"].weather is None


DEFAULTS = re.compile(r"fault\..+\.speed|detection\.(preempt|false alarm)")
"""Numbers that are asked for although the scenario need not have them: 1, or no time at all."""


def number_at(simulated: Scenario, path: str) -> Number | None:
    """What a path of a scenario leads to; None where it leads to nothing."""
    found: Any = simulated
    for key in path.split("."):
        if isinstance(found, dict):
            found = found.get(key)
        elif isinstance(found, tuple):
            found = found[int(key)]
        else:
            found = getattr(found, key, None)
    return getattr(found, "number", found)  # an interval, or a number of hosts, holds it


@examples(50, phases=[Phase.explicit, Phase.generate])
@given(scenarios_that_are_paid())
@example(in_a_monsoon())
@example(Scenario.from_document(tomllib.loads(TEXT), name="valid"))
def test_each_number_is_drawn_by_its_own_path(simulated: Scenario) -> None:
    """The address of an uncertain number is its path, so by another one its draws would move."""
    asked: list[tuple[str, Number]] = []

    def settle(path: str, number: Number) -> Law:
        asked.append((path, number))
        return at_middle(path, number)

    parameters_of(simulated, settle, simulated)
    FootprintReader(simulated).footprint(settle)
    for path, number in asked:
        found = number_at(simulated, path)
        assert found is number or (found is None and DEFAULTS.fullmatch(path)), path

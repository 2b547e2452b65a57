"""The allocation of a run in flight is as old as in a run that is told from its start."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from scipy import integrate

from simtrain.accounts.timeline import State
from simtrain.engine.trial import Simulator
from simtrain.model.allocation_age import since_grant
from simtrain.units import DAY, HOUR
from simtrain.validation.scores import LIMIT
from tests.engine.cut_runs import CRASH, later
from tests.engine.runs import run, scenario
from tests.questions.test_forecast import planned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.model.draws import Draws

ALLOCATION = {"limit": "48 h", "wait": {"law": "uniform", "low": "6 h", "high": "18 h"}}


def ages(
    trials: int, allocation: dict[str, Any], trained: float, elapsed: str | None, **tables: Any
) -> NDArray[np.float64]:
    """Hours for which the job has held its allocation, in some trials: so many have it trained."""
    document = {"workload": {"ideal_time": "200 h"}, "checkpoint": {"interval": "1 h"}} | tables
    done = trained / (200 + trained)
    underway = {"done": done, "elapsed": elapsed} | document.pop("underway", {})
    simulator = Simulator(scenario(**document, allocation=allocation, underway=underway), 5)
    parameters = simulator.numbers.at_middle(())
    found = [since_grant(parameters, simulator.begin_draws(trial)) for trial in range(trials)]
    return np.array(found) / HOUR


def test_without_faults_the_work_that_is_done_says_how_old_the_allocation_is() -> None:
    """Of 200 h of it there are four whole allocations, and 8 h of the fifth."""
    found = ages(50, ALLOCATION, 200, "250 h")
    assert found == pytest.approx(8.0, abs=3.0)
    assert found.mean() == pytest.approx(8.0, abs=0.7)
    assert ages(50, ALLOCATION, 230, "280 h").mean() == pytest.approx(38.0, abs=1.0)


def test_an_allocation_is_as_old_as_the_wait_before_it_says() -> None:
    """Of fixed waits there is no doubt; and what is known is not drawn."""
    fixed = {**ALLOCATION, "wait": "12 h"}
    assert ages(3, fixed, 270, "330 h") == pytest.approx([330 % 60] * 3)
    first = {**fixed, "wait_first": True}
    assert ages(3, first, 258, "330 h") == pytest.approx([318 % 60] * 3)
    known = {"since_grant": "5 h"}
    assert ages(3, fixed, 270, "330 h", underway=known) == pytest.approx([5.0] * 3)
    assert ages(3, fixed, 270, None) == pytest.approx([0.0] * 3)


def test_an_allocation_that_faults_end_is_as_old_as_those_that_have_outlived_them() -> None:
    """Of waits that take no time the age at a moment has the density of a survival, cut off.

    Of 300 h some seven are lost, half an hour for each of the allocations.
    """
    crash = {"rate": "1 per day", "scope": "job"}
    allocation = {"limit": "48 h", "wait": "1 s", "on_fault": "queue"}
    found = ages(400, allocation, 293, "300 h", fault={"crash": crash})

    def moment(power: int) -> float:
        return float(integrate.quad(lambda age: age**power * math.exp(-age / 24), 0, 48)[0])

    mean = moment(1) / moment(0)
    error = math.sqrt((moment(2) / moment(0) - mean**2) / len(found))
    assert abs(found.mean() - mean) < LIMIT * error


class AtMiddle:
    """Draws that are all one half."""

    def stream(self, *_: object) -> AtMiddle:
        return self

    def row(self, *_: int) -> tuple[list[float], int]:
        return [0.5] * 16, 0


LN2 = math.log(2.0)
OF_JOB = {"scope": "job", "mtbf": "5 h"}


@pytest.mark.parametrize(
    ("allocation", "fault", "cycle", "spares"),
    [
        ({}, None, 10 + 1, 0),
        ({"save_before": "2 h"}, None, 8 + 1, 0),
        # By a fault of the job, or of any of its four hosts.
        ({"on_fault": "queue"}, OF_JOB, 5 * LN2 + 1, 0),
        ({"on_fault": "queue"}, {"mtbf": "20 h"}, 5 * LN2 + 1, 2),
        # By a fault after which a host is short: by half of them, or by all that take it away.
        ({}, {"mtbf": "10 h", "needs_repair": 0.5}, 5 * LN2 + 1, 0),
        ({}, {"mtbf": "20 h", "returns": "9 h"}, 5 * LN2 + 1, 0),
        ({}, {"mtbf": "10 h", "needs_repair": 0.5}, 10 + 1, 2),
        ({}, OF_JOB, 10 + 1, 0),
        # By preemption after a shield, with a wait of its own.
        ({}, {**OF_JOB, "effect": "preempt", "shield": "1 h", "returns": "2 h"}, 5 * LN2 + 3, 0),
        ({}, {**OF_JOB, "mtbf": "50 h", "effect": "preempt", "returns": "2 h"}, 10 + 1, 0),
    ],
)
def test_with_all_draws_at_the_middle_allocations_and_waits_come_in_turn(
    allocation: dict[str, Any], fault: dict[str, Any] | None, cycle: float, spares: int
) -> None:
    """Of three of them, each with the hour in the queue after it, and an hour and a half."""
    one = scenario(
        workload={"ideal_time": "200 h"},
        cluster={"hosts": 4, "spares": spares},
        allocation={"limit": "10 h", "wait": "1 h", **allocation},
        fault={} if fault is None else {"it": fault},
        underway={"done": 0.1, "elapsed": f"{3 * cycle + 1.5} h"},
    )
    parameters = Simulator(one, 5).numbers.at_middle(())
    age = since_grant(parameters, cast("Draws", AtMiddle()))
    assert age / HOUR == pytest.approx(1.5, abs=1e-6)


def test_the_limit_counts_from_the_grant() -> None:
    """Thirty hours are left of an allocation, and after twelve in the queue all is done."""
    allocation = {"limit": "48 h", "wait": "12 h", "save_before": "0 s"}
    document = {"workload": {"ideal_time": "40 h"}, "allocation": allocation}
    found = run(scenario(**document, underway={"done": 0.5, "since_grant": "18 h"}))
    assert found.spent == {"productive": 40.0, "queue_wait": 12.0}
    [queue] = [one for one in found.recorder.intervals() if one.state is State.QUEUE_WAIT]
    assert queue.start / HOUR == pytest.approx(30.0)
    late = {**document, "allocation": {**allocation, "save_before": "6 h"}}
    found = run(scenario(**late, underway={"done": 0.5, "since_grant": "45 h", "since_save": 0.5}))
    first = next(one for one in found.recorder.intervals() if one.end > 0.0)
    assert first.state is State.QUEUE_WAIT
    assert found.spent == {"productive": 40.0, "queue_wait": 12.0}


def test_the_wait_for_the_first_of_all_allocations_lies_behind() -> None:
    allocation = {"limit": "48 h", "wait": "12 h", "wait_first": True}
    found = run(scenario(allocation=allocation, underway={"done": 0.5, "elapsed": "13 h"}))
    assert found.spent == {"productive": 10.0}


@pytest.mark.slow
def test_allocations_go_on_as_in_a_run_from_its_start() -> None:
    """Of 600 runs on day 11; one that has just begun waits half a day too late, and is found."""
    whole = planned(fault={"crash": CRASH}, allocation=ALLOCATION, restart={"duration": "30 min"})
    drawn, anew = later(whole, 11 * DAY, 600, {"underway.since_grant": "0 s"})
    assert abs(drawn) < LIMIT
    assert anew > LIMIT


@pytest.mark.slow
def test_allocations_that_are_saved_in_time_go_on_so_too() -> None:
    whole = planned(
        fault={"crash": CRASH}, allocation={**ALLOCATION, "save_before": "30 min"},
        restart={"duration": "30 min"},
    )  # fmt: skip
    drawn, anew = later(whole, 11 * DAY, 300, {"underway.since_grant": "0 s"})
    assert abs(drawn) < LIMIT
    assert anew > LIMIT

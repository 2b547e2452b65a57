"""A run in flight: what it has saved, and what nobody has noticed, as trials of it begin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate

from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.trial import Simulator
from simtrain.model.hidden import HiddenState, hidden_state
from simtrain.model.parameters import Parameters
from simtrain.units import HOUR
from simtrain.validation.scores import LIMIT
from tests.engine.runs import run, scenario

HALF = {"done": 0.5, "since_save": 0.25}
INCIDENT = {"kind": "incident", "at": "2 h", "duration": "1 h", "hosts": "all"}


def saved(**tables: Any) -> Any:
    """Ten hours of work are left of twenty, saved every four."""
    checkpoint = {"interval": "4 h", "stall": "6 min"} | tables.pop("checkpoint", {})
    return scenario(**{"underway": HALF, "checkpoint": checkpoint} | tables)


def hidden_of(simulated: Any, trials: int) -> tuple[Parameters, list[HiddenState]]:
    """What nobody sees in some trials, and the numbers of them."""
    simulator = Simulator(simulated, 3)
    parameters = simulator.numbers.at_middle(())
    found = [hidden_state(parameters, simulator.begin_draws(trial)) for trial in range(trials)]
    return parameters, found


def is_near(found: float, exact: float, error: float) -> bool:
    """Whether a mean lies within so many standard errors of what is exact."""
    return abs(found - exact) < LIMIT * error


# --- the phase of the save ----------------------------------------------------------------------


def test_the_next_save_comes_after_what_is_left_of_the_interval() -> None:
    found = run(saved(checkpoint={"final_save": False}))
    assert found.spent == {"productive": 10.0, "checkpoint_save": 0.2}
    assert [
        one.start / HOUR for one in found.recorder.intervals() if one.state is State.CHECKPOINT_SAVE
    ] == [3.0, 7.1]


def test_a_rollback_returns_to_the_copy_before_the_start() -> None:
    """Two hours are lost, and the one before them is done again."""
    found = run(saved(stop={"storm": INCIDENT}, checkpoint={"stall": "0 s"}))
    assert found.spent == {"productive": 11.0, "lost_work": 2.0, "maintenance": 1.0}
    assert found.ledger.starts_over == 0


def test_a_run_that_has_saved_nothing_returns_to_its_start() -> None:
    """Of half an hour that is behind it all is lost, whatever part of the interval is drawn."""
    document = {"underway": {"done": 0.5 / 10.5}, "stop": {"storm": INCIDENT}}
    found = run(saved(checkpoint={"interval": "100 h"}, **document))
    assert found.spent["productive"] == pytest.approx(10.5)


def test_a_copy_that_is_still_written_is_lost_to_a_fault() -> None:
    """Of the save an hour ago the write takes two: the copy before it is what there is."""
    storm = {**INCIDENT, "at": "30 min"}
    found = run(saved(stop={"storm": storm}, checkpoint={"durability_lag": "2 h", "stall": "0 s"}))
    assert found.spent["productive"] == 15.0
    later = {**INCIDENT, "at": "61 min"}
    found = run(saved(stop={"storm": later}, checkpoint={"durability_lag": "2 h", "stall": "0 s"}))
    assert found.spent["productive"] == 11.0


def test_steps_are_counted_from_the_last_save() -> None:
    steps = {"ideal_time": "10 h", "steps": 1000}
    checkpoint = {"interval": "400 steps", "stall": "6 min", "final_save": False}
    found = run(saved(workload=steps, checkpoint=checkpoint, stop={"storm": INCIDENT}))
    assert found.spent["productive"] == 11.0
    assert found.spent["lost_work"] == 2.0


def test_of_several_tiers_each_nth_save_went_to_the_deep_one() -> None:
    """Ten hours are 2.25 intervals and a quarter: save 3 is the last, and save 2 was deep."""
    tiers = [
        {"name": "near", "survives": "job"},
        {"name": "deep", "every": 2},
    ]
    document = {"checkpoint": {"interval": "4 h", "tier": tiers}, "underway": HALF}
    found = run(scenario(stop={"storm": INCIDENT}, **document))
    assert found.spent["productive"] == 15.0


def test_the_part_of_the_interval_is_drawn_where_it_is_not_known() -> None:
    parameters, found = hidden_of(saved(underway={"done": 0.5, "since_save": None}), 2000)
    parts = np.array([one.since_save for one in found]) / parameters.checkpoint.interval
    assert is_near(parts.mean(), 0.5, math.sqrt(1 / 12 / len(parts)))
    assert (parts > 0).all()
    assert (parts < 1).all()


# --- faults that nobody has noticed -------------------------------------------------------------

SDC: dict[str, Any] = {"effect": "corrupt", "mtbf": "400 h", "detection": "50 h", "automatic": 1}


def long_run(fault: dict[str, Any], **tables: Any) -> Any:
    """A thousand hours lie behind it, and faults of four hosts come every hundred."""
    underway = {"done": 0.5, "since_save": 0.25}
    return saved(
        workload={"ideal_time": "1000 h"}, underway=underway, fault={"sdc": {**SDC, **fault}},
        **tables,
    )  # fmt: skip


def test_taints_that_nobody_has_noticed_are_a_poisson_process() -> None:
    """Their number has mean λL, with the stalls at risk, and they are of any age alike."""
    trials = 4000
    _, found = hidden_of(long_run({"needs_repair": 0}), trials)
    mean = 50 / 100 * (1 + 0.1 / 4)
    numbers = np.array([len(one.onsets) for one in found])
    assert is_near(numbers.mean(), mean, math.sqrt(mean / trials))
    assert is_near((numbers == 0).mean(), math.exp(-mean), 0.5 / math.sqrt(trials))
    ages = np.array([-one.work for each in found for one in each.onsets]) / HOUR
    left = np.array([one.notice_s for each in found for one in each.onsets]) / HOUR
    assert ages + left == pytest.approx(50.0)
    assert is_near(ages.mean(), 25.0, 50 / math.sqrt(12 * len(ages)))


def test_a_bad_host_whose_relapse_was_noticed_is_not_there() -> None:
    """Of an onset of age a remains S(a)·exp(−∫F/m), F the law of the latency, m of the relapses."""
    latency, relapse, trials = 50.0, 20.0, 4000
    fault = {"detection": {"law": "exponential", "mean": "50 h"}}
    repair = {"bad_host_mtbf": "20 h"}
    _, found = hidden_of(long_run(fault, repair=repair, checkpoint={"stall": "0 s"}), trials)

    def remains(age: float) -> float:
        noticed = age - latency * (1 - math.exp(-age / latency))
        return math.exp(-age / latency - noticed / relapse)

    mean = integrate.quad(remains, 0, 1000)[0] / 100
    first = [[one for one in each.onsets if "again" not in one.stream.name] for each in found]
    numbers = np.array([len(each) for each in first])
    assert is_near(numbers.mean(), mean, math.sqrt(mean / trials))
    assert max(len(each.onsets) for each in found) > numbers.max()


def test_slow_hosts_that_nobody_has_noticed_are_there_until_they_pass() -> None:
    """In number Poisson, with mean λ·E[min(lasts, latency)], any laws of both."""
    trials = 4000
    fault = {
        "effect": "slow", "speed": 0.5, "detection": {"law": "exponential", "mean": "40 h"},
        "lasts": "60 h",
    }  # fmt: skip
    _, found = hidden_of(long_run(fault, checkpoint={"stall": "0 s"}), trials)
    mean = 40 * (1 - math.exp(-1.5)) / 100
    numbers = np.array([len(one.onsets) for one in found])
    assert is_near(numbers.mean(), mean, math.sqrt(mean / trials))


def test_of_loss_spikes_that_merge_one_is_there() -> None:
    fault = {"effect": "diverge", "scope": "job", "mtbf": "20 h"}
    _, found = hidden_of(long_run(fault), 200)
    assert max(len(one.onsets) for one in found) == 1


def test_what_a_check_looks_for_and_what_ages_is_not_drawn() -> None:
    for more in (
        {"check": {"scan": {"every": "20 h", "duration": "0 s", "finds": ["corrupt"]}}},
        {"fault": {"sdc": {**SDC, "law": "weibull", "shape": 2}}, "cluster": {"age": "new"}},
    ):
        simulated = long_run({})
        assert not any(one.onsets for one in hidden_of(simulated.replace(more), 50)[1])


def test_what_is_noticed_after_the_start_goes_back_behind_it() -> None:
    """To the newest copy that is older than the onset, with all of the work since."""
    simulated = long_run({"needs_repair": 0}, checkpoint={"stall": "0 s"})
    simulator = Simulator(simulated, 0)
    parameters = simulator.numbers.at_middle(())
    looked_at = 0
    for trial in range(20):
        hidden = hidden_state(parameters, simulator.begin_draws(trial))
        if not hidden.onsets:
            continue
        found = run(simulated, trial)
        first = hidden.onsets[0]
        interruption = found.moments(EventKind.INTERRUPTION)[0]
        if interruption.time != pytest.approx(min(one.notice_s for one in hidden.onsets)):
            continue
        looked_at += 1
        rollback = found.recorder.rollbacks[0]
        behind = (-first.work / HOUR - 1) / 4
        assert rollback.work / HOUR == pytest.approx(-(1 + 4 * math.ceil(behind)))
    assert looked_at > 5


def test_a_host_that_no_diagnosis_has_found_fails_again() -> None:
    """With the chance that is given, at first after a mean of so many hours at risk."""
    fault = {"gpu": {"mtbf": "1000000 days", "automatic": 1}}
    underway = {"done": 0.5, "bad_hosts": {"gpu": 0.7}}
    bad = saved(fault=fault, underway=underway, repair={"bad_host_mtbf": "1 h"})
    first = [run(bad, trial).moments(EventKind.FAULT)[:1] for trial in range(200)]
    times = np.array([moment.time / HOUR for one in first for moment in one])
    assert is_near(len(times) / 200, 0.7, math.sqrt(0.21 / 200))
    assert is_near(times.mean(), 1.0, 1 / math.sqrt(len(times)))


# --- spares in repair ---------------------------------------------------------------------------


def back(repair: dict[str, Any], since: str, trial: int = 0) -> float:
    """When a spare is back that has been in repair for some time, in hours."""
    underway = {"done": 0.5, "since_save": 0.25, "in_repair": [since]}
    cluster = {"spares": 2, "in_repair": 1}
    found = run(saved(underway=underway, cluster=cluster, repair=repair), trial)
    return found.moments(EventKind.RETURN)[0].time / HOUR


@pytest.mark.parametrize(
    ("repair", "since", "left"),
    [
        ({"automated": "9 h"}, "4 h", 5.0),
        ({"automated": "9 h"}, "11 h", 9.0),  # no repair takes so long: nothing is known of it
        ({"automated": "2 h", "automated_fails": 1, "manual": "7 h"}, "1 h", 8.0),
        ({"automated": "2 h", "automated_fails": 1, "manual": "7 h"}, "5 h", 4.0),
        ({"automated": "2 h", "automated_fails": 0.5, "manual": "7 h"}, "3 h", 6.0),
        ({"automated": "2 h", "burn_in": "5 h"}, "3 h", 4.0),
    ],
)
def test_a_repair_goes_on_from_where_it_is(repair: dict[str, Any], since: str, left: float) -> None:
    assert back(repair, since) == pytest.approx(left)


def test_a_repair_that_has_taken_long_is_like_those_that_take_longer() -> None:
    """Of a uniform law up to ten hours, after six, two are left at a mean."""
    uniform = {"automated": {"law": "uniform", "low": "0 h", "high": "10 h"}}
    left = np.array([back(uniform, "6 h", trial) for trial in range(200)])
    assert 0 < left.min() < left.max() < 4
    assert is_near(left.mean(), 2.0, 4 / math.sqrt(12 * len(left)))

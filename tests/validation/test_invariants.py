"""What holds in every trial of every scenario.

Most properties are of one trial alone, and are held to the same trials: `PROPERTIES`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simtrain.accounts.hosts_down import mean_down, most_down, time_down
from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.meter import tee
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.recount import badput, recount
from simtrain.accounts.timeline import Census, Ending, EventKind, Segment, State
from simtrain.accounts.unnoticed import latent_spans
from simtrain.engine import trial as engine_trial
from simtrain.engine.cluster import Cluster
from simtrain.engine.trial import Simulator
from simtrain.units import HOUR
from simtrain.validation.scores import LIMIT
from simtrain.validation.sinks import Silent, Strikes
from simtrain.validation.small import scenario
from tests.strategies import (
    memoryless_scenarios,
    scenarios,
    scenarios_of_one_size,
    scenarios_that_keep_their_hosts,
)
from tests.validation.conftest import FULL
from tests.wall_clocks import wall_clocks

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

pytestmark = pytest.mark.slow

some = settings(
    max_examples=250 if FULL else 25,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TRIALS = st.integers(0, 2**40)
RESTARTS = (EventKind.AUTOMATIC_RESTART, EventKind.MANUAL_RESTART, EventKind.PLANNED_RESTART)


def recorded(simulated: Scenario, trial: int, seed: int = 1) -> tuple[Ending, Ledger, Recorder]:
    ledger, recorder = Ledger(), Recorder()
    ending = Simulator(simulated, seed).run(trial, tee(ledger, recorder))
    return ending, ledger, recorder


ALL_CATEGORIES = scenario(
    workload={"ideal_time": "60 h", "speed": 0.9},
    cluster={"hosts": 4, "spares": 1, "swap": "20 min"},
    allocation={"limit": "31 h", "wait": "1 h", "save_before": "10 min"},
    checkpoint={"interval": "1 h", "stall": "2 min", "load": "5 min"},
    restart={"duration": "10 min"},
    detection={"crash": "5 min"},
    people={"response": "30 min"},
    diagnosis={"manual": "20 min"},
    fault={"break": {"mtbf": "20 h"}},
    repair={"automated": "20 h"},
    stop={
        "upgrade": {"at": "7 h", "duration": "1 h"},
        "look": {"kind": "pause", "at": "20 h", "duration": "2 h"},
    },
)
"""Every property is shown this one, which meets what they are about, whatever else is drawn."""


def test_the_scenario_shown_to_every_property_meets_what_they_are_about() -> None:
    ending, ledger, recorder = recorded(ALL_CATEGORIES, 0)
    assert not ending.truncated
    assert min(ledger.categories().values()) > 0.1 * HOUR
    met = (EventKind.FAULT, EventKind.ROLLBACK, EventKind.CORDON, EventKind.RETURN)
    assert min(ledger.counts[what] for what in (*met, EventKind.FAILED_LAUNCH, EventKind.STOP)) > 0
    assert len({hosts for _, hosts in recorder.steps}) > 2


# --- accounts -----------------------------------------------------------------------------------


LASTS = {"law": "exponential", "mean": "6 h"}
ALL_LATENT = scenario(
    workload={"ideal_time": "100 h"},
    cluster={"hosts": 4, "spares": 2},
    checkpoint={"interval": "2 h", "stall": "2 min"},
    restart={"duration": "10 min"},
    detection={"corrupt": "9 h", "diverge": "30 min", "slow": "4 h"},
    fault={
        "wrong": {"effect": "corrupt", "mtbf": "200 h"},
        "spike": {"scope": "job", "effect": "diverge", "mtbf": "40 h"},
        "throttled": {"effect": "slow", "mtbf": "80 h", "speed": 0.5, "lasts": LASTS},
        "break": {"mtbf": "100 h"},
    },
    repair={"automated": "10 h"},
    check={
        "test": {"every": "10 h", "duration": "20 min", "finds": ["corrupt", "slow"], "chance": 0.5}
    },
)
"""Properties of faults under which training goes on are shown this one too."""

CORRUPT_IN_SAVES = scenario(
    workload={"ideal_time": "1 day"},
    checkpoint={
        "interval": "10 min",
        "write_slowdown": 0.04,
        "size": "1 TB",
        "tier": [
            {
                "name": "store",
                "save_bandwidth": "3 GB/s",
                "write_bandwidth": "2 GB/s",
                "load_bandwidth": "3 GB/s",
            }
        ],
    },
    restart={"duration": "1 min"},
    detection={"corrupt": "10 min"},
    fault={"wrong": {"effect": "corrupt", "mtbf": "6 h"}},
)
"""And this one, where a third of the corruptions strike in saves."""


def balanced(ending: Ending, ledger: Ledger, recorder: Recorder) -> bool:
    """Whether the categories sum to the wall-clock, as do the causes, and a recount agrees."""
    wall_clock = ending.wall_clock_s
    near = 1e-9 * wall_clock
    booked, recounted = ledger.categories(), recount(recorder)
    badput = wall_clock - booked[Category.PRODUCTIVE]
    return (
        abs(sum(booked.values()) - wall_clock) <= near
        and all(abs(booked[one] - recounted[one]) <= near for one in Category)
        and abs(sum(ledger.badput.values()) - badput) <= near
    )


def the_books_balance(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    assert balanced(ending, ledger, recorder)
    booked, recounted = ledger.badput, badput(recorder)
    for cause in booked.keys() | recounted.keys():
        assert booked.get(cause, 0.0) == pytest.approx(
            recounted.get(cause, 0.0), abs=1e-9 * ending.wall_clock_s
        )


def the_longest_run_is_that_of_the_timeline(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    longest = max((end - start for start, end in recorder.runs()), default=0.0)
    assert ledger.longest_run_s == pytest.approx(longest, abs=1e-9 * ending.wall_clock_s)


def of_effects(simulated: Scenario, *effects: str) -> list[str]:
    return [name for name, effect in simulated.latent.items() if effect in effects]


def faults_slow_the_job_until_they_end_and_what_is_noticed_is_rolled_back(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    slows, taints = of_effects(simulated, "slow"), of_effects(simulated, "corrupt", "diverge")
    spans = latent_spans(recorder, slows, taints, simulated.check)
    for interval in recorder.intervals():
        for cause, seconds in interval.losses:
            if cause in slows and seconds > 1e-6:
                assert any(
                    one.cause == cause
                    and one.start <= interval.start + 1e-6
                    and interval.end <= one.end + 1e-6
                    for one in spans
                )
    ends, noticed = (
        {one.time for one in recorder.moments if one.what is what and one.cause in taints}
        for what in (EventKind.INTERRUPTION, EventKind.NOTICED)
    )
    assert noticed <= ends
    if all(check.back_to == "onset" for check in simulated.check.values()):
        gone = {one.end for one in spans if one.cause in taints}
        assert noticed & {one.time for one in recorder.rollbacks} <= gone


def test_the_scenario_with_latent_faults_meets_what_its_properties_are_about() -> None:
    _, ledger, recorder = recorded(ALL_LATENT, 0)
    met = (EventKind.NOTICED, EventKind.PASSED, EventKind.STOP, EventKind.ROLLBACK)
    assert min(ledger.counts[what] for what in met) > 0
    assert ledger.categories()[Category.PAUSED] > HOUR
    causes = {one.cause for one in recorder.moments if one.what is EventKind.NOTICED}
    assert causes == {"wrong", "throttled"}


def nothing_is_negative(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    assert min(ledger.categories().values()) >= 0.0
    assert min(ledger.badput.values(), default=0.0) >= 0.0
    assert min(ledger.host_s) >= 0.0
    assert all(min(hosts) >= 0 for _, hosts in recorder.steps)


def hosts_down_are_those_in_repair_and_away(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    seconds = time_down(ledger.time_by_census)
    assert sum(seconds.values()) == pytest.approx(ending.wall_clock_s)
    _, _, in_repair, away = ledger.host_s
    assert mean_down(seconds) * ending.wall_clock_s == pytest.approx(in_repair + away, abs=1e-3)
    most = max(hosts.repair + hosts.away for _, hosts in recorder.steps)
    assert most_down(seconds, 0.5) <= most_down(seconds, 0.99) <= most_down(seconds) <= most


ALARMED = scenario(
    workload={"ideal_time": "60 h"},
    restart={"duration": "10 min"},
    fault={
        "watchdog": {"scope": "job", "effect": "false alarm", "mtbf": "2 h", "grace": "90 min"},
        "bug": {"scope": "job", "mtbf": "2 h"},
    },
)


def a_false_alarm_ends_training_that_has_gone_on_for_longer_than_its_grace(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    grace_s = {
        name: fault.grace.mean
        for name, fault in simulated.fault.items()
        if fault.effect == "false alarm"
    }
    met, resumed = 0, 0.0
    ends = {(m.time, m.cause) for m in recorder.moments if m.what is EventKind.INTERRUPTION}
    for moment in recorder.moments:
        if moment.what in RESTARTS or (moment.what is EventKind.LAUNCH and not resumed):
            resumed = moment.time
        if moment.what is EventKind.FAULT and moment.cause in grace_s:
            assert moment.time - resumed >= grace_s[moment.cause] - 1e-6
            assert (moment.time, moment.cause) in ends
            met += 1
    assert met or simulated is not ALARMED


def time_runs_forward_without_a_gap(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    now = 0.0
    for interval in recorder.intervals():
        assert interval.start == now
        assert interval.end > now
        now = interval.end
    assert now == pytest.approx(ending.wall_clock_s, rel=1e-12)
    for times in ([m.time for m in recorder.moments], [time for time, _ in recorder.steps]):
        assert times == sorted(times)


def counts_agree_with_each_other(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    counts = ledger.counts
    restarts = sum(counts[what] for what in RESTARTS)
    ends = counts[EventKind.INTERRUPTION] + counts[EventKind.STOP]
    tried = counts[EventKind.LAUNCH] - counts[EventKind.FAILED_LAUNCH]
    # The trial may end in the middle of a recovery, or of a launch.
    assert restarts in ((ends,) if not ending.truncated else (ends, ends - 1))
    assert tried - restarts in ((1,) if not ending.truncated else (0, 1, 2))
    incidents = sum(stop.kind == "incident" for stop in simulated.stop.values())
    taken = 0 if simulated.capacity is None else len(simulated.capacity.trace)
    assert counts[EventKind.INTERRUPTION] <= counts[EventKind.FAULT] + incidents + taken
    assert counts[EventKind.FAULT] == sum(m.what is EventKind.FAULT for m in recorder.moments)
    returned = counts[EventKind.RETURN] + counts[EventKind.RETURN_BAD] + counts[EventKind.RETIRE]
    unfit = sum(stop.unfit for stop in simulated.stop.values() if stop.kind == "incident")
    assert returned <= counts[EventKind.CORDON] + unfit + simulated.cluster.in_repair


@some
@given(scenarios_that_keep_their_hosts(), TRIALS)
@example(ALL_CATEGORIES, 0)
def test_hosts_are_where_they_can_be(simulated: Scenario, trial: int) -> None:
    ending, ledger, recorder = recorded(simulated, trial)
    owned = simulated.cluster.hosts + simulated.cluster.spares
    assert ledger.counts[EventKind.RETIRE] == 0
    assert {sum(hosts) for _, hosts in recorder.steps} == {owned}
    assert sum(ledger.host_s) == pytest.approx(owned * ending.wall_clock_s)
    assert ledger.host_s == pytest.approx(recorder.host_seconds(), rel=1e-9, abs=1e-3)
    assert max(hosts.job for _, hosts in recorder.steps) <= simulated.cluster.hosts


@some
@given(scenarios_of_one_size(), TRIALS)
@example(ALL_CATEGORIES, 0)
def test_a_job_trains_only_with_all_its_hosts(simulated: Scenario, trial: int) -> None:
    _, _, recorder = recorded(simulated, trial)
    needing = [
        span.hosts.job
        for span in recorder.joined()
        if span.state in (State.TRAIN, State.RESTART, State.CHECKPOINT_LOAD)
    ]
    assert set(needing) == {simulated.cluster.hosts}


def a_trial_that_finishes_has_done_the_work(
    simulated: Scenario, ending: Ending, ledger: Ledger, recorder: Recorder
) -> None:
    # Each second of training is work at the full speed of its moment, which does not change here.
    done = ledger.categories()[Category.PRODUCTIVE]
    ideal_s = Simulator(simulated, 1).ideal_s
    if ending.truncated:
        assert done < ideal_s
    else:
        assert done == pytest.approx(ideal_s, rel=1e-9)


PROPERTIES = (
    the_books_balance,
    the_longest_run_is_that_of_the_timeline,
    faults_slow_the_job_until_they_end_and_what_is_noticed_is_rolled_back,
    nothing_is_negative,
    hosts_down_are_those_in_repair_and_away,
    a_false_alarm_ends_training_that_has_gone_on_for_longer_than_its_grace,
    time_runs_forward_without_a_gap,
    counts_agree_with_each_other,
    a_trial_that_finishes_has_done_the_work,
)


@settings(some, max_examples=600 if FULL else 60)
@given(scenarios(), TRIALS)
@example(ALL_CATEGORIES, 0)
@example(ALL_LATENT, 0)
@example(CORRUPT_IN_SAVES, 9)
@example(ALARMED, 0)
def test_in_every_trial_every_property_holds(simulated: Scenario, trial: int) -> None:
    of_trial = recorded(simulated, trial)
    for holds in PROPERTIES:
        holds(simulated, *of_trial)


# --- one trial is one function ------------------------------------------------------------------


def everything(simulator: Simulator, trial: int) -> tuple[object, ...]:
    recorder = Recorder()
    ending = simulator.run(trial, recorder)
    return ending, tuple(recorder.moments), tuple(recorder.intervals()), tuple(recorder.steps)


@settings(some, max_examples=15)
@given(scenarios(), st.lists(st.integers(0, 50), min_size=2, max_size=3, unique=True))
@example(ALL_CATEGORIES, [1, 0])
def test_a_trial_is_the_same_alone_and_in_any_company(
    simulated: Scenario, trials: list[int]
) -> None:
    """After any other trial of its simulator, and in turn with those of another one."""
    together, other, backwards = (Simulator(simulated, seed) for seed in (9, 10, 9))
    first = {}
    for trial in trials:
        first[trial] = everything(together, trial)
        everything(other, trial)
    second = {trial: everything(backwards, trial) for trial in reversed(trials)}
    alone = {trial: everything(Simulator(simulated, 9), trial) for trial in trials}
    assert first == second == alone


# --- common random numbers ----------------------------------------------------------------------


class Repairs(Silent):
    """How long each visit of each host to the shop takes, by host and number."""

    def __init__(self) -> None:
        self._since: dict[int, float] = {}
        self._visits: Counter[int] = Counter()
        self.seconds: dict[tuple[int, int], float] = {}

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        if what is EventKind.CORDON:
            self._since[host] = time
        elif what in (EventKind.RETURN, EventKind.RETURN_BAD, EventKind.RETIRE):
            if host in self._since:
                self.seconds[host, self._visits[host]] = time - self._since.pop(host)
            self._visits[host] += 1


PLAIN = scenario(
    workload={"ideal_time": "200 h"},
    cluster={"hosts": 8, "spares": 2},
    checkpoint={"interval": "1 h", "stall": "2 min", "load": "5 min"},
    restart={"duration": "10 min"},
    people={"response": "30 min"},
    fault={
        "host": {"mtbf": "100 h"},
        "software": {"scope": "job", "mtbf": "40 h"},
        "hang": {"mtbf": "400 h", "effect": "hang", "automatic": 1},
    },
    repair={
        "automated": {"law": "exponential", "mean": "5 h"},
        "automated_fails": 0.3,
        "manual": {"law": "lognormal", "mean": "50 h", "cv": 1},
    },
)
POLICIES: list[dict[str, object]] = [
    {"checkpoint.interval": "20 min"},
    {"checkpoint.interval": "3 h", "checkpoint.stall": "10 min"},
    {"cluster.spares": 6},
    {"checkpoint.keep": 1, "checkpoint.save_failure": 0.3},
    {"people.response": {"law": "exponential", "mean": "3 h"}},
    {"restart.failure": 0.3},
    {"checkpoint.load_failure": 0.5},
    {"diagnosis.manual": "1 h"},
    {"recovery.policy": "swap", "recovery.swap_restart": "1 min", "fault.host.automatic": 1},
]
ELASTIC = {
    "recovery.policy": "elastic",
    "recovery.replicas": 4,
    "recovery.at_least": 2,
    "recovery.reconfigure": "3 min",
    "recovery.reconfigure_success": 0.8,
    "recovery.rejoin_stall": "2 min",
}
ANSWERS: list[dict[str, object]] = [
    POLICIES[-1],
    ELASTIC,
    ELASTIC | {"recovery.struck_launch": "goes on", "cluster.spares": 0},
    ELASTIC | {"recovery.state": "sharded", "recovery.rejoin": "at a checkpoint"},
    ELASTIC | {"recovery.replicas": 8, "recovery.regroup": True},
]
"""What a job may do about a fault other than to wait."""


def readings(simulated: Scenario, trial: int) -> dict[str, list[float]]:
    sink = Strikes()
    Simulator(simulated, 4).run(trial, sink)
    by_class: dict[str, list[float]] = {}
    for cause, reading in sink.named:
        by_class.setdefault(cause, []).append(reading)
    return by_class


def common(first: list[float], second: list[float]) -> int:
    """How many readings both have; as far as both go, they are the same."""
    both = min(len(first), len(second))
    assert first[:both] == pytest.approx(second[:both], rel=1e-9, abs=1e-9)
    return both


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: ", ".join(policy))
def test_policies_do_not_move_faults_in_their_time_at_risk(policy: dict[str, object]) -> None:
    both: Counter[str] = Counter()
    for trial in range(5):
        before, after = readings(PLAIN, trial), readings(PLAIN.replace(policy), trial)
        for name in before:
            both[name] += common(before[name], after.get(name, []))
    assert both.keys() == set(PLAIN.fault)
    assert min(both.values()) > 20


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: ", ".join(policy))
def test_policies_do_not_move_a_hosts_next_repair_time(policy: dict[str, object]) -> None:
    both = 0
    for trial in range(5):
        times = []
        for simulated in (PLAIN, PLAIN.replace(policy)):
            sink = Repairs()
            Simulator(simulated, 4).run(trial, sink)
            times.append(sink.seconds)
        common = times[0].keys() & times[1].keys()
        both += len(common)
        for visit in common:
            assert times[0][visit] == pytest.approx(times[1][visit])
    assert both > 50


@pytest.mark.parametrize("moved", ["host", "software", "hang"])
def test_the_rate_of_one_class_does_not_move_the_others(moved: str) -> None:
    change = {f"fault.{moved}.mtbf": "77 h"}
    both: Counter[str] = Counter()
    for trial in range(5):
        before, after = readings(PLAIN, trial), readings(PLAIN.replace(change), trial)
        for name in before.keys() - {moved}:
            both[name] += common(before[name], after.get(name, []))
        assert before[moved] != after.get(moved)
    assert both.keys() == set(PLAIN.fault) - {moved}
    assert min(both.values()) > 20


def test_policies_do_not_move_when_ageing_hosts_fail_in_their_time_at_risk() -> None:
    """Host by host, as far as the same host has the same past: to the first fault of each."""
    ageing = PLAIN.replace(
        {
            "cluster.age": "new",
            "fault.host": {"law": "weibull", "shape": 0.7, "mtbf": "100 h", "needs_repair": 0},
            "fault.hang": {"mtbf": "400 h", "needs_repair": 0},
        }
    )
    for policy in POLICIES:
        for trial in range(3):
            before, after = readings(ageing, trial), readings(ageing.replace(policy), trial)
            assert common(before["host"], after["host"]) > 10, policy


@pytest.mark.parametrize("policy", ANSWERS[1:], ids=lambda policy: ", ".join(policy))
def test_a_job_that_goes_on_meets_the_faults_of_one_that_waits(policy: dict[str, object]) -> None:
    """Through the whole trial: those that would strike what stands aside are all that it misses."""
    met, missed = 0, 0
    for trial in range(4):
        waits, goes_on = readings(PLAIN, trial), readings(PLAIN.replace(policy), trial)
        for name, there in waits.items():
            here = goes_on.get(name, [])
            reach = min(there[-1], here[-1]) * (1 - 1e-9) if here else 0.0
            for reading in here:
                assert reading > reach or min(abs(reading - one) for one in there) < 1e-6
                met += reading <= reach
            missed += sum(one <= reach for one in there) - sum(one <= reach for one in here)
            if name == "software":
                assert common(there, here) > 0
    assert met > 40
    assert missed > 0


def in_their_own_time(simulated: Scenario, trial: int) -> dict[int, list[float]]:
    """Hours at risk of each host, counted from its own first one, at which it is struck."""
    own: Counter[int] = Counter()
    struck: dict[int, list[float]] = {}
    clusters: list[Cluster] = []

    class Watched(engine_trial.Cluster):  # which a mistake may be planted in
        def __init__(self, *parts: Any):
            super().__init__(*parts)
            clusters.append(self)

    class Clocked(engine_trial.Sources):
        def advance(self, seconds: float, working: bool, risk: float) -> None:
            for host in range(16) if working else ():
                own[host] += clusters[-1].works(host) * seconds  # type: ignore[assignment]
            super().advance(seconds, working, risk)

    class Hosts(Silent):
        def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
            if what is EventKind.FAULT and cause == "host":
                struck.setdefault(host, []).append(own[host] / HOUR)

    simulator = Simulator(simulated, 4)  # before: it makes the ideal run
    with (
        patch.object(engine_trial, "Cluster", Watched),
        patch.object(engine_trial, "Sources", Clocked),
    ):
        simulator.run(trial, Hosts())
    return struck


@pytest.mark.parametrize("policy", ANSWERS, ids=lambda policy: ", ".join(policy))
def test_ageing_hosts_fail_at_the_same_time_of_their_own_whatever_the_job_does(
    policy: dict[str, object],
) -> None:
    """Life after life, through the whole trial, though hosts stand aside, wait and are swapped.

    A repair renews a host, so no other class may send one there whose draws are those of places.
    """
    ageing = PLAIN.replace(
        {
            "cluster.age": "new",
            "fault.host": {"law": "weibull", "shape": 2, "mtbf": "60 h"},
            "fault.hang.needs_repair": 0,
        }
    )
    lives = later = 0
    for trial in range(3):
        waits = in_their_own_time(ageing, trial)
        other = in_their_own_time(ageing.replace(policy), trial)
        for host in waits.keys() & other.keys():
            both = common(waits[host], other[host])
            lives, later = lives + both, later + (both > 1)
    assert lives > 60
    assert later > 15


def test_a_changed_rate_moves_a_fault_by_the_hazard_left_to_it_and_no_more() -> None:
    """To strike later by exactly what the slower clock makes of it; no new draw could."""
    change = [{"at": "2 h", "set": {"fault.break.mtbf": "10 h"}}]
    plain = scenario(
        workload={"ideal_time": "500 h"},
        checkpoint={"interval": "1 h"},
        fault={"break": {"scope": "job", "mtbf": "5 h"}},
    )
    for trial in range(20):
        before = readings(plain, trial)["break"][0]
        after = readings(plain.replace({"change": change}), trial)["break"][0]
        assert after == pytest.approx(before if before < 2 else 2 + (before - 2) * 2)


# --- more is not worse --------------------------------------------------------------------------


@some
@given(memoryless_scenarios())
def test_a_further_spare_never_hurts_in_the_mean(simulated: Scenario) -> None:
    """Paired over 60 trials: hurting by 5.6 standard errors of the difference would be found."""
    mean, error = gain(simulated)
    assert mean >= -LIMIT * error - 1e-6


def test_a_first_spare_is_seen_to_help() -> None:
    mean, error = gain(PLAIN.replace({"cluster.spares": 0}))
    assert mean > 5 * LIMIT * error


def gain(simulated: Scenario) -> tuple[float, float]:
    """Mean of the seconds that a further spare saves, and its standard error."""
    more = simulated.replace({"cluster.spares": simulated.cluster.spares + 1})
    before, after = (np.array(wall_clocks(one, 2, 60)) for one in (simulated, more))
    gains = before - after
    return gains.mean(), gains.std(ddof=1) / len(gains) ** 0.5


def test_training_is_reported_in_pieces_that_add_up() -> None:
    class Pieces(Silent):
        def __init__(self) -> None:
            self.position = 0.0
            self.rollbacks = 0

        def trained(self, stretch: Segment) -> None:
            assert stretch.work_start == pytest.approx(self.position)
            assert stretch.end - stretch.start == pytest.approx(
                stretch.train_s + stretch.save_s, abs=1e-6
            )
            lost = sum(seconds for _, seconds in stretch.losses)
            assert stretch.train_s == pytest.approx(stretch.productive_s + lost, abs=1e-6)
            self.position = stretch.work_end

        def rolled_back(self, time: float, work: float, cause: str) -> None:
            assert work <= self.position
            self.position = work
            self.rollbacks += 1

        def census(self, time: float, hosts: Census) -> None:
            assert sum(hosts) == 10

    for trial in range(10):
        pieces = Pieces()
        Simulator(PLAIN.replace({"workload.speed": 0.9}), 3).run(trial, pieces)
        assert pieces.position == pytest.approx(200 * HOUR)
        assert pieces.rollbacks > 5

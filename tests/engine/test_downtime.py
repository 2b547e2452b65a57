"""Planned stops, incidents, and changes of the size of the job and the cluster."""

import itertools
from collections.abc import Iterator
from statistics import mean, stdev

import pytest

from simtrain.accounts.intervals import Interval
from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import Census, EventKind, State, Verdict
from simtrain.engine.trial import Simulator
from tests.engine.runs import HOUR, Outcome, first_fault, run, runs, scenario

STALL = {"stall": "6 min"}
FAULT = {"break": {"scope": "job", "mtbf": "5 h"}}


def census_at(outcome: Outcome, hour: float) -> Census:
    return [hosts for time, hosts in outcome.recorder.steps if time <= hour * HOUR][-1]


def _by_state(intervals: list[Interval]) -> Iterator[tuple[State, Iterator[Interval]]]:
    return itertools.groupby(intervals, lambda interval: interval.state)


# --- planned stops ------------------------------------------------------------------------------


def test_maintenance_saves_first_and_costs_a_restart_and_a_load() -> None:
    found = run(
        scenario(
            checkpoint={**STALL, "load": "12 min"},
            restart={"duration": "30 min"},
            stop={"upgrade": {"at": "2 h 30 min", "duration": "3 h"}},
        )
    )
    # At 2.5 h there were two saves, so 2.3 h of work; ten hours take eight more of ≤ 1 h each.
    assert found.spent == {
        "productive": 10.0, "checkpoint_save": 1.1, "restart": 0.5, "checkpoint_load": 0.2,
        "maintenance": 3.0,
    }  # fmt: skip
    assert found.count(EventKind.PLANNED_RESTART) == found.count(EventKind.STOP) == 1
    assert found.ledger.badput["upgrade"] == pytest.approx((0.1 + 0.5 + 0.2 + 3.0) * HOUR)


def test_a_stop_without_a_save_loses_work() -> None:
    stop = {"kind": "pause", "at": "2 h 30 min", "duration": "3 h", "save_first": False}
    found = run(scenario(stop={"look": stop}))
    assert found.spent == {"productive": 10.0, "lost_work": 0.5, "paused": 3.0}
    assert found.ledger.badput["look"] == 3.5 * HOUR


@pytest.mark.parametrize(
    ("margin", "back_to"), [("0 s", 2), ("29 min", 2), ("31 min", 1), ("1.6 h", 0), ("9 h", 0)]
)
def test_a_stop_with_a_margin_goes_back_to_a_copy_from_before_it(margin: str, back_to: int) -> None:
    goes_back_before_the_margin(margin, back_to)


def goes_back_before_the_margin(margin: str, back_to: int) -> None:
    """Saves at each hour, a stop at 2.5 h: the last save that is at least the margin before it."""
    stop = {"at": "2 h 30 min", "duration": "3 h", "save_first": False, "margin": margin}
    found = run(scenario(stop={"spike": {**stop, "kind": "pause"}}))
    assert found.spent == {"productive": 10.0, "lost_work": 2.5 - back_to, "paused": 3.0}
    assert found.ledger.badput["spike"] == pytest.approx((5.5 - back_to) * HOUR)


def test_the_margin_of_a_stop_is_counted_at_full_speed() -> None:
    """At half the speed 2.5 h are 1.25 h of work, and a margin of 15.6 min more than the last
    save, at 1 h of work, is away from it."""
    stop = {"at": "2 h 30 min", "duration": "1 h", "save_first": False, "kind": "pause"}
    saves = {"interval": "10 steps"}
    work = {"ideal_time": "10 h", "steps": 100, "speed": 0.5}
    losses = {}
    for margin in ("14.4 min", "15.6 min"):
        look = {"look": {**stop, "margin": margin}}
        found = run(scenario(workload=work, checkpoint=saves, stop=look))
        losses[margin] = found.spent["lost_work"]
    assert losses == pytest.approx({"14.4 min": 0.25, "15.6 min": 1.25})


def test_a_stop_with_a_margin_costs_a_job_that_is_down_no_more_work() -> None:
    """The job is away from 2.5 h to 4.5 h; a stop at 3 h holds it until 6 h."""
    away = {"kind": "incident", "at": "2 h 30 min", "duration": "2 h", "hosts": "all"}
    look = {"kind": "pause", "at": "3 h", "duration": "3 h", "save_first": False, "margin": "2 h"}
    found = run(scenario(stop={"away": away, "look": look}))
    assert found.spent["lost_work"] == 0.5
    assert found.hours == pytest.approx(10 + 0.5 + 3.5)


def test_a_stop_in_a_stall_lets_the_save_finish() -> None:
    stop = {"upgrade": {"at": "1 h 3 min", "duration": "1 h"}}
    found = run(scenario(checkpoint=STALL, stop=stop))
    assert found.spent == {"productive": 10.0, "checkpoint_save": 1.0, "maintenance": 1.0}


def test_a_stop_waits_until_its_save_is_durable() -> None:
    stop = {"upgrade": {"at": "2 h 30 min", "duration": "1 h"}}
    lag = {**STALL, "durability_lag": "18 min"}
    found = run(scenario(checkpoint=lag, stop=stop))
    (held,) = [i for i in found.recorder.intervals() if i.state is State.MAINTENANCE]
    assert held.start == pytest.approx((2.5 + 0.4) * HOUR)
    assert "lost_work" not in found.spent


def test_a_stop_at_a_progress() -> None:
    stop = {"kind": "pause", "progress": 0.25, "duration": "1 h"}
    found = run(scenario(stop={"look": stop}))
    (held,) = [i for i in found.recorder.intervals() if i.state is State.PAUSED]
    assert (held.start, held.work_start) == (2.5 * HOUR, 2.5 * HOUR)
    assert found.hours == 11.0


def test_a_stop_that_recurs_counts_from_the_start_and_not_from_its_end() -> None:
    found = run(scenario(stop={"upgrade": {"every": "4 h", "duration": "1 h"}}))
    held = [i.start / HOUR for i in found.recorder.intervals() if i.state is State.MAINTENANCE]
    assert held == [4.0, 8.0, 12.0]
    assert found.hours == 13.0


def starts(law: dict[str, str], trial: int, hours: int = 1000) -> list[float]:
    """When a stop without duration that recurs by a law begins, in hours of a window."""
    window = {"ideal_time": None, "window": f"{hours} h"}
    stop = {"look": {"every": law, "duration": "0 s", "save_first": False}}
    found = run(scenario(workload=window, stop=stop), trial)
    return [moment.time / HOUR for moment in found.moments(EventKind.STOP)]


def test_a_stop_that_recurs_by_a_law_draws_each_time_anew() -> None:
    law = {"law": "exponential", "mean": "20 h"}
    counts = [len(starts(law, trial)) for trial in range(40)]
    # a Poisson process: mean and variance of the number are the same
    assert sum(counts) / 40 == pytest.approx(50, abs=3 * (50 / 40) ** 0.5)
    gaps = [b - a for a, b in itertools.pairwise(starts(law, 0, 4000))]
    assert stdev(gaps) == pytest.approx(mean(gaps), rel=0.25)


def test_a_law_per_trial_has_one_value_for_all_of_them() -> None:
    law = {"law": "exponential", "mean": "20 h", "per": "trial"}
    firsts = set()
    for trial in range(5):
        at = starts(law, trial)
        firsts.add(at[0])
        assert at == pytest.approx([at[0] * number for number in range(1, len(at) + 1)])
    assert len(firsts) == 5


def test_a_stop_during_a_recovery_is_taken_before_the_restart() -> None:
    simulated = scenario(fault=FAULT, detection={"crash": "2 h"})
    struck = first_fault(run(simulated))
    stop = {"upgrade": {"at": f"{struck + HOUR} s", "duration": "5 h"}}
    found = run(simulated.replace({"stop": stop}))
    after = [i for i in found.recorder.intervals() if i.start >= struck]
    first, second = (list(group) for _, group in itertools.islice(_by_state(after), 2))
    assert {i.state for i in first} == {State.DETECTION}
    assert first[-1].end - struck == pytest.approx(2 * HOUR)
    assert {i.state for i in second} == {State.MAINTENANCE}
    assert second[-1].end - struck == pytest.approx(6 * HOUR)


def test_a_fault_in_the_save_before_a_stop_does_not_cancel_the_stop() -> None:
    simulated = scenario(
        checkpoint={"interval": "100 h", "stall": "3 h"}, fault={"break": {**FAULT["break"]}}
    )
    struck = first_fault(run(simulated))
    stop = {"upgrade": {"at": f"{struck - HOUR} s", "duration": "5 h"}}
    found = run(simulated.replace({"stop": stop}))
    (held,) = [i for i in found.recorder.intervals() if i.state is State.MAINTENANCE]
    assert held.start == pytest.approx(struck)
    assert held.end - held.start == pytest.approx(5 * HOUR)
    assert found.recorder.rollbacks[0].work == 0.0


def test_a_stop_in_the_final_save_comes_too_late() -> None:
    simulated = scenario(
        checkpoint={"interval": "1 h", "stall": "6 min"},
        stop={"upgrade": {"at": "10 h 57 min", "duration": "1 h"}},
    )
    found = run(simulated)
    assert found.ending.verdict is Verdict.FINISHED
    assert found.spent == {"productive": 10.0, "checkpoint_save": 1.0}


def test_two_stops_at_the_same_instant_overlap() -> None:
    stops = {
        "upgrade": {"at": "2 h", "duration": "3 h"},
        "look": {"kind": "pause", "at": "2 h", "duration": "2 h"},
    }
    found = run(scenario(stop=stops))
    assert found.hours == 13.0
    assert found.spent.get("maintenance", 0) + found.spent.get("paused", 0) == 3.0


def test_a_stop_in_a_failing_automatic_restart_does_not_spare_the_person() -> None:
    """The fault has not been dealt with: its host is still to be found."""
    simulated = scenario(
        cluster={"spares": 2},
        restart={"duration": "2 h"},
        people={"response": "1 h"},
        repair={"automated": "1 h"},
        fault={"break": {"mtbf": "20 h", "automatic": 1, "automatic_success": 0}},
    )
    struck = first_fault(run(simulated))
    stop = {"upgrade": {"at": f"{struck + HOUR} s", "duration": "30 min"}}
    found = run(simulated.replace({"stop": stop}))
    later = [m.what for m in found.recorder.moments if m.time >= struck]
    restarted = next(
        i for i, what in enumerate(later)
        if what in (EventKind.AUTOMATIC_RESTART, EventKind.MANUAL_RESTART)
    )  # fmt: skip
    assert later[restarted] is EventKind.MANUAL_RESTART
    assert EventKind.CORDON in later[:restarted]


# --- incidents ----------------------------------------------------------------------------------


def test_an_incident_takes_all_hosts_and_sends_the_unfit_to_repair() -> None:
    flood = {
        "kind": "incident", "at": "2 h 30 min", "duration": "5 h", "hosts": "all", "unfit": 3,
    }  # fmt: skip
    found = run(scenario(cluster={"spares": 2}, stop={"flood": flood}, repair={"automated": "2 h"}))
    assert census_at(found, 2.5) == Census(job=0, idle=0, repair=0, away=6)
    assert census_at(found, 7.5) == Census(job=3, idle=0, repair=3, away=0)
    assert census_at(found, 9.5).repair == 0
    assert found.spent == {
        "productive": 10.0, "lost_work": 0.5, "maintenance": 5.0, "host_wait": 2.0,
    }  # fmt: skip
    assert found.count(EventKind.INTERRUPTION) == found.count(EventKind.MANUAL_RESTART) == 1


def test_an_incident_takes_no_more_hosts_than_there_are() -> None:
    stops = {
        "flood": {"kind": "incident", "at": "2 h", "duration": "9 h", "hosts": 3},
        "fire": {"kind": "incident", "at": "3 h", "duration": "1 h", "hosts": 5, "unfit": 5},
    }
    found = run(scenario(cluster={"spares": 1}, stop=stops))
    assert census_at(found, 2.0) == Census(job=2, idle=0, repair=0, away=3)
    assert census_at(found, 3.0) == Census(job=0, idle=0, repair=0, away=5)
    assert census_at(found, 4.0).away == 3
    assert found.hours == 20.0
    assert found.spent["lost_work"] == 1.0  # dated things come before the save of that instant


def test_an_incident_takes_hosts_of_the_job_first() -> None:
    flood = {"kind": "incident", "at": "2 h", "duration": "5 h", "hosts": 3}
    found = run(scenario(cluster={"spares": 3}, stop={"flood": flood}))
    assert census_at(found, 2.0) == Census(job=4, idle=0, repair=0, away=3)
    assert found.spent == {"productive": 10.0, "lost_work": 1.0}


def test_an_incident_while_the_job_is_down_still_happens() -> None:
    simulated = scenario(fault=FAULT, detection={"crash": "2 h"})
    struck = first_fault(run(simulated))
    flood = {"kind": "incident", "at": f"{struck + HOUR} s", "duration": "5 h", "hosts": 2}
    found = run(simulated.replace({"stop": {"flood": flood}}))
    assert census_at(found, (struck + HOUR) / HOUR).away == 2
    waits = [i for i in found.recorder.intervals() if i.cause == "flood"]
    assert [i.state for i in waits] == [State.MAINTENANCE]
    assert waits[0].start == pytest.approx(struck + 2 * HOUR)
    assert waits[0].end == pytest.approx(struck + 6 * HOUR)


def test_an_incident_while_the_job_waits_for_hosts() -> None:
    """Waiting is the first incident's, then plain waiting, then the second's."""
    stops = {
        "flood": {"kind": "incident", "at": "1 h", "duration": "1 h", "hosts": 1, "unfit": 1},
        "fire": {"kind": "incident", "at": "4 h", "duration": "1 h", "hosts": 2},
    }
    found = run(scenario(stop=stops, repair={"automated": "10 h"}))
    waits = [
        (i.state, i.cause, i.start / HOUR, i.end / HOUR)
        for i in found.recorder.intervals()
        if i.state in (State.MAINTENANCE, State.HOST_WAIT)
    ]
    assert waits == [
        (State.MAINTENANCE, "flood", 1.0, 2.0),
        (State.HOST_WAIT, "flood", 2.0, 4.0),
        (State.MAINTENANCE, "fire", 4.0, 5.0),
        (State.HOST_WAIT, "flood", 5.0, 12.0),
    ]


def test_several_changes_at_one_instant_all_come_while_the_job_waits() -> None:
    flood = {"kind": "incident", "at": "1 h", "duration": "1 h", "hosts": 1, "unfit": 1}
    found = run(
        scenario(
            stop={"flood": flood},
            repair={"automated": "900 h"},
            change=[
                {"at": "5 h", "set": {"checkpoint.stall": "1 s"}},
                {"at": "5 h", "set": {"restart.failure": 0}},
                {"at": "5 h", "set": {"cluster.spares": 1}},
            ],
        )
    )
    assert [m.time for m in found.moments(EventKind.CHANGE)] == [5 * HOUR] * 3
    assert found.spent["host_wait"] == 3.0


# --- changes ------------------------------------------------------------------------------------


def test_spares_come_and_go() -> None:
    changes = [
        {"at": "2 h", "set": {"cluster.spares": 18}},
        {"at": "5 h", "set": {"cluster.spares": 12}},
    ]
    found = run(scenario(cluster={"spares": 4}, change=changes))
    idle = [census_at(found, hour).idle for hour in (0.0, 1.9, 2.0, 4.9, 5.0)]
    assert idle == [4, 4, 18, 18, 12]
    assert found.spent == {"productive": 10.0}


def test_a_host_in_repair_leaves_when_it_returns_if_there_are_too_many() -> None:
    flood = {"kind": "incident", "at": "1 h", "duration": "1 h", "hosts": 3, "unfit": 3}
    found = run(
        scenario(
            cluster={"spares": 4},
            stop={"flood": flood},
            repair={"automated": "4 h"},
            change=[{"at": "3 h", "set": {"cluster.spares": 2}}],
        )
    )
    assert census_at(found, 2.9) == Census(job=4, idle=1, repair=3, away=0)
    assert census_at(found, 3.0) == Census(job=4, idle=0, repair=3, away=0)
    assert census_at(found, 6.0) == Census(job=4, idle=2, repair=0, away=0)


def test_a_job_grows_after_a_save_and_a_restart() -> None:
    found = run(
        scenario(
            cluster={"spares": 2},
            checkpoint={**STALL, "load": "6 min"},
            restart={"duration": "12 min"},
            change=[{"at": "2 h 30 min", "set": {"cluster.hosts": 8}}],
        )
    )
    assert census_at(found, 2.4) == Census(job=4, idle=2, repair=0, away=0)
    assert census_at(found, 2.6) == Census(job=8, idle=2, repair=0, away=0)
    assert found.count(EventKind.STOP) == found.count(EventKind.PLANNED_RESTART) == 1
    assert found.spent["restart"] == 0.2
    assert "lost_work" not in found.spent


def test_no_save_fails_in_the_ideal_of_a_job_that_grows() -> None:
    simulated = scenario(
        cluster={"spares": 2},
        checkpoint={"interval": "1 h", "save_failure": 1, "final_save": False},
        change=[{"progress": 0.25, "set": {"cluster.hosts": 5}}],
    )
    assert Simulator(simulated, 0).ideal_s == 10 * HOUR


def test_a_job_shrinks_and_its_hosts_leave() -> None:
    found = run(
        scenario(cluster={"spares": 1}, change=[{"progress": 0.5, "set": {"cluster.hosts": 2}}])
    )
    assert census_at(found, 5.0) == Census(job=2, idle=1, repair=0, away=0)
    assert found.hours == 10.0


def test_every_census_is_possible_while_the_size_changes() -> None:
    flood = {"kind": "incident", "at": "1 h", "duration": "6 h", "hosts": 3, "unfit": 2}
    found = run(
        scenario(
            cluster={"hosts": 8},
            stop={"flood": flood},
            change=[
                {"at": "2 h", "set": {"cluster.hosts": 2}},
                {"at": "3 h", "set": {"cluster.hosts": 9, "cluster.spares": 3}},
                {"at": "8 h", "set": {"cluster.hosts": 1}},
            ],
        )
    )
    assert all(min(hosts) >= 0 for _, hosts in found.recorder.steps)
    assert all(hosts.job <= 9 for _, hosts in found.recorder.steps)


@pytest.mark.parametrize(
    "table",
    [
        {"detection": {"crash": "2 h"}},
        {"people": {"response": "2 h"}},
        {"diagnosis": {"manual": "2 h"}},
    ],
    ids=lambda table: next(iter(table)),
)
def test_a_change_of_size_does_not_cut_a_recovery_short(table: dict[str, dict[str, str]]) -> None:
    simulated = scenario(**table, fault={"break": {"mtbf": "20 h"}})
    struck = first_fault(run(simulated))
    change = [{"at": f"{struck + 60} s", "set": {"cluster.hosts": 5}}]
    found = run(simulated.replace({"change": change}))
    states = (State.DETECTION, State.RESPONSE, State.DIAGNOSIS, State.HOST_WAIT)
    down = itertools.takewhile(
        lambda i: i.state in states,
        (i for i in found.recorder.intervals() if i.start >= struck),
    )
    assert sum(i.end - i.start for i in down) == pytest.approx(2 * HOUR)


def test_a_change_of_size_does_not_bring_a_spare_sooner() -> None:
    simulated = scenario(cluster={"spares": 4, "swap": "2 h"}, fault={"break": {"mtbf": "20 h"}})
    struck = first_fault(run(simulated))
    change = [{"at": f"{struck + 60} s", "set": {"cluster.hosts": 5}}]
    found = run(simulated.replace({"change": change}))
    assert found.moments(EventKind.SWAP_IN)[0].time >= struck + 2 * HOUR - 1e-6


def test_a_save_that_was_good_stays_good_when_saves_begin_to_fail() -> None:
    flood = {"kind": "incident", "at": "3 h 30 min", "duration": "1 h", "hosts": 1}
    found = run(
        scenario(
            stop={"flood": flood},
            change=[{"at": "3 h 20 min", "set": {"checkpoint.save_failure": 1}}],
        )
    )
    assert [rollback.work for rollback in found.recorder.rollbacks] == [3 * HOUR]


def test_a_full_speed_that_doubles_halves_the_rest_of_the_time() -> None:
    found = run(
        scenario(
            workload={"ideal_time": None, "flops": "2.88e19 FLOP", "achieved": "25 TFLOP/s"},
            change=[{"progress": 0.5, "set": {"workload.achieved": "50 TFLOP/s"}}],
        )
    )
    assert found.hours == pytest.approx(10.0 * 0.75)
    assert found.spent == {"productive": pytest.approx(7.5)}


# --- bounds -------------------------------------------------------------------------------------


def test_without_hosts_the_trial_runs_out_of_time() -> None:
    flood = {"kind": "incident", "at": "1 h", "duration": "1 h", "hosts": 1, "unfit": 1}
    found = run(
        scenario(stop={"flood": flood}, repair={"automated_fails": 1, "retire": 1, "manual": "3 h"})
    )
    assert found.ending[:2] == (1000 * HOUR, Verdict.OUT_OF_TIME)
    assert found.ending.truncated
    assert found.count(EventKind.TRUNCATED) == 1
    assert found.spent == {"lost_work": 1.0, "maintenance": 1.0, "host_wait": 998.0}


def test_an_mtbf_far_below_a_restart_runs_out_of_time() -> None:
    found = run(
        scenario(
            restart={"duration": "10 h"},
            fault={"break": {"scope": "job", "mtbf": "30 min"}},
            limits={"wall_clock": "500 h", "faults": 1_000_000},
        )
    )
    assert found.ending.verdict is Verdict.OUT_OF_TIME
    assert found.hours == 500.0


@pytest.mark.slow
@pytest.mark.parametrize(
    "tables",
    [
        {"fault": {"break": {"scope": "job", "mtbf": "1 s"}}, "checkpoint": {"interval": "1 h"}},
        {"fault": {"break": {"mtbf": "10 h"}}, "restart": {"duration": "0 s", "failure": 1}},
        {
            "fault": {"break": {"mtbf": "10 h"}},
            "checkpoint": {"interval": "1 h", "load_failure": 1},
        },
    ],
    ids=["faults", "restarts", "loads"],
)
def test_what_never_ends_runs_out_of_events(tables: dict[str, dict[str, object]]) -> None:
    found = run(scenario(**tables, limits={"faults": 2000}))
    assert found.ending.verdict is Verdict.OUT_OF_EVENTS
    assert found.ending.truncated


def test_repairs_that_never_end_end_the_trial() -> None:
    endless = {"burn_in_catches": 1, "automated_misses": 1}
    assert run(scenario(fault={"break": {"mtbf": "10 h"}}, repair=endless)).ending.truncated


def test_a_window_ends_on_time_and_keeps_the_work_in_flight() -> None:
    found = run(scenario(workload={"ideal_time": None, "window": "10 h 30 min"}, checkpoint=STALL))
    assert found.ending[:2] == (10.5 * HOUR, Verdict.WINDOW_CLOSED)
    assert found.spent == {"productive": 9.6, "checkpoint_save": 0.9}


def test_a_window_may_close_in_any_state() -> None:
    simulated = scenario(
        workload={"ideal_time": None, "window": "300 h"},
        checkpoint={"interval": "30 min", "stall": "6 min", "load": "10 min"},
        restart={"duration": "30 min"},
        detection={"crash": "30 min"},
        fault={"break": {"mtbf": "12 h"}},
        repair={"automated": "2 h"},
    )
    for found in runs(simulated, 40):
        assert found.ending[:2] == (300 * HOUR, Verdict.WINDOW_CLOSED)
        assert found.ledger.categories()[Category.LOST_WORK] > 0


def test_a_window_may_be_uncertain() -> None:
    window = {"law": "uniform", "low": "5 h", "high": "50 h", "per": "trial"}
    simulated = scenario(workload={"ideal_time": None, "window": window})
    ends = {run(simulated, trial).hours for trial in range(5)}
    assert len(ends) == 5
    assert all(5 <= end <= 50 for end in ends)


# --- changes at a progress that is not known ------------------------------------------------------


def hours_of(changes: list[dict[str, object]], trials: int) -> list[float]:
    """Wall-clock of ten hours of work, without faults, in each trial."""
    changed = scenario(change=changes)
    return [one.hours for one in runs(changed, trials)]


def test_a_change_comes_at_the_progress_that_its_trial_has_drawn() -> None:
    changes_come_where_their_trial_has_them()


def changes_come_where_their_trial_has_them() -> None:
    """At half the speed from a progress p on, ten hours take 20 − 10 p, which tells p."""
    half = {"progress": "5..60 %", "set": {"workload.speed": 0.5}}
    drawn = sorted((20 - hours) / 10 for hours in hours_of([half], 400))
    below, above = sum(p < 0.05 for p in drawn), sum(p > 0.6 for p in drawn)
    # each of 400 p with a probability of 1/20: 20 ± 3 standard deviations
    assert 20 - 3 * 19**0.5 < below < 20 + 3 * 19**0.5
    assert 20 - 3 * 19**0.5 < above < 20 + 3 * 19**0.5
    assert drawn[200] == pytest.approx(0.221, abs=0.04)  # odds √(0.05/0.95 × 0.6/0.4)


def test_changes_keep_their_order_whatever_they_have_drawn() -> None:
    """Slow from p to q, and never if q is drawn before p: 2/9 of all pairs of these two laws."""
    ranges = [
        {"law": "uniform", "low": 0.2, "high": 0.8},
        {"law": "uniform", "low": 0.4, "high": 1.0},
    ]
    slow, fast = (
        {"progress": law, "set": {"workload.speed": speed}}
        for law, speed in zip(ranges, (0.5, 1.0), strict=True)
    )
    hours = hours_of([slow, fast], 300)
    never = sum(abs(one - 10) < 1e-9 for one in hours)
    assert min(hours) == pytest.approx(10)
    assert never / 300 == pytest.approx(2 / 9, abs=3 * (2 / 9 * 7 / 9 / 300) ** 0.5)
    # of independent p and q the mean of max(q − p, 0) is 0.2 + ∫ over q < p of (p − q)
    assert mean(hours) == pytest.approx(10 + 10 * (0.2 + 0.4**3 / 6 / 0.36), abs=0.3)

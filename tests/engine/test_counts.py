"""What is counted, and what is charged to whom."""

from __future__ import annotations

import pytest

from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.trial import Simulator
from tests.engine.runs import HOUR, first_fault, run, runs, scenario

RESTARTS = (EventKind.AUTOMATIC_RESTART, EventKind.MANUAL_RESTART, EventKind.PLANNED_RESTART)
JOB = {"scope": "job", "mtbf": "3 h"}


def test_a_launch_that_works_after_people_were_called_is_no_restart_of_a_job_that_never_ran() -> (
    None
):
    restart = {"duration": "10 min", "failure": 0.8, "at_start": True, "tries": 1}
    found = run(scenario(restart=restart))
    assert found.count(EventKind.PERSON_CALLED) > 0
    assert found.count(*RESTARTS) == 0


def test_faults_before_training_began_interrupt_nothing_and_restart_nothing() -> None:
    found = run(scenario(restart={"duration": "5 h", "at_start": True}, fault={"break": JOB}), 1)
    fails = found.count(EventKind.FAILED_LAUNCH)
    assert fails > 0
    assert found.count(*RESTARTS) == found.count(EventKind.INTERRUPTION)
    assert found.count(*RESTARTS) == found.count(EventKind.LAUNCH) - fails - 1


@pytest.mark.parametrize("restart", ["0 s", "1 s"])
def test_the_longest_run_ends_where_training_ends_even_if_the_restart_takes_no_time(
    restart: str,
) -> None:
    found = run(scenario(restart={"duration": restart}, fault={"break": {**JOB, "automatic": 1}}))
    assert found.count(EventKind.INTERRUPTION) > 1
    longest = max(end - start for start, end in found.recorder.runs())
    assert found.ledger.longest_run_s == pytest.approx(longest, abs=0.1)


def test_all_causes_of_badput_are_known_beforehand() -> None:
    simulated = scenario(
        restart={"duration": "1 h", "at_start": True},
        change=[{"at": "4 h", "set": {"cluster.hosts": 5}}],
        fault={"break": JOB},
    )
    found = run(simulated)
    assert set(found.ledger.badput) <= set(Simulator(simulated, 0).causes)


def test_a_fault_in_a_restart_begins_recovery_again_under_its_own_cause() -> None:
    simulated = scenario(
        restart={"duration": "4 h"},
        fault={"a": {"scope": "job", "mtbf": "5 h"}, "b": {"scope": "job", "mtbf": "6 h"}},
        detection={"crash": "1 h"},
    )
    for trial in range(20):
        found = run(simulated, trial)
        faults = {m.time: m.cause for m in found.moments(EventKind.FAULT)}
        for interval in found.recorder.intervals():
            if interval.state in (State.DETECTION, State.RESTART):
                before = max(time for time in faults if time <= interval.start)
                assert interval.cause == faults[before]


def test_a_restart_is_automatic_only_if_no_person_acted_since_the_interruption() -> None:
    simulated = scenario(
        restart={"duration": "4 h"},
        people={"response": "5 min"},
        fault={"break": {"scope": "job", "mtbf": "8 h", "automatic": 0.5}},
        limits={"wall_clock": "10000 h"},
    )
    seen = set()
    for trial in range(20):
        acted = False
        for moment in run(simulated, trial).recorder.moments:
            if moment.what is EventKind.INTERRUPTION:
                acted = False
            elif moment.what is EventKind.PERSON_CALLED:
                acted = True
            elif moment.what in (EventKind.AUTOMATIC_RESTART, EventKind.MANUAL_RESTART):
                assert acted == (moment.what is EventKind.MANUAL_RESTART)
                seen.add(moment.what)
    assert len(seen) == 2


def test_a_stall_cut_off_is_a_stall_and_no_save() -> None:
    simulated = scenario(
        checkpoint={"interval": "1 h", "stall": "3 h"}, fault={"break": {**JOB, "mtbf": "9 h"}}
    )
    for trial in range(20):
        found = run(simulated, trial)
        whole = found.ledger.saves * 3 * HOUR
        stalls = found.ledger.categories()[Category.CHECKPOINT_SAVE]
        cut = sum(
            1 for i in found.recorder.intervals()
            if i.state is State.CHECKPOINT_SAVE and i.end - i.start < 3 * HOUR - 1e-6
        )  # fmt: skip
        assert whole <= stalls <= whole + cut * 3 * HOUR
        assert bool(cut) == (stalls > whole + 1e-6)


def test_a_spike_is_lost_work_until_it_is_noticed_and_goes_back_behind_it() -> None:
    spike = {"scope": "job", "effect": "diverge", "mtbf": "8 h", "margin": "20 min"}
    simulated = scenario(fault={"spike": spike}, detection={"diverge": "90 min"})
    for trial in range(20):
        found = run(simulated, trial)
        assert found.ledger.categories()[Category.DETECTION] == 0.0
        rollbacks = iter(found.recorder.rollbacks)
        onset = None
        for moment in found.recorder.moments:
            if moment.what is EventKind.FAULT and onset is None:
                onset = moment.time
            if moment.what is EventKind.INTERRUPTION:
                assert onset is not None
                latency = moment.time - onset
                if latency < 1.5 * HOUR - 1:  # the work was done, and whoever looks at it sees
                    done = [i for i in found.recorder.intervals() if i.end == moment.time]
                    assert done[0].work_end == pytest.approx(10 * HOUR)
                else:
                    assert latency == pytest.approx(1.5 * HOUR)
                work = next(
                    i.work_start + onset - i.start
                    for i in found.recorder.intervals()
                    if i.start <= onset < i.end
                )
                rollback = next(rollbacks)
                safe = work - HOUR / 3
                expected = max(0.0, safe // HOUR * HOUR)
                assert rollback.work == pytest.approx(expected)
                onset = None


def test_a_hang_may_let_the_background_write_end() -> None:
    table = {"interval": "2 h", "durability_lag": "1 h"}
    for ends_write, work in ((True, 0.0), (False, 2 * HOUR)):
        fault = {"scope": "job", "effect": "hang", "mtbf": "20 h", "ends_write": ends_write}
        simulated = scenario(checkpoint=table, fault={"break": fault}, detection={"hang": "1 h"})
        found = None
        for found in runs(simulated, 500):
            if found.moments(EventKind.FAULT) and 2.1 < first_fault(found) / HOUR < 2.9:
                break
        assert found is not None
        assert found.recorder.rollbacks[0].work == work


def test_the_host_seconds_are_those_of_all_hosts() -> None:
    simulated = scenario(
        cluster={"spares": 3}, fault={"break": {"mtbf": "10 h"}}, repair={"automated": "7 h"}
    )
    found = run(simulated)
    assert sum(found.ledger.host_s) == pytest.approx(7 * found.ending.wall_clock_s)
    assert found.ledger.host_s == pytest.approx(found.recorder.host_seconds())


def test_hot_spares_take_no_time_and_lent_ones_need_notice() -> None:
    def waited(hosts: int) -> float:
        strike = {"kind": "incident", "at": "2 h", "duration": "5 h", "hosts": hosts}
        cluster = {
            "hosts": 6, "spares": 6, "hot_spares": 2, "lent_spares": 2,
            "swap": "10 min", "notice": "1 h",
        }  # fmt: skip
        spent = run(scenario(cluster=cluster, stop={"strike": strike})).spent
        return spent.get("host_wait", 0.0)

    found = [waited(hosts) for hosts in range(1, 7)]
    assert found == pytest.approx([0.0, 0.0, 1 / 6, 1 / 6, 1.0, 1.0])


def test_a_host_that_came_back_from_repair_is_no_hot_spare() -> None:
    """During a long stop the host is repaired: two stand by for one place, neither of them hot."""
    simulated = scenario(
        cluster={"spares": 1, "swap": "1 h"},
        detection={"crash": "30 min"},
        fault={"break": {"mtbf": "20 h"}},
        repair={"automated": "1 h"},
    )
    struck = first_fault(run(simulated))
    stop = {"upgrade": {"at": f"{struck + 60} s", "duration": "10 h"}}
    found = run(simulated.replace({"stop": stop}))
    waits = [i for i in found.recorder.intervals() if i.state is State.HOST_WAIT]
    assert waits[0].start == pytest.approx(struck + 60 + 10 * HOUR)
    assert waits[0].end - waits[0].start == pytest.approx(HOUR)

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import Census, Ending, EventKind, State, Verdict
from simtrain.answers.timeline import Timeline
from simtrain.show.timeline.narrative import narrative
from simtrain.show.timeline.report import timeline_report
from tests.show.samples import HOUR, MINUTE, recording, scenario, train

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

FINISHED = Ending(5 * HOUR, Verdict.FINISHED)


def report(
    recorder: Recorder,
    of: Scenario | None = None,
    ending: Ending = FINISHED,
    events: int | None = None,
) -> str:
    return timeline_report(Timeline(of or scenario(), 7, 3, recorder, ending), events=events)


def test_the_report_sums_the_trial_up() -> None:
    text = report(recording())
    assert "Trial 3, seed 7: finished after 5 h.\n1 fault, 1 interruption, 3 launches" in text
    assert "(1 failed)" in text
    assert "longest run 2 h" in text
    assert "\n  productive          70.0 %  3.50 h  █" in text
    assert "\n  gpu                 30.0 %  1.50 h  █" in text


def test_an_interruption_is_reported_from_its_fault_to_training_again() -> None:
    assert [event.text for event in narrative(recording())] == [
        "gpu strikes host 3 after 2 h of training. Detected after 2 min; a person answers after "
        "30 min; host 3 goes to repair; host 16 steps in; restart takes 14 min; the launch fails; "
        "restart takes 14 min. Trains again, by hand, after 1 h; 30 min of work lost.",
        "Host 3 is back from repair.",
    ]


def test_events_have_their_date() -> None:
    dated = scenario(start=dt.datetime(2026, 3, 2, 9, 0))
    text = report(recording(), dated)
    assert "finished after 5 h, Mon 2026-03-02 14:00." in text
    assert "\nMon 2026-03-02 11:00  gpu strikes host 3" in text
    assert "\n                      " in text


def test_without_a_start_events_have_the_elapsed_time() -> None:
    assert "\n   0 d 02:00  gpu strikes host 3" in report(recording())


def test_events_beyond_the_limit_are_counted() -> None:
    text = report(recording(), events=1)
    assert text.endswith("\n\n1 later event left out.\n")
    assert "Host 3 is back" not in text
    assert "left out" not in report(recording(), events=2)


def test_a_loss_spike_is_reported_when_it_strikes_and_when_it_is_noticed() -> None:
    recorder = Recorder()
    recorder.happened(HOUR, EventKind.FAULT, "spike")
    train(recorder, 0.0, 2 * HOUR, 0.0)
    recorder.happened(2 * HOUR, EventKind.INTERRUPTION, "spike")
    recorder.spent(State.RESTART, "spike", 2 * HOUR, 2 * HOUR + 10 * MINUTE)
    recorder.happened(2 * HOUR + 10 * MINUTE, EventKind.AUTOMATIC_RESTART, "spike")
    assert [event.text for event in narrative(recorder)] == [
        "spike strikes the job.",
        "spike ends training after 2 h of training. Restart takes 10 min. "
        "Trains again, automatically, after 10 min.",
    ]


def test_slow_hosts_and_a_corruption_that_leaves_no_copy() -> None:
    recorder = Recorder()
    recorder.happened(0.0, EventKind.LAUNCH, "start")
    train(recorder, 0.0, 4 * HOUR, 0.0)
    recorder.happened(HOUR, EventKind.FAULT, "throttled", 5)
    recorder.happened(2 * HOUR, EventKind.PASSED, "throttled", 5)
    recorder.happened(3 * HOUR, EventKind.FAULT, "sdc", 6)
    recorder.happened(4 * HOUR, EventKind.NOTICED, "sdc", 6)
    recorder.happened(4 * HOUR, EventKind.INTERRUPTION, "sdc")
    recorder.rolled_back(4 * HOUR, 0.0, "sdc")
    recorder.happened(4 * HOUR, EventKind.ROLLBACK, "sdc")
    recorder.spent(State.RESTART, "sdc", 4 * HOUR, 5 * HOUR)
    recorder.happened(5 * HOUR, EventKind.MANUAL_RESTART, "sdc")
    recorder.close(5 * HOUR)
    assert [event.text for event in narrative(recorder)] == [
        "throttled strikes host 5.",
        "throttled of host 5 passes.",
        "sdc strikes host 6.",
        "sdc ends training after 4 h of training. sdc of host 6 is noticed; restart takes 1 h. "
        "Trains again, by hand, after 1 h; 4 h of work lost, all there was: the run starts over.",
    ]


def test_a_planned_stop_and_a_change() -> None:
    recorder = Recorder()
    train(recorder, 0.0, HOUR, 0.0)
    recorder.happened(HOUR, EventKind.STOP, "upgrade")
    recorder.spent(State.MAINTENANCE, "upgrade", HOUR, 4 * HOUR)
    recorder.happened(4 * HOUR, EventKind.PLANNED_RESTART, "upgrade")
    train(recorder, 4 * HOUR, 5 * HOUR, HOUR)
    recorder.happened(4.5 * HOUR, EventKind.CHANGE, "change 0")
    assert [event.text for event in narrative(recorder, ["cluster.spares = 3"])] == [
        "upgrade: training stops as planned after 1 h of training. Downtime of 3 h. "
        "Trains again after 3 h.",
        "cluster.spares = 3 comes into force.",
    ]


def test_hosts_to_which_the_same_happens_are_reported_together() -> None:
    recorder = Recorder()
    for host in (1, 2):
        recorder.happened(0.0, EventKind.CORDON, "gpu", host)
    for host in range(9):
        recorder.happened(HOUR, EventKind.RETURN, "gpu", host)
    assert [event.text for event in narrative(recorder)] == [
        "Hosts 1 and 2 go to repair.",
        "Hosts 0 to 8 are back from repair.",
    ]


def test_a_long_recovery_is_shortened() -> None:
    recorder = Recorder()
    for second in range(100):
        recorder.spent(State.RESTART, "gpu", second, second + 1.0)
        recorder.happened(second + 1.0, EventKind.FAILED_LAUNCH, "gpu")
    (event,) = narrative(recorder)
    assert event.text.startswith("The run begins. Restart takes 1 s; the launch fails;")
    assert "… 186 more steps …" in event.text
    assert len(event.text) < 400


def test_a_trial_that_is_cut_off_while_it_is_down() -> None:
    recorder = Recorder()
    train(recorder, 0.0, HOUR, 0.0)
    recorder.happened(HOUR, EventKind.INTERRUPTION, "gpu")
    recorder.spent(State.HOST_WAIT, "gpu", HOUR, 5 * HOUR)
    recorder.happened(5 * HOUR, EventKind.TRUNCATED, "")
    recorder.close(5 * HOUR)
    text = report(recorder, ending=Ending(5 * HOUR, Verdict.OUT_OF_TIME))
    assert "out of time after 5 h" in text
    assert "gpu ends training after 1 h of training. Waits 4 h for hosts.\n" in text


def test_lines_fit() -> None:
    dated = scenario(start=dt.datetime(2026, 3, 2, 9, 0), title="x" * 200)
    assert max(map(len, report(recording(), dated).splitlines())) == 80


def test_a_fault_of_a_rack_is_told_once_with_its_hosts() -> None:
    recorder = Recorder()
    recorder.census(0.0, Census(16, 4, 0, 0))
    for time, hosts in ((100.0, range(4, 8)), (200.0, (9, 2))):
        for number, host in enumerate(hosts):
            what = EventKind.STRUCK_TOO if number else EventKind.SPARE_FAULT
            recorder.happened(time, what, "power", host)
    texts = [entry.text for entry in narrative(recorder)]
    assert texts == [
        "power strikes hosts 4, 5, 6 and 7 among the spares.",
        "power strikes hosts 9 and 2 among the spares.",
    ]


def test_a_fault_of_the_cluster_strikes_all_hosts_and_one_of_the_job_the_job() -> None:
    recorder = Recorder()
    for time, cause in ((100.0, "cooling"), (200.0, "software")):
        recorder.happened(time, EventKind.FAULT, cause)
    texts = [entry.text for entry in narrative(recorder, of_cluster=["cooling"])]
    assert texts == ["cooling strikes all hosts.", "software strikes the job."]


def test_a_load_from_one_of_several_tiers_says_from_which() -> None:
    recorder = Recorder()
    recorder.census(0.0, Census(4, 0, 0, 0))
    train(recorder, 0.0, 2 * HOUR, 0.0)
    recorder.happened(2 * HOUR, EventKind.FAULT, "gpu")
    recorder.happened(2 * HOUR, EventKind.INTERRUPTION, "gpu")
    recorder.happened(2 * HOUR, EventKind.LAUNCH, "gpu")
    recorder.happened(2 * HOUR, EventKind.LOAD, "memory")
    recorder.spent(State.CHECKPOINT_LOAD, "gpu", 2 * HOUR, 2 * HOUR + MINUTE)
    recorder.happened(2 * HOUR + MINUTE, EventKind.AUTOMATIC_RESTART, "gpu")
    train(recorder, 2 * HOUR + MINUTE, 3 * HOUR, 2 * HOUR)
    recorder.close(3 * HOUR)
    text = narrative(recorder)[0].text
    assert "Loads from memory; loading takes 1 min." in text


def test_a_limit_of_power_is_told_when_it_begins_and_when_it_ends() -> None:
    recorder = Recorder()
    train(recorder, 0.0, 2 * HOUR, 2 * HOUR)
    recorder.happened(2 * HOUR, EventKind.POWER, "evening")
    train(recorder, 2 * HOUR, 4 * HOUR, 4 * HOUR)
    recorder.happened(4 * HOUR, EventKind.POWER, "")
    texts = [(entry.time, entry.text) for entry in narrative(recorder)]
    assert (2 * HOUR, "Power is limited (evening).") in texts
    assert (4 * HOUR, "Power is full again.") in texts

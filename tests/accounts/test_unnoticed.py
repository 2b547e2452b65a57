"""Faults under which training went on, from their onsets to their ends."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import EventKind, Segment, State
from simtrain.accounts.unnoticed import LatentSpan, latent_spans
from simtrain.model.saving import CheckpointSchedule
from simtrain.units import HOUR
from tests.accounts.positions import work_at
from tests.engine.runs import Outcome, run
from tests.engine.test_latent import SDC, SLOW, watched


def spans(found: Outcome) -> list[LatentSpan]:
    return latent_spans(found.recorder, ["slow"], ["sdc"])


def test_a_slow_host_is_slow_until_it_passes_or_leaves() -> None:
    """The time of all of them is what the degraded time was lost in, as none overlap here."""
    slow = SLOW | {"mtbf": "400 h", "lasts": "4 h", "detection": "3 h", "automatic": 1}
    tables: dict[str, Any] = {
        "cluster": {"hosts": 4, "spares": 3}, "repair": {"automated": "5 h"},
    }  # fmt: skip
    for lasts, ends in (("4 h", EventKind.CORDON), ("2 h", EventKind.PASSED)):
        found = run(watched(300.0, fault={"slow": slow | {"lasts": lasts}}, **tables), 1)
        all_of_them = spans(found)
        assert len(all_of_them) == found.count(EventKind.FAULT) > 1
        assert [one.end for one in all_of_them] == [one.time for one in found.moments(ends)]
        slow_h = sum(one.end - one.start for one in all_of_them) / HOUR
        assert found.spent["degraded"] == pytest.approx(slow_h / 2)


def test_work_is_tainted_from_the_onset_to_the_rollback_behind_it() -> None:
    sdc = SDC | {"mtbf": "100 h", "needs_repair": 0, "detection": "5 h"}
    found = run(watched(200.0, fault={"sdc": sdc}), 2)
    backs = {one.time for one in found.recorder.rollbacks}
    tainted = spans(found)
    ended = [one for one in tainted if one.end < 200 * HOUR]
    assert len(tainted) == found.count(EventKind.FAULT) > 3
    assert {one.end for one in ended} == backs
    assert all(one.end - one.start <= 5 * HOUR + 1e-6 for one in ended)


def test_a_crash_that_goes_back_behind_an_onset_ends_the_taint() -> None:
    faults = {
        "sdc": SDC | {"mtbf": "80 h", "needs_repair": 0, "detection": "50 h"},
        "crash": {"scope": "job", "mtbf": "5 h"},
    }
    found = run(watched(200.0, fault=faults, checkpoint={"interval": "4 h"}))
    crashes = {one.time for one in found.moments(EventKind.INTERRUPTION) if one.cause == "crash"}
    assert any(one.end in crashes for one in spans(found))


@pytest.mark.parametrize("trial", range(3))
def test_a_taint_ends_with_the_first_return_to_a_copy_from_before_its_onset(trial: int) -> None:
    """Crashes are more frequent than saves, so that many return to copies with the taint in them.

    Positions of the work are looked up in the whole recording, segment by segment.
    """
    faults = {
        "sdc": SDC | {"mtbf": "60 h", "needs_repair": 0, "detection": "60 h"},
        "crash": {"scope": "job", "mtbf": "6 h"},
    }
    found = run(watched(200.0, fault=faults, checkpoint={"interval": "4 h"}), trial)
    onsets = [one.time for one in found.moments(EventKind.FAULT) if one.cause == "sdc"]
    works = work_at(found.recorder, onsets)
    ends = [
        min(
            (r.time for r in found.recorder.rollbacks if r.time >= onset and r.work <= work),
            default=found.recorder.ended,
        )
        for onset, work in zip(onsets, works, strict=True)
    ]
    assert [(one.start, one.end) for one in spans(found)] == list(zip(onsets, ends, strict=True))
    kept = [
        r.time
        for r in found.recorder.rollbacks
        for onset, end in zip(onsets, ends, strict=True)
        if onset < r.time < end
    ]
    assert kept


def test_a_corruption_that_strikes_during_a_check_is_seen() -> None:
    """All hosts are at risk in checks alone, as nearly all of the time goes into them."""
    check = {"long": {"every": "1 h", "duration": "50 h"}}
    sdc = SDC | {"mtbf": "400 h", "needs_repair": 0, "detection": "30 min"}
    cluster = {"idle_hazard": 1}
    found = run(watched(300.0, fault={"sdc": sdc}, check=check, cluster=cluster), 1)
    in_checks = [
        one.time
        for one in found.moments(EventKind.FAULT)
        if any(
            span.state is State.PAUSED and span.start <= one.time < span.end
            for span in found.recorder.intervals()
        )
    ]
    assert in_checks
    seen = latent_spans(found.recorder, [], ["sdc"], ["long"])
    assert {one.start for one in seen} == {one.time for one in found.moments(EventKind.FAULT)}
    assert not {one.start for one in spans(found)} & set(in_checks)


def in_the_tenth_save() -> Recorder:
    """A host corrupts the work in the tenth save, each of which comes after 0.1 s of training.

    The work stands at 10 * 0.1 s = 1 s then, though ten times 0.1 add up to 0.9999999999999999.
    """
    recorder, train, stall = Recorder(), 0.1, 0.5
    schedule = CheckpointSchedule(train, train, stall, 1.0, 0.0, 0.0, 0.0, 1.0)
    recorder.happened(0.0, EventKind.LAUNCH, "")
    recorder.trained(Segment(0.0, 5.75, 0.0, 1.0, 1.0, 4.75, 9, 1.0, (), schedule))
    recorder.happened(5.75, EventKind.FAULT, "sdc", 0)
    recorder.spent(State.CHECKPOINT_SAVE, "checkpoints", 5.75, 6.0)
    return recorder


def test_a_copy_made_at_the_very_position_of_an_onset_ends_the_taint_to_the_last_bit() -> None:
    recorder = in_the_tenth_save()
    schedule = CheckpointSchedule(0.1, 0.1, 0.5, 1.0, 0.0, 0.0, 0.0, 1.0)
    recorder.trained(Segment(6.0, 6.05, 1.0, 1.05, 0.05, 0.0, 0, 0.05, (), schedule))
    recorder.happened(6.05, EventKind.NOTICED, "sdc", 0)
    recorder.happened(6.05, EventKind.INTERRUPTION, "sdc")
    recorder.rolled_back(6.05, 1.0, "sdc")
    recorder.happened(6.05, EventKind.ROLLBACK, "sdc")
    recorder.spent(State.RESTART, "sdc", 6.05, 9.0)
    recorder.close(9.0)
    assert latent_spans(recorder, [], ["sdc"]) == [LatentSpan(5.75, 6.05, "sdc", 0)]


def test_a_taint_ends_with_training_that_has_done_no_work_since_its_onset() -> None:
    """A crash at the end of the save takes no work, and goes back to what was just saved."""
    recorder = in_the_tenth_save()
    recorder.happened(6.0, EventKind.FAULT, "crash")
    recorder.happened(6.0, EventKind.INTERRUPTION, "crash")
    recorder.spent(State.DETECTION, "crash", 6.0, 8.0)
    recorder.happened(8.0, EventKind.LAUNCH, "crash")
    recorder.spent(State.RESTART, "crash", 8.0, 9.0)
    recorder.close(9.0)
    assert latent_spans(recorder, [], ["sdc"]) == [LatentSpan(5.75, 6.0, "sdc", 0)]


@pytest.mark.parametrize("trial", range(5))
def test_what_strikes_in_saves_is_seen_as_what_strikes_in_training(trial: int) -> None:
    """All that is noticed goes back behind its onset at that moment, and nothing else does.

    Saves take a third of the time, and write beside training, so that no sum of work is exact.
    """
    sdc = SDC | {"mtbf": "6 h", "needs_repair": 0, "detection": "10 min"}
    saves = {
        "interval": "10 min", "stall": "5 min", "durability_lag": "500 s", "write_slowdown": 0.04,
    }  # fmt: skip
    found = run(watched(300.0, fault={"sdc": sdc}, checkpoint=saves, cluster={"hosts": 1}), trial)
    seen = {one.time for one in found.moments(EventKind.NOTICED)}
    saving = [x for x in found.recorder.intervals() if x.state is State.CHECKPOINT_SAVE]
    onsets = {one.start for one in spans(found)}
    assert len(onsets & {interval.end for interval in saving}) > 5
    assert {one.end for one in spans(found)} - {found.recorder.ended} == seen


def test_a_cordon_ends_all_slowness_of_its_host_and_what_passes_the_first_of_its_class() -> None:
    recorder = Recorder()
    happened = [
        (1.0, EventKind.FAULT, "slow", 3),
        (2.0, EventKind.FAULT, "dim", 3),
        (3.0, EventKind.FAULT, "slow", 4),
        (4.0, EventKind.FAULT, "slow", 4),
        (5.0, EventKind.FAULT, "dim", 4),
        (6.0, EventKind.CORDON, "dim", 3),
        (7.0, EventKind.PASSED, "slow", 4),
    ]
    for event in happened:
        recorder.happened(*event)
    recorder.close(9.0)
    assert latent_spans(recorder, ["slow", "dim"], []) == [
        LatentSpan(1.0, 6.0, "slow", 3),
        LatentSpan(2.0, 6.0, "dim", 3),
        LatentSpan(3.0, 7.0, "slow", 4),
        LatentSpan(4.0, 9.0, "slow", 4),
        LatentSpan(5.0, 9.0, "dim", 4),
    ]

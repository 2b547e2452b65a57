"""What the timeline says of a job that goes on with fewer replicas, and what is noted of it."""

from __future__ import annotations

from simtrain.scenario.notes import notes
from simtrain.scenario.unsaid import unsaid
from simtrain.show.timeline.narrative import narrative
from tests.engine.test_elastic import elastic, struck


def test_replicas_are_left_behind_and_come_back() -> None:
    told = [entry.text for entry in narrative(struck(elastic()).recorder)]
    assert any(
        "Detected after 1 h; reconfiguring takes 30 min; host 0 goes to repair. Goes on with"
        in text
        for text in told
    )
    assert any("Replicas come back after" in text for text in told)
    assert any("rejoining takes 15 min. Goes on with more replicas after" in text for text in told)


def test_a_reconfiguration_that_fails_is_told_as_an_interruption() -> None:
    found = struck(elastic(recovery={"reconfigure_success": 0}, restart={"duration": "2 h"}))
    told = " ".join(entry.text for entry in narrative(found.recorder))
    assert "reconfiguring takes 30 min; host" in told
    assert "restart takes 2 h. Trains again, automatically, after 3.5 h" in told


def test_replicas_that_nobody_goes_on_without_are_noted() -> None:
    keys = {note.key for note in notes(elastic(recovery={"policy": "wait"}))}
    assert "recovery.at_least" in keys
    keys = {note.key for note in notes(elastic(recovery={"at_least": 4}))}
    assert "recovery.at_least" in keys
    assert not {note.key for note in notes(elastic())} & {"recovery.at_least"}


def test_stalls_that_are_not_said_are_told() -> None:
    told = {one.key for one in unsaid(elastic())}
    assert "recovery.reconfigure_success" in told
    assert "recovery.reconfigure" not in told
    assert not [key for key in told if key == "recovery.rejoin_stall"]

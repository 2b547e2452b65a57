"""Corrupt copies that are found some training after they were loaded. Times by hand, in hours."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind
from simtrain.accounts.unnoticed import latent_spans
from simtrain.causes import CORRUPT_COPIES
from simtrain.errors import ScenarioError
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.unsaid import unsaid
from simtrain.show.timeline.narrative import narrative
from tests.engine.runs import HOUR, Outcome, run, scenario


def halts(*hours: float) -> dict[str, Any]:
    """Stops of a second before which nothing is saved."""
    halt = {"kind": "pause", "duration": "1 s", "save_first": False}
    return {f"halt {number}": {**halt, "at": f"{hour} h"} for number, hour in enumerate(hours)}


def corrupt(found_after: str, *stops: float, **tables: Any) -> Scenario:
    """All copies are corrupt; after some hours training ends without a save."""
    more = tables.pop("checkpoint", {})
    checkpoint = {"corrupt": 1, "corrupt_found_after": found_after, **more}
    return scenario(checkpoint=checkpoint, stop=halts(*stops), **tables)


def back_to(found: Outcome) -> list[float]:
    """Positions of the work that were gone back to for corrupt copies."""
    return [one.work / HOUR for one in found.recorder.rollbacks if one.cause == CORRUPT_COPIES]


def test_each_copy_that_is_found_corrupt_leads_to_the_one_before() -> None:
    """Copies are at 1 … 4 h; each costs the half hour on it and the hour before it."""
    found = run(corrupt("30 min", 4.5))
    assert back_to(found) == pytest.approx([3, 2, 1, 0])
    assert found.spent["lost_work"] == pytest.approx(0.5 + 4 * (0.5 + 1))
    assert found.ledger.badput[CORRUPT_COPIES] == pytest.approx(6 * HOUR)
    assert found.count(EventKind.FAULT) == found.count(EventKind.INTERRUPTION) == 4
    assert found.count(EventKind.AUTOMATIC_RESTART) == 4
    assert found.ledger.starts_over == 1


def test_what_is_saved_meanwhile_is_lost_too() -> None:
    """From 4 h on for two and a half, with copies at 5 and 6 h, and then from 3 h on."""
    found = run(corrupt("150 min", 4.5))
    assert back_to(found) == pytest.approx([3, 2, 1, 0])
    assert found.spent["lost_work"] == pytest.approx(0.5 + 4 * (2.5 + 1))


def test_a_restart_neither_cures_a_corrupt_copy_nor_begins_its_time_anew() -> None:
    """The copy at 4 h is loaded at 4.5 and at 4.75 h, and found after half an hour in all."""
    found = run(corrupt("30 min", 4.5, 4.75))
    first = found.moments(EventKind.INTERRUPTION)[0]
    assert first.time / HOUR == pytest.approx(5.0, abs=1e-3)
    assert back_to(found) == pytest.approx([3, 2, 1, 0])
    assert found.count(EventKind.FAULT) == 4


def test_the_end_of_the_work_and_a_check_bring_a_corrupt_copy_to_light() -> None:
    assert back_to(run(corrupt("100 h", 9.5)))[0] == pytest.approx(8)
    check = {"test": {"every": "5 h", "duration": "0 s", "finds": ["corrupt"]}}
    found = run(corrupt("100 h", 4.5, check=check))
    assert found.moments(EventKind.INTERRUPTION)[0].time / HOUR == pytest.approx(5, abs=1e-3)


def test_the_timeline_shows_from_when_to_when_it_trained_on_a_corrupt_copy() -> None:
    found = run(corrupt("30 min", 4.5, 4.75))
    spans = latent_spans(found.recorder, [], [CORRUPT_COPIES])
    seen = [(one.start / HOUR, one.end / HOUR) for one in spans]
    assert seen == [pytest.approx((start, start + 0.5), abs=1e-3) for start in (4.5, 5.0, 5.5, 6.0)]


def test_a_time_of_zero_finds_it_as_it_is_loaded() -> None:
    found = run(corrupt("0 s", 4.5, checkpoint={"load": "6 min"}))
    assert found.count(EventKind.FAULT) == 0
    assert found.spent["checkpoint_load"] == pytest.approx(0.5)
    assert found.spent["lost_work"] == pytest.approx(4.5)


def test_copies_that_are_never_corrupt_are_not_found_to_be() -> None:
    with pytest.raises(ScenarioError, match="give `corrupt` as well"):
        scenario(checkpoint={"corrupt_found_after": "1 h"})


def test_a_note_tells_that_no_older_copy_is_left_by_then() -> None:
    found_late = corrupt("150 min", 4.5, checkpoint={"keep": 3})
    assert run(found_late).ledger.badput[CORRUPT_COPIES] == pytest.approx((4 + 2.5) * HOUR)
    (note,) = [one for one in notes(found_late) if one.key.endswith("corrupt_found_after")]
    assert "`checkpoint.keep` = 4 is enough" in note.sentence
    enough = corrupt("150 min", 4.5, checkpoint={"keep": 4})
    assert back_to(run(enough))[0] == pytest.approx(3)
    assert not [one for one in notes(enough) if one.key.endswith("corrupt_found_after")]


def test_how_many_copies_are_kept_matters_then() -> None:
    assert "checkpoint.keep" in {one.key for one in unsaid(corrupt("30 min", 4.5))}


def test_a_change_may_bring_it_and_the_cause_is_known_beforehand() -> None:
    later = {"set": {"checkpoint.corrupt_found_after": "30 min"}, "progress": 0.1}
    simulated = scenario(checkpoint={"corrupt": 1}, change=[later], stop=halts(4.5))
    found = run(simulated)
    assert CORRUPT_COPIES in simulated.causes
    assert CORRUPT_COPIES not in scenario(checkpoint={"corrupt": 1}).causes
    assert back_to(found) == pytest.approx([3, 2, 1, 0])


def test_the_course_of_the_trial_tells_of_the_load_and_of_what_is_found() -> None:
    halt, first, *_ = [entry.text for entry in narrative(run(corrupt("30 min", 4.5)).recorder)]
    assert "the copy is corrupt, which is not known yet" in halt.replace("The copy", "the copy")
    assert first.startswith("The copy that was loaded turns out corrupt after 30 min of training.")

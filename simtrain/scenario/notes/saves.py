"""Saves that are taken for hung."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.misfits import longest_stall_s
from simtrain.scenario.notes.note import Note
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _saves_taken_for_hung(scenario: Scenario) -> Iterator[Note]:
    saves, stall_s = scenario.checkpoint, longest_stall_s(scenario)
    if saves.save_hang.middle > 0 and saves.save_timeout.middle < stall_s:
        yield Note(
            "checkpoint.save_timeout",
            f"`checkpoint.save_timeout` is {brief(saves.save_timeout.middle)}, and a save takes "
            f"{brief(stall_s)}: saves that do not hang would be taken for hung. Here they are not.",
        )


def _saves_that_never_fail(scenario: Scenario) -> Iterator[Note]:
    """Saves that would end training if they failed, of which none ever does."""
    tiers = scenario.checkpoint.tiers()
    paths = [f"{path}.save_failure" for path, _ in tiers]
    if scenario.checkpoint.save_failure_stops and not any(
        tier.save_failure.middle or scenario.set_later(path)
        for path, (_, tier) in zip(paths, tiers, strict=True)
    ):
        yield Note(
            "checkpoint.save_failure_stops",
            "`checkpoint.save_failure_stops` makes no difference, since no save fails. "
            f"`{paths[-1]}` says how many do.",
        )


NOTES = (_saves_taken_for_hung, _saves_that_never_fail)

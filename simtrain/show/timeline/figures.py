"""The picture of one trial, as every answer has its pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show.timeline.figure import info

if TYPE_CHECKING:
    from simtrain.answers.timeline import Timeline
    from simtrain.show.figure import Info


def pictures(timeline: Timeline) -> dict[str, Info]:
    """Pictures of a trial by the name of their file."""
    drawn = info(
        timeline.recording,
        scenario=timeline.scenario,
        trial=timeline.trial,
        ending=timeline.ending,
        seed=timeline.seed,
        weathers=timeline.weathers,
    )
    return {"timeline.png": drawn}

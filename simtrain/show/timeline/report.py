"""Report of one trial as text: what it came to, and everything that happened."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind
from simtrain.show import words
from simtrain.show.breakdown import Breakdown, time_spent
from simtrain.show.page import Indented, heading, page
from simtrain.show.timeline.narrative import narrative

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.accounts.recorder import Recorder
    from simtrain.answers.timeline import Timeline
    from simtrain.show.page import Page

_MODES = {
    "automatic": EventKind.AUTOMATIC_RESTART,
    "manual": EventKind.MANUAL_RESTART,
    "planned": EventKind.PLANNED_RESTART,
}


def timeline_report(timeline: Timeline, width: int = 80, events: int | None = None) -> Page:
    """Text on what happened in one trial.

    Parameters
    ----------
    timeline
        The trial.
    width
        Characters of a line.
    events
        How many events to list; all by default.
    """
    scenario, recording, ending = timeline.scenario, timeline.recording, timeline.ending
    clock = words.Clock(scenario.start)
    end = words.duration(ending.wall_clock_s)
    date = f", {clock.at(ending.wall_clock_s)}" if scenario.start else ""
    of_cluster = [name for name, fault in scenario.fault.items() if fault.scope == "cluster"]
    entries = narrative(recording, words.changes(scenario), of_cluster)
    listed = [
        Indented(f"{clock.at(entry.time)}  {entry.text}", clock.width + 2)
        for entry in entries[:events]
    ]
    later = len(entries) - len(listed)
    return page(
        width,
        heading(scenario),
        [
            f"Trial {timeline.trial}, seed {timeline.seed}: {ending.verdict} after {end}{date}.",
            _counts(recording),
            *_weathers(timeline, clock),
        ],
        *time_spent(Breakdown.of_trial(recording, scenario)),
        ["What happened", *listed] if listed else [],
        [f"{words.count(later, 'later event' if listed else 'event')} left out."] if later else [],
    )


def _weathers(timeline: Timeline, clock: words.Clock) -> Iterator[str]:
    """How the weathers went: from the least to the most factor, and when that was."""
    for one in timeline.weathers:
        worst = max(range(len(one.factors)), key=one.factors.__getitem__)
        over = "repair" if one.over == ("repair",) else f"faults of {words.listed(one.over)}"
        what = "takes" if one.over == ("repair",) else "are"
        yield (
            f"Weather: {over} {what} {min(one.factors):.2f} to {one.factors[worst]:.2f} times as "
            f"{'long' if what == 'takes' else 'many'} as on average, most from "
            f"{clock.at(one.begins_s[worst]).strip()} on."
        )


def _counts(recording: Recorder) -> str:
    """How often what happened."""
    counts = Counter(moment.what for moment in recording.moments)
    longest = max((end - start for start, end in recording.runs()), default=0.0)
    restarts = [f"{counts[kind]:,} {mode}" for mode, kind in _MODES.items()]
    return (
        f"{words.count(counts[EventKind.FAULT], 'fault')}, "
        f"{words.count(counts[EventKind.INTERRUPTION], 'interruption')}, "
        f"{counts[EventKind.LAUNCH]:,} launches ({counts[EventKind.FAILED_LAUNCH]:,} failed), "
        f"restarts: {words.listed(restarts)}; "
        f"{words.count(counts[EventKind.CORDON], 'host')} cycled; "
        f"longest run {words.duration(longest)}."
    )

"""`simtrain sweep`. Vary keys of a scenario: which value is best."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import click

from simtrain.cli import completion, options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.questions.sweep import TRIALS, SweepQuestion
from simtrain.scenario.axes import assignments

if TYPE_CHECKING:
    from simtrain.answers.sweep import Sweep

_SLOW = 5.0
"""A point is slow if its trials take so many times as long as those of the point in the middle."""
_WORTH_A_NOTE_S = 1.0
"""Time that the trials of a slow point must take before anybody minds."""


@click.command("sweep")
@options.scenario
@click.argument(
    "ranges", nargs=-1, required=True, metavar="KEY=RANGE...", shell_complete=completion.assignments
)
@options.trials(None, f"How many trials to simulate at each point.  [default: {TRIALS}]")
@options.of("mean(wall_clock), or goodput where the wall-clock is fixed or the work differs")
@options.without_doubt
@options.overrides
@options.throughout
@answers(
    "sweep",
    "the scenario, summary, tables and figures",
    remark=lambda swept, as_json: slow_points(swept),
)
def command(
    scenario: str,
    ranges: tuple[str, ...],
    trials: int | None,
    without_doubt: bool,
    overrides: tuple[str, ...],
    throughout: bool,
    of: str | None,
) -> SweepQuestion:
    """Vary keys of SCENARIO: which value is best, how sure that is, and what it saves.

    A RANGE is 10min..8h:log:25 or 0..1:lin:5, so many points from end to end; 0..24/4, in steps;
    or a list such as hang,crash. With several keys every combination is simulated; keys that move
    together are joined: "cluster.hosts=128,256 with cluster.spares=5%". All points share their
    random numbers, so that they differ by what was varied alone.
    """
    found = loaded(scenario, overrides, without_doubt)
    return SweepQuestion(found, assignments(ranges), trials, throughout, of)


def slow_points(swept: Sweep) -> str:
    """Words on points whose trials take much longer to simulate than others; none if none do."""
    times = [results.trial_s for results in swept.results]
    usual = median(times)
    slow = [
        (place.text, round(seconds / usual))
        for place, seconds in zip(swept.places, times, strict=True)
        if seconds > _SLOW * usual and seconds * swept.trials > _WORTH_A_NOTE_S
    ]
    if not slow:
        return ""
    (values, ratio), *more = slow
    others = f"; {len(more)} more {'point is' if len(more) == 1 else 'points are'} slow"
    return (
        f"Note: a trial at {values} takes {ratio} times as long to simulate as at other points"
        f"{others if more else ''}."
    )

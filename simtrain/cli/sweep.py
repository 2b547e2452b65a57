"""`simtrain sweep`."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import click

from simtrain.cli import options
from simtrain.cli.folders import write_sweep
from simtrain.cli.session import session
from simtrain.questions.sweep import SweepQuestion
from simtrain.scenario.axes import assignments
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from simtrain.answers.sweep import Sweep
    from simtrain.cli.session import Session

_SLOW = 5.0
"""A point is slow if its trials take so many times as long as those of the point in the middle."""
_WORTH_TELLING_S = 1.0
"""Time that the trials of a slow point must take before anybody minds."""


@click.command("sweep")
@options.scenario
@click.argument("ranges", nargs=-1, required=True, metavar="KEY=RANGE...")
@options.trials(100, "How many trials to simulate at each point.")
@options.overrides
@options.throughout
@session("the scenario, summary, tables and figures")
def command(
    scenario: str,
    ranges: tuple[str, ...],
    trials: int,
    overrides: tuple[str, ...],
    throughout: bool,
    session: Session,
) -> None:
    """Vary keys of SCENARIO: which value is best, how sure that is, and what it saves.

    A RANGE is 10min..8h:log:25 or 0..1:lin:5, so many points from end to end; 0..24/4, in steps;
    or a list such as hang,crash. With several keys every combination is simulated. All points
    share their random numbers, so that they differ by what was varied alone.
    """
    question = SweepQuestion(load(scenario, overrides), assignments(ranges), trials, throughout)
    session.answer(
        question,
        kind="sweep",
        report=_report,
        write=write_sweep,
        remark=lambda swept: slow_points(swept, trials),
    )


def _report(swept: Sweep, width: int) -> str:
    from simtrain.show.sweep.report import sweep_report

    return sweep_report(swept, width=width)


def slow_points(swept: Sweep, trials: int) -> str:
    """Words on points whose trials take much longer to simulate than others; none if all alike."""
    usual = median(swept.trial_s)
    slow = [
        (place.told, round(seconds / usual))
        for place, seconds in zip(swept.places, swept.trial_s, strict=True)
        if seconds > _SLOW * usual and seconds * trials > _WORTH_TELLING_S
    ]
    if not slow:
        return ""
    (told, times), *more = slow
    others = f"; {len(more)} more {'point is' if len(more) == 1 else 'points are'} slow"
    return (
        f"Note: a trial at {told} takes {times} times as long to simulate as at other points"
        f"{others if more else ''}."
    )

"""`simtrain sweep`."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import click

from simtrain.cli import options, sweepdir
from simtrain.cli.lasting import lasting_folder
from simtrain.cli.words import note, progress_bar, say, width
from simtrain.errors import OutputError
from simtrain.montecarlo.points import simulate_points
from simtrain.montecarlo.sweep import Plan
from simtrain.scenario.axes import assignments
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.executors import Pool
    from simtrain.montecarlo.swept import Sweep

_SLOW = 5.0
"""A point is slow if its trials take so many times as long as those of the point in the middle."""
_WORTH_TELLING_S = 1.0
"""Time that the trials of a slow point must take before anybody minds."""


@click.command("sweep")
@options.scenario
@click.argument("ranges", nargs=-1, required=True, metavar="KEY=RANGE...")
@options.trials(100, "How many trials to simulate at each point.")
@options.seed
@options.jobs
@options.executor
@options.overrides
@click.option(
    "--throughout",
    is_flag=True,
    help="Let the values hold for the whole run: leave out what changes set them to later.",
)
@options.out("the scenario, summary, tables and figures")
@options.resume
@options.as_json
@options.quiet
def command(
    scenario: str,
    ranges: tuple[str, ...],
    trials: int,
    seed: int,
    jobs: int | None,
    pool: Pool,
    overrides: tuple[str, ...],
    throughout: bool,
    out: Path | None,
    resume: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Vary keys of SCENARIO: which value is best, how sure that is, and what it saves.

    A RANGE is 10min..8h:log:25 or 0..1:lin:5, so many points from end to end; 0..24/4, in steps;
    or a list such as hang,crash. With several keys every combination is simulated. All points
    share their random numbers, so that they differ by what was varied alone.
    """
    plan = Plan.of(load(scenario, overrides), assignments(ranges), throughout)
    with lasting_folder(out, "sweep", resume) as folder:
        with progress_bar(len(plan.scenarios) * trials, quiet) as progress:
            simulated = simulate_points(
                plan.scenarios,
                trials=trials,
                seed=seed,
                jobs=jobs,
                progress=progress,
                pool=pool,
                store=folder.store if folder else None,
            )
        swept = plan.swept(simulated)
        if folder:
            try:
                with folder.results() as draft:
                    sweepdir.write(swept, draft)
            except OutputError:
                _tell(swept, as_json)  # the results are lost, the answer need not be
                raise
    _tell(swept, as_json)
    if words := slow_points(swept, trials):
        note(words, quiet)
    if out:
        note(f"Wrote {out}.", quiet)


def _tell(swept: Sweep, as_json: bool) -> None:
    say(swept.to_json() if as_json else _report(swept))


def _report(swept: Sweep) -> str:
    from simtrain.show.sweep_text import sweep_report

    return sweep_report(swept, width=width())


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

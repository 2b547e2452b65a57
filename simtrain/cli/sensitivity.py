"""`simtrain sensitivity`."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from simtrain.cli import options, sensitivitydir
from simtrain.cli.files import whole_folder
from simtrain.cli.words import note, progress_bar, say, width
from simtrain.errors import OutputError
from simtrain.montecarlo.points import simulate_points
from simtrain.montecarlo.sensitivity import Plan
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.effects import Sensitivity


@click.command("sensitivity")
@options.scenario
@click.option(
    "--change",
    type=options.Fraction(0, 1),
    default="20%",
    show_default=True,
    metavar="PART",
    help="By which part of itself each number changes, down and up.",
)
@click.option(
    "--metric",
    metavar="NAME",
    help="The metric whose mean is looked at, such as goodput.  [default: wall_clock]",
)
@options.trials(100, "How many trials to simulate of each.")
@options.seed
@options.jobs
@options.overrides
@options.out("the scenario, summary, table and figure")
@options.as_json
@options.quiet
def command(
    scenario: str,
    change: float,
    metric: str | None,
    trials: int,
    seed: int,
    jobs: int | None,
    overrides: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Change each number of SCENARIO a little, alone, to see which one must be known better.

    Every number that the file gives is an input of its own, those that changes set among them.
    Laws change by their scale, probabilities are kept from 0 to 1, counts go to the nearest other
    whole number. Dates, the work itself and the size of the job stay. All share their random
    numbers, so that effects are known far better than the result.
    """
    plan = Plan.of(load(scenario, overrides), change, metric)
    with whole_folder(out) if out else nullcontext() as draft:
        found = _simulated(plan, trials, seed, jobs, quiet)
        if out and draft:
            try:
                sensitivitydir.write(found, draft, out)
            except OutputError:
                _tell(found, as_json)  # the folder is lost, the answer need not be
                raise
    _tell(found, as_json)
    if out:
        note(f"Wrote {out}.", quiet)


def _simulated(plan: Plan, trials: int, seed: int, jobs: int | None, quiet: bool) -> Sensitivity:
    with progress_bar(len(plan.scenarios) * trials, quiet) as progress:
        return plan.sensitivity(
            simulate_points(plan.scenarios, trials=trials, seed=seed, jobs=jobs, progress=progress)
        )


def _tell(found: Sensitivity, as_json: bool) -> None:
    say(found.to_json() if as_json else _report(found))


def _report(found: Sensitivity) -> str:
    from simtrain.show.sensitivity_text import sensitivity_report

    return sensitivity_report(found, width=width())

"""`simtrain sensitivity`. Change each number a little: which one matters most."""

from __future__ import annotations

import click

from simtrain.cli import options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.questions.sensitivity import SensitivityQuestion


@click.command("sensitivity")
@options.scenario
@click.option(
    "--change",
    type=options.Fraction(),
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
@options.without_doubt
@options.overrides
@answers("sensitivity", "the scenario, summary, table and figure")
def command(
    scenario: str,
    change: float,
    metric: str | None,
    trials: int,
    without_doubt: bool,
    overrides: tuple[str, ...],
) -> SensitivityQuestion:
    """Change each number of SCENARIO a little, alone, to see which one matters most.

    Every number that the file gives is an input of its own, those that changes set among them.
    Laws change by their scale, probabilities are kept from 0 to 1, counts go to the nearest other
    whole number. Dates, the work itself and the size of the job stay. All share their random
    numbers, so that effects are known far better than the result.
    """
    return SensitivityQuestion(loaded(scenario, overrides, without_doubt), change, metric, trials)

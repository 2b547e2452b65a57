"""`simtrain scale`. Let the job grow: its goodput, and the hosts it would take."""

from __future__ import annotations

import click

from simtrain.cli import options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.questions.scale import ScaleQuestion


@click.command("scale")
@options.scenario
@click.argument("sizes")
@click.option(
    "--goodput",
    type=options.Fraction(),
    metavar="G",
    help="The goodput to keep, such as '90 %'.  [default: that of the smallest size]",
)
@options.trials(40, "How many trials to simulate of each size at each reliability.")
@options.without_doubt
@options.overrides
@answers("scale", "the scenario, summary, table and figure")
def command(
    scenario: str,
    sizes: str,
    goodput: float | None,
    trials: int,
    without_doubt: bool,
    overrides: tuple[str, ...],
) -> ScaleQuestion:
    """Let the job of SCENARIO grow to SIZES: its goodput, and what hosts would have to be like.

    SIZES are numbers of accelerators: 1k..128k, which double from one to the next, or a list such
    as 1k,3k,16k; k is 1,024. Every accelerator has as much work at each size, and spares keep
    their proportion to the hosts.
    """
    return ScaleQuestion(loaded(scenario, overrides, without_doubt), sizes, goodput, trials)

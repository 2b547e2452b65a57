"""`simtrain compare`. Compare scenarios, trial by trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from simtrain.cli import completion, options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.questions.compare import CompareQuestion
from simtrain.scenario.inline import items
from simtrain.scenario.load import assigned
from simtrain.scenario.size import size_note

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


@click.command("compare")
@click.argument(
    "scenarios", nargs=-1, required=True, metavar="SCENARIO...", shell_complete=completion.scenarios
)
@click.option(
    "--with",
    "variants",
    multiple=True,
    metavar="KEY=VALUE",
    shell_complete=completion.assignments,
    help="A further scenario: the first one with this value, or with several, separated by "
    "commas. May be repeated.",
)
@options.trials(1000, "How many trials to simulate of each scenario.")
@options.by
@options.of("mean(wall_clock), or goodput where the wall-clock is fixed or the work differs")
@options.without_doubt
@options.overrides
@answers(
    "compare",
    "the scenarios, summary, tables and figures",
    remark=lambda compared, as_json: size_note(compared.scenarios),
)
def command(
    scenarios: tuple[str, ...],
    variants: tuple[str, ...],
    trials: int,
    by: str | None,
    of: str | None,
    without_doubt: bool,
    overrides: tuple[str, ...],
) -> CompareQuestion:
    """Compare scenarios with the first one: which is ahead, by how much, and why.

    The first SCENARIO is A, each further one B, C and so on, and each --with makes another:
    `simtrain compare opt175b.toml --with cluster.spares=12`. All share their random numbers, and
    are compared trial by trial. Values by --set are for all of them.
    """
    found = [loaded(scenario, overrides, without_doubt) for scenario in scenarios]
    found += [_variant(found[0], text) for text in variants]
    names = [*scenarios, *(f"A with {', '.join(items(text))}" for text in variants)]
    return CompareQuestion(found, names, trials, by, of)


def _variant(scenario: Scenario, text: str) -> Scenario:
    """Scenario with the values of a `--with`."""
    origin = f"--with {text}"
    return scenario.overridden(assigned(items(text), origin).items(), origin)

"""`simtrain compare`."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from simtrain.cli import comparedir, options
from simtrain.cli.files import whole_folder
from simtrain.cli.words import note, progress_bar, say, width
from simtrain.errors import OutputError
from simtrain.montecarlo.compare import check_number, compare
from simtrain.scenario.inline import items
from simtrain.scenario.load import assigned, load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simtrain.montecarlo.compared import Comparison
    from simtrain.scenario.scenario import Scenario


@click.command("compare")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option(
    "--with",
    "variants",
    multiple=True,
    metavar="KEY=VALUE",
    help="A further scenario: the first one with this value, or with several, separated by "
    "commas. May be repeated.",
)
@options.trials(1000, "How many trials to simulate of each scenario.")
@options.seed
@options.jobs
@options.overrides
@options.out("the scenarios, summary, tables and figures")
@options.as_json
@options.quiet
def command(
    scenarios: tuple[str, ...],
    variants: tuple[str, ...],
    trials: int,
    seed: int,
    jobs: int | None,
    overrides: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Hold scenarios against the first one: which is ahead, by how much, and why.

    The first SCENARIO is A, each further one B, C and so on, and each --with makes another:
    `simtrain compare opt175b.toml --with cluster.spares=12`. All share their random numbers, and
    are compared trial by trial. Values by --set are for all of them.
    """
    check_number(len(scenarios) + len(variants))
    loaded = [load(scenario, overrides) for scenario in scenarios]
    loaded += [_variant(loaded[0], text) for text in variants]
    names = [*scenarios, *(f"A with {', '.join(items(text))}" for text in variants)]
    with whole_folder(out) if out else nullcontext() as draft:
        compared = _compared(loaded, names, trials, seed, jobs, quiet)
        if out and draft:
            try:
                comparedir.write(compared, draft, out)
            except OutputError:
                _tell(compared, as_json)  # the folder is lost, the answer need not be
                raise
    _tell(compared, as_json)
    if out:
        note(f"Wrote {out}.", quiet)


def _variant(scenario: Scenario, text: str) -> Scenario:
    """Scenario with the values of a `--with`."""
    origin = f"--with {text}"
    return scenario.overridden(assigned(items(text), origin).items(), origin)


def _compared(
    scenarios: Sequence[Scenario],
    names: Sequence[str],
    trials: int,
    seed: int,
    jobs: int | None,
    quiet: bool,
) -> Comparison:
    with progress_bar(len(scenarios) * trials, quiet) as progress:
        return compare(
            scenarios, names=names, trials=trials, seed=seed, jobs=jobs, progress=progress
        )


def _tell(compared: Comparison, as_json: bool) -> None:
    say(compared.to_json() if as_json else _report(compared))


def _report(compared: Comparison) -> str:
    from simtrain.show.compare_text import compare_report

    return compare_report(compared, width=width())

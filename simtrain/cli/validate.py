"""`simtrain validate`. Check the simulator against exact results."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from simtrain.cli import options
from simtrain.cli.outputs import note, progress_bar, say, width
from simtrain.errors import InputError, SimtrainError
from simtrain.sampling.engines import COMPILED, Engines
from simtrain.sampling.executors import processors
from simtrain.scenario import catalogue
from simtrain.scenario.load import load
from simtrain.validation import rows
from simtrain.validation.exact import Exact
from simtrain.validation.outcomes import PublishedOutcomes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simtrain.scenario.scenario import Scenario
    from simtrain.validation.rows import RowPart, RowSource

FULL = 10.0
"""How many times the trials of the quick form make the full one."""


@click.command("validate")
@click.argument("scenarios", metavar="[SCENARIO]...", nargs=-1)
@click.option("--full", is_flag=True, help="Ten times the trials: minutes instead of seconds.")
@options.seed
@options.jobs
@options.engine
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@options.quiet
@click.pass_context
def command(
    ctx: click.Context,
    scenarios: tuple[str, ...],
    full: bool,
    seed: int,
    jobs: int | None,
    engine: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Check the simulator against what it must agree with.

    That is the exact results of the theory, and the published outcomes of the packaged scenarios,
    or of each SCENARIO alone if any is named. Prints what should come out, what does, and how far
    the two may differ. The exit code is 1 if an exact result fails or a scenario claims what does
    not hold. By default the compiled engine simulates wherever it has been compiled; exact results
    that watch a trial only up to some moment are left to SimPy. With another seed than 0 chance
    alone fails a row in about one table in fifteen.
    """
    factor = FULL if full else 1.0
    sources = _named(scenarios, factor) if scenarios else _all(factor)
    if engine == COMPILED:
        Engines(engine, partial(note, quiet=quiet)).of_long_work()  # compiles now, and says so
    parts = _parts(sources, seed, jobs or processors(), engine, quiet)
    say(rows.to_json(parts, seed=seed, full=full) if as_json else _report(parts))
    if rows.failed(parts):
        ctx.exit(SimtrainError.exit_code)


def _all(factor: float) -> list[RowSource]:
    packaged = [load(file) for file in catalogue.packaged().values()]
    # What doubts a reproduction repeats its outcomes, and is held to them no better.
    packaged.sort(key=lambda one: bool(one.unknown))
    reproduced: dict[tuple[object, ...], Scenario] = {}
    for one in packaged:
        if told := (*one.published, *one.not_reproduced):
            reproduced.setdefault((one.system, *told), one)
    published = [PublishedOutcomes(one, factor) for one in reproduced.values()]
    return [Exact(factor), *published]


def _named(scenarios: Iterable[str], factor: float) -> list[RowSource]:
    loaded = {name: load(name) for name in scenarios}
    for name, scenario in loaded.items():
        if not scenario.published and not scenario.not_reproduced:
            remedy = "give rows [[published]], or leave it out"
            raise InputError(f"{name}: published: is missing, so nothing can be checked; {remedy}")
    return [PublishedOutcomes(scenario, factor) for scenario in loaded.values()]


def _parts(
    sources: Sequence[RowSource], seed: int, jobs: int, engine: str, quiet: bool
) -> list[RowPart]:
    with progress_bar(sum(source.trials for source in sources), quiet) as progress:
        return [source.part(seed, jobs, progress, engine) for source in sources]


def _report(parts: Sequence[RowPart]) -> str:
    from simtrain.show.validation.report import validation_report

    return validation_report(parts, width=width())

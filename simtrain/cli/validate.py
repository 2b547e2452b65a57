"""`simtrain validate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from simtrain.cli import options
from simtrain.cli.words import progress_bar, say, width
from simtrain.errors import SimtrainError
from simtrain.montecarlo.executors import processors
from simtrain.validation import rows
from simtrain.validation.exact import Exact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.validation.rows import Part, Source

FULL = 10.0
"""How many times the trials of the quick form make the full one."""


@click.command("validate")
@click.option("--full", is_flag=True, help="Ten times the trials: minutes instead of seconds.")
@options.seed
@options.jobs
@click.option("--json", "as_json", is_flag=True, help="Print the rows as JSON.")
@options.quiet
@click.pass_context
def command(
    ctx: click.Context, full: bool, seed: int, jobs: int | None, as_json: bool, quiet: bool
) -> None:
    """Hold the simulator against the exact results of the theory.

    Prints what should come out, what does, and how far the two may differ. The exit code is 1 if a
    row fails. With another seed than 0 chance alone fails a row in about one table in fifteen.
    """
    parts = _parts([Exact(FULL if full else 1.0)], seed, jobs or processors(), quiet)
    say(rows.to_json(parts, seed=seed, full=full) if as_json else _report(parts))
    if rows.failed(parts):
        ctx.exit(SimtrainError.exit_code)


def _parts(sources: Sequence[Source], seed: int, jobs: int, quiet: bool) -> list[Part]:
    with progress_bar(sum(source.trials for source in sources), quiet) as progress:
        return [source.part(seed, jobs, progress) for source in sources]


def _report(parts: Sequence[Part]) -> str:
    from simtrain.show.validation import validation_report

    return validation_report(parts, width=width())

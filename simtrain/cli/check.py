"""`simtrain check`. Check scenario files."""

from __future__ import annotations

import click

from simtrain.cli.words import note, say
from simtrain.errors import ScenarioError
from simtrain.scenario.load import load


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...]) -> None:
    """Check scenario files: every mistake in them, with its line and remedy."""
    wrong = [file for file in files if not _is_right(file)]
    if wrong:
        ctx.exit(ScenarioError.exit_code)


def _is_right(file: str) -> bool:
    try:
        load(file)
    except ScenarioError as error:
        note(str(error))
        return False
    say(f"{file}: ok")
    return True

"""`simtrain check`. Check scenario files."""

from __future__ import annotations

import click

from simtrain.cli import options
from simtrain.cli.words import note, say, width
from simtrain.errors import ScenarioError
from simtrain.scenario.load import load


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options.quiet
@click.pass_context
def command(ctx: click.Context, files: tuple[str, ...], quiet: bool) -> None:
    """Check scenario files: every mistake in them, with its line and remedy.

    Of a file without a mistake it says what is taken as perfect because the file does not say it;
    not with --quiet.
    """
    wrong = [file for file in files if not _is_right(file, quiet)]
    if wrong:
        ctx.exit(ScenarioError.exit_code)


def _is_right(file: str, quiet: bool) -> bool:
    try:
        scenario = load(file)
    except ScenarioError as error:
        note(str(error))
        return False
    say(f"{file}: ok")
    if not quiet:
        from simtrain.show.check.report import check_report

        if text := check_report(scenario, width()):
            say(text)
    return True

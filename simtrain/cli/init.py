"""`simtrain init`. Write a scenario to start from."""

from __future__ import annotations

from pathlib import Path

import click

from simtrain.cli.files import whole_file
from simtrain.cli.words import note, say
from simtrain.errors import OutputError
from simtrain.scenario.template import template


@click.command("init")
@click.option(
    "--from",
    "base",
    metavar="NAME",
    help="A scenario to extend, such as opt175b, instead of one that stands for itself.",
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def command(base: str | None, file: Path) -> None:
    """Write a documented scenario for your own cluster to FILE ("-" is stdout)."""
    text = template(base)
    if str(file) == "-":
        say(text)
        return
    if file.exists():
        raise OutputError(f"{file} exists and is not overwritten; name a new file")
    with whole_file(file) as draft:
        draft.write_text(text, encoding="utf-8")
    note(f"Wrote {file}. Change what differs, then: simtrain run {file}")

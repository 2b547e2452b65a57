"""`simtrain scenarios`. List the packaged scenarios."""

from __future__ import annotations

import click

from simtrain.cli.outputs import say
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load


@click.command("scenarios")
def command() -> None:
    """List the packaged scenarios."""
    files = packaged()
    width = max(map(len, files), default=0)
    for name, file in files.items():
        say(f"{name:<{width}}  {load(file).title}".rstrip())

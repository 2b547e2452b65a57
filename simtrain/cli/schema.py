"""`simtrain schema`. Print the JSON Schema of scenario files."""

from __future__ import annotations

import json

import click

from simtrain.cli.outputs import say
from simtrain.scenario.schema import json_schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    say(json.dumps(json_schema(), indent=2))

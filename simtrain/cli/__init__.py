"""The command line: words in and words out, one module for each command."""

import click

from simtrain.cli.group import LazyGroup
from simtrain.version import __version__


@click.group(
    cls=LazyGroup,
    summaries={
        "run": "Simulate many trials: how long it takes, and why.",
        "sweep": "Vary keys of a scenario: which value is best.",
        "plan": "Find the values of a key that meet a target.",
        "scale": "Let the job grow: its goodput, and the hosts it would take.",
        "compare": "Compare scenarios with each other, trial by trial.",
        "sensitivity": "Change each number a little: which one must be known better.",
        "timeline": "Show one trial in full.",
        "init": "Write a scenario to start from.",
        "check": "Check scenario files.",
        "scenarios": "List the packaged scenarios.",
        "validate": "Check the simulator against exact results.",
        "schema": "Print the JSON Schema of scenario files.",
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Simulate training on a cluster of hosts that fail.

    A SCENARIO is a TOML file, or the name of a packaged one: `simtrain run opt175b.toml`.
    """

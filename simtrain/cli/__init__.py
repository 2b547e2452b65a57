"""The command line: words in and words out, one module for each command."""

import click

from simtrain.cli.group import LazyGroup
from simtrain.version import __version__


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="%(prog)s %(version)s")
def main() -> None:
    """Simulate training on a cluster of hosts that fail.

    A SCENARIO is a TOML file, or the name of a packaged one: `simtrain run opt175b.toml`.

    The shell completes commands, scenarios and keys after this line in ~/.bashrc (or zsh_source, or
    fish_source): eval "$(_SIMTRAIN_COMPLETE=bash_source simtrain)"
    """

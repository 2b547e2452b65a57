"""The group of commands: it loads a command when it is called, and it alone exits."""

from __future__ import annotations

import signal
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from simtrain.errors import ScenarioError, SimtrainError
from simtrain.sampling import interrupts

if TYPE_CHECKING:
    from collections.abc import Mapping

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells report it."""


class LazyGroup(click.Group):
    """Commands that are loaded when they are called, so that help is quick.

    What simtrain refuses leaves as one message on stderr and the exit code that the error owns.

    Parameters
    ----------
    summaries
        One line for each command, by name; a command lives in the module of its name.
    """

    def __init__(self, *args: Any, summaries: Mapping[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._summaries = summaries

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse words, and leave them with the context for who wants to repeat them."""
        ctx.obj = tuple(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order in which one needs them."""
        return list(self._summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self._summaries:
            return None
        with interrupts.put_off():
            command = import_module(f"{__package__}.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._summaries.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. A scheduler that ends it is heard like Ctrl-C, so nothing is left over."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            return super().invoke(ctx)
        except SimtrainError as error:
            click.echo(
                "\n".join([f"Error: {_words(error)}", *map(_sentence, _notes(error))]), err=True
            )
            ctx.exit(error.exit_code)
        except KeyboardInterrupt as interrupt:
            words = "; ".join(_notes(interrupt)) or "nothing was written."
            click.echo(f"\nInterrupted: {words}", err=True)
            ctx.exit(INTERRUPTED)


def _words(error: SimtrainError) -> str:
    if isinstance(error, ScenarioError) and len(error.mistakes) > 1:
        return f"the scenario has {len(error.mistakes)} mistakes\n{error}"
    return str(error)


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

"""The group of commands: it loads a command when it is called, and it alone exits."""

from __future__ import annotations

import difflib
import re
import signal
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from simtrain.cli.outputs import note, prepare_outputs
from simtrain.errors import ScenarioError, SimtrainError
from simtrain.sampling import interrupts

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells report it."""


_ORDER = (
    "run", "sweep", "plan", "scale", "compare", "sensitivity", "schedule", "timeline", "init",
    "fit", "forecast", "check", "scenarios", "validate", "schema",
)  # fmt: skip
"""Commands in the order in which one needs them; others come after these."""
_HEAD = re.compile(r'"""`simtrain (\w+)`\. (.+)"""')
"""First line of the module of a command: its name, and what the help says of it."""


class LazyGroup(click.Group):
    """Commands that are loaded when they are called, so that help is quick.

    A command lives in a module of its name, beside this one. What simtrain refuses leaves as one
    message on stderr and the exit code that the error owns.
    """

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        files = sorted(Path(__file__).parent.glob("*.py"))
        heads = (_HEAD.match(file.read_text(encoding="utf-8")) for file in files)
        found = {head[1]: head[2] for head in heads if head}
        order = dict.fromkeys([*_ORDER, *found])
        self._summaries = {name: found[name] for name in order if name in found}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse words, and leave them with the context for who wants to repeat them."""
        prepare_outputs()
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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of some words; of one that there is not, suggest which is meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], self._summaries, n=1)
            if not close or "Did you mean" in error.message:
                raise
            words = f"{error.message} Did you mean '{close[0]}'?"
            raise click.UsageError(words, error.ctx) from None

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
            note("\n".join([f"Error: {_words(error)}", *map(_sentence, _notes(error))]))
            ctx.exit(error.exit_code)
        except KeyboardInterrupt as interrupt:
            words = "; ".join(_notes(interrupt)) or "nothing was written."
            note(f"\nInterrupted: {words}")
            ctx.exit(INTERRUPTED)


def _words(error: SimtrainError) -> str:
    if isinstance(error, ScenarioError) and len(error.mistakes) > 1:
        return f"the scenario has {len(error.mistakes)} mistakes\n{error}"
    return str(error)


def _notes(error: BaseException) -> list[str]:
    return getattr(error, "__notes__", [])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]

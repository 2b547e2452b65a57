"""Results go to stdout, all else to stderr."""

from __future__ import annotations

import codecs
import errno
import io
import os
import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from simtrain.errors import OutputError, printable, reason
from simtrain.sampling import interrupts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OWN = "\n\t"
"""Characters that lay out a text of ours."""

_PLAIN = str.maketrans({
    **dict.fromkeys("█▉▊▋▌", "#"), **dict.fromkeys("▍▎▏"),
    **dict.fromkeys("–—−─", "-"), "…": "...", "→": "->", "≤": "<=", "≥": ">=", "×": "x", "·": "*",
    "│": "|", "├": "|", "└": "|", "◆": "*", "■": "#", "₀": "0", "±": "+-", "≈": "~", "∞": "inf",
})  # fmt: skip
"""What stands for the characters of reports where an output has no place for them."""


def _in_plain(error: UnicodeError) -> tuple[str, int]:
    """Characters in place of those that an output cannot take, for `codecs.register_error`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_PLAIN)
    return text.encode("ascii", "replace").decode("ascii"), error.end


codecs.register_error("simtrain-plain", _in_plain)


def prepare_outputs() -> None:
    """Let no character end a command, and no output that is closed."""
    if sys.stderr is None:  # and its number would be that of the next file
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    for output in (sys.stdout, sys.stderr):
        is_strict = getattr(output, "errors", None) in ("strict", "backslashreplace")
        if is_strict and isinstance(output, io.TextIOWrapper):
            output.reconfigure(errors="simtrain-plain")


def say(text: str) -> None:
    """Print a result.

    Raises
    ------
    OutputError
        If stdout leads to a full disk, or is closed. A pipe that nobody reads any more is left to
        click.
    """
    if sys.stdout is None:
        raise OutputError("cannot write to standard output: it is closed")
    try:
        click.echo(printable(text.removesuffix("\n"), _OWN))
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - else Python fails again at its exit
        raise OutputError(f"cannot write to standard output: {reason(error)}") from None


def note(text: str, quiet: bool = False) -> None:
    """Say something beside the results."""
    if not quiet:
        click.echo(printable(text, _OWN), err=True)


def width() -> int:
    """Width of the terminal, 80 characters where there is none."""
    return shutil.get_terminal_size().columns


@contextmanager
def progress_bar(total: int | None, quiet: bool) -> Iterator[Callable[[int], object] | None]:
    """Show a bar to a person who has to wait; yields what to call with the trials done.

    It shows their number alone if nobody knows the total.
    """
    if quiet or not sys.stderr.isatty():
        yield None
        return
    with interrupts.put_off():
        from tqdm import tqdm

    tqdm.monitor_interval = 0  # its thread would not survive the start of other processes
    with tqdm(
        total=total, unit=" trials", delay=0.5, leave=False, dynamic_ncols=True, file=sys.stderr
    ) as bar:
        yield bar.update

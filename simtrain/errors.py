"""What can go wrong, as one tree.

::

    SimtrainError            anything simtrain says no to
    ├── InputError           the user can mend it: a scenario, an option, a folder
    │   ├── ScenarioError    mistakes in a scenario file, all of them at once
    │   ├── UndefinedError   a metric has no value in any trial of the scenario
    │   └── OutputError      results cannot be written where they were asked for
    └── WorkerError          a worker died and would not come back

Each is exported as `simtrain.InputError` and so on. It owns the exit code of the command that meets
it; only the command line exits.
"""

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

MOST_SHOWN = 100
"""Mistakes that the message of a `ScenarioError` lists; a file that has more is no scenario."""

_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
"""Control characters, those that turn the direction of a line, and those without any width."""


class SimtrainError(Exception):
    """Anything simtrain refuses or cannot do, in words a user can act on."""

    exit_code = 1


class InputError(SimtrainError):
    """What was asked for is wrong, and the message names the remedy."""

    exit_code = 2


class UndefinedError(InputError):
    """A metric that was asked for has no value in any trial: more trials would not help."""


class OutputError(InputError):
    """Results cannot be written where they were asked for."""


class WorkerError(SimtrainError):
    """A worker died repeatedly while running the same trials."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a scenario file.

    Parameters
    ----------
    place
        File and line (``"opt.toml:12"``), or the option the value came from.
    key
        Dotted path of the key, empty when the file as a whole is meant.
    wrong
        What is wrong with it.
    accepted
        What would be accepted instead.
    """

    place: str
    key: str
    wrong: str
    accepted: str = ""

    def __str__(self) -> str:
        words = ": ".join(filter(None, (self.place, self.key, self.wrong)))
        return printable(f"{words}; {self.accepted}" if self.accepted else words)


class ScenarioError(InputError):
    """A scenario that cannot be simulated; ``mistakes`` lists every reason."""

    def __init__(self, mistakes: Sequence[Mistake]):
        self.mistakes = tuple(mistakes)
        lines = [str(mistake) for mistake in self.mistakes[:MOST_SHOWN]]
        if len(self.mistakes) > MOST_SHOWN:
            lines.append(f"… and {len(self.mistakes) - MOST_SHOWN} more")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[Self], tuple[tuple[Mistake, ...]]]:
        return type(self), (self.mistakes,)


def reason(error: OSError) -> str:
    """Say what the system has said, as part of a sentence."""
    return (error.strerror or str(error)).lower()


@contextmanager
def writing(path: object, more: str = "") -> Iterator[None]:
    """Raise what the system has against writing `path` as an `OutputError`.

    Parameters
    ----------
    path
        What is written, as the user says it.
    more
        What else to say.
    """
    try:
        yield
    except OSError as error:
        raise OutputError(f"cannot write {path}: {reason(error)}{more}") from None


def printable(text: str, but: str = "") -> str:
    r"""`text` with what a terminal obeys or nobody sees as numbers, such as ``\u001b``.

    Parameters
    ----------
    text
        May come from anybody's file.
    but
        Characters that may stay: line breaks, where they are the message's own.
    """
    return _UNSEEN.sub(lambda found: found[0] if found[0] in but else _escaped(found[0]), text)


def _escaped(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def shown(value: object) -> str:
    """`value` as a message quotes it: in the words of the file, and never long."""
    if isinstance(value, str):
        text = printable(json.dumps(value, ensure_ascii=False))
        return text if len(text) <= 60 else f'{text[:57]}…"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and abs(value) >= 10**30:
        return "a number of so many digits"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list | tuple) else f"a {type(value).__name__}"

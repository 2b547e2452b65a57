"""Names of tables that values by path may speak of: those there are, or one asked for as a whole.

A slip of the pen in a name, ``fault.hardwre.mtbf``, would else make a class of its own in silence.
"""

import difflib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from simtrain.scenario.document import Document
from simtrain.scenario.faults_from import logged_classes
from simtrain.scenario.mistakes import unknown
from simtrain.scenario.named import NAMED
from simtrain.scenario.reference import field_at, model_at, path_of


class Unnamed(NamedTuple):
    """A path that leads nowhere, with what is wrong and what would be accepted."""

    path: str
    wrong: str
    accepted: str


def unnamed(document: Document, values: Iterable[tuple[str, Any]]) -> Iterator[Unnamed]:
    """Find the paths of some values that lead into no table of `document`.

    A value that is a whole table makes a new one, and the others may speak of it.
    """
    pairs = list(values)
    new = {path for path, value in pairs if isinstance(value, dict)}
    for path, value in pairs:
        parts = tuple(path.split("."))
        table = ".".join(parts[:2])
        if len(parts) > 1 and parts[0] in NAMED and table not in new:
            known = names_in(document, parts[0])
            if parts[1] and parts[1] not in known:
                yield Unnamed(path, *no_table(table, known))
                continue
        if value is None and _is_nowhere(path):
            yield Unnamed(path, *unknown(path_of(path)))


def names_in(document: Document, root: str) -> list[str]:
    """Names of the tables that a document has below `root`, classes of its log among them."""
    tables = document.get(root)
    names = set(tables) if isinstance(tables, dict) else set()
    return sorted(names.union(logged_classes(document) if root == "fault" else ()))


def no_table(table: str, known: Iterable[str]) -> tuple[str, str]:
    """Message that there is no table of that name, which there are, and how to make a new one."""
    root, _, name = table.partition(".")
    names = sorted(known)
    close = difflib.get_close_matches(name, names, n=1)
    words = f"did you mean `{close[0]}`? " if close else ""
    new = NAMED[root].replace("NAME", name)
    there = f"there are {', '.join(names)}" if names else "there are none"
    wrong = f"names no table `{table}` of the scenario"
    return wrong, f"{words}{there}; a new one is given as a whole table: {new}"


def _is_nowhere(path: str) -> bool:
    """Whether the format has no key at a path; what lies inside of a law is not looked at."""
    parts = path_of(path)
    is_name = parts[-1].isdecimal() or (len(parts) == 2 and parts[0] in NAMED)
    is_free = parts[0] == "sources" and len(parts) > 1
    return not (is_name or is_free) and model_at(parts[:-1]) is not None and field_at(parts) is None

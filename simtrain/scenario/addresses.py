"""Addresses of keys: a row may be known by its name beside its number, a name may be quoted.

``change."18 spares".at`` is ``change.2.at`` if the third change has that name, and
``checkpoint.tier.remote.every`` is ``checkpoint.tier.1.every`` if that is the second tier. Levels
of domains have names as well: ``domain.rack.hosts``.
"""

import re
from typing import Any

from simtrain.errors import shown
from simtrain.scenario.document import Document, PathError, value_at

_QUOTED = re.compile(r"""(?<=\.)(?:"([^"]*)"|'([^']*)')(?=\.|$)""")
_ROWS = {"change": "change", "checkpoint.tier": "tier", "domain": "level"}
"""Lists of rows that may have names, with what one of them is called."""
_BY_NUMBER = re.compile(rf"\b({'|'.join(map(re.escape, _ROWS))})\.([0-9]+)(?=\.|\b)")
_PLAIN = re.compile(r"[\w-]+")


def addressed(document: Document, key: str) -> str:
    """Path of a key, in which rows have their numbers.

    Raises
    ------
    PathError
        If no row has that name, or several have.
    """
    plain = _QUOTED.sub(lambda match: match[1] or match[2] or "", key)
    for table, word in _ROWS.items():
        rest = plain.removeprefix(f"{table}.")
        if rest != plain and not rest.partition(".")[0].isdecimal():
            plain = _by_number(document, key, table, word, rest) or plain
    return _in_change(document, plain)


def _by_number(document: Document, key: str, table: str, word: str, rest: str) -> str:
    """Path of a key in a row that `rest` begins with the name of; empty if none has a name."""
    names = _names(document, table)
    if not names:
        return ""
    for name in sorted(set(names.values()), key=len, reverse=True):
        if rest == name or rest.startswith(f"{name}."):
            numbers = [number for number, other in names.items() if other == name]
            if len(numbers) > 1:
                paths = " and ".join(f"{table}.{number}" for number in numbers)
                raise PathError(key, f"is the name of {paths}: say which by its number")
            return f"{table}.{numbers[0]}{rest[len(name) :]}"
    known = ", ".join(f"{shown(name)} ({table}.{number})" for number, name in names.items())
    raise PathError(key, f"names no {word} of the scenario; there are {known}")


def _in_change(document: Document, path: str) -> str:
    """The same path; what a change sets is addressed as well."""
    change, found, key = path.partition(".set.")
    if not found or not change.startswith("change."):
        return path
    return f"{change}.set.{addressed(document, key)}"


def with_names(document: Document, text: str) -> str:
    """A text in which rows have their names, where these are their own."""

    def named(match: re.Match[str]) -> str:
        table, number = match[1], int(match[2])
        names = _names(document, table)
        name = names.get(number)
        if name is None or list(names.values()).count(name) > 1:
            return match[0]
        is_plain = table != "change" and _PLAIN.fullmatch(name)
        return f"{table}.{name}" if is_plain else f'{table}."{name}"'

    return _BY_NUMBER.sub(named, text)


def _names(document: Document, table: str) -> dict[int, str]:
    """Names of rows by number, of those that have one."""
    rows: Any = value_at(document, table)
    numbered = enumerate(rows if isinstance(rows, list) else ())
    return {
        number: row["name"]
        for number, row in numbered
        if isinstance(row, dict) and isinstance(row.get("name"), str)
    }

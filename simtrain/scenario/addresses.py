"""Addresses of keys: a change may be known by its name beside its number, a name may be quoted.

``change."18 spares".at`` is ``change.2.at`` if the third change has that name.
"""

import re
from typing import Any

from simtrain.errors import shown
from simtrain.scenario.document import Document, PathError

_QUOTED = re.compile(r"""(?<=\.)(?:"([^"]*)"|'([^']*)')(?=\.|$)""")
_BY_NAME = re.compile(r"change\.(?![0-9]+(?:\.|$))(.+)")
_BY_NUMBER = re.compile(r"\bchange\.([0-9]+)(?=\.|\b)")


def addressed(document: Document, key: str) -> str:
    """Path of a key, in which changes have their numbers.

    Raises
    ------
    PathError
        If no change has that name, or several have.
    """
    plain = _QUOTED.sub(lambda match: match[1] or match[2] or "", key)
    by_name = _BY_NAME.fullmatch(plain)
    names = _names(document)
    if by_name is None or not names:
        return plain
    rest = by_name[1]
    for name in sorted(set(names.values()), key=len, reverse=True):
        if rest == name or rest.startswith(f"{name}."):
            numbers = [number for number, other in names.items() if other == name]
            if len(numbers) > 1:
                paths = " and ".join(f"change.{number}" for number in numbers)
                raise PathError(key, f"is the name of {paths}: say which by its number")
            return f"change.{numbers[0]}{rest[len(name) :]}"
    known = ", ".join(f"{shown(name)} (change.{number})" for number, name in names.items())
    raise PathError(key, f"names no change of the scenario; there are {known}")


def with_names(document: Document, text: str) -> str:
    """A text in which changes have their names, where these are their own."""
    names = _names(document)

    def named(match: re.Match[str]) -> str:
        name = names.get(int(match[1]))
        is_its_own = name is not None and list(names.values()).count(name) == 1
        return f'change."{name}"' if is_its_own else match[0]

    return _BY_NUMBER.sub(named, text)


def _names(document: Document) -> dict[int, str]:
    """Names of changes by number, of those that have one."""
    rows: Any = document.get("change")
    numbered = enumerate(rows if isinstance(rows, list) else ())
    return {
        number: row["name"]
        for number, row in numbered
        if isinstance(row, dict) and isinstance(row.get("name"), str)
    }

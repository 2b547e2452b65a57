"""TOML with short lists on one line each, and long ones in full lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tomli_w

_WIDTH = 100


def compact(document: Mapping[str, Any]) -> str:
    """`document` as TOML that reads back as the same: a row a line in lists of rows."""
    lines: list[str] = []
    begun: list[int] = []  # lines at which lists begin that are not over
    for line in tomli_w.dumps(document).removesuffix("\n").split("\n"):
        lines.append(line)
        text = line.strip()
        # No text ends so: what is in quotes ends with one, and no text has several lines.
        if text == "[" or text.endswith(" = ["):
            begun.append(len(lines) - 1)
        elif begun and text in ("]", "],"):
            start = begun.pop()
            lines[start:] = _list(lines[start], lines[start + 1 : -1], text)
    return "\n".join(lines) + "\n"


def _list(head: str, rows: list[str], end: str) -> list[str]:
    """A list on one line if there is room, else in lines with as many values as there is room."""
    values = [row.strip() for row in rows]
    whole = f"{head}{' '.join(values).removesuffix(',')}{end}"
    if len(whole) <= _WIDTH and not any(value in ("]", "],") for value in values):
        return [whole]
    indent = " " * (len(head) - len(head.lstrip()))
    if any(value.startswith(("[", "]", "{")) for value in values):
        return [head, *rows, f"{indent}{end}"]
    lines = [f"{indent}   "]
    for value in values:
        if len(lines[-1]) + 1 + len(value) > _WIDTH:
            lines.append(f"{indent}   ")
        lines[-1] += f" {value}"
    return [head, *lines, f"{indent}{end}"]

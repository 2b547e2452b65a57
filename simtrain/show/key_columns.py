"""Columns of a table that hold values of keys of a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.table import TableColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.scenario import Scenario

_LEAST_VALUE = 12
"""Characters of a value or a key, if there is no room for more."""


def key_columns(
    scenario: Scenario, keys: Sequence[str], values: Sequence[Sequence[str]]
) -> list[TableColumn]:
    """A column for each key, with its values.

    What several rates are per stands above them once. A key is told by its last part, and by the
    name of the row or class that has it, such as "rack" above "hosts"; where they are not clear, by
    all of it.
    """
    named = [scenario.with_names(key) for key in keys]
    shorts = [_short(key) for key in named]
    columns = []
    for key, short, cells in zip(named, shorts, values, strict=True):
        above, title = short if short[1] and shorts.count(short) == 1 else ("", key)
        numbers, per = words.in_one_rate(cells)
        if per:
            columns.append(TableColumn(per, numbers, group=f"{above} {title}".lstrip()))
        else:
            columns.append(TableColumn(title, cells, group=above, least=_LEAST_VALUE))
    return columns


def _short(key: str) -> tuple[str, str]:
    """Name of the row or class, if one has the key, and last part; empty where not clear."""
    *tables, last = key.split(".")
    if len(tables) < 2:
        return "", last
    return ("", "") if tables[-1].isdecimal() or '"' in key else (tables[-1], last)

"""A fitted scenario as a file that people read, and paste rows from."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from simtrain.scenario.inline import as_key, inline, spelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simtrain.scenario.scenario import Scenario

_NAMED = ("fault", "weather")


def text_of(scenario: Scenario) -> str:
    """The scenario as TOML, each law and each source on one line.

    Parameters
    ----------
    scenario
        One that was fitted: it has neither lists of tables nor changes.
    """
    document = tomllib.loads(scenario.to_toml())
    tables = {key: value for key, value in document.items() if isinstance(value, dict)}
    lines = [f"{key} = {spelled(value)}" for key, value in document.items() if key not in tables]
    for key, table in tables.items():
        for name, rows in _parts(key, table):
            lines += ["", f"[{name}]", *_rows(rows)]
    return "\n".join(lines) + "\n"


def _parts(key: str, table: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if key not in _NAMED:
        yield key, table
        return
    for name, rows in table.items():
        yield f"{key}.{as_key(name)}", rows


def _rows(rows: Mapping[str, Any]) -> Iterator[str]:
    return (f"{as_key(key)} = {inline(value)}" for key, value in rows.items())

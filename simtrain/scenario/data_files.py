"""Data of a law in a file beside the scenario: read at once, so that they are part of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simtrain.errors import Mistake, ScenarioError, shown
from simtrain.scenario.data import is_data
from simtrain.scenario.document import Document, Places, is_value
from simtrain.scenario.texts import read_text

_PLEASE = "name a file with one value a line"


def with_data_files(document: Document, folder: Path, places: Places) -> tuple[Document, Places]:
    """`document` with `values` in place of each `file` of a law, and where they stand.

    Parameters
    ----------
    document
        A document, or values by path.
    folder
        Where relative paths start.
    places
        Where the keys of the document stand.

    Raises
    ------
    ScenarioError
        If a file cannot be read, or has no values.
    """
    found: dict[str, str] = {}

    def walk(path: tuple[str, ...], value: Any) -> Any:
        if is_data(value) and "file" in value and is_value(path, value):
            return _read(".".join(path), value, folder, places, found)
        if isinstance(value, dict):
            return {key: walk((*path, *key.split(".")), inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [walk((*path, str(row)), inner) for row, inner in enumerate(value)]
        return value

    whole = walk((), document)
    return whole, Places(places.source, {**places.by_key, **found})


def _read(
    key: str, law: Mapping[str, Any], folder: Path, places: Places, found: dict[str, str]
) -> Any:
    """A law with its values; `found` gets the file that they are from."""

    def wrong(name: str, why: str, remedy: str) -> ScenarioError:
        return ScenarioError([Mistake(places.of(f"{key}.{name}"), f"{key}.{name}", why, remedy)])

    name, unit = law["file"], law.get("unit", "")
    if not isinstance(name, str) or not name:
        raise wrong("file", f"{shown(name)} is not the name of a file", 'such as "repairs.csv"')
    if other := next((key for key in ("values", "quantiles") if key in law), ""):
        raise wrong(other, "stands beside `file`", "one of the two")
    if not isinstance(unit, str):
        raise wrong("unit", f"{shown(unit)} is not a unit", 'such as "min"')
    file = folder / name
    try:
        lines = read_text(file, _PLEASE).splitlines()
    except ScenarioError as error:
        mistake = error.mistakes[0]
        raise wrong("file", f"{file} {mistake.wrong}", mistake.accepted) from None
    values = [f"{line.strip()} {unit}".strip() for line in lines if line.strip()]
    if not values:
        raise wrong("file", f"{file} has no values", _PLEASE)
    found[f"{key}.values"] = str(file)
    return {key: inner for key, inner in law.items() if key not in ("file", "unit")} | {
        "values": values
    }

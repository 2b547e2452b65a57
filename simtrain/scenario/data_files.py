"""Data in a file beside the scenario, of a law or by the hour: read at once, as a part of it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simtrain.errors import InputError, Mistake, ScenarioError, shown
from simtrain.scenario import capacity
from simtrain.scenario.catalogue import packaged_data
from simtrain.scenario.data import is_data
from simtrain.scenario.document import Document, Places, is_value
from simtrain.scenario.faults_from import KEY as FAULTS_FROM
from simtrain.scenario.faults_from import with_log
from simtrain.scenario.hourly import HOURLY, is_hourly, number_in
from simtrain.scenario.texts import read_text

_PLEASE = "name a file with one value a line"
_HOURLY_PLEASE = "name a file with one number a line, or with headings, of which `column` is one"

_TRACE_PLEASE = "name a file with the columns time, in hours or as a date, and hosts"


def with_data_files(document: Document, folder: Path, places: Places) -> tuple[Document, Places]:
    """`document` with the values in place of each file that has them, and where they stand.

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
        if is_hourly(value) and isinstance(value[HOURLY], str):
            return _read_hourly(".".join(path), value, folder, places, found)
        if capacity.is_trace(path, value):
            return _read_trace(value, folder, places, found)
        if path == (FAULTS_FROM,) and isinstance(value, dict) and isinstance(value.get("log"), str):
            return _read_failures(value, document.get("domain"), folder, places, found)
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
        return _wrong(places, f"{key}.{name}", why, remedy)

    name, unit = law["file"], law.get("unit", "")
    if not isinstance(name, str) or not name:
        raise wrong("file", f"{shown(name)} is not the name of a file", 'such as "repairs.csv"')
    if other := next((key for key in ("values", "quantiles") if key in law), ""):
        raise wrong(other, "stands beside `file`", "one of the two")
    if not isinstance(unit, str):
        raise wrong("unit", f"{shown(unit)} is not a unit", 'such as "min"')
    file = _found(folder, name)
    values = [f"{line} {unit}".strip() for line in _lines(file, f"{key}.file", places, _PLEASE)]
    if not values:
        raise wrong("file", f"{file} has no values", _PLEASE)
    found[f"{key}.values"] = str(file)
    return {key: inner for key, inner in law.items() if key not in ("file", "unit")} | {
        "values": values
    }


def _read_hourly(
    key: str, table: Mapping[str, Any], folder: Path, places: Places, found: dict[str, str]
) -> Any:
    """Hourly values of a file: one a line, or those of a column with a heading."""
    file, column = _found(folder, table[HOURLY]), table.get("column")
    path = f"{key}.{HOURLY}"
    lines = _lines(file, path, places, _HOURLY_PLEASE)
    if column is not None:
        headings, *rows = csv.reader(lines) if lines else [[]]
        names = [heading.strip() for heading in headings]
        if column not in names:
            wrong = f"{file} has no column {shown(column)}"
            there = f"there are {', '.join(map(shown, names))}" if names else _HOURLY_PLEASE
            raise _wrong(places, f"{key}.column", wrong, there)
        place = names.index(column)
        lines = [row[place] if place < len(row) else "" for row in rows]
    values = [number_in(line) for line in lines]
    if None in values:
        first = values.index(None)
        wrong = f"{file}: {shown(lines[first])}, value {first + 1}, is not a number"
        raise _wrong(places, path, wrong, _HOURLY_PLEASE)
    if not values:
        raise _wrong(places, path, f"{file} has no values", _HOURLY_PLEASE)
    found[path] = str(file)
    return {name: inner for name, inner in table.items() if name != "column"} | {HOURLY: values}


def _read_trace(
    table: Mapping[str, Any], folder: Path, places: Places, found: dict[str, str]
) -> Any:
    """`[capacity]` with the rows of its trace."""
    path, file = f"capacity.{capacity.KEY}", _found(folder, table[capacity.KEY])
    lines = _lines(file, path, places, _TRACE_PLEASE)
    try:
        rows = capacity.rows_in(list(csv.reader(lines)))
    except ValueError as wrong:
        raise _wrong(places, path, f"{file}: {wrong}", _TRACE_PLEASE) from None
    found[path] = str(file)
    return {**table, capacity.KEY: rows}


def _read_failures(
    table: Mapping[str, Any], domains: object, folder: Path, places: Places, found: dict[str, str]
) -> Any:
    """`[faults_from]` with the outages of its log."""
    path = f"{FAULTS_FROM}.log"
    try:
        read = with_log(table, folder, domains)
    except InputError as error:
        wrong, _, remedy = str(error).rpartition("; ")
        raise _wrong(places, path, wrong, remedy) from None
    if not isinstance(read["log"], str):
        found[path] = str(folder / table["log"])
    return read


def _found(folder: Path, name: str) -> Path:
    """File of a name: in a folder, or else a packaged one."""
    file = folder / name
    return file if file.exists() else packaged_data().get(name, file)


def _lines(file: Path, key: str, places: Places, please: str) -> list[str]:
    """Lines of a file that are not empty; a file that cannot be read is a mistake at `key`."""
    try:
        text = read_text(file, please)
    except ScenarioError as error:
        mistake = error.mistakes[0]
        raise _wrong(places, key, f"{file} {mistake.wrong}", mistake.accepted) from None
    return [line.strip() for line in text.splitlines() if line.strip()]


def _wrong(places: Places, key: str, why: str, remedy: str) -> ScenarioError:
    return ScenarioError([Mistake(places.of(key), key, why, remedy)])

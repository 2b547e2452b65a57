"""A scenario of one's own with the numbers of another, and without what is about that run alone."""

import datetime as dt
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from pathlib import Path
from textwrap import TextWrapper
from typing import Any

from simtrain.scenario.document import Document, covers, is_value
from simtrain.scenario.doubt import with_ranges
from simtrain.scenario.inline import as_key, spelled
from simtrain.scenario.load import load, read
from simtrain.scenario.scenario import Scenario, overlaid

ORIGIN = "init"
"""Where values come from that are given, for messages."""
START = dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)
"""A start that stands for the user's own."""

LEFT_OUT = "# Left out, since it is about that run alone:"
"""The line above what is left out."""

_BESIDE_NUMBERS = {
    "system": "what it trained",
    "published": "how it went",
    "not_reproduced": "what else is published",
    "logbook": "when it ran",
    "sources": "where its numbers come from; the kind of each stands beside it",
}
_OF_ITS_OWN = {
    "cluster.hosts": ("cluster.owned",),
    "workload.mfu": ("workload.achieved", "workload.speed"),
}
"""What goes when another number is given: it says how that run was, beside its own number."""
_WRAPPED = TextWrapper(100, initial_indent="#   ", subsequent_indent="#     ")
_START_COMMENT = "replace by yours: when it begins, with the offset from UTC"


def copied(file: Path, given: Mapping[str, Any]) -> str:
    """Text of a scenario with the numbers of another one, and some of one's own.

    Its start, the stops and changes that come at a date, holidays, published outcomes, the logbook
    and sources are left out; the text lists them. Without those changes all numbers are those of
    its first day.

    Parameters
    ----------
    file
        The other one.
    given
        Values of one's own, by dotted path.

    Raises
    ------
    ScenarioError
        If the file cannot be read, or a value is not accepted.
    """
    base = load(file)
    document, left_out = _of_any_run(base, with_ranges(read(file)[0]))
    gone = {other for key in given for other in _OF_ITS_OWN.get(key, ()) if base.writes(other)}
    own = overlaid(document, {**dict.fromkeys(gone), **given}.items(), ORIGIN)
    Scenario.from_document(own, name=ORIGIN)
    lines = [
        f"# A scenario for a cluster of one's own, with the numbers of {file.name}.",
        "#",
        "# Each number is of that run on its first day, until you replace it by yours.",
        "# `simtrain check FILE` says what is wrong with the file, `simtrain schema` has every key",
        "# there is.",
    ]
    if left_out:
        lines += ["#", LEFT_OUT]
        lines += [line for one in left_out for line in _WRAPPED.wrap(one)]
    comment = partial(_comment, base, file.stem, given)
    return "\n".join([*lines, "", *_table(own, (), comment)]) + "\n"


def _of_any_run(base: Scenario, document: Document) -> tuple[Document, list[str]]:
    """What a scenario says that may hold for another run, and what it says beside that."""
    kept = {"title": "", **document} | {"title": "my cluster"}
    parts = (_start, _holidays, _stops, _changes, _beside_numbers)
    left_out = [line for part in parts for line in part(base, kept)]
    return {key: value for key, value in kept.items() if value not in ({}, [])}, left_out


def _start(base: Scenario, kept: Document) -> Iterator[str]:
    if base.start is not None:
        kept["start"] = START
        yield f"start: {base.start.isoformat()}"


def _holidays(base: Scenario, kept: Document) -> Iterator[str]:
    if base.people.holidays:
        people = {key: value for key, value in kept["people"].items() if key != "holidays"}
        rows = [row for row in people.pop("when", ()) if not row.get("holidays")]
        kept["people"] = people | ({"when": rows} if rows else {})
        yield "people.holidays, and what people.when says of them"


def _stops(base: Scenario, kept: Document) -> Iterator[str]:
    dated = {name: stop.at for name, stop in base.stop.items() if isinstance(stop.at, dt.datetime)}
    kept["stop"] = {name: row for name, row in kept.get("stop", {}).items() if name not in dated}
    yield from (f"stop.{as_key(name)}: {at.isoformat()}" for name, at in dated.items())


def _changes(base: Scenario, kept: Document) -> Iterator[str]:
    """Leave out changes at a date, and of others what they set in rows that are not the same."""
    rows, kept["change"] = kept.get("change", ()), []
    gone = ["people.holidays", "people.when"] if base.people.holidays else []
    for number, (change, row) in enumerate(zip(base.change, rows, strict=True)):
        dated = isinstance(change.at, dt.datetime)
        sets = [path for path in row["set"] if dated or any(covers(one, path) for one in gone)]
        if sets:
            settings = ", ".join(f"{path} = {spelled(row['set'][path])}" for path in sets)
            yield f"change {number} ({spelled(change.at) if dated else change.name}): {settings}"
        if rest := {path: value for path, value in row["set"].items() if path not in sets}:
            kept["change"].append({**row, "set": rest})


def _beside_numbers(base: Scenario, kept: Document) -> Iterator[str]:
    for key, description in _BESIDE_NUMBERS.items():
        if kept.pop(key, None):
            yield f"{key}: {description}"


def _comment(base: Scenario, name: str, given: Container[str], path: str) -> str:
    """Comment on the value at a path that is not given: where the other scenario has it from."""
    if path in given:
        return ""
    if path == "start":
        return f"  # {_START_COMMENT}"
    kind = base.source_of(path)
    return f"  # {kind} for {name}" if kind else ""


def _table(table: Document, path: tuple[str, ...], comment: Callable[[str], str]) -> Iterator[str]:
    """Lines of a table: its values, then lists of tables, then tables."""
    values, lists, tables = dict[str, Any](), dict[str, Any](), dict[str, Any]()
    for key, value in table.items():
        is_list = isinstance(value, list) and value and isinstance(value[0], dict)
        kind = lists if is_list else values if is_value((*path, key), value) else tables
        kind[key] = value
    if path and values:
        yield from ("", f"[{_dotted(path)}]")
    for key, value in values.items():
        yield f"{as_key(key)} = {spelled(value)}{comment('.'.join((*path, key)))}"
    for key, rows in lists.items():
        for row in rows:
            yield from ("", f"[[{_dotted((*path, key))}]]{comment('.'.join((*path, key)))}")
            yield from (f"{as_key(inner)} = {spelled(value)}" for inner, value in row.items())
    for key, inner in tables.items():
        yield from _table(inner, (*path, key), comment)


def _dotted(path: tuple[str, ...]) -> str:
    return ".".join(map(as_key, path))

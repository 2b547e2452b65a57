"""What the changes of a scenario make of it, found wrong before the run and not in the middle."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from simtrain.errors import MOST_SHOWN, Mistake, ScenarioError
from simtrain.scenario.calendar import is_fixed
from simtrain.scenario.document import Document, PathError, Places, covers, with_values
from simtrain.scenario.mistakes import AnyTables, checked
from simtrain.scenario.models import Tables
from simtrain.scenario.new_tables import names_in

_MOST_STEPS = 20_000
_MOST_STATES = 3_000
"""Orders of dated changes and changes at a progress are tried up to so many steps from a change to
the next, and so many different states of the scenario: some seconds."""
_UNMOVED = (
    "title", "system", "inference", "change", "published", "not_reproduced", "logbook", "sources",
    "fit", "correlated",
)  # fmt: skip
"""Tables that no change sets, and no rule holds against what it does set."""


class Checked(NamedTuple):
    """What is wrong with changes, and whether every order in which they may come was tried."""

    mistakes: list[Mistake]
    all_orders: bool


def check_changes(document: Document, places: Places, known: Sequence[Mistake]) -> Checked:
    """Mistakes in what changes set, beside those `known` of the document before any change.

    None are looked for in a file with so many mistakes that it is no scenario.
    """
    if len(known) > MOST_SHOWN:
        return Checked([], False)
    found: list[Mistake] = []
    current = changing(document)
    keys = {mistake.key for mistake in known}
    for number, values in _sets(document):
        after, wrong = _changed(current, number, values, places, keys)
        found += wrong
        if not wrong:
            current = after
    return Checked(found, False) if found or known else _check_orders(document, places)


def changed(
    document: Document,
    number: int,
    values: Mapping[str, Any],
    places: Places,
    model: type[AnyTables],
) -> tuple[Document, AnyTables]:
    """Document of a right scenario after one change, and its model.

    Raises
    ------
    ScenarioError
        If it is wrong, as it can be if changes come in an order that was not tried before.
    """
    after, wrong = _applied(changing(document), number, values, places)
    tables, found = checked(after, places, model)
    wrong += [_at_change(mistake, number, values, places) for mistake in found]
    if tables is None or wrong:
        raise ScenarioError([_if_mixed(mistake) for mistake in wrong])
    return after, tables


def changing(document: Document) -> Document:
    """What changes of a document change, and what their values are held against.

    Without the changes themselves, of which there may be many: just one that says how many hosts
    there ever are.
    """
    part = {key: value for key, value in document.items() if key not in _UNMOVED}
    counts: dict[str, int] = {}
    for _, values in _sets(document):
        for path in ("cluster.hosts", "cluster.spares"):
            if isinstance(count := values.get(path), int):
                counts[path] = max(counts.get(path, count), count)
    return {**part, "change": [{"at": "0 s", "set": counts}]} if counts else part


def _sets(document: Document) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Number and values of each change that has any."""
    rows = document.get("change")
    for number, row in enumerate(rows if isinstance(rows, list) else ()):
        values = row.get("set") if isinstance(row, dict) else None
        if isinstance(values, dict):
            yield number, {path: values[path] for path in values if not is_fixed(path)}


def _changed(
    document: Document,
    number: int,
    values: Mapping[str, Any],
    places: Places,
    known: Container[str] = (),
) -> tuple[Document, list[Mistake]]:
    """Document after one change, and what is wrong with it."""
    after, wrong = _applied(document, number, values, places)
    return after, wrong or _wrong_in(after, number, values, places, known)


def _applied(
    document: Document, number: int, values: Mapping[str, Any], places: Places
) -> tuple[Document, list[Mistake]]:
    """Document after one change, and why it cannot be made."""
    key = f"change.{number}.set"
    new = [path for path in values if _is_of_unknown_fault(document, path)]
    if new:
        there = ", ".join(names_in(document, "fault")) or "none"
        remedy = f"there are {there}; give a new one in the file, with `rate = 0` until then"
        return document, [
            Mistake(places.of(f"{key}.{path}"), f"{key}.{path}", "names no class of faults", remedy)
            for path in new
        ]
    try:
        return with_values(document, values.items()), []
    except PathError as error:
        path = f"{key}.{error.path}"
        return document, [Mistake(places.of(path), path, str(error), "the path of a key")]


def _wrong_in(
    after: Document,
    number: int,
    values: Mapping[str, Any],
    places: Places,
    known: Container[str] = (),
) -> list[Mistake]:
    """Mistakes in a document, each at the change that made it."""
    _, wrong = checked(after, Places(""), Tables, known)
    return [_at_change(mistake, number, values, places) for mistake in wrong]


def _is_of_unknown_fault(document: Document, path: str) -> bool:
    root, _, rest = path.partition(".")
    return root == "fault" and rest.partition(".")[0] not in names_in(document, "fault")


def _at_change(mistake: Mistake, number: int, values: Mapping[str, Any], places: Places) -> Mistake:
    """Make a mistake found after a change one of the change itself."""
    for path in values:
        if covers(path, mistake.key) or covers(mistake.key, path):
            key = f"change.{number}.set.{path}"
            return Mistake(places.of(key), key, mistake.wrong, mistake.accepted)
    key = f"change.{number}"
    wrong = f"makes `{mistake.key}` wrong: {mistake.wrong}"
    return Mistake(places.of(key), key, wrong, mistake.accepted)


def _check_orders(document: Document, places: Places) -> Checked:
    """Mistakes if changes by date and by progress mix in another order than that of the file."""
    rows = document.get("change", [])
    sets = dict(_sets(document))
    by_date = [number for number in sets if "at" in rows[number]]
    by_progress = [number for number in sets if "progress" in rows[number]]
    if not by_date or not by_progress:
        return Checked([], True)
    states = [changing(document)]
    numbers = {_text(states[0]): 0}
    steps: dict[tuple[int, int], int] = {}
    reached = {(0, 0): {0}}
    for position in product(range(len(by_date) + 1), range(len(by_progress) + 1)):
        for state in reached.pop(position):
            for change, then in _next(by_date, by_progress, *position):
                if (state, change) not in steps:
                    if len(steps) >= _MOST_STEPS or len(states) >= _MOST_STATES:
                        return Checked([], False)
                    after, wrong = _applied(states[state], change, sets[change], places)
                    number = numbers.setdefault(_text(after), len(states))
                    if number == len(states):
                        states.append(after)
                        wrong = wrong or _wrong_in(after, change, sets[change], places)
                    if wrong:
                        return Checked([_if_mixed(mistake) for mistake in wrong], False)
                    steps[state, change] = number
                reached.setdefault(then, set()).add(steps[state, change])
    return Checked([], True)


def _text(document: Document) -> str:
    return json.dumps(document, sort_keys=True, default=str)


def _next(
    by_date: list[int], by_progress: list[int], dates: int, progress: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Changes that may come next, and how many of each kind have come then."""
    if dates < len(by_date):
        yield by_date[dates], (dates + 1, progress)
    if progress < len(by_progress):
        yield by_progress[progress], (dates, progress + 1)


def _if_mixed(mistake: Mistake) -> Mistake:
    words = "if changes by date and changes by progress mix in another order"
    return replace(mistake, wrong=f"{mistake.wrong} {words}")

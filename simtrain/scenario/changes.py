"""What the changes of a scenario make of it, found wrong before the run and not in the middle."""

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any, Generic, NamedTuple

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

_NOT_MADE = {
    "fault": ("class of faults", "`rate = 0`"),
    "check": ("check", "an `every` longer than the run"),
}
"""Tables that no change makes, what they are, and how one has no part in a run at first."""


class Tried(NamedTuple, Generic[AnyTables]):
    """Document after a change, and its model."""

    document: Document
    model: AnyTables


class Checked(NamedTuple, Generic[AnyTables]):
    """What is wrong with changes, and what right ones made of the document, by their number.

    And whether every order in which they may come was tried.
    """

    mistakes: list[Mistake]
    tried: Mapping[int, Tried[AnyTables]]
    all_orders: bool


def check_changes(
    document: Document, places: Places, known: Sequence[Mistake], model: type[AnyTables]
) -> Checked[AnyTables]:
    """Mistakes in what changes set, beside those `known` of the document before any change.

    None are looked for in a file with so many mistakes that it is no scenario.
    """
    tried: dict[int, Tried[AnyTables]] = {}
    if len(known) > MOST_SHOWN:
        return Checked([], tried, False)
    found: list[Mistake] = []
    current = changing(document)
    keys = {mistake.key for mistake in known}
    for number, values in _sets(document):
        after, wrong = _applied(current, number, values, places)
        if not wrong:
            tables, wrong = _checked(after, number, values, places, model, keys)
        found += wrong
        if not wrong:
            current = after
            if tables is not None:
                tried[number] = Tried(after, tables)
    if found or known:
        return Checked(found, tried, False)
    wrong, all_orders = _check_orders(document, places)
    return Checked(wrong, tried, all_orders)


def changed(
    document: Document,
    number: int,
    values: Mapping[str, Any],
    places: Places,
    model: type[AnyTables],
    tried: Tried[AnyTables] | None,
) -> Tried[AnyTables]:
    """Document of a right scenario after one change, and its model.

    Parameters
    ----------
    document, number, values, places, model
        The document before, the change, and what they are to be.
    tried
        What the change made of the document when the changes were checked, in their order.

    Raises
    ------
    ScenarioError
        If it is wrong, as it can be if changes come in an order that was not tried before.
    """
    after, wrong = _applied(changing(document), number, values, places)
    if not wrong and tried is not None and tried.document == after:
        return Tried(after, tried.model.model_copy())
    tables, found = _checked(after, number, values, places, model)
    wrong += found
    if tables is None or wrong:
        raise ScenarioError([_if_mixed(mistake) for mistake in wrong])
    return Tried(after, tables)


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


def _applied(
    document: Document, number: int, values: Mapping[str, Any], places: Places
) -> tuple[Document, list[Mistake]]:
    """Document after one change, and why it cannot be made."""
    key = f"change.{number}.set"
    if new := [*_of_new_tables(document, values)]:
        return document, [
            Mistake(places.of(f"{key}.{path}"), f"{key}.{path}", *words) for path, *words in new
        ]
    try:
        return with_values(document, values.items()), []
    except PathError as error:
        path = f"{key}.{error.path}"
        return document, [Mistake(places.of(path), path, str(error), "the path of a key")]


def _checked(
    after: Document,
    number: int,
    values: Mapping[str, Any],
    places: Places,
    model: type[AnyTables],
    known: Container[str] = (),
) -> tuple[AnyTables | None, list[Mistake]]:
    """Model of a document after a change, and mistakes in it, each at the change that made it."""
    tables, wrong = checked(after, Places(""), model, known)
    return tables, [_at_change(mistake, number, values, places) for mistake in wrong]


def _of_new_tables(document: Document, values: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Paths of classes and checks that are not there yet, what is wrong, and the remedy."""
    for path in values:
        root, _, rest = path.partition(".")
        if root in _NOT_MADE and rest.partition(".")[0] not in names_in(document, root):
            what, until_then = _NOT_MADE[root]
            there = ", ".join(names_in(document, root)) or "none"
            remedy = f"there are {there}; give a new one in the file, with {until_then} until then"
            yield path, f"names no {what}", remedy


def _at_change(mistake: Mistake, number: int, values: Mapping[str, Any], places: Places) -> Mistake:
    """Make a mistake found after a change one of the change itself."""
    for path in values:
        if covers(path, mistake.key) or covers(mistake.key, path):
            key = f"change.{number}.set.{path}"
            return Mistake(places.of(key), key, mistake.wrong, mistake.accepted)
    key = f"change.{number}"
    wrong = f"makes `{mistake.key}` wrong: {mistake.wrong}"
    return Mistake(places.of(key), key, wrong, mistake.accepted)


def _check_orders(document: Document, places: Places) -> tuple[list[Mistake], bool]:
    """Mistakes if changes by date and by progress mix in another order than that of the file.

    And whether all such orders were tried.
    """
    rows = document.get("change", [])
    sets = dict(_sets(document))
    by_date = [number for number in sets if "at" in rows[number]]
    by_progress = [number for number in sets if "progress" in rows[number]]
    if not by_date or not by_progress:
        return [], True
    states = [changing(document)]
    numbers = {_text(states[0]): 0}
    steps: dict[tuple[int, int], int] = {}
    reached = {(0, 0): {0}}
    for position in product(range(len(by_date) + 1), range(len(by_progress) + 1)):
        for state in reached.pop(position):
            for change, then in _next(by_date, by_progress, *position):
                if (state, change) not in steps:
                    if len(steps) >= _MOST_STEPS or len(states) >= _MOST_STATES:
                        return [], False
                    after, wrong = _applied(states[state], change, sets[change], places)
                    number = numbers.setdefault(_text(after), len(states))
                    if number == len(states):
                        states.append(after)
                        wrong = wrong or _checked(after, change, sets[change], places, Tables)[1]
                    if wrong:
                        return [_if_mixed(mistake) for mistake in wrong], False
                    steps[state, change] = number
                reached.setdefault(then, set()).add(steps[state, change])
    return [], True


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

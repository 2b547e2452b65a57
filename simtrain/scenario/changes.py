"""What the changes of a scenario make of it, found wrong before the run and not in the middle."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

from simtrain.errors import Mistake
from simtrain.scenario.calendar import is_fixed
from simtrain.scenario.document import Document, PathError, Places, covers, with_values
from simtrain.scenario.mistakes import checked
from simtrain.scenario.models import Tables

MOST_ORDERS = 500
"""How many orders of dated changes and changes at a progress are tried, at most."""


def wrong_changes(document: Document, places: Places, known: Sequence[Mistake]) -> list[Mistake]:
    """Mistakes in what changes set, beside those `known` of the document before any change."""
    found: list[Mistake] = []
    current = document
    for number, values in _sets(document):
        after, wrong = _changed(current, number, values, places, known)
        found += wrong
        if not wrong:
            current = after
    return found if found or known else _wrong_orders(document, places)


def _sets(document: Document) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Tell the number and the values of each change that has any."""
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
    known: Sequence[Mistake] = (),
) -> tuple[Document, list[Mistake]]:
    """Document after one change, and what is wrong with it."""
    key = f"change.{number}.set"
    new = [path for path in values if _is_of_unknown_fault(document, path)]
    if new:
        remedy = "changes of those in the scenario; give this one `rate = 0` until then"
        return document, [
            Mistake(places.of(f"{key}.{path}"), f"{key}.{path}", "names no class of faults", remedy)
            for path in new
        ]
    try:
        after = with_values(document, values.items())
    except PathError as error:
        path = f"{key}.{error.path}"
        return document, [Mistake(places.of(path), path, str(error), "the path of a key")]
    _, found = checked(after, Places(""), Tables)
    wrong = [
        mistake for mistake in found if not any(covers(before.key, mistake.key) for before in known)
    ]
    return after, [_told_of(mistake, number, values, places) for mistake in wrong]


def _is_of_unknown_fault(document: Document, path: str) -> bool:
    root, _, rest = path.partition(".")
    faults = document.get("fault")
    return root == "fault" and rest.partition(".")[0] not in (
        faults if isinstance(faults, dict) else ()
    )


def _told_of(mistake: Mistake, number: int, values: Mapping[str, Any], places: Places) -> Mistake:
    """Make a mistake found after a change one of the change itself."""
    for path in values:
        if covers(path, mistake.key) or covers(mistake.key, path):
            key = f"change.{number}.set.{path}"
            return Mistake(places.of(key), key, mistake.wrong, mistake.accepted)
    key = f"change.{number}"
    wrong = f"makes `{mistake.key}` wrong: {mistake.wrong}"
    return Mistake(places.of(key), key, wrong, mistake.accepted)


def _wrong_orders(document: Document, places: Places) -> list[Mistake]:
    """Mistakes if changes by date and by progress mix in another order than that of the file."""
    rows = document.get("change", [])
    sets = dict(_sets(document))
    by_date = [number for number in sets if "at" in rows[number]]
    by_progress = [number for number in sets if "progress" in rows[number]]
    if not by_date or not by_progress:
        return []
    reached = {(0, 0): [document]}
    tried = 0
    for position in product(range(len(by_date) + 1), range(len(by_progress) + 1)):
        for current in reached.pop(position):
            for number, then in _next(by_date, by_progress, *position):
                after, wrong = _changed(current, number, sets[number], places)
                tried += 1
                if wrong or tried > MOST_ORDERS:
                    return [_if_mixed(mistake) for mistake in wrong]
                if after not in (states := reached.setdefault(then, [])):
                    states.append(after)
    return []


def _next(
    by_date: list[int], by_progress: list[int], dates: int, progress: int
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Tell the changes that may come next, and how many of each kind have come then."""
    if dates < len(by_date):
        yield by_date[dates], (dates + 1, progress)
    if progress < len(by_progress):
        yield by_progress[progress], (dates, progress + 1)


def _if_mixed(mistake: Mistake) -> Mistake:
    words = "if changes by date and changes by progress mix in another order"
    return replace(mistake, wrong=f"{mistake.wrong} {words}")

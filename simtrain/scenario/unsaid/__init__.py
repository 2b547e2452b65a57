"""What a scenario does not say, and is simulated as if it were perfect.

Each module here is on one topic, and has its `ROWS`: rows, or functions that yield the rows of a
scenario.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simtrain.scenario.checkpoint import Copies
from simtrain.scenario.document import covers
from simtrain.scenario.unsaid import (
    copies,
    detection,
    diagnosis,
    domains,
    faults,
    launches,
    people,
    power,
    repair,
    replicas,
    spares,
    speed,
    swaps,
    weather,
)
from simtrain.scenario.unsaid.row import Row, Unsaid

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_TOPICS = (
    faults,
    repair,
    people,
    spares,
    domains,
    weather,
    detection,
    diagnosis,
    copies,
    launches,
    replicas,
    swaps,
    power,
    speed,
)
"""Those that usually matter most come first."""


def unsaid(scenario: Scenario) -> list[Unsaid]:
    """What `scenario` does not say, is assumed perfect, and can matter in it."""
    return [
        row.unsaid
        for row in _rows(scenario)
        if row.matters(scenario)
        and not any(
            _says(scenario, path)
            for key in (row.unsaid.key, *row.others)
            for path in _paths(scenario, key)
        )
    ]


def _rows(scenario: Scenario) -> Iterator[Row]:
    """All rows; some follow from the scenario."""
    for topic in _TOPICS:
        for row in topic.ROWS:
            yield from row(scenario) if callable(row) else (row,)


def sentence(found: list[Unsaid]) -> str:
    """One sentence on all that is assumed perfect; empty if nothing is."""
    if not found:
        return ""
    by_subject: dict[str, list[str]] = {}
    for one in found:
        predicates = by_subject.setdefault(one.subject, [])
        if one.predicate not in predicates:
            predicates.append(one.predicate)
    clauses = (f"{subject} {_joined(predicates)}" for subject, predicates in by_subject.items())
    return f"Not specified, so assumed perfect: {'; '.join(clauses)}."


def _joined(predicates: list[str]) -> str:
    """Join by "and", without repeating the words that the ones before begin with as well."""
    parts, words = [predicates[0]], predicates[0].split()
    for predicate in predicates[1:]:
        rest = predicate.split()
        same = 0
        while same < min(len(words), len(rest) - 1) and words[same] == rest[same]:
            same += 1
        parts.append(" ".join(rest[same:]))
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _paths(scenario: Scenario, key: str) -> Iterator[str]:
    """Paths at which a key may stand: in the table itself, or in the rows of its tiers."""
    yield key
    table, _, name = key.partition(".")
    if table == "checkpoint" and name in Copies.model_fields:
        yield from (f"{path}.{name}" for path, _ in scenario.checkpoint.tiers())


def _says(scenario: Scenario, path: str) -> bool:
    later = (key for change in scenario.change for key in change.set)
    return scenario.writes(path) or any(covers(path, key) or covers(key, path) for key in later)

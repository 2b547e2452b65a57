"""What differs between scenarios: keys that mean something else in one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from simtrain.scenario.document import Path
from simtrain.scenario.portions import share_of
from simtrain.scenario.reference import field_at, reader_of
from simtrain.scenario.scenario import Scenario


class Difference(NamedTuple):
    """A key that does not mean the same in all of some scenarios.

    Parameters
    ----------
    key
        Dotted path of the key.
    values
        What each scenario says, or its default; None where there is neither.
    """

    key: str
    values: tuple[Any, ...]


def differences(scenarios: Sequence[Scenario]) -> list[Difference]:
    """Keys that differ, in the order of the first scenario.

    "1 h" and "60 min" are the same, and so are a default and the same value in the file, and the
    same share of another number of hosts, as that number is listed itself. Defaults of a table that
    only some scenarios have are not listed, nor is what can move no result.
    """
    meanings = [dict(_leaves(scenario.meaning())) for scenario in scenarios]
    keys = dict.fromkeys(key for meaning in meanings for key in meaning)
    found = [
        Difference(
            key,
            tuple(
                scenario.value_at(key) if key in meaning else None
                for scenario, meaning in zip(scenarios, meanings, strict=True)
            ),
        )
        for key in keys
        if any(meaning.get(key) != meanings[0].get(key) for meaning in meanings)
        and any(scenario.writes(key) for scenario in scenarios)
    ]
    return [difference for difference in found if not _is_one_share(difference.values)]


def _is_one_share(values: Sequence[Any]) -> bool:
    shares = set(map(share_of, values))
    return len(shares) == 1 and None not in shares


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[str, Any]]:
    if _is_read_whole(path, value):
        yield ".".join(path), value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*path, key))
    else:
        for row, inner in enumerate(value):
            yield from _leaves(inner, (*path, str(row)))


def _is_read_whole(path: Path, value: Any) -> bool:
    """Whether what stands at `path` is one value, and not a table or a list of them."""
    if not isinstance(value, dict | list) or (path[2:3] == ("set",) and len(path) == 4):
        return True
    if isinstance(value, list) and not all(isinstance(row, dict) for row in value):
        return True
    field = field_at(path) if path else None
    return field is not None and reader_of(field) is not None

"""The file as plain nested dicts: merging, setting a value by its path, and where it stands.

A document keeps what the user wrote ("30 min"); models are made from it and never turned back.
"""

import copy
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simtrain.scenario.checkpoint import OF_ONE_TIER
from simtrain.scenario.exclusive import DEPENDENT, displaced
from simtrain.scenario.named import NAMED

Document = dict[str, Any]
Path = tuple[str, ...]

DEEPEST = 12
"""Levels of tables and lists that a scenario can have, and some more."""

_MANY_TABLES = (*NAMED, "change")


@dataclass(frozen=True)
class Places:
    """Where each key of a document was written, for messages.

    Parameters
    ----------
    source
        Place of what has none of its own.
    by_key
        Place of each dotted key that has one, such as ``"opt.toml:12"``.
    """

    source: str
    by_key: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: str) -> str:
        """Place of `key`, or of the nearest table around it."""
        while key and key not in self.by_key:
            key = key.rpartition(".")[0]
        return self.by_key.get(key, self.source)

    def file_of(self, key: str) -> str:
        """File that `key` was written in, or that of the document for one without a place."""
        return self.of(key).rpartition(":")[0]

    def under(self, over: "Places", replaced: Iterable[str]) -> "Places":
        """Places of a document of which `over` has `replaced` some values."""
        gone = set(replaced)
        kept = {
            key: place
            for key, place in self.by_key.items()
            if not is_inside(key.rpartition(".")[0], gone)
        }
        return Places(over.source, {**kept, **over.by_key})


class PathError(LookupError):
    """A path that leads to no value; its text says why."""

    def __init__(self, path: str, why: str):
        super().__init__(why)
        self.path = path


def plain(value: Any) -> Any:
    """Copy of `value` made of what TOML knows, as far as can be: numpy's numbers become plain."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return plain(value.tolist())
    return value


def is_too_deep(value: Any) -> bool:
    """Whether tables and lists are nested more than `DEEPEST` levels."""
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
    return bool(level)


def flattened(document: Document) -> Document:
    """Copy of `document` in which each path in `sources` and in the `set` of a change is one key.

    So the quotes of ``"cluster.spares" = 18`` may be left out.
    """
    result = dict(document)
    if isinstance(sources := result.get("sources"), dict):
        result["sources"] = {
            ".".join(path[1:]): value for path, value in _leaves(sources, ("sources",))
        }
    if isinstance(changes := result.get("change"), list):
        result["change"] = [_with_flat_set(change) for change in changes]
    return result


def merged(base: Document, over: Document) -> Document:
    """Lay the values of `over` over `base`: tables are merged, laws and lists replaced.

    A value of `over` displaces what says the same in other words (`rate`, `mtbf`), and what
    `base` says of the source of a value that is no longer its own. None takes a value away.

    Raises
    ------
    PathError
        If `over` speaks of a row that a list of `base` does not have.
    """
    result, touched = _merged(base, over)
    _forget_sources(result, over, touched)
    return result


def with_values(document: Document, values: Iterable[tuple[str, Any]]) -> Document:
    """`document` merged with values by dotted path.

    Raises
    ------
    PathError
        If a path cannot be followed.
    """
    return merged(document, _nested(values))


def touched_by(document: Document, path: str, value: Any) -> list[str]:
    """Paths of what is replaced or gives way in `document` when `value` is set at `path`.

    Raises
    ------
    PathError
        If the path cannot be followed.
    """
    return _merged(document, _nested([(path, value)]))[1]


def leaves(document: Document) -> Iterator[tuple[str, Any]]:
    """Dotted path and value of every number, law, text and list in `document`."""
    return ((".".join(path), value) for path, value in _leaves(document))


def entries(document: Document) -> Iterator[tuple[str, Any]]:
    """The same, with the rows of lists of tables one by one: ``"people.when.0.response"``."""
    for key, value in leaves(document):
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            for number, row in enumerate(value):
                yield from ((f"{key}.{number}.{path}", inner) for path, inner in entries(row))
        else:
            yield key, value


def kinds_of_laws(document: Document) -> Iterator[str]:
    """Kind of each law in a document, or in what a change sets."""
    for key, value in document.items():
        if isinstance(value, dict):
            yield from kinds_of_laws(value)
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield from kinds_of_laws(row)
        elif isinstance(value, str) and (key == "law" or key.endswith(".law")):
            yield value


def value_at(document: Any, path: str) -> Any:
    """What `document` has at a dotted path, or None."""
    if isinstance(document, dict) and path in document:
        return document[path]
    first, _, rest = path.partition(".")
    inner = None
    if isinstance(document, dict):
        inner = document.get(first)
    elif isinstance(document, list) and (row := _row(document, first)) is not None:
        inner = document[row]
    return inner if inner is None or not rest else value_at(inner, rest)


def holds(document: Any, path: str) -> bool:
    """Whether `document` has something at a dotted path."""
    return value_at(document, path) is not None


def covers(path: str, key: str) -> bool:
    """Whether `key` is `path`, or inside of it."""
    return key == path or key.startswith(f"{path}.")


def is_value(path: Path, value: Any) -> bool:
    """Whether what stands at `path` is one value, replaced as a whole, and not a table."""
    if not isinstance(value, dict):
        return True
    if path[0] == "sources" and len(path) > 1:
        return not all(isinstance(inner, dict) for inner in value.values())
    is_number = "law" in value or "range" in value or "hourly" in value
    return is_number and not (path[0] in NAMED and len(path) <= 2)


def is_inside(key: str, paths: Container[str]) -> bool:
    """Whether `key` is one of `paths`, or inside of one."""
    while key and key not in paths:
        key = key.rpartition(".")[0]
    return bool(key)


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _leaves(table: Document, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in table.items():
        here = (*path, *key.split("."))
        if value and not is_value(here, value):
            yield from _leaves(value, here)
        else:
            yield here, value


def _with_flat_set(change: Any) -> Any:
    if not isinstance(change, dict) or not isinstance(change.get("set"), dict):
        return change
    return {**change, "set": dict(leaves(change["set"]))}


def _merged(base: Document, over: Document) -> tuple[Document, list[str]]:
    """`base` with the values of `over`, and the paths of what they touched.

    What they do not touch is that of `base` itself: documents are not changed once they are made.
    """
    result: Document = dict(base)
    touched: list[str] = []
    _merge(result, over, (), touched)
    return result, touched


def _nested(values: Iterable[tuple[str, Any]]) -> Document:
    """Tables of values by dotted path."""
    over: Document = {}
    for path, value in values:
        _put(over, path, value)
    return over


def _put(over: Document, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    if not all((*parents, last)):
        raise PathError(path, "is not the path of a key")
    table = over
    for parent in parents:
        table = table.setdefault(parent, {})
        if not isinstance(table, dict):
            raise PathError(path, f"goes through `{parent}`, which is set as well")
    said = table.get(last)
    if isinstance(said, dict) and not is_value((*parents, last), value):
        value = said | value
    table[last] = value


def _merge(table: Document, over: Document, path: Path, touched: list[str]) -> None:
    """Lay `over` over a table that is a copy; tables inside of it are copied before they change."""
    _displace(table, over, path, touched)
    for key, value in over.items():
        here = (*path, key)
        inner = table.get(key)
        if isinstance(inner, list) and _is_by_row(value):
            table[key] = _merged_rows(inner, value, here, touched)
        elif not is_value(here, value):
            inner = table[key] = dict(inner) if isinstance(inner, dict) else {}
            _merge(inner, value, here, touched)
        else:
            touched.append(".".join(here))
            table.pop(key, None)
            if value is not None:
                table[key] = copy.deepcopy(value)


def _displace(table: Document, over: Document, path: Path, touched: list[str]) -> None:
    name = _table_at(path)
    if not name:
        return
    if name == "checkpoint" and isinstance(over.get("tier"), list):
        for key in OF_ONE_TIER:
            if key in table and key not in over:
                del table[key]
                touched.append(f"checkpoint.{key}")
    dependent = DEPENDENT.get(name, {})
    for key, others in (*displaced(name), *dependent.items()):
        if over.get(key) is None or (key in dependent and table.get(key) == over[key]):
            continue
        for other in others:
            if other in table and other not in over:
                del table[other]
                touched.append(".".join((*path, other)))


def _table_at(path: Path) -> str:
    """Name of the table at a path, that of many being the one of all; empty inside of a table."""
    if path[:2] == ("checkpoint", "tier"):
        return "checkpoint.tier" if len(path) == 3 else ""
    if not path or len(path) != (2 if path[0] in _MANY_TABLES else 1):
        return ""
    return path[0]


def _is_by_row(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(key.isdecimal() for key in value)


def _merged_rows(base: list[Any], over: Document, path: Path, touched: list[str]) -> list[Any]:
    rows = list(base)
    for key, value in over.items():
        here = (*path, key)
        row = _row(rows, key)
        if row is None:
            wrong = f"is not one of the {len(rows)} rows, which count from 0"
            raise PathError(".".join(here), wrong)
        if isinstance(value, dict) and isinstance(rows[row], dict):
            rows[row] = dict(rows[row])
            _merge(rows[row], value, here, touched)
        else:
            touched.append(".".join(here))
            rows[row] = copy.deepcopy(value)
    return rows


def _row(rows: list[Any], key: str) -> int | None:
    is_number = key.isascii() and key.isdecimal() and len(key) < 9
    return int(key) if is_number and int(key) < len(rows) else None


def _forget_sources(document: Document, over: Document, touched: Iterable[str]) -> None:
    sources = document.get("sources")
    own = over.get("sources")
    if not isinstance(sources, dict):
        return
    touched = tuple(touched)
    document["sources"] = {
        path: source
        for path, source in sources.items()
        if (isinstance(own, dict) and path in own)
        or not any(covers(path, key) or covers(key, path) for key in touched)
    }

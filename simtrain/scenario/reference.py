"""The scenario format as data: every table and key, read off the models."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from simtrain.scenario.inline import inline
from simtrain.scenario.models import Tables
from simtrain.scenario.readers import Reader

Model = type[BaseModel]
Path = tuple[str, ...]

_SET_BY_CHANGE = re.compile(r"change\.[0-9]+\.set\.(.+)")


@dataclass(frozen=True, slots=True)
class KeyReference:
    """A key of a table of the file.

    Parameters
    ----------
    name
        The key.
    accepted
        What it accepts, in a word or two.
    default
        Its value if it is not given, as the file would say it; empty if there is none to say.
    required
        Whether it must be given.
    description
        What it means.
    """

    name: str
    accepted: str
    default: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class TableReference:
    """A table of the file: its header (``"[fault.NAME]"``), what it is for, and its keys."""

    header: str
    required: bool
    description: str
    keys: tuple[KeyReference, ...]


def tables(
    model: Model = Tables, path: Path = (), required: bool = True, about: str = ""
) -> Iterator[TableReference]:
    """Every table in the order of the file, from the `model` at `path` on."""
    inner = {name: model_in(field.annotation) for name, field in model.model_fields.items()}
    keys = tuple(
        _key(name, field) for name, field in model.model_fields.items() if inner[name] is None
    )
    yield TableReference(header_of(path), required, about or summary(model), keys)
    for name, below in inner.items():
        if below is not None:
            field = model.model_fields[name]
            many = _many(field)
            about = "" if many else field.description or ""
            yield from tables(below, (*path, name, *many), field.is_required(), about)


def model_at(path: Path) -> Model | None:
    """Model of the table at `path`; none if there is no such table in the format."""
    model: Model | None = Tables
    rest = list(path)
    while rest and model is not None:
        field = model.model_fields.get(rest.pop(0))
        if field is None:
            return None
        if rest and _many(field):
            rest.pop(0)
        model = model_in(field.annotation)
    return model


def keys(model: Model = Tables, path: Path = ()) -> Iterator[str]:
    """Every key of the format as a path, such as ``"cluster.hosts"`` and ``"fault.NAME.mtbf"``."""
    for name, field in model.model_fields.items():
        below = model_in(field.annotation)
        if below is None:
            yield ".".join((*path, name))
        else:
            yield from keys(below, (*path, name, *_many(field)))


def keys_named(name: str) -> list[str]:
    """Keys of the format whose last part is `name`, except in tables that move no result."""
    descriptions = ("published.", "not_reproduced.", "logbook.", "sources.")
    return [
        key for key in keys() if key.rpartition(".")[2] == name and not key.startswith(descriptions)
    ]


def path_of(key: str) -> Path:
    """Path of a dotted key in the format, also if a change sets it."""
    by_change = _SET_BY_CHANGE.fullmatch(key)
    return tuple((by_change[1] if by_change else key).split("."))


def field_at(path: Path) -> FieldInfo | None:
    """Key at `path`; none if there is no such key in the format."""
    model = model_at(path[:-1])
    return model.model_fields.get(path[-1]) if model else None


def model_in(annotation: Any) -> Model | None:
    """Model of the table or tables that a field of this type holds; none if it holds none."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (model_in(inner) for inner in get_args(annotation))
    return next((model for model in found if model), None)


def header_of(path: Path) -> str:
    """How the table at `path` is written: ``"[cluster]"``, ``"[[people.when]]"``."""
    header = f"[{'.'.join(part for part in path if not part.isdecimal())}]"
    return f"[{header}]" if path and path[-1].isdecimal() else header if path else ""


def summary(model: Model) -> str:
    """Say what a table is for, in one line."""
    return (model.__doc__ or "").partition("\n")[0]


def description_of(model: Model, name: str) -> str:
    """Say what a key of a table means, or what the table of that name is for."""
    field = model.model_fields[name]
    inner = model_in(field.annotation)
    return field.description or (summary(inner) if inner else "")


def default_of(field: FieldInfo) -> Any:
    """Default of a key as the file would say it; none if there is none to say."""
    reader = reader_of(field)
    is_table = model_in(field.annotation) is not None
    if is_table or field.is_required() or field.default in (None, "", ()):
        return None
    return reader.written(field.default) if reader else field.default


def reader_of(field: FieldInfo) -> Reader | None:
    """What reads the values of a key; none if it holds tables or takes one of some words."""
    return next((part for part in field.metadata if isinstance(part, Reader)), None) or _reader_in(
        field.annotation
    )


def _key(name: str, field: FieldInfo) -> KeyReference:
    default = default_of(field)
    return KeyReference(
        name,
        _accepted(field),
        "" if default is None else inline(default),
        field.is_required(),
        field.description or "",
    )


def _reader_in(annotation: Any) -> Reader | None:
    found = (part for part in getattr(annotation, "__metadata__", ()) if isinstance(part, Reader))
    inner = (_reader_in(part) for part in get_args(annotation))
    return next(found, None) or next((reader for reader in inner if reader), None)


def _accepted(field: FieldInfo) -> str:
    reader = reader_of(field)
    is_list = _holds(field.annotation, tuple) and reader not in field.metadata
    each = reader.brief if reader else _one_of(_words(field.annotation))
    return f"list, each {each}" if is_list else each


def _one_of(words: tuple[Any, ...]) -> str:
    if not words:
        return "values by path"
    *most, last = map(inline, words)
    return f"{', '.join(most)} or {last}"


def _words(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return next(filter(None, map(_words, get_args(annotation))), ())


def _many(field: FieldInfo) -> Path:
    """Stand in for the name or number of one of the tables that a field holds."""
    if _holds(field.annotation, dict):
        return ("NAME",)
    return ("0",) if _holds(field.annotation, tuple) else ()


def _holds(annotation: Any, origin: type) -> bool:
    if get_origin(annotation) is Annotated:
        return False
    return get_origin(annotation) is origin or any(
        get_origin(inner) is origin for inner in get_args(annotation)
    )

"""From what pydantic finds wrong to mistakes in the words of the file."""

import difflib
from collections.abc import Container, Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from simtrain.errors import MOST_SHOWN, Mistake, ScenarioError, shown
from simtrain.scenario.document import Document, Path, Places, is_inside
from simtrain.scenario.models import Tables
from simtrain.scenario.named import NAMED
from simtrain.scenario.reference import description_of, header_of, keys_named, model_at, model_in

AnyTables = TypeVar("AnyTables", bound=Tables)

_MOST_MEANT = 3
"""Keys of other tables that a message suggests, at most."""
_NAME = "a letter, then letters, digits, spaces, - and _; at most 40 characters"


def checked(
    document: Document, places: Places, model: type[AnyTables], known: Container[str] = ()
) -> tuple[AnyTables | None, list[Mistake]]:
    """Model of the document, or none and every mistake in it.

    Parameters
    ----------
    document, places
        What is checked, and where it is written.
    model
        What it should be.
    known
        Keys of mistakes that are reported already; they and what is inside of them are left out.
    """
    try:
        return model.model_validate(document), []
    except ValidationError as errors:
        found = errors.errors(include_url=False)
    mistakes: list[Mistake] = []
    for error in found:
        if error["type"] == "too_short" and error["input"]:
            continue  # all of its values are wrong, which is said of each
        if not is_inside(".".join(map(str, error["loc"])), known):
            explained = _explained(error, suggest=len(mistakes) < MOST_SHOWN)
            mistakes += [
                Mistake(places.of(key), key, *words)
                for key, *words in explained
                if not is_inside(key, known)
            ]
    return None, mistakes


def validate(document: Document, places: Places, model: type[AnyTables]) -> AnyTables:
    """Model of the document.

    Raises
    ------
    ScenarioError
        With every mistake in it.
    """
    tables, mistakes = checked(document, places, model)
    if tables is None:
        raise ScenarioError(in_order(mistakes))
    return tables


def in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """`mistakes` by file and line."""
    return sorted(mistakes, key=_place)


def _place(mistake: Mistake) -> tuple[str, int]:
    file, _, line = mistake.place.rpartition(":")
    return (file, int(line)) if line.isdecimal() else (mistake.place, 0)


def _explained(error: Any, suggest: bool) -> Iterable[tuple[str, str, str]]:
    """Key, what is wrong and what is accepted, for each mistake in a finding of pydantic."""
    path = tuple(map(str, error["loc"]))
    if error["type"] == "rules":
        for key, wrong, accepted in error["ctx"]["broken"]:
            yield ".".join(filter(None, (*path, key))), wrong, accepted
    elif error["type"] == "unreadable":
        context = error["ctx"]
        key = ".".join(filter(None, (*path, context["key"])))
        yield key, context["wrong"], context["accepted"]
    elif path[-1:] == ("[key]",):
        yield ".".join(path[:-1]), "is not a name", _NAME
    else:
        yield ".".join(path), *_words(error, path, suggest)


def _words(error: Any, path: Path, suggest: bool) -> tuple[str, str]:
    value = error["input"]
    match error["type"]:
        case "missing":
            return "is missing", f"give {_introduced(path)}"
        case "extra_forbidden":
            return unknown(path, suggest)
        case "literal_error":
            return f"{shown(value)} is not accepted", error["ctx"]["expected"].replace("'", '"')
        case "tuple_type":
            return f"{shown(value)} is not a list", _as_list(path)
        case "too_short":
            return "is empty", "at least one value, or leave it out"
    return f"{shown(value)} is not a table", f"a table: {header_of(_with_name(path))}"


def _introduced(path: Path) -> str:
    """Introduce a key or table by its name and what it is."""
    model = model_at(path[:-1])
    if model is None or path[-1] not in model.model_fields:
        return "it"
    is_table = model_in(model.model_fields[path[-1]].annotation) is not None
    name = header_of(path) if is_table else f"`{path[-1]}`"
    return f"{name}: {_in_mid_sentence(description_of(model, path[-1]))}"


def _in_mid_sentence(text: str) -> str:
    text = text.removesuffix(".")
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def unknown(path: Path, suggest: bool = True) -> tuple[str, str]:
    """Message that there is no key at `path`, and which there are; with one that looks like it."""
    if path == ("extends",):
        return "is only known in a file", "name a file that extends the other"
    model = model_at(path[:-1])
    known = sorted(model.model_fields) if model else []
    close = keys_named(path[-1]) if suggest else []
    close = close or (difflib.get_close_matches(path[-1], known, n=1) if suggest else [])
    words = f"did you mean {' or '.join(f'`{key}`' for key in close[:_MOST_MEANT])}? "
    table = header_of(path[:-1]) or "a scenario"
    return f"is not a key of {table}", f"{words if close else ''}accepted are {', '.join(known)}"


def _as_list(path: Path) -> str:
    model = model_at(path)
    return f"a list: {header_of((*path, '0'))}" if model else "a list: [ … ]"


def _with_name(path: Path) -> Path:
    return (*path, "NAME") if len(path) == 1 and path[0] in NAMED else path

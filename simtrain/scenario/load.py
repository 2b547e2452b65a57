"""Reading scenario files: TOML, `extends`, overrides, and where each key was written."""

import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from simtrain.errors import InputError, Mistake, ScenarioError, printable, shown
from simtrain.scenario import catalogue, lines
from simtrain.scenario.data_files import with_data_files
from simtrain.scenario.document import (
    Document,
    PathError,
    Places,
    flattened,
    is_too_deep,
    leaves,
    merged,
)
from simtrain.scenario.scenario import Scenario, overlaid
from simtrain.scenario.texts import read_text

MAX_EXTENDS = 20
ORIGIN_OF_OVERRIDES = "--set"

_TOML_PLEASE = "name a scenario file in TOML"
_ENDLESS_KEY = re.compile(
    r"""(?<![\w-]) (?: (?: [\w-]++ | "[^"\n]*+" | '[^'\n]*+' ) [ \t]*+ \. [ \t]*+ ){100}""",
    re.VERBOSE | re.ASCII,
)
_ENDLESS_NUMBER = re.compile(r"[0-9](?:_?[0-9]){4000}")


ScenarioLike: TypeAlias = Scenario | str | os.PathLike[str]
"""A scenario, or where it is read from."""


def load(path: ScenarioLike, overrides: Iterable[str] = ()) -> Scenario:
    """Read and check a scenario.

    Parameters
    ----------
    path
        A file, or the name of a packaged scenario; a local file of that name comes first. What is
        a scenario already is taken as it is.
    overrides
        Values that take the place of those in the file, as ``"key=value"``.

    Raises
    ------
    ScenarioError
        With everything that is wrong, each with file, line, key and remedy.
    InputError
        If `path` is neither a scenario nor a path.
    """
    if not isinstance(path, Scenario | str | os.PathLike):
        raise InputError(
            f"scenario: {shown(path)} is neither a scenario nor the path of one; give a file such "
            'as "mine.toml", or the name of a packaged scenario'
        )
    if isinstance(path, Scenario):
        values = assigned(overrides, ORIGIN_OF_OVERRIDES)
        return path.overridden(values.items(), ORIGIN_OF_OVERRIDES) if values else path
    file = catalogue.find(path)
    document, places = read(file)
    values = assigned(overrides, ORIGIN_OF_OVERRIDES)
    name = printable(file.stem)
    try:
        scenario = Scenario.from_document(document, places, name)
    except ScenarioError:
        if not values:
            raise
        return _mended(document, values, places, name)
    return scenario.overridden(values.items(), ORIGIN_OF_OVERRIDES) if values else scenario


def assigned(texts: Iterable[str], origin: str) -> Document:
    """Values by path of texts such as ``"cluster.spares=12"``; the last for one path counts.

    Raises
    ------
    ScenarioError
        If one of them is no assignment, or the data of a law cannot be read; the message names
        `origin` as its place.
    """
    values = dict(_assignment(text, origin) for text in texts)
    return with_data_files(values, Path(), Places(origin))[0]


def read(file: Path, readers: tuple[Path, ...] = ()) -> tuple[Document, Places]:
    """Document of `file` over those it extends, not yet checked, and where its keys stand.

    Raises
    ------
    ScenarioError
        If it cannot be read.
    """
    text = read_text(file, _TOML_PLEASE)
    document = _parsed(text, file)
    here = {key: f"{file}:{line}" for key, line in lines.index(text).items()}
    places = Places(f"{file}:1", here)
    base = document.pop("extends", None)
    document, places = with_data_files(flattened(document), file.parent, places)
    if base is None:
        return document, places
    under, places_under = read(_extended(base, file, readers, places), (*readers, file))
    try:
        whole = merged(under, document)
    except PathError as wrong:
        raise _wrong(places.of(wrong.path), wrong.path, str(wrong), "a row of the base") from None
    return whole, places_under.under(places, (path for path, _ in leaves(document)))


def _mended(document: Document, values: Document, places: Places, name: str) -> Scenario:
    """Scenario of a file with mistakes, if the overrides mend them."""
    by_key = dict.fromkeys(values, ORIGIN_OF_OVERRIDES)
    whole = overlaid(document, values.items(), ORIGIN_OF_OVERRIDES)
    return Scenario.from_document(whole, places.under(Places(places.source, by_key), by_key), name)


def _extended(base: Any, file: Path, readers: tuple[Path, ...], places: Places) -> Path:
    """Find the file that `file` extends."""
    place = places.of("extends")
    if not isinstance(base, str) or not base:
        raise _wrong(place, "extends", "is not the name of a file", 'such as "opt175b.toml"')
    parent = catalogue.find(base, beside=file, place=place)
    if parent.resolve() in {reader.resolve() for reader in (*readers, file)}:
        raise _wrong(place, "extends", f"{base} extends itself", "a chain of files with an end")
    if len(readers) >= MAX_EXTENDS:
        remedy = f"at most {MAX_EXTENDS} files that extend each other"
        raise _wrong(place, "extends", "is one file too many", remedy)
    return parent


def _parsed(text: str, file: Path) -> Document:
    if endless := _ENDLESS_KEY.search(text):
        place = f"{file}:{_line(text, endless.start())}"
        raise _wrong(place, "", "has a key of too many parts", "a key such as cluster.hosts")
    try:
        document = tomllib.loads(text)
    except RecursionError:
        raise _nested(str(file)) from None
    except ValueError as error:
        line, wrong = _syntax_error(str(error), text)
        remedy = 'a line such as hosts = 124 or, with a unit and in quotes, stall = "1 min"'
        raise _wrong(f"{file}:{line}", "", f"is not TOML: {wrong}", remedy) from None
    if not document:
        raise _wrong(str(file), "", "is empty", "write one with `simtrain init FILE`")
    if is_too_deep(document):
        raise _nested(str(file))
    return document


def _syntax_error(message: str, text: str) -> tuple[int, str]:
    """Line and reason in a message of `tomllib`."""
    reason, found, position = message.partition(" (at line ")
    if found:
        return int(position.split(",")[0]), reason.lower()
    if digits := _ENDLESS_NUMBER.search(text):
        return _line(text, digits.start()), "a number has too many digits"
    return _line(text, len(text)), message.partition(" (")[0].lower()


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _assignment(text: str, origin: str) -> tuple[str, Any]:
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not key:
        raise _wrong(origin, "", f"{text!r} is not an assignment", "write key=value")
    try:
        parsed = tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        return key, value
    if is_too_deep(parsed):
        raise _nested(origin, key)
    return key, parsed["value"] if len(parsed) == 1 else value


def _nested(place: str, key: str = "") -> ScenarioError:
    return _wrong(place, key, "is nested too deeply", "tables of values, as in `simtrain init`")


def _wrong(place: str, key: str, wrong: str, accepted: str) -> ScenarioError:
    return ScenarioError([Mistake(place, key, wrong, accepted)])

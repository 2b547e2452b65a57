"""Imports run downwards, and each outside library has one room that knows it."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import simtrain

ROOT = Path(simtrain.__file__).parent

FLOORS = {
    "version": 1,
    "errors": 1,
    "causes": 1,
    "effects": 1,
    "plugins": 1,
    "presenter": 1,
    "theory": 1,
    "units": 2,
    "distributions": 2,
    "laws": 2,
    "empirical": 2,
    "logs": 2,
    "scenario": 3,
    "model": 4,
    "history": 5,
    "accounts": 5,
    "faults": 5,
    "engine": 6,
    "tables": 7,
    "compiled": 7,
    "sampling": 8,
    "answers": 9,
    "questions": 10,
    "validation": 11,
    "show": 11,
    "cli": 12,
    "__main__": 13,
}

ONLY_KNOWN_TO = {
    "simpy": "engine",
    "pydantic": "scenario",
    "distributed": "sampling",
    "matplotlib": "show",
    "click": "cli",
    "filelock": "cli",
    "tqdm": "cli",
    "numba": "compiled",
}

NEITHER_TIME_NOR_BOOKS = ("model", "faults")
"""Rooms of what is decided and of what strikes: SimPy's clock and the accounts are not for them."""


def modules() -> dict[str, Path]:
    """Modules below the package by dotted name, the door `simtrain/__init__.py` left out."""
    names = {}
    for file in sorted(ROOT.rglob("*.py")):
        parts = file.relative_to(ROOT).with_suffix("").parts
        names[".".join(part for part in parts if part != "__init__")] = file
    names.pop("", None)
    return names


@cache
def imports(file: Path) -> tuple[str, ...]:
    """Every module that `file` imports anywhere, also inside functions and for type checking."""
    return tuple(_imports(file))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "import_module":
            yield from (arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant))


MODULES = modules()


def inside(name: str) -> Iterator[str]:
    """Modules of the package that the module `name` imports."""
    for imported in imports(MODULES[name]):
        root, _, path = imported.partition(".")
        while root == "simtrain" and path and path not in MODULES:
            path = path.rpartition(".")[0]
        if root == "simtrain" and path:
            yield path


def room(name: str) -> str:
    return name.split(".")[0]


def test_every_room_has_a_floor() -> None:
    assert {room(name) for name in MODULES} <= FLOORS.keys()


def test_imports_run_downwards() -> None:
    upwards = [
        f"{name} imports {other}"
        for name in MODULES
        for other in inside(name)
        if room(other) != room(name) and FLOORS[room(other)] > FLOORS[room(name)]
    ]
    assert upwards == []


def test_outside_libraries_stay_in_their_room() -> None:
    strangers = [
        f"{name} imports {imported}"
        for name, file in MODULES.items()
        for imported in imports(file)
        if ONLY_KNOWN_TO.get(imported.split(".")[0], room(name)) != room(name)
    ]
    assert strangers == []


def test_what_is_decided_and_what_strikes_know_neither_time_passing_nor_the_accounts() -> None:
    strangers = [
        f"{name} imports {imported}"
        for name, file in MODULES.items()
        for imported in imports(file)
        if room(name) in NEITHER_TIME_NOR_BOOKS
        and (imported.split(".")[0] == "simpy" or imported.startswith("simtrain.accounts"))
    ]
    assert strangers == []


def test_there_are_no_cycles() -> None:
    graph = {name: set(inside(name)) - {name} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as cycle:
        pytest.fail(" imports ".join(cycle.args[1][::-1]))


def test_nothing_is_taken_from_the_door() -> None:
    taken = {
        imported
        for name in MODULES
        for imported in imports(MODULES[name])
        if imported.startswith("simtrain.") and not list(_known(imported))
    }
    assert taken == set()


def _known(imported: str) -> Iterator[str]:
    parts = imported.split(".")[1:]
    return (name for name in (".".join(parts[:n]) for n in range(1, 9)) if name in MODULES)

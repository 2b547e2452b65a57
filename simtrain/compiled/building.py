"""Building the program: routines are compiled one by one, linked, and optimised together.

The bitcode of a routine is kept for as long as its own module and all modules below that stay the
same: whoever changes one module has only what stands on it compiled again.
"""

from __future__ import annotations

import ast
import hashlib
import multiprocessing
import os
from contextlib import suppress
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm
from numba import cfunc

from simtrain.compiled.caching import PACKAGE, compiler, folder_of_code, read, sources, write
from simtrain.compiled.routines import ROUTINES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

_TOP = "simtrain.compiled.accounts"
"""Module that has all routines at or below it."""
_SPEED = 2
"""Level of optimisation of the whole; more gains nothing."""


def build(file: Path) -> None:
    """Write the program of all routines to a file, as an object."""
    import_module(_TOP)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    program, *others = map(llvm.parse_bitcode, _pieces(list(ROUTINES)))
    for other in others:
        program.link_in(other)
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3,
        codemodel="jitdefault", jit=True,
    )  # fmt: skip
    tuning = llvm.create_pipeline_tuning_options(speed_level=_SPEED)
    passes = llvm.create_pass_builder(machine, tuning)
    passes.getModulePassManager().run(program, passes)
    write(file, machine.emit_object(program))


def _pieces(names: Sequence[str]) -> list[bytes]:
    """Bitcode of routines, compiled by as many processes as there are processors."""
    folder = folder_of_code()
    kept = None if folder is None else folder.parent / "routines"
    if kept is not None:
        kept.mkdir(exist_ok=True)
    piece = partial(_piece, kept)
    if not hasattr(os, "fork"):
        return [piece(name) for name in names]
    with multiprocessing.get_context("fork").Pool() as pool:
        return pool.map(piece, names, chunksize=1)


def _piece(kept: Path | None, name: str) -> bytes:
    """Bitcode of a routine, which may be kept."""
    file = kept and kept / f"{_name(name)}.bc"
    if file is not None and (found := read(file)) is not None:
        with suppress(OSError):
            os.utime(file)
        return found
    bitcode = _compiled(name)
    if file is not None:
        write(file, bitcode)
    return bitcode


def _compiled(name: str) -> bytes:
    function, signature = ROUTINES[name]
    compiled = cfunc(signature, error_model="numpy")(function)
    module = llvm.parse_assembly(compiled.inspect_llvm())
    module.get_function(compiled.native_name).name = name
    # Two processes may give the same name to functions that differ: names are the module's own.
    _hide_all_but(module, [name])
    bitcode: bytes = module.as_bitcode()
    return bitcode


def _hide_all_but(module: Any, names: Collection[str]) -> None:
    for function in module.functions:
        if not function.is_declaration and function.name not in names:
            function.linkage = "internal"


def _name(name: str) -> str:
    """Name of a routine together with all that it is compiled from."""
    digest = hashlib.sha256(f"{compiler()} {name}".encode())
    for below in sorted(_at_or_below(ROUTINES[name].function.__module__)):
        digest.update(_modules()[below].read_bytes())
    return digest.hexdigest()[:32]


@cache
def _at_or_below(module: str) -> frozenset[str]:
    """Modules that a module imports, and those that these import, and the module itself."""
    found, left = set(), [module]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += _imported(_modules()[one])
    return frozenset(found)


@cache
def _modules() -> dict[str, Path]:
    """Modules that compiled code is made of, by name."""
    base = PACKAGE.parent
    parts = {file: file.relative_to(base).with_suffix("").parts for file in sources()}
    return {".".join(p for p in names if p != "__init__"): file for file, names in parts.items()}


@cache
def _imported(file: Path) -> list[str]:
    """Those among these modules that a file imports when it is run."""
    names = [name for node in _run(ast.parse(file.read_text()).body) for name in _named(node)]
    return [name for name in names if name in _modules()]


def _run(nodes: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements but those for the eyes of type checkers."""
    for node in nodes:
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node


def _named(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom) and node.module:
        yield node.module
        yield from (f"{node.module}.{alias.name}" for alias in node.names)

"""The compiled engine as one program: found on disk, or built by a process of its own, and loaded.

What calls a routine jumps straight to it or has it copied in, whatever module it is from: a trial
takes two thirds of what it takes with routines apart, and one file is loaded instead of hundreds.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
from numba import _helperlib
from numba.core import externals
from numba.core.runtime import _nrt_python

from simtrain.compiled import elementary  # noqa: F401 - names the functions of NumPy
from simtrain.compiled.caching import PACKAGE, folder_of_code, read
from simtrain.errors import InputError

BUILDER = "simtrain.compiled"
"""What builds the program when it is run as a module."""

_NAME = "program.o"
BUILDING = "SIMTRAIN_BUILDS_PROGRAM"
"""Variable of the environment that is set in the process that builds."""


def is_built() -> bool:
    """Whether the program of these sources is on disk."""
    folder = folder_of_code()
    return folder is not None and (folder / _NAME).exists()


def build() -> None:
    """Compile the program and keep it, if that is not done yet: half a minute on two cores."""
    folder = folder_of_code()
    if folder is not None and not is_built():
        _build(folder / _NAME)


def declare(name: str) -> None:
    """Let what is compiled in this process find a routine."""
    if BUILDING in os.environ:  # it will be there once all is linked, and is not called before
        llvm.add_symbol(name, _never())
    else:
        llvm.add_symbol(name, address(name))


def address(name: str) -> int:
    """Address of a routine."""
    found: int = _engine().get_function_address(name)
    if not found:
        raise RuntimeError(f"the compiled engine has no {name}")
    return found


@cache
def _never() -> int:
    """Address of a function that ends the process."""
    return ctypes.cast(ctypes.pythonapi.Py_FatalError, ctypes.c_void_p).value or 0


@cache
def _engine() -> Any:
    """The program, loaded."""
    _name_helpers()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(codemodel="jitdefault")
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(_program()))
    engine.finalize_object()
    return engine


def _name_helpers() -> None:
    """Name the functions of numba that the program may call, as numba does before it compiles."""
    modules: Any = (("NRT_", _nrt_python), ("numba_", _helperlib))
    for prefix, module in modules:
        for name, place in module.c_helpers.items():
            llvm.add_symbol(name if name.startswith("_") else prefix + name, place)
    externals.c_math_functions.install(None)


def _program() -> bytes:
    """The program, built for this process alone where nothing can be kept."""
    folder = folder_of_code()
    if folder is not None and (kept := read(folder / _NAME)) is not None:
        return kept
    with tempfile.TemporaryDirectory() as alone:
        file = (Path(alone) if folder is None else folder) / _NAME
        _build(file)
        built = read(file)
    if built is None:
        raise InputError(f"the compiled engine is not whole in {file}; use --engine simpy")
    return built


def _build(file: Path) -> None:
    """Compile all of it in a process of its own, which has no routines loaded."""
    paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, BUILDING: "1", "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", BUILDER, str(file)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise InputError(
            "the compiled engine could not be compiled; use --engine simpy. The compiler says: "
            + ended.stderr.strip()[-500:]
        )

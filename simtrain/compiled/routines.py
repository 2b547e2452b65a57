"""Routines: compiled functions that are compiled once, apart from whoever calls them.

numba copies what a function calls into it and optimises all of it again. With some two hundred
functions on top of each other that would take minutes. Routines call each other by name instead;
they are compiled one by one and then become one program, see `simtrain.compiled.program`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from ctypes import CFUNCTYPE, c_double, c_int64
from functools import cache
from typing import Any, NamedTuple, TypeVar

from numba import types

from simtrain.compiled import program

Function = TypeVar("Function", bound=Callable[..., Any])

# What is true or false is a whole number between routines.
_TYPES = {
    "int": types.int64, "float": types.float64, "bool": types.int64, "None": types.void,
}  # fmt: skip
_OF_C: dict[Any, Any] = {types.int64: c_int64, types.float64: c_double, types.void: None}


class Routine(NamedTuple):
    """A function and the types it is compiled for."""

    function: Callable[..., Any]
    signature: Any


ROUTINES: dict[str, Routine] = {}
"""All routines by the name under which they call each other."""


def routine(function: Function) -> Function:
    """Let a function of plain numbers be a routine, with the types that it is annotated with.

    What comes of it is called from compiled code alone, or by `from_python`.
    """
    parameters = inspect.signature(function).parameters.values()
    given = [_TYPES[parameter.annotation] for parameter in parameters]
    signature = _TYPES[inspect.signature(function).return_annotation](*given)
    name = f"{function.__module__}.{function.__qualname__}"
    ROUTINES[name] = Routine(function, signature)
    program.declare(name)
    called: Any = types.ExternalFunction(name, signature)
    return called


def from_python(called: Any) -> Callable[..., Any]:
    """Let Python call a routine, which is looked up when it is called first."""

    @cache
    def found() -> Callable[..., Any]:
        signature = called.sig
        given = [_OF_C[one] for one in signature.args]
        return CFUNCTYPE(_OF_C[signature.return_type], *given)(program.address(called.symbol))

    return lambda *given: found()(*given)

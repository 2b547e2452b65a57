"""Routines: compiled functions that are compiled once, apart from whoever calls them.

numba copies what a function calls into it and optimises all of it again. With some two hundred
functions on top of each other that would take minutes. A routine is called by its address instead.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

import llvmlite.binding as llvm
import numba
from numba import cfunc, types

from simtrain.compiled.caching import folder_of_code

Function = TypeVar("Function", bound=Callable[..., Any])

# What is true or false is a whole number between routines.
_TYPES = {
    "int": types.int64, "float": types.float64, "bool": types.int64, "None": types.void,
}  # fmt: skip


def routine(function: Function) -> Function:
    """Compile a function of plain numbers, as it is annotated, and let it be called by address.

    What comes of it is called from compiled code alone, but for its attribute `address`.
    """
    parameters = inspect.signature(function).parameters.values()
    given = [_TYPES[parameter.annotation] for parameter in parameters]
    signature = _TYPES[inspect.signature(function).return_annotation](*given)
    folder = folder_of_code()
    before = numba.config.CACHE_DIR
    if folder is not None:
        numba.config.CACHE_DIR = str(folder)  # read here and now, for this function alone
    try:
        compiled = cfunc(signature, cache=folder is not None, error_model="numpy")(function)
    finally:
        numba.config.CACHE_DIR = before
    symbol = f"{function.__module__}.{function.__qualname__}"
    llvm.add_symbol(symbol, compiled.address)
    called: Any = types.ExternalFunction(symbol, signature)
    called.address = compiled.address
    return called

"""NumPy's elementary functions in compiled code, to the bit.

What the engine on SimPy computes by NumPy is rounded as NumPy's own loops round, which are of
vectors where the processor has them: about one value in fifteen has another last digit there than
in the C library. So compiled code calls these very loops, for one value at a time.
"""

from __future__ import annotations

import ctypes
import math
from typing import TYPE_CHECKING, Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from simtrain.compiled.caching import kernel

if TYPE_CHECKING:
    from collections.abc import Callable

_WORD, _DOUBLE, _POINTER = ir.IntType(64), ir.DoubleType(), ir.IntType(8).as_pointer()
_LOOP = ir.FunctionType(
    ir.VoidType(), [_POINTER.as_pointer(), _WORD.as_pointer(), _WORD.as_pointer(), _POINTER]
)


class _UFunc(ctypes.Structure):
    """The beginning of `PyUFuncObject`, as NumPy's headers have it."""

    _fields_ = (
        ("head", ctypes.c_char * object.__basicsize__),
        ("nin", ctypes.c_int),
        ("nout", ctypes.c_int),
        ("nargs", ctypes.c_int),
        ("identity", ctypes.c_int),
        ("functions", ctypes.POINTER(ctypes.c_void_p)),
        ("data", ctypes.POINTER(ctypes.c_void_p)),
        ("ntypes", ctypes.c_int),
    )


def _loop_of(ufunc: np.ufunc) -> int | None:
    """Address of the loop of a function over 64-bit floats; None if it is not where it should be.

    None as well for a loop that wants data of its own.
    """
    found = _UFunc.from_address(id(ufunc))
    kind = "d" * ufunc.nin + "->" + "d" * ufunc.nout
    counts = (found.nin, found.nout, found.nargs, found.ntypes)
    if counts != (ufunc.nin, ufunc.nout, ufunc.nargs, ufunc.ntypes) or kind not in ufunc.types:
        return None
    place = ufunc.types.index(kind)
    return None if found.data and found.data[place] else found.functions[place]


def _compiled(ufunc: np.ufunc, otherwise: Callable[..., float]) -> Any:
    """Compiled function that calls the loop of a function, or the C library without one."""
    address = _loop_of(ufunc)
    if address is None:
        return kernel(otherwise)
    symbol = f"simtrain.numpy.{ufunc.__name__}"
    llvm.add_symbol(symbol, address)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        places = [cgutils.alloca_once(builder, _DOUBLE) for _ in range(len(arguments) + 1)]
        for place, argument in zip(places, arguments, strict=False):
            builder.store(argument, place)
        pointers = cgutils.alloca_once(builder, _POINTER, size=len(places))
        steps = cgutils.alloca_once(builder, _WORD, size=len(places))
        for number, place in enumerate(places):
            at = [context.get_constant(types.intp, number)]
            builder.store(builder.bitcast(place, _POINTER), builder.gep(pointers, at))
            builder.store(_WORD(8), builder.gep(steps, at))
        count = cgutils.alloca_once_value(builder, _WORD(1))
        loop = cgutils.get_or_insert_function(builder.module, _LOOP, symbol)
        builder.call(loop, [pointers, count, steps, cgutils.get_null_value(_POINTER)])
        return builder.load(places[-1])

    if ufunc.nin == 1:

        @intrinsic
        def of_one(typingctx: Any, x: Any) -> Any:
            return types.float64(types.float64), generate

        return of_one

    @intrinsic
    def of_two(typingctx: Any, x: Any, y: Any) -> Any:
        return types.float64(types.float64, types.float64), generate

    return of_two


log = _compiled(np.log, lambda x: math.log(x) if x > 0.0 else -math.inf)
exp = _compiled(np.exp, lambda x: math.exp(x))
log1p = _compiled(np.log1p, lambda x: math.log1p(x))
expm1 = _compiled(np.expm1, lambda x: math.expm1(x))
_power = _compiled(np.power, lambda x, y: x**y)


@kernel
def power(x: float, exponent: float) -> float:
    """Power of a number of an array, which NumPy computes in another way for some exponents."""
    if exponent == 1.0:
        return x
    if exponent == 2.0:
        return x * x
    if exponent == 0.5:
        return math.sqrt(x)
    return _power(x, exponent)

"""Numbers and functions at an address: what a record can only point to."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

_DOUBLE, _WORD, _INT = ir.DoubleType(), ir.IntType(64), ir.IntType(32)


def _reader(kind: Any, stored: ir.Type) -> Any:
    """Intrinsic that reads one number of an array by the address of the array."""

    @intrinsic
    def read(typingctx: Any, address: Any, place: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            first = builder.inttoptr(arguments[0], stored.as_pointer())
            return builder.load(builder.gep(first, [arguments[1]]))

        return kind(types.int64, types.int64), generate

    return read


number_at = _reader(types.float64, _DOUBLE)
"""`number_at(address, place)`: the float at a place of an array that begins at an address."""
word_at = _reader(types.int64, _WORD)
"""`word_at(address, place)`: the same of a signed 64-bit integer."""


def _caller(count: int) -> Any:
    """Generator of the call of a function of so many floats that SciPy makes for Cython."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        # The last argument is Cython's: whether to skip looking for an overriding method.
        kind = ir.FunctionType(_DOUBLE, [_DOUBLE] * count + [_INT])
        function = builder.inttoptr(arguments[0], kind.as_pointer())
        return builder.call(function, [*arguments[1:], cgutils.int32_t(0)])

    return generate


@intrinsic
def call_of_one(typingctx: Any, address: Any, a: Any) -> Any:
    """Value of the function of one float at an address."""
    return types.float64(types.int64, types.float64), _caller(1)


@intrinsic
def call_of_two(typingctx: Any, address: Any, a: Any, b: Any) -> Any:
    """Value of the function of two floats at an address."""
    return types.float64(types.int64, types.float64, types.float64), _caller(2)


@intrinsic
def call_of_three(typingctx: Any, address: Any, a: Any, b: Any, c: Any) -> Any:
    """Value of the function of three floats at an address."""
    return types.float64(types.int64, *[types.float64] * 3), _caller(3)


@intrinsic
def address_of(typingctx: Any, record: Any) -> Any:
    """Address of a record."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ptrtoint(arguments[0], _WORD)

    return types.int64(record), generate

"""Records at addresses: how compiled functions share the memory of a trial.

A compiled function is given the address of the trial, a whole number, and finds everything from
there. Arrays as arguments would be compiled into every call of every function.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numba import types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.numpy_support import from_dtype

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np


def table_of(dtype: np.dtype[Any]) -> Callable[[int, int], Any]:
    """Compiled function that gives the record with a number in a table at an address."""
    record = from_dtype(dtype)
    size = dtype.itemsize

    @intrinsic
    def at(_: Any, address: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
            start, place = args
            offset = builder.mul(place, context.get_constant(types.int64, size))
            return builder.inttoptr(builder.add(start, offset), context.get_value_type(record))

        return record(types.int64, types.int64), generate

    found: Callable[[int, int], Any] = at
    return found


def _plain(kind: Any) -> tuple[Any, Any]:
    """Compiled functions that read and write the number with a number in a table of plain ones."""

    @intrinsic
    def get(_: Any, address: Any, number: Any) -> Any:
        def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
            return builder.load(_pointer(context, builder, args))

        return kind(types.int64, types.int64), generate

    @intrinsic
    def put(_: Any, address: Any, number: Any, value: Any) -> Any:
        def generate(context: Any, builder: Any, _: Any, args: Any) -> Any:
            builder.store(args[2], _pointer(context, builder, args))
            return cgutils.get_null_value(context.get_value_type(types.void))

        return types.void(types.int64, types.int64, kind), generate

    def _pointer(context: Any, builder: Any, args: Any) -> Any:
        start, place = args[0], args[1]
        offset = builder.mul(place, context.get_constant(types.int64, 8))
        kept = context.get_data_type(kind).as_pointer()
        return builder.inttoptr(builder.add(start, offset), kept)

    return get, put


whole_at, put_whole = _plain(types.int64)
float_at, put_float = _plain(types.float64)

"""Addressed uniforms in compiled code: the numbers of `simtrain.model.draws`, to the bit.

Philox 4x64-10 under the key (seed, trial), with the counter words [1 + n // 4, occurrence, 0,
stream]. Every word is an unsigned 64-bit integer: numba makes a float of a sum of a signed and an
unsigned one, so that all arguments are turned into words first.

References
----------
J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC11 (2011).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simtrain.compiled.caching import kernel
from simtrain.compiled.memory import put_float
from simtrain.compiled.routines import routine

if TYPE_CHECKING:
    from simtrain.model.draws import Uniforms

    Word: TypeAlias = np.uint64
    Number: TypeAlias = int | np.integer[Any]

ROUNDS = 10
_MULTIPLY_0 = np.uint64(0xD2E7470EE14C6C93)
_MULTIPLY_1 = np.uint64(0xCA5A826395121157)
_RAISE_0 = np.uint64(0x9E3779B97F4A7C15)
_RAISE_1 = np.uint64(0xBB67AE8584CAA73B)
_NONE, _ONE, _TWO, _THREE, _ELEVEN = (np.uint64(n) for n in (0, 1, 2, 3, 11))
_UNIT = 2.0**-53


@intrinsic
def _product(typingctx: Any, a: Any, b: Any) -> Any:
    """High and low word of the product of two words."""
    signature = types.UniTuple(types.uint64, 2)(types.uint64, types.uint64)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word, wide = ir.IntType(64), ir.IntType(128)
        product = builder.mul(*(builder.zext(argument, wide) for argument in arguments))
        high = builder.trunc(builder.lshr(product, ir.Constant(wide, 64)), word)
        low = builder.trunc(product, word)
        return context.make_tuple(builder, signature.return_type, (high, low))

    return signature, generate


@kernel
def _block(
    seed: Word, trial: Word, counter: Word, occurrence: Word, stream: Word
) -> tuple[Word, Word, Word, Word]:
    """Four words of output, of arguments that are words already."""
    a, b, c, d = counter, occurrence, _NONE, stream
    key_0, key_1 = seed, trial
    for _ in range(ROUNDS):
        high_0, low_0 = _product(_MULTIPLY_0, a)
        high_1, low_1 = _product(_MULTIPLY_1, c)
        a, b, c, d = high_1 ^ b ^ key_0, low_1, high_0 ^ d ^ key_1, low_0
        key_0 += _RAISE_0
        key_1 += _RAISE_1
    return a, b, c, d


# Routines: what calls them need not compile Philox once more.


@routine
def _uniform(seed: int, trial: int, stream: int, occurrence: int, index: int) -> float:
    n = np.uint64(index)
    words = _block(
        np.uint64(seed),
        np.uint64(trial),
        _ONE + (n >> _TWO),
        np.uint64(occurrence),
        np.uint64(stream),
    )
    return np.float64(words[np.int64(n & _THREE)] >> _ELEVEN) * _UNIT


@routine
def _fill(
    out: int, seed: int, trial: int, stream: int, occurrence: int, first: int, count: int
) -> None:
    key_0, key_1 = np.uint64(seed), np.uint64(trial)
    word_1, word_3 = np.uint64(occurrence), np.uint64(stream)
    counter = _ONE + (np.uint64(first) >> _TWO)
    for at in range(0, count, 4):
        a, b, c, d = _block(key_0, key_1, counter, word_1, word_3)
        put_float(out, at, np.float64(a >> _ELEVEN) * _UNIT)
        put_float(out, at + 1, np.float64(b >> _ELEVEN) * _UNIT)
        put_float(out, at + 2, np.float64(c >> _ELEVEN) * _UNIT)
        put_float(out, at + 3, np.float64(d >> _ELEVEN) * _UNIT)
        counter += _ONE


@kernel
def uniform(
    seed: Number, trial: Number, stream: Number, occurrence: Number, index: Number
) -> float:
    """Uniform number `index` of an address.

    Parameters
    ----------
    seed, trial, stream, occurrence
        Words of the address; of a signed number the word of the same bits is taken.
    index
        Row × width + field, 0 or above.

    Returns
    -------
    float
        A multiple of 2⁻⁵³ in [0, 1).
    """
    return _uniform(
        int(np.int64(seed)),
        int(np.int64(trial)),
        int(np.int64(stream)),
        int(np.int64(occurrence)),
        int(np.int64(index)),
    )


@kernel
def fill(
    out: Uniforms,
    seed: Number,
    trial: Number,
    stream: Number,
    occurrence: Number,
    first: Number,
    count: int,
) -> None:
    """Write uniforms `first` … `first` + `count` - 1 of an address to the beginning of an array.

    Parameters
    ----------
    out
        Array of at least `count` numbers.
    seed, trial, stream, occurrence
        Words of the address.
    first, count
        Multiples of four.
    """
    _fill(
        out.ctypes.data,
        int(np.int64(seed)),
        int(np.int64(trial)),
        int(np.int64(stream)),
        int(np.int64(occurrence)),
        int(np.int64(first)),
        count,
    )

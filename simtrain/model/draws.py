"""Addressed uniforms: a draw is found by where it belongs, not by what was drawn before it.

Every uniform has an address (seed, trial, stream, occurrence, row, field). The seed and the trial
are the key of a Philox generator; the rest is its counter, in 64-bit words from the low end::

    [1 + n // 4,  occurrence,  0,  stream]      output word n % 4,  n = row * width + field

where `stream` is the first eight bytes of the BLAKE2b hash of the stream's name, and the 1 is
NumPy's, which counts up before it computes a block. Any other implementation of Philox 4x64-10
can reproduce the same trials from the same addresses.

Draws are made a block of rows at a time: a scalar draw costs more than forty from a block.

What is not known of the scenario is drawn under a trial word of its own, that of the trial or, for
an echo, that of the trial whose numbers it takes while everything else happens otherwise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simtrain.model.streams import UNCERTAIN, Layout

Uniforms = NDArray[np.float64]

ECHO = 1 << 40
"""Number of the first echo: trial ECHO + n has the uncertain numbers of trial n, and all else is
drawn anew."""

Row = tuple[Sequence[float], int]
"""Block of uniforms, and the offset at which the row begins in it."""


@cache
def stream_id(name: str) -> int:
    """64-bit address of the stream called `name`."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


class Stream:
    """Rows of uniforms under one name in one trial.

    A row holds `width` uniforms that belong together, one for each thing that may have to be
    decided about one fault, launch or repair. Rows are drawn in blocks of `1 << shift`: many where
    neighbours are likely to be asked for too, one where they are not.
    """

    __slots__ = ("_blocks", "_draws", "_id", "_mask", "_shift", "_then", "name", "width")

    def __init__(self, draws: Draws, name: str, width: int, shift: int):
        self.name = name
        self.width = width
        self._draws = draws
        self._id = stream_id(name)
        self._shift = shift
        self._mask = (1 << shift) - 1
        self._blocks: dict[tuple[int, int], Any] = {}
        self._then: Stream | None = None

    def row(self, number: int, occurrence: int = 0) -> Row:
        """Row with this number."""
        key = number >> self._shift, occurrence
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = self._block(*key)
        return block, (number & self._mask) * self.width

    def _block(self, number: int, occurrence: int) -> Any:
        size = self.width << self._shift
        # Few of its numbers will be read: a view makes Python floats of these only.
        return self._draws.uniforms(self._id, occurrence, number * size >> 2, size).data

    def forget(self) -> None:
        """Give back the memory of all blocks: the trial is over."""
        self._blocks.clear()

    def then(self, layout: Layout) -> Stream:
        """The one stream that goes on where rows of this one leave off."""
        if self._then is None:
            self._then = self._draws.stream(layout._replace(shift=self._shift), self.name)
        return self._then

    def table(self, rows: int) -> Uniforms:
        """Rows 0 … `rows` - 1 as an array of shape (rows, width)."""
        return self._draws.uniforms(self._id, 0, 0, rows * self.width).reshape(rows, self.width)


class Draws:
    """All uniforms of one trial at a time."""

    def __init__(self) -> None:
        self._bits = np.random.Philox(key=0)
        self._generator = np.random.Generator(self._bits)
        self._address: dict[str, tuple[int, ...]] = {}
        # Plain numbers: NumPy takes these in half the time it needs for its own arrays.
        self._state: Any = {
            "bit_generator": "Philox", "state": self._address,
            "buffer": (0, 0, 0, 0), "buffer_pos": 4, "has_uint32": 0, "uinteger": 0,
        }  # fmt: skip
        self._streams: dict[str, Stream] = {}

    def begin(self, seed: int, trial: int) -> None:
        """Turn to the uniforms of trial number `trial` under `seed`."""
        self._address["key"] = (seed, trial)
        for stream in self._streams.values():
            stream.forget()
        self._streams = {}

    def stream(self, layout: Layout, of: str = "") -> Stream:
        """Stream of a layout that belongs to a class, stop, path or other stream called `of`.

        `width << shift` of the layout is a multiple of four.
        """
        name = layout.name.format(of)
        found = self._streams.get(name)
        if found is None:
            found = Stream(self, name, layout.width, layout.shift)
            self._streams[name] = found
        return found

    def uniforms(self, stream: int, occurrence: int, first: int, count: int) -> Uniforms:
        """Array of `count` uniforms in [0, 1) from counter `first` of an address on."""
        self._address["counter"] = (first, occurrence, 0, stream)
        self._bits.state = self._state
        return self._generator.random(count)


def numbers_of(trial: int) -> int:
    """Number of the trial whose uncertain numbers a trial has: its own, unless it is an echo."""
    return trial % ECHO


def quantile(draws: Draws, address: str) -> float:
    """Quantile of the uncertain number at an address, in the trial whose numbers are drawn."""
    block, at = draws.stream(UNCERTAIN, address).row(0)
    return block[at]

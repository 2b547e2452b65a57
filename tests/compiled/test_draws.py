"""Uniforms of compiled code are those of the addresses, to the bit."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simtrain.compiled.draws import fill, uniform
from simtrain.model.draws import ECHO, Draws, stream_id

LAST = 2**64 - 1
WORDS = st.integers(0, LAST)
NAMES = ("fault: GPU", "launch: fault: GPU", "save fails", "")


@given(seed=WORDS, trial=WORDS, stream=WORDS, occurrence=WORDS, block=st.integers(0, 2**62 - 2))
@example(seed=0, trial=0, stream=0, occurrence=0, block=0)
@example(seed=LAST, trial=LAST, stream=LAST, occurrence=LAST, block=2**62 - 2)
@example(seed=LAST, trial=ECHO + 3, stream=2**63, occurrence=1, block=2**31)
def test_a_uniform_is_that_of_its_address(
    seed: int, trial: int, stream: int, occurrence: int, block: int
) -> None:
    draws = Draws()
    draws.begin(seed, trial)
    expected = draws.uniforms(stream, occurrence, block, 4).tolist()
    words = np.array([seed, trial, stream, occurrence], np.uint64)
    found = [uniform(*words, np.uint64(4 * block + n)) for n in range(4)]
    assert found == expected
    out = np.full(5, -1.0)
    fill(out, *words, np.uint64(4 * block), 4)
    assert out.tolist() == [*expected, -1.0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("trial", [0, 1, 4095, ECHO, ECHO + 17])
def test_signed_numbers_are_taken_for_words(name: str, trial: int) -> None:
    draws = Draws()
    draws.begin(20, trial)
    expected = draws.uniforms(stream_id(name), 3, 16 * 5 >> 2, 64)
    out = np.empty(64)
    fill(out, 20, trial, np.uint64(stream_id(name)), 3, 16 * 5, 64)
    assert np.array_equal(out, expected)
    as_signed = np.uint64(stream_id(name)).astype(np.int64)
    assert uniform(20, trial, as_signed, 3, 16 * 5 + 63) == expected[63]

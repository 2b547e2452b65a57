"""A draw is found by its address, whatever was drawn before it."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.model.draws import Draws, Stream
from simtrain.model.streams import FIRST_LIFE, LAUNCH, SAVE_FAILS, Layout
from tests.examples import examples

Address = tuple[str, int, int, int]  # stream, row, occurrence, field


def stream(draws: Draws, name: str, width: int = 4, shift: int = 4) -> Stream:
    return draws.stream(Layout(name, "", (), width, shift))


def drawn(draws: Draws, address: Address, width: int = 8) -> float:
    name, row, occurrence, field = address
    block, at = stream(draws, name, width).row(row, occurrence)
    return block[at + field]


def by_hand(seed: int, trial: int, address: Address, width: int = 8) -> float:
    """The same uniform from NumPy's Philox, keyed and counted as the module says."""
    name, row, occurrence, field = address
    address_of = hashlib.blake2b(name.encode(), digest_size=8).digest()
    n = row * width + field
    counter = [n // 4, occurrence, 0, int.from_bytes(address_of, "little")]
    key = np.array([seed, trial], dtype=np.uint64)
    bits = np.random.Philox(key=key, counter=np.array(counter, dtype=np.uint64))
    word = int(bits.random_raw(4)[n % 4])
    return (word >> 11) / 2**53


ADDRESSES = st.tuples(
    st.sampled_from(["fault: a", "fault: b", "repair of a host"]),
    st.integers(0, 300),
    st.integers(0, 5),
    st.integers(0, 7),
)


@examples(100)
@given(st.integers(0, 2**64 - 1), st.integers(0, 2**40), ADDRESSES)
def test_addresses_are_counters_of_philox(seed: int, trial: int, address: Address) -> None:
    draws = Draws()
    draws.begin(seed, trial)
    assert drawn(draws, address) == by_hand(seed, trial, address)


@examples(50)
@given(st.lists(ADDRESSES, min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_order_does_not_matter(addresses: list[Address], random: object) -> None:
    first, second = Draws(), Draws()
    first.begin(7, 11)
    found = {address: drawn(first, address) for address in addresses}
    second.begin(7, 10)
    drawn(second, addresses[0])
    second.begin(7, 11)
    for address in sorted(found, key=lambda address: (address[3], -address[1])):
        assert drawn(second, address) == found[address]


def test_a_table_holds_the_same_rows() -> None:
    draws = Draws()
    draws.begin(3, 4)
    table = draws.stream(FIRST_LIFE, "a").table(100)
    for row in (0, 1, 15, 16, 17, 99):
        block, at = draws.stream(FIRST_LIFE, "a").row(row)
        assert list(block[at : at + 4]) == table[row].tolist()


@pytest.mark.parametrize("row", [0, 1, 255, 256, 1023])
def test_rows_of_one_uniform_lie_side_by_side(row: int) -> None:
    draws = Draws()
    draws.begin(3, 4)
    block, at = draws.stream(SAVE_FAILS).row(row)
    assert block[at] == by_hand(3, 4, ("save fails", row, 0, 0), width=1)


@pytest.mark.parametrize("shift", [0, 2, 4])
def test_the_size_of_blocks_moves_nothing(shift: int) -> None:
    draws = Draws()
    draws.begin(3, 4)
    block, at = stream(draws, "a stream", 16, shift).row(21, 2)
    assert block[at + 5] == by_hand(3, 4, ("a stream", 21, 2, 5), width=16)


def test_what_follows_an_outage_is_drawn_where_its_own_stream_leaves_off() -> None:
    draws = Draws()
    draws.begin(3, 4)
    for shift in (0, 1, 4):
        began = stream(draws, f"fault: {shift}", 16, shift)
        block, at = began.then(LAUNCH).row(21, 2)
        address = (f"launch: fault: {shift}", 21, 2, 5)
        assert block[at + 5] == by_hand(3, 4, address, LAUNCH.width)
        assert began.then(LAUNCH) is began.then(LAUNCH)


def test_a_stream_is_the_same_one_whenever_it_is_asked_for_in_a_trial() -> None:
    draws = Draws()
    draws.begin(3, 4)
    first = draws.stream(FIRST_LIFE, "a")
    assert draws.stream(FIRST_LIFE, "a") is first
    assert draws.stream(FIRST_LIFE, "b") is not first
    draws.begin(3, 5)
    assert draws.stream(FIRST_LIFE, "a") is not first


def test_trials_seeds_streams_rows_and_occurrences_differ() -> None:
    draws = Draws()
    found = []
    for seed, trial in ((0, 0), (0, 1), (1, 0), (2**64 - 1, 2**63)):
        draws.begin(seed, trial)
        found += [
            drawn(draws, (name, row, occurrence, field))
            for name in ("a", "b")
            for row in (0, 1, 16)
            for occurrence in (0, 1)
            for field in range(8)
        ]
    assert len(set(found)) == len(found)


def test_neighbours_are_uniform_and_unrelated() -> None:
    """10⁵ uniforms: the standard error of a correlation is 0.003, so 0.018 would be found."""
    draws = Draws()
    draws.begin(0, 0)
    table = stream(draws, "a").table(25_000)
    n = table.size
    assert abs(table.mean() - 0.5) < 3.3 * (1 / 12 / n) ** 0.5
    assert abs(((table - 0.5) ** 2).mean() - 1 / 12) < 3.3 * (1 / 180 / n) ** 0.5
    flat = table.ravel() - 0.5
    for lag in (1, 4, 16, 64):
        correlation = float((flat[lag:] * flat[:-lag]).mean()) * 12
        assert abs(correlation) < 3.3 / n**0.5
    draws.begin(0, 1)
    other = stream(draws, "a").table(25_000).ravel() - 0.5
    assert abs(float((flat * other).mean()) * 12) < 3.3 / n**0.5

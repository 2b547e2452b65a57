from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.answers.search import COARSE, Crossing, coarse, search

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Sequence


class Value(NamedTuple):
    met: bool
    is_conclusive: bool
    short: float


def found(
    shorts: Sequence[float], sure_from: float = 0.0, known: Sequence[int] = ()
) -> tuple[dict[int, Value], list[Crossing], list[int]]:
    """Search among values that are so far from the target, and all that was looked at in turn."""
    looked: list[int] = []

    steps: Generator[Sequence[int], Iterable[Value], tuple[dict[int, Value], list[Crossing]]]
    steps = search(len(shorts), known)
    numbers = next(steps)
    while True:
        looked.extend(numbers)
        came = [Value(shorts[n] <= 0, abs(shorts[n]) >= sure_from, shorts[n]) for n in numbers]
        try:
            numbers = steps.send(came)
        except StopIteration as end:
            return *end.value, looked


rising = st.lists(st.integers(-50, 50), min_size=1, max_size=300).map(sorted)


@given(curve=rising, falls=st.booleans())
def test_on_a_curve_that_only_rises_the_answer_is_that_of_looking_everywhere(curve, falls) -> None:
    shorts = curve[::-1] if falls else curve
    seen, crossings, looked = found(shorts)
    met = [number for number, short in enumerate(shorts) if short <= 0]
    if met and len(met) < len(shorts):
        expected = Crossing(met[0], met[0] - 1) if falls else Crossing(met[-1], met[-1] + 1)
        assert crossings == [expected]
    else:
        assert crossings == []
        assert all(one.met for one in seen.values()) == bool(met)
    assert len(looked) == len(set(looked))
    assert list(seen) == sorted(looked)


@given(size=st.integers(1, 400), bottom=st.integers(0, 399), level=st.integers(-400, 400))
def test_on_a_curve_with_one_bottom_both_sides_are_found(size, bottom, level) -> None:
    """Also where only values between the coarse ones meet the target."""
    shorts = [abs(number - bottom % size) + level for number in range(size)]
    seen, crossings, _ = found(shorts)
    met = [number for number, short in enumerate(shorts) if short <= 0]
    expected = []
    if met and met[0] > 0:
        expected.append(Crossing(met[0], met[0] - 1))
    if met and met[-1] < size - 1:
        expected.append(Crossing(met[-1], met[-1] + 1))
    assert crossings == expected
    if not met:
        assert min(seen, key=lambda number: seen[number].short) == bottom % size


@given(shorts=st.lists(st.integers(-2, 2), min_size=1, max_size=60))
def test_whatever_the_curve_crossings_are_neighbours_that_differ(shorts) -> None:
    seen, crossings, _ = found(shorts)
    for met, missed in crossings:
        assert abs(met - missed) == 1
        assert seen[met].met
        assert not seen[missed].met
    assert {0, len(shorts) - 1} <= set(seen)


@pytest.mark.parametrize("size", [2, 19, 41, 732, 1000])
def test_a_search_takes_few_looks(size: int) -> None:
    """The coarse grid, and one for each halving of a gap of it."""
    gap = max(b - a for a, b in zip(coarse(size), coarse(size)[1:], strict=False))
    most = max(len(found([n - edge for n in range(size)])[2]) for edge in range(size))
    assert most <= COARSE + (gap - 1).bit_length()


@given(size=st.integers(2, 500), place=st.floats(0.01, 0.99), doubt=st.integers(1, 200))
def test_the_ends_of_what_is_sure_are_found_to_a_quarter_of_a_coarse_gap(
    size: int, place: float, doubt: int
) -> None:
    """On a line, values are sure from `doubt` steps beyond the crossing on."""
    middle = place * (size - 1)
    seen, [crossing], looked = found([middle - n for n in range(size)], sure_from=doubt)
    near = max(1, size // 16)
    for start, step in ((crossing.met, 1), (crossing.missed, -1)):
        outward = range(start, size if step == 1 else -1, step)
        truly = next((n for n in outward if abs(middle - n) >= doubt), None)
        sure = next((n for n in outward if n in seen and seen[n].is_conclusive), None)
        assert (truly is None) == (sure is None)
        if truly is not None:
            assert 0 <= (sure - truly) * step <= near
    assert len(looked) == len(set(looked)) <= COARSE + size.bit_length() + 6


def test_what_is_known_is_looked_at_with_the_first() -> None:
    _, _, looked = found([50.5 - n for n in range(100)], known=[61])
    assert sorted(looked[:6]) == sorted([*coarse(100), 61])

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.errors import ScenarioError
from simtrain.scenario.ends import is_range
from simtrain.scenario.ranges import MAX_POINTS, points_of
from simtrain.units import (
    BANDWIDTH,
    COUNT,
    DURATION,
    FRACTION,
    RATE,
    SIZE,
    STEPS,
    Dimension,
)
from tests.examples import examples

INTERVAL = (DURATION, STEPS)


def values(text: str, *dimensions: Dimension) -> tuple[object, ...]:
    return points_of("some.key", text, dimensions).values


def refusal(text: str, *dimensions: Dimension) -> str:
    with pytest.raises(ScenarioError) as refused:
        points_of("some.key", text, dimensions)
    [mistake] = refused.value.mistakes
    assert (mistake.place, mistake.key) == ("sweep", "some.key")
    assert mistake.accepted
    return mistake.wrong


@pytest.mark.parametrize(
    ("text", "dimensions", "points"),
    [
        ("0..24/4", (COUNT,), (0, 4, 8, 12, 16, 20, 24)),
        ("0..10/4", (COUNT,), (0, 4, 8)),
        ("1..64:log:7", (COUNT,), (1, 2, 4, 8, 16, 32, 64)),
        ("1..4:log:10", (COUNT,), (1, 2, 3, 4)),
        ("0..1:lin:5", (FRACTION,), (0, 0.25, 0.5, 0.75, 1)),
        ("0..0.3/0.1", (FRACTION,), (0, 0.1, 0.2, 0.3)),
        ("10 %..30%/10%", (FRACTION,), ("10 %", "20 %", "30 %")),
        ("30min..2h:lin:4", INTERVAL, ("30 min", "1 h", "1.5 h", "2 h")),
        ("1 h 30 min .. 4 h / 30 min", INTERVAL, ("1.5 h", "2 h", "2.5 h", "3 h", "3.5 h", "4 h")),
        ("10 s..8 h:log:3", INTERVAL, ("10 s", "8.9 min", "8 h")),
        ("100 steps..300 steps:lin:3", INTERVAL, ("100 steps", "200 steps", "300 steps")),
        ("10GB/s..40GB/s/10GB/s", (BANDWIDTH,), ("10 GB/s", "20 GB/s", "30 GB/s", "40 GB/s")),
        ("1/day..4/day/1/day", (RATE,), ("1 /day", "2 /day", "3 /day", "4 /day")),
        (
            "2 per 1000 host-days..8 per 1000 host-days:log:3",
            (RATE,),
            ("2 per 1000 host-days", "4 per 1000 host-days", "8 per 1000 host-days"),
        ),
        (
            "2..8 per 1000 host-days:log:3",
            (RATE,),
            ("2 per 1000 host-days", "4 per 1000 host-days", "8 per 1000 host-days"),
        ),
        ("1..4/day/1", (RATE,), ("1 /day", "2 /day", "3 /day", "4 /day")),
        ("10..40 min:lin:3", INTERVAL, ("10 min", "25 min", "40 min")),
        ("0..30 %/10", (FRACTION,), ("0 %", "10 %", "20 %", "30 %")),
        ("500 GB..2 TB:lin:4", (SIZE,), ("500 GB", "1 TB", "1.5 TB", "2 TB")),
        ("1 GiB..4 GiB/1 GiB", (SIZE,), ("1 GiB", "2 GiB", "3 GiB", "4 GiB")),
        ("1000 s..1001 s:lin:3", (DURATION,), ("1000 s", "1000.5 s", "1001 s")),
    ],
)
def test_points(text: str, dimensions: tuple[Dimension, ...], points: tuple[object, ...]) -> None:
    assert values(text, *dimensions) == points


@given(
    low=st.integers(1, 10**6),
    ratio=st.floats(1.01, 1e6),
    points=st.integers(2, 60),
    is_log=st.booleans(),
    unit=st.sampled_from(["s", "min", "h"]),
)
def test_a_range_has_its_points_at_equal_ratios_or_distances(
    low: int, ratio: float, points: int, is_log: bool, unit: str
) -> None:
    """Ends are exact; between them a point is moved by at most a twentieth of the gap beside it."""
    text = f"{low} {unit}..{low * ratio!r} {unit}:{'log' if is_log else 'lin'}:{points}"
    found = points_of("key", text, (DURATION,))
    numbers = [DURATION.parse(value) for value in found.values]
    assert len(numbers) == points
    assert found.is_log == is_log
    first, last = DURATION.parse(f"{low} {unit}"), DURATION.parse(f"{low * ratio!r} {unit}")
    assert (numbers[0], numbers[-1]) == pytest.approx((first, last), rel=1e-15)
    for place, number in enumerate(numbers):
        share = place / (points - 1)
        exact = first * (last / first) ** share if is_log else first + (last - first) * share
        below = first * (last / first) ** ((place - 1) / (points - 1)) if is_log else None
        gap = exact - below if below else (last - first) / (points - 1)
        assert abs(number - exact) <= 0.0501 * gap + 1e-9 * last
    assert sorted(set(numbers)) == numbers


@given(low=st.integers(0, 1000), step=st.integers(1, 50), more=st.integers(1, 500))
def test_steps_of_whole_numbers(low: int, step: int, more: int) -> None:
    high = low + step + more
    text = f"{low}..{high}/{step}"
    expected = tuple(range(low, high + 1, step))
    if len(expected) > MAX_POINTS:
        assert "too many" in refusal(text, COUNT)
    else:
        assert values(text, COUNT) == expected


ENDS = st.sampled_from(
    ["0", "1", "0 s", "10 s", "30min", "2 h", "1 h 30 min", "90 h", "-1 h", "100 steps", "abc", ""]
)
WAYS = st.sampled_from(
    ["", ":lin:3", ":log:5", ":log:60", "/1 min", "/40 min", "/0 s", ":lin:1", ":lin", ":cubic:3"]
)


@examples(300)
@given(st.builds("{}..{}{}".format, ENDS, ENDS, WAYS) | st.text("0123456789./: hmin", max_size=9))
def test_any_text_is_a_range_or_refused_in_words(text: str) -> None:
    try:
        found = points_of("key", text, INTERVAL)
    except ScenarioError as refused:
        [mistake] = refused.mistakes
        assert mistake.wrong
        assert mistake.accepted
    else:
        assert 2 <= len(found.values) <= MAX_POINTS
        numbers = [found.dimension.parse(value) for value in found.values]
        assert numbers == sorted(numbers)
        assert all(map(math.isfinite, numbers))


@pytest.mark.parametrize(
    ("text", "dimensions", "words"),
    [
        ("8h..1h:lin:4", INTERVAL, "the range from 8h to 1h is empty"),
        ("1h..60min:lin:4", INTERVAL, "the range from 1h to 60min is empty"),
        ("0..1h:log:4", INTERVAL, "a logarithmic range cannot begin at 0"),
        ("-1..1:log:4", (FRACTION,), "a logarithmic range cannot begin at -1"),
        ("1GB..2GB:lin:4", INTERVAL, '"GB" is not a unit of duration'),
        ("1..2:lin:4", INTERVAL, '"1" has no unit'),
        ("1h..200 steps:lin:3", INTERVAL, "1h and 200 steps are not of one kind"),
        ("1h..2h", INTERVAL, '"1h..2h" does not say which points'),
        ("10GB/s..20GB/s", (BANDWIDTH,), '"10GB/s..20GB/s" does not say which points'),
        ("1h..2h:geo:3", INTERVAL, '"2h:geo:3" ends in neither :lin:N nor :log:N'),
        ("1h..2h:lin", INTERVAL, '"2h:lin" ends in neither :lin:N nor :log:N'),
        ("1h..2h:lin:one", INTERVAL, '"one" is not a number of points'),
        ("1h..2h:lin:1", INTERVAL, '"1" is not a number of points'),
        ("1h..2h:lin:1001", INTERVAL, "1,001 points are too many"),
        ("0..1e9/1", (COUNT,), "1,000,000,001 points are too many"),
        ("1h..2h/0", INTERVAL, "a step of 0 leads nowhere"),
        ("1h..2h/3h", INTERVAL, "a step of 3h is longer than the range"),
        ("1h..2h/5 GB", INTERVAL, '"GB" is not a unit of duration'),
        ("0..24/0.5", (COUNT,), "0.5 is not a whole number"),
        ("a..b/1", (COUNT,), '"a" is not a whole number'),
        ("a..b:lin:3", (), "takes no numbers, so it has no range"),
    ],
)
def test_what_is_no_range_is_refused(
    text: str, dimensions: tuple[Dimension, ...], words: str
) -> None:
    assert refusal(text, *dimensions).startswith(words)


def test_a_list_is_no_range() -> None:
    assert is_range("1..2/1")
    assert not any(map(is_range, ("1,2", "hang,crash", '"a..b"', '{ law = "a..b" }')))


# --- ranges for a search --------------------------------------------------------------------------


def fine(text: str, dimension: Dimension) -> tuple[object, ...]:
    return points_of("some.key", text, (dimension,), fine=True).values


def test_a_range_for_a_search_may_leave_its_points_open() -> None:
    assert fine("0..40", COUNT) == tuple(range(41))
    assert fine("0..0.5", FRACTION) == tuple(pytest.approx(n / 400) for n in range(201))
    assert len(fine("1 h..2 h:lin", DURATION)) == 201
    assert len(fine("1GB/s..4GB/s", BANDWIDTH)) == 201
    assert len(fine("0..5000", COUNT)) == MAX_POINTS
    assert fine("1..8:log", COUNT) == tuple(range(1, 9))


@pytest.mark.parametrize("text", ["1min..1d:log", "10 s..11 s:log", "1 h..90 min:log"])
def test_its_points_lie_a_percent_apart_and_its_ends_are_kept(text: str) -> None:
    low, high = text.removesuffix(":log").split("..")
    numbers = [DURATION.parse(str(value)) for value in fine(text, DURATION)]
    assert (numbers[0], numbers[-1]) == (DURATION.parse(low), DURATION.parse(high))
    ratios = [after / before for before, after in pairwise(numbers)]
    assert 1 < min(ratios) <= max(ratios) < 1.0115


def test_a_range_that_says_its_points_is_the_same_for_a_search() -> None:
    for text in ("0..24/4", "1..64:log:7", "0..10:lin:3"):
        assert fine(text, COUNT) == values(text, COUNT)
    assert "does not say which points" in refusal("0..40", COUNT)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0..40:cubic", "ends in neither :lin:N nor :log:N"),
        ("0..1:log", "a logarithmic range cannot begin at 0"),
        ("0.5..4", "0.5 is not a whole number"),
        ("4..4", "is empty"),
        ("0..x", "is not a whole number"),
    ],
)
def test_what_is_no_range_for_a_search_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        fine(text, COUNT)
    assert message in refused.value.mistakes[0].wrong

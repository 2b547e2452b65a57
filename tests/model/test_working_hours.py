"""Work that is done in some hours only."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.model.working_hours import WorkingHours
from simtrain.scenario.calendar import HoursOf
from tests.examples import examples

MONDAY = dt.datetime(2026, 3, 2)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = {"days": DAYS[:5], "hours": (8, 18)}


def takes(hours: dict[str, object], begins: float, work: float) -> float:
    """Hours until so many hours of work are done that begin so long after Monday at midnight."""
    kept = WorkingHours(HoursOf.model_validate(hours), MONDAY)
    return kept.takes(begins * 3600.0, work * 3600.0) / 3600.0


@pytest.mark.parametrize(
    ("hours", "begins", "work", "expected"),
    [
        (OFFICE, 9, 3, 3),
        (OFFICE, 9, 9, 9),  # done as the hours end
        (OFFICE, 16, 3, 17),  # two hours, a night of 14, and one more
        (OFFICE, 20, 3, 15),
        (OFFICE, 3, 0, 5),
        (OFFICE, 18, 0, 14),
        (OFFICE, 4 * 24 + 17, 2, 64),  # Friday at 17 until Monday at 9
        (OFFICE, 8, 50, 4 * 24 + 10),  # a whole week, until Friday at 18
        (OFFICE, 8, 51, 7 * 24 + 1),
        (OFFICE, 8, 500, 9 * 7 * 24 + 4 * 24 + 10),
        (OFFICE, 5 * 24, 50, 6 * 24 + 18),
        ({"hours": (22, 6)}, 23, 8, 7 + 16 + 1),
        ({"hours": (22, 6)}, 3, 4, 3 + 16 + 1),
        ({"hours": (22, 6), "days": ("mon",)}, 23, 8, 7 + 6 * 24 - 8 + 24 + 1),  # until the next
        ({"hours": (0, 24), "days": DAYS[:6]}, 5 * 24 + 20, 5, 29),
        ({"hours": (0, 24)}, 5, 1000, 1000),
    ],
)  # fmt: skip
def test_work_goes_on_in_the_next_hours_where_it_was_left(
    hours: dict[str, object], begins: float, work: float, expected: float
) -> None:
    assert takes(hours, begins, work) == pytest.approx(expected, abs=1e-9)


def by_minutes(hours: dict[str, object], begins: int, work: int) -> int:
    """The same in minutes, one after the other."""
    first, last = hours["hours"]  # type: ignore[misc]
    days = hours["days"]
    minute, done = begins, 0
    while True:
        day, hour = divmod(minute // 60, 24)
        today, before = (DAYS[n % 7] in days for n in (day, day - 1))  # type: ignore[operator]
        if first < last:
            works = today and first <= hour < last
        else:
            works = (today and hour >= first) or (before and hour < last)
        if works and done == work:
            return minute - begins
        minute += 1
        done += works
        if done == work and work:
            return minute - begins


@examples(60)
@given(
    st.sets(st.sampled_from(DAYS), min_size=1),
    st.tuples(st.integers(0, 23), st.integers(0, 24)).filter(lambda pair: pair[0] != pair[1]),
    st.integers(0, 14 * 24 * 60),
    st.integers(0, 4000),
)
def test_it_takes_what_minute_by_minute_it_takes(
    days: set[str], hours: tuple[int, int], begins: int, work: int
) -> None:
    kept = {"days": tuple(sorted(days, key=DAYS.index)), "hours": hours}
    found = takes(kept, begins / 60, work / 60) * 60
    assert found == pytest.approx(by_minutes(kept, begins, work), abs=1e-4)


def test_the_mean_over_a_week() -> None:
    """Hours of h a day: w + w·(24 − h)/24 + (24 − h)²/48 for work w of at most h."""
    kept = WorkingHours(HoursOf.model_validate({"hours": (8, 18)}), MONDAY)
    work, closed = 4.0, 14.0
    expected = work + work * closed / 24 + closed**2 / 48
    assert kept.mean(work * 3600.0) / 3600.0 == pytest.approx(expected, rel=2e-3)

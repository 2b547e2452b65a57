from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.show import words
from tests.show.samples import DAY, HOUR, MINUTE, scenario


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"),
        (0.4, "0.4 s"),
        (45.0, "45 s"),
        (4 * MINUTE + 30, "4.5 min"),
        (24 * MINUTE + 30, "24.5 min"),
        (68 * MINUTE, "1.13 h"),
        (27 * HOUR, "1.12 d"),
        (48.5 * HOUR, "2.02 d"),
        (56 * DAY, "56 d"),
    ],
)
def test_a_duration_has_three_digits_of_one_unit(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text


@given(st.floats(1.0, 1e9))
def test_a_duration_is_right_to_one_part_in_two_hundred(seconds: float) -> None:
    units = {"d": DAY, "h": HOUR, "min": MINUTE, "s": 1.0}
    number, unit = words.duration(seconds).replace(",", "").split()
    assert float(number) * units[unit] == pytest.approx(seconds, rel=0.005)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1470 s", "24.5 min"),
        ("2h", "2 h"),
        ("400d", "400 d"),
        ("1 h 30 min", "1.5 h"),
        ("1234.5 days", "1234.5 d"),
        ("5000 s", "5000 s"),
        ("250 steps", "250 steps"),
        ("0.0054 per host-day", "0.0054 per host-day"),
        (4, "4"),
        (0, "0"),
        (None, "none"),
    ],
)
def test_durations_of_settings_are_exact_and_in_the_same_form(value: object, text: str) -> None:
    assert words.setting(value) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.0, "0.0 %"), (0.0001, "<0.1 %"), (0.123, "12.3 %"), (0.9999, "100 %"), (1.0, "100 %")],
)
def test_a_share_is_in_percent(fraction: float, text: str) -> None:
    assert words.share(fraction) == text


def test_lists_and_counts() -> None:
    assert words.listed([]) == ""
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.count(1, "trial") == "1 trial"
    assert words.count(1000, "trial") == "1,000 trials"


def test_a_number_stays_with_its_unit() -> None:
    text = "the restart of host 12 takes 1.5 h ± 18 min, 4 – 6 h"
    for width in range(12, 60):
        lines = words.paragraph(text, width)
        assert " ".join(lines) == text
        assert not any(
            line.endswith(("12 t", "1.5", "±", "18", "4", "–", "6", "host")) for line in lines
        )


def test_moments_are_dates_or_elapsed_time() -> None:
    start = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
    assert words.Clock(start).at(2 * DAY + 4 * HOUR) == "Wed 2026-03-04 13:00"
    assert words.Clock(None).at(2 * DAY + 4.2 * HOUR) == "   2 d 04:12"
    for clock in (words.Clock(start), words.Clock(None)):
        assert len(clock.at(100 * DAY)) == clock.width


def test_what_was_simulated() -> None:
    small = scenario(checkpoint={"interval": {"law": "uniform", "low": "20 min", "high": "40 min"}})
    assert words.simulated(small, 10 * DAY) == (
        "16 hosts with 128 accelerators, 2 spares; 10 d of work at full speed; "
        "a checkpoint every 30 min on average."
    )


def test_one_step_is_no_steps() -> None:
    workload = {"ideal_time": None, "steps": 1000, "step_time": "1 min"}
    of_a_range = {"500..1000 steps": "707 steps on average"}
    for every, expected in {"1 step": "1 step", "2 steps": "2 steps", **of_a_range}.items():
        of = scenario(workload=workload, checkpoint={"interval": every})
        assert words.interval(of) == expected


def test_what_changes_set() -> None:
    changing = scenario(change=[{"at": "2 days", "set": {"cluster.spares": 3}}])
    assert words.changes(changing) == ["cluster.spares = 3"]


def test_rates_that_are_per_the_same_are_numbers_of_one_unit() -> None:
    texts = ["2 per 1000 host-days", "10 per 1000 host-days"]
    assert words.in_one_rate(texts) == (("2", "10"), "per 1000 host-days")
    for others in (["2 per day", "1 per hour"], ["2 h", "3 d"], ["2 per day", "0"]):
        assert words.in_one_rate(others) == (others, "")

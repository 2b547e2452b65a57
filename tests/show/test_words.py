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
        (59.7, "1 min"),
        (4 * MINUTE + 30, "4 min 30 s"),
        (23 * MINUTE + 42, "24 min"),
        (59 * MINUTE + 40, "1 h"),
        (68 * MINUTE, "1 h 8 min"),
        (27 * HOUR, "1 d 3 h"),
        (47.9 * HOUR, "2 d"),
        (56 * DAY, "56 d"),
    ],
)
def test_a_span_is_told_in_two_units(seconds: float, text: str) -> None:
    assert words.span(seconds) == text


@given(st.floats(1.0, 1e9))
def test_a_span_is_right_to_one_part_in_ten(seconds: float) -> None:
    units = {"d": DAY, "h": HOUR, "min": MINUTE, "s": 1.0}
    parts = words.span(seconds).split()
    told = sum(int(n) * units[unit] for n, unit in zip(parts[::2], parts[1::2], strict=True))
    assert told == pytest.approx(seconds, rel=0.1, abs=0.5)


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
    text = "the restart of host 12 takes 1 h 18 min and 4 min"
    for width in range(12, 60):
        lines = words.paragraph(text, width)
        assert " ".join(lines) == text
        assert not any(line.endswith(("1", "1 h", "18", "4", "host")) for line in lines)


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
    for every, told in {"1 step": "1 step", "2 steps": "2 steps"}.items():
        of = scenario(workload=workload, checkpoint={"interval": every})
        assert words.interval(of) == told


def test_what_changes_set() -> None:
    changing = scenario(change=[{"at": "2 days", "set": {"cluster.spares": 3}}])
    assert words.changes(changing) == ["cluster.spares = 3"]

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.errors import InputError
from simtrain.tables.columns import COLUMNS, COUNT, FRACTION, HOSTS, NAMES, SECONDS
from simtrain.tables.targets import parse_target

DAY = 86400.0
START = dt.datetime(2026, 1, 1, 12)
BOUNDS = {
    SECONDS: ("60 d", 60 * DAY),
    FRACTION: ("90 %", 0.9),
    COUNT: ("100", 100.0),
    HOSTS: ("2.5", 2.5),
    "host s": ("2 host-d", 2 * DAY),
    "MWh": ("1.5 GWh", 1500.0),
    "t": ("552 t", 552.0),
    "USD": ("5e6", 5e6),
}
SPELLED = {"<=": ("<=", "≤"), ">=": (">=", "≥"), "<": ("<",), ">": (">",)}

relations = st.sampled_from(sorted(SPELLED))
spaces = st.sampled_from(["", " ", "  "])


@given(
    column=st.sampled_from(COLUMNS),
    percent=st.none() | st.integers(1, 99),
    relation=relations,
    data=st.data(),
    space=spaces,
    bare=st.booleans(),
    short=st.booleans(),
)
def test_every_metric_is_read_with_its_unit_in_any_spelling(
    column, percent, relation, data, space, bare, short
) -> None:
    written, bound = BOUNDS[column.unit]
    sign = data.draw(st.sampled_from(SPELLED[relation]))
    name = column.name.removesuffix("_s") if short else column.name
    statistic = "mean" if percent is None else f"p{percent}"
    number = name if bare and percent is None else f"{statistic}({space}{name}{space})"
    target = parse_target(f"{space}{number}{space}{sign}{space}{written}")
    assert target.metric == column.name
    assert (target.condition.relation, target.condition.bound) == (relation, bound)
    assert target.percentile == percent
    assert target.event is None
    text = f"{statistic}({column.name.removesuffix('_s')}) {relation} {written}"
    assert str(target) == text
    assert parse_target(str(target)) == target


@given(inner=relations, outer=relations, share=st.integers(0, 100))
def test_a_probability_has_a_condition_inside_and_one_outside(inner, outer, share) -> None:
    target = parse_target(f"probability(wall_clock {inner} 60 d) {outer} {share} %")
    assert target.event is not None
    assert (target.event.relation, target.event.bound) == (inner, 60 * DAY)
    assert (target.condition.relation, target.condition.bound) == (outer, share / 100)
    assert parse_target(str(target)) == target


def test_a_finish_is_a_date_counted_from_the_start() -> None:
    target = parse_target("p90(finish) before 2026-01-03", START)
    assert (target.metric, target.percentile) == ("wall_clock_s", 90)
    assert (target.condition.relation, target.condition.bound) == ("<", 1.5 * DAY)
    assert str(target) == "p90(finish) before 2026-01-03"
    assert parse_target("finish <= 2026-01-03T12:00", START).condition.bound == 2 * DAY
    probable = parse_target("probability(finish before 2026-01-03) >= 0.9", START)
    assert probable.event is not None
    assert (probable.event.bound, probable.condition.bound) == (1.5 * DAY, 0.9)
    with_offset = START.replace(tzinfo=dt.timezone(dt.timedelta(hours=-5)))
    assert parse_target("finish before 2026-01-03", with_offset).condition.bound == 1.5 * DAY


def test_the_median_is_a_quantile() -> None:
    assert parse_target("median(goodput) >= 0.9") == parse_target("p50(goodput) >= 0.9")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("wallclock <= 60 d", "did you mean `wall_clock`?"),
        ("p90(hosts_cylced) <= 9", "did you mean `hosts_cycled`?"),
        ("zzz <= 60 d", "unknown metric `zzz`; use one such as finish, wall_clock"),
        ("wall_clock <= 60", "has no unit; a duration such as"),
        ("wall_clock <= 60 GB", "is not a unit of duration"),
        ("goodput >= 3 h", "is not a unit of fraction"),
        ("interruptions <= 3 d", "takes no unit"),
        ("host_idle <= 3 d", "is not a unit of time of hosts"),
        ("wall_clock", "compares nothing with a bound"),
        ("", "compares nothing with a bound"),
        ("wall_clock <=", "has no bound"),
        ("p0(wall_clock) <= 60 d", "is no statistic"),
        ("p100(wall_clock) <= 60 d", "is no statistic"),
        ("max(wall_clock) <= 60 d", "below 100; or probability(CONDITION)"),
        ("p90(wall_clock <= 60 d", "is no number of the trials"),
        ("wall clock <= 60 d", "is no number of the trials"),
        ("probability(wall_clock) >= 0.9", "compares no probability"),
        ("probability(wall_clock <= 60 d)", "compares no probability"),
        ("probability(wall_clock <= 60 d) >= 9", "9 is not from 0 to 1; a fraction such as"),
        ("goodput >= 90", "90 is not from 0 to 1; a fraction such as"),
        ("wall_clock >= -3 d", "-3 d is below 0"),
        ("interruptions <= -1", "-1 is below 0"),
        ("finish before 2025-12-31", "2025-12-31 is before the start; choose a later date"),
        ("probability(wall_clock <= 60 d) >= 9 d", "is not a unit of fraction"),
        ("wall_clock before 2026-01-02", "`before` goes with `finish` and a date"),
        ("finish before Easter", "is not a date"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(text: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_target(text, START)
    assert str(refused.value).startswith("target ")
    assert message in str(refused.value)


def test_a_finish_needs_a_start() -> None:
    with pytest.raises(InputError, match="needs a start to be counted from; give the scenario"):
        parse_target("finish before 2026-01-03")


@given(text=st.text(alphabet="pwal_clock90()<=> d.-", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        target = parse_target(text, START)
    except InputError:
        return
    assert target.metric in NAMES


# --- trials that did not finish -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("p50(wall_clock) <= 3 s", True),
        ("p90(wall_clock) <= 1 d", False),
        ("mean(wall_clock) <= 1 d", False),
        ("mean(wall_clock) >= 0", False),
        ("goodput >= 0", False),
        ("probability(wall_clock <= 3 s) >= 75 %", True),
        ("probability(wall_clock <= 9 s) >= 76 %", False),
        ("probability(wall_clock > 3 s) <= 25 %", True),
        ("probability(wall_clock > 9 s) <= 24 %", False),
    ],
)
def test_a_trial_that_did_not_finish_never_helps(text: str, met: bool) -> None:
    target = parse_target(text)
    found = target.estimate(np.array([1.0, 2.0, 3.0, np.nan]))
    assert target.condition.holds(found.value) == met

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.errors import InputError
from simtrain.montecarlo import confidence
from simtrain.montecarlo.columns import COLUMNS, COUNT, FRACTION, NAMES, SECONDS
from simtrain.montecarlo.statistics import describe
from simtrain.montecarlo.targets import parse_target

DAY = 86400.0
START = dt.datetime(2026, 1, 1, 12)
BOUNDS = {
    SECONDS: ("60 d", 60 * DAY),
    FRACTION: ("90 %", 0.9),
    COUNT: ("100", 100.0),
    "host s": ("2 host-d", 2 * DAY),
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
    assert target.share == (None if percent is None else percent / 100)
    assert target.event is None
    told = f"{statistic}({column.name.removesuffix('_s')}) {relation} {written}"
    assert str(target) == told
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
    assert (target.metric, target.share) == ("wall_clock_s", 0.9)
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
    ("text", "told"),
    [
        ("wallclock <= 60 d", "did you mean `wall_clock`?"),
        ("p90(hosts_cylced) <= 9", "did you mean `hosts_cycled`?"),
        ("zzz <= 60 d", "is no metric; one of finish, wall_clock, goodput"),
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
        ("max(wall_clock) <= 60 d", "is no statistic; mean, median, p90"),
        ("p90(wall_clock <= 60 d", "is no number of the trials"),
        ("wall clock <= 60 d", "is no number of the trials"),
        ("probability(wall_clock) >= 0.9", "compares no probability"),
        ("probability(wall_clock <= 60 d)", "compares no probability"),
        ("probability(wall_clock <= 60 d) >= 9", "9 is no probability"),
        ("probability(wall_clock <= 60 d) >= 9 d", "is not a unit of fraction"),
        ("wall_clock before 2026-01-02", "`before` goes with `finish` and a date"),
        ("finish before Easter", "is not a date"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_remedy(text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_target(text, START)
    assert str(refused.value).startswith("target ")
    assert told in str(refused.value)


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


# --- confidence -----------------------------------------------------------------------------------


@given(
    sample=st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60),
    percent=st.integers(1, 99),
)
def test_a_quantile_is_that_of_numpy_and_lies_in_its_interval(sample, percent) -> None:
    found = confidence.quantile(np.array(sample), percent / 100)
    assert found.value == pytest.approx(np.percentile(sample, percent), rel=1e-9, abs=1e-5)
    assert found.low <= found.high


@pytest.mark.parametrize(("share", "size"), [(0.5, 20), (0.9, 100), (0.9, 250), (0.1, 60)])
def test_the_interval_of_a_quantile_holds_the_true_one(share: float, size: int) -> None:
    """At 95 % at least in 4,000 samples, to 3.3 standard errors; and not much more often."""
    samples = np.random.default_rng(5).exponential(size=(4000, size))
    true = -math.log(1 - share)
    found = [confidence.quantile(sample, share) for sample in samples]
    held = np.mean([one.low <= true <= one.high for one in found])
    error = math.sqrt(0.05 * 0.95 / 4000)
    assert 0.95 - 3.3 * error < held < 0.985


def test_a_sample_that_is_too_small_has_no_end_above() -> None:
    assert math.isinf(confidence.quantile(np.arange(35.0), 0.9).high)
    assert confidence.quantile(np.arange(36.0), 0.9).high == 35


@pytest.mark.parametrize(("hits", "trials"), [(0, 20), (3, 20), (20, 20), (225, 250)])
def test_the_interval_of_a_probability_is_that_of_clopper_and_pearson(hits, trials) -> None:
    """At its ends, what was seen or more of it has a probability of 2.5 %, by the binomial sum."""
    found = confidence.probability(hits, trials)
    assert found.value == hits / trials

    def at_least(k: int, p: float) -> float:
        return sum(
            math.comb(trials, j) * p**j * (1 - p) ** (trials - j) for j in range(k, trials + 1)
        )

    if hits:
        assert at_least(hits, found.low) == pytest.approx(0.025, rel=1e-6)
    else:
        assert found.low == 0
    if hits < trials:
        assert 1 - at_least(hits + 1, found.high) == pytest.approx(0.025, rel=1e-6)
    else:
        assert found.high == 1


def test_a_mean_is_that_of_the_summary() -> None:
    sample = np.random.default_rng(1).normal(size=40)
    found, told = confidence.mean(sample), describe(sample)
    assert found == pytest.approx((told["mean"], *told["mean_ci95"]), rel=1e-12)

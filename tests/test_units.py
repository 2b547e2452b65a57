import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain import units
from simtrain.units import Dimension, brief
from tests.examples import examples

DIMENSIONS = [
    units.DURATION,
    units.SIZE,
    units.BANDWIDTH,
    units.WORK,
    units.SPEED,
    units.RATE,
    units.FRACTION,
    units.PLAIN,
    units.STEPS,
]
REFUSED = [
    *["", " ", "x", "nan", "inf", "-", "1 parsec", "1 m", "1 s s", "1e9999", "1,5 s", "٣ s"],
    *["1__0 s", "NaN s", "one day", "1 h -30 min", "3 d d", "s", "\0", "9" * 5000, "1 per"],
    "1 per 0 day",
]
BY_NAME = pytest.mark.parametrize("dimension", DIMENSIONS, ids=lambda dimension: dimension.name)


@BY_NAME
@examples(200)
@given(st.floats(min_value=0, allow_infinity=False))
def test_what_is_written_is_read_back_exactly(dimension: Dimension, value: float) -> None:
    assert dimension.parse(dimension.text(value)) == value


@pytest.mark.parametrize(
    ("dimension", "text"),
    [
        (units.DURATION, "0"),
        (units.DURATION, "1 ms"),
        (units.DURATION, "90 min"),
        (units.DURATION, "24.5 min"),
        (units.DURATION, "2 weeks"),
        (units.DURATION, "33.3 s"),
        (units.DURATION, "1000 years"),
        (units.SIZE, "1.6 TB"),
        (units.SIZE, "1 KiB"),
        (units.SPEED, "147 TFLOP/s"),
        (units.RATE, "0.016 per day"),
        (units.FRACTION, "0.001"),
        (units.STEPS, "250 steps"),
    ],
)
def test_the_plainest_text_is_written(dimension: Dimension, text: str) -> None:
    assert dimension.text(dimension.parse(text)) == text


@BY_NAME
def test_every_spelling_of_a_unit_is_read(dimension: Dimension) -> None:
    for unit, factor in dimension.units.items():
        assert dimension.parse(f"3 {unit}") == float(3 * factor)
        assert dimension.parse(f"3{unit}") == float(3 * factor)


@BY_NAME
@pytest.mark.parametrize("text", REFUSED)
def test_refused_texts(dimension: Dimension, text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        dimension.parse(text)


@BY_NAME
@pytest.mark.parametrize("value", [True, None, [], {}, math.nan, math.inf, -math.inf, 10**400])
def test_refused_values(dimension: Dimension, value: object) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        dimension.parse(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "dimension",
    [units.DURATION, units.SIZE, units.RATE, units.ACCELERATOR_RATE, units.STEPS],
    ids=lambda it: it.name,
)
@pytest.mark.parametrize("value", [3, 0.5, "3", "0.5"])
def test_a_bare_number_is_not_given_a_unit(dimension: Dimension, value: float | str) -> None:
    with pytest.raises(ValueError, match="has no unit"):
        dimension.parse(value)
    assert dimension.parse(0) == 0


@pytest.mark.parametrize(
    ("dimension", "text", "value"),
    [
        (units.DURATION, "30 min", 1800),
        (units.DURATION, "1 h 30 min", 5400),
        (units.DURATION, "1h30min", 5400),
        (units.DURATION, "-1 h 30 min", -5400),
        (units.DURATION, "1.1 h", 3960),
        (units.DURATION, "9 ms", 0.009),
        (units.DURATION, "1 year", 365.25 * 86400),
        (units.SIZE, "1.6 TB", 1.6e12),
        (units.SIZE, "900 GiB", 900 * 2**30),
        (units.BANDWIDTH, "400 Gbit/s", 5e10),
        (units.WORK, "4.30e23 FLOP", 4.3e23),
        (units.WORK, "430 ZFLOPs", 4.3e23),
        (units.SPEED, "147 TFLOP/s", 1.47e14),
        (units.SPEED, "147 TFLOPS", 1.47e14),
        (units.RATE, "2 per day", 2 / 86400),
        (units.RATE, "2/day", 2 / 86400),
        (units.RATE, "6.5 per 1000 host-days", 6.5 / 86400e3),
        (units.RATE, "6.5 per 1000 node days", 6.5 / 86400e3),
        (units.RATE, "3 per month", 36 / units.YEAR),
        (units.RATE, "12 per 1000 host-months", 0.144 / units.YEAR),
        (units.RATE, "2 per year", 2 / units.YEAR),
        (units.ACCELERATOR_RATE, "2 per 1000 accelerator-days", 2 / 86400e3),
        (units.ACCELERATOR_RATE, "0.25 per GPU-year", 0.25 / units.YEAR),
        (units.ACCELERATOR_RATE, "5 per 1000 TPU months", 0.06 / units.YEAR),
        (units.FRACTION, "57 %", 0.57),
        (units.FRACTION, 0.57, 0.57),
        (units.FRACTION, "0.57", 0.57),
        (units.PLAIN, 300e9, 3e11),
        (units.STEPS, "250 steps", 250),
    ],
)
def test_known_quantities(dimension: Dimension, text: str | float, value: float) -> None:
    assert dimension.parse(text) == value


def test_the_unit_chosen_does_not_matter() -> None:
    for tenths in range(1, 2000):
        hours = units.DURATION.parse(f"{tenths / 10} h")
        assert hours == units.DURATION.parse(f"{tenths * 6} min")
        assert units.FRACTION.parse(f"{tenths / 10} %") == tenths / 1000


def test_a_unit_that_is_not_known_is_answered_with_those_that_are() -> None:
    with pytest.raises(ValueError, match=r'"m" is not a unit of duration .*min.*years'):
        units.DURATION.parse("30 m")


def test_a_rate_per_accelerator_is_not_taken_for_one_per_host() -> None:
    with pytest.raises(ValueError, match="a rate per GPU is not a rate per host"):
        units.RATE.parse("1 per 1000 GPU-days")
    with pytest.raises(ValueError, match="a rate per host is not one of an accelerator"):
        units.ACCELERATOR_RATE.parse("1 per 1000 host-days")
    with pytest.raises(ValueError, match="names no accelerator"):
        units.ACCELERATOR_RATE.parse("1 per day")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("2 per 1000 host-days", "host"),
        ("2 / rack day", "rack"),
        ("1..3 per 1e3 Pod-days", "pod"),
        ("2 per 1000 days", ""),
        ("2/d", ""),
        ("0", ""),
    ],
)
def test_a_rate_may_say_what_it_is_of(text: str, subject: str) -> None:
    assert units.subject_of(text) == subject


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (59, "59 s"), (90, "1.5 min"), (16200, "4.5 h"), (2928960, "33.9 d")],
)
def test_brief(seconds: float, text: str) -> None:
    assert brief(seconds) == text


@pytest.mark.parametrize(
    ("dimension", "text", "spelled"),
    [
        (units.DURATION, "90minutes", "90 min"),
        (units.RATE, "2  per 1000 host-days", "2 per 1000 host-days"),
        (units.RATE, "2/day", "2/day"),
        (units.ACCELERATOR_RATE, "2 per 1000 accelerator-days", "2 per 1000 accelerator-days"),
        (units.STEPS, "50steps", "50 steps"),
    ],
)
def test_a_quantity_is_spelled_in_one_way_and_stays_what_it_is(
    dimension: Dimension, text: str, spelled: str
) -> None:
    assert dimension.spelled(text) == spelled
    assert dimension.parse(spelled) == dimension.parse(text)

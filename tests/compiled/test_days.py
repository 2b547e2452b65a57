"""Days and seconds of moments: the standard library's own quotient and remainder, to the bit."""

from __future__ import annotations

import math

from hypothesis import example, given
from hypothesis import strategies as st

from simtrain.compiled.days import day_and_second
from simtrain.units import DAY

WHOLE_DAYS = st.integers(0, 2**30).map(lambda day: day * DAY)


@given(
    st.one_of(
        st.floats(0.0, 1e12),
        WHOLE_DAYS,
        WHOLE_DAYS.map(lambda time: math.nextafter(time, math.inf)),
        WHOLE_DAYS.map(lambda time: math.nextafter(time, 0.0)),
    )
)
@example(math.nextafter(3 * DAY, 0.0))
@example(5e-324)
def test_it_is_the_quotient_and_the_remainder(since: float) -> None:
    assert day_and_second(since) == divmod(since, DAY)

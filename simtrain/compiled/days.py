"""Day and second of the day of a moment."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.units import DAY


@kernel
def day_and_second(since: float) -> tuple[int, float]:
    """Whole days in seconds from a midnight on, and seconds of the day that follows.

    What Python's ``divmod(since, DAY)`` gives, without the loop of C's remainder: as long as days
    are fewer than 2³⁶ no product or difference here is rounded, and a quotient that is rounded to
    the whole number above or below it is set right.

    Parameters
    ----------
    since
        Seconds, 0 or above.
    """
    day = math.floor(since / DAY)
    second = since - day * DAY
    if second < 0.0:
        return day - 1, second + DAY
    if second >= DAY:
        return day + 1, second - DAY
    return day, second

"""Numbers that tell what a log is like, the same of a real one and of a simulated one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.history.poisson import correlation, dispersion
from simtrain.logs.outages import longest_quiet_s, most_within, outages
from simtrain.units import DAY, HOUR, WEEK

if TYPE_CHECKING:
    from simtrain.logs.log import FailureLog
    from simtrain.logs.outages import Outages

REPEATS_DAYS = (1, 7, 30)
"""Days after a return within which a further outage of the host is counted."""

NAMES = {
    "dispersion_by_day": "variance/mean by day",
    "dispersion_by_week": "variance/mean by week",
    "dispersion_by_host": "variance/mean by host",
    "hosts_down_mean": "hosts down, mean",
    "hosts_down_p99": "hosts down, P99",
    "hosts_down_max": "hosts down, most",
    "repeats_in_1_d": "repeats in 1 d",
    "repeats_in_7_d": "repeats in 7 d",
    "repeats_in_30_d": "repeats in 30 d",
    "most_in_an_hour": "most in an hour",
    "longest_quiet_s": "longest quiet time",
}
"""What the statistics are called."""


def statistics(log: FailureLog, found: Outages | None = None) -> dict[str, float | None]:
    """Numbers of a log by name; None where it does not tell.

    Parameters
    ----------
    log
        The log.
    found
        Its outages, where they are known already.
    """
    found = found or outages(log)
    weeks = log.per_span(WEEK)
    counts = {"day": log.per_span(DAY), "week": weeks, "host": log.per_host}
    numbers: dict[str, float | None] = {}
    for name, one in counts.items():
        spread = dispersion(one)
        numbers[f"dispersion_by_{name}"] = None if spread is None else spread.ratio
    if found.knows_returns:
        numbers["hosts_down_mean"] = found.down.mean
        numbers["hosts_down_p99"] = found.down.quantile(0.99)
        numbers["hosts_down_max"] = found.down.most
        for days in REPEATS_DAYS:
            numbers[f"repeats_in_{days}_d"] = found.repeats(days * DAY)
    numbers["most_in_an_hour"] = most_within(log.time_s, HOUR)
    numbers["longest_quiet_s"] = longest_quiet_s(log.time_s, log.window_s)
    return numbers


def week_after_week(log: FailureLog) -> float | None:
    """Correlation of the number of failures in each week with that in the week before."""
    weeks = log.per_span(WEEK)
    return correlation(weeks[:-1], weeks[1:]) if len(weeks) > 3 else None

"""How many hosts are down at once: in repair or away, whatever the job does meanwhile.

They count from the cordon on; from the strike where they come back by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from simtrain.accounts.meter import COUNT, HOSTS, Column

if TYPE_CHECKING:
    from simtrain.accounts.timeline import Census

_P99 = 0.99


def time_down(time_by_census: Mapping[Census, float]) -> dict[int, float]:
    """Seconds by number of hosts that are down, from the fewest on."""
    seconds: defaultdict[int, float] = defaultdict(float)
    for (_, _, repair, away), lasted in time_by_census.items():
        seconds[repair + away] += lasted
    return dict(sorted(seconds.items()))


def mean_down(seconds: Mapping[int, float]) -> float:
    """Mean number over time; 0 of no time."""
    total = sum(seconds.values())
    return sum(down * lasted for down, lasted in seconds.items()) / total if total else 0.0


def most_down(seconds: Mapping[int, float], share: float = 1.0) -> int:
    """Number that is not exceeded for a share of the time; 0 of no time."""
    reached, enough = 0.0, share * sum(seconds.values()) * (1 - 1e-12)
    for down, lasted in seconds.items():
        reached += lasted
        if reached >= enough and lasted:
            return down
    return 0


def _column(
    name: str, unit: str, what: str, value: Callable[[Mapping[int, float]], float]
) -> Column:
    meaning = "Hosts in repair or away at once, weighted by time over the whole trial"
    return Column(name, unit, f"{meaning}: {what}.", lambda account: value(account.down_s))


COLUMNS: Sequence[Column] = (
    _column("hosts_down_mean", HOSTS, "their mean number", mean_down),
    _column(
        "hosts_down_p99",
        COUNT,
        "the number that is not exceeded for 99 % of it",
        lambda seconds: most_down(seconds, _P99),
    ),
    _column("hosts_down_max", COUNT, "the most", most_down),
)

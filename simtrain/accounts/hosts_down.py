"""How many hosts are down at once: in repair or away, whatever the job does meanwhile.

They count from the cordon on; from the strike where they come back by themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.accounts.meter import COUNT, HOSTS, Column

if TYPE_CHECKING:
    from simtrain.accounts.timeline import Census

P99 = 0.99
SAME = 1 - 1e-12
"""What sums may lose by rounding until they count as less."""


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
    reached, enough = 0.0, share * sum(seconds.values()) * SAME
    for down, lasted in seconds.items():
        reached += lasted
        if reached >= enough and lasted:
            return down
    return 0


class HostsDown(NamedTuple):
    """How many hosts were down at once, weighted by time.

    Parameters
    ----------
    mean, p99, most
        Their mean number, the number that is not exceeded for 99 % of the time, and the most: of
        one trial, or as arrays over trials.
    """

    mean: Any
    p99: Any
    most: Any

    @classmethod
    def of(cls, time_by_census: Mapping[Census, float]) -> HostsDown:
        """The same from the time by where hosts were."""
        seconds = time_down(time_by_census)
        return cls(mean_down(seconds), most_down(seconds, P99), most_down(seconds))


def _column(name: str, unit: str, what: str, field: str) -> Column:
    meaning = "Hosts in repair or away at once, weighted by time over the whole trial"
    read = attrgetter(f"down.{field}")
    return Column(name, unit, f"{meaning}: {what}.", read)


COLUMNS: Sequence[Column] = (
    _column("hosts_down_mean", HOSTS, "their mean number", "mean"),
    _column("hosts_down_p99", COUNT, "the number that is not exceeded for 99 % of it", "p99"),
    _column("hosts_down_max", COUNT, "the most", "most"),
)

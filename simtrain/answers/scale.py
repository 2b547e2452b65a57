"""`Scaling`: how a job fares as it grows, and how reliable hosts would have to be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.tables.answer import Answer, Columns, columns_of, origin

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.estimates import Estimate


class Needed(NamedTuple):
    """How reliable hosts have to be.

    Parameters
    ----------
    mtbf_s
        The least mean time to failure of a host with which the goodput is kept, to 5 %.
    conclusive_s, conclusive_not_s
        The nearest ones that were looked at with which it conclusively is and is not, at 95 %
        each; None where there is none.
    """

    mtbf_s: float
    conclusive_s: float | None
    conclusive_not_s: float | None


class JobSize(NamedTuple):
    """The job at one size.

    Parameters
    ----------
    accelerators, hosts, spares
        How many there are.
    job_mtbf_s
        Time in training and saving by interruptions; None if nothing interrupts.
    kept
        Mean goodput with the checkpoint interval of the scenario.
    interval_s
        The interval that is best by the formula for memoryless faults; None if there is none, so
        that the scenario keeps its own.
    best
        Mean goodput with that interval.
    needed
        How reliable hosts have to be; None if no reliability is enough.
    """

    accelerators: int
    hosts: int
    spares: int
    job_mtbf_s: float | None
    kept: Estimate
    interval_s: float | None
    best: Estimate
    needed: Needed | None


@dataclass(frozen=True, eq=False)
class Scaling(Answer):
    """How a job fares as it grows.

    Parameters
    ----------
    scenario
        The scenario as it is.
    sizes
        The sizes, in rising order.
    goal
        The goodput that is to be kept.
    is_given
        Whether the goal was asked for; if not, it is the goodput of the smallest size.
    host_mtbf_s
        Mean time to failure of a host of the scenario.
    trials, seed
        Trials of each size at each reliability, and their seed.
    trials_in_all
        Trials that were simulated.
    """

    kind = "scale"

    scenario: Scenario
    sizes: tuple[JobSize, ...]
    goal: float
    is_given: bool
    host_mtbf_s: float
    trials: int
    seed: int
    trials_in_all: int

    def __repr__(self) -> str:
        first, last = self.sizes[0].accelerators, self.sizes[-1].accelerators
        return f"<Scaling of {self.scenario.name} from {first:,} to {last:,} accelerators>"

    def columns(self) -> Columns:
        """One row for each size."""
        return columns_of([_row(size) for size in self.sizes])

    @cached_property
    def _summary(self) -> dict[str, Any]:
        return {
            **origin(self.scenario, self.seed, self.trials),
            "trials_in_all": self.trials_in_all,
            "goal": self.goal,
            "host_mtbf_s": self.host_mtbf_s,
            "sizes": [_row(size) for size in self.sizes],
        }


def _row(size: JobSize) -> dict[str, Any]:
    row: dict[str, Any] = {
        "accelerators": size.accelerators,
        "hosts": size.hosts,
        "spares": size.spares,
        "job_mtbf_s": size.job_mtbf_s,
    }
    for name, goodput in (("goodput_kept", size.kept), ("goodput", size.best)):
        low, high = goodput.interval
        row |= {name: goodput.value, f"{name}_ci95_low": low, f"{name}_ci95_high": high}
    needed = size.needed
    return row | {
        "interval_s": size.interval_s,
        "needed_mtbf_s": needed and needed.mtbf_s,
        "needed_mtbf_conclusive_s": needed and needed.conclusive_s,
        "needed_mtbf_conclusive_not_s": needed and needed.conclusive_not_s,
    }

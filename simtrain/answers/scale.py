"""`Scaling`: how a job fares as it grows, and how reliable hosts would have to be."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.tables.estimates import defined
from simtrain.tables.origin import origin

if TYPE_CHECKING:
    import pandas as pd

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.estimates import Estimate


class Needed(NamedTuple):
    """How reliable hosts have to be.

    Parameters
    ----------
    mtbf_s
        The least mean time to failure of a host with which the goodput is kept, to 5 %.
    surely_s, surely_not_s
        The nearest ones that were looked at with which it surely is and is not, at 95 % each;
        None where there is none.
    """

    mtbf_s: float
    surely_s: float | None
    surely_not_s: float | None


class Size(NamedTuple):
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
class Scaling:
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
        Whether the goal was asked for; if not it is the goodput of the smallest size.
    host_mtbf_s
        Mean time to failure of a host of the scenario.
    trials, seed
        Trials of each size at each reliability, and their seed.
    trials_in_all
        Trials that were simulated.
    """

    scenario: Scenario
    sizes: tuple[Size, ...]
    goal: float
    is_given: bool
    host_mtbf_s: float
    trials: int
    seed: int
    trials_in_all: int

    def __repr__(self) -> str:
        first, last = self.sizes[0].accelerators, self.sizes[-1].accelerators
        return f"<Scaling of {self.scenario.name} from {first:,} to {last:,} accelerators>"

    def to_frame(self) -> pd.DataFrame:
        """One row for each size."""
        import pandas as pd

        return pd.DataFrame([_row(size) for size in self.sizes])

    def summary(self) -> dict[str, Any]:
        """Everything that was found, as ``--json`` prints it."""
        return {
            **origin(self.scenario, self.seed, self.trials),
            "trials_in_all": self.trials_in_all,
            "goal": self.goal,
            "host_mtbf_s": self.host_mtbf_s,
            "sizes": [_row(size) for size in self.sizes],
        }

    def to_json(self) -> str:
        """`summary` as text, the same to the byte for the same sizes, seed and version."""
        return json.dumps(self.summary(), indent=2, allow_nan=False) + "\n"


def _row(size: Size) -> dict[str, Any]:
    row: dict[str, Any] = {
        "accelerators": size.accelerators,
        "hosts": size.hosts,
        "spares": size.spares,
        "job_mtbf_s": size.job_mtbf_s,
    }
    for name, found in (("goodput_kept", size.kept), ("goodput", size.best)):
        row |= {
            name: found.value,
            f"{name}_ci95_low": defined(found.low),
            f"{name}_ci95_high": defined(found.high),
        }
    needed = size.needed
    return row | {
        "interval_s": size.interval_s,
        "needed_mtbf_s": needed and needed.mtbf_s,
        "needed_mtbf_surely_s": needed and needed.surely_s,
        "needed_mtbf_surely_not_s": needed and needed.surely_not_s,
    }

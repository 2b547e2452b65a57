"""What the formulas for the checkpoint interval say of a scenario, fed from its own simulation."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simtrain import theory

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.tables.results import Results


class Formulas(NamedTuple):
    """Checkpoint intervals by formula, and what goes into them. All times in seconds.

    Parameters
    ----------
    mtbf_s
        Time in which the job trains or saves, by interruptions. Interruptions are ends of
        training, so time in which there is none to end is left out on both sides.
    save_s
        Time of a save. Of a simulation the time in stalls by completed saves is known, those that
        faults cut off included: M·(e^(C/M) − 1) for memoryless faults, which is solved for C.
    young_s, daly_s
        Intervals by Young (1974) and by Daly (2006), in time of training.
    exact_s
        The interval that is exactly best for memoryless faults, in time of training.
    """

    mtbf_s: float
    save_s: float
    young_s: float
    daly_s: float
    exact_s: float

    @property
    def intervals(self) -> dict[str, float]:
        """Intervals by the name of their formula."""
        return {"Young": self.young_s, "Daly": self.daly_s, "exact": self.exact_s}


def job_mtbf_s(total: Callable[[str], float]) -> float | None:
    """Time in training and saving by interruptions, of sums by column; None if there are none."""
    columns = ("productive_s", "lost_work_s", "degraded_s", "checkpoint_save_s")
    interruptions = total("interruptions")
    return sum(map(total, columns)) / interruptions if interruptions else None


def formulas_of(results: Results) -> Formulas | None:
    """Checkpoint intervals by formula; none where nothing interrupts or no save takes time."""
    total = partial(_total, results)
    mtbf_s, save_s, saves = job_mtbf_s(total), total("checkpoint_save_s"), total("saves")
    if mtbf_s is None or not saves or not save_s:
        return None
    each_s = mtbf_s * math.log1p(save_s / saves / mtbf_s)
    return Formulas(
        mtbf_s,
        each_s,
        theory.young_interval(each_s, mtbf_s),
        theory.daly_interval(each_s, mtbf_s),
        theory.optimal_interval(each_s, mtbf_s),
    )


def step_of_training_s(results: Results) -> float | None:
    """Mean time of training that a step took, slowness included; none where there are no steps."""
    step_s = results.scenario.step_s
    worked_s = _total(results, "productive_s") + _total(results, "lost_work_s")
    if step_s is None or not worked_s:
        return None
    return step_s * (1 + _total(results, "degraded_s") / worked_s)


def _total(results: Results, name: str) -> float:
    return float(results.metric(name).sum())

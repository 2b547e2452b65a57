"""How long a run in flight was at risk so far: its training, and what faults made of the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simtrain.model.parameters import Parameters


def at_risk_s(
    now: Parameters, elapsed_s: float, training_s: float, faults: int, rolled_back: int
) -> float:
    """Seconds in which a run was at risk, at a mean.

    Hosts fail too while the job is launched and loads, and in work that was lost and done again,
    which rows far apart do not show: of each fault a launch, a load and, if no row shows that work
    was rolled back, half an interval. They fill at most the time in which no work was gained. What
    is left of that counts as far as hosts fail that do not work.

    Parameters
    ----------
    now
        What is in force, with numbers that are not known at their middle.
    elapsed_s, training_s
        Seconds since the start, and those in which work was gained, saves included.
    faults
        Faults that ended training.
    rolled_back
        How often rows show that work was rolled back.
    """
    checkpoint, restart = now.checkpoint, now.restart
    launch_s = restart.duration.mean / max(1.0 - restart.failure, 0.1)
    again_s = faults * (launch_s + checkpoint.tiers[-1].load.mean)
    lost_s = max(faults - rolled_back, 0) * now.interval_s / 2
    rest_s = max(elapsed_s - training_s, 0.0)
    busy_s = min(again_s + lost_s, rest_s)
    return training_s + busy_s + now.cluster.idle_hazard * (rest_s - busy_s)

"""What a fault does to the job at the moment it strikes: a table with a row for each effect."""

from __future__ import annotations

from typing import NamedTuple


class Effect(NamedTuple):
    """Effect of a class of faults.

    Parameters
    ----------
    stops
        Whether training stops at once. Otherwise the fault is latent: training goes on until the
        fault is noticed, after a latency in time of training.
    taints
        Whether the work done since is of no use: recovery returns to a copy from before.
    """

    stops: bool
    taints: bool


EFFECTS = {
    "crash": Effect(stops=True, taints=False),
    "hang": Effect(stops=True, taints=False),
    "diverge": Effect(stops=False, taints=True),
}
"""By the name that a scenario gives. A hang differs from a crash in how soon it is detected."""

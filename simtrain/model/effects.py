"""What a fault does to the job at the moment it strikes: a table with a row for each effect."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effect:
    """Effect of a class of faults.

    Parameters
    ----------
    stops
        Whether training stops at once. Otherwise the fault is latent: training goes on until the
        fault is noticed, and perhaps beyond.
    taints
        Whether the work done since is of no use. It is noticed after a latency in time of
        training; recovery then returns to a copy from before.
    slows
        Whether training is slower while it lasts. It is noticed after a latency in wall-clock; the
        host is then swapped at a planned stop.
    merges
        Whether one that strikes while another is unnoticed is part of that one.
    after_grace
        Whether it strikes only while the job trains, in a time that begins anew each time that
        training resumes, once the grace of the class is over.
    preempts
        Whether hosts that work as they should are taken away, perhaps after a notice.
    """

    stops: bool = False
    taints: bool = False
    slows: bool = False
    merges: bool = False
    after_grace: bool = False
    preempts: bool = False


EFFECTS = {
    "crash": Effect(stops=True),
    "hang": Effect(stops=True),
    "diverge": Effect(taints=True, merges=True),
    "corrupt": Effect(taints=True),
    "slow": Effect(slows=True),
    "false alarm": Effect(stops=True, after_grace=True),
    "preempt": Effect(stops=True, preempts=True),
}
"""By the name that a scenario gives. A hang differs from a crash in how soon it is detected."""

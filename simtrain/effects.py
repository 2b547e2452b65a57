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
    is_told
        Whether nothing is broken: whoever stops the job tells it, without a latency, and as a rule
        needs no person to start it again. Every other effect has its latency in `[detection]`.
    only
        The only scope of its faults, ``"job"`` or ``"host"``; that of a host may be an accelerator
        in it. Empty if there are others.
    keys
        Keys of a class that mean something beside this effect, and beside others that have them.
    """

    stops: bool = False
    taints: bool = False
    slows: bool = False
    merges: bool = False
    after_grace: bool = False
    preempts: bool = False
    is_told: bool = False
    only: str = ""
    keys: tuple[str, ...] = ()

    @property
    def breaks(self) -> bool:
        """Whether something is broken that stops the job at once."""
        return self.stops and not self.is_told


EFFECTS = {
    "crash": Effect(stops=True),
    "hang": Effect(stops=True),
    "diverge": Effect(taints=True, merges=True, only="job", keys=("margin", "skips")),
    "corrupt": Effect(taints=True, only="host"),
    "slow": Effect(slows=True, only="host", keys=("speed", "lasts")),
    "false alarm": Effect(stops=True, after_grace=True, is_told=True, only="job", keys=("grace",)),
    "preempt": Effect(stops=True, preempts=True, is_told=True, keys=("notice", "shield")),
}
"""By the name that a scenario gives. A hang differs from a crash in how soon it is detected."""

OWN_KEYS = tuple(dict.fromkeys(key for effect in EFFECTS.values() for key in effect.keys))
"""Keys of a class that mean something beside some effects only."""


def such_as(key: str) -> str:
    """Effects beside which a key means something, for people."""
    return " or ".join(f"`{name}`" for name, effect in EFFECTS.items() if key in effect.keys)

"""When saves are made, and where they go."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from simtrain.causes import CHECKPOINTS, CORRUPT_COPIES
from simtrain.distributions import Fixed, Law
from simtrain.model.parameters.faults import FaultParameters, fault_of_job
from simtrain.model.parameters.settled import Settle
from simtrain.model.parameters.workload import step
from simtrain.model.topology import CLUSTER, Scope, scope_of
from simtrain.scenario.checkpoint import Tier
from simtrain.scenario.domains import hosts_by_scope
from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class TierParameters:
    """A tier of copies. Times in seconds; failures and corruption as probabilities.

    Parameters
    ----------
    lag
        Time from the end of the stall until the copy is durable.
    keep, permanent_every
        How many copies are kept, and which of them, each n-th, are kept for good; None for all and
        for none.
    name
        Its name; empty if it is the only one.
    every
        Each n-th save goes to it.
    survives
        Scope of which a copy survives one loss; None if it survives all.
    save_stops
        Probability that a save to it fails and ends training, which is not in `save_failure`.
    latent
        Fault that a load of a corrupt copy is, if training goes on from it; None if it is found
        at once.
    """

    stall: float
    lag: float
    save_failure: float
    load: Law
    load_failure: float
    load_hang: float
    load_timeout: Law
    corrupt: float
    keep: int | None
    permanent_every: int | None = None
    name: str = ""
    every: int = 1
    survives: Scope | None = None
    save_stops: float = 0.0
    latent: FaultParameters | None = None


class SaveParameters(NamedTuple):
    """A save to some tiers.

    Parameters
    ----------
    stall, lag
        Seconds that training stands still, and from then until every copy is durable.
    tiers
        Numbers of the tiers.
    """

    stall: float
    lag: float
    tiers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CheckpointParameters:
    """When saves are made, and the tiers that they go to.

    Parameters
    ----------
    interval
        Work between two saves where `in_work`, else training, in seconds.
    tiers
        The last one holds what the end of the work and a stop leave behind.
    save_hangs
        Probability that a save hangs.
    hang, failure
        Fault that a save is which hangs, or which fails and ends training.

    Attributes
    ----------
    saves, saves_to_last
        A round of saves, from the one with number 0 on: as they are, and if they go to the last
        tier in any case.
    end_training
        Whether some save may hang or stop training.
    """

    interval: float
    in_work: bool
    write_slowdown: float
    final_save: bool
    tiers: tuple[TierParameters, ...]
    save_hangs: float
    hang: FaultParameters
    failure: FaultParameters
    saves: tuple[SaveParameters, ...] = field(init=False)
    saves_to_last: tuple[SaveParameters, ...] = field(init=False)
    end_training: bool = field(init=False)

    def __post_init__(self) -> None:
        tiers, last = self.tiers, len(self.tiers) - 1
        rounds = range(math.lcm(*(tier.every for tier in tiers)))
        due = [[n for n, tier in enumerate(tiers) if not number % tier.every] for number in rounds]
        derived = {
            "saves": tuple(self._save(numbers) for numbers in due),
            "saves_to_last": tuple(self._save(sorted({*numbers, last})) for numbers in due),
            "end_training": self.save_hangs > 0.0 or any(tier.save_stops for tier in tiers),
        }
        for name, value in derived.items():
            object.__setattr__(self, name, value)

    @property
    def mean_stall(self) -> float:
        """Seconds that a save stalls training, on average over a round of tiers."""
        return sum(save.stall for save in self.saves) / len(self.saves)

    @property
    def mean_lag(self) -> float:
        """Seconds until the copies of a save are durable, on average over a round of tiers."""
        return sum(save.lag for save in self.saves) / len(self.saves)

    def save(self, number: int, to_last: bool = False) -> SaveParameters:
        """Save with a number, perhaps to the last tier in any case."""
        saves = self.saves_to_last if to_last else self.saves
        return saves[number % len(saves)]

    def _save(self, numbers: Iterable[int]) -> SaveParameters:
        tiers = [self.tiers[number] for number in numbers]
        stall = sum(tier.stall for tier in tiers)
        return SaveParameters(stall, max((t.lag for t in tiers), default=0.0), tuple(numbers))


def checkpoint_of(scenario: Scenario, settle: Settle, start: Scenario) -> CheckpointParameters:
    """Parameters of saves and copies."""
    table = scenario.checkpoint
    interval = settle("checkpoint.interval", table.interval.number).mean
    if table.interval.in_steps:
        interval *= step(scenario, settle, start)
    return CheckpointParameters(
        interval=interval,
        in_work=table.interval.in_steps,
        write_slowdown=settle("checkpoint.write_slowdown", table.write_slowdown).mean,
        final_save=table.final_save,
        tiers=tuple(_tier(scenario, path, tier, settle) for path, tier in table.tiers()),
        save_hangs=settle("checkpoint.save_hang", table.save_hang).mean,
        hang=fault_of_job(
            CHECKPOINTS, "hang", settle("checkpoint.save_timeout", table.save_timeout)
        ),
        failure=fault_of_job(
            CHECKPOINTS, "crash", settle("detection.crash", scenario.detection.crash)
        ),
    )


def _tier(scenario: Scenario, path: str, tier: Tier, settle: Settle) -> TierParameters:
    """Tier whose keys stand at a path."""
    table = scenario.checkpoint

    def number(key: str) -> float:
        return settle(f"{path}.{key}", getattr(tier, key)).mean

    def moved(time: str, bandwidth: str) -> Law:
        """The time itself, or what the size takes at a bandwidth."""
        if getattr(tier, time) is not None:
            return settle(f"{path}.{time}", getattr(tier, time))
        if getattr(tier, bandwidth) is None:
            return Fixed(0.0)
        speed = number(bandwidth)
        if tier.per_host:
            speed *= scenario.cluster.hosts
        if tier.store_bandwidth is not None:
            speed = min(speed, number("store_bandwidth"))
        return Fixed(size / speed)

    size = 0.0
    if tier.size is not None:
        size = number("size")
    elif table.size is not None:
        size = settle("checkpoint.size", table.size).mean
    failure, stops = number("save_failure"), table.save_failure_stops
    latent: FaultParameters | None = None
    if tier.corrupt_found_after is not None:
        found_after = settle(f"{path}.corrupt_found_after", tier.corrupt_found_after)
        latent = fault_of_job(CORRUPT_COPIES, "corrupt", found_after) if found_after.mean else None
    return TierParameters(
        stall=moved("stall", "save_bandwidth").mean,
        lag=moved("durability_lag", "write_bandwidth").mean,
        save_failure=0.0 if stops else failure,
        load=moved("load", "load_bandwidth"),
        load_failure=number("load_failure"),
        load_hang=number("load_hang"),
        load_timeout=settle(f"{path}.load_timeout", tier.load_timeout),
        corrupt=number("corrupt"),
        keep=tier.keep,
        permanent_every=tier.permanent_every,
        name=tier.name,
        every=tier.every,
        survives=_survives(scenario, tier),
        save_stops=failure if stops else 0.0,
        latent=latent,
    )


def _survives(scenario: Scenario, tier: Tier) -> Scope | None:
    """Scope of which a copy survives one loss, or None if it survives all."""
    scope = scope_of(tier.survives, hosts_by_scope(scenario.domain))
    return None if scope == CLUSTER else scope

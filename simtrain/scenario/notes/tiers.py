"""Tiers that no loss leaves readable, that are in another order, or that nothing loads from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING

from simtrain.scenario.domains import hosts_by_scope
from simtrain.scenario.notes.note import Note
from simtrain.scenario.noticing import training_between_saves_s
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.checkpoint import Tier
    from simtrain.scenario.faults import FaultClass
    from simtrain.scenario.scenario import Scenario


def _copies_that_nothing_survives(scenario: Scenario) -> Iterator[Note]:
    """Faults and incidents that take more hosts than the copies of any tier survive."""
    furthest = max(_reach(scenario, tier) for _, tier in scenario.checkpoint.tiers())
    lost = {f"fault.{name}": _loss(scenario, fault) for name, fault in scenario.fault.items()}
    lost |= {
        f"stop.{name}": math.inf if stop.hosts == "all" or stop.hosts > 1 else 1
        for name, stop in scenario.stop.items()
        if stop.kind == "incident"
    }
    for key, loss in lost.items():
        if loss > furthest:
            yield Note(
                "checkpoint.tier",
                f"No tier survives `{key}`: the hosts that it takes hold a part of all copies, "
                'and the run goes back to its start. A tier with `survives = "cluster"` does.',
            )


def _tiers_never_used(scenario: Scenario) -> Iterator[Note]:
    """Tiers of which another has each copy as well, no less safe and as fast to load."""
    tiers = scenario.checkpoint.tiers()
    for number, (path, tier) in enumerate(tiers):
        for other, (_, better) in enumerate(tiers):
            is_faster = (_load_s(scenario, better), other) < (_load_s(scenario, tier), number)
            is_perfect = not any(
                getattr(better, key).middle
                for key in ("save_failure", "load_failure", "load_hang", "corrupt")
            )
            if (
                is_faster
                and is_perfect
                and better.keep is None
                and not tier.every % better.every
                and _reach(scenario, better) >= _reach(scenario, tier)
            ):
                yield Note(
                    path,
                    f"Tier `{tier.name}` is never loaded from: `{better.name}` has each of its "
                    "copies too, survives as much and loads no slower.",
                )
                break


def _tiers_in_another_order(scenario: Scenario) -> Iterator[Note]:
    """A last tier that others outlive, or that is hardly ever saved to."""
    *others, (path, last) = scenario.checkpoint.tiers()
    reach = _reach(scenario, last)
    further = [tier.name for _, tier in others if _reach(scenario, tier) > reach]
    if further:
        yield Note(
            f"{path}.survives",
            f"The last tier, `{last.name}`, survives less than `{further[0]}`. Saves at the end of "
            "the work and before stops go to the last one, which should survive most.",
        )
    saves = scenario.ideal_s / training_between_saves_s(scenario)
    for path, tier in scenario.checkpoint.tiers():
        if tier.every > max(1.0, saves):
            yield Note(
                f"{path}.every",
                f"Tier `{tier.name}` is not saved to before the end of the work: that is every "
                f"{tier.every} saves, and there are some {saves:.0f}.",
            )


def _reach(scenario: Scenario, tier: Tier) -> float:
    """Hosts of the largest scope of which a copy survives one loss."""
    return hosts_by_scope(scenario.domain)[tier.survives]


def _loss(scenario: Scenario, fault: FaultClass) -> float:
    """Hosts of the scope that a class of faults takes out of the job."""
    if fault.rate is not None and not fault.rate.middle:
        return 0.0
    if fault.scope == "job":
        return 0.0 if fault.returns is None else math.inf
    if fault.returns is None and fault.needs_repair is not None and not fault.needs_repair.middle:
        return 0.5  # it stays, without what it held in memory
    return hosts_by_scope(scenario.domain)[fault.scope]


def _writes_side_by_side(scenario: Scenario) -> Iterator[Note]:
    """Writes of one save to two tiers that perhaps share a store, and slow each other there."""
    tiers, saves = scenario.checkpoint.tiers(), scenario.checkpoint
    for (_, one), (path, other) in combinations(tiers, 2):
        store, sizes = one.store_bandwidth, (one.size or saves.size, other.size or saves.size)
        if store is None or other.store_bandwidth is None or None in sizes:
            continue
        if store.middle != other.store_bandwidth.middle:
            continue
        hosts = scenario.cluster.hosts
        apart_s = [
            tier.moved_s(tier.write_bandwidth, size, hosts)
            for tier, size in zip((one, other), sizes, strict=True)
        ]
        together_s = sum(size.middle for size in sizes if size is not None) / store.middle
        if min(apart_s) > 0 and together_s > max(apart_s):
            yield Note(
                f"{path}.store_bandwidth",
                f"Tiers `{one.name}` and `{other.name}` are taken to have a store each, so that "
                f"both copies of a save are durable after {brief(max(apart_s))}. In one store with "
                f"this `store_bandwidth` that takes {brief(together_s)}, which `durability_lag` of "
                "both can say.",
            )


def _load_s(scenario: Scenario, tier: Tier) -> float:
    """Middle of the time that a load takes, in seconds."""
    size = tier.size or scenario.checkpoint.size
    if tier.load is not None:
        return tier.load.middle
    return tier.moved_s(tier.load_bandwidth, size, scenario.cluster.hosts)


NOTES = (
    _copies_that_nothing_survives,
    _tiers_never_used,
    _tiers_in_another_order,
    _writes_side_by_side,
)

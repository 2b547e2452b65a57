"""What the numbers of a scenario lead to, that whoever wrote them may not have meant."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from simtrain.scenario.accelerators import KEY, accelerators
from simtrain.scenario.misfits import longest_stall_s, misfits
from simtrain.scenario.named import NAMED
from simtrain.scenario.noticing import (
    is_ever_noticed,
    mostly_noticed_by_s,
    tier_that_reaches_back,
    training_between_saves_s,
)
from simtrain.scenario.watches import never_used, overlapping
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.scenario.checkpoint import Tier
    from simtrain.scenario.faults import FaultClass
    from simtrain.scenario.scenario import Scenario

RARELY = 0.01
"""Probability below which nothing is said of a loss of all copies."""
SHORTENS = 0.1
"""Part of `every` from which on a stop notably shortens the training between two of them."""
_ALIKE = 0.8
"""From which ratio of the letters in common on two names may be one, misspelt."""


class Note(NamedTuple):
    """A sentence on the value at a path.

    Parameters
    ----------
    key
        Path of the value.
    sentence
        What it leads to, and what to do if that is not meant.
    """

    key: str
    sentence: str

    def summary(self) -> dict[str, str]:
        """Key and sentence, as in `summary.json`."""
        return {"key": self.key, "note": self.sentence}


def notes(scenario: Scenario) -> list[Note]:
    """All notes on `scenario`, as it is before any change."""
    return [
        *_copies_that_are_gone(scenario),
        *_copies_that_nothing_survives(scenario),
        *_tiers_never_used(scenario),
        *_tiers_in_another_order(scenario),
        *_faults_that_nobody_ends(scenario),
        *_checks_that_find_nothing(scenario),
        *_weathers_never_used(scenario),
        *_saves_taken_for_hung(scenario),
        *_stops_that_recur(scenario),
        *_rows_never_used(scenario),
        *_domains_without_faults(scenario),
        *_clusters_in_repair(scenario),
        *_spares_dealt_unevenly(scenario),
        *_orders_not_tried(scenario),
        *_names_alike(scenario),
        *_filled_in(scenario),
        *_power_that_is_taken(scenario),
        *(Note(*misfit) for misfit in misfits(scenario)),
        *(Note(*wide) for wide in scenario.wide_ranges()),
    ]


def order_of_rows(scenario: Scenario) -> str:
    """Which rows of `people.when` come before which where they overlap; empty if none do."""
    orders = [
        f"row {row} before {', '.join(map(str, later))}"
        for row, later in overlapping(scenario.people).items()
    ]
    if not orders:
        return ""
    return (
        "Rows of `people.when` overlap, and the first one that fits counts: "
        f"{'; '.join(orders)} (numbered from 0)."
    )


# --- copies -------------------------------------------------------------------------------------


def _copies_that_are_gone(scenario: Scenario) -> Iterator[Note]:
    for name, fault in scenario.fault.items():
        chance, path, tier = tier_that_reaches_back(scenario, name)
        if chance < RARELY:
            continue
        interval_s = training_between_saves_s(scenario) * tier.every
        margin_s = fault.margin.middle / scenario.workload.speed.middle
        late_s = mostly_noticed_by_s(scenario, name, RARELY) + margin_s
        half_noticed_by_s = mostly_noticed_by_s(scenario, name, 0.5)
        often = "each time" if chance > 1 - RARELY else f"{100 * chance:.0f} times in 100"
        yield Note(
            f"{path}.keep",
            f"`fault.{name}` is noticed after {brief(half_noticed_by_s)}. By then, with a save "
            f"every {brief(interval_s)} and `{path}.keep` = {tier.keep}, no "
            f"copy from before it is left {often}, and the run goes back to its start. `keep` = "
            f"{math.ceil(late_s / interval_s) + 1} is enough.",
        )


def _saves_taken_for_hung(scenario: Scenario) -> Iterator[Note]:
    saves, stall_s = scenario.checkpoint, longest_stall_s(scenario)
    if saves.save_hang.middle > 0 and saves.save_timeout.middle < stall_s:
        yield Note(
            "checkpoint.save_timeout",
            f"`checkpoint.save_timeout` is {brief(saves.save_timeout.middle)}, and a save takes "
            f"{brief(stall_s)}: saves that do not hang would be taken for hung. Here they are not.",
        )


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


def _reach(scenario: Scenario, tier: Tier) -> float:
    """Hosts of the largest scope of which a copy survives one loss."""
    sizes = {domain.name: float(domain.hosts) for domain in scenario.domain}
    return {"job": 0.0, "host": 1.0, "cluster": math.inf, **sizes}[tier.survives]


def _loss(scenario: Scenario, fault: FaultClass) -> float:
    """Hosts of the scope that a class of faults takes out of the job."""
    if fault.rate is not None and not fault.rate.middle:
        return 0.0
    if fault.scope == "job":
        return 0.0 if fault.returns is None else math.inf
    if fault.returns is None and fault.needs_repair is not None and not fault.needs_repair.middle:
        return 0.5  # it stays, without what it held in memory
    sizes = {domain.name: float(domain.hosts) for domain in scenario.domain}
    return {"accelerator": 1.0, "host": 1.0, "cluster": math.inf, **sizes}[fault.scope]


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
    accelerators = scenario.cluster.hosts * scenario.cluster.accelerators_per_host
    saves = scenario.workload.ideal_s(accelerators) / training_between_saves_s(scenario)
    for path, tier in scenario.checkpoint.tiers():
        if tier.every > max(1.0, saves):
            yield Note(
                f"{path}.every",
                f"Tier `{tier.name}` is not saved to before the end of the work: that is every "
                f"{tier.every} saves, and there are some {saves:.0f}.",
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


def _load_s(scenario: Scenario, tier: Tier) -> float:
    """Middle of the time that a load takes, in seconds."""
    size = tier.size or scenario.checkpoint.size
    if tier.load is not None:
        return tier.load.middle
    return tier.moved_s(tier.load_bandwidth, size, scenario.cluster.hosts)


# --- faults under which training goes on --------------------------------------------------------


def _faults_that_nobody_ends(scenario: Scenario) -> Iterator[Note]:
    for name, fault in scenario.fault.items():
        if fault.effect == "slow" and fault.lasts is None and not is_ever_noticed(scenario, name):
            yield Note(
                f"fault.{name}",
                f"`fault.{name}` never passes, and nobody notices it: from the first one on the "
                "job is slow to the end. Give `lasts`, or `detection`, if that is not meant.",
            )
        if fault.effect == "corrupt" and not is_ever_noticed(scenario, name):
            yield Note(
                f"fault.{name}",
                f"Nobody notices `fault.{name}` before the work is done. Give `detection`, or a "
                '`[check.NAME]` with `finds = ["corrupt"]`, if that is not meant.',
            )


def _checks_that_find_nothing(scenario: Scenario) -> Iterator[Note]:
    effects = {fault.effect for fault in scenario.fault.values()}
    for name, check in scenario.check.items():
        for effect in check.finds or ():
            if effect not in effects:
                yield Note(
                    f"check.{name}.finds",
                    f"`check.{name}` looks for what is `{effect}`, and no class of faults has that "
                    "effect.",
                )


def _weathers_never_used(scenario: Scenario) -> Iterator[Note]:
    used = {varies.name for _, varies in scenario.weathers()}
    for name in scenario.weather:
        if name not in used:
            yield Note(
                f"weather.{name}",
                f"`weather.{name}` is never used. A class of faults takes it with "
                f'`varies = "{name}"`, and so does `[repair]`.',
            )


# --- stops --------------------------------------------------------------------------------------


def _stops_that_recur(scenario: Scenario) -> Iterator[Note]:
    for name, stop in scenario.stop.items():
        if stop.every is None or stop.kind == "incident":
            continue
        every_s, lasts_s = stop.every.middle, stop.duration.middle
        if lasts_s > SHORTENS * every_s:
            yield Note(
                f"stop.{name}.every",
                f"`stop.{name}` is due every {brief(every_s)}, counted from the start of one to "
                f"the start of the next. It lasts {brief(lasts_s)}, so {brief(every_s - lasts_s)} "
                "at most are left to train in between.",
            )


# --- people -------------------------------------------------------------------------------------


def _rows_never_used(scenario: Scenario) -> Iterator[Note]:
    for row in never_used(scenario.people):
        yield Note(
            f"people.when.{row}",
            f"`people.when.{row}` is never used: rows above it fit at all of its hours, and the "
            "first one that fits counts.",
        )


# --- domains ------------------------------------------------------------------------------------


def _domains_without_faults(scenario: Scenario) -> Iterator[Note]:
    """Domains that are told of and make no difference, except that larger ones consist of them."""
    used = {fault.scope for fault in scenario.fault.values()} | {scenario.cluster.spares_within}
    if scenario.domain and not used & {domain.name for domain in scenario.domain}:
        name = scenario.domain[0].name
        yield Note(
            "domain",
            f"No class of faults has a `[[domain]]` as its scope, so hosts of one {name} are never "
            f'lost together. `scope = "{name}"` of a class says that they are.',
        )


def _clusters_in_repair(scenario: Scenario) -> Iterator[Note]:
    """Faults of the whole cluster after which every host of it goes to repair."""
    for name, fault in scenario.fault.items():
        needs_repair = fault.needs_repair is None or fault.needs_repair.middle > 0
        if fault.scope == "cluster" and not fault.hosts and not fault.returns and needs_repair:
            hosts = scenario.cluster.hosts + scenario.cluster.spares
            yield Note(
                f"fault.{name}",
                f"`fault.{name}` strikes all {hosts} hosts at once, and each of them goes to "
                "repair. If they come back by themselves, give `returns`; for a burst, give "
                "`hosts`; if a restart is enough, `needs_repair = 0`.",
            )


def _spares_dealt_unevenly(scenario: Scenario) -> Iterator[Note]:
    cluster = scenario.cluster
    size = next((row.hosts for row in scenario.domain if row.name == cluster.spares_within), 0)
    if not size:
        return
    domains = -(-(cluster.hosts + cluster.spares) // size)
    least, more = divmod(cluster.spares, domains)
    if more:
        yield Note(
            "cluster.spares",
            f"{cluster.spares} spares are not dealt evenly over {domains} domains of the level "
            f"`{cluster.spares_within}`: {more} of them have {least + 1}, the others {least}, and "
            "wait sooner.",
        )


# --- changes, and files that extend others ------------------------------------------------------


def _orders_not_tried(scenario: Scenario) -> Iterator[Note]:
    """Changes of which there are so many that an order with a mistake is found in a trial."""
    if not scenario.tried_all_orders:
        yield Note(
            "change",
            "Changes by date and by progress may come in more orders than are tried beforehand; "
            "one that makes the scenario wrong ends the run when a trial comes to it.",
        )


def _names_alike(scenario: Scenario) -> Iterator[Note]:
    """Classes and stops of a file that are named almost as one of the file that it extends."""
    for root in NAMED:
        paths = {name: f"{root}.{name}" for name in getattr(scenario, root)}
        files = {name: scenario.places.file_of(path) for name, path in paths.items()}
        own = scenario.places.file_of("")
        extended = [name for name, file in files.items() if file != own]
        for name in (name for name, file in files.items() if file == own):
            for close in difflib.get_close_matches(name, extended, n=1, cutoff=_ALIKE):
                yield Note(
                    paths[name],
                    f"`{paths[name]}` is new, beside `{paths[close]}` of the file that is "
                    f"extended; if that one is meant, write it `{close}`.",
                )


# --- power --------------------------------------------------------------------------------------


def _filled_in(scenario: Scenario) -> Iterator[Note]:
    """What the catalogue of accelerators says in place of the scenario."""
    named = scenario.cluster.accelerator
    if named is None or not scenario.filled_in:
        return
    found = accelerators()[named]
    values = ", ".join(f"`{key}` = {value}" for key, value in scenario.filled_in)
    alone = " Power is the TDP of the accelerator alone." if "power." in values else ""
    yield Note(
        KEY, f'`{KEY}` = "{named}" fills in {values} ({found.title}; {found.source}).{alone}'
    )


def _power_that_is_taken(scenario: Scenario) -> Iterator[Note]:
    power = scenario.power
    if power is None or power.stalled is not None or power.training.middle == 0:
        return
    yield Note(
        "power.stalled",
        "`power.stalled` is not given, so hosts that wait, save, load and restart are taken to "
        "draw what they draw while they train, and so are idle spares unless `power.idle` is "
        "given. That is the most it can be.",
    )

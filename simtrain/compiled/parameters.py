"""Numbers in force as records: the classes of `simtrain.model.parameters`, field by field.

Fields have the names of the attributes, so that compiled code asks a record as Python code asks
the object. A law is a nested record; what is true or false is 1 or 0. Where an attribute may be
None, an infinite float, a law of the kind `NONE`, or -1 stands for it, but for `retire_at`: there
it is `NEVER`, which no count reaches. Names are numbers that the caller gives.
"""

from __future__ import annotations

import dataclasses
import math
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.compiled.laws import LAW, NotEncodedError, encode
from simtrain.compiled.support import MOST_CLASSES_TO_CHECK, MOST_TRIES
from simtrain.compiled.unknown import of_law
from simtrain.effects import Effect
from simtrain.model import topology
from simtrain.model.on_call import is_on, seconds_of_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simtrain.model.parameters import (
        CheckParameters,
        ClusterParameters,
        DiagnosisParameters,
        FaultParameters,
        RecoveryParameters,
        RepairParameters,
        RestartParameters,
        TierParameters,
    )
    from simtrain.model.parameters.allocation import AllocationParameters
    from simtrain.model.weather import WeatherParameters
    from simtrain.model.working_hours import WorkingHours

NEVER = 1 << 62
"""A count that is not reached."""

MOST_CLASSES = MOST_CLASSES_TO_CHECK + 4
"""Most classes that a check can look for, those of saves and copies among them."""

Encoded = tuple[Any, ...]
"""Values of the fields of a record, in order."""

Held = list["NDArray[Any]"]
"""Arrays that live as long as the records that have their addresses."""


def _dtype(*parts: tuple[str, Any]) -> np.dtype[np.void]:
    """Record of fields of one type after another, each given by their names."""
    named = [(name, kind) for names, kind in parts for name in names.split()]
    return np.dtype(
        [(name, *(kind if isinstance(kind, tuple) else (kind,))) for name, kind in named],
        align=True,
    )


RESTART = _dtype(
    ("duration warm_up", LAW),
    ("failure warm_up_speed backoff longest_backoff", "f8"),
    ("tries at_start budget counts_failures", "i8"),
)
DIAGNOSIS = _dtype(("automatic manual", LAW), ("recall false_blames", "f8"))
HOURS = _dtype(
    ("since_midnight week_s", "f8"), ("are_given first_day opens closes days", "i8")
)  # fmt: skip
"""Working hours. Of `days` there is a bit each, Monday being 1; `first_day` is an ordinal."""
REPAIR = _dtype(
    ("automated manual burn_in", LAW),
    ("automated_fails automated_misses manual_misses retire burn_in_catches", "f8"),
    ("bad_host_mtbf retire_within", "f8"),
    ("hours", HOURS),
    ("weather crews has_crews retire_at", "i8"),
)
"""`weather` is the number of the one that repairs vary with, -1 for none."""
RECOVERY = _dtype(
    ("reconfigure rejoin_stall", LAW),
    ("reconfigure_success", "f8"),
    ("replicas at_least rejoin_at_save is_replicated batch_shrinks regroup", "i8"),
    ("swap", RESTART),
)
CLUSTER = _dtype(
    ("swap notice provision", LAW),
    ("idle_hazard", "f8"),
    ("hosts spares hot_spares lent_spares spares_within whole in_repair has_provision", "i8"),
)
ALLOCATION = _dtype(
    ("wait", LAW),
    ("limit save_before", "f8"),
    ("queues_after_fault fresh_hosts wait_first queues_when_short waits", "i8"),
)
"""Allocations. `waits` is the place of their waits by the hour, -1 if they have none."""
EFFECT = tuple(field.name for field in dataclasses.fields(Effect) if field.type == "bool")
FAULT = _dtype(
    ("law detection returns speed lasts part_number", LAW),
    ("rate automatic automatic_success needs_repair margin grace factor notice shield", "f8"),
    ("further_tries", ("f8", (MOST_TRIES,))),
    ("restart", RESTART),
    (" ".join(EFFECT), "i8"),
    ("scope_hosts is_domain is_cluster takes_all", "i8"),
    ("has_law has_detection has_returns has_lasts has_part has_log has_restart", "i8"),
    ("diagnose ends_write on_calendar part_is_share in_budget ends_run skips", "i8"),
    ("further_tries_n cause rank weather", "i8"),
)
"""A class of faults. `law` is that of a class with memory; others have a `rate`.

`cause` is the number of its name and `rank` the place of that name in alphabetical order;
`further_tries_n` is how many of `further_tries` there are.
"""
TIER = _dtype(
    ("load load_timeout", LAW),
    ("stall lag save_failure load_failure load_hang load_mean corrupt save_stops", "f8"),
    ("keep permanent_every every has_survives survives_hosts has_latent latent", "i8"),
)
"""A tier. `latent` is the number of the class that a corrupt copy is, if it is not found at once.

`survives_hosts` is the number of hosts of the scope of which a copy survives one loss.
"""
CHECK = _dtype(
    ("duration", LAW),
    ("every chance", "f8"),
    ("in_work to_last", "i8"),
    ("finds", ("i8", (MOST_CLASSES,))),
)
"""A check. `finds` has a 1 for the number of each class that it looks for."""


def encode_restart(restart: RestartParameters | None, held: Held) -> Encoded:
    """Values of a `RESTART`; all are 0 where there is none."""
    if restart is None:
        nothing: Encoded = np.zeros(1, RESTART)[0].item()
        return nothing
    return _encoded(RESTART, restart, held)


def encode_diagnosis(diagnosis: DiagnosisParameters, held: Held) -> Encoded:
    """Values of a `DIAGNOSIS`."""
    return _encoded(DIAGNOSIS, diagnosis, held)


def encode_repair(
    repair: RepairParameters, held: Held, weathers: Sequence[WeatherParameters]
) -> Encoded:
    """Values of a `REPAIR`, with the number of its weather among all."""
    return _encoded(
        REPAIR,
        repair,
        held,
        weather=-1 if repair.weather is None else weathers.index(repair.weather),
        retire_at=NEVER if repair.retire_at is None else repair.retire_at,
        hours=_encoded_hours(repair.hours),
    )


def _encoded_hours(working: WorkingHours | None) -> Encoded:
    """Values of an `HOURS`; all are 0 where there are none."""
    if working is None:
        nothing: Encoded = np.zeros(1, HOURS)[0].item()
        return nothing
    (opens, closes), start = working.hours.hours, working.start
    days = sum(1 << day for day in range(7) if is_on(working.hours, day + 1))
    since_midnight = seconds_of_day(start) if start else 0.0
    first_day = start.toordinal() if start else 0
    return since_midnight, working.week_s, True, first_day, opens, closes, days


def encode_recovery(recovery: RecoveryParameters, held: Held) -> Encoded:
    """Values of a `RECOVERY`."""
    return _encoded(RECOVERY, recovery, held, swap=encode_restart(recovery.swap, held))


def encode_cluster(cluster: ClusterParameters, held: Held) -> Encoded:
    """Values of a `CLUSTER`."""
    return _encoded(CLUSTER, cluster, held, has_provision=cluster.provision is not None)


def encode_allocation(allocation: AllocationParameters | None, held: Held, waits: int) -> Encoded:
    """Values of an `ALLOCATION`; all are 0 where there is none."""
    if allocation is None:
        nothing: Encoded = np.zeros(1, ALLOCATION)[0].item()
        return nothing
    return _encoded(ALLOCATION, allocation, held, waits=waits)


def encode_fault(
    fault: FaultParameters,
    held: Held,
    cause: int,
    rank: int,
    weathers: Sequence[WeatherParameters],
) -> Encoded:
    """Values of a `FAULT`, with the number and the rank of its name and that of each weather.

    Raises
    ------
    NotEncodedError
        If it has more further tries than a record holds, or a law that no record has.
    """
    tries = fault.further_tries
    if len(tries) > MOST_TRIES:
        raise NotEncodedError(f"more than {MOST_TRIES} further tries")
    part, scope = fault.part, fault.scope
    return _encoded(
        FAULT,
        fault,
        held,
        law=encode(fault.law, held, of_arrays=True),
        part_number=encode(None if part is None else part.number, held),
        part_is_share=part is not None and part.is_share,
        further_tries=(*tries, *(0.0,) * (MOST_TRIES - len(tries))),
        further_tries_n=len(tries),
        restart=encode_restart(fault.restart, held),
        scope_hosts=scope.hosts,
        is_domain=scope.is_domain,
        is_cluster=scope == topology.CLUSTER,
        has_law=fault.law is not None,
        has_detection=fault.detection is not None,
        has_returns=fault.returns is not None,
        has_lasts=fault.lasts is not None,
        has_part=part is not None,
        has_log=fault.log is not None,
        has_restart=fault.restart is not None,
        cause=cause,
        rank=rank,
        weather=-1 if fault.weather is None else weathers.index(fault.weather),
        **{name: getattr(fault.effect, name) for name in EFFECT},
    )


def encode_tier(tier: TierParameters, held: Held, latent: int = -1) -> Encoded:
    """Values of a `TIER`, with the number of the class that a corrupt copy of it is."""
    return _encoded(
        TIER,
        tier,
        held,
        load_mean=of_law(tier.load, lambda law: (law.mean,))[0],
        has_survives=tier.survives is not None,
        survives_hosts=-1 if tier.survives is None else tier.survives.hosts,
        has_latent=tier.latent is not None,
        latent=latent,
    )


def encode_check(check: CheckParameters, held: Held, numbers: Mapping[str, int]) -> Encoded:
    """Values of a `CHECK`, with the number of each class by its name.

    Raises
    ------
    NotEncodedError
        If it looks for a class of a number that a record has no place for.
    """
    finds = [0] * MOST_CLASSES
    for name in check.finds:
        if numbers[name] >= MOST_CLASSES:
            raise NotEncodedError(f"more than {MOST_CLASSES} classes of faults and a check")
        finds[numbers[name]] = 1
    return _encoded(CHECK, check, held, finds=finds)


def _encoded(dtype: np.dtype[np.void], of: Any, held: Held, **others: Any) -> Encoded:
    """Values of a record: those that are given, and the attributes of an object otherwise."""
    values = []
    for name, is_law, nothing in _fields(dtype):
        if name in others:
            value = others[name]
        else:
            value = getattr(of, name)
            if is_law:
                value = encode(value, held)
        values.append(nothing if value is None else value)
    return tuple(values)


@cache
def _fields(dtype: np.dtype[np.void]) -> list[tuple[str, bool, float]]:
    """Name of each field, whether it is a law, and what stands for None in it."""
    names = dtype.names or ()
    kinds = [(name, dtype[name]) for name in names]
    return [(name, kind == LAW, -1 if kind.kind == "i" else math.inf) for name, kind in kinds]

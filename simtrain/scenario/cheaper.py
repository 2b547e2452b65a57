"""Which end of a key is the cheaper one, where that is known.

What is bought, built or staffed is cheaper if there is less of it. A time, a rate of faults or a
chance of failure is cheaper if more of it is allowed, as it costs to bring it down.
"""

from __future__ import annotations

from simtrain.distributions import SAME_UNIT
from simtrain.scenario.faults import Detection
from simtrain.scenario.named import NAMED
from simtrain.scenario.reference import path_of

LESS, MORE = "less", "more"
ENDS = LESS, MORE
"""What may be cheaper of a key: its smaller or its greater values."""

_COPIES = ("checkpoint", "checkpoint.tier")
_CHEAPER = {
    LESS: {
        *(f"cluster.{key}" for key in ("hosts", "spares", "hot_spares", "owned")),
        *(f"fault.NAME.{key}" for key in ("automatic", "automatic_success", "restart_success")),
        *(f"fault.NAME.{key}" for key in ("mtbf", "scale")),
        *(f"{table}.{kind}_bandwidth" for table in _COPIES for kind in ("save", "write", "load")),
        *(f"{table}.store_bandwidth" for table in _COPIES),
        *(f"{table}.keep" for table in _COPIES),
        *("diagnosis.recall", "diagnosis.precision", "repair.crews", "repair.burn_in_catches"),
        *("recovery.swap_success", "recovery.reconfigure_success", "check.NAME.chance"),
        "allocation.limit",
    },
    MORE: {
        *("checkpoint.interval", "checkpoint.tier.every", "check.NAME.every"),
        *(f"{table}.{key}" for table in _COPIES for key in ("stall", "durability_lag", "load")),
        *(f"{table}.{kind}_failure" for table in _COPIES for kind in ("save", "load")),
        *(f"cluster.{key}" for key in ("lent_spares", "swap", "notice", "provision")),
        *(f"detection.{key}" for key in Detection.model_fields),
        *(f"fault.NAME.{key}" for key in ("rate", "detection", "restart")),
        *("people.response", "people.when.response", "diagnosis.automatic", "diagnosis.manual"),
        *("repair.automated", "repair.automated_fails", "repair.automated_misses"),
        *("repair.manual", "repair.manual_misses", "check.NAME.duration"),
        *("restart.duration", "restart.failure", "restart.warm_up"),
        *("recovery.swap_restart", "recovery.reconfigure", "recovery.rejoin_stall"),
        *("allocation.wait", "allocation.when.wait"),
    },
}


def cheaper_end(key: str) -> str | None:
    """Whether less or more of a key is cheaper; None where that is not known.

    A parameter in the unit of the key, such as the mean of its law, is like the key itself.
    """
    path = path_of(key)
    named = (path[0], "NAME", *path[2:]) if path[0] in NAMED else path
    parts = [part for part in named if not part.isdecimal()]
    if parts[-1] in SAME_UNIT and ".".join(parts) not in _CHEAPER[LESS]:
        parts.pop()
    return next((end for end in ENDS if ".".join(parts) in _CHEAPER[end]), None)

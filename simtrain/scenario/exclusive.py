"""Keys that say the same in other words, by table: of each group one is given."""

from collections.abc import Mapping
from functools import cache

from simtrain.effects import OWN_KEYS

COPIES = (
    ("stall", "save_bandwidth"),
    ("durability_lag", "write_bandwidth"),
    ("load", "load_bandwidth"),
)
"""Of copies, whether they are in several tiers or not."""

EXCLUSIVE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "workload": (
        ("ideal_time", "accelerator_hours", "flops", "tokens", "step_time"),
        # beside a window `step_time` is worth a step
        ("ideal_time", "accelerator_hours", "flops", "tokens", "window"),
        ("achieved", "mfu", "hfu", "tokens_per_second"),
    ),
    "fault": (("rate", "mtbf", "scale"),),
    "stop": (("at", "progress", "every"),),
    "change": (("at", "progress", "step"),),
    "checkpoint": COPIES,
    "checkpoint.tier": COPIES,
}

DEPENDENT: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "fault": {
        "law": ("shape", "sigma"),
        "scope": ("needs_repair", "hosts"),
        "effect": OWN_KEYS,
    },
    "stop": {"kind": ("hosts", "unfit")},
}
"""Keys that mean something only beside one value of another key."""


@cache
def displaced(table: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Keys of a table, each with those that give way when it is said anew."""
    groups = EXCLUSIVE.get(table, ())
    found = []
    for key in dict.fromkeys(key for group in groups for key in group):
        others = (other for group in groups if key in group for other in group)
        found.append((key, tuple(other for other in dict.fromkeys(others) if other != key)))
    return tuple(found)

"""Numbers in force, to be replaced one at a time, and rows of draws written by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.distributions import Fixed, Uniform
from simtrain.effects import EFFECTS
from simtrain.model.parameters import (
    ClusterParameters,
    DiagnosisParameters,
    FaultParameters,
    RepairParameters,
    RestartParameters,
    TierParameters,
)
from simtrain.model.topology import HOST

if TYPE_CHECKING:
    from simtrain.model.draws import Row

NOTHING = Fixed(0.0)


def seconds(low: float) -> Uniform:
    """Law whose quantile at u is `low` + 10·u: the result tells which law was asked, and where."""
    return Uniform(low, low + 10.0)


CLUSTER = ClusterParameters(
    hosts=4, spares=2, hot_spares=0, lent_spares=0, swap=NOTHING, notice=NOTHING, provision=None,
    idle_hazard=0.0,
)  # fmt: skip
FAULT = FaultParameters(
    name="break", scope=HOST, effect=EFFECTS["crash"], rate=0.01, law=None,
    automatic=0.5, automatic_success=0.5, needs_repair=0.5, diagnose=True,
    detection=seconds(100.0), ends_write=True, margin=0.0,
)  # fmt: skip
RESTART = RestartParameters(
    duration=seconds(200.0), failure=0.5, tries=3, warm_up=seconds(300.0), warm_up_speed=0.5,
    at_start=False,
)  # fmt: skip
TIER = TierParameters(
    stall=1.0, lag=0.0, save_failure=0.0, load=seconds(400.0), load_failure=0.25, load_hang=0.25,
    load_timeout=seconds(500.0), corrupt=0.0, keep=None,
)  # fmt: skip
DIAGNOSIS = DiagnosisParameters(
    automatic=seconds(600.0), manual=seconds(700.0), recall=0.5, false_blames=0.0
)
REPAIR = RepairParameters(
    automated=seconds(800.0), automated_fails=0.25, automated_misses=0.25, manual=seconds(900.0),
    manual_misses=0.5, retire=0.5, burn_in=seconds(1000.0), burn_in_catches=0.5,
    bad_host_mtbf=3600.0,
)  # fmt: skip


def row(uniforms: dict[int, float], before: int = 3) -> Row:
    """Row with some of its fields, and no number in all others, that begins within a block."""
    nothing = float("nan")
    return [nothing] * before + [uniforms.get(field, nothing) for field in range(16)], before

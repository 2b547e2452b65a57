"""Replicas that are left behind and come back without any trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.scenario.recovery import ELASTIC
from simtrain.scenario.unsaid.matters import is_interrupted
from simtrain.scenario.unsaid.row import row

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def _loses_replicas(scenario: Scenario) -> bool:
    return scenario.recovery.policy == ELASTIC and is_interrupted(scenario)


ROWS = (
    row("recovery.reconfigure", "replicas", "are left behind at once", '"40 s"', _loses_replicas),
    row("recovery.reconfigure_success", "reconfigurations", "always work", "0.75",
        _loses_replicas),
    row("recovery.rejoin_stall", "replicas", "come back at once", '"1 min"', _loses_replicas),
)  # fmt: skip

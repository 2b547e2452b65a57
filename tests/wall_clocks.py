"""When trials end, of checks that ask for nothing else of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.compiled.simulator import CompiledSimulator
from simtrain.compiled.support import left_to_simpy

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def wall_clocks(scenario: Scenario, seed: int, trials: int) -> list[float]:
    """Wall-clock of the first trials, in seconds.

    The compiled engine tells them, and nobody listens to their calls: that takes a quarter of what
    the engine on SimPy takes, which tells the same.
    """
    assert not left_to_simpy(scenario)
    simulator = CompiledSimulator(scenario, seed)
    return [simulator.tell(trial).wall_clock_s for trial in range(trials)]

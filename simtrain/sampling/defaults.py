"""How many trials there are if nobody says: as many as are simulated in about two seconds.

The number follows from the scenarios and from what is installed, and not from how quick a machine
is: the same question has the same answer on all that have the same installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.sampling.engines import is_installed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.scenario.scenario import Scenario


class DefaultTrials(NamedTuple):
    """Trials of each point of a question.

    Parameters
    ----------
    compiled
        How many there are where the compiled engine is installed and has all that is needed.
    simpy
        How many there are elsewhere.
    """

    compiled: int
    simpy: int

    def of(self, scenarios: Iterable[Scenario], trials: int | None) -> int:
        """Trials that are asked for, or the default for some scenarios."""
        if trials is not None:
            return trials
        if not is_installed():
            return self.simpy
        from simtrain.compiled.support import left_to_simpy

        return self.simpy if any(map(left_to_simpy, scenarios)) else self.compiled

    def __str__(self) -> str:
        return f"{self.compiled}, or {self.simpy} where only the engine on SimPy tells them"

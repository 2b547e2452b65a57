"""`scenarios`: what the packaged systems took, beside what is published of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.answers.scenarios import System, Systems
from simtrain.questions.question import Question, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.questions.question import Simulate
    from simtrain.scenario.scenario import Scenario

TRIALS = 20
"""Trials of each system: enough for a look, and all are simulated in some seconds."""


class SystemsQuestion(Question[Systems]):
    """What systems took.

    Parameters
    ----------
    scenarios
        Scenarios by name. Systems are those that name one; of several that name the same one, the
        one of the shortest name, which the others vary.
    trials
        How many trials of each.

    Raises
    ------
    InputError
        If `trials` is out of range.
    """

    def __init__(self, scenarios: Mapping[str, Scenario], trials: int = TRIALS):
        self._trials = numbered(trials)
        by_length = sorted(scenarios, key=lambda name: (len(name), name))
        of_system: dict[str, str] = {}
        for name in by_length:
            if system := scenarios[name].system:
                of_system.setdefault(system, name)
        shown = set(of_system.values())
        self._systems = {name: one for name, one in scenarios.items() if name in shown}
        self._others = {name: one.title for name, one in scenarios.items() if name not in shown}
        self.most = len(self._systems) * trials

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """The scenarios of the systems."""
        return list(self._systems.values())

    def answered(self, simulate: Simulate) -> Systems:
        """Simulate each system."""
        results = simulate(self.scenarios, self._trials)
        systems = [System(name, found) for name, found in zip(self._systems, results, strict=True)]
        return Systems(systems, self._others, len(self._trials), results[0].seed if results else 0)

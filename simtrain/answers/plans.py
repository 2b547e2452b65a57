"""`Plans`: what several plans with the same target and trials have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.tables.answer import Answer

if TYPE_CHECKING:
    from simtrain.answers.plan import Decision
    from simtrain.tables.targets import Target


class Plans(Answer):
    """Plans of several cases, each of which is a `Decision`."""

    decisions: tuple[Decision, ...]

    @property
    def target(self) -> Target:
        """What is to be reached."""
        return self.decisions[0].target

    @property
    def trials(self) -> int:
        """Number of trials of each value in each case."""
        return self.decisions[0].trials

    @property
    def seed(self) -> int:
        """Seed of all trials."""
        return self.decisions[0].seed

    @property
    def trials_in_all(self) -> int:
        """Trials that were simulated."""
        return sum(decision.trials_in_all for decision in self.decisions)

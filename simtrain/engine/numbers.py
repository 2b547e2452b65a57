"""Numbers of the trial that runs: the scenario after its changes, each uncertain number settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.model.draws import Draws, numbers_of, quantile
from simtrain.model.parameters import at_middle, parameters_of

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.model.parameters import Parameters, Settle
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario

Changes = tuple[int, ...]
"""Numbers of the changes that have taken effect, in this order."""


class NumbersOfTrial:
    """Numbers in force in one trial after another of a scenario.

    An uncertain number is settled from its own address, so it is the same however often and in
    whatever order it is asked for. Parameters are kept for the rest of the trial, and for all
    others if nothing in them is uncertain.
    """

    def __init__(self, scenario: Scenario):
        self._start = scenario
        self._draws = Draws()
        self._scenarios: dict[Changes, Scenario] = {(): scenario}
        self._of_all_trials: dict[Changes, Parameters] = {}
        self._of_this_trial: dict[Changes, Parameters] = {}

    def begin(self, seed: int, trial: int) -> None:
        """Go on to a trial."""
        self._draws.begin(seed, numbers_of(trial))
        self._of_this_trial.clear()

    def settle(self, path: str, number: Number) -> Law:
        """Law of a number in this trial."""
        return number.settled(path, self._quantile)

    def parameters_after(self, changes: Changes) -> Parameters:
        """Parameters in this trial after some changes."""
        known = self._of_all_trials.get(changes) or self._of_this_trial.get(changes)
        if known is not None:
            return known
        asked: list[str] = []

        def settle(path: str, number: Number) -> Law:
            if number.is_certain:  # most are, and they are asked for in every trial
                return number.law
            asked.append(path)
            return self.settle(path, number)

        parameters = self._parameters(changes, settle)
        kept = self._of_this_trial if asked else self._of_all_trials
        kept[changes] = parameters
        return parameters

    def hold_in_all_trials(self, changes: Changes) -> bool:
        """Whether parameters that were asked for in this trial are the same in all others."""
        return changes in self._of_all_trials

    def at_middle(self, changes: Changes) -> Parameters:
        """Parameters after some changes with each uncertain number at its middle."""
        return self._parameters(changes, at_middle)

    def _parameters(self, changes: Changes, settle: Settle) -> Parameters:
        return parameters_of(self._after(changes), settle, self._start)

    def _after(self, changes: Changes) -> Scenario:
        """Scenario after some changes, made from that before the last of them."""
        if changes not in self._scenarios:
            before = len(changes) - 1
            while changes[:before] not in self._scenarios:
                before -= 1
            scenario = self._scenarios[changes[:before]]
            for number in changes[before:]:
                scenario = scenario.changed_by(number, self._start.change[number])
            self._scenarios[changes] = scenario
        return self._scenarios[changes]

    def _quantile(self, address: str) -> float:
        return quantile(self._draws, address)

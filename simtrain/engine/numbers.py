"""Numbers of the trial that runs: the scenario after its changes, each uncertain number settled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain.model.draws import Draws, numbers_of
from simtrain.model.parameters.in_force import assembled, makes_of
from simtrain.model.parameters.parts import Part, part_of
from simtrain.model.quantiles import quantile_of

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.model.parameters import Parameters
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
        self._parts: dict[Changes, list[Part]] = {}
        self._of_all_trials: dict[Changes, Parameters] = {}
        self._of_this_trial: dict[Changes, Parameters] = {}
        self._made: dict[Part, Any] = {}
        self._laws: dict[tuple[str, int], tuple[Number, Law]] = {}

    def begin(self, seed: int, trial: int) -> None:
        """Go on to a trial."""
        self._draws.begin(seed, numbers_of(trial))
        for one in (self._of_this_trial, self._made, self._laws):
            one.clear()

    def settle(self, path: str, number: Number) -> Law:
        """Law of a number in this trial."""
        if number.is_certain:  # most are, and they are asked for in every trial
            return number.law
        address = path, id(number)
        known = self._laws.get(address)
        if known is None:
            known = self._laws[address] = number, self._settled(path, number)
        return known[1]

    def parameters_after(self, changes: Changes) -> Parameters:
        """Parameters in this trial after some changes."""
        known = self._of_all_trials.get(changes) or self._of_this_trial.get(changes)
        if known is not None:
            return known
        scenario, parts = self._after(changes), self._parts_after(changes)
        made = [part.middle if part.is_certain else self._of(part, scenario) for part in parts]
        parameters = assembled(scenario, made)
        is_certain = all(part.is_certain for part in parts)
        kept = self._of_all_trials if is_certain else self._of_this_trial
        kept[changes] = parameters
        return parameters

    def hold_in_all_trials(self, changes: Changes) -> bool:
        """Whether parameters that were asked for in this trial are the same in all others."""
        return changes in self._of_all_trials

    def at_middle(self, changes: Changes) -> Parameters:
        """Parameters after some changes with each uncertain number at its middle."""
        parts = [part.middle for part in self._parts_after(changes)]
        return assembled(self._after(changes), parts)

    def _settled(self, path: str, number: Number) -> Law:
        return number.settled(path, self._quantile)

    def _parts_after(self, changes: Changes) -> list[Part]:
        if changes not in self._parts:
            scenario = self._after(changes)
            self._parts[changes] = [
                part_of(make, names, scenario, self._start) for make, names in makes_of(scenario)
            ]
        return self._parts[changes]

    def _of(self, part: Part, scenario: Scenario) -> Any:
        """Part in this trial; the same after all changes that it is not touched by."""
        made = self._made.get(part)
        if made is None:
            made = part.make(scenario, self.settle, self._start, *part.names)
            self._made[part] = made
        return made

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
        return quantile_of(self._draws, address, self._start.conditionals)

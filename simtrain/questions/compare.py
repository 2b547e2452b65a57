"""`compare`: the same trials of several scenarios."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from simtrain.answers.compare import Comparison
from simtrain.errors import InputError
from simtrain.questions.question import ask, numbered

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Unpack

    from simtrain.questions.question import Simulate, SimulationOptions
    from simtrain.scenario.scenario import Scenario

MOST = len(ascii_uppercase)
"""Scenarios that are compared at once: each has a letter."""


def compare(
    scenarios: Sequence[Scenario],
    *,
    names: Sequence[str] | None = None,
    trials: int = 1000,
    **means: Unpack[SimulationOptions],
) -> Comparison:
    """Simulate the same trials of several scenarios, and hold each against the first.

    All have common random numbers, as the points of a sweep do: trial k meets the same faults in
    its time at risk, the same repairs and the same people in each, as far as the scenarios have
    these in common. Each comes out as `run` of it would.

    Parameters
    ----------
    scenarios
        Two or more; the first is the one that the others are compared with.
    names
        What each is called, by default the name of its file.
    trials
        How many trials of each.
    **means
        Seed, jobs and the like: see `simtrain.questions.question.SimulationOptions`.

    Raises
    ------
    InputError
        If there are too few scenarios or too many, or `trials`, `seed` or `jobs` is out of range.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> scenario = load("opt175b.toml")  # doctest: +SKIP
    >>> more = scenario.replace(cluster__spares=12)  # doctest: +SKIP
    >>> compared = compare([scenario, more], trials=200)  # doctest: +SKIP
    >>> compared.difference("wall_clock_s", 1)["mean"] / 86400  # doctest: +SKIP
    """
    names = [scenario.name for scenario in scenarios] if names is None else names
    return ask(CompareQuestion(scenarios, names, trials), **means)


class CompareQuestion:
    """What a comparison asks: which scenario is ahead.

    Parameters
    ----------
    scenarios, names, trials
        As for `compare`.

    Raises
    ------
    InputError
        If there are too few scenarios or too many, a name for each is wanting, or `trials` is no
        number of trials.
    """

    def __init__(self, scenarios: Sequence[Scenario], names: Sequence[str], trials: int):
        _check_number(len(scenarios))
        if len(names) != len(scenarios):
            told = f"{len(names)} names do not fit {len(scenarios)} scenarios"
            raise InputError(f"{told}; one for each")
        self.scenarios = scenarios
        self._names = tuple(names)
        self._trials = numbered(trials)

    @property
    def most(self) -> int:
        """How many trials it takes."""
        return len(self.scenarios) * len(self._trials)

    def answered(self, simulate: Simulate) -> Comparison:
        """Simulate each scenario."""
        told = [scenario.without_outcomes() for scenario in self.scenarios]
        simulated = simulate(told, self._trials)
        return Comparison(self._names, tuple(one.results for one in simulated))


def _check_number(scenarios: int) -> None:
    if scenarios < 2:
        raise InputError(
            "there is nothing to compare with; name another scenario, or say what is different "
            "with --with KEY=VALUE"
        )
    if scenarios > MOST:
        raise InputError(f"{scenarios} scenarios are too many to compare; at most {MOST}")

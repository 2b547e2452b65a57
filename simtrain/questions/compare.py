"""`compare`: the same trials of several scenarios."""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING

from simtrain.answers.compare import Comparison
from simtrain.errors import InputError
from simtrain.questions.question import Question, ask, numbered

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
    **options: Unpack[SimulationOptions],
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
    **options
        Seed, jobs and the like: see `simtrain.questions.question.SimulationOptions`.

    Raises
    ------
    InputError
        If there are too few scenarios or too many, not as many names, or `trials` is out of range.
    SimtrainError
        As `simtrain.questions.question.ask` does.

    Examples
    --------
    >>> scenario = load("opt175b.toml")  # doctest: +SKIP
    >>> more = scenario.replace(cluster__spares=12)  # doctest: +SKIP
    >>> compared = compare([scenario, more], trials=200)  # doctest: +SKIP
    >>> compared.difference("wall_clock_s", 1)["mean"] / 86400  # doctest: +SKIP
    """
    names = [scenario.name for scenario in scenarios] if names is None else names
    return ask(CompareQuestion(scenarios, names, trials), **options)


class CompareQuestion(Question[Comparison]):
    """Which scenario is ahead; its parameters and errors are those of `compare`."""

    def __init__(self, scenarios: Sequence[Scenario], names: Sequence[str], trials: int):
        if len(scenarios) < 2:
            raise InputError(
                "there is nothing to compare with; name another scenario, or say what is different "
                "with --with KEY=VALUE"
            )
        if len(scenarios) > MOST:
            raise InputError(f"{len(scenarios)} scenarios are too many to compare; at most {MOST}")
        if len(names) != len(scenarios):
            raise InputError(
                f"{len(names)} names do not fit {len(scenarios)} scenarios; one for each"
            )
        self._scenarios = scenarios
        self._names = tuple(names)
        self._trials = numbered(trials)
        self.most = len(scenarios) * trials

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """The scenarios."""
        return self._scenarios

    def answered(self, simulate: Simulate) -> Comparison:
        """Simulate each scenario."""
        plain = [scenario.without_outcomes() for scenario in self._scenarios]
        return Comparison(self._names, tuple(simulate(plain, self._trials)))

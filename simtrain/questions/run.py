"""`run`: many trials of a scenario, so many or as many as an answer needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.questions.precise import MOST, check, until_precise
from simtrain.questions.question import Question, ask, numbered
from simtrain.tables.optimum import objective_of
from simtrain.tables.results import Results
from simtrain.tables.statistic import Statistic, parse

if TYPE_CHECKING:
    from typing import Unpack

    from simtrain.questions.question import Simulate, SimulationOptions
    from simtrain.scenario.scenario import Scenario

TRIALS = 1000
"""Trials that are simulated if nothing is asked for."""


def run(
    scenario: Scenario,
    *,
    trials: int | None = None,
    precision: float | None = None,
    of: str | None = None,
    max_trials: int | None = None,
    **options: Unpack[SimulationOptions],
) -> Results:
    """Simulate many trials of a scenario.

    A trial is a function of scenario, seed and its number alone: how many jobs there are, and
    which of them runs what, moves no result.

    Parameters
    ----------
    scenario
        What to simulate.
    trials
        How many trials, by default 1,000; they are numbered from 0.
    precision
        Instead of `trials`: as many as it takes until half the width of the 95 % confidence
        interval is at most this fraction of the value.
    of
        What is asked in particular, such as ``"p90(wall_clock)"``. By default, if a precision is,
        ``"mean(wall_clock)"``, or ``"mean(goodput)"`` where the wall-clock is fixed.
    max_trials
        Trials after which to end though it is not that precise, by default 100,000.
    **options
        Seed, jobs and the like: see `simtrain.questions.question.SimulationOptions`.

    Raises
    ------
    InputError
        If a number is out of range, `of` asks for nothing, or `trials` and `precision` are given
        both.
    SimtrainError
        As `simtrain.questions.question.ask` does.

    Examples
    --------
    >>> results = run(load("opt175b.toml"), trials=100)  # doctest: +SKIP
    >>> results.metric("wall_clock_s").mean() / 86400  # doctest: +SKIP
    """
    return ask(RunQuestion(scenario, trials, precision, of, max_trials), **options)


class RunQuestion(Question[Results]):
    """How it goes, and perhaps a statistic; its parameters and errors are those of `run`."""

    def __init__(
        self,
        scenario: Scenario,
        trials: int | None = None,
        precision: float | None = None,
        of: str | None = None,
        max_trials: int | None = None,
    ):
        self.scenario = scenario
        self._statistic = parse(of) if of is not None else None
        self._precision = precision
        self._max_trials = MOST if max_trials is None else max_trials
        if precision is None:
            if max_trials is not None:
                raise InputError(
                    "max_trials is given, but no precision for it to end; give one as well"
                )
            self._trials = numbered(TRIALS if trials is None else trials)
            self.most = len(self._trials)
            return
        if trials is not None:
            raise InputError("trials and precision are both given; give one, trials follow from it")
        self._statistic = self._statistic or Statistic(objective_of([scenario]))
        check(self._statistic, precision, self._max_trials)

    def answered(self, simulate: Simulate) -> Results:
        """Simulate, and estimate what is asked in particular."""

        def results_of(trials: range) -> Results:
            [results] = simulate(self.scenarios, trials)
            return results

        statistic = self._statistic
        if statistic and self._precision:
            return until_precise(results_of, statistic, self._precision, self._max_trials)
        results = results_of(self._trials)
        return results.requesting(statistic) if statistic else results

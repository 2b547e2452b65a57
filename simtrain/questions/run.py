"""`run`: many trials of a scenario, so many or as many as an answer needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.model.draws import ECHO
from simtrain.questions.question import Question, ask, asks, check_fraction, numbered
from simtrain.sampling.engines import AUTO
from simtrain.sampling.points import MAX_TRIALS
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.load import load
from simtrain.tables.finish import deadline_of
from simtrain.tables.optimum import objective_of
from simtrain.tables.results import Results, joined
from simtrain.tables.spread import echoes_for
from simtrain.tables.statistic import Statistic, parse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario

TRIALS = 1000
"""Trials that are simulated if nothing is asked for."""
MOST = 100_000
"""Trials after which the search for precision ends, unless another number is given."""
FEWEST = 200
"""Trials before the first look: few trials hardly say how wide their interval should be."""

_BATCH = 100
_GROWTH = 4
"""A batch is a quarter of the trials that there are, so that there are few looks."""


@asks
def run(
    scenario: ScenarioLike,
    *,
    trials: int | None = None,
    precision: float | None = None,
    of: str | None = None,
    max_trials: int | None = None,
    by: str | dt.date | None = None,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    followed: int = 0,
    engine: str = AUTO,
) -> Results:
    """Simulate many trials of a scenario.

    A trial is a function of scenario, seed and its number alone: how many jobs there are, and
    which of them runs what, moves no result.

    Parameters
    ----------
    scenario
        What to simulate: a scenario, a file, or the name of a packaged one.
    trials
        How many trials, by default 1,000; they are numbered from 0.
    precision
        Instead of `trials`: as many as it takes until half the width of the 95 % confidence
        interval is at most this fraction of the value.
    of
        What is asked in particular, such as ``"p90(wall_clock)"`` or ``"p90(finish)"``. By
        default, if a precision is, ``"mean(wall_clock)"``, or ``"mean(goodput)"`` where the
        wall-clock is fixed.
    max_trials
        Trials after which to end though it is not that precise, by default 100,000.
    by
        A date, as such or in ISO form, of which the probability to make it is asked; a day without
        a time lasts to its end.
    seed, jobs, progress, pool, store, followed, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    InputError
        If a number is out of range, `of` asks for nothing, `by` is no date or the scenario has no
        `start` to count it from, or `trials` and `precision` are given both.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> results = run("opt175b.toml", trials=100)  # doctest: +SKIP
    >>> results.metric("wall_clock_s").mean() / 86400  # doctest: +SKIP
    """
    question = RunQuestion(load(scenario), trials, precision, of, max_trials, by)
    return ask(
        question,
        seed=seed,
        jobs=jobs,
        progress=progress,
        pool=pool,
        store=store,
        engine=engine,
        followed=followed,
    )


class RunQuestion(Question[Results]):
    """How it goes, and perhaps a statistic; its parameters and errors are those of `run`."""

    def __init__(
        self,
        scenario: Scenario,
        trials: int | None = None,
        precision: float | None = None,
        of: str | None = None,
        max_trials: int | None = None,
        by: str | dt.date | None = None,
    ):
        self.scenario = scenario
        self._deadline = None if by is None else deadline_of(by, scenario)
        self._statistic = parse(of, scenario.start) if of is not None else None
        self._precision = precision
        if precision is None:
            if max_trials is not None:
                raise InputError(
                    "max_trials is given, but no precision for it to end; give one as well"
                )
            self._looks = [len(numbered(TRIALS if trials is None else trials))]
            self.most = self._looks[-1]
            if scenario.unknown:
                self.most += echoes_for(self.most)
            return
        if trials is not None:
            raise InputError("trials and precision are both given; give one, trials follow from it")
        check_fraction("precision", precision, "0.01 or 1 %")
        self._statistic = self._statistic or Statistic(objective_of([scenario]))
        fewest, most = self._statistic.fewest, MOST if max_trials is None else max_trials
        if not isinstance(most, int) or not fewest <= most <= MAX_TRIALS:
            raise InputError(
                f"max_trials: {most!r} is not a whole number from {fewest} to {MAX_TRIALS}; fewer "
                f"do not tell {self._statistic}"
            )
        self._looks = list(looks(fewest, most))

    def answered(self, simulate: Simulate) -> Results:
        """Simulate until the statistic is as precise as was asked for, if anything was."""
        parts: list[Results] = []
        there = 0
        for trials in self._looks:
            results = joined([*parts, *simulate(self.scenarios, range(there, trials))])
            if self._statistic:
                results = results.requesting(self._statistic, self._precision)
            parts, there = [results], trials
            if results.requested and results.requested.is_settled:
                break
        return replace(self._doubting(parts[0], simulate), deadline=self._deadline)

    def _doubting(self, results: Results, simulate: Simulate) -> Results:
        """The results with what their spread is made of, if numbers are not known."""
        echoes = echoes_for(results.trials) if self.scenario.unknown else 0
        if not echoes:
            return results
        [found] = simulate(self.scenarios, range(ECHO, ECHO + echoes))
        return results.doubting(found)


def looks(fewest: int, most: int) -> Iterator[int]:
    """Numbers of trials after which an interval is looked at, and at no others.

    So the number at which a run ends follows from what it is asked alone. That it stops at a
    narrow interval hardly moves how often this holds the truth, but of laws with so heavy a tail
    that few trials bear most of the mean: with a lognormal law of σ = 2 it is some 90 % and not
    95 %, and with one without variance much less.

    Parameters
    ----------
    fewest
        Trials below which there is no value.
    most
        Trials at which it ends.
    """
    trials = _hundreds(max(fewest, FEWEST))
    while trials < most:
        yield trials
        trials += _hundreds(trials / _GROWTH)
    yield most


def _hundreds(trials: float) -> int:
    return _BATCH * -int(-trials // _BATCH)

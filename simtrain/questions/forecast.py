"""`forecast`: when a run in flight will be done, from how far it is and what was seen of it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simtrain.answers.forecast import Forecast
from simtrain.answers.foretold import Foretold
from simtrain.answers.levers import Lever
from simtrain.errors import InputError, shown
from simtrain.logs.counts import read_faults
from simtrain.logs.progress import read_progress
from simtrain.questions.behind import granted_at
from simtrain.questions.earlier import earlier
from simtrain.questions.in_flight import in_flight
from simtrain.questions.learning import learnt
from simtrain.questions.levers import levers_of
from simtrain.questions.logged_classes import refuse_other_classes
from simtrain.questions.question import Question, ask, asks, numbered
from simtrain.questions.run import RunQuestion
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.load import load
from simtrain.scenario.models import elapsed
from simtrain.scenario.steps import progress_at
from simtrain.tables.finish import deadline_of
from simtrain.units import brief

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simtrain.logs.progress import Progress
    from simtrain.questions.in_flight import InFlight
    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

TRIALS = 400
"""Trials of each scenario that are simulated if nothing is asked for."""
_FASTEST = 1.25
"""Goodput above which a table is not believed: a speed is hardly known worse than that."""


@asks
def forecast(
    scenario: ScenarioLike,
    *,
    progress_file: str | Path,
    log: str | Path | None = None,
    now: str | dt.datetime | None = None,
    columns: Mapping[str, str] | None = None,
    log_columns: Mapping[str, str] | None = None,
    in_repair: int = 0,
    by: str | dt.date | None = None,
    levers: Mapping[str, Mapping[str, Any]] | None = None,
    change: float | None = None,
    history: str | float | None = None,
    granted: str | dt.datetime | None = None,
    trials: int = TRIALS,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Forecast:
    """Foretell the finish of a run in flight.

    What is left of it is simulated from where it stands. Ranges of rates of faults are narrowed by
    the faults that were counted, those of other numbers by how far the run has come; all else is as
    it was planned.

    Parameters
    ----------
    scenario
        The run as it was planned, with its `start`: a scenario, a file, or the name of a packaged
        one.
    progress_file
        Table of times and steps, or of shares of the work.
    log
        Table of the faults so far: times, and classes by the names of the scenario.
    now
        Moment until which rows count, as such or in ISO form; by default the last of the table.
        The forecast is from the last of these rows on, and nothing later is looked at.
    columns, log_columns
        Names of columns of either table by what they are for, where they are not found.
    in_repair
        Spares that are in repair now.
    by
        A date of which the probability to make it is asked.
    levers
        What may bring the finish forward, each with a name: values by key that the rest of the run
        may have. The same trials are simulated with each.
    change
        By which part of itself every number of the rest of the run is also changed, down and up,
        one at a time: a fraction above 0 and below 1. By default none is.
    history
        Also foretell the finish at earlier moments, by what was known at each: from one to the
        next, as a duration or in seconds.
    granted
        When the allocation was granted that the job holds now, as a date or in ISO form; by default
        each trial draws it.
    trials
        How many trials of the run as it was planned, and of what is left of it.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    InputError
        If a table cannot be read or contradicts the scenario, or the run is over.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.
    """
    question = ForecastQuestion(
        load(scenario), Path(progress_file), None if log is None else Path(log), now, columns,
        log_columns, in_repair, by, levers, change, history, trials, granted,
    )  # fmt: skip
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class ForecastQuestion(Question[Forecast]):
    """When a run in flight will be done; its parameters and errors are those of `forecast`."""

    def __init__(
        self,
        scenario: Scenario,
        progress_file: Path,
        log: Path | None = None,
        now: str | dt.datetime | None = None,
        columns: Mapping[str, str] | None = None,
        log_columns: Mapping[str, str] | None = None,
        in_repair: int = 0,
        by: str | dt.date | None = None,
        levers: Mapping[str, Mapping[str, Any]] | None = None,
        change: float | None = None,
        history: str | float | None = None,
        trials: int = TRIALS,
        granted: str | dt.datetime | None = None,
    ):
        if scenario.start is None:
            raise InputError(f"{scenario.name}: has no `start` to count time from; give it one")
        self.scenario = planned = scenario.without_outcomes()
        phases = scenario.phases
        whole = read_progress(
            progress_file,
            start=scenario.start,
            share_of=(lambda step: progress_at(phases, step)) if phases else None,
            columns=columns,
        )
        asked_s = whole.last_s if now is None else _seconds(now, scenario)
        known = whole.until(asked_s)
        if not len(known.time_s):
            raise InputError(f"now: {shown(str(now))} lies before the first row of {progress_file}")
        # Where the run stands later than its last row is not known, and is simulated.
        now_s = known.last_s
        if not now_s > 0.0:
            raise InputError(f"{progress_file}: no row until then lies after the start of the run")
        steps = planned.workload.steps
        # Of a step that has begun no table of steps tells, but one of shares may.
        if known.now >= 1.0 or (steps and (1.0 - known.now) * steps.middle < 1.0):
            raise InputError(f"{progress_file}: the run is done; a forecast is of one that is not")
        _refuse_impossible(planned, known, progress_file)
        faults = None
        if log is not None:
            faults = read_faults(log, start=scenario.start, until_s=now_s, columns=log_columns)
            refuse_other_classes(planned, faults, now_s, log)
        granted_s = None
        if granted is not None:
            granted_s = granted_at(planned, _seconds(granted, scenario, "granted"), now_s)
        self._now = in_flight(planned, whole, faults, asked_s, in_repair, granted_s)
        self._levers = partial(levers_of, asked=levers or {}, change=change)
        pulled = self._levers(self._now.told)
        self._earlier = [] if history is None else earlier(planned, known, faults, history)
        self._deadline = None if by is None else deadline_of(by, planned)
        if self._deadline is not None and self._deadline.until_s <= now_s:
            raise InputError(
                f"by: {by} is over at the last row of {progress_file}; choose a later date"
            )
        self._here = partial(RunQuestion, trials=trials, by=by)
        self._trials = numbered(trials)
        here = self._here(self._now.told).most or trials
        moments = sum(2 if one.until_now else 1 for one in (*self._earlier, self._now))
        self.most = (moments + bool(planned.unknown) + len(pulled)) * trials + here

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """The run as it was planned, what is left of it, and as it is simulated until now."""
        moments = (self._now, *self._earlier)
        return (self.scenario, *(one.until_now or one.told for one in moments), self._now.left)

    def answered(self, simulate: Simulate) -> Forecast:
        """Simulate the run until now, the whole run, and what is left of it."""
        now, *earlier = _learnt([self._now, *self._earlier], simulate, self._trials)
        levers = self._levers(now.told)
        unseen = [now.left] if now.updates else []
        planned, *others = simulate(
            [
                self.scenario, *unseen, *(one.scenario for one in levers),
                *(one.told for one in earlier),
            ],
            self._trials,
        )  # fmt: skip
        rest = iter(others)
        without_updates = next(rest) if unseen else None
        pulled = [Lever(one, next(rest)) for one in levers]
        foretold = [_foretold(one, next(rest)) for one in earlier]
        return Forecast(
            scenario=self.scenario,
            standing=now.standing,
            progress=now.progress,
            updates=now.updates,
            planned=planned,
            here=self._here(now.told).answered(simulate),
            without_updates=without_updates,
            deadline=self._deadline,
            levers=tuple(pulled),
            earlier=tuple(foretold),
            is_explained=now.is_explained,
            together=now.together,
        )


def _refuse_impossible(scenario: Scenario, known: Progress, file: Path) -> None:
    """Refuse progress that no run of a scenario can make, by an `InputError`."""
    keys = (key for change in scenario.change for key in change.set)
    gets_faster = any(key.startswith("workload.") or key == "cluster.hosts" for key in keys)
    of_speed = ("workload.", "parallelism.")
    is_doubtful = any(key.startswith(of_speed) for one in scenario.unknown for key in one.keys)
    if gets_faster or is_doubtful or known.now * scenario.ideal_s <= _FASTEST * known.last_s:
        return
    raise InputError(
        f"{file}: {100 * known.now:.3g} % of the work in {brief(known.last_s)} is more than can be "
        f"done, since all of it takes {brief(scenario.ideal_s)} without any loss; correct its "
        "times or steps, or the `start` or the work of the scenario"
    )


def _learnt(known: Sequence[InFlight], simulate: Simulate, trials: range) -> list[InFlight]:
    """Runs with what their progress tells, where it may tell something."""
    unknown = [one.until_now for one in known if one.until_now is not None]
    results = iter(simulate(unknown, trials) if unknown else [])
    return [
        one if one.until_now is None else _learnt_of(one, one.until_now, next(results), simulate)
        for one in known
    ]


def _learnt_of(
    known: InFlight, until_now: Scenario, results: Results, simulate: Simulate
) -> InFlight:
    """The same of one run, from more trials where too few of these are like it."""
    found = learnt(known, results)
    wanted = found.together.known.wanted if found.together is not None else None
    if wanted is None:
        return found
    return learnt(known, results, *simulate([until_now], range(results.trials, wanted)))


def _foretold(known: InFlight, results: Results) -> Foretold:
    assert results.finish is not None
    return Foretold(known.standing.now_s, known.standing.done, results.finish)


def _seconds(now: str | dt.datetime, scenario: Scenario, name: str = "now") -> float:
    """Seconds from the start of a run to a moment."""
    try:
        moment = dt.datetime.fromisoformat(now) if isinstance(now, str) else now
    except ValueError:
        raise InputError(f"{name}: {shown(now)} is no date, such as 2025-03-01T12:00") from None
    seconds = elapsed(moment, scenario.start)
    if not seconds > 0.0:
        raise InputError(f"{name}: {shown(str(now))} is not after the start of {scenario.name}")
    return seconds

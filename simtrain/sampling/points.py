"""The trials of several scenarios, as one body of work for one pool of processes.

Each scenario is a point. The work is cut into chunks, some trials of one point each, and their
batches are put where they belong in whatever order they come.
"""

from __future__ import annotations

import math
from collections import deque
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

from simtrain.accounts.footprint import MEASURES, FootprintMeter, measured_in
from simtrain.accounts.meter import Tee
from simtrain.engine.trial import Simulator
from simtrain.errors import InputError
from simtrain.model.parameters import at_middle
from simtrain.sampling.batch import VERDICTS, Batch, Chunk, Work
from simtrain.sampling.engines import Engines
from simtrain.sampling.executors import POOL_PAYS_S, RESULT_BYTES, processes, processors, spread
from simtrain.sampling.handover import folder_of_results, spread_by_files
from simtrain.sampling.pools import is_elsewhere, is_own, pool_of
from simtrain.sampling.store import gaps
from simtrain.sampling.worker import scenario_of, simulate
from simtrain.tables.answer import SIMPY
from simtrain.tables.history import History
from simtrain.tables.results import Results
from simtrain.tables.trajectory import TrajectorySink

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
    from typing import TypeAlias, TypeVar

    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Shelf, Store
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.trajectory import Trajectory

    Key = TypeVar("Key", int, str)
    _Done: TypeAlias = tuple[Batch, dict[int, Trajectory]]

MAX_TRIALS = 10_000_000
"""Most trials of all points together: their table has to fit in memory."""
MAX_SEED = 2**63 - 1
MAX_JOBS = 1024

_STEP_S = 0.1
"""How long a chunk takes in this process, so that progress is smooth and Ctrl-C is quick."""
_SPAN_S = 0.25
"""How long a chunk takes a worker: long beside the cost of sending it, short to wait for."""
_SPANS_PER_JOB = 4
"""At least so many chunks for each worker, so that they end at about the same time."""
_LONGER = 3
"""How many times as long as those of other points by its engine a trial of a point is taken to be
while nothing is known of it; where it takes longer still, so does its first chunk."""
_LARGER = 3
"""By how much a trajectory may be larger than the largest that is known."""


def simulate_points(
    scenarios: Sequence[Scenario],
    trials: range,
    *,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = processes,
    store: Store | None = None,
    followed: int = 0,
    engines: Engines | None = None,
) -> list[Results]:
    """Simulate the same trials of each scenario.

    A trial is a function of scenario, seed and its number alone: which other points there are, how
    many jobs, and which of them runs what, moves no result.

    Parameters
    ----------
    scenarios
        One for each point.
    trials
        Numbers of the trials of each.
    seed, jobs, progress, pool, store, followed
        See `simtrain.questions.question.ask`. Work too short to be worth another
        process is done in this one.
    engines
        Which engine simulates which of them; by default the one on SimPy all.

    Raises
    ------
    SimtrainError
        As `simtrain.questions.question.ask` does, and if there are too many trials.
    """
    pool = pool_of(pool)
    check_options(seed, jobs)
    jobs = processors() if jobs is None else jobs
    if len(scenarios) * len(trials) > MAX_TRIALS:
        raise InputError(
            f"{len(scenarios):,} points of {len(trials):,} trials are more than {MAX_TRIALS:,} "
            "trials; ask for fewer of either"
        )
    tables = [_Table(point, scenario, seed, trials) for point, scenario in enumerate(scenarios)]
    engines = Engines(SIMPY) if engines is None else engines
    works = [
        Work.of(scenario, seed, engines.of(scenario), table.ideal_s)
        for scenario, table in zip(scenarios, tables, strict=True)
    ]
    shelves = [store.shelf(scenario) for scenario in scenarios] if store else []
    queue = _Queue(works, trials, _kept(shelves, tables), followed)
    if progress is not None and queue.left < len(tables) * len(trials):
        progress(len(tables) * len(trials) - queue.left)
    with closing(_batches(queue, tables[0].whole.bytes_per_trial, jobs, pool)) as batches:
        for batch, trajectories in batches:
            if shelves:
                shelves[batch.point].keep(batch)
            tables[batch.point].whole.put(batch)
            tables[batch.point].trajectories |= trajectories
            if progress is not None:
                progress(len(batch.trials))
    for shelf, table in zip(shelves, tables, strict=False):
        took_s = len(trials) * queue.trial_s(table.whole.point)
        shelf.settle(table.whole._replace(took_s=took_s))
    for table in tables:
        missing = [one for one in trials if one < followed and one not in table.trajectories]
        if missing:  # they were in the store, which keeps no trajectories
            span = range(missing[0], missing[-1] + 1)
            [again] = simulate_points(
                [table.scenario],
                span,
                seed=seed,
                jobs=jobs,
                pool=pool,
                followed=followed,
                engines=engines,
            )
            table.trajectories |= again.trajectories
    return [table.results(queue.trial_s(table.whole.point)) for table in tables]


def check_options(seed: int, jobs: int | None) -> None:
    """Refuse a seed or a number of jobs that is out of range, by an `InputError`."""
    check_whole("seed", seed, 0, MAX_SEED)
    if jobs is not None:
        check_whole("jobs", jobs, 1, MAX_JOBS)


def _kept(shelves: Sequence[Shelf], tables: Sequence[_Table]) -> Iterator[Batch]:
    """What the shelves have, once it is where it belongs."""
    for shelf, table in zip(shelves, tables, strict=False):
        for batch in shelf.batches(table.whole):
            table.whole.put(batch)
            yield batch


def _batches(
    queue: _Queue, bytes_per_trial: int, jobs: int, pool: Pool
) -> Generator[_Done, None, None]:
    """All trials: here while they are few, unless others are to do it, then spread over workers."""
    spent_s = 0.0
    rest_s = -math.inf  # nothing is known yet
    work = partial(_simulated, queue.followed)
    while queue.left:
        pays = jobs > 1 and spent_s >= _STEP_S and rest_s > POOL_PAYS_S
        if pays or is_elsewhere(pool):
            fair = -(-queue.left // (_SPANS_PER_JOB * jobs))
            done: Iterator[_Done]
            workers = jobs if is_elsewhere(pool) else min(jobs, queue.left)
            folder = folder_of_results() if is_own(pool) else None
            if folder is None:
                done = spread(work, queue.chunks(_SPAN_S, fair, bytes_per_trial), workers, pool)
            else:
                done = spread_by_files(folder, work, queue.chunks(_SPAN_S, fair), workers, pool)
        else:
            done = iter([work(queue.take(_STEP_S, queue.left))])
        for batch, trajectories in done:
            queue.learn(batch, trajectories)
            yield batch, trajectories
            spent_s += batch.took_s
            rest_s = queue.left * batch.took_s / len(batch.trials)


def _simulated(followed: int, chunk: Chunk) -> _Done:
    """Simulate a chunk, and keep the trajectories of those of its trials that are followed."""
    if chunk.trials.start >= followed:
        return simulate(chunk), {}
    parts = [phase.of_trials for phase in History.of(scenario_of(chunk.work)).phases]
    watched = {trial: TrajectorySink(parts) for trial in chunk.trials if trial < followed}
    batch = simulate(chunk, watched)
    return batch, {trial: sink.trajectory() for trial, sink in watched.items()}


class _Queue:
    """Cuts the trials of all points into chunks, by how long a trial of their point takes.

    As long as nothing is known of that, those of other points by the same engine say it.

    What is `there` need not be simulated again. Trials that nobody has taken yet are `left`.
    """

    def __init__(
        self, works: Sequence[Work], trials: range, there: Iterable[Batch] = (), followed: int = 0
    ):
        self.followed = followed
        self._works = works
        self._trajectory_bytes: int | None = None
        self._known: dict[int, tuple[int, float]] = {}
        self._of_engine: dict[str, tuple[int, float]] = {}
        done: list[list[range]] = [[] for _ in works]
        for batch in there:
            self.learn(batch)
            done[batch.point].append(batch.trials)
        self._open = deque(
            (point, span) for point, ranges in enumerate(done) for span in gaps(trials, ranges)
        )
        self.left = sum(len(span) for _, span in self._open)

    def take(self, seconds: float, most: int) -> Chunk:
        """Next chunk: so many seconds of work, one trial as long as nothing is known of any."""
        point, span = self._open.popleft()
        others = self._of_engine.get(self._works[point].engine, (0, 0.0))
        trial_s = self.trial_s(point) or _LONGER * _mean(*others)
        size = min(most, max(1, int(seconds / trial_s)) if trial_s else 1)
        trials, rest = span[:size], span[size:]
        if rest:
            self._open.appendleft((point, rest))
        self.left -= len(trials)
        return Chunk(self._works[point], point, trials)

    def chunks(
        self, seconds: float, most: int, bytes_per_trial: int | None = None
    ) -> Iterator[Chunk]:
        """All chunks that are left, so small that the result of each goes through a pipe.

        They may be of any size if it is not said how large the result of a trial is.
        """
        while self.left:
            fitting = most
            if bytes_per_trial is not None:
                size = bytes_per_trial
                if self._open[0][1].start < self.followed:
                    size += self._trajectory_bytes or RESULT_BYTES
                fitting = min(most, max(1, RESULT_BYTES // size))
            yield self.take(seconds, fitting)

    def learn(self, batch: Batch, trajectories: Mapping[int, Trajectory] | None = None) -> None:
        """Note how long the trials of a point take, and how large their trajectories are."""
        _add(self._known, batch.point, batch)
        _add(self._of_engine, self._works[batch.point].engine, batch)
        if trajectories:
            largest = max(one.nbytes for one in trajectories.values())
            self._trajectory_bytes = max(self._trajectory_bytes or 0, _LARGER * largest)

    def trial_s(self, point: int) -> float:
        """Mean time of a trial of a point, 0 as long as nothing is known of it."""
        return _mean(*self._known.get(point, (0, 0.0)))


def _add(known: dict[Key, tuple[int, float]], key: Key, batch: Batch) -> None:
    trials, seconds = known.get(key, (0, 0.0))
    known[key] = trials + len(batch.trials), seconds + batch.took_s


def _mean(trials: int, seconds: float) -> float:
    return seconds / trials if trials else 0.0


class _Table:
    """The rows of a point, a `whole` that is filled in any order, and its trajectories."""

    def __init__(self, point: int, scenario: Scenario, seed: int, trials: range):
        simulator = Simulator(scenario, seed)
        self.scenario = scenario
        self._seed = seed
        self.ideal_s = simulator.ideal_s
        self._ideal_footprint = _ideal_footprint(simulator)
        self._causes = tuple(simulator.causes)
        self.trajectories: dict[int, Trajectory] = {}
        try:
            self.whole = Batch.blank(
                point,
                trials,
                len(self._causes),
                len(scenario.published),
                len(measured_in(scenario)),
            )
        except MemoryError:
            raise InputError(
                f"the table of {len(trials):,} trials does not fit in memory"
            ) from None

    def results(self, trial_s: float = 0.0) -> Results:
        """Results, once all rows are filled, each in so many seconds."""
        return Results(
            scenario=self.scenario,
            seed=self._seed,
            ideal_s=self.ideal_s,
            ideal_footprint=self._ideal_footprint,
            values=self.whole.values,
            badput=self.whole.badput,
            charges=self.whole.charges,
            outcomes=self.whole.outcomes,
            causes=self._causes,
            truncated=self.whole.truncated,
            verdicts=tuple(VERDICTS[number] for number in self.whole.verdicts),
            trajectories=self.trajectories,
            trial_s=trial_s,
        )


def _ideal_footprint(simulator: Simulator) -> dict[str, float]:
    """What the work of a scenario takes without any fault, save or stop, by column."""
    make = FootprintMeter.of(simulator.scenario, simulator.mfu)
    if make is None:
        return {}
    meter = make(at_middle)
    simulator.run_ideal(Tee(meter))
    return {one.column: amount for one, amount in zip(MEASURES, meter.ideal(), strict=True)}


def check_whole(name: str, value: int, least: int, most: int) -> None:
    """Refuse what is no whole number within some bounds, by an `InputError`."""
    if not isinstance(value, int) or not least <= value <= most:
        raise InputError(f"{name} = {value!r} is not a whole number from {least} to {most}")

"""The trials of several scenarios, as one body of work for one pool of processes.

Each scenario is a point. The work is cut into chunks, some trials of one point each, and their
batches are put where they belong in whatever order they come.
"""

from __future__ import annotations

import math
from collections import deque
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from simtrain.engine.trial import Simulator
from simtrain.errors import InputError
from simtrain.montecarlo.batch import VERDICTS, Batch, Chunk, Work, simulate
from simtrain.montecarlo.executors import processes, processors, spread
from simtrain.montecarlo.pools import Elsewhere, pool_of
from simtrain.montecarlo.results import Results
from simtrain.montecarlo.store import gaps

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from simtrain.montecarlo.executors import Pool
    from simtrain.montecarlo.store import Store
    from simtrain.scenario.scenario import Scenario

MAX_TRIALS = 10_000_000
"""Most trials of all points together: their table has to fit in memory."""
MAX_SEED = 2**63 - 1
MAX_JOBS = 1024

_STEP_S = 0.1
"""How long a chunk takes in this process, so that progress is smooth and Ctrl-C is quick."""
_SPAN_S = 0.25
"""How long a chunk takes a worker: long beside the cost of sending it, short to wait for."""
_POOL_PAYS_S = 0.5
"""Work that is worth the start of other processes."""
_SPAN_BYTES = 15_000
"""A result goes through a pipe in one write: were a worker killed in the midst of a longer one,
the pool would wait for the rest of it for ever."""
_SPANS_PER_JOB = 4
"""At least so many chunks for each worker, so that they end at about the same time."""


class Simulated(NamedTuple):
    """What was simulated of one point.

    Parameters
    ----------
    results
        Its trials.
    trial_s
        Seconds that a trial took on average; they differ from run to run.
    """

    results: Results
    trial_s: float


def simulate_points(
    scenarios: Sequence[Scenario],
    *,
    trials: int,
    first: int = 0,
    seed: int,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = processes,
    store: Store | None = None,
) -> list[Simulated]:
    """Simulate the same trials of each scenario.

    A trial is a function of scenario, seed and its number alone: which other points there are, how
    many jobs, and which of them runs what, moves no result.

    Parameters
    ----------
    scenarios
        One for each point.
    trials
        How many trials of each.
    first
        Number of the first of them.
    seed
        Seed of all trials.
    jobs
        How many processes may work, by default one for each processor. Work too short to be worth
        another process is done in this one.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Makes the executor for that many jobs, anything that speaks `concurrent.futures`; or its
        name, as ``--executor`` takes it. What is named does all the work.
    store
        Keeps finished trials, and gives those that it has: only the others are simulated.

    Raises
    ------
    InputError
        If `trials`, `seed` or `jobs` is out of range.
    OutputError
        If the store holds trials of something else.
    WorkerError
        If worker processes keep dying.
    """
    pool = pool_of(pool)
    jobs = processors() if jobs is None else jobs
    _check("trials", trials, 1, MAX_TRIALS)
    _check("seed", seed, 0, MAX_SEED)
    _check("jobs", jobs, 1, MAX_JOBS)
    tables = [
        _Table(point, scenario, seed, range(first, first + trials))
        for point, scenario in enumerate(_checked(scenarios, trials))
    ]
    works = [Work.of(scenario, seed) for scenario in scenarios]
    ours = range(first, first + trials)
    if store is None:
        queue = _Queue(works, ours)
    else:
        store.begin(scenarios, seed)
        queue = _Queue(works, ours, _kept(store, tables))
    if progress is not None and queue.left < len(tables) * trials:
        progress(len(tables) * trials - queue.left)
    with closing(_batches(queue, tables[0].bytes_per_trial, jobs, pool)) as batches:
        for batch in batches:
            if store is not None:
                store.keep(batch)
            tables[batch.point].whole.put(batch)
            if progress is not None:
                progress(len(batch.trials))
    if store is not None:
        for table in tables:
            took_s = trials * queue.trial_s(table.whole.point)
            store.settle(table.whole._replace(took_s=took_s))
    return [Simulated(table.results(), queue.trial_s(table.whole.point)) for table in tables]


def _kept(store: Store, tables: Sequence[_Table]) -> Iterator[Batch]:
    """What the store has, once it is where it belongs."""
    for table in tables:
        for batch in store.batches(table.whole):
            table.whole.put(batch)
            yield batch


def _batches(
    queue: _Queue, bytes_per_trial: int, jobs: int, pool: Pool
) -> Generator[Batch, None, None]:
    """All trials: here while they are few, unless others are to do it, then spread over workers."""
    spent_s = 0.0
    rest_s = -math.inf  # nothing is known yet
    while queue.left:
        pays = jobs > 1 and spent_s >= _STEP_S and rest_s > _POOL_PAYS_S
        if pays or isinstance(pool, Elsewhere):
            fair = -(-queue.left // (_SPANS_PER_JOB * jobs))
            chunks = queue.chunks(_SPAN_S, min(fair, _SPAN_BYTES // bytes_per_trial))
            for result in spread(simulate, chunks, min(jobs, queue.left), pool):
                queue.learn(result)
                yield result
        else:
            batch = simulate(queue.take(_STEP_S, queue.left))
            queue.learn(batch)
            yield batch
            spent_s += batch.took_s
            rest_s = queue.left * batch.took_s / len(batch.trials)


class _Queue:
    """Cuts the trials of all points into chunks, as long as a trial of their point takes.

    Parameters
    ----------
    works
        What is simulated at each point.
    trials
        Numbers of the trials of each.
    there
        Batches that need not be simulated again.

    Attributes
    ----------
    left
        Trials that nobody has taken yet.
    """

    def __init__(self, works: Sequence[Work], trials: range, there: Iterable[Batch] = ()):
        self._works = works
        self._known: dict[int, tuple[int, float]] = {}
        done: list[list[range]] = [[] for _ in works]
        for batch in there:
            self.learn(batch)
            done[batch.point].append(batch.trials)
        self._open = deque(
            (point, span) for point, ranges in enumerate(done) for span in gaps(trials, ranges)
        )
        self.left = sum(len(span) for _, span in self._open)

    def take(self, seconds: float, most: int) -> Chunk:
        """Next chunk: so many seconds of work, one trial as long as nothing is known of it."""
        point, span = self._open.popleft()
        trial_s = self.trial_s(point)
        size = min(most, max(1, int(seconds / trial_s)) if trial_s else 1)
        trials, rest = span[:size], span[size:]
        if rest:
            self._open.appendleft((point, rest))
        self.left -= len(trials)
        return Chunk(self._works[point], point, trials)

    def chunks(self, seconds: float, most: int) -> Iterator[Chunk]:
        """All chunks that are left."""
        while self.left:
            yield self.take(seconds, most)

    def learn(self, batch: Batch) -> None:
        """Note how long the trials of a point take."""
        trials, seconds = self._known.get(batch.point, (0, 0.0))
        self._known[batch.point] = trials + len(batch.trials), seconds + batch.took_s

    def trial_s(self, point: int) -> float:
        """Mean time of a trial of a point, 0 as long as nothing is known of it."""
        trials, seconds = self._known.get(point, (0, 0.0))
        return seconds / trials if trials else 0.0


class _Table:
    """The rows of a point.

    Attributes
    ----------
    whole
        The rows of all trials, filled in any order.
    """

    def __init__(self, point: int, scenario: Scenario, seed: int, trials: range):
        simulator = Simulator(scenario, seed)
        self._scenario = scenario
        self._seed = seed
        self._ideal_s = simulator.ideal_s
        self._causes = tuple(simulator.causes)
        try:
            self.whole = Batch.blank(point, trials, len(self._causes), len(scenario.published))
        except MemoryError:
            raise InputError(
                f"the table of {len(trials):,} trials does not fit in memory"
            ) from None

    @property
    def bytes_per_trial(self) -> int:
        """Size of the rows of one trial."""
        return self.whole.bytes_per_trial

    def results(self) -> Results:
        """Results, once all rows are filled."""
        return Results(
            scenario=self._scenario,
            seed=self._seed,
            ideal_s=self._ideal_s,
            values=self.whole.values,
            badput=self.whole.badput,
            outcomes=self.whole.outcomes,
            causes=self._causes,
            truncated=self.whole.truncated,
            verdicts=tuple(VERDICTS[number] for number in self.whole.verdicts),
        )


def _checked(scenarios: Sequence[Scenario], trials: int) -> Sequence[Scenario]:
    if len(scenarios) * trials > MAX_TRIALS:
        raise InputError(
            f"{len(scenarios):,} points of {trials:,} trials are more than {MAX_TRIALS:,} trials; "
            "ask for fewer of either"
        )
    return scenarios


def _check(name: str, value: int, low: int, high: int) -> None:
    if not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{name} = {value!r} is not a whole number from {low} to {high}")

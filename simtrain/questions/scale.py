"""`scale`: goodput as the job grows, and how reliable hosts would have to be to keep it."""

from __future__ import annotations

import math
import re
from functools import cache, partial
from typing import TYPE_CHECKING

from simtrain import theory
from simtrain.answers.formulas import formulas_of, job_mtbf_s
from simtrain.answers.scale import JobSize, Needed, Scaling
from simtrain.errors import InputError, shown
from simtrain.questions.question import Question, ask, asks, check_fraction, numbered
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.load import load
from simtrain.scenario.resized import host_mtbf_s, resized
from simtrain.tables.columns import NAMES
from simtrain.tables.estimates import cautious_mean_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.estimates import Estimate
    from simtrain.tables.results import Results

SIZES = "sizes such as 1k..128k, which double from one to the next, or 1k,3k,16k"

_SIZE = re.compile(r"\s*([0-9]{1,9})\s*([kKM]?)\s*")
_TIMES = {"": 1, "k": 1024, "K": 1024, "M": 1024 * 1024}
_STEP = 1.05
"""How fine the mean time to failure that a size needs is found: to 5 %."""
_STRIDE = 28
"""Steps at once, about a factor of 4, until the answer lies between two looks."""
_FARTHEST = 284
"""Steps after which no reliability is looked at any more, about a factor of a million."""
_LOOKS = 10
"""About how many times as many trials a size takes as one look at it."""
_SHARE_OF_TRIALS = 4
"""This part of the trials estimates how often the job is interrupted, and its best interval."""


@asks
def scale(
    scenario: ScenarioLike,
    sizes: str | Iterable[int],
    *,
    goodput: float | None = None,
    trials: int = 40,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Scaling:
    """Simulate a job at several sizes, and find how reliable hosts have to be at each.

    Each size is watched for as long as the work takes at full speed, so every accelerator has the
    same to do: weak scaling. Spares keep their proportion to the hosts; the rates of hosts, those
    of the job, and the times and sizes of saves, loads and restarts stay as they are written.
    Goodput is simulated with the checkpoint interval of the scenario, and with the one that is
    best by the formula for memoryless faults, fed from the simulation of each size. With the
    latter, the mean time to failure of a host is then varied, of all classes of faults of hosts
    alike, for the least one that keeps the goodput.

    Parameters
    ----------
    scenario
        What grows: a scenario, a file, or the name of a packaged one.
    sizes
        Numbers of accelerators, or text such as ``"1k..128k"``.
    goodput
        The goodput to keep, a fraction; by default that of the smallest size.
    trials
        How many trials of each size at each reliability.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    InputError
        If a size is no whole number of hosts, hosts never fail, or a number is out of range.
    ScenarioError
        If the scenario cannot be read, or cannot be had at a size.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> scale("opt175b.toml", "1k..16k").to_frame()[["accelerators", "goodput"]]  # doctest: +SKIP
    """
    question = ScaleQuestion(load(scenario), sizes, goodput, trials)
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class ScaleQuestion(Question[Scaling]):
    """How a job fares as it grows; its parameters and errors are those of `scale`."""

    def __init__(
        self, scenario: Scenario, sizes: str | Iterable[int], goodput: float | None, trials: int
    ):
        if goodput is not None:
            check_fraction("goodput", goodput, "0.9 or 90 %")
        self.scenario = scenario
        self._goodput = goodput
        self._trials = numbered(trials)
        self._mtbf_s = host_mtbf_s(scenario)
        each = scenario.cluster.accelerators_per_host
        self._sizes = parse_sizes(sizes) if isinstance(sizes, str) else sorted(set(sizes))
        if not self._sizes or not all(isinstance(size, int) for size in self._sizes):
            raise InputError(f"sizes are not whole numbers of accelerators; {SIZES}")
        for size in self._sizes:
            if size < each or size % each:
                raise InputError(
                    f"{size:,} accelerators are no whole number of hosts of {each}; "
                    f"a multiple of {each}"
                )
        self._hosts = [size // each for size in self._sizes]
        self._kept = [resized(scenario, hosts) for hosts in self._hosts]
        self.most = len(self._sizes) * _LOOKS * trials

    def answered(self, simulate: Simulate) -> Scaling:
        """Follow the job through its sizes."""
        counted = 0

        def results_of(scenarios: Sequence[Scenario], trials: range) -> list[Results]:
            nonlocal counted
            counted += len(trials) * len(scenarios)
            return simulate(scenarios, trials)

        def look(hosts: int, longer: float) -> Estimate:
            """Goodput of so many hosts that live so many times as long, at its best interval."""
            few = self._trials[: max(1, len(self._trials) // _SHARE_OF_TRIALS)]
            [pilot] = results_of([resized(self.scenario, hosts, longer)], few)
            tuned = resized(self.scenario, hosts, longer, _interval_s(pilot, save_s))
            return _goodput(*results_of([tuned], self._trials))

        kept = results_of(self._kept, self._trials)
        first = formulas_of(kept[0])
        save_s = first.save_s if first else None
        intervals = [_interval_s(results, save_s) for results in kept]
        tuned = [
            resized(self.scenario, hosts, interval_s=interval)
            for hosts, interval in zip(self._hosts, intervals, strict=True)
        ]
        best = [_goodput(results) for results in results_of(tuned, self._trials)]
        goal = best[0].value if self._goodput is None else self._goodput
        sizes: list[JobSize] = []
        for number, hosts in enumerate(self._hosts):
            needed: Needed | None = Needed(self._mtbf_s, None, None)
            if number or self._goodput is not None:
                start = self._start(sizes, hosts)
                needed = _needed(self._mtbf_s, goal, start, partial(look, hosts))
            sizes.append(
                JobSize(
                    self._sizes[number],
                    hosts,
                    self._kept[number].cluster.spares,
                    _job_mtbf_s(kept[number]),
                    _goodput(kept[number]),
                    intervals[number],
                    best[number],
                    needed,
                )
            )
        return Scaling(
            self.scenario,
            tuple(sizes),
            goal,
            self._goodput is not None,
            self._mtbf_s,
            len(self._trials),
            kept[0].seed,
            counted,
        )

    def _start(self, sizes: Sequence[JobSize], hosts: int) -> float:
        """Where to look first: at hosts with which the job is interrupted as often as before."""
        needed = sizes[-1].needed if sizes else None
        return needed.mtbf_s / self._mtbf_s * hosts / sizes[-1].hosts if needed else 1.0


def _needed(
    mtbf_s: float, goal: float, start: float, look: Callable[[float], Estimate]
) -> Needed | None:
    """Least mean time to failure of a host that keeps a goodput; None if none is enough.

    Parameters
    ----------
    mtbf_s
        That of the scenario.
    goal
        The goodput.
    start
        Where to look first, as a multiple of `mtbf_s`.
    look
        Goodput at a multiple of it.
    """
    goodput = cache(lambda step: look(_STEP**step))

    def is_kept(step: int) -> bool:
        return goodput(step).value >= goal

    def outward(step: int, away: int, agrees: Callable[[Estimate], bool]) -> float | None:
        while abs(step) <= _FARTHEST:
            if agrees(goodput(step)):
                return mtbf_s * _STEP**step
            step, away = step + away, 2 * away
        return None

    step = max(-_FARTHEST, min(round(math.log(start) / math.log(_STEP)), _FARTHEST))
    while not is_kept(step):
        if step == _FARTHEST:
            return None
        step = min(step + _STRIDE, _FARTHEST)
    enough, too_few = step, step - _STRIDE
    while too_few > -_FARTHEST and is_kept(too_few):
        enough, too_few = too_few, too_few - _STRIDE
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if is_kept(middle):
            enough = middle
        else:
            too_few = middle
    return Needed(
        mtbf_s * _STEP**enough,
        outward(enough, 1, lambda found: found.low >= goal),
        outward(too_few, -1, lambda found: found.high < goal),
    )


def parse_sizes(text: str) -> list[int]:
    """Numbers of accelerators of a text such as ``"1k..128k"`` or ``"1k,3k"``; k is 1,024.

    Raises
    ------
    InputError
        If it is none, or names too many sizes.
    """
    low, dots, high = text.partition("..")
    ends = [_size(text, part) for part in ([low, high] if dots else text.split(","))]
    if not dots:
        return sorted(set(ends))
    if ends[0] >= ends[1]:
        raise _wrong(text, "is empty", "a smaller size first")
    doublings = math.floor(math.log2(ends[1] / ends[0]) + 1e-9)
    return sorted({*(ends[0] * 2**n for n in range(doublings + 1)), ends[1]})


def _size(text: str, part: str) -> int:
    match = _SIZE.fullmatch(part)
    size = int(match[1]) * _TIMES[match[2]] if match else 0
    if not size:
        raise _wrong(text, f"{shown(part.strip())} is no number of accelerators", SIZES)
    return size


def _goodput(results: Results) -> Estimate:
    """Mean goodput. A trial that hit a bound counts with the goodput it had until then."""
    return cautious_mean_of(results.values[:, NAMES.index("goodput")])


def _job_mtbf_s(results: Results) -> float | None:
    return job_mtbf_s(lambda name: float(results.values[:, NAMES.index(name)].sum()))


def _interval_s(results: Results, save_s: float | None) -> float | None:
    """Best interval for memoryless faults; None where nothing interrupts or no save takes time."""
    mtbf_s = _job_mtbf_s(results)
    return theory.optimal_interval(save_s, mtbf_s) if mtbf_s and save_s else None


def _wrong(text: str, mistake: str, remedy: str) -> InputError:
    return InputError(f"sizes {shown(text)}: {mistake}; {remedy}")

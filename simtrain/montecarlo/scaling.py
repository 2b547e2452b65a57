"""`scale`: goodput as the job grows, and how reliable hosts would have to be to keep it."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain import __version__, theory
from simtrain.errors import InputError, shown
from simtrain.montecarlo.columns import NAMES
from simtrain.montecarlo.executors import processes
from simtrain.montecarlo.formulas import formulas_of
from simtrain.montecarlo.points import simulate_points
from simtrain.montecarlo.statistics import defined, mean_of
from simtrain.scenario.resized import host_mtbf_s, resized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from concurrent.futures import Executor

    import pandas as pd

    from simtrain.montecarlo.results import Results
    from simtrain.montecarlo.statistics import Estimate
    from simtrain.scenario.scenario import Scenario

    Simulate = Callable[[Sequence[Scenario], int], list[Results]]

SIZES = "sizes such as 1k..128k, which double from one to the next, or 1k,3k,16k"

_SIZE = re.compile(r"\s*([0-9]{1,9})\s*([kKM]?)\s*")
_TIMES = {"": 1, "k": 1024, "K": 1024, "M": 1024 * 1024}
_STEP = 1.05
"""How fine the mean time to failure that a size needs is found: to 5 %."""
_STRIDE = 28
"""Steps at once, about a factor of 4, until the answer lies between two looks."""
_FARTHEST = 284
"""Steps after which no reliability is looked at any more, about a factor of a million."""
_SHARE_OF_TRIALS = 4
"""A part of the trials tells how often the job is interrupted, and so its best interval."""


class Needed(NamedTuple):
    """How reliable hosts have to be.

    Parameters
    ----------
    mtbf_s
        The least mean time to failure of a host with which the goodput is kept, to 5 %.
    surely_s, surely_not_s
        The nearest ones that were looked at with which it surely is and is not, at 95 % each;
        None where there is none.
    """

    mtbf_s: float
    surely_s: float | None
    surely_not_s: float | None


class Size(NamedTuple):
    """The job at one size.

    Parameters
    ----------
    accelerators, hosts, spares
        How many there are.
    job_mtbf_s
        Time in training and saving by interruptions; None if nothing interrupts.
    kept
        Mean goodput with the checkpoint interval of the scenario.
    interval_s
        The interval that is best by the formula for memoryless faults; None if there is none, so
        that the scenario keeps its own.
    best
        Mean goodput with that interval.
    needed
        How reliable hosts have to be; None if no reliability is enough.
    """

    accelerators: int
    hosts: int
    spares: int
    job_mtbf_s: float | None
    kept: Estimate
    interval_s: float | None
    best: Estimate
    needed: Needed | None


@dataclass(frozen=True, eq=False)
class Scaling:
    """How a job fares as it grows.

    Parameters
    ----------
    scenario
        The scenario as it is.
    sizes
        The sizes, in rising order.
    goal
        The goodput that is to be kept.
    is_given
        Whether the goal was asked for; if not it is the goodput of the smallest size.
    host_mtbf_s
        Mean time to failure of a host of the scenario.
    trials, seed
        Trials of each size at each reliability, and their seed.
    trials_in_all
        Trials that were simulated.
    """

    scenario: Scenario
    sizes: tuple[Size, ...]
    goal: float
    is_given: bool
    host_mtbf_s: float
    trials: int
    seed: int
    trials_in_all: int

    def __repr__(self) -> str:
        first, last = self.sizes[0].accelerators, self.sizes[-1].accelerators
        return f"<Scaling of {self.scenario.name} from {first:,} to {last:,} accelerators>"

    def to_frame(self) -> pd.DataFrame:
        """One row for each size."""
        import pandas as pd

        return pd.DataFrame([_row(size) for size in self.sizes])

    def summary(self) -> dict[str, Any]:
        """Everything that was found, as ``--json`` prints it."""
        return {
            "scenario": self.scenario.name,
            "scenario_sha256": self.scenario.sha256,
            "version": __version__,
            "seed": self.seed,
            "trials": self.trials,
            "trials_in_all": self.trials_in_all,
            "goal": self.goal,
            "host_mtbf_s": self.host_mtbf_s,
            "sizes": [_row(size) for size in self.sizes],
        }

    def to_json(self) -> str:
        """`summary` as text, the same to the byte for the same sizes, seed and version."""
        return json.dumps(self.summary(), indent=2, allow_nan=False) + "\n"


def scale(
    scenario: Scenario,
    sizes: str | Iterable[int],
    *,
    goodput: float | None = None,
    trials: int = 40,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Callable[[int], Executor] = processes,
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
        What grows.
    sizes
        Numbers of accelerators, or text such as ``"1k..128k"``.
    goodput
        The goodput to keep, a fraction; by default that of the smallest size.
    trials
        How many trials of each size at each reliability.
    seed
        Seed of all trials.
    jobs
        How many processes may work, by default one for each processor.
    progress
        Called with the number of trials that have just ended, from time to time.
    pool
        Makes the executor for that many jobs: anything that speaks `concurrent.futures`.

    Raises
    ------
    InputError
        If a size is no whole number of hosts, hosts never fail, or a number is out of range.
    ScenarioError
        If the scenario cannot be had at a size.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> scenario = load("opt175b.toml")  # doctest: +SKIP
    >>> scale(scenario, "1k..16k").to_frame()[["accelerators", "goodput"]]  # doctest: +SKIP
    """
    growth = Growth(scenario, sizes, goodput)

    def simulate(scenarios: Sequence[Scenario], trials: int) -> list[Results]:
        simulated = simulate_points(
            scenarios, trials=trials, seed=seed, jobs=jobs, progress=progress, pool=pool
        )
        return [point.results for point in simulated]

    return growth.followed(simulate, trials, seed)


class Growth:
    """What a scaling asks; making it finds every mistake in it that needs no simulation.

    Parameters
    ----------
    scenario, sizes, goodput
        As for `scale`.

    Raises
    ------
    InputError
        If a size is no whole number of hosts, hosts never fail, or `goodput` is out of range.
    ScenarioError
        If the scenario cannot be had at a size.
    """

    def __init__(
        self, scenario: Scenario, sizes: str | Iterable[int], goodput: float | None = None
    ):
        if goodput is not None and not 0 < goodput < 1:
            raise InputError(f"goodput = {goodput:g} is not a fraction between 0 and 1")
        self._scenario = scenario
        self._goodput = goodput
        self._mtbf_s = host_mtbf_s(scenario)
        each = scenario.cluster.accelerators_per_host
        self.sizes = parse_sizes(sizes) if isinstance(sizes, str) else sorted(set(sizes))
        for size in self.sizes:
            if size < each or size % each:
                raise InputError(
                    f"{size:,} accelerators are no whole number of hosts of {each}; "
                    f"a multiple of {each}"
                )
        self._hosts = [size // each for size in self.sizes]
        self._kept = [resized(scenario, hosts) for hosts in self._hosts]

    def followed(self, simulate: Simulate, trials: int, seed: int) -> Scaling:
        """Follow the job through its sizes, with what simulates so many trials of scenarios."""
        counted = 0

        def counting(scenarios: Sequence[Scenario], trials: int) -> list[Results]:
            nonlocal counted
            counted += trials * len(scenarios)
            return simulate(scenarios, trials)

        kept = counting(self._kept, trials)
        first = formulas_of(kept[0])
        save_s = first.save_s if first else None
        intervals = [_interval_s(results, save_s) for results in kept]
        tuned = counting(
            [
                resized(self._scenario, hosts, interval_s=interval)
                for hosts, interval in zip(self._hosts, intervals, strict=True)
            ],
            trials,
        )
        best = [_goodput(results) for results in tuned]
        goal = best[0].value if self._goodput is None else self._goodput
        search = _Search(self._scenario, goal, save_s, trials, counting)
        needed: list[float | None] = []
        rows = []
        for number, hosts in enumerate(self._hosts):
            found: Needed | None = Needed(self._mtbf_s, None, None)
            if number or self._goodput is not None:
                found = search.needed(hosts, self._mtbf_s, self._start(needed, number))
            needed.append(found.mtbf_s / self._mtbf_s if found else None)
            rows.append(
                Size(
                    self.sizes[number],
                    hosts,
                    self._kept[number].cluster.spares,
                    _job_mtbf_s(kept[number]),
                    _goodput(kept[number]),
                    intervals[number],
                    best[number],
                    found,
                )
            )
        given = self._goodput is not None
        return Scaling(
            self._scenario, tuple(rows), goal, given, self._mtbf_s, trials, seed, counted
        )

    def _start(self, needed: Sequence[float | None], number: int) -> float:
        """Where to look first: at hosts with which the job is interrupted as often as before."""
        before = needed[number - 1] if number else None
        return before * self._hosts[number] / self._hosts[number - 1] if before else 1.0


class _Search:
    """Search for the least mean time to failure of a host that keeps a goodput."""

    def __init__(
        self,
        scenario: Scenario,
        goal: float,
        save_s: float | None,
        trials: int,
        simulate: Simulate,
    ):
        self._scenario = scenario
        self._goal = goal
        self._save_s = save_s
        self._trials = trials
        self._simulate = simulate

    def needed(self, hosts: int, mtbf_s: float, start: float) -> Needed | None:
        """Least mean time to failure at a size; None if none is enough."""
        looked: dict[int, Estimate] = {}

        def look(step: int) -> Estimate:
            if step not in looked:
                looked[step] = self._look(hosts, _STEP**step)
            return looked[step]

        def is_kept(step: int) -> bool:
            return look(step).value >= self._goal

        def outward(step: int, away: int, is_sure: Callable[[Estimate], bool]) -> float | None:
            while abs(step) <= _FARTHEST:
                if is_sure(look(step)):
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
            outward(enough, 1, lambda found: found.low >= self._goal),
            outward(too_few, -1, lambda found: found.high < self._goal),
        )

    def _look(self, hosts: int, longer: float) -> Estimate:
        few = max(1, self._trials // _SHARE_OF_TRIALS)
        [pilot] = self._simulate([resized(self._scenario, hosts, longer)], few)
        interval_s = _interval_s(pilot, self._save_s)
        [results] = self._simulate(
            [resized(self._scenario, hosts, longer, interval_s)], self._trials
        )
        return _goodput(results)


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
    return mean_of(results.values[:, NAMES.index("goodput")])


def _job_mtbf_s(results: Results) -> float | None:
    formulas = ("productive_s", "lost_work_s", "degraded_s", "checkpoint_save_s")
    interruptions = _total(results, "interruptions")
    if not interruptions:
        return None
    return sum(_total(results, name) for name in formulas) / interruptions


def _interval_s(results: Results, save_s: float | None) -> float | None:
    """Best interval for memoryless faults; None where nothing interrupts or no save takes time."""
    mtbf_s = _job_mtbf_s(results)
    if not mtbf_s or not save_s:
        return None
    return theory.optimal_interval(save_s, mtbf_s)


def _total(results: Results, name: str) -> float:
    return float(results.values[:, NAMES.index(name)].sum())


def _row(size: Size) -> dict[str, Any]:
    row: dict[str, Any] = {
        "accelerators": size.accelerators,
        "hosts": size.hosts,
        "spares": size.spares,
        "job_mtbf_s": size.job_mtbf_s,
    }
    for name, found in (("goodput_kept", size.kept), ("goodput", size.best)):
        row |= {
            name: found.value,
            f"{name}_ci95_low": defined(found.low),
            f"{name}_ci95_high": defined(found.high),
        }
    needed = size.needed
    return row | {
        "interval_s": size.interval_s,
        "needed_mtbf_s": needed and needed.mtbf_s,
        "needed_mtbf_surely_s": needed and needed.surely_s,
        "needed_mtbf_surely_not_s": needed and needed.surely_not_s,
    }


def _wrong(text: str, told: str, remedy: str) -> InputError:
    return InputError(f"sizes {shown(text)}: {told}; {remedy}")

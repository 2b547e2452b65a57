"""Windows of a fitted cluster: what the logs are like that its simulated hosts leave."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.recorder import Recorder
from simtrain.history.simulated import simulated_log
from simtrain.history.statistics import statistics
from simtrain.logs.outages import outages
from simtrain.sampling.engines import COMPILED, is_installed, simulator_of
from simtrain.sampling.executors import POOL_PAYS_S, processors, spread
from simtrain.tables.answer import SIMPY

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.logs.log import FailureLog
    from simtrain.scenario.scenario import Scenario

WINDOWS = 400
"""Windows that a check takes: of eleven statistics one lies further out than in all others in up to
5 % of them, well below the 10 % at which a log fails."""
LONGEST_S = 120.0
"""About how long a processor may work on a check that nobody has asked for."""
_A_PIECE = 10
_LOADING_S = 2.0
"""Work from which on it pays to load compiled code."""
_TIMES_AS_FAST = 15
"""How many times as fast windows are by compiled code, at the least."""
_FAULT_S, _CHANGE_S = 1.3e-4, 5e-6
"""About how long a fault takes to simulate, and a change of the hazard of one host."""


class _Asked(NamedTuple):
    """What a worker needs to know beside the numbers of trials."""

    scenario: Scenario
    like: FailureLog
    resolution_s: float
    seed: int
    most: int
    engine: str


class Window(NamedTuple):
    """What the log of a simulated window is like.

    Parameters
    ----------
    statistics
        Its numbers by name.
    exceeded
        Share of the time in which more hosts were down than 0, 1 and so on.
    """

    statistics: dict[str, float | None]
    exceeded: tuple[float, ...]


def work_s(scenario: Scenario, like: FailureLog, trials: int) -> float:
    """About how long a processor works on so many windows, by the engine that is for them."""
    seconds = trials * _by_simpy_s(scenario, like)
    return seconds / _TIMES_AS_FAST if engine_of_windows(scenario, seconds) == COMPILED else seconds


def engine_of_windows(scenario: Scenario, by_simpy_s: float) -> str:
    """Engine that simulates windows: the compiled one where it pays and has been compiled.

    They are the same by either; `by_simpy_s` is how long a processor works on them by SimPy.
    """
    if by_simpy_s <= _LOADING_S or not is_installed():
        return SIMPY
    from simtrain.compiled.program import is_built
    from simtrain.compiled.support import left_to_simpy

    return COMPILED if is_built() and not left_to_simpy(scenario) else SIMPY


def _by_simpy_s(scenario: Scenario, like: FailureLog) -> float:
    """About how long a processor works on a window by SimPy.

    Where hosts differ or age and there is weather, the hazard of each changes with each span.
    """
    changes = 0.0
    each_has_its_own = any(fault.ages_hosts for fault in scenario.fault.values())
    if (scenario.cluster.frailty.middle or each_has_its_own) and scenario.weather:
        spans = sum(like.window_s / one.every.middle for one in scenario.weather.values())
        changes = spans * len(scenario.fault) * like.hosts
    return _FAULT_S * like.events + _CHANGE_S * changes


def windows(
    scenario: Scenario,
    like: FailureLog,
    resolution_s: float,
    trials: int,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> list[Window]:
    """What the logs of so many trials are like, in their order, with any number of jobs.

    Parameters
    ----------
    scenario
        The fitted cluster.
    like
        The log that it is fitted to, whose window and hosts the simulated logs have.
    resolution_s
        How finely that log tells times.
    trials, seed
        Which trials.
    jobs, progress
        See `simtrain.questions.question.ask`.
    """
    most = 2 * outages(like).down.most + 5
    engine = engine_of_windows(scenario, trials * _by_simpy_s(scenario, like))
    asked = _Asked(scenario, like.bare, resolution_s, seed, most, engine)
    pieces = [range(start, min(start + _A_PIECE, trials)) for start in range(0, trials, _A_PIECE)]
    work = partial(_simulated, asked)
    found: dict[range, list[Window]] = {}
    workers = min(jobs or processors(), len(pieces))
    alone = workers == 1 or work_s(scenario, like, trials) < POOL_PAYS_S
    for piece, rows in map(work, pieces) if alone else spread(work, pieces, workers):
        found[piece] = rows
        if progress:
            progress(len(piece))
    return [row for piece in pieces for row in found[piece]]


def _simulated(asked: _Asked, piece: range) -> tuple[range, list[Window]]:
    simulator = simulator_of(asked.engine, asked.scenario, asked.seed)
    rows = []
    for trial in piece:
        recording = Recorder()
        simulator.run(trial, recording)
        log = simulated_log(recording.moments, asked.like, asked.resolution_s)
        found = outages(log)
        exceeded = tuple(1 - found.down.share(most) for most in range(asked.most))
        rows.append(Window(statistics(log, found), exceeded))
    return piece, rows

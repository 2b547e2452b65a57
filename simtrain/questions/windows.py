"""Windows of a fitted cluster: what the logs are like that its simulated hosts leave."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.recorder import Recorder
from simtrain.engine.trial import Simulator
from simtrain.history.simulated import simulated_log
from simtrain.history.statistics import statistics
from simtrain.logs.outages import outages
from simtrain.sampling.executors import POOL_PAYS_S, processors, spread

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
_FAULT_S, _CHANGE_S = 1.3e-4, 5e-6
"""About how long a fault takes to simulate, and a change of the hazard of one host."""


class _Asked(NamedTuple):
    """What a worker needs to know beside the numbers of trials."""

    scenario: Scenario
    like: FailureLog
    resolution_s: float
    seed: int
    most: int


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


def effort_s(scenario: Scenario, like: FailureLog) -> float:
    """About how long a processor works on a window.

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
    asked = _Asked(scenario, like.bare, resolution_s, seed, most)
    pieces = [range(start, min(start + _A_PIECE, trials)) for start in range(0, trials, _A_PIECE)]
    work = partial(_simulated, asked)
    found: dict[range, list[Window]] = {}
    workers = min(jobs or processors(), len(pieces))
    alone = workers == 1 or effort_s(scenario, like) * trials < POOL_PAYS_S
    for piece, rows in map(work, pieces) if alone else spread(work, pieces, workers):
        found[piece] = rows
        if progress:
            progress(len(piece))
    return [row for piece in pieces for row in found[piece]]


def _simulated(asked: _Asked, piece: range) -> tuple[range, list[Window]]:
    simulator = Simulator(asked.scenario, asked.seed)
    rows = []
    for trial in piece:
        recording = Recorder()
        simulator.run(trial, recording)
        log = simulated_log(recording.moments, asked.like, asked.resolution_s)
        found = outages(log)
        exceeded = tuple(1 - found.down.share(most) for most in range(asked.most))
        rows.append(Window(statistics(log, found), exceeded))
    return piece, rows

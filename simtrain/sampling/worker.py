"""Chunks of work, each simulated by the engine that it is for."""

from __future__ import annotations

import threading
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from simtrain.engine.trial import Simulator
from simtrain.errors import InputError, WorkerError
from simtrain.sampling.batch import CODE
from simtrain.sampling.by_simpy import simulate_by_simpy
from simtrain.sampling.engines import COMPILED, is_installed
from simtrain.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.sampling.batch import Batch, Chunk, Work
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.trajectory import TrajectorySink


def simulate(chunk: Chunk, watched: Mapping[int, TrajectorySink] = MappingProxyType({})) -> Batch:
    """Simulate a chunk, in whatever process this is called.

    Parameters
    ----------
    chunk
        What to simulate.
    watched
        Sinks that keep how some of its trials go, by number.
    """
    simulator = _simulator(chunk.work)
    if chunk.work.engine == COMPILED:
        batch: Batch = simulator.simulate(chunk, watched)
        return batch
    return simulate_by_simpy(simulator, chunk, watched)


def scenario_of(work: Work) -> Scenario:
    """What is simulated."""
    scenario: Scenario = _simulator(work).scenario
    return scenario


_own = threading.local()
"""The simulator of each thread: it knows which trial it is in, so threads cannot share one."""


def _simulator(work: Work) -> Any:
    if getattr(_own, "work", None) != work:
        if work.version != __version__:
            raise WorkerError(
                f"a worker has simtrain {__version__}, and the work comes from {work.version}; "
                "install the same version everywhere"
            )
        if work.code != CODE:
            raise WorkerError(
                f"a worker has other sources of simtrain {__version__} than the work comes from; "
                "install the same everywhere, and start the workers anew"
            )
        try:
            _own.simulator = _made(work.loaded(), work)
        except InputError as error:  # the process that sent the work could
            raise WorkerError(f"a worker cannot simulate this: {error}") from error
        _own.work = work
    return _own.simulator


def _made(scenario: Scenario, work: Work) -> Any:
    if work.engine != COMPILED:
        return Simulator(scenario, work.seed, ideal_s=work.ideal_s)
    if not is_installed():
        raise WorkerError(
            "a worker has no numba for the compiled engine; install simtrain[fast] everywhere, or "
            "ask for --engine simpy"
        )
    from simtrain.sampling.by_compiled import CompiledTrials

    return CompiledTrials(scenario, work.seed, work.ideal_s)

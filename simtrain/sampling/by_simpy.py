"""A chunk simulated by the engine on SimPy: every meter listens to every call."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.footprint import measured_in
from simtrain.accounts.meter import tee
from simtrain.sampling.batch import VERDICTS, Batch
from simtrain.tables.columns import METERS
from simtrain.tables.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.distributions import Law
    from simtrain.engine.trial import Simulator
    from simtrain.sampling.batch import Chunk
    from simtrain.scenario.number import Number
    from simtrain.tables.trajectory import TrajectorySink


def simulate_by_simpy(
    simulator: Simulator, chunk: Chunk, watched: Mapping[int, TrajectorySink]
) -> Batch:
    """Simulate a chunk.

    Parameters
    ----------
    simulator
        Simulator of its scenario and seed.
    chunk
        What to simulate.
    watched
        Sinks that keep how some of its trials go, by number.
    """
    outcomes = Outcomes(simulator.scenario)
    makers = [meter.of(simulator.scenario, simulator.mfu) for meter in METERS]
    measures = len(measured_in(simulator.scenario))
    batch = Batch.blank(chunk.point, chunk.trials, len(simulator.causes), len(outcomes), measures)
    began = time.perf_counter()

    def settle(path: str, number: Number) -> Law:
        return simulator.numbers.settle(path, number)

    for place, trial in enumerate(chunk.trials):
        if measures:  # meters weigh by numbers of the trial, which they settle before it runs
            simulator.numbers.begin(chunk.work.seed, trial)
        meters = [make(settle) if make else None for make in makers]
        listening = [meter for meter in meters if meter is not None]
        logbooks = [outcomes.logbook()] if outcomes else []
        watching = [watched[trial]] if trial in watched else []
        try:
            ending = simulator.run(trial, tee(*listening, *logbooks, *watching))
        except Exception as error:
            error.add_note(f"This happened in trial {trial}.")
            raise
        for one in watching:
            one.ending = ending
        values = [
            value
            for kind, meter in zip(METERS, meters, strict=True)
            for value in (meter.row(ending) if meter else [math.nan] * len(kind.columns))
        ]
        batch.values[place] = values
        for logbook in logbooks:
            batch.outcomes[place] = outcomes.measured(logbook, ending, values)
        seconds, *charges = (
            row for meter in listening for row in meter.badput_by_cause(simulator.causes)
        )
        batch.badput[place] = seconds
        batch.charges[place] = np.reshape(charges, batch.charges[place].shape)
        batch.truncated[place] = ending.truncated
        batch.verdicts[place] = VERDICTS.index(ending.verdict)
    return batch._replace(took_s=time.perf_counter() - began)

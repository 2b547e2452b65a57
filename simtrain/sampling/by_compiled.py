"""A chunk simulated by the compiled engine, whose accounts are kept in compiled code as well."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.footprint import FootprintMeter, measured_in
from simtrain.accounts.meter import Tee
from simtrain.accounts.replicas import ReplicaMeter
from simtrain.accounts.time_meter import TimeMeter
from simtrain.accounts.timeline import Ending
from simtrain.compiled.accounts import Accounts, keep_trials
from simtrain.compiled.outcomes import fill_values
from simtrain.compiled.rows import fill_replicas, fill_time
from simtrain.compiled.simulator import CompiledSimulator
from simtrain.sampling.batch import VERDICTS, Batch
from simtrain.tables.columns import METERS
from simtrain.tables.outcomes import Outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.sampling.batch import Chunk
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.trajectory import TrajectorySink

_TRUNCATED = np.array([Ending(0.0, verdict).truncated for verdict in VERDICTS])
_ENDS = np.cumsum([len(meter.columns) for meter in METERS]).tolist()
_TIME, _REPLICAS, _FOOTPRINT = map(slice, [0, *_ENDS], _ENDS)
assert (TimeMeter, ReplicaMeter, FootprintMeter) == METERS


class CompiledTrials:
    """Simulates chunks of one scenario.

    Parameters
    ----------
    scenario
        The scenario; nothing of it may be left to the engine on SimPy.
    seed
        Seed of all trials.
    """

    def __init__(self, scenario: Scenario, seed: int):
        self.scenario = scenario
        self._simulator = CompiledSimulator(scenario, seed)
        simulator = self._simulator.simulator
        self._numbers, self._mfu = simulator.numbers, simulator.mfu
        self._causes = simulator.causes
        self._outcomes = Outcomes(scenario)
        self._measures = len(measured_in(scenario))
        self._footprint = FootprintMeter.of(scenario, self._mfu)
        with_fewer = ReplicaMeter.of(scenario, self._mfu) is not None
        self._replicas = scenario.recovery.replicas if with_fewer else None
        self._is_loaded = False

    def simulate(self, chunk: Chunk, watched: Mapping[int, TrajectorySink]) -> Batch:
        """Simulate a chunk.

        Parameters
        ----------
        chunk
            What to simulate.
        watched
            Sinks that keep how some of its trials go, by number.
        """
        if not self._is_loaded:  # the first trial loads compiled code, which is no cost of its own
            self._batch(replace(chunk, trials=chunk.trials[:1]), {})
            self._is_loaded = True
        began = time.perf_counter()
        batch = self._batch(chunk, watched)
        return batch._replace(took_s=time.perf_counter() - began)

    def _batch(self, chunk: Chunk, watched: Mapping[int, TrajectorySink]) -> Batch:
        trials, simulator = chunk.trials, self._simulator
        batch = Batch.blank(
            chunk.point, trials, len(self._causes), len(self._outcomes), self._measures
        )
        simulator._begin(trials.start)  # from then on there are names
        accounts = Accounts(len(trials), simulator.names, self._outcomes)
        keep_trials(simulator, trials, accounts)
        for place, trial in enumerate(trials):
            if self._footprint or trial in watched:
                self._listen(trial, place, batch, watched.get(trial))
        self._fill(batch, accounts)
        return batch

    def _listen(
        self, trial: int, place: int, batch: Batch, watching: TrajectorySink | None
    ) -> None:
        """Tell a trial once more, to those who listen to each call."""
        self._simulator._begin(trial)
        meter = self._footprint(self._numbers.settle) if self._footprint else None
        listening = [one for one in (meter, watching) if one is not None]
        ending = self._simulator.run(trial, Tee(*listening))
        if meter is not None:
            batch.values[place, _FOOTPRINT] = meter.row(ending)
            batch.charges[place] = meter.badput_by_cause(self._causes)
        if watching is not None:
            watching.ending = ending

    def _fill(self, batch: Batch, accounts: Accounts) -> None:
        """Fill all that is not yet there from the accounts."""
        names, books = self._simulator.names, accounts.books
        batch.badput[:] = accounts.badput[:, [names.index(cause) for cause in self._causes]]
        batch.outcomes[:] = accounts.measured
        fill_time(books, self._mfu, batch.values[:, _TIME])
        fill_replicas(books, self._replicas, batch.values[:, _REPLICAS])
        if self._footprint is None:
            batch.values[:, _FOOTPRINT] = math.nan
        fill_values(self._outcomes, batch.values, batch.outcomes)
        batch.truncated[:] = _TRUNCATED[accounts.verdicts]
        batch.verdicts[:] = accounts.verdicts

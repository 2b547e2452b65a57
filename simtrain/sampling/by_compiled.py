"""A chunk simulated by the compiled engine, whose accounts are kept in compiled code as well."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.footprint import FootprintMeter, measured_in
from simtrain.accounts.hot_swaps import HotSwapMeter
from simtrain.accounts.meter import Tee
from simtrain.accounts.replicas import ReplicaMeter
from simtrain.accounts.time_meter import TimeMeter
from simtrain.accounts.timeline import Ending
from simtrain.compiled.accounts import Accounts, keep_trials
from simtrain.compiled.footprint import Footprints, Weighing
from simtrain.compiled.outcomes import fill_values
from simtrain.compiled.rows import fill_hot_swaps, fill_replicas, fill_time
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
_COLUMNS = dict(zip(METERS, map(slice, [0, *_ENDS], _ENDS), strict=False))
"""Columns of each meter."""


class CompiledTrials:
    """Simulates chunks of one scenario.

    Parameters
    ----------
    scenario
        The scenario; nothing of it may be left to the engine on SimPy.
    seed
        Seed of all trials.
    ideal_s
        Wall-clock without any fault, save or stop, if it is known.
    """

    def __init__(self, scenario: Scenario, seed: int, ideal_s: float | None = None):
        self.scenario = scenario
        self._seed = seed
        self._simulator = CompiledSimulator(scenario, seed, ideal_s)
        simulator = self._simulator.simulator
        self._numbers, self._mfu = simulator.numbers, simulator.mfu
        self._causes = simulator.causes
        self._outcomes = Outcomes(scenario)
        self._measures = len(measured_in(scenario))
        booked = (TimeMeter, ReplicaMeter, HotSwapMeter)
        makers = {meter: meter.of(scenario, self._mfu) for meter in METERS if meter not in booked}
        self._makers = {meter: make for meter, make in makers.items() if make is not None}
        """Of meters that listen to each call, since compiled books do not have their sums."""
        with_fewer = ReplicaMeter.of(scenario, self._mfu) is not None
        self._replicas = scenario.recovery.replicas if with_fewer else None
        self._may_swap = HotSwapMeter.of(scenario, self._mfu) is not None
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
        simulator.settled(np.array(trials[:1]), np.zeros(1, np.int64))  # then there are names
        weighing = self._weighing
        weights = weighing.weights if weighing else None
        accounts = Accounts(len(trials), simulator.memory.names, self._outcomes, weights=weights)
        keep_trials(simulator, trials, accounts)
        self._fill(batch, accounts)
        if weighing:
            self._fill_footprint(batch, accounts, weighing)
        is_booked = self._makers.keys() <= ({FootprintMeter} if weighing else set())
        for place, trial in enumerate(trials):
            is_whole = is_booked and (not weighing or accounts.even[place])
            if not is_whole or trial in watched:
                self._listen(trial, place, batch, watched.get(trial))
        fill_values(self._outcomes, batch.values, batch.outcomes)
        return batch

    @cached_property
    def _weighing(self) -> Weighing | None:
        """Weights of what hosts draw, emit and cost, once causes have names."""
        found = Weighing.of(self.scenario, self._simulator.memory.names)
        if found is not None:
            self._simulator.lay_out_further(found.lay_out)
        return found

    def _listen(
        self, trial: int, place: int, batch: Batch, watching: TrajectorySink | None
    ) -> None:
        """Tell a trial once more, to those who listen to each call."""
        self._numbers.begin(self._seed, trial)
        meters = {meter: make(self._numbers.settle) for meter, make in self._makers.items()}
        ending = self._simulator.run(trial, Tee(*meters.values(), *filter(None, [watching])))
        for meter, listener in meters.items():
            batch.values[place, _COLUMNS[meter]] = listener.row(ending)
        charges = [row for one in meters.values() for row in one.badput_by_cause(self._causes)]
        batch.charges[place] = np.reshape(charges, batch.charges[place].shape)
        if watching is not None:
            watching.ending = ending

    def _fill(self, batch: Batch, accounts: Accounts) -> None:
        """Fill what the books of the accounts have."""
        books = accounts.books
        batch.values[:] = math.nan
        batch.badput[:] = accounts.badput[:, self._places_of_causes]
        batch.outcomes[:] = accounts.measured
        fill_time(books, self._mfu, batch.values[:, _COLUMNS[TimeMeter]])
        fill_replicas(books, self._replicas, batch.values[:, _COLUMNS[ReplicaMeter]])
        fill_hot_swaps(books, self._may_swap, batch.values[:, _COLUMNS[HotSwapMeter]])
        batch.truncated[:] = _TRUNCATED[accounts.verdicts]
        batch.verdicts[:] = accounts.verdicts

    def _fill_footprint(self, batch: Batch, accounts: Accounts, weighing: Weighing) -> None:
        """Fill energy, carbon and money."""
        found = Footprints(accounts.sums, weighing.footprint)
        found.fill(batch.values[:, _COLUMNS[FootprintMeter]])
        causes = self._places_of_causes
        for place, (number, measure) in enumerate(found.measures()):
            batch.charges[:, place] = accounts.charges[:, number, causes] * measure.scale

    @property
    def _places_of_causes(self) -> list[int]:
        """Places of the causes of the table among all that have a name."""
        return [self._simulator.memory.names.index(cause) for cause in self._causes]

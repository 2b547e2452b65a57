"""A batch: some consecutive trials, simulated one after the other in one process."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.engine.trial import Simulator
from simtrain.ledger import Ledger
from simtrain.montecarlo.columns import COLUMNS, Books, row
from simtrain.montecarlo.outcomes import Both, Outcomes
from simtrain.recorder import Recorder
from simtrain.timeline import Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

VERDICTS = tuple(Verdict)


class Batch(NamedTuple):
    """Rows of some consecutive trials.

    Parameters
    ----------
    trials
        Their numbers.
    values
        One row for each trial, one column for each of `COLUMNS`.
    badput
        One row for each trial, one column for each cause.
    outcomes
        One row for each trial, one column for each published row of the scenario.
    truncated
        Whether each hit a bound.
    verdicts
        How each ended, as a position in `VERDICTS`.
    """

    trials: range
    values: NDArray[np.float64]
    badput: NDArray[np.float64]
    outcomes: NDArray[np.float64]
    truncated: NDArray[np.bool_]
    verdicts: NDArray[np.uint8]

    @classmethod
    def blank(cls, trials: range, causes: int, outcomes: int) -> Batch:
        """Batch whose rows are still to be filled."""
        return cls(
            trials,
            np.empty((len(trials), len(COLUMNS))),
            np.empty((len(trials), causes)),
            np.empty((len(trials), outcomes)),
            np.empty(len(trials), dtype=np.bool_),
            np.empty(len(trials), dtype=np.uint8),
        )

    @property
    def bytes_per_trial(self) -> int:
        """Size of the rows of one trial."""
        arrays = (self.values, self.badput, self.outcomes, self.truncated, self.verdicts)
        return sum(array.nbytes for array in arrays) // len(self.trials)

    def put(self, other: Batch) -> None:
        """Fill in the rows of `other`, whose trials are among those of this batch."""
        first = other.trials.start - self.trials.start
        place = slice(first, first + len(other.trials))
        self.values[place] = other.values
        self.badput[place] = other.badput
        self.outcomes[place] = other.outcomes
        self.truncated[place] = other.truncated
        self.verdicts[place] = other.verdicts


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to simulate any trial; small, and free to travel.

    Parameters
    ----------
    scenario
        The pickled scenario: bytes are quick to send, and to recognise when they come again.
    seed
        Seed of all trials.
    """

    scenario: bytes
    seed: int

    @classmethod
    def of(cls, scenario: Scenario, seed: int) -> Work:
        """Work on the trials of a scenario."""
        return cls(pickle.dumps(scenario), seed)

    def __call__(self, trials: range) -> Batch:
        """Simulate some trials, in whatever process this is called."""
        return simulate(_simulator(self), trials)


def simulate(simulator: Simulator, trials: range) -> Batch:
    """Simulate some trials."""
    outcomes = Outcomes(simulator.scenario)
    batch = Batch.blank(trials, len(simulator.causes), len(outcomes))
    for place, trial in enumerate(trials):
        ledger, recording = Ledger(), Recorder()
        try:
            ending = simulator.run(trial, Both(ledger, recording) if outcomes else ledger)
        except Exception as error:
            error.add_note(f"This happened in trial {trial}.")
            raise
        books = Books(ledger, ending, simulator.mfu)
        batch.values[place] = row(books)
        batch.outcomes[place] = outcomes.measured(recording, books)
        batch.badput[place] = [ledger.badput.pop(cause, 0.0) for cause in simulator.causes]
        assert not ledger.badput, f"badput is charged to unknown causes: {sorted(ledger.badput)}"
        batch.truncated[place] = ending.truncated
        batch.verdicts[place] = VERDICTS.index(ending.verdict)
    return batch


@lru_cache(maxsize=1)
def _simulator(work: Work) -> Simulator:
    return Simulator(pickle.loads(work.scenario), work.seed)

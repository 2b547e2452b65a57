"""Chunks of work and the batches they become.

A chunk is some consecutive trials of one point, all that a process needs to simulate them; a batch
is their rows. What a batch holds follows from its chunk alone, so batches may come in any order.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

import numpy as np

from simtrain.accounts.footprint import measured_in
from simtrain.accounts.timeline import Verdict
from simtrain.sampling.code import fingerprint
from simtrain.tables.answer import SIMPY
from simtrain.tables.columns import COLUMNS
from simtrain.version import __version__

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

VERDICTS = tuple(Verdict)

_HERE: WeakValueDictionary[bytes, Scenario] = WeakValueDictionary()
"""Scenarios of this process that there is work on, by what travels of them."""

CODE = fingerprint()
"""Of the sources as they are loaded now: later they may be others."""


class Batch(NamedTuple):
    """Rows of some consecutive trials of a point.

    Parameters
    ----------
    point
        Number of the point.
    trials
        Numbers of the trials.
    values
        One row for each trial, one column for each of `COLUMNS`.
    badput
        One row for each trial, one column for each cause.
    charges
        Energy, carbon and money of the badput, as far as the scenario has them: for each trial a
        row for each of these and a column for each cause.
    outcomes
        One row for each trial, one column for each published row of the scenario.
    truncated
        Whether each hit a bound.
    verdicts
        How each ended, as a position in `VERDICTS`.
    took_s
        Seconds it took to simulate them, which move no result.
    """

    point: int
    trials: range
    values: NDArray[np.float64]
    badput: NDArray[np.float64]
    charges: NDArray[np.float64]
    outcomes: NDArray[np.float64]
    truncated: NDArray[np.bool_]
    verdicts: NDArray[np.uint8]
    took_s: float = 0.0

    @classmethod
    def blank(
        cls, point: int, trials: range, causes: int, outcomes: int, measures: int = 0
    ) -> Batch:
        """Batch whose rows are still to be filled."""
        return cls(
            point,
            trials,
            np.empty((len(trials), len(COLUMNS))),
            np.empty((len(trials), causes)),
            np.empty((len(trials), measures, causes)),
            np.empty((len(trials), outcomes)),
            np.empty(len(trials), dtype=np.bool_),
            np.empty(len(trials), dtype=np.uint8),
        )

    @property
    def bytes_per_trial(self) -> int:
        """Size of the rows of one trial."""
        arrays = (self.values, self.badput, self.charges, self.outcomes, self.truncated)
        return (sum(array.nbytes for array in arrays) + self.verdicts.nbytes) // len(self.trials)

    @classmethod
    def bytes_of(cls, scenario: Scenario) -> int:
        """The same for the trials of a scenario, before there is any."""
        measures = len(measured_in(scenario))
        return cls.blank(
            0, range(1), len(scenario.causes), len(scenario.published), measures
        ).bytes_per_trial

    def part(self, trials: range) -> Batch:
        """Rows of some of the trials."""
        first = trials.start - self.trials.start
        place = slice(first, first + len(trials))
        return Batch(
            self.point,
            trials,
            self.values[place],
            self.badput[place],
            self.charges[place],
            self.outcomes[place],
            self.truncated[place],
            self.verdicts[place],
            self.took_s * len(trials) / len(self.trials),
        )

    def put(self, other: Batch) -> None:
        """Fill in the rows of `other`, whose trials are among those of this batch."""
        place = self.part(other.trials)
        place.values[:] = other.values
        place.badput[:] = other.badput
        place.charges[:] = other.charges
        place.outcomes[:] = other.outcomes
        place.truncated[:] = other.truncated
        place.verdicts[:] = other.verdicts


@dataclass(frozen=True, slots=True)
class Work:
    """What a process needs to simulate any trial of a point; small, and free to travel.

    Parameters
    ----------
    scenario
        The pickled scenario: bytes are quick to send, and to recognise when they come again.
    seed
        Seed of all trials.
    engine
        What simulates them: ``simpy`` or ``compiled``.
    ideal_s
        Wall-clock without any fault, save or stop, if it is known: to find it takes a while.
    version, code
        Version of simtrain that the trials are of, and `fingerprint` of its sources: workers may be
        elsewhere, with others.
    """

    scenario: bytes
    seed: int
    engine: str = SIMPY
    ideal_s: float | None = None
    version: str = __version__
    code: str = CODE

    @classmethod
    def of(
        cls, scenario: Scenario, seed: int, engine: str = SIMPY, ideal_s: float | None = None
    ) -> Work:
        """Work on the trials of a scenario."""
        text = pickle.dumps(scenario)
        _HERE[text] = scenario
        return cls(text, seed, engine, ideal_s)

    def loaded(self) -> Scenario:
        """The scenario: the object itself where this process has it, and a copy elsewhere."""
        here = _HERE.get(self.scenario)
        if here is None:
            here = pickle.loads(self.scenario)
        return here


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive trials of a point: the unit of work.

    Parameters
    ----------
    work
        What is simulated.
    point
        Number of the point, by which its batch is recognised.
    trials
        Numbers of the trials.
    """

    work: Work
    point: int
    trials: range

    def __str__(self) -> str:
        return f"trials {self.trials.start} to {self.trials.stop - 1} of point {self.point}"

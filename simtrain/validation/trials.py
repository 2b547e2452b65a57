"""Trials of many experiments, numbered through, so that they can be spread over processes."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.sampling.engines import COMPILED, simulator_of
from simtrain.sampling.executors import spread
from simtrain.tables.answer import SIMPY
from simtrain.validation.readings import UntilEnough

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from simtrain.validation.experiments import ExactResult, Experiment
    from simtrain.validation.scores import ExactScore, Values

_PIECES = 8
"""In how many pieces the quick form of an experiment is simulated, so that progress is smooth."""
_LONGEST_PIECE = 500
"""Trials in a piece, whose values then go through a pipe in one write."""


class _Place(NamedTuple):
    """Where the trials of an experiment stand among all of them."""

    result: ExactResult
    experiment: Experiment
    numbers: range

    def pieces(self) -> Iterator[range]:
        """The trials in pieces of about equal cost, whatever their number."""
        size = min(_LONGEST_PIECE, -(-self.experiment.trials // _PIECES))
        for first in range(0, len(self.numbers), size):
            yield self.numbers[first : first + size]

    def engine(self, wanted: str) -> str:
        """Engine that simulates the trials: the one on SimPy if the other cannot."""
        if wanted == SIMPY or isinstance(self.experiment.read, UntilEnough):
            return SIMPY
        from simtrain.compiled.support import left_to_simpy

        return SIMPY if left_to_simpy(self.experiment.scenario) else COMPILED

    def seed(self, seed: int) -> int:
        """Seed of the experiment, so that no two share their luck."""
        words = f"{seed} {self.result.name} {self.experiment.claims[0].case}"
        return int.from_bytes(blake2b(words.encode(), digest_size=8).digest())


@dataclass(frozen=True)
class Trials:
    """All trials that some exact results take, numbered through; small, and free to travel.

    Parameters
    ----------
    results
        What is to be shown.
    seed
        Seed of all trials.
    factor
        How many times the trials of the quick form.
    engine
        What simulates them, ``simpy`` or ``compiled``; it moves no value.
    """

    results: tuple[ExactResult, ...]
    seed: int
    factor: float = 1.0
    engine: str = SIMPY

    def __len__(self) -> int:
        return _places(self.results, self.factor)[-1].numbers.stop

    def __call__(self, numbers: range) -> tuple[range, Values]:
        """What is read off a piece of the trials, all of one experiment."""
        place = next(p for p in _places(self.results, self.factor) if numbers[0] in p.numbers)
        engine, seed = place.engine(self.engine), place.seed(self.seed)
        simulator = simulator_of(engine, place.experiment.scenario, seed)
        first = place.numbers.start
        read = place.experiment.read
        return numbers, np.array([read(simulator, number - first) for number in numbers])

    @property
    def engines(self) -> frozenset[str]:
        """Which engines simulate some of them."""
        return frozenset(place.engine(self.engine) for place in _places(self.results, self.factor))

    def scores(
        self, jobs: int = 1, progress: Callable[[int], object] | None = None
    ) -> Iterator[tuple[ExactResult, ExactScore]]:
        """Simulate all trials; every claim beside what came out.

        Parameters
        ----------
        jobs
            How many processes may work; with one it is this one.
        progress
            Called with the number of trials that have just ended, from time to time.

        Raises
        ------
        WorkerError
            If worker processes keep dying.
        """
        places = _places(self.results, self.factor)
        found: dict[int, Values] = {}
        with closing(self._simulated(jobs)) as pieces:
            for numbers, values in pieces:
                found[numbers.start] = values
                if progress is not None:
                    progress(len(numbers))
        for place in places:
            values = np.concatenate([found[piece.start] for piece in place.pieces()])
            for claim in place.experiment.claims:
                yield place.result, claim.score(values)

    def _simulated(self, jobs: int) -> Generator[tuple[range, Values], None, None]:
        places = _places(self.results, self.factor)
        pieces = [piece for place in places for piece in place.pieces()]
        yield from map(self, pieces) if jobs == 1 else spread(self, pieces, jobs)


@lru_cache(maxsize=1)
def _places(results: tuple[ExactResult, ...], factor: float) -> tuple[_Place, ...]:
    places = []
    first = 0
    for result in results:
        for experiment in result.experiments():
            numbers = range(first, first + experiment.times(factor))
            places.append(_Place(result, experiment, numbers))
            first = numbers.stop
    return tuple(places)

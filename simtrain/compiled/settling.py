"""Numbers of many trials settled at once, where some of a scenario are not known.

Parameters are computed from numbers in Python, for one trial and on a tape, and laid out in memory.
For each other trial that the tape is right for, compiled code draws the numbers, and only what
follows from them is written into the lay-out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.compiled.draws import uniform
from simtrain.compiled.laws import LAW, encode, quantile
from simtrain.compiled.memory import float_at, put_float, table_of, whole_at
from simtrain.compiled.parts import part_of_each
from simtrain.compiled.routines import from_python, routine
from simtrain.compiled.unknown import NotFollowedError, Quantity, Tape, law_made
from simtrain.distributions import Fixed, Uniform
from simtrain.engine.numbers import NumbersOfTrial
from simtrain.model.draws import ECHO, stream_id
from simtrain.model.draws import quantile as own_quantile
from simtrain.model.quantiles import conditioned
from simtrain.model.streams import UNCERTAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from simtrain.compiled.unknown import Unknown
    from simtrain.distributions import Law
    from simtrain.model.parameters import Settle
    from simtrain.model.parameters.parts import Part
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario

    Floats = NDArray[np.float64]
    Wholes = NDArray[np.int64]

_law_at = table_of(LAW)
_PLAIN = Uniform(0.0, 1.0)
"""Law of a quantile itself."""


@routine
def _draw_numbers(
    out: int, laws: int, streams: int, laws_n: int, seed: int, trials: int, trials_n: int
) -> None:
    """Draw numbers of some trials by their laws: those of each law, one after the other."""
    for law in range(laws_n):
        stream = whole_at(streams, law)
        for place in range(trials_n):
            u = uniform(seed, whole_at(trials, place), stream, 0, 0)
            put_float(out, law * trials_n + place, quantile(_law_at(laws, law), u))


@routine
def write_numbers(addresses: int, values: int, n: int) -> None:
    """Write numbers to addresses."""
    for number in range(n):
        put_float(whole_at(addresses, number), 0, float_at(values, number))


_draw = from_python(_draw_numbers)
write_settled = from_python(write_numbers)


class FollowedNumbers(NumbersOfTrial):
    """Numbers of the trial that is laid out, from which a tape follows what is computed.

    Attributes
    ----------
    tape
        The tape; another one for each trial that is begun.
    """

    def __init__(self, scenario: Scenario):
        super().__init__(scenario)
        self.tape = Tape()

    def begin(self, seed: int, trial: int) -> None:
        """Go on to a trial, with a tape that has nothing on it."""
        super().begin(seed, trial)
        self.tape = Tape()

    def _settled(self, path: str, number: Number) -> Law:
        unknown = number.unknown
        if unknown is None:
            return Fixed(self._drawn(number.law, number.address(path)))  # type: ignore[arg-type]
        drawn = [
            self._drawn(one.law, one.address(f"{path}.{name}")) for name, one in unknown.ranges
        ]
        return law_made(lambda *values: unknown.at(values), *drawn)

    def _of(self, part: Part, scenario: Scenario) -> Any:
        """Part on this tape, or else one that is made for each trial by itself."""
        try:
            return super()._of(part, scenario)
        except NotFollowedError:

            def make(settle: Settle) -> Any:
                return part.make(scenario, settle, self._start, *part.names)

            made = self._made[part] = part_of_each(self.tape, make, self.settle)
            return made

    def _drawn(self, law: Law, address: str) -> Unknown:
        conditional = self._start.conditionals.get(address)
        if conditional is None:
            value = law.quantile(self._quantile(address))
            return self.tape.drawn(Quantity(law, address), value)

        def number(own: float, first: float) -> tuple[float]:
            return (law.quantile(conditioned(own, first, conditional)),)

        draws = [
            self.tape.drawn(Quantity(_PLAIN, one), own_quantile(self._draws, one))
            for one in (address, conditional.address)
        ]
        return self.tape.each(number, draws)[0]


class Settled(NamedTuple):
    """What is other in some trials than in the one that is laid out.

    Parameters
    ----------
    places
        Places of the trials among those that were asked for, in order.
    addresses
        Where each number is written.
    values
        A row of numbers for each trial.
    """

    places: Wholes
    addresses: Wholes
    values: Floats


class Settling:
    """Settles numbers of trials for a lay-out.

    Parameters
    ----------
    tape
        Has all that is computed for it.
    written
        What follows from numbers that are not known, by the address at which it is written.
    seed
        Seed of all trials.
    only
        Number of the one trial that the lay-out holds for, if nothing was noted.
    """

    def __init__(
        self, tape: Tape, written: Mapping[int, Unknown], seed: int, only: int | None = None
    ):
        self._tape, self._only = tape, only
        self._seed = int(np.uint64(seed).astype(np.int64))
        self._addresses = np.array(list(written), np.int64)
        self._written = [unknown.place for unknown in written.values()]
        quantities = tape.quantities
        self._held: list[NDArray[Any]] = []
        self._laws = np.zeros(len(quantities), LAW)
        names = [UNCERTAIN.name.format(one.address) for one in quantities]
        self._streams = np.array([stream_id(name) for name in names], np.uint64).view(np.int64)
        for number, one in enumerate(quantities):
            self._laws[number] = encode(one.law, self._held)

    def settled(self, trials: Wholes, places: Wholes) -> Settled:
        """Numbers of those of some trials that the lay-out holds for.

        Parameters
        ----------
        trials
            Numbers of all trials.
        places
            Which of them are asked for.
        """
        if self._only is not None:
            places = places[trials[places] == self._only]
        if not self._tape.quantities:
            return Settled(places, self._addresses, np.empty((len(places), 0)))
        numbers = trials[places] % ECHO
        drawn = np.empty((len(self._laws), len(numbers)))
        _draw(
            drawn.ctypes.data, self._laws.ctypes.data, self._streams.ctypes.data,
            len(self._laws), self._seed, numbers.ctypes.data, len(numbers),
        )  # fmt: skip
        columns, right = self._tape.played(drawn, len(numbers))
        if self._written:
            values = np.array([columns[place] for place in self._written])[:, right].T
        else:
            values = np.empty((int(right.sum()), 0))
        return Settled(places[right], self._addresses, np.ascontiguousarray(values))

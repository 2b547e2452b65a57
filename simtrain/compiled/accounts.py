"""Accounts of many trials: a row for each, kept by compiled code as soon as the trial is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import carray, types
from numba.extending import intrinsic

from simtrain.accounts.timeline import EventKind
from simtrain.compiled.books import BOOK, KnownCauses, book_at, keep_book
from simtrain.compiled.footprint import MEASURES, SUMS, Weights, keep_footprint
from simtrain.compiled.layout import regime_at, trial_at
from simtrain.compiled.memory import put_whole, table_of, whole_at
from simtrain.compiled.outcomes import Asked, Rounds, measure_outcomes
from simtrain.compiled.routines import from_python, routine
from simtrain.compiled.settling import write_numbers
from simtrain.compiled.trial import run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.compiled.simulator import CompiledSimulator
    from simtrain.model.saving import SaveCycle
    from simtrain.tables.outcomes import Outcomes

_KINDS = len(EventKind)
_ARRAYS = (*Asked._fields, *Rounds._fields)
KEPT = np.dtype(
    [
        *((name, "i8") for name in ("books", "badput", "measured", "verdicts")),
        *((name, "i8") for name in ("weights", "sums", "charges", "even")),
        *((name, "i8") for name in KnownCauses._fields),
        *((name, "i8") for name in ("causes", "rows", "positions", "counted", "rounds", "saves")),
        *((f"{name}_at", "i8") for name in _ARRAYS),
    ],
    align=True,
)
"""Where rows are kept, and what of: numbers, and addresses of arrays."""

kept_at = table_of(KEPT)


class Accounts:
    """Rows of many trials, and what they are of.

    Parameters
    ----------
    trials
        How many trials.
    names
        What causes are called.
    outcomes
        What is measured beside the books.
    cycles
        Rounds of saves by number.
    weights
        What hosts draw, emit and cost, if that is weighed as well.

    Attributes
    ----------
    books
        Records of `BOOK`, one for each trial.
    causes
        How many causes there are.
    badput
        Seconds of each trial by cause.
    measured
        What is published, of each trial; what is a column of the table is left out.
    verdicts
        How each trial ended.
    sums, charges
        Energy, carbon and money of each trial, by account, and of its badput by cause.
    even
        Whether these of a trial are whole: not so if hosts joined or left while it trained.
    address
        Where compiled code finds all of it.
    """

    def __init__(
        self,
        trials: int,
        names: Sequence[str],
        outcomes: Outcomes,
        cycles: Sequence[SaveCycle] = (),
        weights: Weights | None = None,
    ):
        self.causes = len(names)
        self.books = np.zeros(trials, BOOK)
        self.badput = np.zeros((trials, len(names)))
        self.measured = np.zeros((trials, len(outcomes)))
        self.verdicts = np.zeros(trials, np.int64)
        weighed = 0 if weights is None else trials
        self.weights = weights
        self.sums = np.zeros((weighed, SUMS))
        self.charges = np.zeros((weighed, MEASURES, len(names)))
        self.even = np.zeros(weighed, np.int64)
        asked, rounds = Asked.of(outcomes, names), Rounds.of(cycles)
        self._held: list[NDArray[Any]] = [*asked, *rounds]
        self._kept = np.zeros(1, KEPT)
        kept = self._kept[0]
        kept["weights"] = 0 if weights is None else weights.address
        for field in ("books", "badput", "measured", "verdicts", "sums", "charges", "even"):
            kept[field] = getattr(self, field).ctypes.data
        for field, place in KnownCauses.of(names)._asdict().items():
            kept[field] = place
        for field, array in zip(_ARRAYS, self._held, strict=True):
            kept[f"{field}_at"] = array.ctypes.data
        kept["causes"], kept["rows"] = len(names), len(outcomes)
        kept["positions"], kept["counted"] = len(asked.times), len(asked.counts)
        kept["rounds"], kept["saves"] = len(cycles), len(rounds.stall_s)
        self.address = int(self._kept.ctypes.data)


def _pointer_to(kind: Any) -> Any:
    @intrinsic
    def pointer(_: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

        return types.CPointer(kind)(types.int64), generate

    return pointer


_floats, _wholes, _flags = map(_pointer_to, (types.float64, types.int64, types.boolean))


@routine
def keep(
    kept: int, place: int, calls: int, calls_n: int, segments: int, segments_n: int,
    wall_clock_s: float, work_s: float,
) -> None:  # fmt: skip
    """Keep the row of a trial that is over, from the records of its calls.

    Parameters
    ----------
    kept, place
        Address of the accounts, and the number of the row.
    calls, calls_n, segments, segments_n
        Addresses of the records of `CALL` and `SEGMENT`, and how many they are.
    wall_clock_s, work_s
        As in its ending.
    """
    k = kept_at(kept, 0)
    keep_book(
        calls, calls_n, segments, segments_n, wall_clock_s,
        KnownCauses(k.checkpoints, k.elastic, k.speed), book_at(k.books, place),
        carray(_floats(k.badput + 8 * place * k.causes), (k.causes,)),
    )  # fmt: skip
    if k.weights != 0:
        even = keep_footprint(
            calls, calls_n, segments, segments_n, wall_clock_s, k.weights,
            k.sums + 8 * place * SUMS, k.charges + 8 * place * MEASURES * k.causes, k.causes,
        )  # fmt: skip
        put_whole(k.even, place, even)
    if k.rows == 0:
        return
    measure_outcomes(
        calls, calls_n, segments, segments_n, wall_clock_s, work_s,
        Asked(
            carray(_wholes(k.what_at), (k.rows,)),
            carray(_floats(k.since_at), (k.rows,)),
            carray(_floats(k.until_at), (k.rows,)),
            carray(_wholes(k.rank_at), (k.rows,)),
            carray(_wholes(k.first_of_kind_at), (_KINDS + 1,)),
            carray(_wholes(k.counts_at), (k.counted,)),
            carray(_floats(k.counted_since_at), (k.counted,)),
            carray(_floats(k.counted_until_at), (k.counted,)),
            carray(_wholes(k.which_at), (k.counted,)),
            carray(_wholes(k.causes_at), (k.counted,)),
            carray(_flags(k.hardware_at), (k.causes,)),
            carray(_floats(k.times_at), (k.positions,)),
            carray(_wholes(k.since_at_at), (k.rows,)),
            carray(_wholes(k.until_at_at), (k.rows,)),
        ),
        Rounds(
            carray(_wholes(k.first_at), (k.rounds + 1,)),
            carray(_floats(k.stall_s_at), (k.saves,)),
            carray(_floats(k.every_s_at), (k.saves,)),
            carray(_floats(k.write_s_at), (k.saves,)),
        ),
        carray(_floats(k.measured + 8 * place * k.rows), (k.rows,)),
    )  # fmt: skip


@routine
def _keep_trials(
    t: int, kept: int, trials: int, places: int, many: int, addresses: int, values: int, n: int
) -> int:
    """Tell trials in turn and keep a row of each, until one is short of something: how many."""
    s = trial_at(t, 0)
    for number in range(many):
        place = whole_at(places, number)
        write_numbers(addresses, values + 8 * number * n, n)
        run(t, whole_at(trials, place))
        if s.short != 0:
            return number
        work_s = regime_at(s.regime_table, s.regime).work
        k = kept_at(kept, 0)
        k.rounds, k.saves = s.rounds_n, s.round_saves_n
        k.first_at, k.stall_s_at, k.every_s_at, k.write_s_at = (
            s.round_first, s.round_stall, s.round_every, s.round_write,
        )  # fmt: skip
        keep(kept, place, s.calls, s.calls_n, s.segments, s.segments_n, s.now, work_s)
        put_whole(kept_at(kept, 0).verdicts, place, s.verdict)
    return many


_told = from_python(_keep_trials)


def keep_trials(simulator: CompiledSimulator, trials: range, accounts: Accounts) -> None:
    """Tell trials, and keep the row of each.

    Parameters
    ----------
    simulator
        Has the numbers of each trial.
    trials, accounts
        Which trials, and where their rows are, from the first on.
    """
    numbers, left = np.array(trials, np.int64), np.arange(len(trials))
    while len(left):
        settled = simulator.settled(numbers, left)
        assert accounts.causes >= len(simulator.memory.names)
        places, addresses, values = settled
        done = _told(
            simulator.memory.address, accounts.address, numbers.ctypes.data, places.ctypes.data,
            len(places), addresses.ctypes.data, values.ctypes.data, len(addresses),
        )  # fmt: skip
        if done < len(places):
            simulator.provide()
        left = left[~np.isin(left, places[:done])]

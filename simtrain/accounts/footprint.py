"""Energy, carbon and money: what the hosts of a trial draw, emit and cost.

Every second of a host is weighed by what it does, at the moment at which it does it. Work is
provisional until no rollback can reach behind it, and so is what it took: each piece keeps its own
until then, and what is lost counts with the hours in which it was done.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np

from simtrain.accounts.meter import Column
from simtrain.accounts.timeline import Census, EventKind, Segment, State
from simtrain.accounts.training import Amounts, TrainingPieces
from simtrain.causes import CHECKPOINTS
from simtrain.model.by_hour import Flat
from simtrain.model.footprint import Draw, Footprint, FootprintReader, Hire

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Ending
    from simtrain.model.parameters import Settle
    from simtrain.scenario.scenario import Scenario

    Array = NDArray[np.float64]


class Measure(NamedTuple):
    """Something that is measured.

    Parameters
    ----------
    name, unit
        As in the names of its columns.
    shown_in
        Unit of the numbers.
    scale
        Smaller units, in which it is summed, in one of these.
    words
        In a sentence.
    """

    name: str
    unit: str
    shown_in: str
    scale: float
    words: str

    @property
    def column(self) -> str:
        """Name of the column of all of it."""
        return f"{self.name}_{self.unit}"

    def column_of(self, account: str) -> str:
        """Name of the column of a part of it."""
        return f"{self.name}_{account}_{self.unit}"


MEGAWATT_HOURS, TONNES, DOLLARS = "MWh", "t", "USD"
MEASURES = (
    Measure("energy", "mwh", MEGAWATT_HOURS, 1e-3, "Energy"),
    Measure("carbon", "tco2e", TONNES, 1e-3, "Carbon"),
    Measure("cost", "usd", DOLLARS, 1.0, "Cost"),
)
_CARBON, _COST = 1, 2

(
    PRODUCTIVE, LOST_WORK, DEGRADED, STALLED, IDLE, REPAIR, AWAY, EMBODIED, BADPUT,
) = (
    "productive", "lost_work", "degraded", "stalled", "idle", "repair", "away", "embodied",
    "badput",
)  # fmt: skip
_OF_ACCOUNTS = {
    PRODUCTIVE: "of work that was never rolled back",
    LOST_WORK: "of work that was rolled back, in the hours in which it was done",
    DEGRADED: "of the extra time that training took because it ran below full speed",
    STALLED: "of the hosts of the job while it does not train",
    IDLE: "of spares that stand by",
    REPAIR: "of hosts in repair",
    AWAY: "of hosts that are away",
    EMBODIED: "of making the hosts, spread over their lifetime",
}
"""Accounts, which add up to the whole."""
_BADPUT = (LOST_WORK, DEGRADED, STALLED)
ACCOUNTS = (*_OF_ACCOUNTS,)
_WITHOUT = {"energy": (AWAY, EMBODIED), "carbon": (AWAY,), "cost": (EMBODIED,)}
"""Accounts in which nothing of a measure can be."""
OUTSIDE_JOB = (IDLE, REPAIR, AWAY, EMBODIED)
"""Accounts of what has no cause of badput and is no work."""

_WAIT, _PAUSED, _QUEUE = State.HOST_WAIT, State.PAUSED, State.QUEUE_WAIT
_LAUNCH, _CHANGE, _POWER = EventKind.LAUNCH, EventKind.CHANGE, EventKind.POWER
_NOTHING = Flat(0.0)
_NONE = (0.0, 0.0, 0.0)


class _Piece(NamedTuple):
    """Work that may still be rolled back, and what it took.

    Parameters
    ----------
    start, end
        Position of the work.
    amounts
        What it took.
    pieces
        How it was spread over the work; None if evenly.
    """

    start: float
    end: float
    amounts: Amounts
    pieces: TrainingPieces | None

    def until(self, work: float) -> _Piece:
        """Keep the part of it up to a position of the work."""
        if self.pieces is not None:
            kept = self.pieces.productive_between(self.start, work)
        else:
            share = (work - self.start) / (self.end - self.start)
            kept = _times(share, self.amounts)
        return _Piece(self.start, work, kept, self.pieces)


def accounts_of(measure: Measure) -> list[str]:
    """Accounts that add up to all of a measure."""
    return [account for account in ACCOUNTS if account not in _WITHOUT[measure.name]]


def measured_in(scenario: Scenario) -> list[Measure]:
    """What of a scenario can be measured: what it has a table for."""
    tables = (scenario.power, scenario.carbon, scenario.price)
    return [one for one, table in zip(MEASURES, tables, strict=True) if table is not None]


def moving_changes(scenario: Scenario) -> list[int]:
    """Numbers of the changes that may move what hosts draw, emit or cost."""
    return [
        number
        for number, change in enumerate(scenario.change)
        if any(path.partition(".")[0] in _TABLES for path in change.set)
    ]


def pauses_of(scenario: Scenario) -> set[str]:
    """Names of schedules and stops in which hosts draw and cost what they do in a pause."""
    stops = {name for name, stop in scenario.stop.items() if stop.kind == "pause"}
    return {*scenario.schedule} | stops


class FootprintMeter:
    """Measures what the hosts draw, emit and cost.

    Parameters
    ----------
    footprint
        What holds at the start.
    after
        What holds after a change, by its number; None if it moves nothing of it.
    pauses
        Names of schedules and stops in which hosts of the job draw and cost what they do in a
        pause.
    """

    columns: ClassVar[Sequence[Column]]

    def __init__(
        self,
        footprint: Footprint,
        after: Callable[[int], Footprint | None],
        pauses: Container[str] = (),
    ):
        self._after = after
        self._pauses = pauses
        self._limit = ""  # name of the limit of power in force
        self._in_queue = True
        self._moves: deque[tuple[float, int]] = deque()  # of hosts of the job, not yet booked
        self._hosts = 0
        self._census = (0.0, Census(0, 0, 0, 0))
        self._pieces: list[_Piece] = []
        self._sums = {account: [0.0, 0.0, 0.0] for account in ACCOUNTS}
        self._embodied_in_job = 0.0
        self.badput: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
        self._take(footprint)

    @classmethod
    def of(cls, scenario: Scenario, mfu: float | None) -> Callable[[Settle], FootprintMeter] | None:
        """Meters for the trials of a scenario; None if it says nothing of power or prices."""
        if not measured_in(scenario):
            return None
        readers: dict[tuple[int, ...], FootprintReader] = {(): FootprintReader(scenario)}
        moving, pauses = moving_changes(scenario), pauses_of(scenario)

        def meter(settle: Settle) -> FootprintMeter:
            applied: list[int] = []

            def after(number: int) -> Footprint | None:
                if number not in moving:
                    return None
                applied.append(number)
                changes = tuple(applied)
                if changes not in readers:
                    readers[changes] = FootprintReader(scenario.after(changes))
                return readers[changes].footprint(settle)

            return cls(readers[()].footprint(settle), after, pauses)

        return meter

    @classmethod
    def columns_for(cls, scenario: Scenario) -> Sequence[Column]:
        """Columns of what can be measured in a scenario."""
        ends = tuple(f"_{measure.unit}" for measure in measured_in(scenario))
        return [column for column in cls.columns if column.name.endswith(ends)]

    # --- listening -------------------------------------------------------------------------------

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Book the hosts of the job in an interval outside training."""
        draw, hire = self._draw.stalled, self._hire.job
        if state is _QUEUE or (state is _WAIT and self._in_queue):
            hire = self._hire.queue
        elif state is _PAUSED and self.is_paused(cause):
            draw, hire = self._draw.paused, self._hire.paused
        for since, until, hosts in self._held(start, end):
            amounts = self._amounts(hosts, draw, hire, since, until)
            _add(self._sums[STALLED], amounts)
            _add(self.badput[cause], amounts)

    def trained(self, segment: Segment) -> None:
        """Book training: its work provisionally, its slowness and its stalls for good."""
        held = self._held(segment.start, segment.end)
        if self._footprint.is_flat and len(held) == 1:
            self._trained_evenly(segment, held[0][2])
            return
        pieces = TrainingPieces(segment, held, self._footprint_or_nothing)
        self._pieces.append(_Piece(segment.work_start, segment.work_end, pieces.productive, pieces))
        for cause, amounts in pieces.losses.items():
            _add(self._sums[DEGRADED], amounts)
            _add(self.badput[cause], amounts)
        if segment.save_s:
            _add(self._sums[STALLED], pieces.stalled)
            _add(self.badput[CHECKPOINTS], pieces.stalled)

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        """Book what the work behind position `work` took as lost."""
        pieces, lost, badput = self._pieces, self._sums[LOST_WORK], self.badput[cause]
        while pieces and pieces[-1].end > work:
            piece = pieces.pop()
            amounts = piece.amounts
            if piece.start < work:
                kept = piece.until(work)
                pieces.append(kept)
                amounts = _minus(amounts, kept.amounts)
            _add(lost, amounts)
            _add(badput, amounts)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Note the first launch, and what changes."""
        if what is _LAUNCH:
            self._in_queue = False
        elif what is _POWER:
            self._limit = cause
            self._take(self._footprint)
        elif what is _CHANGE:
            footprint = self._after(int(cause.rpartition(" ")[2]))
            if footprint is not None:
                self.census(time, self._census[1])
                self._take(footprint)

    def census(self, time: float, hosts: Census) -> None:
        """Book the hosts outside the job since the last census, and begin anew."""
        since, before = self._census
        if time > since:
            self._book_others(before, since, time)
        if hosts.job != before.job:
            self._moves.append((time, hosts.job))
        self._census = (time, hosts)

    def close(self, time: float) -> None:
        """End the books at the end of the trial."""
        self.census(time, self._census[1])
        for piece in self._pieces:
            _add(self._sums[PRODUCTIVE], piece.amounts)

    # --- what it says ----------------------------------------------------------------------------

    def row(self, ending: Ending) -> list[float]:
        """Value of each column, once the trial is over."""
        return [column.value(self) for column in self.columns]

    def is_paused(self, cause: str) -> bool:
        """Whether hosts of a job that stands still for this cause draw what they do in a pause."""
        return cause in self._pauses

    @property
    def draw(self) -> Draw:
        """What a host draws by what it does, as it holds now."""
        return self._draw

    @property
    def lent(self) -> int:
        """How many spares are lent, as it holds now."""
        return self._footprint.lent

    def amount(self, measure: int, account: str) -> float:
        """So much of a measure in an account, in the unit of its columns; NaN if not measured."""
        if not self._measured[measure]:
            return np.nan
        if account == BADPUT:
            return sum(self.amount(measure, one) for one in _BADPUT)
        return self._sums[account][measure] * MEASURES[measure].scale

    def whole(self, measure: int) -> float:
        """All of a measure: the sum of its accounts."""
        return sum(self.amount(measure, account) for account in accounts_of(MEASURES[measure]))

    def ideal(self) -> list[float]:
        """Each measure without what only faults, saves and stops need: work and its hosts alone."""
        found = [self.amount(measure, PRODUCTIVE) for measure in range(len(MEASURES))]
        found[_CARBON] += self._embodied_in_job * MEASURES[_CARBON].scale
        return found

    def badput_by_cause(self, causes: Sequence[str]) -> list[list[float]]:
        """Badput of each measure that the scenario has, by cause."""
        badput: Mapping[str, Sequence[float]] = self.badput
        return [
            [badput.get(cause, _NONE)[number] * measure.scale for cause in causes]
            for number, measure in self.measures()
        ]

    def measures(self) -> Iterator[tuple[int, Measure]]:
        """Number of each measure that the scenario has, and the measure."""
        pairs = zip(self._measured, enumerate(MEASURES), strict=True)
        return (numbered for is_measured, numbered in pairs if is_measured)

    # --- booking ---------------------------------------------------------------------------------

    def _take(self, footprint: Footprint) -> None:
        """Weigh by this footprint from now on."""
        self._footprint = footprint
        self._draw = footprint.draw or Draw(0.0, 0.0, 0.0, 0.0, 0.0)
        if self._limit:
            limited = self._draw.training * footprint.limits[self._limit]
            self._draw = self._draw._replace(training=limited)
        self._hire = footprint.hire or Hire(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
        self._intensity = footprint.intensity or _NOTHING
        self._footprint_or_nothing = (
            self._draw, self._hire.job, self._intensity, footprint.tariff
        )  # fmt: skip
        self._measured = (
            footprint.draw is not None,
            footprint.intensity is not None,
            footprint.hire is not None,
        )

    def _amounts(self, hosts: int, draw: float, hire: float, start: float, end: float) -> Amounts:
        """What some hosts take between two moments."""
        power, seconds = hosts * draw, end - start
        tariff = power * self._footprint.tariff.over(start, end)
        return (
            power * seconds,
            power * self._intensity.over(start, end),
            hosts * hire * seconds + tariff,
        )

    def _trained_evenly(self, segment: Segment, hosts: int) -> None:
        """Book training in which no second weighs other than another."""
        each = self._amounts(hosts, self._draw.training, self._hire.job, 0.0, 1.0)
        _, _, work_start, work_end, _, save_s, _, productive_s, losses, _ = segment
        self._pieces.append(_Piece(work_start, work_end, _times(productive_s, each), None))
        for cause, seconds in losses:
            amounts = _times(seconds, each)
            _add(self._sums[DEGRADED], amounts)
            _add(self.badput[cause], amounts)
        if save_s:
            amounts = self._amounts(hosts, self._draw.stalled, self._hire.job, 0.0, save_s)
            _add(self._sums[STALLED], amounts)
            _add(self.badput[CHECKPOINTS], amounts)

    def _book_others(self, hosts: Census, start: float, end: float) -> None:
        job, idle, repair, away = hosts
        seconds, draw, hire = end - start, self._draw, self._hire
        if idle:
            # Lent spares are asked back last, so they are what is left; whoever has them pays for
            # what they draw.
            lent = min(idle, self._footprint.lent)
            amounts = self._amounts(idle - lent, draw.idle, hire.idle, start, end)
            _add(self._sums[IDLE], amounts)
            self._sums[IDLE][_COST] += lent * hire.lent * seconds
        if repair:
            _add(self._sums[REPAIR], self._amounts(repair, draw.repair, hire.repair, start, end))
        if away:
            self._sums[AWAY][_COST] += away * hire.away * seconds
        if self._footprint.embodied:
            each = self._footprint.embodied * seconds
            self._sums[EMBODIED][_CARBON] += sum(hosts) * each
            self._embodied_in_job += job * each

    def _held(self, start: float, end: float) -> list[tuple[float, float, int]]:
        """Hosts of the job in an interval, cut where their number changes."""
        moves = self._moves
        while moves and moves[0][0] <= start:
            self._hosts = moves.popleft()[1]
        if not moves or moves[0][0] >= end:
            return [(start, end, self._hosts)]
        held = []
        while moves and moves[0][0] < end:
            moment, hosts = moves.popleft()
            if moment > start:
                held.append((start, moment, self._hosts))
                start = moment
            self._hosts = hosts
        return [*held, (start, end, self._hosts)]


_TABLES = ("power", "carbon", "price", "cluster")
"""Tables of the scenario of which the weights are made."""


def _add(sums: list[float], amounts: Sequence[float]) -> None:
    energy, carbon, money = amounts
    sums[0] += energy
    sums[1] += carbon
    sums[2] += money


def _times(factor: float, amounts: Amounts) -> Amounts:
    energy, carbon, money = amounts
    return factor * energy, factor * carbon, factor * money


def _minus(amounts: Amounts, others: Amounts) -> Amounts:
    return amounts[0] - others[0], amounts[1] - others[1], amounts[2] - others[2]


# --- columns ------------------------------------------------------------------------------------


def _columns() -> Iterator[Column]:
    for number, measure in enumerate(MEASURES):
        names = [f"`{measure.column_of(account)}`" for account in accounts_of(measure)]
        yield Column(
            measure.column,
            measure.shown_in,
            f"{measure.words} of all hosts: {' + '.join(names)}.",
            lambda meter, number=number: meter.whole(number),  # type: ignore[misc]
        )
    for number, measure in enumerate(MEASURES):
        for account in accounts_of(measure):
            yield Column(
                measure.column_of(account),
                measure.shown_in,
                f"{measure.words} {_OF_ACCOUNTS[account]}.",
                _reads(number, account),
            )
        parts = " + ".join(f"`{measure.column_of(account)}`" for account in _BADPUT)
        yield Column(
            measure.column_of(BADPUT),
            measure.shown_in,
            f"{measure.words} of the hosts of the job in all time that is not productive: {parts}.",
            _reads(number, BADPUT),
        )


def _reads(measure: int, account: str) -> Callable[[FootprintMeter], float]:
    return lambda meter: meter.amount(measure, account)


FootprintMeter.columns = tuple(_columns())

"""What hosts draw over the calendar, in the first trials of a run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.footprint import FootprintMeter
from simtrain.accounts.meter import Tee
from simtrain.accounts.timeline import Census, EventKind, Segment, State
from simtrain.engine.trial import Simulator
from simtrain.model.on_call import seconds_of_day
from simtrain.units import DAY, HOUR, WEEK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.model.footprint import Draw
    from simtrain.tables.results import Results

    Array = NDArray[np.float64]

STATES = ("training", "stalled", "paused", "idle", "repair")
"""What hosts do, by which they draw."""
MOST = 20
"""Trials that are looked at: a mean of power varies little from one to the next."""

_MOST_SPANS = 120
_STEPS = (*(hours * HOUR for hours in (1, 2, 3, 4, 6, 8, 12)), DAY, 2 * DAY, WEEK, 4 * WEEK)
"""Lengths of a span, which parts of a day fill evenly: else a daily rhythm would beat with them."""
_SHOWN = 95
"""Percentile of wall-clock up to which it is shown: the longest trials would squeeze the rest."""


_PAUSED = State.PAUSED


@dataclass(frozen=True, eq=False)
class PowerOverTime:
    """Mean power by what hosts do, over some trials; one that is over draws nothing.

    Parameters
    ----------
    edges
        Moments between which power is told, in seconds since the start.
    megawatts
        One row for each of `STATES`, one column for each span between two edges.
    trials
        How many trials the means are over.
    """

    edges: Array
    megawatts: Array
    trials: int


class PowerSink:
    """Energy of a trial by what hosts do and by span of calendar: a listener.

    Within a segment of training its saves are spread evenly.

    Parameters
    ----------
    edges
        Moments between which energy is summed, in seconds since the start; what comes after the
        last one is left out.
    meter
        Meter of the same trial, which knows what holds.

    Attributes
    ----------
    energy
        Kilowatt-hours: one row for each of `STATES`, one column for each span.
    """

    def __init__(self, edges: Array, meter: FootprintMeter):
        self._edges = edges
        self._meter = meter
        self._steps: list[tuple[float, Census]] = [(0.0, Census(0, 0, 0, 0))]
        self._job: list[tuple[str, float, float, float, Draw]] = []
        self.energy = np.zeros((len(STATES), len(edges) - 1))

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        """Note an interval outside training."""
        does = "paused" if state is _PAUSED and self._meter.is_paused(cause) else "stalled"
        self._job.append((does, start, end, 1.0, self._meter.draw))

    def trained(self, segment: Segment) -> None:
        """Note training, and the saves in it."""
        if segment.end > segment.start:
            saving = segment.save_s / (segment.end - segment.start)
            for state, share in (("training", 1.0 - saving), ("stalled", saving)):
                self._job.append((state, segment.start, segment.end, share, self._meter.draw))

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Begin anew with what a change brings."""
        if what is EventKind.CHANGE:
            self.census(time, self._steps[-1][1])

    def census(self, time: float, hosts: Census) -> None:
        """Sum the hosts outside the job since the last census."""
        since, before = self._steps[-1]
        lent = min(before.idle, self._meter.lent)
        draw = self._meter.draw
        self._add("idle", since, time, (before.idle - lent) * draw.idle)
        self._add("repair", since, time, before.repair * draw.repair)
        self._steps.append((time, hosts))

    def close(self, time: float) -> None:
        """Sum the hosts of the job, whose number is known by now at every moment."""
        self.census(time, self._steps[-1][1])
        moments = [moment for moment, _ in self._steps]
        for state, start, end, share, draw in self._job:
            place = int(np.searchsorted(moments, start, side="right")) - 1
            while start < end:
                until = min(end, moments[place + 1] if place + 1 < len(moments) else end)
                power = share * getattr(draw, state) * self._steps[place][1].job
                self._add(state, start, until, power)
                start, place = until, place + 1

    def _add(self, state: str, start: float, end: float, power: float) -> None:
        """Add a power, in kilowatt-hours a second, over a time."""
        if end <= start or not power:
            return
        within = np.clip(self._edges, start, end)
        self.energy[STATES.index(state)] += power * np.diff(within)


def power_over_time(results: Results, most: int = MOST) -> PowerOverTime:
    """Power by what hosts do, in the first trials that finished; they are simulated once more.

    Parameters
    ----------
    results
        A run of a scenario that says what hosts draw, of which some trials finished.
    most
        How many trials to look at.
    """
    finished = np.flatnonzero(~results.truncated)[:most].tolist()
    longest_s = float(np.percentile(results.metric("wall_clock_s"), _SHOWN))
    edges = spans(max(longest_s, results.ideal_s), results.scenario.start)
    simulator = Simulator(results.scenario, results.seed)
    make = FootprintMeter.of(results.scenario, None)
    assert make is not None
    energy = np.zeros((len(STATES), len(edges) - 1))
    for trial in finished:
        simulator.numbers.begin(results.seed, trial)
        meter = make(simulator.numbers.settle)
        sink = PowerSink(edges, meter)
        # The sink comes first: a change holds for it once it has summed what came before.
        simulator.run(trial, Tee(sink, meter))
        energy += sink.energy
    hours = np.diff(edges) / HOUR
    return PowerOverTime(edges, energy / len(finished) / hours / 1000.0, len(finished))


def spans(end_s: float, start: dt.datetime | None) -> Array:
    """Moments from the start of a run to its end, all others at full steps of the calendar.

    Parameters
    ----------
    end_s
        Seconds from the start that they reach to at least.
    start
        Start of the run; None if the calendar begins with it.
    """
    step = next((step for step in _STEPS if end_s <= _MOST_SPANS * step), end_s / _MOST_SPANS)
    into = seconds_of_day(start) % min(step, DAY) if start else 0.0
    moments = np.arange(step - into, end_s + step, step)
    return np.concatenate([[0.0], moments[moments > 0]])

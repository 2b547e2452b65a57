"""What is planned, as records: changes, planned stops and incidents, spans of weather, the end."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import Verdict
from simtrain.compiled import layout
from simtrain.compiled.laws import NO_LAW, encode
from simtrain.distributions import Fixed
from simtrain.engine.dates import planned_events
from simtrain.model import streams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.compiled.trial_memory import Record, TrialMemory
    from simtrain.engine.dates import PlannedEvent, StopParameters
    from simtrain.model.parameters import Parameters
    from simtrain.model.weather import WeatherParameters

_VERDICTS = tuple(Verdict)
_KINDS = {"maintenance": 0, "pause": 1, "incident": 2}


def lay_out_planned(
    memory: TrialMemory, start: Parameters, weathers: Sequence[WeatherParameters]
) -> float:
    """Lay out all that is planned but for schedules; when the trial ends at the latest."""
    state, scenario, simulator = memory.state, memory.scenario, memory.simulator
    window = scenario.workload.window
    if window is not None:
        end, verdict = memory.settle("workload.window", window).mean, Verdict.WINDOW_CLOSED
    else:
        limit = scenario.limits.wall_clock
        end, verdict = simulator.limit_s, Verdict.OUT_OF_TIME
        if limit is not None:
            end = memory.settle("limits.wall_clock", limit).mean
    state["end_verdict"] = _VERDICTS.index(verdict)
    draws = simulator.begin_draws(memory.trial_number)
    planned = planned_events(scenario, memory.settle, draws, start, end)
    writing = _Writing(memory, weathers)
    # Spans of weather come last: those that are due at one moment are told apart by their order.
    dated = sorted(planned.dated, key=lambda one: one.weather is not None)
    dates = memory.table("dates", layout.PLANNED, len(dated))
    for number, event in enumerate(dated):
        writing.write(memory.record(dates, number), event)
    state["dates_n"] = len(dated)
    placed = memory.table("placed", layout.PLANNED, len(planned.placed))
    ordered = sorted(planned.placed, key=lambda one: (one.at, one.order))
    for number, event in enumerate(ordered):
        writing.write(memory.record(placed, number), event)
    state["placed_n"] = len(ordered)
    cap = len(dated) + 64 + memory.capacity[layout.SHORT_OF_PLANNED]
    memory.table("dated", layout.PLANNED, cap)
    state["dated_cap"] = cap
    first = len(scenario.stop)
    stops = memory.table("stops", layout.STOP, first + len(scenario.schedule))
    for number, stop in enumerate(writing.stops):
        _write_stop(memory, memory.record(stops, number), stop)
    for number, name in enumerate(scenario.schedule):
        record = memory.record(stops, first + number)
        record["margin"], record["schedule"] = 0.0, number
        record["kind"], record["save_first"] = _KINDS["pause"], True
        record["hosts"] = record["unfit"] = record["recurs"] = 0
        _name_stop(memory, record, name)
    return end


class _Writing:
    """Writes planned events as records, and gathers the stops that they are of."""

    def __init__(self, memory: TrialMemory, weathers: Sequence[WeatherParameters]):
        self._stops_given = memory.scenario.stop
        self._weathers = weathers
        self.stops: list[StopParameters] = []

    def write(self, record: Record, event: PlannedEvent) -> None:
        at, kind, number = event.at, layout.END, -1
        if event.change >= 0:
            kind, number = layout.CHANGES, event.change
        elif event.weather is not None:
            kind, number = layout.SPAN, self._weathers.index(event.weather)
        elif event.stop is not None:
            kind, number = layout.STOPS, len(self.stops)
            self.stops.append(event.stop)
            if event.following is not None and self._stops_given[event.stop.name].first is None:
                at = math.nan  # it recurs, and its first time is drawn in the trial
        record["at"], record["order"], record["kind"], record["number"], record["occurrence"] = (
            at, event.order, kind, number, event.occurrence,
        )  # fmt: skip


def _write_stop(memory: TrialMemory, record: Record, stop: StopParameters) -> None:
    every = memory.scenario.stop[stop.name].every
    record["margin"], record["schedule"] = stop.margin, -1
    record["kind"], record["save_first"] = _KINDS[stop.kind], stop.save_first
    record["hosts"], record["unfit"] = stop.hosts, stop.unfit
    _name_stop(memory, record, stop.name)
    record["duration"] = encode(stop.duration, memory.held)
    record["recurs"], record["every"] = every is not None, NO_LAW
    if every is not None:
        law = memory.settle(f"stop.{stop.name}.every", every)
        law = Fixed(law.mean) if isinstance(law, Fixed) else law
        record["every"] = encode(law, memory.held)


def _name_stop(memory: TrialMemory, record: Record, name: str) -> None:
    record["cause"], record["rank"] = memory.name(name), memory.rank(name)
    record["origin"] = memory.origin(streams.STOP, name)

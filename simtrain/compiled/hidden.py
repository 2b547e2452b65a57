"""What nobody sees of a run in flight, as records: drawn in Python, for each trial anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.trial_memory import word
from simtrain.engine.dates import recurring_stop
from simtrain.model.allocation_age import since_grant
from simtrain.model.hidden import hidden_state
from simtrain.model.recurring_stops import next_stop
from simtrain.model.streams import WEATHER
from simtrain.model.weather import fault_factor, repair_factor

if TYPE_CHECKING:
    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.draws import Draws
    from simtrain.model.parameters import Parameters

_SAVES = ("ended", "work", "ended_step", "work_step")
_ONSET = ("work", "notice_s", "passes_s", "speed", "number", "place", "is_unfit")


def lay_out_hidden(memory: TrialMemory, trial: int) -> None:
    """Draw what nobody sees of the run that a trial is of, if it has begun before."""
    simulator, state = memory.simulator, memory.state
    parameters = simulator.numbers.parameters_after(())
    if parameters.underway is None:
        return
    draws = simulator.begin_draws(trial)
    _lay_out_weathers(memory, parameters, draws)
    _lay_out_stops(memory, parameters, draws)
    state["has_past"] = parameters.underway.elapsed is not None
    state["before_grant"] = since_grant(parameters, draws)
    hidden = hidden_state(parameters, draws)
    saves = hidden.saves
    state["first_work"] = hidden.first_work
    state["before_since_save"] = hidden.since_save
    state["before_writing_s"] = hidden.writing_s
    state["saves_before"] = 0 if saves is None else saves.number
    if saves is not None:
        for field in _SAVES:
            state[f"before_{field}"] = getattr(saves, field)
    since = parameters.underway.in_repair
    memory.table("repairs", np.float64, len(since))[: len(since)] = since
    state["repairs_n"] = len(since)
    number = len(hidden.onsets) + len(hidden.bad)
    table = memory.table("onsets", layout.ONSET, number)
    state["onsets_n"] = number
    classes = list(memory.scenario.fault)
    for record, onset in zip(table, hidden.onsets, strict=False):
        for field in _ONSET:
            record[field] = getattr(onset, field)
        record["fault"] = classes.index(onset.fault.name)
        record["origin"] = memory.origins.index(onset.stream.name)
    for record, (fault, place) in zip(table[len(hidden.onsets) :], hidden.bad, strict=False):
        record["fault"], record["place"], record["origin"] = classes.index(fault.name), place, -1


def _lay_out_weathers(memory: TrialMemory, parameters: Parameters, draws: Draws) -> None:
    """Lay out what faults of the present span of each weather have told."""
    weathers = {fault.weather for fault in parameters.faults.values()}
    weathers.add(parameters.repair.weather)
    table = memory.tables["weathers"][: int(memory.state["weathers_n"])]
    for one in weathers:
        if one is None:
            continue
        [number] = np.flatnonzero(table["stream"] == word(WEATHER.name.format(one.name)))
        record = table[number]
        record["is_told"] = one.is_told_of(0)
        if record["is_told"]:
            record["first_factor"] = fault_factor(one, draws, 0)
            record["first_duration"] = repair_factor(one, draws, 0)


def _lay_out_stops(memory: TrialMemory, parameters: Parameters, draws: Draws) -> None:
    """Lay out when stops that recur come next."""
    for record in memory.tables["stops"][: len(memory.scenario.stop)]:
        name = memory.names[record["cause"]]
        stop, next_s = memory.scenario.stop[name], None
        if stop.every is not None and stop.first is None:
            one = recurring_stop(name, stop, memory.simulator.numbers.settle)
            next_s = next_stop(one, parameters, draws)
        record["goes_on"], record["comes_next"] = next_s is not None, next_s or 0.0

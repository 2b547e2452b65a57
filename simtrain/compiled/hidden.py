"""What nobody sees of a run in flight, as records: drawn in Python, for each trial anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled import layout
from simtrain.model.hidden import hidden_state

if TYPE_CHECKING:
    from simtrain.compiled.trial_memory import TrialMemory

_SAVES = ("ended", "work", "ended_step", "work_step")
_ONSET = ("work", "notice_s", "passes_s", "speed", "number", "place", "is_unfit")


def lay_out_hidden(memory: TrialMemory, trial: int) -> None:
    """Draw what nobody sees of the run that a trial is of, if it has begun before."""
    simulator, state = memory.simulator, memory.state
    parameters = simulator.numbers.parameters_after(())
    if parameters.underway is None:
        return
    hidden = hidden_state(parameters, parameters.underway, simulator.begin_draws(trial))
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

"""Weathers in force, as records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.compiled import layout
from simtrain.compiled.laws import encode
from simtrain.compiled.trial_memory import word
from simtrain.compiled.unknown import law_made
from simtrain.model import streams
from simtrain.model.weather import law_of_durations, law_of_hazards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import Parameters
    from simtrain.model.weather import WeatherParameters


def lay_out_weathers(memory: TrialMemory, regimes: Sequence[Parameters]) -> list[WeatherParameters]:
    """Lay out the weathers of all regimes, those of faults first; in the order of their numbers."""
    state = memory.state
    found: list[WeatherParameters] = []
    for parameters in regimes:
        for fault in parameters.faults.values():
            if fault.weather is not None and fault.weather not in found:
                found.append(fault.weather)
    of_faults = len(found)
    for parameters in regimes:
        if parameters.repair.weather is not None and parameters.repair.weather not in found:
            found.append(parameters.repair.weather)
    table = memory.table("weathers", layout.WEATHER, len(found))
    for number, weather in enumerate(found):
        record = memory.record(table, number)
        record["every_s"], record["begun_s"] = weather.every_s, weather.begun_s
        record["stream"] = word(streams.WEATHER.name.format(weather.name))
        record["of_faults"] = number < of_faults
        record["hazards"] = encode(law_made(law_of_hazards, weather.cv), memory.held)
        record["durations"] = encode(law_made(law_of_durations, weather.cv), memory.held)
    state["weathers_n"] = len(found)
    of_repair = regimes[0].repair.weather
    state["repair_weather"] = -1 if of_repair is None else found.index(of_repair)
    return found

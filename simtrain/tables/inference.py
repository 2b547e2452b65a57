"""What inference takes beside training: arithmetic with the numbers of `[inference]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.model.footprint import FootprintReader
from simtrain.model.parameters import at_middle
from simtrain.units import DAY, YEAR

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_KILO = 1000.0


class InferenceFootprint(NamedTuple):
    """Energy and carbon of answering queries.

    Parameters
    ----------
    energy_mwh
        Queries a day × energy of a query × days.
    carbon_tco2e
        That times the mean intensity of a year from the start of the run on; None where the
        scenario has none.
    times_training
        Energy as a multiple of that of the training; None where that is not known, or 0.
    as_much_after_s
        Time after which it has taken as much as the training; None as above.
    """

    energy_mwh: float
    carbon_tco2e: float | None
    times_training: float | None
    as_much_after_s: float | None


def inference_of(scenario: Scenario, training_mwh: float | None) -> InferenceFootprint | None:
    """What inference takes; None if the scenario says nothing of it.

    Parameters
    ----------
    scenario
        The scenario.
    training_mwh
        Mean energy of the training; None if no trial finished.
    """
    inference = scenario.inference
    if inference is None:
        return None
    a_day = inference.queries_per_day.middle * inference.energy_per_query.middle / _KILO
    energy = a_day * inference.lasts.middle / DAY
    intensity = FootprintReader(scenario).footprint(at_middle).intensity
    carbon = None if intensity is None else energy * intensity.over(0.0, YEAR) / YEAR
    if not training_mwh or not a_day:
        return InferenceFootprint(energy, carbon, None, None)
    return InferenceFootprint(energy, carbon, energy / training_mwh, training_mwh / a_day * DAY)

"""Exact results on faults that are not alone: how their number varies. All times are in hours."""

from __future__ import annotations

from collections.abc import Iterator

from simtrain import theory
from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.scores import SampleEstimate, Values
from simtrain.validation.small import HUGE, hours, scenario

SPAN = 100.0

WEATHERS = [(20, 0.5, 1), (8, 0.8, 1), (20, 0.5, 6)]
"""Faults a span, variation of the weather, and spans. One span cannot tell a weather of its own
from one that holds for the whole trial; six can: 6 against 31."""


def weather() -> Iterator[Experiment]:
    """Faults on the calendar under a weather: variance / mean is 1 + μ·cv², of any whole spans.

    It is found to some 30 % in the quick form.
    """
    for mean, cv, spans in WEATHERS:
        fault = {
            "scope": "job",
            "clock": "calendar",
            "mtbf": hours(SPAN / mean),
            "varies": {"cv": cv, "every": hours(SPAN)},
        }
        simulated = scenario(
            workload={"ideal_time": HUGE},
            checkpoint={"interval": "1000 h"},
            fault={"net": fault},
            limits={"wall_clock": hours(spans * SPAN)},
        )
        exact = theory.dispersion(mean, cv)
        claim = Claim(f"μ={mean} cv={cv:g} spans={spans}", exact, dispersion)
        yield Experiment(simulated, 400, readings.faults, (claim,))


def dispersion(values: Values) -> SampleEstimate:
    """Variance / mean of the first column, its error by the delta method."""
    column = values[:, 0]
    mean, size = float(column.mean()), len(column)
    found = float(column.var(ddof=1)) / mean
    residuals = ((column - mean) ** 2 - found * column) / mean
    return SampleEstimate(found, float(residuals.std(ddof=1)) / size**0.5)

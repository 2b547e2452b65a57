"""Weather in force."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from simtrain.model.parameters.time_to_failure import time_to_failure
from simtrain.model.weather import WeatherParameters

if TYPE_CHECKING:
    from simtrain.model.parameters.settled import Settle
    from simtrain.scenario.scenario import Scenario
    from simtrain.scenario.weather import Varies


def weather_of(
    scenario: Scenario, path: str, varies: Varies | None, settle: Settle, start: Scenario
) -> WeatherParameters | None:
    """Weather of what varies, by the name that it has to share it under or by its own path."""
    if varies is None:
        return None
    name = path if varies.name is None else varies.name
    if varies.name is None:
        cv, every = varies.cv, varies.every
    else:
        shared = scenario.weather[varies.name]
        path, cv, every = f"weather.{name}", shared.cv, shared.every
    assert cv is not None
    assert every is not None
    weather = WeatherParameters(
        name, settle(f"{path}.cv", cv).mean, settle(f"{path}.every", every).mean
    )
    underway = start.underway
    if underway is None or underway.elapsed is None:
        return weather
    weather = weather._replace(begun_s=math.fmod(underway.elapsed, weather.every_s))
    for of_class, seen in underway.seen.items():
        varies = start.fault[of_class].varies
        if varies is not None and name in (varies.name, f"fault.{of_class}.varies"):
            at_risk_s = underway.at_risk.get(of_class, weather.begun_s)
            expected = _rate_of_job(start, of_class, settle) * at_risk_s
            weather = weather._replace(
                seen=weather.seen + seen, expected=weather.expected + expected
            )
    return weather


def _rate_of_job(start: Scenario, name: str, settle: Settle) -> float:
    """Faults of a memoryless class per second at risk of the job, as it is at the start."""
    fault, cluster = start.fault[name], start.cluster
    law = time_to_failure(
        fault,
        cluster.accelerators_per_host,
        lambda key, value: settle(f"fault.{name}.{key}", value),
    )
    if law is None:
        return 0.0
    rate = 1.0 / law.mean
    if fault.scope == "job":
        return rate
    if cluster.lemons is not None:
        fraction = settle("cluster.lemons.fraction", cluster.lemons.fraction).mean
        factor = settle("cluster.lemons.factor", cluster.lemons.factor).mean
        rate *= 1.0 + fraction * (factor - 1.0)
    return rate * cluster.hosts

"""Weather in force."""

from __future__ import annotations

from simtrain.model.parameters.settled import Settle
from simtrain.model.weather import WeatherParameters
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.weather import Varies


def weather_of(
    scenario: Scenario, path: str, varies: Varies | None, settle: Settle
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
    return WeatherParameters(
        name, settle(f"{path}.cv", cv).mean, settle(f"{path}.every", every).mean
    )

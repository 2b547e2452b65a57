"""The hazard of each class at the moment, which its weather multiplies and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simtrain.distributions import Weibull
from simtrain.faults.weather import Weather
from simtrain.model.draws import Draws
from simtrain.model.weather import WeatherParameters, fault_factor
from tests.model.samples import FAULT

STORM = WeatherParameters("storm", 0.8, 3600.0)
TIDE = WeatherParameters("tide", 0.4, 7200.0)
FAULTS = {
    "calm": FAULT,
    "old": replace(FAULT, rate=0.0, law=Weibull(2.0, 100.0)),
    "net": replace(FAULT, weather=STORM),
    "power": replace(FAULT, weather=STORM, rate=0.03),
    "fans": replace(FAULT, weather=TIDE, rate=0.0, law=Weibull(2.0, 100.0)),
}


def test_a_weather_multiplies_the_hazard_of_its_own_classes_alone() -> None:
    draws = Draws()
    draws.begin(7, 3)
    weather = Weather(FAULTS, draws)
    for storm, tide in ((0, 0), (1, 0), (1, 2)):
        if storm:
            weather.turn(STORM, storm)
        if tide:
            weather.turn(TIDE, tide)
        now = weather.over(FAULTS)
        of_storm, of_tide = fault_factor(STORM, draws, storm), fault_factor(TIDE, draws, tide)
        assert {name: fault.rate for name, fault in now.items()} == {
            "calm": FAULT.rate,
            "old": 0.0,
            "net": pytest.approx(FAULT.rate * of_storm),
            "power": pytest.approx(0.03 * of_storm),
            "fans": 0.0,
        }
        assert (now["old"].factor, now["fans"].factor) == (1.0, of_tide)


def test_without_weather_the_classes_are_as_they_are() -> None:
    calm = {name: FAULTS[name] for name in ("calm", "old")}
    assert Weather(calm, Draws()).over(calm) is calm


@pytest.mark.parametrize(
    ("seen", "expected", "span", "cv", "told"),
    [
        (1, 0.0, 0, 0.5, True),
        (0, 0.5, 0, 0.5, True),
        (0, 0.0, 0, 0.5, False),
        (1, 0.5, 1, 0.5, False),
        (1, 0.5, 0, 0.0, False),
    ],
)
def test_faults_that_were_seen_or_could_have_been_tell_of_the_span_they_are_in(
    seen: int, expected: float, span: int, cv: float, told: bool
) -> None:
    weather = WeatherParameters("storm", cv, 3600.0, 600.0, seen, expected)
    assert weather.is_told_of(span) is told

"""The weather of faults: the factor that classes have on their hazard at present."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.distributions import Exponential
from simtrain.model import weather

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.distributions import Ageing
    from simtrain.model.draws import Draws
    from simtrain.model.parameters import FaultParameters
    from simtrain.model.weather import WeatherParameters

_NONE = 1e-12
"""Factor below which a class does not strike at all."""


class Weather:
    """Factors of all classes in the spans under way.

    Parameters
    ----------
    faults
        The classes. Which weather they have does not change.
    """

    __slots__ = ("_draws", "_factors")

    def __init__(self, faults: Mapping[str, FaultParameters], draws: Draws):
        self._draws = draws
        weathers = {fault.weather for fault in faults.values()} - {None}
        self._factors = {one: weather.fault_factor(one, draws, 0) for one in weathers if one}

    def turn(self, of: WeatherParameters, span: int) -> None:
        """Begin another span of a weather."""
        self._factors[of] = weather.fault_factor(of, self._draws, span)

    def over(self, faults: Mapping[str, FaultParameters]) -> Mapping[str, FaultParameters]:
        """Classes at their hazard of the moment."""
        if not self._factors:
            return faults
        return {name: self._over(fault) for name, fault in faults.items()}

    def _over(self, fault: FaultParameters) -> FaultParameters:
        factor = 1.0 if fault.weather is None else self._factors[fault.weather]
        if fault.law is None:
            return replace(fault, rate=fault.rate * factor)
        return replace(fault, factor=factor)


class InWeather(NamedTuple):
    """Law of a time to failure at a multiple of its hazard, not of its time."""

    law: Ageing
    factor: float

    def cumulative_hazard(self, age: Any) -> Any:
        """Hazard up to an age, if the factor had always held."""
        return self.factor * self.law.cumulative_hazard(age)

    def age_at(self, age: Any, budget: Any) -> Any:
        """Age at which some hazard from `age` on is used up."""
        return self.law.age_at(age, budget / self.factor)


def hazard_of(fault: FaultParameters) -> Ageing | InWeather | None:
    """Law of the time to failure of a class; None if it cannot strike at present."""
    law, factor = fault.law, fault.factor
    if law is None:
        return Exponential(1 / fault.rate) if fault.rate > 0 else None
    if factor == 1.0:
        return law
    return InWeather(law, factor) if factor > _NONE else None

"""Weather: a factor of mean 1 for each span of calendar, counted from the start of the run.

A factor is found by the number of its span, so that what varies with the same weather has the same
factor at the same time, and nobody has to have asked for those before.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from simtrain.distributions import Fixed, Gamma, Law
from simtrain.laws import build
from simtrain.model.streams import FACTOR, WEATHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.model.draws import Draws

_QUANTILES = 1000


class WeatherParameters(NamedTuple):
    """A weather.

    Parameters
    ----------
    name
        What its draws belong to: its name where several share it, or else the path of `varies`.
    cv
        Coefficient of variation of the factor.
    every_s
        Length of a span in seconds.
    """

    name: str
    cv: float
    every_s: float

    def span(self, time: float) -> int:
        """Number of the span that a moment in seconds lies in; one begins at its first moment."""
        number = int(time / self.every_s)
        return number + 1 if self.begins(number + 1) <= time else number

    def begins(self, span: int) -> float:
        """When a span begins, in seconds since the start."""
        return span * self.every_s


def fault_factor(weather: WeatherParameters, draws: Draws, span: int) -> float:
    """Factor on the hazard of faults in a span: gamma-distributed."""
    return law_of_hazards(weather.cv).quantile(_uniform(weather, draws, span))


def repair_factor(weather: WeatherParameters, draws: Draws, span: int) -> float:
    """Factor on how long repairs take that begin in a span: log-normal."""
    return law_of_durations(weather.cv).quantile(_uniform(weather, draws, span))


def in_step(weather: WeatherParameters) -> float:
    """Mean product of both factors of a weather that faults and repair share: not below 1."""
    hazards, durations = law_of_hazards(weather.cv), law_of_durations(weather.cv)
    middles = [(n + 0.5) / _QUANTILES for n in range(_QUANTILES)]
    return sum(hazards.quantile(u) * durations.quantile(u) for u in middles) / _QUANTILES


class WeatherOfTrial(NamedTuple):
    """How a weather goes in one trial.

    Parameters
    ----------
    over
        What it is over: names of classes of faults, or ``"repair"``.
    begins_s
        When its spans begin, in seconds since the start.
    factors
        Their factors.
    """

    over: tuple[str, ...]
    begins_s: tuple[float, ...]
    factors: tuple[float, ...]


def weathers_of(
    faults: Mapping[str, WeatherParameters | None],
    repair: WeatherParameters | None,
    draws: Draws,
    until_s: float,
) -> tuple[WeatherOfTrial, ...]:
    """All weathers of a trial: of faults, given by class, and of repair.

    Up to a moment in seconds.
    """
    over: dict[WeatherParameters, list[str]] = {}
    for name, weather in faults.items():
        if weather is not None:
            over.setdefault(weather, []).append(name)
    weathers = [(one, tuple(names), fault_factor) for one, names in over.items()]
    if repair is not None:
        weathers.append((repair, ("repair",), repair_factor))
    found = []
    for one, names, factor in weathers:
        spans = range(one.span(until_s) + (one.begins(one.span(until_s)) < until_s))
        factors = tuple(factor(one, draws, span) for span in spans)
        found.append(WeatherOfTrial(names, tuple(map(one.begins, spans)), factors))
    return tuple(found)


def _uniform(weather: WeatherParameters, draws: Draws, span: int) -> float:
    block, at = draws.stream(WEATHER, weather.name).row(span)
    return block[at + FACTOR]


@lru_cache(maxsize=64)
def law_of_hazards(cv: float) -> Law:
    """Law of the factor on the hazard of faults, of mean 1 and a coefficient of variation."""
    return Gamma(cv**-2, cv**2) if cv else Fixed(1.0)


@lru_cache(maxsize=64)
def law_of_durations(cv: float) -> Law:
    """Law of the factor on how long repairs take, of mean 1 and a coefficient of variation."""
    return build("lognormal", mean=1.0, cv=cv) if cv else Fixed(1.0)

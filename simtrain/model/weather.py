"""Weather: a factor of mean 1 for each span of calendar, counted from the start of the run.

A factor is found by the number of its span, so that what varies with the same weather has the same
factor at the same time, and nobody has to have asked for those before. Of a run in flight span 0 is
the present one, which has begun before; what faults in it have told moves the quantile of its
factor, at the same address.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from simtrain.distributions import Fixed, Gamma, Law
from simtrain.laws import build
from simtrain.model.streams import FACTOR, WEATHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.model.draws import Draws

_QUANTILES = 1000
_BELOW_ONE = math.nextafter(1.0, 0.0)


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
    begun_s
        How long before the start the first span has begun, in seconds below `every_s`.
    seen, expected
        Faults that were seen in that span until the start, and their mean number at a factor of 1.
    """

    name: str
    cv: float
    every_s: float
    begun_s: float = 0.0
    seen: int = 0
    expected: float = 0.0

    def span(self, time: float) -> int:
        """Number of the span that a moment in seconds lies in; one begins at its first moment."""
        number = int((time + self.begun_s) / self.every_s)
        return number + 1 if self.begins(number + 1) <= time else number

    def begins(self, span: int) -> float:
        """When a span begins, in seconds since the start."""
        return span * self.every_s - self.begun_s

    def is_told_of(self, span: int) -> bool:
        """Whether faults have told something of the factor of a span."""
        return span == 0 and self.cv > 0.0 and (self.seen > 0 or self.expected > 0.0)


def fault_factor(weather: WeatherParameters, draws: Draws, span: int) -> float:
    """Factor on the hazard of faults in a span: gamma-distributed."""
    u = _uniform(weather, draws, span)
    if weather.is_told_of(span):
        return told(weather.cv, weather.seen, weather.expected).quantile(u)
    return law_of_hazards(weather.cv).quantile(u)


def repair_factor(weather: WeatherParameters, draws: Draws, span: int) -> float:
    """Factor on how long repairs take that begin in a span: log-normal."""
    u = _uniform(weather, draws, span)
    if weather.is_told_of(span):
        # Both factors have one quantile: that which the factor on faults has without the faults.
        factor = fault_factor(weather, draws, span)
        prior = Gamma(weather.cv**-2, weather.cv**2)
        u = min(-math.expm1(-prior.cumulative_hazard(factor)), _BELOW_ONE)
    return law_of_durations(weather.cv).quantile(u)


def told(cv: float, seen: int, expected: float) -> Law:
    """Law of the factor on the hazard of faults once some were seen.

    A gamma law is conjugate to a Poisson number of faults: of shape 1/cv² and mean 1, after n
    faults where m were expected, it has shape 1/cv² + n and mean (1/cv² + n) / (1/cv² + m).
    """
    shape = cv**-2
    return Gamma(shape + seen, 1.0 / (shape + expected))


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
        begins = tuple(max(one.begins(span), 0.0) for span in spans)
        found.append(WeatherOfTrial(names, begins, factors))
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

"""What hosts draw, emit and cost in a trial: power by what they do, and weights of their energy.

Per second of one host, with the numbers of the trial. Energy is in kilowatt-hours, carbon in
kilograms, money in dollars.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simtrain.model.by_hour import ByHour, Flat, NumbersByRow, NumbersInTurn, Weight
from simtrain.scenario.hourly import Hourly
from simtrain.scenario.number import Number, PerAccelerator
from simtrain.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from simtrain.model.by_hour import HourNumbers
    from simtrain.model.parameters import Settle
    from simtrain.scenario.footprint import HoursOfYear
    from simtrain.scenario.scenario import Scenario

    Read = Callable[[str, Number | None], float | None]
    """Value of one host, of the number at a key that may not be given."""

_KILO = 1000.0


class Draw(NamedTuple):
    """What a host draws, by what it does: kilowatt-hours a second, with those of the building."""

    training: float
    stalled: float
    idle: float
    repair: float
    paused: float


class Hire(NamedTuple):
    """What a host costs, by what it does: dollars a second."""

    job: float
    queue: float
    idle: float
    lent: float
    repair: float
    away: float
    paused: float


@dataclass(frozen=True, slots=True)
class Footprint:
    """What hosts draw, emit and cost in a trial, from one moment on.

    Parameters
    ----------
    draw, hire
        Of a host; None where the scenario does not say.
    embodied
        Kilograms that a second of a host bears of the carbon of making it.
    intensity
        Kilograms per kilowatt-hour; None where the scenario does not say.
    tariff
        Dollars per kilowatt-hour.
    lent
        How many of the spares are lent; they are the last that step in.
    limits
        Share of the power while training, by the name of the schedule that limits it.
    """

    draw: Draw | None
    hire: Hire | None
    embodied: float
    intensity: Weight | None
    tariff: Weight
    lent: int
    limits: Mapping[str, float]

    @property
    def is_flat(self) -> bool:
        """Whether no hour weighs other than another."""
        return self.tariff.is_flat and (self.intensity is None or self.intensity.is_flat)


class FootprintReader:
    """Makes the footprint of each trial of a scenario.

    Parameters
    ----------
    scenario
        The scenario, perhaps after some changes.
    """

    def __init__(self, scenario: Scenario):
        self._scenario = scenario
        carbon, price = scenario.carbon, scenario.price
        self._intensities = self._numbers(carbon.intensity, carbon.when) if carbon else None
        self._tariffs = self._numbers(price.energy, price.when) if price else None

    def footprint(self, settle: Settle) -> Footprint:
        """Footprint with the numbers of a trial."""
        per_host = self._scenario.cluster.accelerators_per_host

        def read(key: str, number: Number | None) -> float | None:
            if number is None:
                return None
            value = settle(key, number).mean
            return value * per_host if isinstance(number, PerAccelerator) else value

        return Footprint(
            draw=self._draw(read),
            hire=self._hire(read),
            embodied=self._embodied(read),
            intensity=self._intensity(settle),
            tariff=self._tariff(settle),
            lent=self._scenario.cluster.lent_spares,
            limits={
                name: settle(f"schedule.{name}.power", one.power).mean
                for name, one in self._scenario.schedule.items()
                if one.power is not None
            },
        )

    def _draw(self, read: Read) -> Draw | None:
        power = self._scenario.power
        if power is None:
            return None
        training = _given(read("power.training", power.training))
        stalled = _given(read("power.stalled", power.stalled), training)
        idle = _given(read("power.idle", power.idle), stalled)
        repair = _given(read("power.repair", power.repair), idle)
        paused = _given(read("power.paused", power.paused), stalled)
        to_energy = _given(read("power.pue", power.pue)) / _KILO / HOUR
        return Draw(*(watts * to_energy for watts in (training, stalled, idle, repair, paused)))

    def _hire(self, read: Read) -> Hire | None:
        price = self._scenario.price
        if price is None:
            return None
        job = _given(read("price.accelerator", price.accelerator))
        others = job if price.terms == "reserved" else 0.0
        hire = Hire(
            job=job,
            queue=_given(read("price.queue", price.queue), others),
            idle=_given(read("price.idle", price.idle), job),
            lent=_given(read("price.lent", price.lent)),
            repair=_given(read("price.repair", price.repair), others),
            away=_given(read("price.away", price.away), others),
            paused=_given(read("price.paused", price.paused), job),
        )
        return Hire(*(dollars / HOUR for dollars in hire))

    def _embodied(self, read: Read) -> float:
        carbon = self._scenario.carbon
        if carbon is None or carbon.lifetime is None:
            return 0.0
        lifetime_s = _given(read("carbon.lifetime", carbon.lifetime))
        return _given(read("carbon.embodied", carbon.embodied)) / lifetime_s

    def _intensity(self, settle: Settle) -> Weight | None:
        carbon = self._scenario.carbon
        if carbon is None:
            return None
        rows = [
            settle(f"carbon.when.{n}.intensity", row.intensity).mean
            for n, row in enumerate(carbon.when)
        ]
        return _weight("carbon.intensity", carbon.intensity, rows, self._intensities, settle)

    def _tariff(self, settle: Settle) -> Weight:
        price = self._scenario.price
        if price is None or price.energy is None:
            return Flat(0.0)
        rows = [
            settle(f"price.when.{n}.energy", row.energy).mean for n, row in enumerate(price.when)
        ]
        return _weight("price.energy", price.energy, rows, self._tariffs, settle)

    def _numbers(
        self, value: Number | Hourly | None, rows: Sequence[HoursOfYear]
    ) -> HourNumbers | None:
        if isinstance(value, Hourly):
            return NumbersInTurn(value, self._scenario.start)
        return NumbersByRow(rows, self._scenario.start) if rows else None


def _given(value: float | None, other: float = 0.0) -> float:
    return other if value is None else value


def _weight(
    key: str,
    value: Number | Hourly,
    rows: Sequence[float],
    numbers: HourNumbers | None,
    settle: Settle,
) -> Weight:
    if isinstance(value, Hourly):
        assert numbers is not None
        return ByHour(numbers, value.values)
    always = settle(key, value).mean
    return Flat(always) if numbers is None else ByHour(numbers, [*rows, always])

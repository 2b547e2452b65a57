"""`[power]`, `[carbon]` and `[price]`: what the hosts draw, emit and cost."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from simtrain.scenario.calendar import HoursOf
from simtrain.scenario.hourly import Hourly, NumberOrHourly
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import (
    WHOLE,
    HostCarbon,
    HostPower,
    HostPrice,
    Kind,
    Overhead,
    PositiveDuration,
)
from simtrain.scenario.table import Broken, Table
from simtrain.units import INTENSITY, TARIFF

_INTENSITY, _TARIFF = Kind(INTENSITY, 0, 10), Kind(TARIFF, -10, 100)
Intensity = Annotated[Number, _INTENSITY]
Tariff = Annotated[Number, _TARIFF]
"""Below 0 where the grid pays for what is taken from it."""
Month = Literal[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
]  # fmt: skip


class HoursOfYear(HoursOf):
    """Hours of some days of some months, in local time."""

    months: tuple[Month, ...] | None = Field(
        None, min_length=1, description='Months, such as ["dec", "jan", "feb"]; all by default.'
    )


class IntensityRow(HoursOfYear):
    """The intensity of the grid at some hours."""

    intensity: Intensity = Field(description="Carbon intensity then.")


class TariffRow(HoursOfYear):
    """The price of energy at some hours."""

    energy: Tariff = Field(description="Price of energy then.")


class Power(Table):
    """What the hosts draw, by what they do; of an accelerator with its share of the host."""

    training: HostPower = Field(description="While the job trains.")
    stalled: HostPower | None = Field(
        None,
        description="Of a host of the job while it does not train: saves, detection, restarts, "
        "waiting. As while training by default.",
    )
    idle: HostPower | None = Field(
        None, description="Of a spare that stands by. As while stalled by default."
    )
    repair: HostPower | None = Field(
        None, description="Of a host in repair. As an idle spare by default."
    )
    paused: HostPower | None = Field(
        None,
        description="Of a host of the job in a pause, of `[schedule.NAME]` or a stop of that kind. "
        "As while stalled by default.",
    )
    pue: Overhead = Field(
        WHOLE,
        description="Power usage effectiveness: energy of the building per energy of the hosts.",
    )


class Carbon(Table):
    """What a unit of energy emits, and what making the hosts did."""

    intensity: Annotated[Number | Hourly, NumberOrHourly(_INTENSITY)] = Field(
        description="Carbon intensity of the grid: flat, or hourly values."
    )
    when: tuple[IntensityRow, ...] = Field(
        (), description="Intensities by hour, weekday and month; the first row that fits."
    )
    embodied: HostCarbon | None = Field(
        None, description="Carbon of making a host, of which each hour bears its part."
    )
    lifetime: PositiveDuration | None = Field(
        None, description="Time over which `embodied` is spread."
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Rows stand beside a flat intensity, embodied carbon beside a lifetime."""
        yield from _rows_beside_hourly(self.when, self.intensity, "intensity")
        if self.embodied is not None and self.lifetime is None:
            yield Broken(
                "lifetime", "is missing", 'give the time that `embodied` is spread over: "5 years"'
            )
        if self.embodied is None and self.lifetime is not None:
            yield Broken("lifetime", "means nothing without `embodied`", "give `embodied`")


class Price(Table):
    """What the hosts cost by what they do, and what energy does."""

    accelerator: HostPrice | None = Field(
        None, description="Price of the hosts of the job, whatever it does."
    )
    terms: Literal["reserved", "on demand"] = Field(
        "reserved",
        description="`reserved`: all hosts are paid for at all times; `on demand`: neither those "
        "in repair, nor those away, nor the job before its first launch.",
    )
    idle: HostPrice | None = Field(
        None, description="Price of a spare that stands by. As of the job by default."
    )
    lent: HostPrice | None = Field(
        None, description="Price of a lent spare; by default nothing, as whoever has it pays."
    )
    repair: HostPrice | None = Field(
        None, description="Price of a host in repair. By default as `terms` say."
    )
    away: HostPrice | None = Field(
        None, description="Price of a host that is away. By default as `terms` say."
    )
    queue: HostPrice | None = Field(
        None,
        description="Price of a host of the job before the first launch. By default as `terms` "
        "say.",
    )
    paused: HostPrice | None = Field(
        None, description="Price of a host of the job in a pause. As of the job by default."
    )
    energy: Annotated[Number | Hourly, NumberOrHourly(_TARIFF)] | None = Field(
        None, description="Price of energy, on top: flat, or hourly values."
    )
    when: tuple[TariffRow, ...] = Field(
        (), description="Prices of energy by hour, weekday and month; the first row that fits."
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Something has a price; rows stand beside a flat one."""
        if self.accelerator is None:
            if self.energy is None:
                yield Broken("accelerator", "is missing", "give one of `accelerator`, `energy`")
            for key in self.given("idle", "lent", "repair", "away", "queue", "paused"):
                yield Broken(key, "means nothing without `accelerator`", "give `accelerator`")
        if self.when and self.energy is None:
            yield Broken("when", "means nothing without `energy`", "give `energy` for other hours")
        yield from _rows_beside_hourly(self.when, self.energy, "energy")


def _rows_beside_hourly(
    rows: tuple[HoursOfYear, ...], value: Number | Hourly | None, key: str
) -> Iterator[Broken]:
    if rows and isinstance(value, Hourly):
        yield Broken("when", f"contradicts `{key}`, which has hourly values", "give one of the two")


def contradictions(
    power: Power | None, carbon: Carbon | None, price: Price | None, start: dt.datetime | None
) -> Iterator[Broken]:
    """Find what the three tables lack: power of what is weighed, and a start of hours."""
    if power is None:
        if carbon is not None:
            yield Broken("carbon", "weighs energy, but nothing says how much", "give [power]")
        if price is not None and price.energy is not None:
            yield Broken("price.energy", "weighs energy, but nothing says how much", "give [power]")
    if start is not None:
        return
    for name, table, key in (("carbon", carbon, "intensity"), ("price", price, "energy")):
        value = getattr(table, key, None)
        if table is not None and table.when:
            path = f"{name}.when"
        elif isinstance(value, Hourly) and value.begins is not None:
            path = f"{name}.{key}"
        else:
            continue
        yield Broken(
            path, "needs the hour, but the run has no `start`", "give `start`, a date and a time"
        )

"""`[schedule.NAME]`: hours in which the job pauses, or trains with less power."""

import datetime as dt
from collections.abc import Iterator, Mapping

from pydantic import Field

from simtrain.scenario.footprint import Carbon, HoursOfYear, Intensity, Price, Tariff
from simtrain.scenario.hourly import Hourly
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import NOTHING, DurationOnce, PositiveShare
from simtrain.scenario.table import Broken

_THRESHOLDS = {"intensity_above": ("carbon", "intensity"), "price_above": ("price", "energy")}
"""Each threshold with the table and the key of what it is held against."""

_CALENDAR = {"hours", "days", "months"}


class Schedule(HoursOfYear):
    """Hours in which the job pauses or trains with less power, named by their table.

    They are known before the run: a pause saves first, and ends with a restart.
    """

    intensity_above: Intensity | None = Field(
        None, description="Only in hours in which the grid emits more than this."
    )
    price_above: Tariff | None = Field(
        None, description="Only in hours in which energy costs more than this."
    )
    at_least: DurationOnce = Field(
        NOTHING, description="Spells of such hours that are shorter are left out."
    )
    power: PositiveShare | None = Field(
        None,
        description="Share of the power while training that the job draws then; goes with "
        "`speed`. Without the two the job pauses.",
    )
    speed: PositiveShare | None = Field(
        None, description="Fraction of its speed at which the job trains then."
    )

    @property
    def pauses(self) -> bool:
        """Whether the job pauses in these hours."""
        return self.power is None

    @property
    def has_hours(self) -> bool:
        """Whether it is for some hours of the calendar alone."""
        return bool(_CALENDAR & self.model_fields_set)

    def broken_rules(self) -> Iterator[Broken]:
        """Some hours and not all are meant; power has its speed; what is chosen has no range."""
        if not self.model_fields_set & {*_CALENDAR, *_THRESHOLDS}:
            remedy = "give `hours`, `days`, `months`, `intensity_above` or `price_above`"
            yield Broken("", "does not say when", remedy)
        for key, other in (("power", "speed"), ("speed", "power")):
            if getattr(self, key) is None and getattr(self, other) is not None:
                yield Broken(key, "is missing", f"give `{key}`, which `{other}` goes with")
        for key in (*_THRESHOLDS, "at_least"):
            chosen: Number | None = getattr(self, key)
            if chosen is not None and not chosen.is_fixed:
                yield Broken(key, "is uncertain, but it is chosen", "one number")


def wrong_schedules(
    schedules: Mapping[str, Schedule],
    carbon: Carbon | None,
    price: Price | None,
    start: dt.datetime | None,
) -> Iterator[Broken]:
    """Find schedules whose hours nobody can tell, or that leave no hour to train in."""
    tables = {"carbon": carbon, "price": price}
    for name, schedule in schedules.items():
        path = f"schedule.{name}"
        if start is None and schedule.has_hours:
            wrong = "needs the hour, but the run has no `start`"
            yield Broken(path, wrong, "give `start`, a date and a time")
        for key in schedule.given(*_THRESHOLDS):
            table, weight = _THRESHOLDS[key]
            value, rows = getattr(tables[table], weight, None), getattr(tables[table], "when", ())
            threshold = getattr(schedule, key).middle
            if value is None:
                wrong = f"is held against `{table}.{weight}`, which is not given"
                yield Broken(f"{path}.{key}", wrong, f"give [{table}] with hourly values")
            elif not isinstance(value, Hourly) and not rows:
                wrong = f"is held against `{table}.{weight}`, which is the same at all hours"
                remedy = f'give {{ hourly = "FILE.csv", … }}, or rows of `{table}.when`'
                yield Broken(f"{path}.{key}", wrong, remedy)
            elif _never_trains(schedule, value, threshold):
                wrong = "is below every hour of the profile, so the job would never train"
                yield Broken(f"{path}.{key}", wrong, "a value above the least of them")


def _never_trains(schedule: Schedule, value: Number | Hourly, threshold: float) -> bool:
    """Whether a profile is above a threshold of a pause in every hour."""
    is_above = isinstance(value, Hourly) and min(value.values) > threshold
    return is_above and schedule.pauses and not schedule.has_hours

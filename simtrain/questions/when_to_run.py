"""Policies of when to run a scenario: which hours to leave out, when to start, what to wait for."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.answers.schedule import Hardware
from simtrain.errors import InputError, ScenarioError, shown
from simtrain.model.footprint import FootprintReader
from simtrain.model.parameters import at_middle
from simtrain.scenario.hourly import Hourly
from simtrain.scenario.later import on_faster, starting
from simtrain.tables.finish import date_of
from simtrain.units import DURATION, FRACTION, HOUR, YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.model.by_hour import Weight
    from simtrain.scenario.scenario import Scenario

MOST_STARTS = 24
_HORIZON = 2.0
"""Hours of a profile that are looked at, in ideal times: a run with faults and pauses is longer."""
_RANGE = re.compile(r"\s*(\S+?)\s*\.\.\s*(\S+?)\s*/\s*(.+)")


class Policy(NamedTuple):
    """A policy that is to be tried.

    Parameters
    ----------
    name
        In plain words.
    scenario
        The scenario under it.
    settings
        What it sets, by path.
    delay_s
        By how much it starts later than the baseline.
    hardware
        What it waits for, if anything.
    """

    name: str
    scenario: Scenario
    settings: Mapping[str, Any]
    delay_s: float = 0.0
    hardware: Hardware | None = None


class Profile(NamedTuple):
    """A weight of energy in the hours from the start of a run on.

    Parameters
    ----------
    key
        Key of a schedule that holds a threshold of it.
    values
        One for each hour.
    unit, scale, places
        How a value is written.
    name
        What hours above a threshold are called.
    """

    key: str
    values: NDArray[np.float64]
    unit: str
    scale: float
    places: int
    name: str

    def written(self, value: float) -> str:
        """A value as in a file."""
        return f"{value * self.scale:.{self.places}f} {self.unit}"


def profiles(scenario: Scenario, ideal_s: float) -> list[Profile]:
    """Intensity and tariff of a scenario at its middle, those of them that vary by the hour."""
    footprint = FootprintReader(scenario).footprint(at_middle)
    hours = math.ceil(_HORIZON * ideal_s / HOUR)
    found = []
    weights: list[tuple[Weight | None, str, str, int, str]] = [
        (footprint.intensity, "intensity_above", "g/kWh", 0, "dirty hours"),
        (footprint.tariff, "price_above", "USD/MWh", 1, "dear hours"),
    ]
    for weight, key, unit, places, name in weights:
        if weight is not None and not weight.is_flat:
            values = weight.by_hour(0, hours)
            found.append(Profile(key, values, unit, 1000.0, places, name))
    return found


def thresholds(
    scenario: Scenario, profile: Profile, quantiles: Sequence[float], at_least: str
) -> Iterator[Policy]:
    """Pauses in the hours above some quantiles of a profile, those that ever come."""
    written = dict.fromkeys(
        profile.written(float(np.quantile(profile.values, share))) for share in sorted(quantiles)
    )
    for text in written:
        above = profile.values > float(text.split()[0]) / profile.scale
        # What is no duration is refused with the schedule that it is written into.
        above = _lasting(above, (DURATION.number(at_least) or 0.0) / HOUR)
        if not above.any() or above.all():
            continue
        table = {profile.key: text, "at_least": at_least}
        name = f"pause above {text} ({100 * above.mean():.0f} %)"
        yield _scheduled(name, scenario, profile.name, table)


def _lasting(above: NDArray[np.bool_], hours: float) -> NDArray[np.bool_]:
    """Hours that belong to a spell of so many or more."""
    edges = np.flatnonzero(np.diff(above, prepend=False, append=False))
    lasting = np.zeros_like(above)
    for first, last in edges.reshape(-1, 2):
        lasting[first:last] = last - first >= hours
    return lasting


def windows(
    scenario: Scenario, profile: Profile, lengths: Sequence[int], limit: tuple[str, str] | None
) -> Iterator[Policy]:
    """Pauses, or limits of power, each day in the hours that are the worst on average."""
    assert scenario.start is not None
    hours = (scenario.start.hour + np.arange(len(profile.values))) % 24
    by_hour = np.array([_mean(profile.values[hours == hour]) for hour in range(24)])
    for length in lengths:
        whole = np.array([np.roll(by_hour, -hour)[:length].mean() for hour in range(24)])
        first = int(np.nanargmax(whole))
        last = (first + length) % 24 or 24
        table: dict[str, Any] = {"hours": [first, last]}
        between = f"{first:02}:00–{last:02}:00"
        if limit is None:
            yield _scheduled(f"pause {between}", scenario, "peak hours", table)
        else:
            power, speed = limit
            table |= {"power": power, "speed": speed}
            name = f"{_percent(power)} of the power {between}"
            yield _scheduled(name, scenario, "peak hours", table)


def starts(scenario: Scenario, text: str) -> Iterator[Policy]:
    """Other starts, as a text such as ``2026-01-01..2026-12-01/30 d`` says.

    Raises
    ------
    InputError
        If the text says none, or too many, or something of the scenario lies before one of them.
    """
    if scenario.start is None:
        raise InputError("start: the scenario has no `start` that could be another; give it one")
    for path, value in (
        ("carbon.intensity", scenario.carbon and scenario.carbon.intensity),
        ("price.energy", scenario.price and scenario.price.energy),
    ):
        if isinstance(value, Hourly) and value.begins is None:
            raise InputError(
                f"start: the hours of `{path}` begin with the run, whenever that is, so that no "
                "start differs from another; give them the date on which they begin: `begins`"
            )
    for start in _dates(scenario.start, text):
        if start == scenario.start:
            continue
        delay_s = (start - scenario.start).total_seconds()
        shifted = _possible(lambda start=start: starting(scenario, start), f"start {start:%F}")
        name = f"start on {start:%Y-%m-%d}"
        yield Policy(name, shifted, {"start": start.isoformat()}, delay_s)


def later(
    scenario: Scenario, delays: Sequence[float], gain: float, gain_per_dollar: float
) -> Iterator[Policy]:
    """Better hardware after some delays, in seconds."""
    for delay_s in delays:
        years = delay_s / YEAR
        hardware = Hardware(delay_s, (1 + gain) ** years, (1 + gain_per_dollar) ** years)
        name = f"hardware in {_in_years(years)}"
        moved = scenario
        if scenario.start is not None:
            start = scenario.start + dt.timedelta(seconds=round(delay_s))
            moved = _possible(lambda start=start: starting(scenario, start), name)
        better = on_faster(moved, hardware.faster, hardware.cheaper)
        begins = {} if better.start is None else {"start": better.start.isoformat()}
        yield Policy(name, better, begins, delay_s, hardware)


def limit_of(text: str) -> tuple[str, str]:
    """Power and speed of a text such as ``"70%:85%"``; an `InputError` if it says none."""
    power, _, speed = (part.strip() for part in text.partition(":"))
    for part in (power, speed):
        value = FRACTION.number(part)
        if value is None or not 0 < value <= 1:
            raise InputError(
                f"limit: {shown(text)} is no share of the power with a speed; such as 70%:85%"
            )
    return power, speed


def _scheduled(name: str, scenario: Scenario, table: str, values: dict[str, Any]) -> Policy:
    """The scenario with one schedule."""
    free = (f"{table} {number}" for number in range(2, 99))
    key = next(f"schedule.{one}" for one in (table, *free) if one not in scenario.causes)
    return Policy(name, scenario.overridden([(key, values)], name), {key: values})


def _dates(first: dt.datetime, text: str) -> list[dt.datetime]:
    """Starts of a text, at the time of day of the first one if they have none."""
    match = _RANGE.fullmatch(text)
    if match is None:
        raise _wrong_start(text, "is no range of dates with a step")
    low, high = (_moment(part, first) for part in match.group(1, 2))
    step_s = DURATION.number(match[3])
    if step_s is None or step_s <= 0:
        raise _wrong_start(text, f"{shown(match[3])} is no step")
    if high < low:
        raise _wrong_start(text, "ends before it begins")
    steps = int((high - low).total_seconds() / step_s) + 1
    if steps > MOST_STARTS:
        raise _wrong_start(text, f"makes {steps} starts; at most {MOST_STARTS}")
    return [low + dt.timedelta(seconds=number * step_s) for number in range(steps)]


def _moment(text: str, first: dt.datetime) -> dt.datetime:
    date = date_of(text)
    if not isinstance(date, dt.datetime):
        return dt.datetime.combine(date, first.timetz())
    return date if date.tzinfo or not first.tzinfo else date.replace(tzinfo=first.tzinfo)


def _wrong_start(text: str, wrong: str) -> InputError:
    return InputError(f"start: {shown(text)} {wrong}; such as 2026-01-01..2026-12-01/30d")


def _possible(make: Any, name: str) -> Any:
    """What is made, or an `InputError` that says why a policy cannot be tried."""
    try:
        return make()
    except ScenarioError as error:
        mistake = error.mistakes[0]
        raise InputError(
            f"{name}: `{mistake.key}` {mistake.wrong}; give that a moment counted from the start, "
            "or leave it out with --set"
        ) from None


def _mean(values: NDArray[np.float64]) -> float:
    return float(values.mean()) if values.size else math.nan


def _in_years(years: float) -> str:
    """A delay in years or months, whichever makes one."""
    number, unit = (years, "year") if years >= 1 else (12 * years, "month")
    return f"{number:.3g} {unit}" if f"{number:.3g}" == "1" else f"{number:.3g} {unit}s"


def _percent(text: str) -> str:
    return f"{100 * FRACTION.parse(text):.3g} %"

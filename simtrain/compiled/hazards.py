"""Parameters in force, and how hazard builds up under them."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.draws import fill, uniform
from simtrain.compiled.laws import age_at, age_of_array, cumulative_hazard, hazard_of_array
from simtrain.compiled.layout import class_at, regime_at, source_at, stream_at, trial_at, weather_at
from simtrain.compiled.memory import float_at, put_float
from simtrain.compiled.routines import routine
from simtrain.model.streams import FACTOR, FAULT, FRAILTY, LEMON

WIDTH, FIELDS = FAULT.width, len(FAULT.fields)
"""Uniforms of a row of a fault, and those of them that decide anything."""
_NONE = 1e-12


@kernel
def class_now(t: int, number: int):  # type: ignore[no-untyped-def]
    """Parameters of a class in force."""
    s = trial_at(t, 0)
    return class_at(s.class_table, s.regime * s.classes + number)


@kernel
def regime_now(t: int):  # type: ignore[no-untyped-def]
    """All other parameters in force."""
    s = trial_at(t, 0)
    return regime_at(s.regime_table, s.regime)


@routine
def weather_factor(t: int, number: int, span: int) -> float:
    """Factor of a weather on the hazard of faults in a span."""
    s = trial_at(t, 0)
    weather = weather_at(s.weathers, number)
    if span == 0 and weather.is_told:
        told: float = weather.first_factor
        return told
    factor: float = weather.hazards.quantile(
        uniform(s.seed, s.trial, weather.stream, 0, span + FACTOR)
    )
    return factor


@kernel
def factor_of(t: int, number: int) -> float:
    """Factor that the weather has on the hazard of a class at present."""
    s = trial_at(t, 0)
    weather = class_now(t, number).weather
    if weather < 0:
        return 1.0
    factor: float = weather_at(s.weathers, weather).factor
    return factor


@kernel
def rate_of(t: int, number: int) -> float:
    """Rate of a memoryless class at present, of one unit."""
    rate: float = class_now(t, number).rate * factor_of(t, number)
    return rate


@kernel
def can_strike(t: int, number: int) -> bool:
    """Whether a class with a law of its own can strike at present."""
    fault = class_now(t, number)
    if not fault.has_law:
        return rate_of(t, number) > 0.0
    factor = factor_of(t, number)
    return factor == 1.0 or factor > _NONE


@routine
def hazard_up_to(
    t: int, regime: int, number: int, factor: float, age: float, of_array: bool
) -> float:
    """Hazard of a class up to an age, in a regime and at a factor; perhaps as of an array."""
    s = trial_at(t, 0)
    fault = class_at(s.class_table, regime * s.classes + number)
    if not fault.has_law:
        rate = fault.rate * factor
        return age / (1.0 / rate) if rate > 0.0 else 0.0
    if not factor > _NONE:
        return 0.0
    if of_array:
        return factor * hazard_of_array(fault.law, age)
    return factor * cumulative_hazard(fault.law, age)


@routine
def hazard_between(
    t: int, regime: int, number: int, factor: float, start: float, end: float, of_array: bool
) -> float:
    """Hazard of a class between two ages."""
    after = hazard_up_to(t, regime, number, factor, end, of_array)
    return after - hazard_up_to(t, regime, number, factor, start, of_array)


@routine
def failing_age(t: int, number: int, age: float, left: float, of_array: bool) -> float:
    """Age at which some hazard of a class is used up, as it is at present."""
    fault = class_now(t, number)
    if not fault.has_law:
        return age + (1.0 / rate_of(t, number)) * left
    left /= factor_of(t, number)
    if of_array:
        return age_of_array(fault.law, age, left)
    return age_at(fault.law, age, left)


@kernel
def threshold(t: int, stream: int, occurrence: int, index: int) -> float:
    """Hazard that a fault awaits."""
    s = trial_at(t, 0)
    return -math.log1p(-uniform(s.seed, s.trial, stream, occurrence, index))


@kernel
def set_event(t: int, fault: int, among: int, unit: int, origin: int, number: int) -> None:
    """Let a fault be the one that strikes now."""
    s = trial_at(t, 0)
    s.event_class = fault
    s.event_among = among
    s.event_unit = unit
    s.event_stream = origin
    s.event_number = number
    stream = stream_at(s.streams, origin).id
    fill(s.event_row, s.seed, s.trial, stream, 0, number * WIDTH, FIELDS)


@routine
def note_law(t: int, number: int) -> None:
    """Take note of the law under which hazard is spent from now on."""
    s = trial_at(t, 0)
    source = source_at(s.sources, number)
    source.regime = s.regime
    source.factor = factor_of(t, source.fault)


@routine
def same_law(t: int, regime: int, factor: float, number: int) -> bool:
    """Whether a class has the law of another regime and factor."""
    s = trial_at(t, 0)
    before = class_at(s.class_table, regime * s.classes + number)
    now = class_now(t, number)
    if not now.has_law:
        return before.rate * factor == rate_of(t, number)
    if factor != factor_of(t, number):
        return False
    return (
        before.law.kind == now.law.kind
        and before.law.a == now.law.a
        and before.law.b == now.law.b
        and before.law.c == now.law.c
    )


@kernel
def frailty_of(t: int, host: int) -> float:
    """Factor on the hazards of a host."""
    s = trial_at(t, 0)
    if not s.has_frailty:
        return 1.0
    factor: float = float_at(s.frailty, host)
    return factor


@routine
def begin_frailty(t: int) -> None:
    """Draw how hosts differ, also those that come later."""
    s = trial_at(t, 0)
    if not s.has_frailty:
        return
    for host in range(s.hosts_cap):
        is_lemon = uniform(s.seed, s.trial, s.stream_hosts, 0, host * 4 + LEMON) < s.lemon_fraction
        factor = s.lemon_factor if is_lemon else 1.0
        if s.frail:
            u = uniform(s.seed, s.trial, s.stream_hosts, 0, host * 4 + FRAILTY)
            factor *= s.frailty_law.quantile(u)
        put_float(s.frailty, host, factor if factor >= _NONE else 0.0)


@routine
def turn_of_weather(t: int, number: int, span: int) -> None:
    """Let a span of a weather be under way."""
    weather = weather_at(trial_at(t, 0).weathers, number)
    weather.factor = weather_factor(t, number, span)

"""Moments and durations that do not fit the length of the run: accepted, and hardly meant."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from simtrain.scenario.models import elapsed
from simtrain.scenario.number import NEARLY_NEVER
from simtrain.units import YEAR, brief

if TYPE_CHECKING:
    from simtrain.scenario.numbers import SaveInterval
    from simtrain.scenario.scenario import Scenario

TIMES_IDEAL = 10.0
"""Where a trial ends that does not finish, in times the ideal, unless `limits` says it."""
_OF_SPEED = ("workload.", "cluster.hosts", "cluster.accelerators_per_host")
"""Where what changes set begins that makes the work longer or shorter."""


class Misfit(NamedTuple):
    """What does not fit.

    Parameters
    ----------
    key
        Path of the value.
    sentence
        What it leads to.
    """

    key: str
    sentence: str


def misfits(scenario: Scenario) -> list[Misfit]:
    """All that is known before any trial; values that changes set are not looked at."""
    return [
        *_never_due(scenario),
        *_limit_below_ideal(scenario),
        *_longer_than_the_run(scenario),
        *_saves(scenario),
    ]


def planned(scenario: Scenario) -> dict[str, float]:
    """When what is planned by date comes first, in seconds since the start, by path."""
    changes = {f"change.{n}.at": change.at for n, change in enumerate(scenario.change)}
    stops = {
        f"stop.{name}.{key}": getattr(stop, key)
        for name, stop in scenario.stop.items()
        for key in ("at", "first")
    }
    moments = {
        key: elapsed(at, scenario.start) for key, at in (changes | stops).items() if at is not None
    }
    recurring = {
        f"stop.{name}.every": stop.every.middle
        for name, stop in scenario.stop.items()
        if stop.every is not None and stop.first is None
    }
    return moments | recurring


def times_ideal(scenario: Scenario) -> float:
    """Multiple of the ideal after which a trial ends if the scenario says nothing.

    Of a run in flight it is one of the whole work: however little is left of it, a wait for hosts
    takes as long as ever, and a rollback may go behind now.
    """
    done = 0.0 if scenario.underway is None else scenario.underway.done
    return TIMES_IDEAL / (1.0 - done)


def limit_s(scenario: Scenario) -> float:
    """Wall-clock in seconds after which no trial goes on.

    Infinite where the ideal, which the limit is a multiple of, itself follows from changes.
    """
    ideal_s = scenario.ideal_s
    if scenario.workload.window is not None:
        return ideal_s
    if scenario.limits.wall_clock is not None:
        return scenario.limits.wall_clock.law.quantile(1 - NEARLY_NEVER)
    last_s = times_ideal(scenario) * ideal_s
    moments = planned(scenario)
    for number, change in enumerate(scenario.change):
        is_due = moments.get(f"change.{number}.at", 0.0) < last_s
        if is_due and any(path.startswith(_OF_SPEED) for path in change.set):
            return math.inf
    return last_s


def _never_due(scenario: Scenario) -> Iterator[Misfit]:
    last_s = limit_s(scenario)
    for key, at_s in planned(scenario).items():
        if at_s >= last_s:
            what = key.rpartition(".")[0]
            yield Misfit(
                key,
                f"`{what}` never comes: it is due {_long(at_s)} after the start, and no trial is "
                f"longer than {_long(last_s)}.",
            )


def _limit_below_ideal(scenario: Scenario) -> Iterator[Misfit]:
    ideal_s, last_s = scenario.ideal_s, limit_s(scenario)
    if last_s < ideal_s:
        yield Misfit(
            "limits.wall_clock",
            f"No trial can finish: `limits.wall_clock` is {_long(last_s)}, and the work takes "
            f"{_long(ideal_s)} without any fault.",
        )


def _longer_than_the_run(scenario: Scenario) -> Iterator[Misfit]:
    ideal_s = scenario.ideal_s
    spans = {
        f"fault.{name}.detection": fault.detection.middle
        for name, fault in scenario.fault.items()
        if fault.detection is not None
    }
    spans |= {
        f"detection.{effect}": latency.middle
        for effect in type(scenario.detection).model_fields
        if any(f.effect == effect and f.detection is None for f in scenario.fault.values())
        and (latency := scenario.detection.of(effect)) is not None
    }
    spans |= {
        f"check.{name}.every": at_full_speed_s(scenario, check.every)
        for name, check in scenario.check.items()
    }
    for key, span_s in {"checkpoint.interval": between_saves_s(scenario), **spans}.items():
        if span_s > ideal_s:
            yield Misfit(
                key,
                f"`{key}` is {_long(span_s)}, longer than the whole run of {_long(ideal_s)} "
                "without any fault.",
            )


def _saves(scenario: Scenario) -> Iterator[Misfit]:
    interval, stall_s = scenario.checkpoint.interval, longest_stall_s(scenario)
    interval_s = between_saves_s(scenario)
    if stall_s > interval_s:
        yield Misfit(
            "checkpoint.stall",
            f"A save stops training for {_long(stall_s)}, longer than the {_long(interval_s)} of "
            "training between two of them.",
        )
    if interval.in_steps and interval.number.is_fixed and interval.number.middle % 1:
        yield Misfit(
            "checkpoint.interval",
            f"`checkpoint.interval` is {interval.number.middle:g} steps, and jobs save after whole "
            "ones.",
        )


def between_saves_s(scenario: Scenario) -> float:
    """Mean training between two saves at full speed, in seconds."""
    return at_full_speed_s(scenario, scenario.checkpoint.interval)


def at_full_speed_s(scenario: Scenario, interval: SaveInterval) -> float:
    """Mean training of an interval at full speed, in seconds."""
    if not interval.in_steps:
        return interval.number.middle
    assert scenario.step_s is not None
    return interval.number.middle * scenario.step_s


def longest_stall_s(scenario: Scenario) -> float:
    """Time that training stands still for a save to all tiers, in seconds."""
    checkpoint, hosts = scenario.checkpoint, scenario.cluster.hosts
    tiers = (tier for _, tier in checkpoint.tiers())
    return sum(tier.stall_s(tier.size or checkpoint.size, hosts) for tier in tiers)


def _long(seconds: float) -> str:
    """`seconds` for people, in years where they are many."""
    years = seconds / YEAR
    if years < 2:
        return brief(seconds)
    return f"{years:,.0f} years" if years >= 10 else f"{years:.1f} years"

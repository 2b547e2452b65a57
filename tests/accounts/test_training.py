"""What training took of energy, carbon and money, against a loop over its minutes."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import NamedTuple

import pytest

from simtrain.accounts.timeline import Segment
from simtrain.accounts.training import TrainingPieces
from simtrain.causes import BACKGROUND_WRITE, SPEED
from simtrain.model.by_hour import ByHour, Flat, NumbersInTurn
from simtrain.model.footprint import Draw
from simtrain.model.saving import CheckpointSchedule
from simtrain.scenario.hourly import Hourly

MINUTE = 60.0
DRAW = Draw(training=0.5, stalled=0.2, idle=0.0, repair=0.0, paused=0.0)
HIRE = 0.01
START = dt.datetime(2026, 3, 2, 13, 10)
INTENSITY, TARIFF = (0.3, 0.1, 0.7), (0.05, 0.2)

USUAL = CheckpointSchedule(
    first_s=50 * MINUTE, every_s=90 * MINUTE, stall_s=7 * MINUTE, speed=0.8, write_slowdown=0.25,
    write_s=20 * MINUTE, write_left_s=12 * MINUTE, full_speed=1.5,
)  # fmt: skip


class Minute(NamedTuple):
    """What a minute took, and how the work went in it."""

    amounts: tuple[float, float, float]
    trains: bool
    writes: bool
    work: float


def weight(values: tuple[float, ...]) -> ByHour:
    return ByHour(NumbersInTurn(Hourly(values), START), values)


def minutes_of(
    schedule: CheckpointSchedule, start: int, end: int, held: list[tuple[int, int]]
) -> list[Minute]:
    """Minutes from `start` to `end` after the start of the run; `held` says how many hosts since
    when.
    """
    found, since_hour = [], START.replace(minute=0)
    left, stall, writes = schedule.first_s, 0.0, schedule.write_left_s
    for minute in range(start, end):
        hour = (START + dt.timedelta(minutes=minute) - since_hour) // dt.timedelta(hours=1)
        hosts = [number for since, number in held if since <= minute][-1]
        trains = left > 0
        energy = hosts * (DRAW.training if trains else DRAW.stalled) * MINUTE
        carbon = energy * INTENSITY[hour % len(INTENSITY)]
        money = energy * TARIFF[hour % len(TARIFF)] + hosts * HIRE * MINUTE
        slowdown = schedule.write_slowdown if trains and writes > 0 else 0.0
        work = schedule.speed * (1 - slowdown) if trains else 0.0
        found.append(Minute((energy, carbon, money), trains, trains and writes > 0, work))
        if trains:
            left, writes = left - MINUTE, writes - MINUTE
            stall = schedule.stall_s if left <= 0 else 0.0
        else:
            stall -= MINUTE
        if left <= 0 and stall <= 0:
            left, writes = schedule.every_s, schedule.write_s
    return found


def total(minutes: list[Minute], share: list[float]) -> list[float]:
    return [
        sum(minute.amounts[n] * part for minute, part in zip(minutes, share, strict=True))
        for n in range(3)
    ]


@pytest.mark.parametrize(
    ("schedule", "end"),
    [
        (USUAL, 600),
        (USUAL, 20 + 50),
        (USUAL, 20 + 54),
        (USUAL, 20 + 57 + 90),
        (USUAL, 20 + 12),
        (replace(USUAL, first_s=1e9), 300),
        (replace(USUAL, every_s=1e9, speed=1.0), 300),
        (replace(USUAL, stall_s=0.0), 400),
        (replace(USUAL, write_s=0.0, write_left_s=0.0), 400),
    ],
)
@pytest.mark.parametrize("held", [[(0, 4)], [(0, 4), (100, 3), (101, 5)]])
def test_training_takes_what_its_minutes_take(
    schedule: CheckpointSchedule, end: int, held: list[tuple[int, int]]
) -> None:
    start, work_start = 20, 1000.0
    minutes = minutes_of(schedule, start, end, held)
    works = [work_start]
    for minute in minutes:
        works.append(works[-1] + minute.work * schedule.full_speed * MINUTE)
    slow = [(1 - schedule.speed) * minute.trains for minute in minutes]
    written = [schedule.speed * schedule.write_slowdown * minute.writes for minute in minutes]
    kinds = Counter({BACKGROUND_WRITE: sum(written) * MINUTE, "slow": sum(slow) * MINUTE / 4})
    kinds[SPEED] = 3 * kinds["slow"]
    segment = Segment(
        start * MINUTE, end * MINUTE, work_start, works[-1], 0.0, 0.0, 0, 0.0,
        tuple((cause, seconds) for cause, seconds in kinds.items() if seconds), schedule,
    )  # fmt: skip
    spans = [
        (max(since, start) * MINUTE, min(until, end) * MINUTE, hosts)
        for (since, hosts), until in zip(held, [*(s for s, _ in held[1:]), end], strict=True)
        if since < end
    ]
    pieces = TrainingPieces(segment, spans, (DRAW, HIRE, weight(INTENSITY), weight(TARIFF)))
    assert pieces.productive == pytest.approx(total(minutes, [m.work for m in minutes]))
    assert pieces.stalled == pytest.approx(total(minutes, [not m.trains for m in minutes]))
    losses = {BACKGROUND_WRITE: total(minutes, written)}
    losses |= {"slow": [one / 4 for one in total(minutes, slow)]}
    losses |= {SPEED: [3 * one for one in losses["slow"]]}
    assert {cause: pytest.approx(losses[cause]) for cause in pieces.losses} == pieces.losses
    assert pieces.losses.keys() == {cause for cause, _ in segment.losses}
    low, high = len(works) // 3, len(works) // 2
    between = [m.work if low <= n < high else 0.0 for n, m in enumerate(minutes)]
    assert pieces.productive_between(works[low], works[high]) == pytest.approx(
        total(minutes, between)
    )


def test_what_is_weighed_by_nothing_takes_energy_alone() -> None:
    segment = Segment(0.0, 600.0, 0.0, 600.0, 600.0, 0.0, 0, 600.0, (), replace(USUAL, speed=1.0))
    pieces = TrainingPieces(segment, [(0.0, 600.0, 2)], (DRAW, 0.0, Flat(0.0), Flat(0.0)))
    assert pieces.productive == pytest.approx((2 * 0.5 * 600 * 0.75, 0.0, 0.0))

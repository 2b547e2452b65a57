"""Training spread over the hours: what its work, its slowness and its stalls took, and when."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain.causes import BACKGROUND_WRITE
from simtrain.model.saving import even_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.accounts.timeline import Segment
    from simtrain.model.by_hour import Weight
    from simtrain.model.footprint import Draw
    from simtrain.model.saving import CheckpointSchedule

    Array = NDArray[np.float64]

Amounts = tuple[float, float, float]
"""Kilowatt-hours, kilograms and dollars."""


class TrainingPieces:
    """What a segment of training took, cut where anything about it changes.

    Pieces end where a save, a background write or an hour begins or ends, and where the number of
    hosts changes. So the weights are even within each of them.

    Parameters
    ----------
    segment
        The segment.
    held
        Hosts of the job in it: from when, to when, and how many.
    weights
        What a host draws and costs, and intensity and tariff of energy.

    Attributes
    ----------
    productive, stalled
        Energy, carbon and money of the work and of the stalls, in the units of a footprint.
    losses
        The same of slowness, by cause.
    """

    def __init__(
        self,
        segment: Segment,
        held: Sequence[tuple[float, float, int]],
        weights: tuple[Draw, float, Weight, Weight],
    ):
        draw, hire, intensity, tariff = weights
        schedule = segment.schedule
        starts, ends, writes = _training(segment)
        moves = np.array([*(start for start, _, _ in held), segment.end])
        hours = [weight.hours(segment.start, segment.end) for weight in (intensity, tariff)]
        cuts = np.concatenate([starts, ends, writes, moves, *hours])
        # By rounding an hour may come to lie a little beyond the segment that ends with it.
        moments: Array = np.unique(np.clip(cuts, segment.start, segment.end))
        begins, seconds = moments[:-1], np.diff(moments)
        place = np.searchsorted(starts, begins, side="right") - 1
        trains = begins < ends[place]
        writing = trains & (begins < writes[place])
        span = np.searchsorted(moves, begins, side="right") - 1
        hosts = np.array([hosts for _, _, hosts in held])[span]
        power = hosts * np.where(trains, draw.training, draw.stalled)
        amounts = np.array([
            power * seconds,
            power * np.diff(intensity.until(moments)),
            hosts * hire * seconds + power * np.diff(tariff.until(moments)),
        ])  # fmt: skip
        pace = schedule.speed * (1.0 - schedule.write_slowdown * writing) * trains
        productive = amounts * pace
        self._work = segment.work_start + _rising(schedule.full_speed * pace * seconds)
        self._sums = np.array([_rising(row) for row in productive])
        self.productive = _total(productive)
        self.stalled = _total(amounts * ~trains)
        self.losses = self._losses(segment, amounts, trains, writing)

    def productive_between(self, start: float, end: float) -> Amounts:
        """What the work between two of its positions took."""
        low, high = (
            [np.interp(work, self._work, row) for row in self._sums] for work in (start, end)
        )
        energy, carbon, money = (float(b - a) for a, b in zip(low, high, strict=True))
        return energy, carbon, money

    @staticmethod
    def _losses(
        segment: Segment, amounts: Array, trains: NDArray[np.bool_], writing: NDArray[np.bool_]
    ) -> dict[str, Amounts]:
        schedule = segment.schedule
        slow = _total(amounts * trains * (1.0 - schedule.speed))
        others = {cause: s for cause, s in segment.losses if cause != BACKGROUND_WRITE}
        whole = sum(others.values())
        losses = {cause: _part(slow, seconds / whole) for cause, seconds in others.items() if whole}
        if any(cause == BACKGROUND_WRITE for cause, _ in segment.losses):
            taken = schedule.speed * schedule.write_slowdown
            losses[BACKGROUND_WRITE] = _total(amounts * writing * taken)
        return losses


def _training(segment: Segment) -> tuple[Array, Array, Array]:
    """Start and end of each time of training between saves, and of the write at its begin."""
    parts = list(even_parts(segment.schedule, segment.end - segment.start))
    begins = [segment.start + since for since, _, _ in parts]
    pieces = [
        _training_evenly(part, start, end)
        for (_, _, part), start, end in zip(parts, begins, [*begins[1:], segment.end], strict=True)
    ]
    starts, ends, writes = (np.concatenate(one) for one in zip(*pieces, strict=True))
    return starts, ends, writes


def _training_evenly(
    schedule: CheckpointSchedule, start: float, end: float
) -> tuple[Array, Array, Array]:
    """The same where all saves are alike."""
    starts = start + _starts(schedule, end - start)
    first = np.arange(len(starts)) == 0
    lasts = np.where(first, schedule.first_s, schedule.every_s)
    ends = np.minimum(starts + lasts, end)
    written = np.where(first, schedule.write_left_s, schedule.write_s)
    return starts, ends, np.minimum(starts + written, ends)


def _starts(schedule: CheckpointSchedule, length: float) -> Array:
    """When training begins and goes on after a save, in seconds since the start of a segment."""
    second, round_s = schedule.first_s + schedule.stall_s, schedule.every_s + schedule.stall_s
    if second >= length:
        return np.zeros(1)
    if math.isinf(round_s):
        return np.array([0.0, second])
    rounds = np.arange(math.ceil((length - second) / round_s))
    starts = np.concatenate([[0.0], second + rounds * round_s])
    return starts[starts < length]


def _rising(steps: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(steps)])


def _total(amounts: Array) -> Amounts:
    energy, carbon, money = (float(row.sum()) for row in amounts)
    return energy, carbon, money


def _part(amounts: Amounts, share: float) -> Amounts:
    energy, carbon, money = amounts
    return share * energy, share * carbon, share * money

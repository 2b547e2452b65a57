"""Runs that are told from their start and cut at a date, and what is left of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import State
from simtrain.engine.trial import Simulator
from simtrain.scenario.remaining import remaining
from simtrain.validation.sinks import Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

CRASH = {"rate": "0.1 per day", "scope": "job", "automatic": 1}


def z_score(values: NDArray[np.float64]) -> float:
    """Mean of independent values in standard errors."""
    return float(values.mean() / (values.std() / math.sqrt(len(values))))


def cuts(whole: Scenario, now: float, trials: int) -> Iterator[tuple[Scenario, float, Recorder]]:
    """What is left of runs that train at a moment, how long that takes them, and all they told."""
    simulator = Simulator(whole, 1)
    for trial in range(trials):
        told = Recorder()
        ending = simulator.run(trial, told)
        for span in told.intervals():
            if span.start <= now < span.end and span.state is State.TRAIN:
                part = (now - span.start) / (span.end - span.start)
                work = span.work_start + (span.work_end - span.work_start) * part
                yield remaining(whole, now, work / ending.work_s), ending.wall_clock_s - now, told


def later(whole: Scenario, now: float, trials: int, *others: dict[str, Any]) -> list[float]:
    """By how much such runs take longer than their rest, in standard errors; also with others."""
    found: list[list[float]] = []
    for number, (left, truth, _) in enumerate(cuts(whole, now, trials)):
        lefts = [left, *(left.replace(values) for values in others)]
        ends = [Simulator(one, 10_000 + number).run(0, Silent()).wall_clock_s for one in lefts]
        found.append([truth - end for end in ends])
    return [z_score(differences) for differences in np.array(found).T]

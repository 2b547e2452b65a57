"""The next failures of many hosts to which nothing has happened yet, a batch at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from simtrain.distributions import Ageing
from simtrain.faults.source import INFINITY, RiskClock, cancel
from simtrain.faults.weather import InWeather
from simtrain.model.draws import Uniforms

T = TypeVar("T", float, Uniforms)
Hazard: TypeAlias = Ageing | InWeather
"""What tells how hazard accumulates with age."""


class NextFailures:
    """Failures of hosts that are in the job from the start and that nothing has happened to.

    They live in arrays. Only the next of them to fail are entered, a batch at a time, so that a
    trial does not pay for hosts to which nothing happens.

    Parameters
    ----------
    uniforms
        One for each host, shape (members,): its hazard left as a survival probability.
    ages
        Ages at the start, one for all or shape (members,).
    frailty
        Factor on the hazard of each, shape (members,), or None if all are alike.
    enter
        Called with a host and the reading at which it fails.
    """

    _FIRST_BATCH = 64

    __slots__ = ("_ages", "_batch", "_clock", "_enter", "_frailty", "_hosts", "_law", "_left",
                 "_lowest", "_opened", "_order", "_refill_entry", "_uniforms")  # fmt: skip

    def __init__(
        self,
        law: Hazard | None,
        uniforms: Uniforms,
        ages: float | Uniforms,
        frailty: Uniforms | None,
        clock: RiskClock,
        enter: Callable[[int, float], None],
    ):
        self._law = law
        self._uniforms = uniforms
        self._ages = ages  # at which the hazards left were last computed
        self._frailty = frailty
        self._clock = clock
        self._enter = enter
        self._left: Uniforms | None = None
        self._hosts = np.arange(len(uniforms))
        self._open()

    def life(self, host: int) -> tuple[float, float]:
        """Hazard left to a host, and the age since which it is spent."""
        of_all = self._left
        left = -math.log1p(-self._uniforms[host]) if of_all is None else float(of_all[host])
        return left, self._ages if isinstance(self._ages, float) else float(self._ages[host])

    def change(self, law: Hazard | None, touched: Iterable[int]) -> None:
        """Go on with another law, without the hosts that were touched."""
        cancel(self._refill_entry)
        before = np.broadcast_to(np.asarray(self._ages), self._uniforms.shape)
        ages = before + (self._clock.now - self._opened)
        spent = hazard_between(self._law, before, ages)
        if self._frailty is not None:
            spent = self._frailty * spent
        if self._left is None:
            self._left = -np.log1p(-self._uniforms)
        self._left = self._left - spent
        self._ages, self._law = ages, law
        gone = np.fromiter(touched, dtype=np.intp)
        self._hosts = self._hosts[~np.isin(self._hosts, gone)]
        self._open()

    def _open(self) -> None:
        """Order the hosts by when they fail; that of their uniforms where all are alike."""
        self._opened = self._clock.now
        self._lowest = -1.0
        self._batch = self._FIRST_BATCH
        alike = self._left is None and self._frailty is None and isinstance(self._ages, float)
        self._order = self._uniforms if alike else self._readings(self._hosts)
        self._refill_entry = self._clock.at(INFINITY, self._refill)
        if self._law is not None:
            self._refill(0)

    def _refill(self, _: int) -> None:
        """Enter the next batch, and another refill for when the last of it fails."""
        order = self._order
        left = np.flatnonzero(order > self._lowest)
        more = len(left) > self._batch
        if more:
            last = np.partition(order[left], self._batch - 1)[self._batch - 1]
            left = left[order[left] <= last]
        if not len(left):
            return
        hosts = self._hosts[left]
        readings = self._readings(hosts)
        for host, reading in zip(hosts.tolist(), readings.tolist(), strict=True):
            self._enter(host, reading)
        self._lowest = float(order[left].max())
        self._batch *= 4
        if more:
            self._refill_entry = self._clock.at(float(readings.max()), self._refill)

    def _readings(self, hosts: NDArray[np.intp]) -> Uniforms:
        """Readings of the clock at which hosts fail, shape of `hosts`."""
        if self._law is None:
            return np.full(len(hosts), INFINITY)
        of_all = self._left
        hazards = -np.log1p(-self._uniforms[hosts]) if of_all is None else of_all[hosts]
        ages = np.broadcast_to(np.asarray(self._ages), self._uniforms.shape)[hosts]
        readings = np.full(len(hosts), INFINITY)
        fails = np.ones(len(hosts), dtype=np.bool_)
        if self._frailty is not None:
            fails = self._frailty[hosts] > 0.0
            hazards = hazards[fails] / self._frailty[hosts][fails]
        failing = self._law.age_at(ages[fails], hazards)
        readings[fails] = self._opened + failing - ages[fails]
        return readings


def hazard_between(law: Hazard | None, start: T, end: T) -> T:
    """Hazard accumulated from one age to another."""
    if law is None:
        return end * 0.0
    return law.cumulative_hazard(end) - law.cumulative_hazard(start)

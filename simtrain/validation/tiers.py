"""Exact results on copies in two tiers: memoryless faults of the job and of hosts. Times in hours.

A save goes to memory, which no loss of a host survives, and each n-th one to a store as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from simtrain.validation import readings
from simtrain.validation.experiments import Claim, Experiment
from simtrain.validation.small import hours, scenario


@dataclass(frozen=True)
class TwoTiers:
    """Numbers of a job whose copies lie in two tiers.

    Parameters
    ----------
    job, host
        Faults per time at risk of the job itself, and of its hosts together.
    interval, every
        Training between two saves, and of how many saves one goes to the store.
    save, store
        Stall of a save, and what the store adds to it.
    near, deep
        Loads from memory and from the store.
    downtime
        From a fault to the load.
    cycles, trials
        How often the store is saved to in a run, and number of trials in the quick form.
    hosts
        Over how many hosts the faults of hosts are spread.
    """

    job: float
    host: float
    interval: float
    every: int
    save: float
    store: float
    near: float
    deep: float
    downtime: float
    cycles: int = 8
    trials: int = 1_000
    hosts: int = 1

    def __str__(self) -> str:
        return (
            f"M={1 / self.job:.4g}, {1 / self.host:.4g} τ={self.interval:g} n={self.every} "
            f"C={self.save:g}+{self.store:g} R={self.near:g}, {self.deep:g} D={self.downtime:g}"
        )

    def run(self) -> float:
        """Expected wall-clock: the initial state lies in the store, as what follows begins there.

        With r the rate of all faults, p the part of the job in it, q = e^(−rL) for a piece of
        length L and its mean time to a fault or its end (1 − q)/r, times to the next save to the
        store are: X from a fault after which the store is loaded, N from one after which memory is,
        with k saves since the last to the store, V from the beginning of the piece after it, and V₀
        from there before any save, where memory holds nothing:

        X = D + (1 − q)/r + q·V₀ + (1 − q)·X for the load of the store,
        N(k) = D + (1 − q)/r + q·V(k) + (1 − q)·(p·N(k) + (1 − p)·X) for that of memory,
        V(k) = (1 − q)/r + q·V(k + 1) + (1 − q)·(p·N(k) + (1 − p)·X), V(n) = 0,
        V₀ = (1 − q)/r + q·V(1) + (1 − q)·X.
        """
        number, rate = self.every, self.job + self.host
        of_job = self.job / rate
        x, empty = 2 * number, 2 * number + 1  # V(k) has place k, N(k) place n + k
        left, right = np.zeros((2 * number + 2, 2 * number + 2)), np.zeros(2 * number + 2)

        def equation(row: int, fixed: float, parts: dict[int, float]) -> None:
            left[row, row] += 1.0
            right[row] = fixed
            for place, weight in parts.items():
                left[row, place] -= weight

        def passes(length: float) -> tuple[float, float]:
            return math.exp(-rate * length), -math.expm1(-rate * length)

        for k in range(number):
            met, struck = passes(self.interval + self.save + self.store * (k == number - 1))
            after = {number + k: struck * of_job, x: struck * (1 - of_job)}
            following = {k + 1: met} if k < number - 1 else {}
            equation(k, struck / rate, after | following)
            if k == 0:
                equation(empty, struck / rate, {x: struck} | following)
            met, struck = passes(self.near)
            after = {number + k: struck * of_job, x: struck * (1 - of_job), k: met}
            equation(number + k, self.downtime + struck / rate, after)
        met, struck = passes(self.deep)
        equation(x, self.downtime + struck / rate, {x: struck, empty: met})
        found = np.linalg.solve(left, right)
        return float(found[empty] + (self.cycles - 1) * found[0])

    def experiment(self) -> Experiment:
        """Experiment on the expected wall-clock."""
        at_once = {"automatic": 1, "detection": hours(self.downtime)}
        simulated = scenario(
            workload={"ideal_time": hours(self.interval * self.every * self.cycles)},
            cluster={"hosts": self.hosts, "spares": 100},
            checkpoint={
                "interval": hours(self.interval),
                "tier": [
                    {
                        "name": "memory", "survives": "job", "stall": hours(self.save),
                        "load": hours(self.near),
                    },
                    {
                        "name": "store", "every": self.every, "stall": hours(self.store),
                        "load": hours(self.deep),
                    },
                ],
            },
            fault={
                "software": {"scope": "job", "mtbf": hours(1 / self.job), **at_once},
                "hardware": {"mtbf": hours(self.hosts / self.host), **at_once},
            },
        )  # fmt: skip
        return Experiment(
            simulated, self.trials, readings.wall_clock, (Claim(str(self), self.run()),)
        )


def two_tiers() -> Iterator[Experiment]:
    """Renewal cycles from one save to the store to the next, by a linear system."""
    yield TwoTiers(1 / 15, 1 / 40, 3, 4, 0.1, 0.5, 0.2, 1.5, 0.3).experiment()
    yield TwoTiers(
        1 / 4, 1 / 8, 0.5, 5, 0.02, 0.3, 0.05, 1.0, 0.1, hosts=16, trials=600
    ).experiment()
    yield TwoTiers(
        1 / 1.5, 1 / 12, 1.5, 2, 0.05, 0.2, 0.02, 1.5, 0.5, hosts=4, trials=600
    ).experiment()
    yield TwoTiers(1 / 60, 1 / 5, 2, 2, 0.2, 0.2, 0.5, 0.6, 0.2, hosts=4, trials=600).experiment()

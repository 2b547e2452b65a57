"""Racks whose number drifts, and outages of the whole cluster: exact results along trials."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.scenario.scenario import Scenario
from simtrain.units import HOUR
from simtrain.validation.scores import LIMIT
from simtrain.validation.sinks import Silent
from simtrain.validation.small import HUGE, hours, scenario

RACK, LIFE, WINDOW = 16, 400.0, 4_000.0


def drifting(**cluster: Any) -> Scenario:
    """64 hosts and 32 spares in racks of 16, each struck once in 400 h of the job at risk.

    Hosts fail alone as well, and repairs take 20 h on average, each its own: so spares step in one
    by one, and the job spreads over more racks than it began in.
    """
    return scenario(
        workload={"ideal_time": HUGE},
        cluster={"hosts": 64, "spares": 32, **cluster},
        domain=[{"name": "rack", "hosts": RACK}],
        fault={"power": {"scope": "rack", "mtbf": hours(LIFE)}, "gpu": {"mtbf": "4000 h"}},
        checkpoint={"interval": "100000 h"},
        repair={"automated": {"law": "exponential", "mean": "20 h"}},
        limits={"wall_clock": hours(WINDOW), "faults": 10**6},
    )


class Racks(Silent):
    """Follows the hosts: which are in the job, and which stand by, in each rack.

    Training and nothing else is at risk, so that time passes between two events only if the job
    trains; waits are told by `spent`.
    """

    def __init__(self, hosts: int, spares: int) -> None:
        self.job, self.idle = set(range(hosts)), set(range(hosts, hosts + spares))
        self.time = self.waited = 0.0
        self.racks = self.hosts = self.all = self.squares = self.all_squares = 0.0  # by time
        self.interruptions = self.of_job = self.of_all = 0

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        if what in (EventKind.FAULT, EventKind.STRUCK_TOO):
            self._pass(time)
            self.of_job += cause == "power" and host in self.job
            self.of_all += cause == "power"
        elif what is EventKind.INTERRUPTION:
            self.interruptions += cause == "power"
        elif what is EventKind.CORDON:
            self._pass(time)
            self.job.discard(host)
            self.idle.discard(host)
        elif what is EventKind.RETURN:
            self._pass(time)
            self.idle.add(host)
        elif what is EventKind.SWAP_IN:
            self._pass(time)
            self.idle.remove(host)
            self.job.add(host)

    def _pass(self, time: float) -> None:
        span, self.time = (time - self.time) / HOUR, time
        if not span or len(self.job) < 64:  # the job waits for hosts, at no risk
            return
        in_job = np.bincount(np.array(sorted(self.job)) // RACK, minlength=6)
        there = in_job + np.bincount(np.array(sorted(self.idle), int) // RACK, minlength=6)
        there[in_job == 0] = 0
        self.racks += span * np.count_nonzero(in_job)
        self.hosts += span * in_job.sum()
        self.all += span * there.sum()
        self.squares += span * (in_job**2).sum()
        self.all_squares += span * (there**2).sum()


@pytest.fixture(scope="module")
def followed() -> list[Racks]:
    simulator = Simulator(drifting(), 5)
    sinks = [Racks(64, 32) for _ in range(30)]
    for trial, sink in enumerate(sinks):
        simulator.run(trial, sink)
    return sinks


def z_of(counted: float, foretold: float, variance: float) -> float:
    """Distance of a count from the integral of its rate, in standard errors (a martingale)."""
    return (counted - foretold / LIFE) / math.sqrt(variance / LIFE)


@pytest.mark.slow
def test_racks_interrupt_by_the_racks_that_the_job_sits_in(followed: list[Racks]) -> None:
    """r·∫D dt, with D followed host by host; 1,500 interruptions tell an error of 9 %.

    Held at its first value D would be 4.
    """
    time = sum(sink.hosts for sink in followed) / 64
    racks = sum(sink.racks for sink in followed)
    assert 4.7 < racks / time < 5.2
    assert abs(z_of(sum(sink.interruptions for sink in followed), racks, racks)) < LIMIT


@pytest.mark.slow
def test_hosts_of_the_job_are_taken_at_their_number_wherever_they_sit(
    followed: list[Racks],
) -> None:
    """N·r per time at risk; and in all as many as stand in racks at risk, spares too."""
    taken = sum(sink.of_job for sink in followed)
    hosts, squares = sum(s.hosts for s in followed), sum(s.squares for s in followed)
    assert abs(z_of(taken, hosts, squares)) < LIMIT
    everything = sum(sink.of_all for sink in followed)
    there, squares = sum(s.all for s in followed), sum(s.all_squares for s in followed)
    assert abs(z_of(everything, there, squares)) < LIMIT
    assert 1.15 < there / hosts < 1.35  # 80 of 64: spares in a struck rack are not spared


@pytest.mark.slow
@pytest.mark.parametrize("law", ["6 h", {"law": "lognormal", "mean": "6 h", "cv": 1.5}])
@pytest.mark.parametrize(("clock", "share"), [("calendar", math.exp(-0.3)), ("at risk", 1 / 1.3)])
def test_outages_of_the_cluster_leave_it_on_for_their_share(
    law: object, clock: str, share: float
) -> None:
    """e^(−λE[R]) on the calendar and 1/(1 + λE[R]) at risk, for any law of R, within 3.3 errors.

    40 runs of 2,000 h with an outage every 20 h: one standard error is about 0.5 %.
    """
    power = {"scope": "cluster", "mtbf": "20 h", "clock": clock, "returns": law}
    simulated = scenario(
        workload={"ideal_time": HUGE},
        cluster={"hosts": 3, "spares": 2},
        fault={"power": power},
        checkpoint={"interval": "100000 h"},
        limits={"wall_clock": "2000 h"},
    )
    simulator, shares = Simulator(simulated, 3), []
    for trial in range(40):
        ledger = Ledger()
        simulator.run(trial, ledger)
        shares.append(1 - ledger.categories()[Category.HOST_WAIT] / HOUR / 2_000.0)
    error = np.std(shares, ddof=1) / math.sqrt(len(shares))
    assert abs(np.mean(shares) - share) < LIMIT * error + 0.001  # it starts without an outage
    assert error < 0.01

"""Classes on the calendar strike whatever the job does, no more and no less often."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.model.draws import Draws
from simtrain.model.streams import FAULT, FAULT_OF_SPARE, THRESHOLD
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import HOUR, run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simtrain.accounts.timeline import Census
    from simtrain.model.streams import Layout

WINDOW = 200.0


def watched(window: float = WINDOW, **tables: Any) -> Scenario:
    """A window of hours on four hosts; a recovery takes 2 h to detect and 3 h to restart."""
    document: dict[str, Any] = {
        "workload": {"window": f"{window} h"},
        "cluster": {"hosts": 4},
        "checkpoint": {"interval": "1 h"},
        "detection": {"crash": "2 h"},
        "restart": {"duration": "3 h"},
        **tables,
    }
    return Scenario.from_document(document)


def struck(layout: Layout, name: str, per_hour: float, until: float = WINDOW) -> list[float]:
    """Hours of a Poisson process, by hand from the draws of trial 0 and seed 0."""
    draws = Draws()
    draws.begin(0, 0)
    stream, hours, number = draws.stream(layout, name), 0.0, 0
    found: list[float] = []
    while hours < until:
        block, at = stream.row(number)
        hours -= math.log1p(-block[at + THRESHOLD]) / per_hour
        found.append(hours)
        number += 1
    return found[:-1]


class Standing(Ledger):
    """Counts, and the time that hosts stand, in host-hours."""

    def __init__(self) -> None:
        super().__init__()
        self.strikes: dict[str, int] = {}
        self.host_hours = 0.0
        self._since, self._hosts = 0.0, 0

    def census(self, time: float, hosts: Census) -> None:
        super().census(time, hosts)
        self.host_hours += self._hosts * (time - self._since) / HOUR
        self._since, self._hosts = time, hosts.job + hosts.idle

    def close(self, time: float) -> None:
        super().close(time)
        self.host_hours += self._hosts * (time - self._since) / HOUR

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        super().happened(time, what, cause, host)
        if what in (EventKind.FAULT, EventKind.SPARE_FAULT):
            self.strikes[cause] = self.strikes.get(cause, 0) + 1


def books(simulated: Scenario, trials: Iterable[int]) -> list[Standing]:
    simulator, found = Simulator(simulated, 1), []
    for trial in trials:
        ledger = Standing()
        simulator.run(trial, ledger)
        found.append(ledger)
    return found


def has_moments_of_poisson(counts: list[int], mean: float) -> bool:
    """Whether mean and variance lie within 3.3 standard errors of those of a Poisson number."""
    size = len(counts)
    mean_holds = abs(np.mean(counts) - mean) <= 3.3 * math.sqrt(mean / size)
    spread = math.sqrt((2 + 1 / mean) / size)
    return mean_holds and abs(np.var(counts, ddof=1) / mean - 1) <= 3.3 * spread


# --- how often ----------------------------------------------------------------------------------


def test_a_class_of_the_job_strikes_at_the_moments_of_a_poisson_process() -> None:
    """The job is down for much of the time, and every strike comes all the same."""
    simulated = watched(fault={"net": {"scope": "job", "mtbf": "10 h", "clock": "calendar"}})
    found = run(simulated)
    times = [moment.time / HOUR for moment in found.moments(EventKind.FAULT)]
    assert times == pytest.approx(struck(FAULT, "net", 0.1), rel=1e-9)
    assert 0 < found.count(EventKind.INTERRUPTION) < len(times)


def test_hosts_and_spares_are_struck_at_the_full_rate_whatever_the_job_does() -> None:
    fault = {"mtbf": "100 h", "clock": "calendar", "needs_repair": 0}
    found = run(watched(cluster={"hosts": 4, "spares": 3}, fault={"net": fault}))
    times = [moment.time / HOUR for moment in found.moments(EventKind.FAULT)]
    assert times == pytest.approx(struck(FAULT, "net", 0.04), rel=1e-9)
    of_spares = [moment.time / HOUR for moment in found.moments(EventKind.SPARE_FAULT)]
    assert of_spares == pytest.approx(struck(FAULT_OF_SPARE, "net", 0.03), rel=1e-9)
    assert times
    assert of_spares


def number_of_strikes_is_poisson() -> None:
    """Six hosts one by one (they might differ), each once in 60 h: 20 in 200 h, in 300 trials.

    The mean is found to 5 %, the variance to 27 %.
    """
    simulated = watched(
        cluster={"hosts": 4, "spares": 2, "lemons": {"fraction": 0, "factor": 1}},
        fault={
            "net": {"mtbf": "60 h", "clock": "calendar", "needs_repair": 0},
            "bug": {"scope": "job", "mtbf": "30 h"},
        },
    )
    ledgers = books(simulated, range(300))
    counts = [ledger.strikes["net"] for ledger in ledgers]
    assert has_moments_of_poisson(counts, 20.0)


@pytest.mark.slow
def test_the_number_of_strikes_is_poisson_whatever_the_goodput() -> None:
    number_of_strikes_is_poisson()


def strikes_follow_the_hosts_that_stand() -> None:
    """21 hosts of which each strike sends one to repair for a tenth of its mean life.

    In the long run 1 / 1.1 of them stand, and of a start with all of them 0.915 over 60 lives of
    repair. Strikes less rate × host-hours have mean 0 and the variance of the strikes.
    """
    simulated = watched(
        600.0,
        cluster={"hosts": 20, "spares": 1},
        fault={"gpu": {"mtbf": "100 h", "clock": "calendar"}},
        repair={"automated": {"law": "exponential", "mean": "10 h"}},
        detection={},
        restart={"duration": "1 min"},
    )
    ledgers = books(simulated, range(60))
    strikes = sum(ledger.strikes["gpu"] for ledger in ledgers)
    standing = sum(ledger.host_hours for ledger in ledgers)
    assert strikes > 6000
    assert abs(strikes - standing / 100.0) < 3.3 * math.sqrt(strikes)
    assert standing / (60 * 600.0 * 21) == pytest.approx(1 / 1.1, abs=0.01)


@pytest.mark.slow
def test_hosts_in_repair_are_not_struck() -> None:
    strikes_follow_the_hosts_that_stand()


def test_nothing_stands_to_be_struck_while_an_incident_has_taken_all_hosts() -> None:
    flood = {"kind": "incident", "at": "5 h", "duration": "40 h", "hosts": "all"}
    rows = {
        "net": {"mtbf": "20 h", "clock": "calendar", "needs_repair": 0},
        "bug": {"scope": "job", "mtbf": "5 h", "clock": "calendar"},
    }
    found = run(watched(cluster={"hosts": 4, "spares": 2}, fault=rows, stop={"flood": flood}))
    before, after = struck(FAULT, "net", 0.2), struck(FAULT, "bug", 0.2)
    expected = [t if t < 5 else t + 40 for t in before]
    of_hosts = [one.time / HOUR for one in found.moments(EventKind.FAULT) if one.cause == "net"]
    assert of_hosts == pytest.approx([t for t in expected if t < WINDOW], rel=1e-9)
    of_job = [one.time / HOUR for one in found.moments(EventKind.FAULT) if one.cause == "bug"]
    assert of_job == pytest.approx(after, rel=1e-9)


# --- what comes of it ---------------------------------------------------------------------------


def first_strike(**rows: Any) -> float:
    return run(watched(fault=rows)).moments(EventKind.FAULT)[0].time / HOUR


def test_a_strike_in_a_restart_begins_recovery_again_without_an_interruption() -> None:
    """A change of the size of the job ends its training an hour before the fault strikes."""
    net = {"scope": "job", "mtbf": "60 h", "clock": "calendar"}
    strike = first_strike(net=net)
    change = [{"at": f"{strike - 1} h", "set": {"cluster.hosts": 5}}]
    found = run(watched(strike + 5.5, fault={"net": net}, change=change))
    assert found.count(EventKind.INTERRUPTION) == 0
    assert found.count(EventKind.FAULT) == found.count(EventKind.FAILED_LAUNCH) == 1
    assert found.spent["detection"] == 2.0
    assert found.spent["restart"] == pytest.approx(1.0 + 3.0)


def test_a_host_that_joins_a_recovery_brings_its_diagnosis() -> None:
    """The job is hung, which is known after 50 h without a diagnosis, when a host breaks."""
    gpu = {"mtbf": "100 h", "clock": "calendar"}
    strike = first_strike(gpu=gpu)
    hang = {
        "scope": "job", "effect": "hang", "detection": "50 h", "clock": "calendar",
        "rate": 0, "automatic": 1,
    }  # fmt: skip
    soon = [
        {"at": f"{strike - 2} h", "set": {"fault.bug.rate": "1000 per h"}},
        {"at": f"{strike - 1} h", "set": {"fault.bug.rate": 0}},
        {"at": f"{strike + 1} h", "set": {"fault.gpu.mtbf": "1000000 h"}},
    ]
    found = run(
        watched(
            strike + 60.0,
            cluster={"hosts": 4, "spares": 1},
            fault={"gpu": gpu, "bug": hang},
            diagnosis={"automatic": "4 h"},
            repair={"automated": "500 h"},
            change=soon,
        )
    )
    assert found.count(EventKind.INTERRUPTION) == 1
    (cordon,) = found.moments(EventKind.CORDON)
    assert cordon.cause == "bug"
    assert found.spent["diagnosis"] == 4.0
    assert found.recorder.steps[-1][1].repair == 1


def test_a_host_that_joins_a_wait_goes_to_repair_at_once() -> None:
    gpu = {"mtbf": "100 h", "clock": "calendar"}
    strike = first_strike(gpu=gpu)
    stop = {"upgrade": {"at": f"{strike - 1} h", "duration": "3 h"}}
    found = run(watched(strike + 1.5, fault={"gpu": gpu}, stop=stop))
    (cordon,) = found.moments(EventKind.CORDON)
    assert cordon.time == pytest.approx(strike * HOUR)
    assert found.count(EventKind.INTERRUPTION) == 0
    assert "diagnosis" not in found.spent

"""Hosts that a fault takes away come back by themselves: when, where to, and who is charged."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.timeline import EventKind, State
from simtrain.engine.trial import Simulator
from tests.engine.runs import HOUR, Outcome, run
from tests.engine.test_calendar import WINDOW, first_strike, watched

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario


def power(**keys: Any) -> dict[str, Any]:
    return {"mtbf": "2000 h", "returns": "7 h", **keys}


def seldom(strike: float) -> list[dict[str, Any]]:
    """Nothing strikes any more soon after a moment."""
    return [{"at": f"{strike + 0.001} h", "set": {"fault.power.mtbf": "100000000 h"}}]


def once(hours: float, **tables: Any) -> tuple[float, Outcome]:
    """A window that ends so long after the first strike, the only one, and when that comes."""
    row = tables.pop("power")
    strike = first_strike(power=row)
    tables["fault"] = {"power": row, **tables.get("fault", {})}
    tables["change"] = seldom(strike) + tables.get("change", [])
    return strike, run(watched(strike + hours, **tables))


def at(outcome: Outcome, hour: float) -> tuple[int, ...]:
    """Hosts in the job, idle, in repair and away."""
    return tuple([hosts for time, hosts in outcome.recorder.steps if time <= hour * HOUR][-1])


# --- hosts --------------------------------------------------------------------------------------


def test_a_host_is_away_from_the_strike_on_and_takes_its_place_when_it_is_back() -> None:
    strike, found = once(20.0, power=power(), diagnosis={"automatic": "1 h", "manual": "1 h"})
    assert found.spent["detection"] == 2.0
    assert found.spent["host_wait"] == pytest.approx(5.0)
    assert found.spent["restart"] == pytest.approx(3.0)
    assert "diagnosis" not in found.spent
    assert found.count(EventKind.CORDON) == 0
    assert [at(found, strike + hours) for hours in (-1, 0.01, 6.9, 7.1)] == [
        (4, 0, 0, 0), (3, 0, 0, 1), (3, 0, 0, 1), (4, 0, 0, 0),
    ]  # fmt: skip
    assert found.ledger.badput["power"] == pytest.approx(
        found.ledger.categories()[Category.LOST_WORK] + (2 + 5 + 3) * HOUR
    )


def test_a_spare_steps_in_without_waiting_for_the_return() -> None:
    tables = {"cluster": {"hosts": 4, "spares": 1, "swap": "1 h"}, "power": power()}
    strike, found = once(20.0, **tables)
    assert found.spent["host_wait"] == pytest.approx(1.0)
    assert at(found, strike + 7.1) == (4, 1, 0, 0)


@pytest.mark.parametrize(("returns", "waits"), [("90 min", None), ("150 min", 0.5)])
def test_a_host_that_is_back_before_a_spare_has_stepped_in_takes_no_swap(
    returns: str, waits: float | None
) -> None:
    tables = {"cluster": {"hosts": 4, "spares": 1, "swap": "1 h"}}
    strike, found = once(20.0, power=power(returns=returns), **tables)
    assert found.spent.get("host_wait") == (None if waits is None else pytest.approx(waits))
    assert found.ending.wall_clock_s / HOUR - strike == pytest.approx(20.0)
    assert at(found, strike + 19.0) == (4, 1, 0, 0)


def hosts_come_back_as_old_as_they_left() -> None:
    """Without spares, every host is as old as the job has worked, whatever it was away for."""
    wear = {
        "law": "weibull", "shape": 3, "mtbf": "40 h", "needs_repair": 0, "automatic": 1,
    }  # fmt: skip
    common = {
        "restart": {"duration": "0 s"},
        "detection": {},
        "cluster": {"hosts": 4, "age": "new"},
    }
    wear_out = run(watched(fault={"wear": wear}, **common))
    both = run(watched(900.0, fault={"wear": wear, "power": power(mtbf="20 h")}, **common))
    before = [one.time for one in wear_out.moments(EventKind.FAULT)]
    strikes = [one for one in both.moments(EventKind.FAULT) if one.cause == "wear"]
    assert len(before) > 8
    spans = [one for one in both.recorder.intervals() if one.state is State.HOST_WAIT]
    assert spans
    at_risk = [
        one.time - sum(min(one.time, span.end) - span.start for span in spans
                       if span.start < one.time)
        for one in strikes
    ]  # fmt: skip
    assert at_risk[: len(before)] == pytest.approx(before, rel=1e-9)


def test_a_host_comes_back_as_old_as_it_left() -> None:
    hosts_come_back_as_old_as_they_left()


def test_an_idle_spare_that_is_struck_is_away_too_and_interrupts_nothing() -> None:
    row = power(mtbf="30 h", clock="calendar", returns="10 h")
    found = run(watched(cluster={"hosts": 1, "spares": 5}, fault={"power": row}))
    of_spares = [one.time / HOUR for one in found.moments(EventKind.SPARE_FAULT)]
    assert len(of_spares) > 10
    assert found.count(EventKind.CORDON) == 0
    backs = [one.time / HOUR for one in found.moments(EventKind.BACK)]
    strikes = [one.time / HOUR for one in found.moments(EventKind.FAULT)]
    due = sorted(time + 10 for time in of_spares + strikes if time + 10 < WINDOW)
    assert backs == pytest.approx(due, rel=1e-9)


# --- all of them --------------------------------------------------------------------------------


def test_an_outage_of_all_hosts_is_waited_out_at_its_own_cost() -> None:
    row = power(scope="job", returns="7 h")
    strike, found = once(20.0, power=row, cluster={"hosts": 4, "spares": 2})
    assert found.spent["host_wait"] == pytest.approx(5.0)
    assert at(found, strike + 1) == (0, 0, 0, 6)
    assert at(found, strike + 8) == (4, 2, 0, 0)


def test_all_hosts_are_back_when_the_last_outage_that_took_them_is_over() -> None:
    row = power(scope="job", mtbf="8 h", clock="calendar", returns="10 h")
    found = run(watched(fault={"power": row}, restart={"duration": "0 s"}))
    strikes = [one.time / HOUR for one in found.moments(EventKind.FAULT)]
    assert any(later - before < 10 for before, later in pairwise(strikes))
    out = sum(
        min(later, strike + 10) - strike
        for strike, later in zip(strikes, [*strikes[1:], WINDOW], strict=True)
    )
    assert found.spent["host_wait"] + found.spent["detection"] == pytest.approx(out)


def test_waiting_for_an_outage_in_a_recovery_is_charged_to_the_outage() -> None:
    row = power(scope="job", mtbf="600 h", clock="calendar", returns="9 h")
    strike = first_strike(power=row)
    stop = {"upgrade": {"at": f"{strike - 1} h", "duration": "3 h"}}
    found = run(watched(strike + 20, fault={"power": row}, stop=stop, change=seldom(strike)))
    assert found.count(EventKind.INTERRUPTION) == 0
    assert found.spent["maintenance"] == pytest.approx(3.0)
    assert found.spent["host_wait"] == pytest.approx(7.0)
    assert found.ledger.badput["power"] == pytest.approx(7.0 * HOUR)


# --- exact --------------------------------------------------------------------------------------

RETURNS = {
    "constant": "8 h",
    "exponential": {"law": "exponential", "mean": "8 h"},
    "lognormal": {"law": "lognormal", "mean": "8 h", "cv": 1.5},
}


def running(simulated: Scenario, trials: int) -> tuple[float, float]:
    """Share of the time in which the job runs, and its standard error."""
    shares = []
    simulator = Simulator(simulated, 2)
    for trial in range(trials):
        ledger = Ledger()
        ending = simulator.run(trial, ledger)
        shares.append(1 - ledger.categories()[Category.HOST_WAIT] / ending.wall_clock_s)
    return float(np.mean(shares)), float(np.std(shares, ddof=1)) / math.sqrt(trials)


def share_without_an_outage(clock: str, law: str) -> None:
    """λE[R] = 0.4: e^(−0.4) = 0.670 on the calendar, 1/1.4 = 0.714 at risk, each found to 0.02."""
    simulated = watched(
        4000.0,
        fault={"power": {"scope": "job", "mtbf": "20 h", "clock": clock, "returns": RETURNS[law]}},
        checkpoint={"interval": "100 h"},
        detection={},
        restart={"duration": "0 s"},
    )
    expected = math.exp(-0.4) if clock == "calendar" else 1 / 1.4
    share, error = running(simulated, 40)
    assert error < 0.006
    # Beyond chance, the window begins without an outage: worth 8 h / 4000 h at most.
    assert abs(share - expected) < 3.3 * error + 0.002


@pytest.mark.slow
@pytest.mark.parametrize("clock", ["calendar", "at risk"])
@pytest.mark.parametrize("law", RETURNS)
def test_the_share_of_time_without_an_outage(clock: str, law: str) -> None:
    share_without_an_outage(clock, law)


def outages_on_the_calendar() -> None:
    share_without_an_outage("calendar", "constant")

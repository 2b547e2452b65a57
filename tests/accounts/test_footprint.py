"""Energy, carbon and money: by brute force, by products, and what may not move."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, example, given
from hypothesis import strategies as st

from simtrain.accounts.footprint import MEASURES, FootprintMeter, accounts_of
from simtrain.accounts.meter import tee
from simtrain.accounts.time_meter import TimeMeter
from simtrain.accounts.timeline import Census, Ending, EventKind, State, Verdict
from simtrain.engine.numbers import NumbersOfTrial
from simtrain.engine.trial import Simulator
from simtrain.model.parameters import at_middle
from simtrain.validation.sinks import Silent
from simtrain.validation.small import scenario
from tests.accounts.by_minute import ByMinutes, Listener
from tests.examples import examples
from tests.strategies import scenarios, scenarios_that_are_paid

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

some = examples(25, phases=[Phase.explicit, Phase.generate])
TRIALS = st.integers(0, 2**40)

FLAT: dict[str, Any] = {
    "power": {"training": "700 W", "stalled": "300 W", "idle": "100 W", "repair": "50 W",
              "pue": 1.2},
    "carbon": {"intensity": "429 g/kWh", "embodied": "150 kg", "lifetime": "5 years"},
    "price": {"accelerator": "2 USD per accelerator-hour", "idle": "1 USD per accelerator-hour",
              "repair": 0, "queue": 0, "energy": "0.1 USD/kWh"},
}  # fmt: skip
BY_HOUR: dict[str, Any] = {
    **FLAT,
    "carbon": {
        "intensity": {"hourly": [0.1 + 0.05 * (hour % 7) for hour in range(24)], "unit": "kg/kWh"}
    },
    "price": FLAT["price"]
    | {"when": [{"hours": [22, 6], "days": ["mon", "tue"], "energy": "0.02 USD/kWh"}]},
}


def job(**tables: Mapping[str, Any] | list[Any] | str) -> Scenario:
    """Sixty hours on five hosts, that meets all a meter has to know of."""
    return scenario(
        **{
            "start": "2026-03-02T09:20:30+01:00",
            "workload": {"ideal_time": "60 h", "speed": 0.9},
            "cluster": {"hosts": 4, "spares": 2, "lent_spares": 1, "swap": "7 min"},
            "checkpoint": {
                "interval": "50 min",
                "stall": "3 min",
                "load": "5 min",
                "durability_lag": "10 min",
                "write_slowdown": 0.2,
            },
            "restart": {"duration": "10 min", "failure": 0.2},
            "detection": {"crash": "5 min"},
            "people": {"response": "30 min"},
            "diagnosis": {"manual": "20 min"},
            "fault": {"break": {"mtbf": "40 h"}, "bug": {"scope": "job", "mtbf": "15 h"}},
            "repair": {"automated": "20 h"},
            "stop": {
                "upgrade": {"at": "7 h", "duration": "1 h"},
                "flood": {"kind": "incident", "at": "30 h", "duration": "4 h", "hosts": 2},
            },
            "change": [{"at": "40 h", "set": {"price.accelerator": "3 USD per accelerator-hour"}}],
            **tables,
        }
    )


def metered(simulated: Scenario, trial: int, *others: object) -> FootprintMeter:
    """Meter of a trial, whose calls others hear as well."""
    simulator = Simulator(simulated, 1)
    make = FootprintMeter.of(simulated, None)
    assert make is not None
    simulator.numbers.begin(1, trial)
    meter = make(simulator.numbers.settle)
    simulator.run(trial, tee(meter, Silent(), *others))
    return meter


def row_of(meter: FootprintMeter) -> dict[str, float]:
    """Columns of a meter."""
    values = meter.row(Ending(0.0, Verdict.FINISHED))
    return dict(zip([column.name for column in meter.columns], values, strict=True))


def agrees(simulated: Scenario, trial: int, minutes: int) -> None:
    """The meter and the brute force find the same in every account, and for every cause."""
    listener, numbers = Listener(), NumbersOfTrial(simulated)
    meter = metered(simulated, trial, listener)
    row = row_of(meter)
    numbers.begin(1, trial)
    by_minute = ByMinutes(simulated, listener, numbers.settle, minutes)
    for number, measure in enumerate(MEASURES):
        whole = abs(row[measure.column])
        near = 1e-9 * max(
            whole, sum(abs(row[measure.column_of(one)]) for one in accounts_of(measure))
        )
        for account in accounts_of(measure):
            expected = by_minute.sums[account][number] * measure.scale
            assert row[measure.column_of(account)] == pytest.approx(expected, rel=1e-9, abs=near)
        for cause in meter.badput.keys() | by_minute.badput.keys():
            expected = by_minute.badput[cause][number]
            assert meter.badput[cause][number] == pytest.approx(
                expected, rel=1e-9, abs=near / measure.scale
            )


SCHEDULED: dict[str, Any] = {
    "power": FLAT["power"] | {"paused": "90 W"},
    "price": BY_HOUR["price"] | {"paused": "1 USD per accelerator-hour"},
    "schedule": {
        "peak": {"hours": [16, 19]},
        "dirty": {"intensity_above": "340 g/kWh", "power": 0.5, "speed": 0.7},
    },
}


@pytest.mark.parametrize(
    "tables",
    [
        FLAT,
        BY_HOUR,
        BY_HOUR | SCHEDULED,
        FLAT | {"schedule": {"peak": {"hours": [9, 17], "power": 0.5, "speed": 0.8}}},
    ],
    ids=["flat", "by hour", "scheduled", "limited"],
)
@pytest.mark.parametrize("trial", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in (1, 2))])
def test_every_account_is_what_a_sum_over_minutes_makes_it(
    tables: dict[str, Any], trial: int
) -> None:
    agrees(job(**tables), trial, 1)


@pytest.mark.slow
@some
@given(scenarios_that_are_paid(), TRIALS)
def test_so_it_is_with_weights_of_any_form_and_changes_of_them(
    simulated: Scenario, trial: int
) -> None:
    agrees(simulated, trial, 20)


@pytest.mark.slow
@some
@given(scenarios_that_are_paid(), TRIALS)
@example(job(**BY_HOUR), 0)
def test_accounts_and_causes_add_up_to_the_whole(simulated: Scenario, trial: int) -> None:
    meter = metered(simulated, trial)
    row = row_of(meter)
    for number, measure in enumerate(MEASURES):
        parts = [row[measure.column_of(account)] for account in accounts_of(measure)]
        assert row[measure.column] == sum(parts)
        causes = sum(amounts[number] for amounts in meter.badput.values()) * measure.scale
        badput = row[measure.column_of("badput")]
        assert causes == pytest.approx(
            badput, rel=1e-9, abs=1e-9 * max(1.0, abs(row[measure.column]))
        )


@pytest.mark.slow
@some
@given(scenarios(), TRIALS)
@example(job(change=[]), 0)
def test_to_pay_moves_nothing_else(simulated: Scenario, trial: int) -> None:
    """A trial tells the same to the last bit with a meter of energy beside that of time."""
    paid = simulated.replace(BY_HOUR)
    rows = []
    for one in (simulated, paid):
        simulator, meter = Simulator(one, 3), TimeMeter()
        simulator.numbers.begin(3, trial)
        make = FootprintMeter.of(one, None)
        others = [make(simulator.numbers.settle)] if make else []
        ending = simulator.run(trial, tee(meter, Silent(), *others))
        rows.append((ending, meter.row(ending), dict(meter.badput)))
    assert repr(rows[0]) == repr(rows[1])


@pytest.mark.parametrize(
    ("zero", "vanishing"),
    [
        ({"power.training": 0, "power.stalled": 0, "power.idle": 0, "power.repair": 0},
         ["energy_mwh", "carbon_productive_tco2e", "carbon_stalled_tco2e"]),
        ({"carbon.intensity": 0, "carbon.embodied": 0}, ["carbon_tco2e", "carbon_badput_tco2e"]),
        ({"price.accelerator": 0, "price.idle": 0, "price.energy": 0, "change": []}, ["cost_usd"]),
        ({"power.idle": 0}, ["energy_idle_mwh", "carbon_idle_tco2e"]),
    ],
)  # fmt: skip
def test_what_weighs_nothing_vanishes(zero: dict[str, object], vanishing: list[str]) -> None:
    row = row_of(metered(job(**FLAT).replace(zero), 0))
    full = row_of(metered(job(**FLAT), 0))
    assert all(row[name] == 0.0 and full[name] > 0.0 for name in vanishing)


def test_with_constant_weights_all_is_a_product() -> None:
    """Seconds of the columns of time × hosts × weight; four hosts of eight, nobody away."""
    paid = job(**{**FLAT, "stop": {}, "change": [], "repair": {}})
    time = TimeMeter()
    row = row_of(metered(paid, 0, time))
    spent = time.categories()
    training = 4 * 8 * 0.7 * 1.2 / 1000 / 3600
    hire = 4 * 8 * 2 / 3600
    for name in ("productive", "lost_work", "degraded"):
        energy = spent[name] * training  # type: ignore[index]  # by the value of the category
        assert row[f"energy_{name}_mwh"] == pytest.approx(energy, rel=1e-12)
        assert row[f"carbon_{name}_tco2e"] == pytest.approx(energy * 0.429, rel=1e-12)
        cost = spent[name] * hire + 1000 * energy * 0.1  # type: ignore[index]
        assert row[f"cost_{name}_usd"] == pytest.approx(cost, rel=1e-12)
    owned_s = 6 * sum(spent.values())
    made = owned_s * 8 * 0.150 / (5 * 31557600)
    assert row["carbon_embodied_tco2e"] == pytest.approx(made, rel=1e-12)


def test_the_ideal_is_the_work_alone() -> None:
    """Sixty hours at the middle of a range of power, without spares, saves and slowness."""
    paid = job(**FLAT, change=[]).replace({"power.training": "650..750 W"})
    make = FootprintMeter.of(paid, None)
    assert make is not None
    simulator = Simulator(paid, 1)
    meter = make(at_middle)
    simulator.run_ideal(meter)
    energy, carbon, cost = meter.ideal()
    watts = math.sqrt(650 * 750)
    assert energy == pytest.approx(60 * 32 * watts * 1.2 / 1e6, rel=1e-9)
    made = 60 * 32 * 0.150 / (5 * 8766)
    assert carbon == pytest.approx(energy * 0.429 + made, rel=1e-9)
    assert cost == pytest.approx(60 * 32 * 2 + energy * 1000 * 0.1, rel=1e-9)


@pytest.mark.parametrize(
    ("price", "dollars"),
    [
        ({"terms": "reserved"}, 128.0),
        ({"terms": "on demand"}, 64.0),
        ({"terms": "on demand", "queue": "1 USD per accelerator-hour"}, 96.0),
        ({"terms": "reserved", "queue": 0}, 64.0),
    ],
)
def test_waiting_before_the_first_launch_is_paid_as_the_terms_say(
    price: dict[str, Any], dollars: float
) -> None:
    """An hour of waiting before the first launch and one after it: four hosts of eight, 2 USD."""
    paid = job(price={"accelerator": "2 USD per accelerator-hour", **price}, change=[])
    make = FootprintMeter.of(paid, None)
    assert make is not None
    meter = make(at_middle)
    meter.census(0.0, Census(4, 0, 0, 0))
    meter.spent(State.HOST_WAIT, "break", 0.0, 3600.0)
    meter.happened(3600.0, EventKind.LAUNCH, "break")
    meter.spent(State.HOST_WAIT, "break", 3600.0, 7200.0)
    meter.close(7200.0)
    assert row_of(meter)["cost_usd"] == pytest.approx(dollars)
    assert math.isnan(row_of(meter)["energy_mwh"])


def test_hosts_that_come_or_leave_within_a_stop_are_paid_while_they_are_there() -> None:
    """A restart of an hour: four hosts for half of it, two for a quarter, one for the last.

    Then ten minutes of one host: who comes as they end is not in them, who came as they began is.
    """
    paid = job(price={"accelerator": "2 USD per accelerator-hour"}, change=[])
    make = FootprintMeter.of(paid, None)
    assert make is not None
    meter = make(at_middle)
    meter.happened(0.0, EventKind.LAUNCH, "")
    for time, hosts in ((0.0, 4), (1800.0, 2), (2700.0, 1)):
        meter.census(time, Census(hosts, 0, 0, 0))
    meter.spent(State.RESTART, "break", 0.0, 3600.0)
    dollars = 8 * 2
    stalled = dollars * (4 / 2 + 2 / 4 + 1 / 4)
    assert meter.amount(2, "stalled") == pytest.approx(stalled, rel=1e-12)
    meter.census(4200.0, Census(3, 0, 0, 0))
    meter.spent(State.RESTART, "bug", 3600.0, 4200.0)
    meter.spent(State.RESTART, "crash", 4200.0, 4800.0)
    assert meter.badput["bug"][2] == pytest.approx(dollars / 6, rel=1e-12)
    assert meter.badput["crash"][2] == pytest.approx(3 * dollars / 6, rel=1e-12)

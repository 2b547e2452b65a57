"""What hosts draw, emit and cost by what they do: numbers given, and those that follow."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.model.footprint import Draw, Footprint, FootprintReader, Hire
from simtrain.model.parameters import at_middle
from simtrain.units import HOUR
from simtrain.validation.small import scenario

PER_S = 1 / HOUR
KW = 1 / HOUR  # kilowatt-hours a second


def footprint(**tables: Any) -> Footprint:
    """Of hosts with eight accelerators, from midnight on."""
    return FootprintReader(scenario(start="2026-03-02", **tables)).footprint(at_middle)


def test_power_that_is_not_given_is_that_of_the_next_busier_state() -> None:
    """Eight accelerators of 700 W are 5.6 kW, with 1.25 as much for the building."""
    training = {"training": "700 W", "pue": 1.25}
    found = footprint(power=training).draw
    assert found == pytest.approx(Draw(*[7.0 * KW] * 5))
    found = footprint(power=training | {"stalled": "300 W"}).draw
    assert found == pytest.approx(Draw(7.0 * KW, 3.0 * KW, 3.0 * KW, 3.0 * KW, 3.0 * KW))
    found = footprint(power=training | {"stalled": "300 W", "idle": "1.2 kW per host"}).draw
    assert found == pytest.approx(Draw(7.0 * KW, 3.0 * KW, 1.5 * KW, 1.5 * KW, 3.0 * KW))
    rest = {"stalled": "300 W", "idle": "200 W", "repair": "100 W", "paused": "50 W"}
    found = footprint(power=training | rest).draw
    assert found == pytest.approx(Draw(7.0 * KW, 3.0 * KW, 2.0 * KW, 1.0 * KW, 0.5 * KW))


def test_a_price_that_is_not_given_follows_the_terms() -> None:
    """Lent spares cost nothing; those that do not work are paid for where all are reserved."""
    job = {"accelerator": "2 USD per accelerator-hour"}
    reserved = Hire(job=16, queue=16, idle=16, lent=0, repair=16, away=16, paused=16)
    on_demand = Hire(job=16, queue=0, idle=16, lent=0, repair=0, away=0, paused=16)
    given = {
        name: f"{dollars} USD per accelerator-hour"
        for dollars, name in enumerate(("queue", "idle", "lent", "repair", "away", "paused"), 3)
    }
    each = Hire(job=16, queue=24, idle=32, lent=40, repair=48, away=56, paused=64)
    for price, hire in (
        (job | {"terms": "reserved"}, reserved),
        (job | {"terms": "on demand"}, on_demand),
        (job | given, each),
    ):
        assert footprint(price=price).hire == pytest.approx(Hire(*(h * PER_S for h in hire)))


def test_what_is_not_said_weighs_nothing() -> None:
    found = footprint()
    assert (found.draw, found.hire, found.embodied, found.intensity) == (None, None, 0.0, None)
    assert found.tariff.over(0.0, HOUR) == 0.0
    assert found.is_flat


def test_the_making_of_a_host_is_spread_over_its_lifetime() -> None:
    carbon = {"intensity": "400 g/kWh", "embodied": "1.2 t per host", "lifetime": "5 days"}
    found = footprint(power={"training": "700 W"}, carbon=carbon)
    assert found.embodied == pytest.approx(1200 / (5 * 24 * HOUR))


def test_hours_have_the_intensity_and_the_tariff_of_the_first_row_that_fits() -> None:
    """From 9 to 12 o'clock: an hour at what holds else, and one in each of the two rows."""
    rows = ([10, 11], [10, 12])
    found = footprint(
        power={"training": "700 W"},
        carbon={
            "intensity": "0.4 kg/kWh",
            "when": [
                {"hours": hours, "intensity": intensity}
                for hours, intensity in zip(rows, ("0.1 kg/kWh", "0.25 kg/kWh"), strict=True)
            ],
        },
        price={
            "energy": "0.08 USD/kWh",
            "when": [
                {"hours": hours, "energy": energy}
                for hours, energy in zip(rows, ("0.01 USD/kWh", "0.03 USD/kWh"), strict=True)
            ],
        },
    )
    assert found.intensity is not None
    assert found.intensity.over(9 * HOUR, 12 * HOUR) == pytest.approx((0.4 + 0.1 + 0.25) * HOUR)
    assert found.intensity.over(10 * HOUR, 11 * HOUR) == pytest.approx(0.1 * HOUR)
    assert found.tariff.over(9 * HOUR, 12 * HOUR) == pytest.approx((0.08 + 0.01 + 0.03) * HOUR)
    assert not found.is_flat

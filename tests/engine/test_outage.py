"""Outages, and faults that nobody has noticed yet."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from simtrain.accounts.timeline import EventKind
from simtrain.distributions import Fixed
from simtrain.effects import EFFECTS
from simtrain.engine.dates import StopParameters
from simtrain.engine.outage import LatentFault, Outage, outage_of
from simtrain.model.draws import Draws
from simtrain.model.streams import FAULT as FAULT_ROWS
from simtrain.model.streams import START, STOP
from tests.model.samples import FAULT, row

SPIKE = replace(FAULT, name="spike", effect=EFFECTS["diverge"], margin=600.0)
UPGRADE = StopParameters("upgrade", "maintenance", Fixed(60.0), True, 0.0, 0, 0)


def struck() -> Outage:
    """Outage by a fault of the job."""
    return Outage("break", Draws().stream(FAULT_ROWS, "break"), 7, row({}), FAULT)


@pytest.mark.parametrize(
    ("stop", "planned"),
    [
        (None, True),
        (UPGRADE, True),
        (replace(UPGRADE, kind="pause"), True),
        (replace(UPGRADE, kind="incident"), False),
    ],
)
def test_an_outage_that_no_fault_is_the_cause_of_is_planned_unless_it_is_an_incident(
    stop: StopParameters | None, planned: bool
) -> None:
    draws = Draws()
    draws.begin(1, 2)
    stream = draws.stream(START) if stop is None else draws.stream(STOP, stop.name)
    outage = outage_of("upgrade", stream, 3, stop)
    assert outage.planned == planned
    assert not outage.unfit
    assert (outage.stream, outage.number, outage.row) == (stream, 3, stream.row(3))
    assert (outage.restarted_by, outage.loads) == (EventKind.PLANNED_RESTART, 0)


@pytest.mark.parametrize(
    ("effect", "margin", "full_speed", "trusted"),
    [
        ("diverge", 0.0, 1.0, 5000.0),
        ("diverge", 600.0, 1.0, 4400.0),
        ("diverge", 600.0, 2.0, 3800.0),  # ten minutes are twice the work
        ("crash", 600.0, 1.0, math.inf),  # a fault that does not taint
    ],
)
def test_work_is_trusted_up_to_a_margin_before_the_onset_of_what_taints_it(
    effect: str, margin: float, full_speed: float, trusted: float
) -> None:
    fault = replace(SPIKE, effect=EFFECTS[effect], margin=margin)
    latent = LatentFault(struck(), fault, onset=5000.0, unnoticed_s=900.0)
    assert latent.trusted(full_speed) == trusted

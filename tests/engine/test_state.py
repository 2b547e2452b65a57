"""State of a trial: falling back, faults that are latent, the parameters in force."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from simpy import Environment

from simtrain.accounts.timeline import EventKind
from simtrain.effects import EFFECTS
from simtrain.engine.outage import LatentFault, Outage
from simtrain.engine.state import TrialState
from simtrain.model.copies import INITIAL, Copy, Saves
from simtrain.model.draws import Draws
from simtrain.model.parameters import Parameters, parameters_of
from simtrain.model.policies import Wait
from simtrain.model.streams import FAULT as FAULT_ROWS
from simtrain.validation.sinks import Silent
from tests.engine.runs import scenario
from tests.model.samples import FAULT

if TYPE_CHECKING:
    from simtrain.accounts.timeline import Sink

SPIKE = replace(FAULT, name="spike", effect=EFFECTS["diverge"])


class RecordingSink(Silent):
    """What a trial tells of rollbacks."""

    def __init__(self) -> None:
        self.rollbacks: list[tuple[float, float, str]] = []
        self.moments: list[tuple[float, EventKind, str]] = []

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        self.rollbacks.append((time, work, cause))

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        self.moments.append((time, what, cause))


def parameters_after(changes: tuple[int, ...]) -> Parameters:
    """Full speed doubles with each change."""
    simulated = scenario()
    parameters = parameters_of(simulated, lambda _, number: number.law, simulated)
    return replace(parameters, full_speed=2.0 ** len(changes))


def state(events_left: int = 10) -> tuple[TrialState, RecordingSink]:
    """Trial with five saves of 100 of work each, which has come to 650 of it in 1000 s."""
    draws, sink = Draws(), RecordingSink()
    draws.begin(1, 2)
    made = TrialState(
        parameters_after, Environment(), draws, cast("Sink", sink), events_left, Wait()
    )
    made.copies.saved(Saves(5, 100.0, 100.0, 100.0, 100.0), made.parameters.checkpoint.tiers)
    made.work, made.now = 650.0, 1000.0
    return made, sink


def outage(of: TrialState) -> Outage:
    stream = of.draws.stream(FAULT_ROWS, "spike")
    return Outage("spike", stream, 0, stream.row(0), SPIKE)


def latent(of: Outage, onset: float, margin: float = 0.0, noticed: bool = True) -> LatentFault:
    return LatentFault(of, replace(SPIKE, margin=margin), onset, 900.0, noticed=noticed)


@pytest.mark.parametrize(
    ("margin", "changes", "trusted"), [(0.0, 0, 400.0), (100.0, 0, 300.0), (100.0, 1, 200.0)]
)
def test_work_is_trusted_up_to_the_onset_of_the_fault_that_was_noticed(
    margin: float, changes: int, trusted: float
) -> None:
    trial, _ = state()
    for number in range(changes):
        trial.change(number)
    assert trial.trusted() == math.inf
    unknown = latent(outage(trial), 150.0, noticed=False)
    trial.latent = [unknown]
    assert trial.trusted() == math.inf
    trial.latent = [unknown, latent(outage(trial), 400.0, margin)]
    assert trial.trusted() == trusted


def test_of_several_faults_that_were_noticed_the_earliest_onset_counts() -> None:
    trial, _ = state()
    trial.latent = [latent(outage(trial), onset) for onset in (400.0, 250.0, 300.0)]
    assert trial.trusted() == 250.0


def test_a_fall_back_loses_the_work_behind_the_copy() -> None:
    trial, sink = state()
    trial.fall_back("spike", 400.0, math.inf)
    assert (trial.work, trial.copy) == (400.0, Copy(3, 400.0, number=4))
    assert sink.rollbacks == [(1000.0, 400.0, "spike")]
    assert sink.moments == [(1000.0, EventKind.ROLLBACK, "spike")]


def test_a_fall_back_to_where_the_work_is_loses_nothing() -> None:
    trial, sink = state()
    trial.work = 500.0
    trial.fall_back("spike", math.inf, math.inf)
    assert (trial.work, trial.copy) == (500.0, Copy(4, 500.0, number=5))
    assert sink.rollbacks == sink.moments == []


def test_without_a_copy_all_work_is_lost() -> None:
    trial, sink = state()
    trial.fall_back("spike", 99.0, math.inf)
    assert (trial.work, trial.copy) == (0.0, INITIAL)
    assert sink.rollbacks == [(1000.0, 0.0, "spike")]


@pytest.mark.parametrize(("onset", "stays"), [(299.9, True), (300.0, False), (450.0, False)])
def test_a_fall_back_behind_the_onset_of_a_latent_fault_cures_it(onset: float, stays: bool) -> None:
    trial, _ = state()
    trial.latent = [latent(outage(trial), onset)]
    trial.fall_back("break", 399.0, math.inf)
    assert trial.work == 300.0
    assert bool(trial.latent) == stays


def test_events_are_paid_until_none_is_left_and_waits_then_find_out() -> None:
    trial, _ = state(events_left=2)
    announced: list[int] = []
    trial.listeners.append(lambda: announced.append(trial.events_left))
    assert [trial.pay() for _ in range(3)] == [True, True, False]
    assert announced == [-1]


def test_changes_come_on_top_of_each_other() -> None:
    trial, _ = state()
    assert trial.parameters.full_speed == 1.0
    trial.change(0)
    trial.change(1)
    assert trial.parameters.full_speed == 4.0

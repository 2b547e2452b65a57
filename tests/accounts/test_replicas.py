"""How many replicas train, and how often a job loses some and has them back."""

from __future__ import annotations

import math

import pytest

from simtrain.accounts.meter import tee
from simtrain.accounts.replicas import ReplicaMeter
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from tests.engine.runs import HOUR, run
from tests.engine.test_elastic import elastic


@pytest.mark.parametrize("speed", [1, 0.8])
def test_replicas_are_counted_over_the_time_of_training(speed: float) -> None:
    """One of four is away for 20 h, of which the job trains all the time."""
    simulated = elastic(workload={"speed": speed}, recovery={"rejoin_stall": 0})
    trial = next(t for t in range(99) if run(simulated, t).count(EventKind.FAULT) == 1)
    found = run(simulated, trial)
    fault = found.moments(EventKind.FAULT)[0].time / HOUR
    away = min(20.0, (100 / speed - fault) / 0.75)
    make = ReplicaMeter.of(simulated, None)
    assert make is not None
    meter = make(lambda path, number: number.law)
    ending = Simulator(simulated, 0).run(trial, tee(meter, _Deaf()))
    assert dict(zip((c.name for c in meter.columns), meter.row(ending), strict=True)) == {
        "reconfigurations": 1,
        "rejoins": found.count(EventKind.REJOIN),
        "replicas_mean": pytest.approx(4 - away / (100 / speed + away / 4)),
    }


def test_a_job_that_waits_has_no_such_columns() -> None:
    simulated = elastic(recovery={"policy": "wait"})
    assert ReplicaMeter.of(simulated, None) is None
    assert ReplicaMeter.columns_for(simulated) == ()
    assert len(ReplicaMeter.columns_for(elastic())) == 3


def test_no_time_has_no_mean() -> None:
    assert math.isnan(ReplicaMeter(4).mean)


class _Deaf:
    """Hears what the meter leaves out."""

    def spent(self, *_: object) -> None: ...

    def rolled_back(self, *_: object) -> None: ...

    def skipped(self, *_: object) -> None: ...

    def census(self, *_: object) -> None: ...

    def close(self, *_: object) -> None: ...

"""Published quantities, measured in a trial made by hand and in simulated ones."""

from __future__ import annotations

import math

import pytest

import simtrain
from simtrain.accounts.meter import tee
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.time_meter import TimeMeter
from simtrain.accounts.timeline import (
    Ending,
    EventKind,
    Segment,
    State,
    Verdict,
)
from simtrain.engine.trial import Simulator
from simtrain.model.saving import CheckpointSchedule
from simtrain.scenario.published import QUANTITIES
from simtrain.scenario.scenario import Scenario
from simtrain.tables.columns import NAMES
from simtrain.tables.outcomes import QUANTITIES as MEASURED
from simtrain.tables.outcomes import Outcomes, TrialLogbook
from tests.accounts.positions import work_at

HOUR = 3600.0
TOLD = {"source": "a report", "certainty": "certain", "role": "follows"}
UNITS = {"time": "h", "share": "%", "count": None}


def scenario(*rows: dict[str, object]) -> Scenario:
    return Scenario.from_document(
        {
            "workload": {"ideal_time": "10 h"},
            "cluster": {"hosts": 4, "spares": 1},
            "fault": {
                "gpu": {"mtbf": "30 h"},
                "spike": {"scope": "job", "mtbf": "20 h", "effect": "diverge"},
            },
            "people": {"response": "10 min"},
            "checkpoint": {"interval": "1 h", "stall": "2 min"},
            "restart": {"duration": "10 min", "failure": 0.3},
            "published": [{**TOLD, **row} for row in rows],
        }
    )


def row(quantity: str, since: float = 0, until: float | None = None, **more: object) -> dict:
    unit = UNITS[QUANTITIES[quantity].measured_in]
    window = {} if until is None else {"window": [f"{since} h", f"{until} h"]}
    return {"quantity": quantity, "value": 1, **({"unit": unit} if unit else {}), **window, **more}


def measured(asked: dict[str, object]) -> float:
    """Measure it in a trial that trains 0–4 h, 6–9 h and 10–13 h.

    A GPU takes the hour from 3 h.

    A person launches twice after the GPU; nobody after the spike at 9 h.
    """
    outcomes, meter = Outcomes(scenario(asked)), TimeMeter()
    logbook = outcomes.logbook()
    sink = tee(meter, logbook)

    def train(start: float, end: float, work: float) -> None:
        seconds = (end - start) * HOUR
        manner = CheckpointSchedule(seconds, seconds, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
        before = work * HOUR
        sink.trained(
            Segment(
                start * HOUR, end * HOUR, before, before + seconds, seconds, 0.0, 0, seconds, (),
                manner,
            )
        )  # fmt: skip

    def happened(hour: float, what: EventKind, cause: str) -> None:
        sink.happened(hour * HOUR, what, cause)

    happened(0, EventKind.LAUNCH, "")
    train(0, 4, 0)
    happened(4, EventKind.INTERRUPTION, "gpu")
    sink.rolled_back(4 * HOUR, 3 * HOUR, "gpu")
    happened(4, EventKind.PERSON_CALLED, "gpu")
    happened(4, EventKind.CORDON, "gpu")
    happened(5, EventKind.LAUNCH, "gpu")
    happened(5.5, EventKind.FAILED_LAUNCH, "gpu")
    happened(5.5, EventKind.LAUNCH, "gpu")
    happened(6, EventKind.MANUAL_RESTART, "gpu")
    sink.spent(State.RESTART, "gpu", 4 * HOUR, 6 * HOUR)
    train(6, 9, 3)
    happened(9, EventKind.INTERRUPTION, "spike")
    happened(9, EventKind.LAUNCH, "spike")
    sink.spent(State.RESTART, "spike", 9 * HOUR, 10 * HOUR)
    happened(10, EventKind.AUTOMATIC_RESTART, "spike")
    train(10, 13, 6)
    sink.close(13 * HOUR)
    ending = Ending(13 * HOUR, Verdict.FINISHED, 9 * HOUR)
    (found,) = outcomes.measured(logbook, ending, meter.row(ending))
    return found


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (row("wall_clock"), 13 * HOUR),
        (row("ettr"), 9 / 13),
        (row("goodput"), 9 / 13),
        (row("progress"), 1.0),
        (row("progress", 0, 4), 3 / 9),  # what the fault at 4 h took is gone at 4 h
        (row("progress", 0, 3.5), 3.5 / 9),
        (row("progress", 3.5, 5), -0.5 / 9),
        (row("progress", 5, 20), 6 / 9),
        (row("in_run_share"), 10 / 13),
        (row("in_run_share", 3, 7), 2 / 4),
        (row("in_run_share", 9, 20), 3 / 4),
        (row("interruptions"), 2),
        (row("interruptions", 4, 9), 1),  # the end of a window is out
        (row("interruptions", cause="spike"), 1),
        (row("interruptions", 0, 9, cause="spike"), 0),
        (row("stops"), 0),
        (row("hardware_interruptions"), 1),
        (row("launches"), 4),
        (row("launches", 5, 5.5), 1),
        (row("failed_launches"), 1),
        (row("manual_hardware_launches"), 2),
        (row("manual_hardware_launches", 5.2, 13), 1),
        (row("automatic_restarts"), 1),
        (row("manual_restarts"), 1),
        (row("hosts_cycled"), 1),
        (row("longest_run"), 4 * HOUR),
        (row("longest_run", rank=3), 3 * HOUR),
        (row("longest_run", 3, 8), 2 * HOUR),
        (row("longest_run", 3, 8, rank=2), 1 * HOUR),
        (row("longest_run", rank=4), math.nan),
        (row("gaps"), 2),
        (row("gaps", 5, 10), 1),
        (row("mean_gap"), 1.5 * HOUR),
        (row("median_gap", 0, 5), 2 * HOUR),
        (row("mean_gap", 0, 1), math.nan),
    ],
)
def test_a_trial_made_by_hand(asked: dict[str, object], expected: float) -> None:
    assert measured(asked) == pytest.approx(expected, nan_ok=True)


def test_every_quantity_has_its_measure() -> None:
    assert MEASURED.keys() == QUANTITIES.keys()


@pytest.mark.parametrize(
    ("quantity", "column"),
    [
        ("wall_clock", "wall_clock_s"),
        ("launches", "launches"),
        ("failed_launches", "failed_launches"),
        ("interruptions", "interruptions"),
        ("automatic_restarts", "automatic_restarts"),
        ("manual_restarts", "manual_restarts"),
        ("hosts_cycled", "hosts_cycled"),
        ("longest_run", "longest_run_s"),
        ("in_run_share", "in_run_share"),
    ],
)
def test_over_the_whole_run_it_is_the_column(quantity: str, column: str) -> None:
    """Two ways to the same number: from the recording, and from the ledger's sums."""
    results = simtrain.run(scenario(row(quantity)), trials=30, seed=5)
    assert results.values[:, NAMES.index("interruptions")].sum() > 20
    assert results.outcomes[:, 0] == pytest.approx(results.values[:, NAMES.index(column)])


def test_interruptions_by_cause_add_up_to_all_of_them() -> None:
    rows = [row("interruptions"), *(row("interruptions", cause=name) for name in ("gpu", "spike"))]
    everything, *parts = simtrain.run(scenario(*rows), trials=30, seed=2).outcomes.T
    assert sum(parts) == pytest.approx(everything)
    assert all(part.sum() > 10 for part in parts)


def test_windows_that_follow_each_other_add_up() -> None:
    """Counts and progress of two windows are those of both together, in every trial."""
    quantities = ["launches", "hosts_cycled", "gaps", "progress", "manual_hardware_launches"]
    rows = [row(q, *window) for q in quantities for window in ((0, 6), (6, 500), (0, 500))]
    outcomes = simtrain.run(scenario(*rows), trials=30, seed=2).outcomes
    first, second, both = outcomes[:, 0::3], outcomes[:, 1::3], outcomes[:, 2::3]
    assert first + second == pytest.approx(both)
    assert (first[:, :3] > 0).any(axis=0).all()


def test_progress_is_the_last_position_the_recorder_unfolds() -> None:
    """`work_at` against a plain walk over the unfolded intervals and the rollbacks."""
    simulator = Simulator(scenario(), 4)
    for trial in range(10):
        recording = Recorder()
        ending = simulator.run(trial, recording)
        moments = [ending.wall_clock_s * k / 97 for k in range(98)]
        assert work_at(recording, moments) == pytest.approx([walked(recording, m) for m in moments])


def walked(recording: Recorder, moment: float) -> float:
    position = 0.0
    for interval in recording.intervals():
        if interval.start > moment:
            break
        share = min(1.0, (moment - interval.start) / (interval.end - interval.start))
        position = interval.work_start + share * (interval.work_end - interval.work_start)
    for rollback in recording.rollbacks:
        if rollback.time <= moment and not any(
            rollback.time <= one.start < moment and one.work_end > one.work_start
            for one in recording.intervals()
        ):
            position = min(position, rollback.work)
    return position


def test_the_logbook_notes_what_the_recorder_unfolds() -> None:
    """Runs, gaps and positions as they are reported, against those looked up afterwards."""
    simulator, runs = Simulator(scenario(), 4), 0
    for trial in range(10):
        recording = Recorder()
        ending = simulator.run(trial, recording)
        moments = [ending.wall_clock_s * k / 97 for k in range(99)]
        moments += [start for start, _ in recording.outages()]
        logbook = TrialLogbook(sorted(moments))
        assert simulator.run(trial, tee(Recorder(), logbook)) == ending
        assert [logbook.work_at[moment] for moment in moments] == [
            work_at(recording, [moment])[0] for moment in moments
        ]
        runs += len(logbook.runs)
        assert list(logbook.runs) == recording.runs()
        assert logbook.gaps == [(start, end) for start, end in recording.outages() if end > start]
    assert runs > 10


def test_jobs_do_not_move_them() -> None:
    published = scenario(row("launches", 0, 12), row("progress", 0, 5))
    alone, together = (simtrain.run(published, trials=60, seed=1, jobs=jobs) for jobs in (1, 2))
    assert (alone.outcomes == together.outcomes).all()

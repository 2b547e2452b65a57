"""Corners at which a simulator easily goes wrong: what is right follows by hand."""

from __future__ import annotations

import math

import pytest

from simtrain.accounts.timeline import EventKind, State, Verdict
from simtrain.compiled.simulator import CompiledSimulator
from simtrain.validation.sinks import Strikes
from tests.engine.runs import HOUR, run, scenario


@pytest.mark.parametrize("hosts", [2, 4, 32])
def test_for_each_host_found_another_is_blamed_at_every_size(hosts: int) -> None:
    simulated = scenario(
        workload={"ideal_time": "100 h"},
        cluster={"hosts": hosts, "spares": 8},
        fault={"break": {"mtbf": f"{5 * hosts} h"}},
        diagnosis={"precision": 0.5},
    )
    found = run(simulated)
    assert found.count(EventKind.FAULT) > 5
    assert found.count(EventKind.CORDON) == 2 * found.count(EventKind.FAULT)


HANG = {"scope": "job", "effect": "hang", "detection": "3 h", "ends_write": False}


@pytest.mark.parametrize(
    ("trials", "mtbf", "write", "stops"),
    [
        (90, "6 h", (5, 7), {"look": {"at": "5 h", "duration": "1 h"}}),  # that a stop waits for
        (150, "12 h", (10, 12), {}),  # of the last save
    ],
)
def test_a_hang_in_a_write_that_is_waited_for_does_not_end_it(
    trials: int, mtbf: str, write: tuple[int, int], stops: dict[str, object]
) -> None:
    kept = 0
    for trial in range(trials):
        found = run(
            scenario(
                checkpoint={"interval": "100 h", "durability_lag": "2 h"},
                fault={"hang": {**HANG, "mtbf": mtbf}},
                stop=stops,
                limits={"faults": 1},
            ),
            trial,
        )
        faults = found.moments(EventKind.FAULT)
        if faults and write[0] < faults[0].time / HOUR < write[1]:
            kept += 1
            assert found.count(EventKind.ROLLBACK) == 0
    assert kept > 5


def test_who_fails_while_a_person_is_awaited_between_launches_is_bad() -> None:
    """Recall 0: it stays in the job, and fails within hours although it is no more diagnosed."""
    struck = 0
    for trial in range(8):
        found = run(
            scenario(
                workload={"ideal_time": "200 h"},
                cluster={"hosts": 4, "spares": 4, "idle_hazard": 1},
                checkpoint={"interval": "100 h"},
                fault={"break": {"mtbf": "10000 h"}},
                restart={"duration": "1 h", "failure": 0.5, "tries": 1, "at_start": True},
                people={"response": "3000 h"},
                diagnosis={"recall": 0},
                repair={"bad_host_mtbf": "1 h"},
                limits={"wall_clock": "10000 h", "faults": 20},
            ),
            trial,
        )
        called = found.moments(EventKind.PERSON_CALLED)
        faults = [moment.time / HOUR for moment in found.moments(EventKind.FAULT)]
        if not called or not faults or faults[0] > 3_000:
            continue
        struck += 1
        runs = [(end - start) / HOUR for start, end in found.recorder.runs()]
        assert not runs or runs[0] < 30
    assert struck > 2


def test_a_smaller_job_goes_on_with_the_hosts_that_are_left() -> None:
    for trial in range(20):
        found = run(
            scenario(
                workload={"window": "100 h", "ideal_time": None},
                cluster={"hosts": 2},
                stop={"out": {"kind": "incident", "at": "10 h", "hosts": 1, "duration": "50 h"}},
                change=[{"at": "20 h", "set": {"cluster.hosts": 1}}],
            ),
            trial,
        )
        assert found.spent["maintenance"] == 10.0


def test_work_whose_last_save_never_works_is_not_finished() -> None:
    found = run(scenario(checkpoint={"stall": "1 s", "save_failure": 1}, limits={"faults": 5}))
    assert found.ending.verdict is Verdict.OUT_OF_EVENTS


def test_a_write_that_stops_training_until_the_next_save_goes_nowhere() -> None:
    stopped = {"interval": {"law": "uniform", "low": "59 min", "high": "60 min"}}
    found = run(
        scenario(
            checkpoint={**stopped, "durability_lag": "2 h", "write_slowdown": 1},
            limits={"wall_clock": "100 h"},
        )
    )
    assert found.ending.verdict is Verdict.OUT_OF_TIME


@pytest.mark.parametrize("law", ["exponential", "weibull"])
@pytest.mark.parametrize(
    "kind", [{"lemons": {"fraction": 0.5, "factor": 0}}, {"frailty": 400}], ids=str
)
def test_hosts_of_no_hazard_never_fail(kind: dict[str, object], law: str) -> None:
    shape = {"shape": 0.7} if law == "weibull" else {}
    found = run(
        scenario(
            workload={"ideal_time": "200 h"},
            cluster={"hosts": 40, "spares": 40, "age": "new", **kind},
            fault={"break": {"law": law, "mtbf": "100 h", "needs_repair": 0, **shape}},
        )
    )
    hosts = {moment.host for moment in found.moments(EventKind.FAULT)}
    assert len(hosts) < 40
    assert hosts or "frailty" in kind


def stationary(**tables: object) -> list[int]:
    simulated = scenario(
        workload={"window": "10 days", "ideal_time": None},
        cluster={"hosts": 20, "age": "stationary", **tables.pop("cluster", {})},
        checkpoint={"interval": "100 days"},
        fault={"old": {"law": "weibull", "shape": 2, "mtbf": "20 days"}, **tables.pop("fault", {})},
        limits={"wall_clock": "20 days"},
    )
    simulator = CompiledSimulator(simulated, 8)  # which tells what the engine on SimPy does
    counts = []
    for trial in range(700):
        strikes = Strikes()
        simulator.run(trial, strikes)
        counts.append(sum(cause == "old" for cause, _ in strikes.named))
    return counts


def z_score(counts: list[int], expected: float) -> float:
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    return (mean - expected) / math.sqrt(variance / len(counts))


@pytest.mark.slow
def test_lemons_are_stationary_at_an_age_of_their_own() -> None:
    """All of factor 4: a renewal each 10 days, so 20 in the window of 20 hosts."""
    counts = stationary(cluster={"lemons": {"fraction": 1, "factor": 4}})
    assert abs(z_score(counts, 20.0)) < 3.3


@pytest.mark.slow
def test_hosts_that_another_class_renews_are_stationary_at_a_lower_age() -> None:
    """The age is that of a host since the first of both: 200 d / E[min(X, Y)] · P(X < Y)."""
    counts = stationary(fault={"other": {"mtbf": "20 days"}})
    scale = 20.0 / math.gamma(1.5)
    step = 0.001
    ages = [step * (k + 0.5) for k in range(200_000)]
    alive = [math.exp(-((a / scale) ** 2) - a / 20.0) for a in ages]
    mean = step * sum(alive)
    struck = step * sum(s * 2 * a / scale**2 for s, a in zip(alive, ages, strict=True))
    assert 200 / mean == pytest.approx(17.12, abs=0.01)
    assert abs(z_score(counts, 200 * struck / mean)) < 3.3


def test_an_automatic_try_that_fails_asks_for_hosts_as_well() -> None:
    for trial in range(32):
        found = run(
            scenario(
                workload={"ideal_time": "40 h"},
                cluster={"hosts": 8},
                fault={
                    "hang": {
                        "effect": "hang", "mtbf": "480 h", "detection": "2 h", "automatic": 1,
                        "automatic_success": 0, "needs_repair": 0, "diagnose": False,
                    }
                },
                restart={"duration": "20 h"},
                stop={"out": {
                    "kind": "incident", "at": "5 h", "hosts": "all", "duration": "100 h"
                }},
            ),
            trial,
        )  # fmt: skip
        struck = [m.time / HOUR for m in found.moments(EventKind.FAULT)]
        assert not [time for time in struck if 5 < time < 105]
        between = [
            i for i in found.recorder.intervals() if i.start >= 8 * HOUR and i.end <= 105 * HOUR
        ]
        assert {i.state for i in between} <= {State.MAINTENANCE}


def test_a_stop_in_the_last_save_lets_the_work_finish() -> None:
    found = run(
        scenario(
            checkpoint={"interval": "20 h", "stall": "1 h", "load": "1 h"},
            restart={"duration": "1 h"},
            stop={"look": {"at": "10.5 h", "duration": "2 h"}},
        )
    )
    assert found.hours == 11.0


def test_a_stop_in_the_save_of_another_waits_for_it() -> None:
    found = run(
        scenario(
            checkpoint={"interval": "20 h", "stall": "1 h"},
            stop={
                "first": {"at": "5 h", "duration": "3 h"},
                "second": {"at": "5.5 h", "duration": "1 h"},
            },
        )
    )
    assert found.spent == {"productive": 10.0, "checkpoint_save": 2.0, "maintenance": 3.0}


@pytest.mark.slow
def test_the_longest_wall_clock_is_drawn_once_per_trial() -> None:
    bound = {"law": "uniform", "low": "20 h", "high": "40 h", "per": "trial"}
    ends = [
        run(
            scenario(
                fault={"break": {"scope": "job", "mtbf": "1 min"}},
                restart={"duration": "1 h"},
                limits={"wall_clock": bound, "faults": 1_000_000},
            ),
            trial,
        ).hours
        for trial in range(12)
    ]
    assert all(20 <= end <= 40 for end in ends)
    assert max(ends) - min(ends) > 5


@pytest.mark.parametrize(("at", "stall"), [("5 h", "0 s"), ("4.5 h", "30 min")])
def test_an_incident_at_the_instant_of_a_save_comes_first(at: str, stall: str) -> None:
    out = {"kind": "incident", "at": at, "hosts": 1, "duration": "1 h"}
    found = run(scenario(cluster={"hosts": 1}, checkpoint={"stall": stall}, stop={"out": out}))
    assert found.spent["lost_work"] == 1.0

from __future__ import annotations

import json
from functools import cache

import pytest

import simtrain
from simtrain import theory
from simtrain.answers.scale import Scaling
from simtrain.errors import InputError, ScenarioError
from simtrain.questions.scale import parse_sizes
from simtrain.scenario.resized import host_mtbf_s, resized
from simtrain.scenario.scenario import Scenario

DAY, HOUR = 86400.0, 3600.0
SAVE, DOWN, LOAD = 0.1, 0.4, 0.2
"""Hours."""

MEMORYLESS = {
    "workload": {"ideal_time": "60 days"},
    "cluster": {"hosts": 16, "accelerators_per_host": 4},
    "fault": {"gpu": {"mtbf": "60 days", "automatic": 1}},
    "detection": {"crash": f"{DOWN} h"},
    "checkpoint": {"interval": "1 h", "stall": f"{SAVE} h", "load": f"{LOAD} h"},
    "restart": {"duration": 0},
}

LARGE = {
    "workload": {"flops": "1e22 FLOP", "achieved": "100 TFLOP/s", "steps": 10000},
    "cluster": {"hosts": 16, "spares": 3, "hot_spares": 1, "owned": 21},
    "fault": {
        "gpu": {"rate": "0.01 per day"},
        "disk": {"law": "weibull", "scale": "100 days", "shape": 2},
        "net": {"mtbf": {"law": "gamma", "mean": "50 days", "cv": 0.2, "per": "trial"}},
        "software": {"scope": "job", "rate": "0.5 per day"},
    },
    "cluster.age": "new",
    "checkpoint": {"interval": "100 steps"},
    "restart": {"duration": "10 min"},
    "change": [
        {
            "at": "2 days",
            "set": {
                "cluster.spares": 5,
                "fault.gpu.rate": "0.02 per day",
                "fault.software.rate": "1 per day",
            },
        },
        {"at": "3 days", "set": {"checkpoint.interval": "50 steps"}},
    ],
}


def memoryless(**tables: object) -> Scenario:
    return Scenario.from_document({**MEMORYLESS, **tables}, name="memoryless")


def large() -> Scenario:
    document = {key: value for key, value in LARGE.items() if "." not in key}
    document["cluster"] = {**LARGE["cluster"], "age": "new"}  # type: ignore[dict-item]
    return Scenario.from_document(document, name="large")


@cache
def grown() -> Scaling:
    return simtrain.scale(
        memoryless(), [64, 256, 1024], trials=24, seed=2, jobs=1, engine="compiled"
    )


# --- against closed forms -------------------------------------------------------------------------


@pytest.mark.slow
def test_goodput_at_each_size_is_that_of_the_closed_form() -> None:
    """τ / E[time of a segment] with an MTBF of the job of 60 days / hosts, to 3.3 standard errors.

    The window cuts a segment off at its end, and the work in it counts: half a segment in 60 days,
    well below the error.
    """
    for size, hosts in zip(grown().sizes, (16, 64, 256), strict=True):
        mtbf = 60 * 24 / hosts
        assert size.interval_s is not None
        for found, interval in ((size.kept, 1.0), (size.best, size.interval_s / HOUR)):
            segment = theory.expected_segment(interval, SAVE, mtbf, DOWN, LOAD)
            error = (found.high - found.value) / 2.07  # Student's quantile for 24 trials
            assert abs(found.value - interval / segment) < 3.3 * error
            assert error < 0.01


@pytest.mark.slow
def test_the_best_interval_is_that_of_the_closed_form() -> None:
    """Of the MTBF that was measured, within 5 %; it goes in by the square root or less."""
    for size, hosts in zip(grown().sizes, (16, 64, 256), strict=True):
        exact = theory.optimal_interval(SAVE, 60 * 24 / hosts) * HOUR
        assert size.interval_s == pytest.approx(exact, rel=0.05)
        assert size.best.value > size.kept.value - 0.01


@pytest.mark.slow
def test_hosts_have_to_live_longer_as_there_are_more_of_them() -> None:
    """With faults of hosts alone, the same goodput takes the same MTBF of the job."""
    for size in grown().sizes[1:]:
        exact = 60 * DAY * size.hosts / 16
        needed = size.needed
        assert needed is not None
        assert needed.conclusive_not_s is not None
        assert needed.conclusive_s is not None
        assert needed.conclusive_not_s < exact < needed.conclusive_s
        assert needed.mtbf_s == pytest.approx(exact, rel=0.25)


@pytest.mark.slow
def test_a_stated_goodput_is_kept_with_the_mtbf_of_the_closed_form() -> None:
    """The MTBF at which the best interval of the closed form gives it, in either direction."""
    goal = 0.8
    low, high = 0.1, 1000.0
    for _ in range(60):
        middle = (low * high) ** 0.5
        interval = theory.optimal_interval(SAVE, middle)
        segment = theory.expected_segment(interval, SAVE, middle, DOWN, LOAD)
        low, high = (low, middle) if interval / segment >= goal else (middle, high)
    found = simtrain.scale(
        memoryless(), [64, 256], goodput=goal, trials=24, seed=2, jobs=1, engine="compiled"
    )
    for size in found.sizes:
        exact = high * HOUR * size.hosts
        needed = size.needed
        assert needed is not None
        assert needed.conclusive_not_s is not None
        assert needed.conclusive_s is not None
        assert needed.conclusive_not_s < exact < needed.conclusive_s
        assert needed.mtbf_s == pytest.approx(exact, rel=0.15)
    assert found.sizes[0].needed.mtbf_s < 60 * DAY  # hosts may be worse than they are


@pytest.mark.slow
def test_where_faults_of_the_job_alone_cost_too_much_nothing_is_enough() -> None:
    fault = {**MEMORYLESS["fault"], "software": {"scope": "job", "rate": "4 per day"}}
    found = simtrain.scale(
        memoryless(fault=fault), [64], goodput=0.95, trials=4, jobs=1, engine="compiled"
    )
    assert found.sizes[0].needed is None


# --- a scenario at another size -------------------------------------------------------------------


def test_hosts_spares_and_their_changes_grow_in_proportion() -> None:
    grown_up = resized(large(), 64)
    assert (grown_up.cluster.hosts, grown_up.cluster.spares) == (64, 12)
    assert (grown_up.cluster.hot_spares, grown_up.cluster.owned) == (4, None)
    assert grown_up.change[0].set["cluster.spares"] == 20
    assert resized(large(), 8).cluster.spares == 2  # a half is rounded up


def test_each_accelerator_has_the_same_work_at_every_size() -> None:
    scenario = large()
    ideal_s = scenario.workload.ideal_s(128)
    for hosts in (16, 64):
        other = resized(scenario, hosts)
        assert other.workload.ideal_s(8 * hosts) == pytest.approx(ideal_s, rel=1e-12)
        assert other.workload.step_s(8 * hosts) == pytest.approx(ideal_s / 10000, rel=1e-12)


def test_hosts_that_live_longer_do_so_in_every_class_and_change_and_the_job_does_not() -> None:
    scenario, better = large(), resized(large(), 16, longer=4.0)
    assert host_mtbf_s(better) == pytest.approx(4 * host_mtbf_s(scenario), rel=1e-12)
    rates = 0.01 / DAY + 1 / (50 * DAY) + 1 / (100 * DAY * 0.8862269254527580)
    assert host_mtbf_s(scenario) == pytest.approx(1 / rates, rel=1e-12)
    assert better.fault["software"].rate == scenario.fault["software"].rate
    after, before = better.after((0,)), scenario.after((0,))
    assert after.fault["gpu"].rate.mean == pytest.approx(before.fault["gpu"].rate.mean / 4)
    assert after.fault["software"].rate.mean == before.fault["software"].rate.mean
    law, longer = (one.fault["net"].mtbf.law for one in (scenario, better))
    assert longer.quantile(0.9) == pytest.approx(4 * law.quantile(0.9))


def test_an_interval_holds_for_the_whole_run() -> None:
    fixed = resized(large(), 16, interval_s=1234.5)
    assert fixed.checkpoint.interval.number.mean == 1234.5
    assert [list(change.set) for change in fixed.change] == [list(large().change[0].set)]


def test_a_scenario_at_its_own_size_is_itself_but_watched() -> None:
    scenario = memoryless(workload={"window": "60 days"})
    own = resized(scenario, 16)
    assert own.replace({"cluster.owned": None}).sha256 == scenario.sha256


# --- sizes, refusals, tables ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("1k..8k", [1024, 2048, 4096, 8192]),
        ("1k .. 128K", [1024 * 2**n for n in range(8)]),
        ("1k..5k", [1024, 2048, 4096, 5120]),
        ("16k, 1k,3k", [1024, 3072, 16384]),
        ("1M", [1048576]),
        ("8", [8]),
    ],
)
def test_sizes_are_read(text: str, sizes: list[int]) -> None:
    assert parse_sizes(text) == sizes


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ("8k..1k", "is empty; a smaller size first"),
        ("many", "is no number of accelerators; sizes such as 1k..128k"),
        ("1k..", "is no number of accelerators"),
        ("0", "is no number of accelerators"),
        ("1.5k", "is no number of accelerators"),
        ("1k,1026", "1,026 accelerators are no whole number of hosts of 4; a multiple of 4"),
    ],
)
def test_sizes_that_cannot_be_had_are_refused(sizes: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        simtrain.scale(memoryless(), sizes)
    assert message in str(refused.value)


def test_what_cannot_grow_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"cluster\.hosts"):
        simtrain.scale(memoryless(), "8M")
    with pytest.raises(InputError, match="hosts never fail"):
        simtrain.scale(memoryless(fault={"gpu": {"rate": 0}}), "1k")
    with pytest.raises(InputError, match="is not above 0 and below 1"):
        simtrain.scale(memoryless(), "1k", goodput=1.5)
    with pytest.raises(ScenarioError, match=r"change\.0\.progress: has no meaning at another size"):
        simtrain.scale(memoryless(change=[{"progress": 0.5, "set": {"cluster.spares": 2}}]), "1k")


@pytest.mark.slow
def test_jobs_move_no_result(eager: None) -> None:
    one, two = (
        simtrain.scale(memoryless(), [64, 128], trials=4, jobs=jobs).to_json() for jobs in (1, 2)
    )
    assert one == two


def test_the_summary_is_the_contract() -> None:
    found = simtrain.scale(memoryless(), [64, 128], trials=4, seed=2, jobs=1)
    summary = found.summary()
    assert json.loads(found.to_json()) == summary
    assert list(summary) == [
        "scenario", "scenario_sha256", "version", "seed", "trials", "trials_in_all", "goal",
        "host_mtbf_s", "sizes", "engine",
    ]  # fmt: skip
    assert summary["goal"] == found.sizes[0].best.value
    frame = found.to_frame()
    assert frame["accelerators"].tolist() == [64, 128]
    assert frame["needed_mtbf_s"][0] == pytest.approx(60 * DAY)
    assert frame.columns.tolist() == list(summary["sizes"][0])

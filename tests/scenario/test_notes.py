"""Notes on what the numbers lead to."""

from typing import Any

import pytest

import simtrain
from simtrain.accounts.ledger import Category
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.recount import recount
from simtrain.accounts.timeline import EventKind
from simtrain.engine.trial import Simulator
from simtrain.scenario.notes import notes
from simtrain.scenario.noticing import chance_that_no_copy_is_left, until_noticed_s
from simtrain.scenario.scenario import Scenario
from simtrain.validation.small import scenario
from tests.engine.runs import HOUR


def spikes(keep: int | None, latency: Any, margin: str = "0 s", **tables: Any) -> Scenario:
    checkpoint = {"interval": "1 h"} | ({} if keep is None else {"keep": keep})
    spike = {"scope": "job", "effect": "diverge", "mtbf": "20 h", "margin": margin}
    return scenario(
        fault={"spike": spike}, checkpoint=checkpoint, detection={"diverge": latency}, **tables
    )


@pytest.mark.parametrize(
    ("keep", "latency", "chance"),
    [
        (2, "8 h", 1.0),
        (2, "2 h", 1.0),
        (2, "90 min", 0.5),
        (2, "1 h", 0.0),
        (9, "8 h", 0.0),
        (8, "8 h", 1.0),
        (None, "8 h", 0.0),
        (1, {"law": "uniform", "low": "0 h", "high": "1 h"}, 0.5),
        (1, {"law": "uniform", "low": "0 h", "high": "2 h"}, 0.75),
    ],
)
def test_the_chance_that_no_copy_is_left(keep: int | None, latency: Any, chance: float) -> None:
    found = chance_that_no_copy_is_left(spikes(keep, latency), "spike")
    assert found == pytest.approx(chance, abs=1e-6)


def test_a_margin_counts_at_full_speed_and_steps_at_the_speed_there_is() -> None:
    slow = {"workload": {"speed": 0.5}}
    assert chance_that_no_copy_is_left(spikes(2, "1 h", "15 min"), "spike") == 0.25
    assert chance_that_no_copy_is_left(spikes(2, "1 h", "15 min", **slow), "spike") == 0.5
    steps = spikes(2, "3 h", workload={"steps": 10, "speed": 0.5})
    steps = steps.replace({"checkpoint.interval": "1 steps"})
    assert chance_that_no_copy_is_left(steps, "spike") == 0.5  # a step takes 2 h


def test_the_note_says_how_many_copies_are_enough() -> None:
    [note] = notes(spikes(2, "8 h"))
    assert note.key == "checkpoint.keep"
    assert note.sentence == (
        "`fault.spike` is noticed after 8 h. By then, with a save every 1 h and `checkpoint.keep` "
        "= 2, no copy from before it is left each time, and the run goes back to its start. `keep` "
        "= 9 is enough."
    )
    assert notes(spikes(9, "8 h")) == []
    assert "50 times in 100" in notes(spikes(2, "90 min"))[0].sentence


def test_a_corruption_may_outlive_the_copies_as_a_spike_does() -> None:
    wrong = {"effect": "corrupt", "mtbf": "20 h", "detection": "90 min"}
    simulated = scenario(fault={"wrong": wrong}, checkpoint={"interval": "1 h", "keep": 2})
    assert chance_that_no_copy_is_left(simulated, "wrong") == pytest.approx(0.5, abs=1e-6)
    assert "`fault.wrong` is noticed after 1.5 h" in notes(simulated)[0].sentence
    del wrong["detection"]
    unnoticed = scenario(fault={"wrong": wrong}, checkpoint={"interval": "1 h", "keep": 2})
    assert [note.key for note in notes(unnoticed)] == ["fault.wrong"]


def test_a_check_ends_what_watching_does_not_notice() -> None:
    """With 1/2 at each of the checks, 8 h apart: gone in between 1 h and 2 h of 8, and so on."""
    wrong = {"effect": "corrupt", "mtbf": "20 h"}
    table = {"every": "8 h", "duration": "0 s", "finds": ["corrupt"]}
    simulated = scenario(
        fault={"wrong": wrong},
        checkpoint={"interval": "1 h", "keep": 2},
        check={"test": table},
    )
    gone = chance_that_no_copy_is_left(simulated, "wrong")
    assert gone == pytest.approx(1 - 1.5 / 8, abs=1e-6)
    unsure = simulated.replace({"check.test.chance": 0.5})
    assert chance_that_no_copy_is_left(unsure, "wrong") == pytest.approx(1 - 0.75 / 8, abs=1e-6)
    assert until_noticed_s(simulated, "wrong") == pytest.approx(4 * 3600, rel=1e-3)
    assert until_noticed_s(unsure, "wrong") == pytest.approx(12 * 3600, rel=1e-3)
    assert "is noticed after 4 h" in notes(simulated)[0].sentence


def test_a_check_that_looks_for_what_no_class_does_is_noted() -> None:
    table = {"every": "8 h", "duration": "0 s", "finds": ["corrupt"]}
    [note] = notes(scenario(check={"test": table}))
    assert note.key == "check.test.finds"


def test_a_slow_host_that_nothing_ends_is_noted() -> None:
    slow: dict[str, Any] = {"effect": "slow", "mtbf": "20 h", "speed": 0.5}
    [note] = notes(scenario(fault={"throttled": slow}))
    assert note.key == "fault.throttled"
    assert "slow to the end" in note.sentence
    for end in ({"lasts": "2 h"}, {"detection": "2 h"}):
        assert notes(scenario(fault={"throttled": slow | end})) == []
    assert notes(scenario(fault={"throttled": slow}, detection={"slow": "2 h"})) == []


def test_a_weather_that_nothing_takes_is_noted() -> None:
    storm = {"storm": {"cv": 0.8, "every": "7 d"}}
    [note] = notes(scenario(weather=storm))
    assert note.key == "weather.storm"
    gpu = {"mtbf": "20 h", "varies": "storm"}
    assert notes(scenario(weather=storm, fault={"gpu": gpu})) == []


def test_a_timeout_that_is_shorter_than_a_save_is_noted() -> None:
    saves = {"interval": "1 h", "stall": "2 min", "save_hang": 0.01, "save_timeout": "1 min"}
    [note] = notes(scenario(checkpoint=saves))
    assert note.key == "checkpoint.save_timeout"
    assert "a save takes 2 min" in note.sentence
    assert notes(scenario(checkpoint=saves | {"save_timeout": "3 min"})) == []


def tiers(*rows: dict[str, Any]) -> Scenario:
    return scenario(checkpoint={"interval": "1 h", "tier": list(rows)})


def test_tiers_whose_last_is_not_the_one_that_survives_most_are_noted() -> None:
    near = {"name": "near", "survives": "host", "load": "10 s"}
    far = {"name": "far", "load": "5 min", "every": 4}
    assert notes(tiers(near, far)) == []
    [note] = notes(tiers(far, near))
    assert note.key == "checkpoint.tier.1.survives"
    assert "`near`, survives less than `far`" in note.sentence


def test_a_tier_that_the_work_ends_before_is_noted() -> None:
    near = {"name": "near", "survives": "host", "load": "10 s"}
    [note] = notes(tiers(near, {"name": "far", "load": "5 min", "every": 40}))
    assert note.key == "checkpoint.tier.1.every"
    assert "every 40 saves, and there are some 10" in note.sentence


def test_what_is_left_between_stops_is_noted() -> None:
    stop = {"every": "20 h", "duration": "4 h"}
    [note] = notes(scenario(stop={"work": stop}))
    assert note.key == "stop.work.every"
    assert "16 h at most are left to train in between" in note.sentence
    assert notes(scenario(stop={"work": stop | {"duration": "1 h"}})) == []


def test_the_engine_starts_over_as_often() -> None:
    """Trials with one spike, after three hours: its loss is all work, or 2.5 hours at most."""
    simulator, losses = Simulator(spikes(2, "90 min"), 0), []
    for trial in range(400):
        recorder = Recorder()
        simulator.run(trial, recorder)
        faults = [moment.time for moment in recorder.moments if moment.what is EventKind.FAULT]
        if len(faults) == 1 and 3 * HOUR < faults[0] < 8 * HOUR:
            losses.append(recount(recorder)[Category.LOST_WORK] / HOUR)
    assert len(losses) > 40
    assert all(loss < 2.5 + 1e-9 or loss > 4.5 for loss in losses)
    over = sum(loss > 4.5 for loss in losses)
    assert over / len(losses) == pytest.approx(0.5, abs=3 * 0.5 / len(losses) ** 0.5)


def test_domains_that_no_fault_strikes_are_noted() -> None:
    domains = [{"name": "rack", "hosts": 4}]
    idle = scenario(cluster={"hosts": 8}, domain=domains, fault={"gpu": {"mtbf": "9 h"}})
    (note,) = notes(idle)
    assert note.key == "domain"
    assert '`scope = "rack"`' in note.sentence
    used = {"scope": "rack", "mtbf": "9 h"}
    assert not notes(scenario(cluster={"hosts": 8}, domain=domains, fault={"power": used}))


@pytest.mark.parametrize(
    ("spares", "words"), [(2, ""), (3, "3 spares"), (4, "")], ids=["two", "three", "four"]
)
def test_spares_that_are_not_dealt_evenly_are_noted(spares: int, words: str) -> None:
    """Two racks of six: of three spares one rack has two and the other one."""
    cluster = {"hosts": 8, "spares": spares, "spares_within": "rack"}
    found = notes(scenario(cluster=cluster, domain=[{"name": "rack", "hosts": 6}]))
    assert [note.key for note in found] == ["cluster.spares"] * bool(words)
    assert all("1 of them have 2, the others 1" in note.sentence for note in found)


@pytest.mark.parametrize(
    ("row", "is_noted"),
    [({}, True), ({"returns": "1 h"}, False), ({"hosts": 3}, False), ({"needs_repair": 0}, False)],
)
def test_a_cluster_that_goes_to_repair_as_a_whole_is_noted(
    row: dict[str, Any], is_noted: bool
) -> None:
    power = {"scope": "cluster", "mtbf": "90 h", **row}
    found = notes(scenario(cluster={"hosts": 8}, fault={"power": power}))
    assert ["all 8 hosts" in note.sentence for note in found] == [True] * is_noted


def test_saves_that_never_fail_stop_nothing() -> None:
    stops = {"interval": "1 h", "save_failure_stops": True}
    (note,) = notes(scenario(checkpoint=stops))
    assert note.key == "checkpoint.save_failure_stops"
    assert "`checkpoint.save_failure`" in note.sentence
    assert notes(scenario(checkpoint=stops | {"save_failure": 0.1})) == []
    later = {"progress": 0.5, "set": {"checkpoint.save_failure": 0.1}}
    assert notes(scenario(checkpoint=stops, change=[later])) == []


def test_a_fit_that_failed_its_own_check_is_told_wherever_a_plan_is_made() -> None:
    failed = {"log": "mine", "failed": ["repeats in 1 d", "most in an hour"]}
    one = scenario(fit=failed)
    [note] = [note for note in notes(one) if note.key == "fit.failed"]
    assert "repeats in 1 d and most in an hour of the log are not" in note.sentence
    found = simtrain.plan(one, target="wall_clock <= 1 d", vary={"cluster.spares": "0,1"}, trials=4)
    assert "fails its own check" in " ".join(found.report().split())
    assert one.sha256 == scenario().sha256
    assert not any(note.key == "fit.failed" for note in notes(scenario(fit={"log": "mine"})))


def test_pauses_whose_power_nobody_says_are_noted() -> None:
    scheduled = scenario(
        start="2026-03-02",
        power={"training": "700 W", "stalled": "200 W"},
        schedule={"peak": {"hours": [16, 21]}},
    )
    [note] = [note for note in notes(scheduled) if note.key == "power.paused"]
    assert "schedule.peak" in note.sentence
    for quiet in ({"power.paused": "50 W"}, {"schedule.peak.power": 0.5, "schedule.peak.speed": 1}):
        assert not [one for one in notes(scheduled.replace(quiet)) if one.key == "power.paused"]


def test_a_change_of_a_profile_that_moves_no_pause_is_noted() -> None:
    rows = [{"hours": [16, 21], "intensity": "0.5 kg/kWh"}]
    scheduled = scenario(
        start="2026-03-02",
        power={"training": "700 W", "stalled": "200 W", "paused": 0},
        carbon={"intensity": "0.3 kg/kWh", "when": rows},
        change=[{"at": "1 h", "set": {"carbon.when.0.intensity": "0.1 kg/kWh"}}],
        schedule={"dirty": {"intensity_above": "0.4 kg/kWh"}},
    )
    [note] = [note for note in notes(scheduled) if "schedule" in note.sentence]
    assert note.key == "change.0.set.carbon.when.0.intensity"
    found = Recorder()
    Simulator(scheduled.replace(workload__ideal_time="24 h"), 0).run(0, found)
    paused = [one for one in found.intervals() if one.cause == "dirty"]
    assert [(one.start / HOUR, one.end / HOUR) for one in paused] == [(16.0, 21.0)]

"""Copies in several tiers: which saves go where, and which copy a recovery loads."""

import math
from typing import Any

import pytest

from simtrain.accounts.timeline import EventKind, State
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import HOUR, Outcome, run, runs, scenario

NEAR = {"name": "near", "stall": "6 min", "load": "12 min", "survives": "job"}
PEERS = {"name": "peers", "stall": "6 min", "load": "12 min", "survives": "host"}
DEEP = {"name": "deep", "every": 4, "stall": "30 min", "load": "90 min"}


def tiered(*rows: dict[str, Any], **tables: Any) -> Scenario:
    """Ten hours of work on four hosts and four spares, saved every hour to some tiers."""
    more = tables.pop("checkpoint", {})
    checkpoint = {"interval": "1 h", "tier": list(rows or (NEAR, DEEP)), **more}
    cluster = {"hosts": 4, "spares": 4, **tables.pop("cluster", {})}
    return scenario(checkpoint=checkpoint, cluster=cluster, **tables)


def taken(*hours: float, hosts: Any = 1) -> dict[str, Any]:
    """Incidents that take hosts for an hour, at some moments."""
    return {
        f"flood {number}": {
            "kind": "incident", "at": f"{hour} h", "duration": "1 h", "hosts": hosts,
        }
        for number, hour in enumerate(hours)
    }  # fmt: skip


def halted(hour: float) -> dict[str, Any]:
    """A stop that saves nothing and takes no host: what a crash of the job is to copies."""
    stop = {"kind": "pause", "at": f"{hour} h", "duration": "1 s", "save_first": False}
    return {"halt": stop}


def loads(found: Outcome) -> list[str]:
    return [moment.cause for moment in found.moments(EventKind.LOAD)]


def test_stalls_of_tiers_that_are_saved_together_add_up() -> None:
    """Ten saves to the near tier, and to the deep one numbers 4, 8 and the last."""
    found = run(tiered())
    assert found.spent == {"productive": 10.0, "checkpoint_save": 2.5}
    assert found.ledger.saves == 10


def test_without_a_last_save_the_deepest_tier_has_what_was_due() -> None:
    found = run(tiered(checkpoint={"final_save": False}))
    assert found.spent == {"productive": 10.0, "checkpoint_save": 1.9}


def test_a_fault_of_the_job_leaves_its_memory_readable() -> None:
    fault = {"crash": {"scope": "job", "mtbf": "4 h", "automatic": 1}}
    found = run(tiered(fault=fault), trial=2)
    assert found.count(EventKind.INTERRUPTION) > 1
    assert set(loads(found)) <= {"near", "deep"}
    first = found.moments(EventKind.FAULT)[0].time
    before = max(hour for hour in range(10) if hour * HOUR < first)
    assert before < 1 or loads(found)[0] == "near"


def test_a_crash_of_all_hosts_leaves_nothing_in_memory() -> None:
    """None of them leaves: peers elsewhere would have kept their copies."""
    power = {"power": {"scope": "cluster", "rate": "1 per 4 h", "needs_repair": 0, "automatic": 1}}
    found = run(tiered(fault=power), trial=2)
    assert found.count(EventKind.INTERRUPTION) > 1
    assert set(loads(found)) == {"deep"}
    assert "peers" in loads(run(tiered(PEERS, DEEP, fault=power), trial=2))


def test_a_host_that_left_took_its_part_of_the_memory_with_it() -> None:
    """At 6.5 h five saves were made; the deep tier has the fourth, and 90 min are loaded."""
    found = run(tiered(stop=taken(6.5)))
    # Saves end at 1.1, 2.2, 3.3, 4.9 and 6.0 h, so that half an hour is lost beside the fifth.
    assert loads(found) == ["deep"]
    assert found.spent == {
        "productive": 10.0, "lost_work": 1.5, "checkpoint_save": 2.6, "checkpoint_load": 1.5,
    }  # fmt: skip


def test_the_number_of_a_save_goes_back_with_the_copy_that_is_loaded() -> None:
    """From the fourth save on the deep tier is due again at the eighth, whatever came between."""
    found = run(tiered(stop=taken(6.5), checkpoint={"final_save": False}))
    # Five saves and then again the fifth to the ninth, of which the eighth is deep as well.
    assert found.spent["checkpoint_save"] == pytest.approx(10 * 0.1 + 2 * 0.5)


def test_the_near_tier_is_empty_until_its_next_save() -> None:
    """A second host goes before anything was saved again: back to the deep copy once more."""
    found = run(tiered(stop=taken(6.5, 8.5)))
    assert loads(found) == ["deep", "deep"]
    assert loads(run(tiered(stop=taken(6.5) | halted(8.75)))) == ["deep", "deep"]
    # A save ends at 9.1 h, and what only ends the processes after it finds the near copy.
    assert loads(run(tiered(stop=taken(6.5) | halted(9.05)))) == ["deep", "deep"]
    assert loads(run(tiered(stop=taken(6.5) | halted(9.4)))) == ["deep", "near"]


def test_peers_elsewhere_survive_one_host_and_not_two() -> None:
    rows = (PEERS, DEEP)
    assert loads(run(tiered(*rows, stop=taken(6.5)))) == ["peers"]
    assert loads(run(tiered(*rows, stop=taken(6.5, hosts=2)))) == ["deep"]
    # The second host goes before the next save: two are lost to the copy.
    assert loads(run(tiered(*rows, stop=taken(6.5, 6.9)))) == ["peers", "deep"]
    # After the next save, none of the lost hosts holds a part of it.
    assert loads(run(tiered(*rows, stop=taken(6.5, 8.0)))) == ["peers", "peers"]


@pytest.mark.parametrize(("level", "loaded"), [("pair", "near"), ("host", "deep")])
def test_a_copy_survives_the_loss_of_one_domain_of_its_level(level: str, loaded: str) -> None:
    """A pair of hosts is struck at once, all of it, after a save that is not in the deep tier."""
    simulated = tiered(
        NEAR | {"survives": level}, DEEP,
        domain=[{"name": "pair", "hosts": 2}], cluster={"spares": 8},
        fault={"power": {"scope": "pair", "rate": "1 per 9 h", "automatic": 1}},
    )  # fmt: skip
    found = runs(simulated, 50)
    first = next(one for one in found if 4 < _saves_before_a_fault(one) < 8)
    assert loads(first)[0] == loaded


def _saves_before_a_fault(found: Outcome) -> int:
    struck = [one.time for one in found.moments(EventKind.INTERRUPTION)] or [0.0]
    stalls = [one for one in found.recorder.intervals() if one.state is State.CHECKPOINT_SAVE]
    return sum(one.end < struck[0] for one in stalls)


def test_an_incident_of_all_hosts_empties_all_tiers_but_the_store() -> None:
    assert loads(run(tiered(PEERS, DEEP, stop=taken(6.5, hosts="all")))) == ["deep"]
    found = run(tiered(PEERS, stop=taken(6.5, hosts="all")))
    assert found.spent["lost_work"] == 6.0


def test_a_planned_stop_goes_to_the_deepest_tier_and_resumes_from_the_near_one() -> None:
    """A save of 6 + 30 min, whose lag of an hour is waited for, though it is only the sixth."""
    stop = {"upgrade": {"at": "6.5 h", "duration": "2 h"}}
    found = run(tiered(NEAR, DEEP | {"durability_lag": "1 h"}, stop=stop))
    assert loads(found) == ["near"]
    # Five saves, the stop's, and five more: after 5.5 h work is saved each hour from there on.
    # Number 4 was deep, so are the stop's (number 6), number 8 and the last one.
    assert found.spent == {
        "productive": 10.0, "checkpoint_save": 11 * 0.1 + 4 * 0.5 + 2 * 1.0, "maintenance": 2.0,
        "checkpoint_load": 0.2,
    }  # fmt: skip


def test_a_stop_within_a_save_lets_it_go_to_the_deepest_tier_as_well() -> None:
    """The second save is under way from 2.1 h; at 2.15 h the stop adds half an hour to it."""
    stop = {"upgrade": {"at": "2.15 h", "duration": "2 h"}}
    found = run(tiered(stop=stop))
    assert found.spent["checkpoint_save"] == pytest.approx(10 * 0.1 + 4 * 0.5)
    assert found.spent["maintenance"] == 2.0
    resumed = next(i for i in found.recorder.intervals() if i.state.name == "MAINTENANCE")
    assert resumed.start == pytest.approx(2.7 * HOUR)


def test_hosts_that_a_stop_does_not_give_back_are_lost_to_the_near_copy() -> None:
    stop = {"upgrade": {"at": "6.5 h", "duration": "3 h"}, **taken(8.0)}
    assert loads(run(tiered(stop=stop))) == ["deep"]
    assert "lost_work" not in run(tiered(stop=stop)).spent


def test_a_load_that_fails_falls_to_the_next_tier_and_is_tried_again_only_there() -> None:
    rows = (NEAR | {"load_failure": 1}, DEEP | {"load_failure": 0.5})
    found = run(tiered(*rows, stop=halted(5.5)), trial=1)
    # Number 4 is the newest save that both have; the fifth would be near alone.
    assert loads(found)[0] == "near"
    assert set(loads(found)[1:]) == {"deep"}
    assert found.spent["checkpoint_load"] == 0.2 + 1.5 * (len(loads(found)) - 1)


def test_what_could_not_be_read_is_not_tried_again_before_the_job_trains() -> None:
    """Memory fails at 4.5 h, and a stop strikes the load from the store that follows."""
    rows = (NEAR | {"load_failure": 1}, DEEP | {"every": 1})
    struck = {f"halt {n}": halted(hour)["halt"] for n, hour in enumerate((4.5, 5.5, 8.5))}
    assert loads(run(tiered(*rows, stop=struck))) == ["near", "deep", "deep", "near", "deep"]


def test_a_load_that_fails_where_no_other_tier_has_the_save_is_tried_again() -> None:
    rows = (NEAR | {"load_failure": 0.6}, DEEP)
    found = [run(tiered(*rows, stop=halted(6.3)), trial) for trial in range(8)]
    assert {name for one in found for name in loads(one)} == {"near"}
    assert max(len(loads(one)) for one in found) > 2


def test_hosts_that_are_lost_during_a_recovery_count_as_its_load_begins() -> None:
    """A host is cordoned after a diagnosis, and a second one goes meanwhile: peers lose two."""
    fault = {"break": {"mtbf": "20 h", "automatic": 1}}
    diagnosis = {"automatic": "2 h"}
    simulated = tiered(PEERS, DEEP, fault=fault, diagnosis=diagnosis, repair={"automated": "9 d"})
    alone = run(simulated, trial=1)
    first = alone.moments(EventKind.INTERRUPTION)[0].time / HOUR
    assert loads(alone)[0] == "peers"
    both = run(simulated.replace({"stop": taken(math.ceil(first + 0.5))}), trial=1)
    assert loads(both)[0] == "deep"
    assert both.count(EventKind.ROLLBACK) >= 2


def test_a_corrupt_copy_leads_to_an_older_save_in_any_tier() -> None:
    rows = (NEAR | {"corrupt": 1}, DEEP)
    # The sixth save is near; that and the fifth are corrupt, as is the fourth if it is near.
    found = run(tiered(*rows, stop=halted(7.5)))
    assert loads(found) == ["near", "near", "near", *["near"] * (len(loads(found)) - 4), "deep"]


def test_bandwidths_per_host_share_a_store() -> None:
    """8 TB at 4 × 1 TB/h are 2 h, and at the 2 TB/h of the store 4 h."""
    moved = {"interval": "4 h", "size": "8 TB", "save_bandwidth": f"{1000 / 3.6:.9f} MB/s",
             "per_host": True}  # fmt: skip
    for store, hours in [({}, 2.0), ({"store_bandwidth": f"{2000 / 3.6:.9f} MB/s"}, 4.0)]:
        found = run(scenario(checkpoint={**moved, **store}))
        assert found.spent["checkpoint_save"] == pytest.approx(3 * hours)


def test_one_tier_in_rows_is_the_tier_without_rows() -> None:
    """The same trials to the last bit, but for a word on where copies are loaded from."""
    keys = {
        "stall": "6 min", "durability_lag": "20 min", "load": "12 min", "save_failure": 0.2,
        "load_failure": 0.3, "corrupt": 0.2, "keep": 2,
    }  # fmt: skip
    fault = {"break": {"mtbf": "20 h"}, "crash": {"scope": "job", "mtbf": "5 h"}}
    for trial in range(5):
        plain = run(scenario(checkpoint=keys, fault=fault), trial)
        rows = run(scenario(checkpoint={"tier": [{"name": "only", **keys}]}, fault=fault), trial)
        assert rows.ending == plain.ending
        assert rows.recorder.intervals() == plain.recorder.intervals()
        moments = [one for one in rows.recorder.moments if one.what is not EventKind.LOAD]
        assert moments == plain.recorder.moments


def test_a_tier_may_be_saved_to_more_often_from_a_date_on() -> None:
    change = [{"at": "5.5 h", "set": {"checkpoint.tier.deep.every": 1}}]
    found = run(tiered(change=change, checkpoint={"final_save": False}))
    # Number 4, and 5 to 9.
    assert found.spent["checkpoint_save"] == pytest.approx(9 * 0.1 + 6 * 0.5)


def test_a_write_that_outlasts_the_next_save_goes_on_slowing_training() -> None:
    """The deep copy of 4 h is written beside 2.5 h of training at half speed, saves between it."""
    rows = ({"name": "near"}, {"name": "deep", "every": 4, "durability_lag": "2.5 h"})
    more = {"write_slowdown": 0.5, "final_save": False}
    found = run(tiered(*rows, workload={"ideal_time": "6 h"}, checkpoint=more))
    assert found.spent == {"productive": 6.0, "degraded": 1.25}


@pytest.mark.parametrize("interval", ["593.9227243564112 s", "577.7 s", "599.123 s"])
def test_a_run_goes_on_whose_writes_outlast_the_interval(interval: str) -> None:
    """The moment of a save, summed up from segments, need not be that of the schedule."""
    far = {"name": "far", "stall": "1 min", "durability_lag": "10 min", "every": 2}
    more = {"interval": interval, "write_slowdown": 0.05}
    found = run(tiered({**NEAR, "stall": 0, "every": 4}, far, checkpoint=more))
    intervals = 10 * HOUR / float(interval[:-2])  # and more of them, as writes slow training
    assert intervals - 1 < found.ledger.saves < 1.05 * intervals + 1


def test_a_copy_may_survive_the_loss_of_a_domain_whose_name_has_a_space() -> None:
    level = {"name": "power domain", "hosts": 2}
    tiers = ({**NEAR, "survives": "power domain"}, DEEP)
    found = run(tiered(*tiers, domain=[level], stop=taken(6.5)))
    assert loads(found) == ["near"]

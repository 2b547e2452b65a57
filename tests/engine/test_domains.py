"""Faults of racks, pods and the cluster: whom they take, and what counts."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from simtrain.accounts.timeline import EventKind
from simtrain.engine.cluster import Cluster
from simtrain.engine.domain_spares import DomainSpares
from simtrain.model.topology import Slots
from tests.engine.runs import HOUR, Outcome, run, runs, scenario

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

RACK = [{"name": "rack", "hosts": 4}]
POD = [*RACK, {"name": "pod", "hosts": 8}]


def racks(hours: float = 2000.0, **tables: Any) -> Scenario:
    """A window on two racks of four hosts without spares; repair takes two hours."""
    common = {
        "workload": {"ideal_time": None, "window": f"{hours} h"},
        "cluster": {"hosts": 8},
        "domain": RACK,
        "fault": {"power": {"scope": "rack", "mtbf": "100 h", "automatic": 1}},
        "repair": {"automated": "2 h"},
    }
    for key, value in tables.items():
        if key == "fault":
            common[key] = value
            continue
        common[key] = {**common.get(key, {}), **value} if isinstance(value, dict) else value
    return scenario(**common)


def hosts_of_each(found: Outcome, what: EventKind = EventKind.FAULT) -> list[tuple[int, ...]]:
    """Hosts that each fault took, as they are told."""
    further = found.moments(EventKind.STRUCK_TOO)
    return [
        (fault.host, *(one.host for one in further if one.time == fault.time))
        for fault in found.moments(what)
    ]


def test_a_rack_is_lost_as_a_whole_and_is_one_fault_and_one_interruption() -> None:
    found = run(racks())
    assert set(hosts_of_each(found)) == {(0, 1, 2, 3), (4, 5, 6, 7)}
    faults = found.count(EventKind.FAULT)
    assert faults == found.count(EventKind.INTERRUPTION) > 20
    assert found.count(EventKind.CORDON) == 4 * faults
    assert found.spent["host_wait"] == pytest.approx(2.0 * faults)


def test_the_last_rack_may_hold_fewer_hosts() -> None:
    found = run(racks(cluster={"hosts": 6}))
    assert set(hosts_of_each(found)) == {(0, 1, 2, 3), (4, 5)}


def test_spares_in_a_rack_that_is_struck_go_to_repair_too() -> None:
    """Six hosts and two spares in two racks: the second holds two hosts of the job at first."""
    found = run(racks(cluster={"hosts": 6, "spares": 2, "swap": "1 h"}))
    first = hosts_of_each(found)[0]
    assert first in {(0, 1, 2, 3), (4, 5, 6, 7)}
    assert found.count(EventKind.CORDON) == 4 * found.count(EventKind.FAULT)
    assert found.count(EventKind.SPARE_FAULT) == 0


def test_a_rack_of_spares_alone_is_at_its_idle_hazard() -> None:
    """A second rack of spares: never struck at idle hazard 0, and as often as the first at 1."""
    tables = {"cluster": {"hosts": 4, "spares": 4}, "repair": {"automated": "0 s"}}
    tables["fault"] = {"power": {"scope": "rack", "mtbf": "10 h", "automatic": 1,
                                 "needs_repair": 0.5}}  # fmt: skip
    never = run(racks(**tables))
    assert {len(hosts) for hosts in hosts_of_each(never)} == {4}
    tables["cluster"]["idle_hazard"] = 1
    always = run(racks(**tables))
    assert never.count(EventKind.SPARE_FAULT) == 0
    of_job, of_spares = always.count(EventKind.FAULT), always.count(EventKind.SPARE_FAULT)
    assert of_job == pytest.approx(200, abs=47)  # 3.3 errors of Poisson
    assert 2 * of_spares == pytest.approx(of_job, abs=3.3 * (3 * of_job) ** 0.5)  # half need repair


def test_a_pod_takes_the_racks_in_it_and_a_cluster_takes_all() -> None:
    hosts = tuple(range(16))
    fault = {"mtbf": "100 h", "automatic": 1}
    of_pod = run(
        racks(cluster={"hosts": 16}, domain=POD, fault={"power": {**fault, "scope": "pod"}})
    )
    assert set(hosts_of_each(of_pod)) == {hosts[:8], hosts[8:]}
    of_all = run(racks(cluster={"hosts": 16}, fault={"power": {**fault, "scope": "cluster"}}))
    assert set(hosts_of_each(of_all)) == {hosts}


def test_hosts_of_a_rack_that_is_away_come_back_together_and_cannot_be_struck() -> None:
    row = {"scope": "rack", "clock": "calendar", "mtbf": "20 h", "returns": "5 h", "automatic": 1}
    found = run(racks(fault={"power": row}))
    faults = [moment.time / HOUR for moment in found.moments(EventKind.FAULT)]
    for rack in (0, 4):
        strikes = [m.time / HOUR for m in found.moments(EventKind.FAULT) if m.host == rack]
        assert min(after - before for before, after in pairwise(strikes)) >= 5.0
    backs = [moment.time / HOUR for moment in found.moments(EventKind.BACK)]
    expected = [time + 5 for time in faults for _ in range(4) if time + 5 < 2000]
    assert backs == pytest.approx(expected)
    assert found.count(EventKind.CORDON) == 0


def test_a_burst_strikes_different_hosts_of_the_cluster() -> None:
    fault = {"burst": {"scope": "cluster", "hosts": 3, "mtbf": "50 h", "automatic": 1}}
    found = run(racks(fault=fault))
    struck = hosts_of_each(found)
    assert {len(set(hosts)) for hosts in struck} == {3}
    assert {host for hosts in struck for host in hosts} == set(range(8))
    assert found.count(EventKind.CORDON) == 3 * found.count(EventKind.FAULT)


def test_each_host_of_a_burst_has_its_own_draws_and_those_of_a_rack_have_one() -> None:
    """Of a rack all need repair or none and all are found or none; of a burst each for itself.

    Seen at the first fault of 40 trials, of which half need repair and 7 in 10 of these are found.
    """
    common = {"mtbf": "50 h", "automatic": 1, "needs_repair": 0.5}
    found_at_once = {}
    for scope in ({"scope": "rack"}, {"scope": "cluster", "hosts": 4}):
        simulated = racks(100.0, fault={"break": common | scope}, diagnosis={"recall": 0.7})
        found = list(runs(simulated, 40))
        found_at_once[scope["scope"]] = {
            sum(one.time == fault.time for one in trial.moments(EventKind.CORDON))
            for trial in found
            for fault in trial.moments(EventKind.FAULT)[:1]
        }
    assert found_at_once["rack"] == {0, 4}
    assert found_at_once["cluster"] >= {0, 1, 2, 3}


def test_a_rack_is_one_finding_for_false_blames() -> None:
    """At a precision of a half, one healthy host is blamed for each finding: 4 + 1, and 4 + 4."""
    for fault, blamed in (({"scope": "rack"}, 1), ({"scope": "cluster", "hosts": 4}, 4)):
        row = {"mtbf": "100 h", "automatic": 1, **fault}
        found = run(racks(cluster={"hosts": 12}, fault={"power": row},
                          diagnosis={"precision": 0.5}))  # fmt: skip
        assert found.count(EventKind.CORDON) == (4 + blamed) * found.count(EventKind.FAULT)


def test_an_accelerator_is_lost_with_its_host_at_the_rate_of_all_in_it() -> None:
    common = {"automatic": 1}
    hosts = run(racks(fault={"power": {"mtbf": "100 h", **common}}))
    accelerators = run(racks(fault={"power": {"scope": "accelerator", "mtbf": "800 h", **common}}))
    per_day = run(
        racks(fault={"power": {"scope": "accelerator", "rate": "0.03 per day", **common}})
    )
    assert hosts.ending == accelerators.ending == per_day.ending
    assert hosts.recorder.moments == accelerators.recorder.moments


def test_a_new_host_stands_where_the_retired_one_stood() -> None:
    """All repairs end in retirement; racks stay racks of four for as long as the run lasts."""
    found = run(racks(
        repair={"automated_fails": 1, "retire": 1}, cluster={"hosts": 8, "provision": "1 h"}
    ))  # fmt: skip
    struck = hosts_of_each(found)
    assert {len(hosts) for hosts in struck} == {4}
    assert max(host for hosts in struck for host in hosts) > 20
    assert found.count(EventKind.RETIRE) == found.count(EventKind.CORDON)


def test_hosts_that_come_later_stand_behind_the_others() -> None:
    change = [{"at": "100 h", "set": {"cluster.hosts": 12}}]
    found = run(racks(change=change))
    struck = set(hosts_of_each(found))
    assert struck == {(0, 1, 2, 3), (4, 5, 6, 7), (8, 9, 10, 11)}


def test_more_spares_do_not_move_faults_of_the_racks_of_the_job() -> None:
    row = {"scope": "rack", "clock": "calendar", "mtbf": "50 h", "needs_repair": 0, "automatic": 1}
    few, many = (
        [(moment.time, moment.host) for moment in found.moments(EventKind.FAULT)]
        for found in (run(racks(cluster={"spares": n}, fault={"power": row})) for n in (0, 8))
    )
    assert few == [(time, host) for time, host in many if host < 8]


# --- spares that belong to a domain -------------------------------------------------------------


def within(hours: float = 2000.0, **tables: Any) -> Scenario:
    """Two racks of three hosts of the job and a spare: 0 to 2 and 6, and 3 to 5 and 7."""
    cluster = {"hosts": 6, "spares": 2, "spares_within": "rack", **tables.pop("cluster", {})}
    return racks(hours, cluster=cluster, **tables)


def test_every_rack_has_its_own_spares() -> None:
    found = run(within())
    assert set(map(frozenset, hosts_of_each(found))) == {
        frozenset({0, 1, 2, 6}), frozenset({3, 4, 5, 7}),
    }  # fmt: skip
    assert found.spent["host_wait"] == pytest.approx(2.0 * found.count(EventKind.FAULT))


def test_a_spare_steps_in_within_its_rack_only() -> None:
    """Hosts 0 and 6 are racked together, 3 and 7 are: each stands in for its own rack."""
    row = {"mtbf": "200 h", "automatic": 1}
    found = run(within(fault={"gpu": row}, repair={"automated": "30 h"}))
    racks_of = {host: 0 if host in (0, 1, 2, 6) else 1 for host in range(8)}
    out: list[int] = []
    for moment in found.recorder.moments:
        if moment.what is EventKind.CORDON:
            out.append(racks_of[moment.host])
        elif moment.what is EventKind.SWAP_IN:
            out.remove(racks_of[moment.host])
    assert found.count(EventKind.SWAP_IN) > 20
    assert found.spent["host_wait"] > 10
    anywhere = run(racks(cluster={"hosts": 6, "spares": 2}, fault={"gpu": row},
                         repair={"automated": "30 h"}))  # fmt: skip
    assert anywhere.spent["host_wait"] < found.spent["host_wait"]


def test_spares_within_the_one_rack_there_is_are_spares_anywhere() -> None:
    """The same trials: hosts fail, come back by themselves, and are swapped with a delay."""
    rows = {
        "gpu": {"mtbf": "200 h", "automatic": 1},
        "net": {"mtbf": "300 h", "returns": "5 h", "automatic": 1},
    }
    cluster = {"hosts": 6, "spares": 2, "swap": "30 min", "idle_hazard": 0.5}
    tables = {"domain": [{"name": "rack", "hosts": 8}], "fault": rows,
              "repair": {"automated": {"law": "exponential", "mean": "20 h"}}}  # fmt: skip
    anywhere = run(racks(cluster=cluster, **tables))
    bound = run(racks(cluster=cluster | {"spares_within": "rack"}, **tables))
    assert bound.ending == anywhere.ending
    assert bound.recorder.moments == anywhere.recorder.moments


def test_a_host_that_is_back_by_itself_takes_a_place_in_its_rack() -> None:
    rows = {
        "net": {"scope": "rack", "mtbf": "60 h", "returns": "3 h", "automatic": 1},
        "gpu": {"mtbf": "300 h", "automatic": 1},
    }
    found = run(within(fault=rows, cluster={"swap": "1 h", "spares": 2}))
    assert found.count(EventKind.BACK) > 20
    for struck in hosts_of_each(found):
        assert len({0 if host in (0, 1, 2, 6) else 1 for host in struck}) == 1


def test_a_new_host_belongs_to_the_rack_of_the_retired_one() -> None:
    found = run(within(repair={"automated_fails": 1, "retire": 1}, cluster={"provision": "1 h"}))
    assert {len(hosts) for hosts in hosts_of_each(found)} == {4}
    assert found.count(EventKind.RETIRE) > 50


# --- whole domains ------------------------------------------------------------------------------


def whole(hours: float = 2000.0, **tables: Any) -> Scenario:
    """Two racks of four hosts of the job, 0 to 7, and one that stands by, 8 to 11."""
    cluster = {"hosts": 8, "spares": 4, "whole": "rack", **tables.pop("cluster", {})}
    return racks(hours, cluster=cluster, **tables)


def test_a_rack_that_lacks_a_host_is_replaced_whole() -> None:
    """One host fails, and the four hosts of the rack that stands by step in for its four."""
    found = run(whole(200.0, fault={"gpu": {"mtbf": "1000 h", "automatic": 1}},
                      repair={"automated": "3 h"}))  # fmt: skip
    first = found.moments(EventKind.CORDON)[0]
    swaps = [one.host for one in found.moments(EventKind.SWAP_IN) if one.time == first.time]
    assert sorted(swaps) == [8, 9, 10, 11]
    after = next(hosts for time, hosts in found.recorder.steps if time > first.time)
    assert (after.job, after.idle, after.repair) == (8, 4, 0)  # the repaired host made it whole
    assert "host_wait" not in found.spent


def test_a_rack_is_waited_for_where_none_stands_by_whole() -> None:
    found = run(whole(fault={"gpu": {"mtbf": "1000 h", "automatic": 1}}, cluster={"spares": 0}))
    cordons = found.count(EventKind.CORDON)
    assert found.spent["host_wait"] == pytest.approx(2.0 * cordons)
    swaps = found.moments(EventKind.SWAP_IN)
    assert [one.host for one in swaps] == [one.host for one in found.moments(EventKind.CORDON)]


def test_hosts_that_come_back_by_themselves_to_their_whole_rack_need_no_swap() -> None:
    """They are away for 2 h, and a rack that stands by steps in only if its swap is over before."""
    net = {"scope": "rack", "mtbf": "400 h", "returns": "2 h", "automatic": 1}
    for spares, swap, waited in ((0, "1 h", 2.0), (4, "3 h", 2.0), (4, "1 h", 1.0)):
        found = run(whole(fault={"net": net}, cluster={"spares": spares, "swap": swap}))
        faults = found.count(EventKind.INTERRUPTION)
        assert faults > 3
        assert found.spent["host_wait"] == pytest.approx(waited * faults)


def test_hosts_that_are_back_wait_for_the_rest_of_their_whole_rack_and_step_in_first() -> None:
    """Host 1 comes back by itself and host 0 from repair; hosts 2 and 3 are out of it."""
    spares = DomainSpares(Slots(4, 4), 2, whole=True)
    spares.enter(1, 1, first=True)
    assert spares.back([0, 1]) == set()
    spares.enter(0, 0, first=False)
    assert spares.back([0, 1]) == {1}
    assert [step.host for step in spares.steps([0, 1], {1})] == [1, 0]
    spares.leave(1, 1)
    assert spares.back([0]) == set()


def test_a_whole_rack_that_is_given_up_awaits_nobody() -> None:
    """One of its hosts is back when the other rack steps in: it is a spare like any other then."""
    spares = DomainSpares(Slots(2, 4), 2, whole=True)
    spares.enter(1, 1, first=True)
    assert spares.awaits(0, [0, 1], ())
    assert spares.move([0, 1]) == [0, 1]
    assert not spares.awaits(0, [0, 1], ())
    spares.enter(0, 0, first=False)
    assert spares.back([0, 1]) == set()


def test_the_job_stands_in_whole_racks_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked at whenever all its places are filled, while hosts and racks come and go."""
    right, seen = Cluster.fill, set()

    def fill(cluster: Cluster, count: int, cause: str) -> None:
        right(cluster, count, cause)
        if not cluster.vacant:
            hosts = [cluster.host_at(place) for place in range(cluster.size)]
            assert not set(hosts) & set(cluster.idle)
            seen.add(tuple(sorted({host // 4 for host in hosts})))
            assert all(len({host // 4 for host in hosts[n : n + 4]}) == 1 for n in (0, 4))

    monkeypatch.setattr(Cluster, "fill", fill)
    rows = {
        "gpu": {"mtbf": "300 h", "automatic": 1},
        "net": {"scope": "rack", "mtbf": "200 h", "returns": "5 h", "automatic": 1},
    }
    run(whole(fault=rows, repair={"automated": {"law": "exponential", "mean": "20 h"}}))
    assert seen == {(0, 1), (0, 2), (1, 2)}


def test_racks_interrupt_as_many_as_the_job_takes_whole() -> None:
    """D = 2 whatever happens: 4 h of repair, and 3.3 errors of Poisson at 1/50 h for each rack."""
    row = {"scope": "rack", "mtbf": "50 h", "automatic": 1}
    found = run(whole(8000.0, fault={"power": row}, cluster={"spares": 8}))
    at_risk = 8000.0 - found.spent.get("host_wait", 0.0)
    count = found.count(EventKind.INTERRUPTION)
    assert count == pytest.approx(2 * at_risk / 50, abs=3.3 * (2 * at_risk / 50) ** 0.5)

"""What is added as a row or a class of its own works through the engine as it stands."""

from __future__ import annotations

import pytest

from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import EventKind, Verdict
from simtrain.engine.trial import Simulator
from simtrain.model.effects import EFFECTS, Effect
from simtrain.model.policies import Wait
from simtrain.model.topology import SCOPES, Scope
from tests.engine.runs import Outcome, run, scenario


def cordons_of_each_fault(found: Outcome) -> list[int]:
    """Hosts that are cordoned at the time of each fault, which is detected at once."""
    cordons = [moment.time for moment in found.moments(EventKind.CORDON)]
    return [cordons.count(moment.time) for moment in found.moments(EventKind.FAULT)]


def test_a_unit_of_several_hosts_is_lost_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten hosts in fours: two whole units, and one of two hosts, each at the rate of a unit."""
    monkeypatch.setitem(SCOPES, "host", Scope(4))
    simulated = scenario(
        workload={"ideal_time": "400 h"},
        cluster={"hosts": 10, "spares": 8},
        fault={"rack": {"mtbf": "30 h"}},
        checkpoint={"interval": "100 h"},
    )
    taken = cordons_of_each_fault(run(simulated))
    assert len(taken) > 20
    assert set(taken) == {2, 4}
    assert 0.4 < taken.count(4) / len(taken) < 0.9  # two of three; 3.3 errors at 40 faults


@pytest.mark.parametrize("extra", [{"law": "weibull", "shape": 2}, {}], ids=["ageing", "frail"])
def test_hosts_that_differ_change_nothing_for_units_of_several(
    extra: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCOPES, "job", Scope(4))
    simulated = scenario(
        workload={"ideal_time": "300 h"},
        cluster={"hosts": 8, "spares": 8, "age": "new", "frailty": 0.5, "idle_hazard": 1},
        fault={
            "rack": {"scope": "job", "mtbf": "40 h", "diagnose": True},
            "old": {"mtbf": "100000 h", **extra},
        },
    )
    found = run(simulated)
    faults = [moment for moment in found.moments(EventKind.FAULT) if moment.cause == "rack"]
    assert 3 < len(faults) < 35  # two units at 1/40 h: 15, and not 60
    assert found.count(EventKind.SPARE_FAULT) == 0


@pytest.mark.parametrize("taints", [False, True])
def test_a_latent_fault_is_noticed_once_whether_or_not_it_taints_the_work(
    taints: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EFFECTS, "hang", Effect(stops=False, taints=taints))
    simulated = scenario(
        workload={"ideal_time": "200 h"},
        fault={"flaw": {"scope": "job", "effect": "hang", "mtbf": "20 h", "detection": "90 min"}},
    )
    found = run(simulated)
    assert found.ending.verdict is Verdict.FINISHED
    assert 3 < found.count(EventKind.INTERRUPTION) <= found.count(EventKind.FAULT)
    lost = found.spent.get("lost_work", 0.0) / found.count(EventKind.INTERRUPTION)
    assert lost > 1.5 if taints else lost < 1.0


def test_a_policy_of_ones_own() -> None:
    class CallsNobody(Wait):
        def on_failed_launch(self, restart: object, tries: int) -> bool:
            return False

    simulated = scenario(
        workload={"ideal_time": "200 h"},
        fault={"break": {"scope": "job", "mtbf": "10 h", "automatic": 1}},
        restart={"duration": "10 min", "failure": 0.7, "tries": 2},
    )
    called = []
    for policy in (Wait(), CallsNobody()):
        ledger = Ledger()
        Simulator(simulated, 0, policy).run(0, ledger)
        called.append(ledger.counts[EventKind.PERSON_CALLED])
    assert called[0] > 5
    assert called[1] == 0

"""What is added as a row or a class of its own works through the engine as it stands."""

from __future__ import annotations

import pytest

from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import EventKind, Verdict
from simtrain.effects import EFFECTS, Effect
from simtrain.engine.trial import Simulator
from simtrain.model.parameters import parts
from simtrain.model.policies import Wait
from tests.engine.runs import run, scenario


@pytest.mark.parametrize("taints", [False, True])
def test_a_latent_fault_is_noticed_once_whether_or_not_it_taints_the_work(
    taints: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EFFECTS, "hang", Effect(stops=False, taints=taints))
    monkeypatch.setattr(parts, "_known", {})  # none was made with another effect of that name
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

"""Whatever else a scenario holds, the books of a job that goes on with fewer replicas add up."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from simtrain.accounts.timeline import EventKind
from simtrain.errors import SimtrainError
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import runs
from tests.strategies import RECOVERIES, in_replicas, scenarios


@pytest.mark.slow
def test_categories_add_up_and_a_recount_agrees() -> None:
    """`runs` holds each trial to that; some have to go on with fewer replicas."""
    met = [0]

    @settings(
        max_examples=40, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(scenarios(), RECOVERIES, st.integers(0, 6))
    def holds(scenario: Scenario, recovery: dict[str, Any], pick: int) -> None:
        hosts = scenario.cluster.hosts
        lasting = {"mtbf": f"{6 * hosts} h", "needs_repair": 1}  # so that spares run out
        table = in_replicas(recovery, hosts, pick)
        try:
            elastic = scenario.replace({"recovery": table, "fault.lasting": lasting})
        except SimtrainError:  # where changes or domains do not allow it
            assume(False)
        [outcome] = runs(elastic, 1, seed=3)
        met[0] += outcome.count(EventKind.RECONFIGURATION) > 0

    holds()
    assert met[0] > 8

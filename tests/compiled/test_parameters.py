"""Records of numbers in force have what the objects have."""

import math
from typing import Any

import numpy as np
import pytest

from simtrain.compiled.laws import LAW, NONE
from simtrain.compiled.parameters import (
    CHECK,
    CLUSTER,
    DIAGNOSIS,
    FAULT,
    NEVER,
    REPAIR,
    RESTART,
    TIER,
    encode_check,
    encode_cluster,
    encode_diagnosis,
    encode_fault,
    encode_repair,
    encode_restart,
    encode_tier,
)
from simtrain.distributions import Law
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load
from tests.engine.test_domains import racks

SCENARIOS = {path.stem: str(path) for path in packaged().values()}


def agree(dtype: np.dtype[np.void], values: tuple[Any, ...], of: Any) -> Any:
    """A record whose fields are the attributes of the same name, where they have one value."""
    records = np.zeros(1, dtype)
    records[0] = values
    for name in dtype.names or ():
        found, expected = records[0][name], getattr(of, name, None)
        if dtype[name] == LAW and isinstance(expected, Law | None) and hasattr(of, name):
            assert (found["kind"] == NONE) == (expected is None), name
        elif isinstance(expected, int | float):
            assert found == expected, name
    return records[0]


@pytest.mark.parametrize("name", ["opt175b", "llama3-405b", "gemini25"])
def test_numbers_of_packaged_scenarios(name: str) -> None:
    scenario = load(SCENARIOS[name])
    now, held = parameters_of(scenario, at_middle, scenario), list[Any]()
    agree(RESTART, encode_restart(now.restart, held), now.restart)
    agree(DIAGNOSIS, encode_diagnosis(now.diagnosis, held), now.diagnosis)
    weathers = [fault.weather for fault in now.faults.values() if fault.weather]
    weathers += [now.repair.weather] if now.repair.weather else []
    repair = agree(REPAIR, encode_repair(now.repair, held, weathers), now.repair)
    assert repair["retire_at"] == (now.repair.retire_at or NEVER)
    cluster = agree(CLUSTER, encode_cluster(now.cluster, held), now.cluster)
    assert cluster["has_provision"] == (now.cluster.provision is not None)
    for number, fault in enumerate(now.faults.values()):
        found = agree(FAULT, encode_fault(fault, held, number, 3, weathers), fault)
        assert (found["cause"], found["rank"]) == (number, 3)
        assert found["weather"] == (weathers.index(fault.weather) if fault.weather else -1)
        assert found["scope_hosts"] == fault.scope.hosts
        for effect in ("stops", "taints", "slows", "merges", "after_grace", "preempts"):
            assert found[effect] == getattr(fault.effect, effect)
    for tier in now.checkpoint.tiers:
        found = agree(TIER, encode_tier(tier, held), tier)
        assert found["keep"] == (-1 if tier.keep is None else tier.keep)
        assert found["has_survives"] == (tier.survives is not None)
    numbers = {name: number for number, name in enumerate(scenario.latent)}
    for check in now.checks:
        found = agree(CHECK, encode_check(check, held, numbers), check)
        assert found["finds"].sum() == len(check.finds)
    # What a record of a packaged scenario has an address of is functions of SciPy alone.
    assert all(array.dtype == np.int64 for array in held)


def test_numbers_that_are_not_given() -> None:
    scenario = racks()
    now = parameters_of(scenario, at_middle, scenario)
    (fault,) = now.faults.values()
    found = agree(FAULT, encode_fault(fault, [], 0, 0, []), fault)
    assert (found["is_domain"], found["is_cluster"]) == (1, 0)
    assert (found["has_law"], found["has_part"], found["has_restart"]) == (0, 0, 0)
    repair = agree(REPAIR, encode_repair(now.repair, [], []), now.repair)
    assert (repair["crews"], repair["weather"]) == (-1, -1)
    assert agree(RESTART, encode_restart(now.restart, []), now.restart)["budget"] == -1
    assert math.isinf(repair["retire_within"])

"""Parts of the parameters are made once, and are those that would be made each time."""

from __future__ import annotations

from typing import Any

import pytest

from simtrain.engine.numbers import NumbersOfTrial
from simtrain.model.parameters import parameters_of
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load


@pytest.mark.parametrize("name", sorted(packaged()))
def test_parts_that_are_kept_are_those_that_would_be_made_anew(name: str) -> None:
    """After every change, in the order of the file, and in trials that draw their numbers."""
    scenario = load(name)
    numbers = NumbersOfTrial(scenario)
    orders = [tuple(range(done)) for done in range(len(scenario.change) + 1)]
    for trial in (0, 1):
        numbers.begin(3, trial)
        for changes in orders:
            kept = numbers.parameters_after(changes)
            assert repr(kept) == repr(
                parameters_of(scenario.after(changes), numbers.settle, scenario)
            )


def test_scenarios_have_the_parts_in_common_that_look_at_the_same_tables() -> None:
    """Another rate of one class makes that class anew, and nothing else."""
    scenario = load("opt175b.toml")
    other = scenario.replace({"fault.software.rate": "1 per day"})
    before, after = (NumbersOfTrial(one).at_middle(()) for one in (scenario, other))
    made_anew = {name for name in before.faults if before.faults[name] is not after.faults[name]}
    assert made_anew == {"software"}
    for part in ("cluster", "checkpoint", "diagnosis", "repair"):
        assert getattr(before, part) is getattr(after, part), part


def test_a_part_is_made_anew_for_whatever_it_looks_at() -> None:
    """Also for what changes of the scenario at the start will set, and for a row of many."""
    scenario = load("opt175b.toml")
    budget: dict[str, Any] = {"restart.budget": 3}
    later = [{"at": "2021-12-01", "set": budget}]
    for values in ({"change": later}, {"cluster.accelerators_per_host": 4}):
        changed = NumbersOfTrial(scenario.replace(values)).at_middle(())
        plain = NumbersOfTrial(scenario).at_middle(())
        assert repr(changed) != repr(plain)
        fresh = scenario.replace(values)
        middle = parameters_of(fresh, lambda path, number: number.law, fresh)
        assert repr(changed) == repr(middle)

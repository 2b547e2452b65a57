"""Units of a scope, and the places that each of them stands for."""

from __future__ import annotations

from typing import get_args

import pytest

from simtrain.model.topology import SCOPES, Scope
from simtrain.scenario.faults import FaultClass


@pytest.mark.parametrize(
    ("hosts", "places", "units"),
    [(1, 8, 8), (1, 1, 1), (4, 8, 2), (4, 4, 1), (4, 9, 3), (4, 3, 1), (0, 8, 1), (0, 1, 1)],
)
def test_how_many_units_a_job_occupies(hosts: int, places: int, units: int) -> None:
    assert Scope(hosts).units(places) == units


@pytest.mark.parametrize(
    ("hosts", "unit", "places"),
    [(1, 0, [0]), (1, 7, [7]), (4, 0, [0, 1, 2, 3]), (4, 1, [4, 5, 6, 7]), (0, 0, [])],
)
def test_which_places_a_unit_stands_for(hosts: int, unit: int, places: list[int]) -> None:
    assert list(Scope(hosts).places(unit)) == places


@pytest.mark.parametrize(("hosts", "places"), [(1, 7), (2, 8), (4, 8)])
def test_each_place_is_in_one_unit(hosts: int, places: int) -> None:
    scope = Scope(hosts)
    found = [place for unit in range(scope.units(places)) for place in scope.places(unit)]
    assert found == list(range(places))


def test_every_scope_that_a_scenario_may_give_has_a_row() -> None:
    assert set(get_args(FaultClass.model_fields["scope"].annotation)) == set(SCOPES)
    assert SCOPES["host"].hosts == 1
    assert SCOPES["job"].hosts == 0

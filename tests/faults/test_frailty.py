"""How hosts differ: a factor on the hazard of each, for those that come later as for the first."""

from __future__ import annotations

import pytest

from simtrain.faults.frailty import Frailty
from simtrain.model.draws import Draws


def factors(hosts: int, *, lemons: float = 0.0, factor: float = 1.0, variance: float) -> Frailty:
    draws = Draws()
    draws.begin(7, 3)
    return Frailty(draws, hosts, lemons, factor, variance)


@pytest.mark.parametrize(
    "kind",
    [
        {"lemons": 0.5, "factor": 8.0, "variance": 0.0},
        {"variance": 0.6},
        {"lemons": 0.3, "factor": 0.5, "variance": 2.0},
        {"lemons": 0.5, "factor": 0.0, "variance": 0.0},
    ],
)
def test_a_host_that_comes_later_differs_as_if_it_had_been_there_from_the_start(
    kind: dict[str, float],
) -> None:
    early, late = factors(40, **kind), factors(3, **kind)
    found = [late.of(host) for host in range(40)]
    assert found == early.initial.tolist() == [early.of(host) for host in range(40)]
    assert len(set(found)) > 1


def test_a_factor_so_small_that_its_host_never_fails_is_none() -> None:
    few, many = factors(0, variance=400.0), factors(60, variance=400.0)
    found = [few.of(host) for host in range(60)]
    assert 0.0 in found
    assert found == many.initial.tolist()

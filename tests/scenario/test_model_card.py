"""How a model is split is suggested by its memory, and left out where nothing fits."""

from __future__ import annotations

import pytest

from simtrain.scenario.accelerators import accelerators
from simtrain.scenario.model_card import suggested_split


@pytest.mark.parametrize(
    ("parameters", "name", "number", "split"),
    [
        (1e9, "h100", 64, (1, 1)),  # 16 GB in 40
        (7e9, "h100", 64, (4, 1)),  # 112 GB in 3 times 40
        (70e9, "h100", 2048, (8, 4)),  # 1120 GB in 28 times 40
        (405e9, "h100", 16384, (8, 32)),  # 6480 GB in 162 times 40
        (405e9, "b200", 16384, (8, 16)),  # 6480 GB in 72 times 90
        (405e9, "gb200", 16384, (4, 32)),  # 6480 GB in 70 times 93
        (70e9, "h100", 2000, None),  # replicas of 32 do not fill it
        (1e15, "h100", 2048, None),
    ],
)
def test_the_smallest_replica_that_holds_its_state_in_half_its_memory(
    parameters: float, name: str, number: int, split: tuple[int, int] | None
) -> None:
    assert suggested_split(parameters, accelerators()[name], number) == split

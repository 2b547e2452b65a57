"""What a job does about a fault, a shortage of hosts, and launches that fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simtrain.model.effects import EFFECTS
from simtrain.model.policies import Policy, Wait
from tests.model.samples import FAULT, RESTART

WAIT: Policy = Wait()


@pytest.mark.parametrize(
    ("effect", "hosts", "stops"),
    [
        ("crash", (3,), True),
        ("crash", (), True),
        ("hang", (3,), True),
        ("hang", (), True),
        ("diverge", (3,), False),
        ("diverge", (), False),
    ],
)
def test_a_synchronous_job_goes_on_under_a_latent_fault_and_no_other(
    effect: str, hosts: tuple[int, ...], stops: bool
) -> None:
    assert WAIT.on_fault(replace(FAULT, effect=EFFECTS[effect]), hosts) == stops


@pytest.mark.parametrize(
    ("vacant", "idle", "count"), [(1, 0, 0), (1, 1, 1), (1, 4, 1), (3, 2, 2), (3, 3, 3)]
)
def test_as_many_spares_step_in_as_there_are(vacant: int, idle: int, count: int) -> None:
    assert WAIT.on_shortage(vacant, idle) == count


@pytest.mark.parametrize(
    ("limit", "called"), [(1, [1, 2, 3, 4, 5, 6]), (2, [2, 4, 6]), (3, [3, 6])]
)
def test_a_person_is_called_after_every_so_many_failed_tries(limit: int, called: list[int]) -> None:
    restart = replace(RESTART, tries=limit)
    assert [tries for tries in range(1, 7) if WAIT.on_failed_launch(restart, tries)] == called

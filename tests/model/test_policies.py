"""What a job does about a fault, a shortage of hosts, and launches that fail."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import pytest

from simtrain.distributions import Fixed
from simtrain.effects import EFFECTS
from simtrain.model.parameters import RecoveryParameters, RestartParameters
from simtrain.model.policies import Elastic, Policy, Reaction, Rejoin, Swap, Wait
from tests.model.samples import FAULT, RESTART

WAIT: Policy = Wait()
SWAP: Policy = Swap()
ELASTIC: Policy = Elastic()
RECOVERY = RecoveryParameters(
    8, 5, Fixed(0.0), 1.0, False, Fixed(0.0), False, True, False, False, RESTART
)


class Groups(NamedTuple):
    """Groups of a job, as a policy sees them."""

    left: int = 8
    complete: int = 8
    vacant: int = 0
    idle: int = 0
    number: int = 8
    recovery: RecoveryParameters = RECOVERY


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
    fault = replace(FAULT, effect=EFFECTS[effect])
    reaction = Reaction.STOP if stops else Reaction.GO_ON
    assert WAIT.on_fault(fault, hosts, Groups(left=7)) is reaction


@pytest.mark.parametrize(
    ("vacant", "idle", "count"), [(1, 0, 0), (1, 1, 1), (1, 4, 1), (3, 2, 2), (3, 3, 3)]
)
def test_as_many_spares_step_in_as_there_are(vacant: int, idle: int, count: int) -> None:
    assert WAIT.on_shortage(Groups(complete=7, vacant=vacant, idle=idle)) == (count, False)


@pytest.mark.parametrize(
    ("limit", "called"), [(1, [1, 2, 3, 4, 5, 6]), (2, [2, 4, 6]), (3, [3, 6])]
)
def test_a_person_is_called_after_every_so_many_failed_tries(limit: int, called: list[int]) -> None:
    restart = replace(RESTART, tries=limit)
    assert [tries for tries in range(1, 7) if WAIT.on_failed_launch(restart, tries)] == called


@pytest.mark.parametrize(
    ("effect", "hosts", "left", "reaction"),
    [
        ("crash", (3,), 7, Reaction.RECONFIGURE),
        ("crash", (3,), 5, Reaction.RECONFIGURE),
        ("crash", (3,), 4, Reaction.STOP),
        ("hang", (3, 9), 6, Reaction.RECONFIGURE),
        ("crash", (), 8, Reaction.STOP),
        ("corrupt", (3,), 7, Reaction.GO_ON),
        ("slow", (3,), 8, Reaction.GO_ON),
    ],
)
def test_an_elastic_job_goes_on_while_enough_replicas_are_left(
    effect: str, hosts: tuple[int, ...], left: int, reaction: Reaction
) -> None:
    fault = replace(FAULT, effect=EFFECTS[effect])
    assert ELASTIC.on_fault(fault, hosts, Groups(left)) is reaction


@pytest.mark.parametrize(("complete", "starts"), [(8, True), (5, True), (4, False)])
def test_an_elastic_job_is_launched_with_at_least_so_many_replicas(
    complete: int, starts: bool
) -> None:
    assert ELASTIC.on_shortage(Groups(complete=complete, vacant=3, idle=1)) == (1, starts)


@pytest.mark.parametrize(
    ("at_save", "when"), [(False, Rejoin.AT_ONCE), (True, Rejoin.AT_CHECKPOINT)]
)
def test_replicas_come_back_when_rejoin_says(at_save: bool, when: Rejoin) -> None:
    assert ELASTIC.on_return(Groups(recovery=replace(RECOVERY, rejoin_at_save=at_save))) is when


@pytest.mark.parametrize(
    ("effect", "hosts", "own", "reaction"),
    [
        ("crash", (3,), None, Reaction.SWAP),
        ("hang", (3, 9), None, Reaction.SWAP),
        ("slow", (3,), None, Reaction.SWAP),
        ("preempt", (3,), None, Reaction.SWAP),
        ("crash", (3,), RESTART, Reaction.STOP),
        ("crash", (), None, Reaction.STOP),
        ("corrupt", (3,), None, Reaction.GO_ON),
        ("diverge", (), None, Reaction.GO_ON),
    ],
)
def test_hosts_are_swapped_for_their_own_faults_alone(
    effect: str, hosts: tuple[int, ...], own: RestartParameters | None, reaction: Reaction
) -> None:
    fault = replace(FAULT, effect=EFFECTS[effect], restart=own)
    assert SWAP.on_fault(fault, hosts, Groups()) is reaction
    assert WAIT.on_fault(fault, hosts, Groups()) in (Reaction.STOP, Reaction.GO_ON)

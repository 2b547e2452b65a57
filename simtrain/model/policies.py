"""What the job does about a fault: an answer of its own, not an assumption of the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simtrain.errors import InputError
from simtrain.plugins import attribute_of, said

if TYPE_CHECKING:
    from simtrain.model.parameters import FaultParameters, RestartParameters


_KEY = "recovery.policy"


class Policy(Protocol):
    """What the job does when something happens to it."""

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...]) -> bool:
        """Whether training stops since a fault struck these hosts of the job."""

    def on_shortage(self, vacant: int, idle: int) -> int:
        """Number of idle spares that step in now; with none the job waits for others."""

    def on_failed_launch(self, restart: RestartParameters, tries: int) -> bool:
        """Whether a person is called after so many launches in a row have failed."""


class Wait:
    """The synchronous job: it needs all its hosts, stops without one, and waits for it."""

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...]) -> bool:
        """Stop for all but a latent fault."""
        return fault.effect.stops

    def on_shortage(self, vacant: int, idle: int) -> int:
        """Let as many step in as there are."""
        return min(vacant, idle)

    def on_failed_launch(self, restart: RestartParameters, tries: int) -> bool:
        """Call a person after every so many tries."""
        return tries % restart.tries == 0


WAIT = Wait()

_BY_NAME = {"wait": WAIT}


def policy_of(name: str) -> Policy:
    """Policy as `[recovery]` names it: one of these, or a class of the user's own.

    Raises
    ------
    InputError
        If there is none of that name, or it has not all methods of a policy.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    make = attribute_of(name, _KEY)
    try:
        found = make()  # type: ignore[operator]
    except Exception as error:
        problem = f"cannot be made without arguments: {said(error)}"
        raise InputError(f"{_KEY} {name}: {problem}") from error
    methods = [method for method in vars(Policy) if method.startswith("on_")]
    if missing := [method for method in methods if not callable(getattr(found, method, None))]:
        raise InputError(
            f"{_KEY} {name}: has no method {missing[0]}; a class that extends "
            "simtrain.model.policies.Wait has what it does not say otherwise"
        )
    policy: Policy = found
    return policy

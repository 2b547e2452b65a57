"""Policies by the names that `[recovery]` gives."""

from __future__ import annotations

from simtrain.errors import InputError
from simtrain.model.policies.elastic import Elastic
from simtrain.model.policies.policy import Policy
from simtrain.model.policies.swap import Swap
from simtrain.model.policies.wait import Wait
from simtrain.plugins import attribute_of, said

_KEY = "recovery.policy"

_BY_NAME: dict[str, Policy] = {"wait": Wait(), "swap": Swap(), "elastic": Elastic()}


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
    if not isinstance(getattr(found, "in_groups", None), bool):
        raise InputError(
            f"{_KEY} {name}: does not say whether the job trains with some of its groups only; "
            "in_groups = False, or True"
        )
    policy: Policy = found
    return policy

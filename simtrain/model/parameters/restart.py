"""How the job is launched."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from simtrain.distributions import Law
from simtrain.model.parameters.settled import Settle
from simtrain.scenario.faults import FaultClass
from simtrain.scenario.number import Number
from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class RestartParameters:
    """Launching the job. Times in seconds; `failure` is a probability.

    After `tries` failures in a row a person is called.

    Parameters
    ----------
    budget
        Restarts that are allowed without a new durable copy; None for any number.
    backoff, longest_backoff
        Wait before the second restart without a new copy, and the longest that it doubles up to.
    counts_failures
        Whether there is ever a budget or such a wait during the run, or a fault that ends it.
    """

    duration: Law
    failure: float
    tries: int
    warm_up: Law
    warm_up_speed: float
    at_start: bool
    budget: int | None = None
    backoff: float = 0.0
    longest_backoff: float = math.inf
    counts_failures: bool = False


def restart_of(scenario: Scenario, settle: Settle, start: Scenario) -> RestartParameters:
    """Parameters of launching the job."""
    restart = scenario.restart
    return RestartParameters(
        duration=settle("restart.duration", restart.duration),
        failure=settle("restart.failure", restart.failure).mean,
        tries=restart.tries,
        warm_up=settle("restart.warm_up", restart.warm_up),
        warm_up_speed=settle("restart.warm_up_speed", restart.warm_up_speed).mean,
        at_start=restart.at_start,
        budget=restart.budget,
        backoff=settle("restart.backoff", restart.backoff).mean,
        longest_backoff=math.inf
        if restart.longest_backoff is None
        else settle("restart.longest_backoff", restart.longest_backoff).mean,
        counts_failures=start.restart.budget is not None
        or start.changes_at("restart.budget")
        or "backoff" in start.restart.model_fields_set
        or start.changes_at("restart.backoff")
        or any(fault.ends_run for fault in start.fault.values()),
    )


def first_restart_of(
    fault: FaultClass, usual: Callable[[], RestartParameters], law: Callable[[str, Number], Law]
) -> RestartParameters | None:
    """How a class starts the job again at the first try; like any restart but for its own keys."""
    if fault.restart is None:
        return None
    works = 1.0
    if fault.restart_success is not None:
        works = law("restart_success", fault.restart_success).mean
    return replace(usual(), duration=law("restart", fault.restart), failure=1 - works)

"""Decisions of `simtrain.model`, compiled from their very source.

What decides is given as the records of `simtrain.compiled.parameters`, and a row of draws as a pair
of an array and a place in it.
"""

from __future__ import annotations

from typing import Any

from numba.extending import overload

from simtrain.compiled import laws  # noqa: F401 - records of laws have quantiles
from simtrain.compiled.caching import kernel
from simtrain.model import launch, reconfiguring, response
from simtrain.model import repair as of_repair

# Decisions that another decision asks for; their parameters have other annotations there.


@overload(of_repair.retired, strict=False)
def _retired(provision: Any, row: Any) -> Any:
    return of_repair.retired


@overload(of_repair.automated_time, strict=False)
def _automated_time(repair: Any, row: Any) -> Any:
    return of_repair.automated_time


@overload(of_repair.after_automated, strict=False)
def _after_automated(repair: Any, row: Any, bad: Any) -> Any:
    return of_repair.after_automated


@overload(of_repair.after_manual, strict=False)
def _after_manual(repair: Any, provision: Any, row: Any) -> Any:
    return of_repair.after_manual


needs_repair = kernel(response.needs_repair)
spares_are_struck = kernel(response.spares_are_struck)
latency = kernel(response.latency)
time_away = kernel(response.time_away)
slowness = kernel(response.slowness)
responder = kernel(response.responder)
failed_try = kernel(response.failed_try)
further_try_works = kernel(response.further_try_works)
failed_further_try = kernel(response.failed_further_try)
diagnosis_time = kernel(response.diagnosis_time)
is_found = kernel(response.is_found)
false_blames = kernel(response.false_blames)
first_blamed = kernel(response.first_blamed)

attempt = kernel(launch.attempt)
backoff = kernel(launch.backoff)
second_response = kernel(launch.second_response)
load = kernel(launch.load)

try_to_go_on = kernel(reconfiguring.tried)
rejoining_time = kernel(reconfiguring.rejoin)

automated_time = kernel(of_repair.automated_time)
after_automated = kernel(of_repair.after_automated)
after_manual = kernel(of_repair.after_manual)
retired = kernel(of_repair.retired)
whole_time = kernel(of_repair.whole_time)
is_worn_out = kernel(of_repair.is_worn_out)
burn_in_catches = kernel(of_repair.burn_in_catches)

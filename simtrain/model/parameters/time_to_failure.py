"""Time to failure of a class of faults."""

from __future__ import annotations

from collections.abc import Callable

from simtrain import laws
from simtrain.distributions import Ageing, Exponential, Law
from simtrain.scenario.faults import FaultClass
from simtrain.scenario.number import Number

_NEVER = 1e-100
"""Rate below which a class counts as one that never strikes: less than once in the universe."""

_AT_ONCE = 1e-9
"""Seconds after the grace that a false alarm at a fixed time comes on average."""


def time_to_failure(
    fault: FaultClass, accelerators_per_host: int, law: Callable[[str, Number], Law]
) -> Ageing | None:
    """Law of the time to failure; none if the class never strikes."""
    if fault.rate is not None:
        rate = law("rate", fault.rate).mean * fault.accelerators(accelerators_per_host)
        return Exponential(1 / rate) if rate > _NEVER else None
    if fault.law == "fixed":
        return Exponential(_AT_ONCE)
    parameters = {
        key: law(key, getattr(fault, key)).mean for key in fault.given("shape", "sigma", "scale")
    }
    if fault.mtbf is not None:
        units = fault.accelerators(accelerators_per_host)
        parameters["mean"] = law("mtbf", fault.mtbf).mean / units
    built = laws.build(fault.law, **parameters)
    assert isinstance(built, Ageing)
    return built

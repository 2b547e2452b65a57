"""How many examples a property is shown: as many as it says by `make test`, a fifth of them by
`make test-quick`.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

WHOLE, QUICK = "whole", "quick"
"""Names of the profiles."""

_ALL, _FEW = 100, 20
"""Examples of a property that says no number."""

# The same examples everywhere and always, however busy the machine is.
settings.register_profile(
    WHOLE,
    max_examples=_ALL,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.register_profile(QUICK, settings.get_profile(WHOLE), max_examples=_FEW)


def examples(number: int, **more: Any) -> settings:
    """Settings of a property that is shown so many examples where all tests run."""
    return settings(max_examples=max(5, number * settings().max_examples // _ALL), **more)

"""Which examples a property is shown: always the same, and as many as it says by `make test`, a
fifth of them by `make test-quick`.
"""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, settings

try:
    from hypothesis.internal.conjecture import providers
except ImportError:  # older versions
    providers = None

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


def draw_no_constants_of_modules() -> None:
    """Draw the same examples whichever modules are loaded.

    Hypothesis also draws constants that stand in the modules of a project that are loaded, even if
    it is derandomized, and has no setting against it. What was drawn was another thing with each
    selection of tests then, and with each number that was changed anywhere. Older versions do not
    do it, and have nothing to replace; one that does it elsewhere fails in tests/test_examples.py.
    """
    if hasattr(providers, "_get_local_constants"):
        none = providers.Constants()
        providers._get_local_constants = lambda: none


def examples(number: int, **more: Any) -> settings:
    """Settings of a property that is shown so many examples where all tests run."""
    return settings(max_examples=max(5, number * settings().max_examples // _ALL), **more)

"""A tee tells each listener what it listens to, in order."""

from __future__ import annotations

import math

import numpy as np

from simtrain.accounts.meter import share, tee


class Closing:
    """Listens to nothing but the end."""

    def __init__(self, name: str, calls: list[tuple[str, float]]):
        self.name = name
        self.calls = calls

    def close(self, time: float) -> None:
        self.calls.append((self.name, time))


def test_what_no_listener_hears_is_reported_to_nobody() -> None:
    calls: list[tuple[str, float]] = []
    sink = tee(*(Closing(name, calls) for name in "abc"))
    sink.rolled_back(1.0, 2.0, "gpu")
    sink.close(3.0)
    assert calls == [("a", 3.0), ("b", 3.0), ("c", 3.0)]


def test_a_share_of_nothing_is_nan_in_one_trial_and_over_trials() -> None:
    assert share(1.0, 4.0) == 0.25
    assert math.isnan(share(0.0, 0.0))
    for _ in range(3):  # whatever stands in the memory that they get
        shares = share(np.array([1.0, 0.0, 3.0]), np.array([4.0, 0.0, 4.0]))
        assert shares.tolist()[::2] == [0.25, 0.75]
        assert math.isnan(shares[1])

"""A tee tells each listener what it listens to, in order."""

from __future__ import annotations

from simtrain.accounts.meter import tee


class Closing:
    """Listens to nothing but the end."""

    def __init__(self, name: str, told: list[tuple[str, float]]):
        self.name = name
        self.told = told

    def close(self, time: float) -> None:
        self.told.append((self.name, time))


def test_what_no_listener_hears_is_told_to_nobody() -> None:
    told: list[tuple[str, float]] = []
    sink = tee(*(Closing(name, told) for name in "abc"))
    sink.rolled_back(1.0, 2.0, "gpu")
    sink.close(3.0)
    assert told == [("a", 3.0), ("b", 3.0), ("c", 3.0)]

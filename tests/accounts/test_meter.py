"""A tee tells each listener what it listens to, in order."""

from __future__ import annotations

from simtrain.accounts.meter import tee


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

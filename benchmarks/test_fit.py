"""How long it takes to read a log and to take it apart. Run with `make bench`."""

from __future__ import annotations

import time

import simtrain
from tests.history.made import large_log

FAILURES = 100_000
MOST_S = 5.0


def test_a_hundred_thousand_failures(benchmark, tmp_path, monkeypatch):
    """Time of a processor, from the file to the report."""
    monkeypatch.chdir(tmp_path)
    large_log(FAILURES)

    def fitted() -> float:
        began = time.process_time()
        found = simtrain.fit("large.csv", hosts=4000, window="2024-01-01..2026-09-27", windows=0)
        found.report()
        assert found.log.events == FAILURES
        return time.process_time() - began

    value = benchmark.pedantic(fitted, rounds=1)
    benchmark.extra_info |= {"seconds": round(value, 2), "target": f"at most {MOST_S:g}"}
    print(
        f"\n{FAILURES:,} failures are read and taken apart in {value:.2f} s; at most {MOST_S:g} s"
    )
    assert value <= MOST_S

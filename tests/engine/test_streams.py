"""The engine draws from the streams of the address book, and from the fields that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import pytest
from hypothesis import given

from simtrain.engine.trial import Simulator
from simtrain.model.draws import Draws, Stream
from simtrain.model.streams import COPY_IS_CORRUPT, LAYOUTS, SAVE_FAILS, Layout
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from simtrain.validation.sinks import Silent
from tests.examples import examples
from tests.strategies import scenarios

if TYPE_CHECKING:
    from simtrain.model.draws import Row

PATTERNS = {
    layout: re.compile(re.escape(layout.name).replace(re.escape("{}"), ".*")) for layout in LAYOUTS
}


@cache
def layout_of(name: str) -> Layout:
    """The one layout of a stream, by its name."""
    (layout,) = (layout for layout, pattern in PATTERNS.items() if pattern.fullmatch(name))
    return layout


class Watched:
    """Block of rows of which only the fields that have a name may be read."""

    def __init__(self, block: Any, layout: Layout):
        self._block = block
        self._layout = layout

    def __getitem__(self, index: int) -> float:
        field = index % self._layout.width
        assert field < len(self._layout.fields), (self._layout.name, field)
        return self._block[index]  # type: ignore[no-any-return]


@contextmanager
def opened() -> Iterator[set[Layout]]:
    """Layouts of the streams that are opened, each of which is as the book says."""
    found: set[Layout] = set()
    open_stream, read_row = Draws.stream, Stream.row

    def stream(draws: Draws, layout: Layout, of: str = "") -> Stream:
        entry = layout_of(layout.name.format(of))
        # A launch is drawn in blocks as large as those of what began its outage.
        assert layout._replace(shift=entry.shift) == entry
        assert (layout.width << layout.shift) % 4 == 0
        found.add(entry)
        return open_stream(draws, layout, of)

    def row(stream: Stream, number: int, occurrence: int = 0) -> Row:
        block, at = read_row(stream, number, occurrence)
        return Watched(block, layout_of(stream.name)), at  # type: ignore[return-value]

    with patch.object(Draws, "stream", stream), patch.object(Stream, "row", row):
        yield found


def run(scenario: Scenario, trials: int = 1) -> set[Layout]:
    with opened() as found:
        simulator = Simulator(scenario, 3)
        for trial in range(trials):
            simulator.run(trial, Silent())
    return found


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=pytest.mark.slow) if name == "gemini25" else path
        for name, path in packaged().items()
    ],
    ids=lambda path: path.stem,
)
def test_streams_of_packaged_scenarios_are_in_the_book(path: str) -> None:
    assert run(load(path))


@examples(30)
@given(scenarios())
@pytest.mark.slow
def test_streams_of_drawn_scenarios_are_in_the_book(scenario: Scenario) -> None:
    assert run(scenario)


EVERYTHING = {
    "workload": {"ideal_time": "20 days", "speed": {"law": "uniform", "low": 0.8, "high": 1}},
    "cluster": {
        "hosts": 8, "spares": 4, "lent_spares": 1, "swap": "5 min", "notice": "1 h",
        "provision": "1 day", "idle_hazard": 0.5, "age": "stationary",
    },
    "checkpoint": {
        "interval": "1 h", "load": "5 min", "save_failure": 0.3, "load_failure": 0.3,
        "corrupt": 0.3,
    },
    "restart": {"duration": "10 min", "failure": 0.3},
    "diagnosis": {"recall": 0.5, "precision": 0.5},
    "repair": {"automated": "1 h", "automated_fails": 0.3, "automated_misses": 0.5, "retire": 0.3},
    "fault": {
        "gpu": {"mtbf": "20 days"},
        "wear": {"law": "weibull", "shape": 2, "mtbf": "10 days"},
        "software": {
            "scope": "job", "mtbf": "5 days", "automatic": 1, "automatic_success": 0.2,
            "further_tries": [0.5],
        },
        "slow": {"effect": "slow", "speed": 0.9, "lasts": "1 h", "mtbf": "20 days"},
        "power": {
            "mtbf": "20 days", "returns": "3 h", "varies": {"cv": 0.8, "every": "7 days"},
        },
        "burst": {"scope": "rack", "hosts": 2, "mtbf": "5 days"},
    },
    "domain": [{"name": "rack", "hosts": 3}],
    "check": {"test": {"every": "10 h", "duration": "10 min", "finds": ["slow"]}},
    "stop": {"flood": {"kind": "incident", "at": "3 days", "duration": "1 h", "hosts": 2}},
    "change": [{"at": "5 days", "set": {"cluster.hosts": 9}}],
    "allocation": {"limit": "4 days", "wait": "1 h"},
}  # fmt: skip


def test_every_stream_of_the_book_is_drawn_from() -> None:
    lemons = {**EVERYTHING, "cluster": {**EVERYTHING["cluster"], "frailty": 0.5}}
    found = run(Scenario.from_document(EVERYTHING), 3) | run(Scenario.from_document(lemons))
    elastic = {**EVERYTHING, "recovery": {"policy": "elastic", "replicas": 8}}
    elastic["change"] = [{"at": "5 days", "set": {"cluster.hosts": 16}}]
    late = {**EVERYTHING["checkpoint"], "corrupt_found_after": "5 h"}
    found |= run(Scenario.from_document({**elastic, "checkpoint": late}), 3)
    logged = {"log": [["logged", 0, 3600.0, 60.0]], "hosts": 99, "window": "2026-01-01..2026-01-05"}
    found |= run(
        Scenario.from_document({**EVERYTHING, "faults_from": {**logged, "resample": "1 d"}})
    )
    capacity = {"trace": [["0 h", 99], ["30 h", 1], ["31 h", 99]]}
    found |= run(Scenario.from_document({**EVERYTHING, "capacity": capacity}))
    silent = {
        **EVERYTHING["fault"],
        "sdc": {"effect": "corrupt", "mtbf": "5 h", "detection": "9 h"},
    }
    taken = {"effect": "preempt", "scope": "job", "mtbf": "9 days", "shield": "1 h"}
    underway = {
        "fault": {**silent, "taken": taken},
        "stop": {"late": {"every": {"law": "exponential", "mean": "9 days"}, "duration": 0}},
        "underway": {"done": 0.9, "elapsed": "90 days", "bad_hosts": {"gpu": 0.5}},
        "limits": {"faults": 300},
    }
    found |= run(Scenario.from_document({**EVERYTHING, **underway}))
    aged = {"underway": {"done": 0.9, "aged": "9 days"}, "limits": {"faults": 300}}
    new = {**EVERYTHING["cluster"], "age": "new"}
    found |= run(Scenario.from_document({**EVERYTHING, "cluster": new, **aged}))
    assert found == set(LAYOUTS)


def test_the_first_tier_has_no_suffix_and_no_other_stream_has_its_name() -> None:
    for layout in (SAVE_FAILS, COPY_IS_CORRUPT):
        assert layout_of(layout.name.format("")) is layout
        assert layout_of(layout.name.format(": tier 1")) is layout

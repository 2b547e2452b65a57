"""Published quantities by compiled code, held to the bit against the logbook of each trial."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.accounts.intervals import position_in as position_by_pieces
from simtrain.accounts.meter import tee
from simtrain.accounts.time_meter import TimeMeter
from simtrain.compiled.accounts import Accounts
from simtrain.compiled.calls import HAPPENED, pass_on
from simtrain.compiled.outcomes import Rounds, fill_values, position_in
from simtrain.engine.trial import Simulator
from simtrain.scenario.load import load
from simtrain.tables.columns import COLUMNS
from simtrain.tables.outcomes import QUANTITIES, Outcomes, Row
from tests.compiled.recorded import Deaf, Told, told
from tests.engine.runs import scenario
from tests.examples import examples
from tests.strategies import scenarios

if TYPE_CHECKING:
    from simtrain.accounts.timeline import Segment
    from simtrain.model.saving import SaveCycle
    from simtrain.scenario.scenario import Scenario


def every_row(one: Told, causes: list[str]) -> list[Row]:
    """Every quantity in windows that cut the trial anywhere, also where something happens."""
    ended = one.ending.wall_clock_s
    happened = one.calls["start"][one.calls["kind"] == HAPPENED].tolist()
    cuts = sorted({0.0, *happened[:: max(1, len(happened) // 4)], 0.37 * ended, 1.2 * ended})
    windows = [(0.0, math.inf), *pairwise(cuts), (cuts[1], cuts[-2])]
    rows = [Row(name, *window, 1, None) for window in windows for name in QUANTITIES]
    rows += [Row("longest_run", *window, rank, None) for window in windows for rank in (2, 3)]
    return rows + [Row("interruptions", *windows[0], 1, cause) for cause in causes]


def compare(simulated: Scenario, trial: int, seed: int = 7) -> dict[str, list[float]]:
    """Outcomes by compiled code, once they are proved to be those of the logbook."""
    simulator = Simulator(simulated, seed)
    names: list[str] = [*simulator.causes]
    cycles: list[SaveCycle] = []
    [one] = told(simulator, [trial], names, cycles)
    outcomes = Outcomes(simulated)
    outcomes.rows = every_row(one, names)
    progress = [row for row in outcomes.rows if row.quantity == "progress"]
    outcomes.times = sorted({moment for row in progress for moment in (row.since, row.until)})
    logbook, time = outcomes.logbook(), TimeMeter(simulator.mfu)
    sink = tee(time, logbook)
    pass_on(one.calls, one.segments, names, sink, cycles.__getitem__)
    sink.close(one.ending.wall_clock_s)
    values = np.arange(float(len(COLUMNS)))
    values[: len(time.columns)] = time.row(one.ending)
    accounts = Accounts(2, names, outcomes, cycles)
    one.keep(accounts, 1)
    found = accounts.measured[1:]
    fill_values(outcomes, values[None], found)
    expected = outcomes.measured(logbook, one.ending, values.tolist())
    by_quantity: dict[str, list[float]] = {}
    for row, ours, theirs in zip(outcomes.rows, found[0].tolist(), expected, strict=True):
        assert ours == theirs or (ours != ours and theirs != theirs), row
        by_quantity.setdefault(row.quantity, []).append(ours)
    return by_quantity


@pytest.mark.parametrize(
    "name",
    [
        "opt175b",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("llm400", "gemini25", "glm130b")),
    ],
)
def test_packaged_scenarios_come_to_the_same_to_the_bit(name: str) -> None:
    found = compare(load(f"{name}.toml"), 1)
    if name == "opt175b":
        constant = {name for name, values in found.items() if len({*values}) == 1}
        assert constant <= {"wall_clock", "goodput", "ettr", "energy", "carbon", "cost"} | {
            name for name in found if name.startswith("hosts_down")
        }


@pytest.mark.slow
@examples(60)
@given(simulated=scenarios(), trial=st.integers(0, 2**40))
def test_any_scenario_comes_to_the_same_to_the_bit(simulated: Scenario, trial: int) -> None:
    compare(simulated, trial)


class _Segments(Deaf):
    """Keeps the segments."""

    def __init__(self) -> None:
        self.found: list[Segment] = []

    def trained(self, segment: Segment) -> None:
        self.found.append(segment)


def test_the_position_of_the_work_within_a_segment_is_that_by_its_pieces() -> None:
    near = {"name": "near", "survives": "host", "size": "60 GB", "write_bandwidth": "0.1 GB/s"}
    far = {
        "name": "far",
        "every": 3,
        "size": "60 GB",
        "write_bandwidth": "0.02 GB/s",
        "survives": "cluster",
    }
    simulator = Simulator(
        scenario(
            workload={"ideal_time": "40 h"},
            checkpoint={"interval": "30 min", "write_slowdown": 0.2, "tier": [near, far]},
            fault={"gpu": {"rate": "0.1 per h", "returns": "1 h"}},
        ),
        0,
    )
    names: list[str] = []
    cycles: list[SaveCycle] = []
    [one] = told(simulator, [0], names, cycles)
    assert (one.segments["cycle"] >= 0).any()
    told_segments = _Segments()
    pass_on(one.calls, one.segments, names, told_segments, cycles.__getitem__)
    for record, segment in zip(one.segments[:20], told_segments.found, strict=False):
        for share in (0.001, 0.2, 0.5, 0.77, 0.999):
            time = segment.start + share * (segment.end - segment.start)
            position = position_in(record, time, Rounds.of(cycles))
            assert position == position_by_pieces(segment, time)

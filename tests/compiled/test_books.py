"""Books that compiled code keeps, held to the bit against the meters that listen to each call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.accounts.meter import tee
from simtrain.accounts.replicas import ReplicaMeter
from simtrain.accounts.time_meter import TimeMeter
from simtrain.accounts.timeline import Ending, Verdict
from simtrain.causes import CHECKPOINTS
from simtrain.compiled.accounts import Accounts
from simtrain.compiled.calls import CALL, CENSUS, SEGMENT, pass_on
from simtrain.compiled.rows import fill_replicas, fill_time
from simtrain.engine.trial import Simulator
from simtrain.model.saving import SaveCycle
from simtrain.scenario.load import load
from simtrain.tables.outcomes import Outcomes
from tests.compiled.recorded import Deaf, Told, told
from tests.engine.runs import scenario as small
from tests.engine.test_elastic import elastic
from tests.examples import examples
from tests.strategies import scenarios

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

TIME, REPLICAS = len(TimeMeter.columns), len(ReplicaMeter.columns)
PACKAGED = ("opt175b-doubt", "llm400", "apertus-70b", "gemini25", "olmo3-32b", "palm540b")


def compare(scenario: Scenario, trials: range, seed: int = 7) -> NDArray[np.float64]:
    """Rows by compiled books, once they are proved to be those of the meters."""
    simulator = Simulator(scenario, seed)
    causes = simulator.causes
    names, cycles = [*causes], list[SaveCycle]()
    found = told(simulator, trials, names, cycles)
    accounts = Accounts(len(found), names, Outcomes(scenario), cycles)
    for place, one in enumerate(found):
        one.keep(accounts, place)
    books, badput = accounts.books, accounts.badput
    rows = np.full((len(found), TIME + REPLICAS), -1.0)
    fill_time(books, simulator.mfu, rows[:, :TIME])
    replicas = ReplicaMeter.of(scenario, None)
    fill_replicas(books, scenario.recovery.replicas if replicas else None, rows[:, TIME:])
    for place, one in enumerate(found):
        time = TimeMeter(simulator.mfu)
        pass_on(one.calls, one.segments, names, time, cycles.__getitem__)
        time.close(one.ending.wall_clock_s)
        assert badput[place, : len(causes)].tolist() == time.badput_by_cause(causes)[0]
        assert not badput[place, len(causes) :].any()
        expected = [*time.row(one.ending), *_of_replicas(scenario, trials[place], seed)]
        np.testing.assert_array_equal(rows[place], expected)
    return rows


def _of_replicas(scenario: Scenario, trial: int, seed: int) -> list[float]:
    make = ReplicaMeter.of(scenario, None)
    if make is None:
        return [np.nan] * REPLICAS
    meter = make(lambda path, number: number.law)
    return meter.row(Simulator(scenario, seed).run(trial, tee(meter, Deaf())))


@pytest.mark.parametrize(
    "name", ["opt175b", *(pytest.param(name, marks=pytest.mark.slow) for name in PACKAGED)]
)
def test_packaged_scenarios_come_to_the_same_to_the_bit(name: str) -> None:
    rows = compare(load(f"{name}.toml"), range(2))
    assert (rows[:, 0] > 0).all()


def test_a_job_that_goes_on_with_fewer_replicas_comes_to_the_same_to_the_bit() -> None:
    rows = compare(elastic(workload={"speed": 0.8}), range(20))
    assert (rows[:, TIME] > 0).any()
    assert (rows[:, -1] < 4).any()


@pytest.mark.slow
@examples(25)
@given(scenario=scenarios(), trial=st.integers(0, 2**40))
def test_any_scenario_comes_to_the_same_to_the_bit(scenario: Scenario, trial: int) -> None:
    compare(scenario, range(trial, trial + 1))


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 4, st.floats(0, 2)), max_size=200))
@examples(50)
def test_any_censuses_come_to_the_same_hosts_however_many_they_are(
    steps: list[tuple[int, int, int, int, float]],
) -> None:
    calls = np.zeros(len(steps), CALL)
    calls["kind"], calls["cause"] = CENSUS, -1
    ends = np.cumsum([0.0, *(lasts for *_, lasts in steps)])
    calls["start"] = ends[:-1]
    for place, field in enumerate(("job", "idle", "repair", "away")):
        calls[field] = [step[place] for step in steps]
    one = Told(calls, np.zeros(0, SEGMENT), Ending(float(ends[-1]), Verdict.FINISHED))
    accounts = Accounts(1, (CHECKPOINTS,), Outcomes(small()))
    one.keep(accounts, 0)
    [book] = accounts.books
    meter = TimeMeter()
    pass_on(calls, one.segments, (), meter)
    meter.close(ends[-1])
    assert book["host_s"].tolist() == meter.host_s
    assert [book[f"down_{name}"] for name in ("mean", "p99", "most")] == [*meter.down]

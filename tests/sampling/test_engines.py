"""Which engine tells the trials: by name, or the one that pays, and what is said if it cannot."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain.errors import InputError
from simtrain.sampling import engines
from simtrain.sampling.batch import Batch, Chunk, Work
from simtrain.sampling.engines import AUTO, COMPILED, Engines
from simtrain.sampling.worker import simulate
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from simtrain.tables.answer import SIMPY
from simtrain.tables.trajectory import TrajectorySink
from tests.engine.runs import scenario

UNDEFINED = ("values", "outcomes")
"""What may have no value in a trial."""

OWN = "tests.cli.test_policy:Impatient"
"""A policy of one's own, which only the engine on SimPy asks."""


def both(simulated: Scenario, trials: range, **watched: Any) -> tuple[Batch, Batch]:
    """The same trials by either engine."""
    ours, theirs = (
        simulate(Chunk(Work.of(simulated, 3, engine), 0, trials), **watched)
        for engine in (COMPILED, SIMPY)
    )
    return ours, theirs


def same(one: Batch, other: Batch) -> bool:
    """Whether all rows are the same to the bit."""
    return all(
        np.array_equal(
            getattr(one, name), getattr(other, name), equal_nan=name in ("values", "outcomes")
        )
        for name in ("values", "badput", "charges", "outcomes", "truncated", "verdicts")
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", ["opt175b", "opt175b-doubt", "llm400", "palm540b", "gpt4"])
def test_both_engines_fill_the_same_rows(name: str) -> None:
    """The published outcomes, energy and money are among them."""
    assert same(*both(load(f"{name}.toml"), range(3, 9)))


def test_trajectories_of_trials_that_are_watched_are_the_same_by_either_engine() -> None:
    simulated = scenario(fault={"gpu": {"rate": "0.3 per h", "returns": "1 h"}})
    found = []
    for engine in (COMPILED, SIMPY):
        sinks = {trial: TrajectorySink([]) for trial in (1, 2)}
        simulate(Chunk(Work.of(simulated, 3, engine), 0, range(4)), sinks)
        found.append([sink.trajectory() for sink in sinks.values()])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_array_equal(ours.rows, theirs.rows)
        np.testing.assert_array_equal(ours.gaps, theirs.gaps)


def test_a_question_says_which_engine_told_its_trials() -> None:
    simulated = scenario(fault={"gpu": {"rate": "0.3 per h"}})
    found = {
        engine: simtrain.run(simulated, trials=5, engine=engine).summary()
        for engine in (AUTO, SIMPY, COMPILED)
    }
    told = {engine: one.pop("engine") for engine, one in found.items()}
    assert told == {AUTO: SIMPY, SIMPY: SIMPY, COMPILED: COMPILED}  # so few do not pay
    assert found[COMPILED] == found[SIMPY] == found[AUTO]


def test_many_trials_are_worth_compiled_code_and_few_are_not() -> None:
    simulated = scenario(fault={"gpu": {"rate": "0.3 per h"}})
    for trials, engine in ((100, SIMPY), (1_000_000, COMPILED)):
        chosen = Engines()
        chosen.begin([simulated], 0, trials)
        assert chosen.of(simulated) == engine


def test_a_scenario_that_the_compiled_engine_cannot_tell_is_told_by_the_other() -> None:
    left = scenario(recovery={"policy": OWN})
    other = scenario()
    chosen = Engines()
    chosen.begin([left, other], 0, 10**6)
    assert [chosen.of(left), chosen.of(other)] == [SIMPY, COMPILED]
    assert chosen.told == "compiled and simpy"
    with pytest.raises(InputError, match=rf"does not have recovery\.policy = '{OWN}'; leave out"):
        Engines(COMPILED).of(left)


def test_no_trial_is_spent_on_what_pays_where_nothing_may_be_compiled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(engines, "Simulator")
    left = scenario(recovery={"policy": OWN})
    chosen = Engines()
    chosen.begin([left], 0, 10**6)
    assert chosen.of(left) == SIMPY


def test_without_a_compiler_everything_works_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "is_installed", lambda: False)
    chosen = Engines()
    chosen.begin([scenario()], 0, 10**9)
    assert chosen.of(scenario()) == SIMPY
    with pytest.raises(InputError, match=r"pip install 'simtrain\[fast\]'"):
        Engines(COMPILED)


def test_no_such_engine_is_one_message() -> None:
    with pytest.raises(InputError, match="engine: 'quick' is not one of auto, simpy, compiled"):
        simtrain.run(scenario(), trials=1, engine="quick")


def test_that_it_compiles_is_said_once_and_only_the_first_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from simtrain.compiled import program

    monkeypatch.setattr(program, "build", lambda: None)
    for is_there, words in ((False, 1), (True, 0)):
        monkeypatch.setattr(program, "is_built", lambda is_there=is_there: is_there)
        said: list[str] = []
        chosen = Engines(COMPILED, said.append)
        chosen.of(scenario())
        chosen.of(scenario())
        assert len(said) == words


def test_numba_is_not_loaded_where_the_compiled_engine_is_not_used() -> None:
    code = """
import sys, simtrain
simtrain.run("opt175b.toml", trials=1, jobs=1)
assert "numba" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)

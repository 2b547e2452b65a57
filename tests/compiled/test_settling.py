"""Numbers that are not known are settled for many trials at once, and nothing is forgotten."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simtrain.compiled.settling import write_settled
from simtrain.compiled.simulator import CompiledSimulator
from simtrain.compiled.support import left_to_simpy
from simtrain.scenario.catalogue import packaged
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from tests.strategies import scenarios

SEED = 11
PAGES = Path(__file__).parents[2] / "docs"
FILES = [*packaged().values(), *sorted(PAGES.glob("[!_]*/**/*.toml"))]  # of no built page


def numbers_of(table: np.ndarray, name: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Columns of a table, but for addresses of laws, which are others in each lay-out."""
    if table.dtype.names is None:
        yield name, table.tolist()
        return
    for field in table.dtype.names:
        if field != "address":
            yield from numbers_of(table[field], f"{name}.{field}")


def written(simulator: CompiledSimulator) -> dict[str, list[Any]]:
    """All numbers in the memory of a trial that is about to be told."""
    memory = simulator.memory
    tables = {**memory.tables, "state": memory.state.reshape(1)}
    return {key: values for name in tables for key, values in numbers_of(tables[name], name)}


def forgotten(simulator: CompiledSimulator, trial: int, but: int | None = None) -> list[str]:
    """What a lay-out of another trial has otherwise once the numbers of a trial are written.

    Parameters
    ----------
    simulator
        Has laid out another trial.
    trial
        A trial that the lay-out holds for.
    but
        Place of a number that is left out, for once.
    """
    _, addresses, values = simulator.settled(np.array([trial]), np.zeros(1, np.int64))
    kept = np.delete(np.arange(len(addresses)), [] if but is None else [but])
    addresses, values = addresses[kept], np.ascontiguousarray(values[:, kept])
    write_settled(addresses.ctypes.data, values.ctypes.data, len(addresses))
    found = written(simulator)
    simulator._follows, follows = False, simulator._follows
    simulator._settling = None
    simulator.settled(np.array([trial]), np.zeros(1, np.int64))
    simulator._follows = follows
    expected = written(simulator)
    assert found.keys() == expected.keys()
    return [key for key in found if not np.array_equal(found[key], expected[key], equal_nan=True)]


def laid_out(scenario: Scenario, trial: int) -> CompiledSimulator:
    simulator = CompiledSimulator(scenario, SEED)
    simulator.settled(np.array([trial]), np.zeros(1, np.int64))
    return simulator


def held_for(simulator: CompiledSimulator, trials: range) -> list[int]:
    """Places of trials that a lay-out holds for."""
    settling = simulator._settling
    assert settling is not None
    return settling.settled(np.array(trials), np.arange(len(trials))).places.tolist()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_that_follows_from_numbers_is_written(path: Path) -> None:
    scenario = load(str(path))
    if left_to_simpy(scenario):
        return
    assert simulator_forgets(scenario, 3, range(4, 24)) == []


def simulator_forgets(scenario: Scenario, first: int, others: range) -> list[str]:
    simulator = laid_out(scenario, first)
    places = held_for(simulator, others)
    return forgotten(simulator, others[places[0]]) if places else []


@pytest.mark.slow
@settings(max_examples=60)
@given(scenarios(), st.integers(0, 2**40))
def test_all_that_follows_from_numbers_of_any_scenario_is_written(
    scenario: Scenario, first: int
) -> None:
    if not left_to_simpy(scenario):
        assert simulator_forgets(scenario, first, range(first + 1, first + 30)) == []


@pytest.mark.parametrize("path", packaged().values(), ids=lambda path: path.stem)
def test_a_lay_out_of_a_packaged_scenario_holds_for_most_trials(path: Path) -> None:
    simulator = laid_out(load(str(path)), 0)
    assert simulator._follows
    simulator._draws_in_python = False
    assert len(held_for(simulator, range(200))) >= 150


@pytest.mark.parametrize(
    "name",
    [
        "llm400",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("opt175b-doubt", "apertus-70b")),
    ],
)
def test_each_number_that_is_forgotten_is_missed(name: str) -> None:
    simulator = laid_out(load(f"{name}.toml"), 0)
    here, other = simulator.settled(np.arange(2), np.arange(2)).values
    differ = np.flatnonzero(here != other).tolist()
    assert len(differ) > 10
    for place in differ[:: len(differ) // 8]:
        simulator._settling = None
        simulator.settled(np.zeros(1, np.int64), np.zeros(1, np.int64))
        assert forgotten(simulator, 1, but=place), place

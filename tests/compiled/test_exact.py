"""Both engines tell the trials of exact results alike, and a mistake in one of them is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simtrain.compiled.simulator import CompiledSimulator
from simtrain.compiled.support import left_to_simpy
from simtrain.validation.exact import RESULTS
from tests.compiled.comparison import Engines, Told, compare, first_difference
from tests.validation.mistakes import MISTAKES
from tests.validation.test_planted_mistakes import CHECKS, FOUND_BY

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

SEED, TRIALS = 11, range(2)
CALLS = 3_000
"""As many calls are compared at the most: some results are of very long trials."""
MANY = range(6)
"""Trials in which a mistake shows, of up to some times as many calls."""
LONG = {
    "first_failures", "other_laws", "stationary_age", "renewal", "minimal_repair", "ettr",
    "growing",
}  # fmt: skip
"""Results of trials that the engine on SimPy tells for a minute and more."""


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_trials_of_exact_results_are_told_alike(name: str) -> None:
    for experiment in CHECKS[name].experiments():
        trials = TRIALS[: CALLS // _calls(experiment.scenario)]
        assert first_difference(experiment.scenario, SEED, trials) == ""


def _calls(scenario: Scenario) -> int:
    """Calls of one trial; 1 where none is compared."""
    if left_to_simpy(scenario):
        return 1
    simulator = CompiledSimulator(scenario, SEED)
    simulator.tell(TRIALS[0])
    return len(simulator.calls)


def test_most_exact_results_are_of_trials_that_the_compiled_engine_tells() -> None:
    told = [
        result.name
        for result in RESULTS
        if not any(left_to_simpy(experiment.scenario) for experiment in result.experiments())
    ]
    assert len(told) > 0.6 * len(RESULTS)


SEEN = [*{row[0]: row for row in FOUND_BY if row[1] not in LONG}.values()]
"""Each mistake once, with one of the results that find it."""


@pytest.mark.slow
@pytest.mark.parametrize(("mistake", "check", "_"), SEEN)
def test_a_mistake_in_one_engine_is_seen(
    mistake: str, check: str, _: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[Engines, int, Told]] = []
    for experiment in CHECKS[check].experiments():
        if left_to_simpy(experiment.scenario):
            continue
        if trials := MANY[: 6 * CALLS // _calls(experiment.scenario)]:
            engines = Engines(experiment.scenario, SEED)
            found += [(engines, trial, engines.by_compiled(trial)) for trial in trials]
    if not found:
        pytest.skip("left to SimPy, or too long")
    MISTAKES[mistake](monkeypatch)
    assert any(compare(engines.by_simpy(n), told).difference for engines, n, told in found)

"""Both engines tell the trials of exact results alike, and a mistake in one of them is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simtrain.compiled.support import left_to_simpy
from simtrain.validation.exact import RESULTS
from tests.compiled.comparison import Engines, compare, first_difference
from tests.validation.mistakes import MISTAKES
from tests.validation.test_planted_mistakes import CHECKS, FOUND_BY

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

SEED, TRIALS = 11, range(2)
FAULTS = 150
"""Faults that end a trial here: those of some results would go on for millions of calls."""
MANY = range(6)
"""Trials in which a mistake shows."""


def _compared(name: str) -> list[Scenario]:
    """Scenarios of a result that the compiled engine tells, each trial within some 1,500 calls."""
    scenarios = [experiment.scenario for experiment in CHECKS[name].experiments()]
    return [one.replace({"limits.faults": FAULTS}) for one in scenarios if not left_to_simpy(one)]


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_trials_of_exact_results_are_told_alike(name: str) -> None:
    for scenario in _compared(name):
        assert first_difference(scenario, SEED, TRIALS) == ""


def test_most_exact_results_are_of_trials_that_the_compiled_engine_tells() -> None:
    told = [
        result.name
        for result in RESULTS
        if not any(left_to_simpy(experiment.scenario) for experiment in result.experiments())
    ]
    assert len(told) > 0.6 * len(RESULTS)


SEEN = [*{mistake: (mistake, check) for mistake, check, *_ in FOUND_BY}.values()]
"""Each mistake once, with one of the results that find it."""


@pytest.mark.slow
@pytest.mark.parametrize(("mistake", "check"), SEEN)
def test_a_mistake_in_one_engine_is_seen(
    mistake: str, check: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = [Engines(scenario, SEED) for scenario in _compared(check)]
    if not engines:
        pytest.skip("left to SimPy")
    right = [(one, trial, one.by_compiled(trial)) for trial in MANY for one in engines]
    MISTAKES[mistake](monkeypatch)
    assert any(compare(one.by_simpy(n), told).difference for one, n, told in right)

"""The engine and its twin, which was written from the description alone, agree in distribution.

Small scenarios, together rich in what a run can meet, are each simulated by both with fixed seeds.
Means of the wall-clock, of every category and of the counts lie within 3.3 standard errors of each
other, and the distributions of the wall-clock agree by a Kolmogorov-Smirnov test at the same level.
There are some 20 scores for each; many of them go together, and by chance one set of seeds in about
ten would break one. A difference of the wall-clock is found with 99 % probability if it is 3.4 %
(calendar) to 13.4 % (idle), one of a category or a count typically if it is 25 %. With ten times
the trials, as in the full validation, it is a third of that.
"""

from __future__ import annotations

import pytest
from scipy import stats  # type: ignore[import-untyped]

from simtrain.accounts.ledger import Category
from simtrain.compiled.support import left_to_simpy
from simtrain.scenario.scenario import Scenario
from simtrain.validation.scores import ExactScore
from tests.compiled.comparison import first_difference
from tests.validation.tables import table
from tests.validation.twins import (
    COUNTS,
    SETTINGS,
    TRIALS,
    by_engine,
    by_twin,
    compared,
    document,
)

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", SETTINGS)
def test_the_engine_agrees_with_its_twin(
    name: str, trials_factor: float, record_twins: list[ExactScore]
) -> None:
    trials = int(TRIALS * trials_factor)
    engine, twin = (simulate(SETTINGS[name], trials, seed=1) for simulate in (by_engine, by_twin))
    found = compared(name, engine, twin)
    record_twins += found
    assert all(score.holds for score in found), table(found, "twin", "engine")
    wall_clocks = ([one["wall_clock"] for one in trials] for trials in (engine, twin))
    assert stats.ks_2samp(*wall_clocks).pvalue > 0.001


def test_the_scenarios_meet_everything_that_is_compared() -> None:
    """Each count and category differs from 0 in some scenario; queues have a twin of their own.

    The first of the trials are told alike by both engines: what agrees with one does with both.
    """
    met: set[str] = set()
    for setting in SETTINGS.values():
        for one in by_engine(setting, 20, seed=1):
            met |= {number for number, value in one.items() if value}
        scenario = Scenario.from_document(document(setting))
        assert not left_to_simpy(scenario)
        assert first_difference(scenario, 1, range(10)) == ""
    assert met >= {*COUNTS, *map(str, Category)} - {str(Category.QUEUE_WAIT)}

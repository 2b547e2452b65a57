"""Two numbers that are not known, of which one tells something of the other."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import simtrain
from simtrain.model import quantiles as drawing
from simtrain.model.draws import Draws
from simtrain.scenario.scenario import Scenario
from tests.compiled.comparison import first_difference
from tests.engine.runs import scenario

SPEED, RESTART = "workload.speed", "restart.duration"


def doubtful(correlation: float | None = None, **tables: Any) -> Scenario:
    """A job whose speed and time of a restart are known to ranges."""
    rows = [] if correlation is None else [
        {"numbers": [SPEED, RESTART], "correlation": correlation}
    ]  # fmt: skip
    document = {
        "workload": {"ideal_time": "40 h", "speed": "0.6..0.9"},
        "fault": {"gpu": {"rate": "0.05..0.2 per hour"}},
        "restart": {"duration": "10..60 min"},
        "correlated": rows,
    }
    return scenario(**{**document, **tables})


def scores(found: Scenario, trials: int) -> np.ndarray:
    """Normal scores of speed, time of a restart and rate in the first trials."""
    addresses = [SPEED, RESTART, "fault.gpu.rate"]
    return stats.norm.ppf(drawing.quantiles(3, trials, addresses, found.conditionals))


@pytest.mark.parametrize("correlation", [-0.95, 0.4])
def test_pairs_have_the_correlation_that_was_written_and_each_number_its_law(
    correlation: float,
) -> None:
    """4,000 trials: within 3.3 standard errors, of a correlation (1 - r²) / √n."""
    drawn = scores(doubtful(correlation), 4_000)
    error = 1 / math.sqrt(4_000)
    found = np.corrcoef(drawn.T)
    assert found[0, 1] == pytest.approx(correlation, abs=3.3 * (1 - correlation**2) * error)
    assert abs(found[0, 2]) < 3.3 * error
    assert np.abs(drawn.mean(0)).max() < 3.3 * error
    assert np.abs(drawn.std(0) - 1).max() < 3.3 * error / math.sqrt(2)


def test_what_is_in_no_pair_and_the_first_of_one_is_drawn_as_without() -> None:
    alone, paired = scores(doubtful(), 50), scores(doubtful(0.7), 50)
    assert (alone[:, [0, 2]] == paired[:, [0, 2]]).all()
    assert (alone[:, 1] != paired[:, 1]).all()
    assert scores(doubtful(0.0), 50) == pytest.approx(alone, abs=1e-9)


def test_trials_take_what_the_table_of_quantiles_says() -> None:
    """The time of the one restart, at the start, of each trial."""
    found = doubtful(0.7, fault={}, restart={"duration": "10..60 min", "at_start": True})
    results = simtrain.run(found, trials=20, seed=3, engine="simpy")
    law = found.restart.duration.law
    told = drawing.quantiles(3, 20, [RESTART], found.conditionals)[:, 0]
    assert results.by_trial("restart_s") == pytest.approx([law.quantile(at) for at in told])


def test_a_number_that_bends_with_another_has_the_mean_and_deviation_that_were_written() -> None:
    """4,000 trials, in bins of the first score: within 3.3 standard errors of what is linear."""
    bends = [[-1.0, 0.5, 0.2], [1.0, 1.5, 0.6]]
    found = doubtful(correlated=[{"numbers": [SPEED, RESTART], "conditional": bends}])
    first, second, _ = scores(found, 4_000).T
    for low, high, mean, sd in ((-9, -1, 0.5, 0.2), (-0.1, 0.1, 1.0, 0.4), (1, 9, 1.5, 0.6)):
        there = second[(first > low) & (first < high)]
        assert there.mean() == pytest.approx(mean, abs=3.3 * sd / math.sqrt(there.size))
        assert there.std() == pytest.approx(sd, rel=3.3 / math.sqrt(2 * there.size))


def test_a_straight_bend_is_a_correlation() -> None:
    left = math.sqrt(1 - 0.6**2)
    bends = [[-8.0, -4.8, left], [8.0, 4.8, left]]
    straight = doubtful(correlated=[{"numbers": [SPEED, RESTART], "conditional": bends}])
    assert scores(straight, 50) == pytest.approx(scores(doubtful(0.6), 50), abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(
    "row", [{"correlation": -0.6}, {"conditional": [[-1.0, 0.5, 0.2], [1.0, 1.5, 0.6]]}]
)
def test_both_engines_draw_pairs_alike(row: dict[str, Any]) -> None:
    found = doubtful(correlated=[{"numbers": [SPEED, RESTART], **row}])
    assert first_difference(found, 30, [0, 1, 7]) == ""


def test_a_pair_of_which_one_number_is_known_says_nothing() -> None:
    known = doubtful(0.7).replace({"restart.duration": "20 min"})
    assert known.conditionals == {}
    assert doubtful(0.7).without_doubt().conditionals == {}


def test_a_quantile_of_zero_has_a_score(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "quantile", lambda _draws, _address: 0.0)
    pairs = doubtful(0.7).conditionals
    assert 0.0 < drawing.quantile_of(Draws(), RESTART, pairs) < 1e-12


def test_names_are_those_of_laws_of_shared_ranges_and_of_changes() -> None:
    law = {"law": "exponential", "mean": "10..60 min"}
    found = doubtful(
        workload={"ideal_time": "40 h", "speed": {"range": "0.6..0.9", "shared": "pace"}},
        restart={"duration": law},
        change=[{"at": "5 h", "set": {"people.response": "1..5 min"}}],
        correlated=[
            {"numbers": [SPEED, "restart.duration.mean"], "correlation": 0.5},
            {"numbers": ["people.response", "fault.gpu.rate"], "correlation": 0.5},
        ],
    )
    assert {address: one.address for address, one in found.conditionals.items()} == {
        "restart.duration.mean": "shared pace",
        "fault.gpu.rate": "people.response",
    }


def test_pairs_move_the_spread_of_a_run() -> None:
    """Nothing but a speed and one restart: low speeds with slow restarts make the spread wider.

    The standard deviations of 300 trials each are known to 4 %.
    """
    tables = {"fault": {}, "restart": {"duration": "4..20 h", "at_start": True}}
    wide, narrow = (
        simtrain.run(doubtful(one, **tables), trials=300, seed=1).by_trial("wall_clock_s").std()
        for one in (-0.8, 0.8)
    )
    assert wide > 1.5 * narrow

"""The engine settles what is not known once per trial, apart from all that happens by chance."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from simtrain.engine.trial import Simulator
from simtrain.model.draws import ECHO, Draws, numbers_of, quantile
from simtrain.model.quantiles import quantiles
from simtrain.questions.run import run
from simtrain.scenario.scenario import Scenario
from simtrain.tables.spread import VARIANCE
from simtrain.validation.sinks import Silent
from tests.engine import runs
from tests.engine.runs import scenario
from tests.examples import examples
from tests.strategies import scenarios


def asked(found: Scenario) -> set[str]:
    """Addresses of the numbers that a trial settles."""
    simulator = Simulator(found, 1)
    addresses: set[str] = set()
    plain = simulator.numbers._quantile

    def watched(address: str) -> float:
        addresses.add(address)
        return plain(address)

    simulator.numbers._quantile = watched  # type: ignore[method-assign]
    for number in range(3):
        simulator.run(number, Silent())
    return addresses


@examples(15)
@given(found=scenarios())
def test_what_a_trial_settles_is_among_what_the_scenario_says_is_not_known(
    found: Scenario,
) -> None:
    assert asked(found) <= {unknown.address for unknown in found.unknown}


def test_every_unknown_number_of_a_scenario_that_needs_all_is_settled() -> None:
    found = scenario(
        cluster={"frailty": "0.5..1", "swap": "1..2 min", "age": "1 d..9 d", "spares": 1},
        fault={"gpu": {"rate": "0.05..0.2 per hour", "automatic": "0.2..0.8"}},
        checkpoint={"interval": "1..2 h", "stall": {"range": "1..2 min", "shared": "store"}},
        restart={"duration": {"law": "exponential", "mean": "1..2 min"}},
        people={"response": "1..5 min"},
        stop={"check": {"at": "5 h", "duration": "10..30 min"}},
    )
    assert asked(found) == {unknown.address for unknown in found.unknown}
    assert len(found.unknown) == 10


def test_ages_drawn_from_an_uncertain_law_have_another_law_in_each_trial() -> None:
    age = {"law": "exponential", "mean": "1 d..100 d"}
    fault = {"old": {"law": "weibull", "shape": 3, "scale": "5 d"}}
    found = scenario(cluster={"age": age}, fault=fault)
    assert asked(found) == {"cluster.age.mean"}
    middle = scenario(cluster={"age": {**age, "mean": "10 d"}}, fault=fault)
    walls = [
        [Simulator(one, 0).run(number, Silent()).wall_clock_s for number in range(12)]
        for one in (found, middle)
    ]
    assert walls[0] != walls[1]


def test_an_echo_has_the_numbers_of_a_trial_and_other_chance() -> None:
    found = scenario(
        restart={"duration": "6..60 min"}, fault={"job": {"scope": "job", "rate": "0.2 per hour"}}
    )
    simulator = Simulator(found, 3)
    assert (numbers_of(7), numbers_of(ECHO + 7)) == (7, 7)
    draws = Draws()
    draws.begin(3, 7)
    settled = found.restart.duration.law.quantile(quantile(draws, "restart.duration"))
    for number in (7, ECHO + 7):
        simulator.run(number, Silent())
        assert simulator.numbers.settle("restart.duration", found.restart.duration).mean == settled
    walls = [simulator.run(number, Silent()).wall_clock_s for number in (7, ECHO + 7, 7)]
    assert walls[0] == walls[2] != walls[1]


def test_a_number_has_the_same_quantile_before_and_after_a_change() -> None:
    change = [{"progress": "50 %", "set": {"checkpoint.stall": "2..20 min"}}]
    found = scenario(checkpoint={"stall": "1..10 min", "final_save": False}, change=change)
    for number in range(3):
        ledger = runs.run(found, number).ledger
        draws = Draws()
        draws.begin(0, number)
        first = found.checkpoint.stall.law.quantile(quantile(draws, "checkpoint.stall"))  # type: ignore[union-attr]
        # Nine saves of ten hours, four before the change and five after it, each twice as long.
        assert ledger.categories()["checkpoint_save"] == pytest.approx(
            (4 + 5 * 2) * first, rel=1e-6
        )


def linear() -> Scenario:
    """No faults: the wall-clock is the work, nine saves and three stops of unknown length."""
    return scenario(
        checkpoint={"stall": "1..4 min", "final_save": False},
        stop={
            "one": {"at": "2.5 h", "duration": "5..20 min"},
            "two": {"at": "5.5 h", "duration": "10..20 min"},
        },
    )


@pytest.mark.slow
def test_shares_of_a_linear_outcome_are_exact() -> None:
    """Wall-clock = W + n·C + D₁ + D₂, so shares go as a²·m²·e^σ²·(e^σ² − 1), σ = ln(b/a)/3.29.

    Tolerance: three standard errors of a share at 600 trials, about 0.07.
    """
    found = run(linear(), trials=600, jobs=1)
    spread = found.spread
    assert spread is not None
    assert spread.doubt.value == pytest.approx(1, abs=1e-6), "nothing happens by chance"

    def part(factor: float, low: float, high: float) -> float:
        square = (math.log(high / low) / 3.2897) ** 2
        return factor**2 * low * high * math.exp(square) * math.expm1(square)

    saves = 9
    parts = {
        "checkpoint.stall": part(saves, 1, 4),
        "stop.one.duration": part(1, 5, 20),
        "stop.two.duration": part(1, 10, 20),
    }
    shares = {one.key: one.share for one in spread.numbers}
    for key, value in parts.items():
        assert shares[key].value == pytest.approx(value / sum(parts.values()), abs=0.07), key
    assert spread.measure == VARIANCE


def test_quantiles_are_those_that_trials_take() -> None:
    table = quantiles(5, 4, ["a.b", "shared people"], {})
    draws = Draws()
    draws.begin(5, 3)
    assert table.shape == (4, 2)
    assert [quantile(draws, "a.b"), quantile(draws, "shared people")] == list(table[3])

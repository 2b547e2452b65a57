"""What is simulated lies within 3.3 standard errors of the exact results.

These are three tenths of the trials of ``simtrain validate``, which stands beside the tests in all
that must hold: the error that each finds with 99 % probability is 1.8 times that of its row there.
The compiled engine simulates all but those that end early; that SimPy tells the same is tested too.
With ``SIMTRAIN_FULL=1`` in the environment there are ten times as many as there, and a table of all
scores is printed, with these errors.
"""

from __future__ import annotations

from collections import Counter

import pytest

from simtrain.sampling.engines import COMPILED
from simtrain.tables.answer import SIMPY
from simtrain.validation.exact import RESULTS, Exact
from simtrain.validation.experiments import ExactResult
from simtrain.validation.readings import UntilEnough
from simtrain.validation.rows import CheckResult
from simtrain.validation.scores import ExactScore
from simtrain.validation.trials import Trials
from tests.validation.tables import table

SHARE = 0.3


@pytest.mark.slow
@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.name)
def test_what_is_simulated_is_the_exact_result(
    result: ExactResult, trials_factor: float, record_scores: list[ExactScore]
) -> None:
    factor = trials_factor if trials_factor > 1 else SHARE
    found = [score for _, score in Trials((result,), 0, factor, COMPILED).scores()]
    record_scores += found
    assert found
    assert all(score.holds for score in found), table(found)


FEW = RESULTS[:2]


@pytest.mark.slow
@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.name)
def test_engines_move_no_row(result: ExactResult) -> None:
    by_simpy, by_compiled = (
        [score for _, score in Trials((result,), 5, 0.003, engine).scores()]
        for engine in (SIMPY, COMPILED)
    )
    assert by_simpy == by_compiled


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.name)
def test_all_but_trials_that_end_early_are_compiled(result: ExactResult) -> None:
    early = {isinstance(experiment.read, UntilEnough) for experiment in result.experiments()}
    engines = Trials((result,), 0, 1.0, COMPILED).engines
    assert engines == {SIMPY if is_early else COMPILED for is_early in early}


@pytest.mark.slow
def test_workers_move_no_row() -> None:
    source = Exact(0.05, FEW)
    assert source.part(seed=3, jobs=2) == source.part(seed=3, jobs=1)


@pytest.mark.slow
def test_results_beside_it_move_no_row() -> None:
    alone = [row for one in FEW for row in Exact(0.05, (one,)).part(seed=3, jobs=1).rows]
    assert list(Exact(0.05, FEW[::-1]).part(seed=3, jobs=1).rows) == [
        row for one in FEW[::-1] for row in alone if row.about == one.title
    ]


@pytest.mark.slow
def test_the_seed_and_the_number_of_trials_move_rows() -> None:
    segments = FEW[1:]
    first = Exact(0.05, segments).part(seed=3, jobs=1)
    assert Exact(0.05, segments).part(seed=4, jobs=1) != first
    more = Exact(0.2, segments).part(seed=3, jobs=1)
    for few, many in zip(first.rows, more.rows, strict=True):
        assert few.expected == many.expected
        assert few.tolerance / many.tolerance == pytest.approx(2, rel=0.4)


@pytest.mark.slow
def test_progress_comes_to_all_trials() -> None:
    source = Exact(0.05, FEW)
    done: list[int] = []
    source.part(seed=3, jobs=1, progress=done.append)
    assert sum(done) == source.trials
    assert len(done) > 10


def test_no_two_rows_have_one_name() -> None:
    rows = Counter(
        (result.title, claim.case)
        for result in RESULTS
        for experiment in result.experiments()
        for claim in experiment.claims
    )
    assert set(rows.values()) == {1}
    assert len({result.title for result in RESULTS}) == len(RESULTS)


def test_every_row_says_how_far_the_two_may_differ() -> None:
    for row in Exact(0.05, FEW).part(seed=0, jobs=1).rows:
        near = abs(row.simulated - row.expected) <= row.tolerance
        assert row.verdict is (CheckResult.OK if near else CheckResult.FAIL)

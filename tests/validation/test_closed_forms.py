"""Simulated means lie within 3.3 standard errors of their closed forms.

Seeds are fixed. With ``SIMTRAIN_FULL=1`` in the environment there are ten times as many trials,
and a table of all scores is printed, with the error of the engine that each would find with 99 %
probability; so does ``python -m tests.validation``.
"""

import pytest

from tests.validation.checks import CHECKS
from tests.validation.scores import Score


@pytest.mark.parametrize("name", CHECKS)
def test_means_are_those_of_the_closed_form(
    name: str, trials_factor: float, record_scores: list[Score]
) -> None:
    found = list(CHECKS[name](trials_factor))
    record_scores += found
    assert found
    assert all(score.holds for score in found), "\n".join(map(str, found))

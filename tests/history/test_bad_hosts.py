"""How likely it is that a host of a run in flight is bad."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simtrain.history.bad_hosts import probability_of_a_bad_host
from simtrain.model.parameters import Parameters, at_middle, parameters_of
from simtrain.units import DAY, HOUR
from tests.questions.test_forecast import planned


def numbers(**tables: Any) -> Parameters:
    """Eight hosts that fail once a day together; half of the bad ones are found."""
    document = {
        "fault": {"gpu": {"rate": "125 per 1000 host-days"}},
        "diagnosis": {"recall": 0.5}, "repair": {"bad_host_mtbf": "12 h"},
    }  # fmt: skip
    whole = planned(**{**document, **tables})
    return parameters_of(whole, at_middle, whole)


def test_after_one_fault_that_was_missed_quiet_time_says_that_none_is_bad() -> None:
    """By Bayes: half of the time it is bad, and then quiet for t with e^(−t/m)."""
    for hours in (0.0, 6.0, 24.0):
        found = probability_of_a_bad_host(
            numbers(), "gpu", [(DAY, "gpu")], DAY + hours * HOUR, at_risk=1.0
        )
        quiet = math.exp(-hours / 12)
        assert found == pytest.approx(quiet / (1 + quiet))


def test_none_is_bad_where_diagnosis_finds_all_or_nothing_has_failed() -> None:
    seen = [(DAY, "gpu")]
    found = numbers(diagnosis={"recall": 1.0})
    assert probability_of_a_bad_host(found, "gpu", seen, 2 * DAY, 1.0) == 0.0
    assert probability_of_a_bad_host(numbers(), "gpu", [], 2 * DAY, 1.0) == 0.0


def test_the_probability_is_how_often_one_is_bad() -> None:
    """Against a job played out by hand, over 1,500 runs of four days, in three bins."""
    random, now = np.random.default_rng(7), numbers()
    foretold, true = [], []
    for _ in range(1500):
        time, bad, seen = 0.0, 0, list[tuple[float, str]]()
        while True:
            time += random.exponential(DAY / (1 + 2 * bad))
            if time > 4 * DAY:
                break
            is_new = random.random() < 1 / (1 + 2 * bad)
            bad = int(random.binomial(bad + is_new, 0.5))
            seen.append((time, "gpu"))
        foretold.append(probability_of_a_bad_host(now, "gpu", seen, 4 * DAY, 1.0))
        true.append(bad > 0)
    chance, is_bad = np.array(foretold), np.array(true)
    for low, high in ((0.0, 0.2), (0.2, 0.45), (0.45, 1.0)):
        within = (chance >= low) & (chance < high)
        error = math.sqrt((chance[within] * (1 - chance[within])).sum()) / within.sum()
        assert within.sum() > 100
        assert abs(is_bad[within].mean() - chance[within].mean()) < 3.3 * error

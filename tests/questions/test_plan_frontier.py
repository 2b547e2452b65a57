"""Combinations of two keys that meet a target and are dominated by no other."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

import simtrain
from simtrain.errors import InputError, ScenarioError
from simtrain.questions.plan_frontier import PlanFrontierQuestion
from simtrain.scenario.cheaper import _CHEAPER, LESS, MORE, cheaper_end
from simtrain.scenario.reference import keys
from tests.questions.test_plan import DAY, small
from tests.show.samples import frontier_of

if TYPE_CHECKING:
    from simtrain.answers.plan_frontier import Frontier

SPARES, INTERVAL = "cluster.spares", "checkpoint.interval"
TARGET = "p90(wall_clock) <= 13 d"
VARY = {SPARES: "0..8", INTERVAL: "20 min,1 h,3 h"}


def of(found: Frontier) -> list[tuple[str, str]]:
    """Spares and intervals on the frontier."""
    cells = (found.settings(case) for case in found.frontier)
    return [(str(one[SPARES]), str(one[INTERVAL])) for one in cells]


def by_brute_force(met: dict[tuple[int, int], bool]) -> set[tuple[int, int]]:
    """Those that meet the target, and that none of all others which does is no dearer than.

    Combinations are how dear they are in each key.
    """
    good = [one for one, is_met in met.items() if is_met]
    return {
        (a, b) for a, b in good if not any((c, d) != (a, b) and c <= a and d <= b for c, d in good)
    }


def frontiers_are_those_of_a_brute_force() -> None:
    """Of tables that are drawn. More spares are never worse, longer intervals may be either.

    Spares are searched where there are nine; of three, all five intervals are tried for each.
    """
    rng, sizes = np.random.default_rng(3), set()
    intervals = ["10 min", "20 min", "40 min", "80 min", "160 min"]
    for spares in (9, 3, 9, 3, 9):
        days = np.sort(rng.uniform(11, 20, (5, spares)))[:, ::-1]
        found = frontier_of(dict(zip(intervals, days.tolist(), strict=True)))
        assert found.inner.key == (SPARES if spares == 9 else INTERVAL)
        places = product(range(5), range(spares))
        met = {(n, 4 - place): bool(days[place, n] <= 14) for place, n in places}
        expected = {(str(n), intervals[4 - place]) for n, place in by_brute_force(met)}
        assert set(of(found)) == expected
        sizes.add(len(expected))
    assert max(sizes) > 2


@pytest.mark.slow
def test_frontiers_are_those_of_a_brute_force() -> None:
    frontiers_are_those_of_a_brute_force()


@pytest.mark.slow
def test_the_frontier_of_real_trials_is_that_of_a_sweep_over_all_combinations() -> None:
    """With the same trials, in which more spares are never worse."""
    intervals = ["20 min", "1 h", "3 h"]
    every = {SPARES: range(9), INTERVAL: intervals}
    asked = {"trials": 40, "seed": 3, "jobs": 1, "engine": "compiled"}
    swept = simtrain.sweep(small(), every, **asked)
    found = simtrain.plan_frontier(small(), target=TARGET, vary=VARY, **asked)
    met = {}
    for (spares, place), results in zip(product(range(9), range(3)), swept.results, strict=True):
        days = results.metric("wall_clock_s") / DAY
        met[spares, 2 - place] = bool(np.percentile(days, 90) <= 13)
    expected = {(str(n), intervals[2 - place]) for n, place in by_brute_force(met)}
    assert set(of(found)) == expected
    assert 0 < sum(met.values()) < len(met)
    assert found.tried < len(met)


def test_a_combination_as_cheap_in_one_key_is_dominated() -> None:
    """Two spares suffice at one and at two hours: the longer interval is cheaper, and stays."""
    found = frontier_of(
        {
            "30 min": [20.0, 19.0, 13.0, 12.0],
            "1 h": [20.0, 17.0, 13.0, 12.0],
            "2 h": [20.0, 17.0, 13.0, 12.0],
            "4 h": [30.0, 19.0, 18.0, 13.0],
        }
    )
    assert of(found) == [("2", "2 h"), ("3", "4 h")]
    assert all(found.is_certain(case) for case in found.cases)
    first, second, kept, last = found.cases
    assert found.dominated_by(first) is found.dominated_by(second) is kept
    assert found.dominated_by(kept) is found.dominated_by(last) is None
    rows = found.to_frame()
    assert rows["is_on_frontier"].tolist() == [False, False, True, True]
    assert rows[f"dominated_by_{INTERVAL}"].fillna("").tolist() == ["2 h", "2 h", "", ""]


def test_what_is_cheaper_may_be_said_and_moves_the_frontier() -> None:
    days = {"1 h": [20.0, 13.0, 12.0], "2 h": [20.0, 19.0, 13.0], "4 h": [20.0, 20.0, 13.5]}
    assert of(frontier_of(days)) == [("1", "1 h"), ("2", "4 h")]
    assert of(frontier_of(days, cheaper={INTERVAL: "less"})) == [("1", "1 h")]
    assert of(frontier_of(days, cheaper={SPARES: "more"})) == [("2", "4 h")]


def test_one_that_may_miss_and_one_that_may_be_dominated_are_uncertain() -> None:
    """At 2 h 13.9 may miss 14 d, by a confidence of 0.28 d; at 4 h 14.1 may meet it, and then it
    dominates what is on the frontier at 1 h and 2 h. At 8 h all miss it for certain."""
    found = frontier_of(
        {
            "1 h": [20.0, 13.0, 12.0, 11.0],
            "2 h": [20.0, 17.0, 13.9, 12.0],
            "4 h": [20.0, 19.0, 14.1, 13.0],
            "8 h": [20.0, 19.0, 18.0, 17.0],
        }
    )
    one, two, four, eight = found.cases
    assert of(found) == [("1", "1 h"), ("2", "2 h"), ("3", "4 h")]
    assert found.is_certain(one)
    assert (two.point.is_conclusive, found.may_be_dominated(two)) == (False, True)
    assert (four.point.is_conclusive, found.may_be_dominated(four)) == (True, True)
    assert not found.is_certain(two)
    assert not found.is_certain(four)
    assert found.ends(two) == (2, 3)
    assert found.is_certain(eight)
    assert eight.ranks is eight.best is None


def test_one_that_misses_but_may_meet_the_target_may_be_on_the_frontier() -> None:
    found = frontier_of({"1 h": [20.0, 13.0, 12.0], "2 h": [20.0, 19.0, 14.1]})
    assert of(found) == [("1", "1 h")]
    assert not found.is_certain(found.cases[1])
    assert found.ends(found.cases[1]) == (2, None)
    closed = frontier_of({"1 h": [20.0, 14.1, 12.0], "2 h": [20.0, 13.0, 12.0]})
    assert of(closed) == [("1", "2 h")]
    assert closed.is_certain(closed.cases[0])  # be it met with one spare, it is dominated


def test_no_combination_is_an_answer_too() -> None:
    found = frontier_of({"1 h": [20.0, 19.0], "2 h": [20.0, 18.0]})
    assert of(found) == []
    assert found.summary()["frontier"] == []


def test_combinations_that_were_tried_say_whether_one_found_dominates_them() -> None:
    table = frontier_of({"1 h": [20.0, 13.0, 12.0], "2 h": [20.0, 19.0, 13.0]}).tables["plan"]
    cells = zip(table[INTERVAL], table[SPARES], table["is_dominated"], strict=True)
    assert {(place, spares) for place, spares, is_so in cells if is_so} == {("1 h", "2")}
    assert sum(table["is_on_frontier"]) == 2


@pytest.mark.slow
def test_the_number_of_jobs_moves_nothing(eager: None) -> None:
    vary = {SPARES: "3,5", INTERVAL: "1 h,3 h"}
    one, two = (
        simtrain.plan_frontier(small(), target=TARGET, vary=vary, trials=36, seed=3, jobs=jobs)
        for jobs in (1, 2)
    )
    assert one.to_json() == two.to_json()


# --- which end is cheaper -------------------------------------------------------------------------


def test_every_key_whose_cheaper_end_is_known_is_one_of_the_format() -> None:
    known = {key.replace(".0.", ".").replace(".N.", ".") for key in keys()}
    assert not (_CHEAPER[LESS] | _CHEAPER[MORE]) - known
    assert not _CHEAPER[LESS] & _CHEAPER[MORE]


@pytest.mark.parametrize(
    ("key", "end"),
    [
        ("cluster.spares", LESS),
        ("change.5.set.cluster.spares", LESS),
        ("repair.crews", LESS),
        ("fault.gpu.mtbf", LESS),
        ("fault.gpu.rate", MORE),
        ("fault.gpu.scale", LESS),
        ("checkpoint.interval", MORE),
        ("cluster.notice", MORE),
        ("repair.automated.mean", MORE),
        ("people.when.0.response", MORE),
        ("people.response.shape", None),
        ("repair.retire_at", None),
    ],
)
def test_the_cheaper_end_is_known_of_what_is_bought_and_of_times(key: str, end: str | None) -> None:
    assert cheaper_end(key) == end


@pytest.mark.parametrize(
    ("vary", "cheaper", "message"),
    [
        ({SPARES: "0..3"}, {}, "a frontier is of two"),
        ({SPARES: "0..3", "cluster.age": "1d,9d"}, {}, "cluster.age=less or"),
        ({SPARES: "0..3", INTERVAL: "1h,2h"}, {SPARES: "dear"}, "neither less nor more"),
        ({SPARES: "0..3", INTERVAL: "1h,2h"}, {"cluster.hosts": LESS}, "is not varied"),
        ({SPARES: "0..99", INTERVAL: "1h..2h:log"}, {}, "give one of them 40 or fewer"),
        ({SPARES: "0..3", "fault.gpu.effect": "hang,crash"}, {}, "have no order to search in"),
    ],
)
def test_what_is_no_question_is_refused(
    vary: dict[str, str], cheaper: dict[str, str], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        PlanFrontierQuestion(small(), TARGET, vary, cheaper, 100)


def test_keys_that_are_not_there_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"vary: cluster\.spars"):
        PlanFrontierQuestion(small(), TARGET, {"cluster.spars": "0..3", INTERVAL: "1h"}, {}, 100)

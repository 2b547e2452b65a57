from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simtrain.errors import ScenarioError
from simtrain.scenario.axes import Axis, assignments, axes_of, grid
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from simtrain.units import COUNT, DURATION
from tests.scenario.valid import TEXT, written

CHANGE = """
[[change]]
at = "3 days"
set = { "cluster.swap" = "9 min", "fault.gpu.rate" = "2 per day" }

[[change]]
at = "4 days"
set = { "cluster.swap" = "8 min" }
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(written(tmp_path, TEXT))


@pytest.fixture
def changing(tmp_path: Path) -> Scenario:
    text = TEXT[: TEXT.index("[[change]]")] if "[[change]]" in TEXT else TEXT
    return load(written(tmp_path, text + CHANGE))


def axis(scenario: Scenario, text: str) -> Axis:
    [found] = axes_of(scenario, assignments([text]))
    return found


def refusal(scenario: Scenario, *texts: str, throughout: bool = False) -> str:
    with pytest.raises(ScenarioError) as refused:
        grid(scenario, axes_of(scenario, assignments(texts)), throughout)
    return str(refused.value)


# --- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "values", "numbers"),
    [
        ("cluster.spares=8,2,4", (2, 4, 8), (2.0, 4.0, 8.0)),
        ("checkpoint.interval=2 h,20 min", ("20 min", "2 h"), (1200.0, 7200.0)),
        ("checkpoint.interval=2 h,20 steps", ("2 h", "20 steps"), None),
        ("fault.gpu.effect=hang,crash", ("hang", "crash"), None),
        ("checkpoint.final_save=true,false", (True, False), None),
        (
            'restart.duration={ law = "exponential", mean = "5 min" },1 h',
            ({"law": "exponential", "mean": "5 min"}, "1 h"),
            None,
        ),
        ("people.holidays=[2026-01-01],[]", (None, None), None),
        ("restart.duration.mean=5 min,9 min", ("5 min", "9 min"), (300.0, 540.0)),
        ("cluster.spares=3", (3,), (3.0,)),
    ],
)
def test_lists(
    scenario: Scenario, text: str, values: tuple[Any, ...], numbers: tuple[float, ...] | None
) -> None:
    found = axis(scenario, text)
    assert found.numbers == numbers
    assert len(found) == len(values)
    if values[0] is not None:
        assert found.values == values


def place_texts(scenario: Scenario, *texts: str) -> list[str]:
    axes = axes_of(scenario, assignments(texts))
    return [place.text for place in grid(scenario, axes, throughout=True)]


def test_quantities_of_a_list_are_spelled_in_one_way(scenario: Scenario) -> None:
    found = axis(scenario, 'checkpoint.interval="90minutes",2h,1h10min, 3  d')
    assert found.values == ("1 h 10 min", "90 min", "2 h", "3 d")
    assert axis(scenario, "cluster.spares=10%,5 %").values == ("5 %", "10 %")
    rates = axis(scenario, "fault.gpu.rate=5 per 1000 host-days,2  per 1000 host-days")
    assert rates.values == ("2 per 1000 host-days", "5 per 1000 host-days")


# --- keys that move together ----------------------------------------------------------------------


def test_a_share_follows_the_key_that_varies(scenario: Scenario) -> None:
    [found] = axes_of(scenario, assignments(["cluster.hosts=140,120 with cluster.spares=5%"]))
    places = grid(scenario, [found], throughout=True)
    assert [place.scenario.cluster.spares for place in places] == [6, 7]
    assert [place.values for place in places] == [(120,), (140,)]
    assert [place.text for place in places] == [
        "cluster.hosts=120, cluster.spares=5 %",
        "cluster.hosts=140, cluster.spares=5 %",
    ]
    assert found.name == "cluster.hosts with cluster.spares = 5 %"


def test_as_many_values_move_side_by_side(scenario: Scenario) -> None:
    text = "cluster.hosts=120..124/2 with cluster.spares=9..11/1 with cluster.swap=3min,2min,1min"
    assert place_texts(scenario, text) == [
        "cluster.hosts=120, cluster.spares=9, cluster.swap=3 min",
        "cluster.hosts=122, cluster.spares=10, cluster.swap=2 min",
        "cluster.hosts=124, cluster.spares=11, cluster.swap=1 min",
    ]
    falling = place_texts(scenario, "cluster.hosts=124,120 with cluster.spares=11,9")
    assert falling == [
        "cluster.hosts=120, cluster.spares=9",
        "cluster.hosts=124, cluster.spares=11",
    ]


def test_keys_move_together_within_a_grid(scenario: Scenario) -> None:
    both = place_texts(
        scenario, "diagnosis.recall=0.5,1", "cluster.hosts=120,124 with cluster.swap=1h,2h"
    )
    assert len(both) == 4
    assert both[1] == "diagnosis.recall=0.5, cluster.hosts=124, cluster.swap=2 h"


def test_keys_that_move_together_are_a_tuple_in_python(scenario: Scenario) -> None:
    ranges = {("cluster.hosts", "cluster.swap"): [(124, "2 h"), (120, "1 h")]}
    axes = axes_of(scenario, ranges)
    assert axes == axes_of(scenario, {"cluster.hosts": "124,120 with cluster.swap=2 h,1 h"})
    assert [place.settings for place in grid(scenario, axes)] == [
        {"cluster.hosts": 120, "cluster.swap": "1 h"},
        {"cluster.hosts": 124, "cluster.swap": "2 h"},
    ]


@pytest.mark.parametrize(
    "ranges",
    [
        {("cluster.hosts", "cluster.swap"): "124,120"},
        {("cluster.hosts", "cluster.swap"): [124, 120]},
        {("cluster.hosts", "cluster.swap"): [(124,), (120,)]},
        {(): [()]},
    ],
)
def test_tuples_have_a_value_for_each_key(scenario: Scenario, ranges: Any) -> None:
    with pytest.raises(ScenarioError, match="one tuple for each point, such as"):
        axes_of(scenario, ranges)


def test_what_moves_along_lasts_as_long_as_the_key_itself(changing: Scenario) -> None:
    text = "cluster.hosts=120,124 with cluster.swap=1 min,2 min"
    assert "cluster.swap: does not hold for the whole run" in refusal(changing, text)


def test_a_share_in_a_search_has_one_value_for_each_count(scenario: Scenario) -> None:
    small = scenario.replace(cluster__hosts=20)
    [found] = axes_of(small, {"cluster.spares": "40%..60%"}, fine=True)
    assert found.values == ("40 %", "45 %", "50 %", "55 %", "60 %")
    [listed] = axes_of(small, {"cluster.spares": "40%,60%"}, fine=True)
    assert listed.values == ("40 %", "60 %")


def test_values_may_come_from_python(scenario: Scenario) -> None:
    given = {"cluster.spares": range(0, 5, 2), "fault.gpu.automatic": np.array([0.5, 0.25])}
    spares, automatic = axes_of(scenario, given)
    assert (spares.values, spares.dimension) == ((0, 2, 4), COUNT)
    assert automatic.values == (0.25, 0.5)
    assert type(automatic.values[0]) is float


@pytest.mark.parametrize("values", [5, None, {"law": "fixed", "value": "1 h"}])
def test_what_is_no_list_of_values_is_refused(scenario: Scenario, values: Any) -> None:
    with pytest.raises(ScenarioError, match=r"cluster\.spares: .* is not a list of values"):
        axes_of(scenario, {"cluster.spares": values})


def test_a_range_knows_its_kind(scenario: Scenario) -> None:
    found = axis(scenario, "checkpoint.interval=10min..8h:log:5")
    assert found.is_log
    assert found.dimension is DURATION
    assert found.number("1 h") == 3600.0
    assert found.number("250 steps") is None


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (
            ["cluster.spars=0..4/1"],
            "cluster.spars: is not a key of [cluster]; did you mean `spares`?",
        ),
        (["cluster.spars=1,2"], "did you mean `spares`?"),
        (["restart.duration.men=1 h,2 h"], "restart.duration.men"),
        (
            ["fault.gpuu.rate=1 per day"],
            "names no table `fault.gpuu` of the scenario; did you mean `gpu`? ",
        ),
        (["stop.none.duration=1 h"], "names no table `stop.none` of the scenario"),
        (["cluster.spares=1,2", "cluster.spares=3"], "cluster.spares: is there twice"),
        (["checkpoint.interval=1 h,60 min"], 'has "60 min" twice; each value once'),
        (["fault.gpu.effect=hang,hang"], 'has "hang" twice'),
        (
            ["cluster.hosts=120,124 with cluster.spares=9,10,11"],
            "cluster.spares: has 3 values beside 2 of cluster.hosts; as many, or one",
        ),
        (["cluster.hosts=120,124 with cluster.spars=5%"], "did you mean `spares`?"),
        (["cluster.hosts=120 with cluster.hosts=5"], "cluster.hosts: is there twice"),
        (["cluster.hosts=9 with cluster.swap=1h", "cluster.swap=2h"], "cluster.swap: is there tw"),
        (["cluster.hosts=9 with cluster.swap="], '"cluster.swap=" gives no key its values'),
        (["cluster.spares=0%..4/1"], "are not of one kind"),
        (["cluster.spares"], '"cluster.spares" gives no key its values'),
        (["cluster.spares="], '"cluster.spares=" gives no key its values'),
        (["=1,2"], '"=1,2" gives no key its values'),
        (["cluster.spares=,"], '"," has an empty place; a value on each side of a comma'),
        (["cluster.spares=1,,2"], '"1,,2" has an empty place'),
        (["cluster.spares=1,2,"], '"1,2," has an empty place'),
        (["cluster.spares=4..4/1"], "is empty; two ends that differ, the lower one first"),
        (
            ["checkpoint.interval=0..2h:lin:3"],
            'checkpoint.interval=0 h: checkpoint.interval: "0 h"',
        ),
        (["fault.gpu.effect=crash..hang:lin:3"], "takes no numbers, so it has no range"),
        (["cluster.spares=0..31/1", "cluster.hosts=65..96/1"], "1,024 points are too many"),
        (["repair.automated=1 h,2 h", "repair.automated.mean=1 h,2 h"], "which is set as well"),
    ],
)
def test_what_cannot_be_swept_is_refused(scenario: Scenario, texts: list[str], words: str) -> None:
    assert words in refusal(scenario, *texts)


def test_no_key_at_all_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match="there is no key to vary"):
        axes_of(scenario, {})


# --- grids ----------------------------------------------------------------------------------------


def test_every_combination_is_a_point(scenario: Scenario) -> None:
    axes = axes_of(scenario, {"diagnosis.recall": [0.5, 1], "checkpoint.interval": ["1 h", "2 h"]})
    places = grid(scenario, axes)
    assert [place.values for place in places] == [
        (0.5, "1 h"),
        (0.5, "2 h"),
        (1, "1 h"),
        (1, "2 h"),
    ]
    assert places[1].text == "diagnosis.recall=0.5, checkpoint.interval=2 h"
    for place in places:
        changed = {"diagnosis.recall": place.values[0], "checkpoint.interval": place.values[1]}
        assert place.scenario.sha256 == scenario.replace(changed).sha256


def test_a_key_that_changes_later_is_refused(changing: Scenario) -> None:
    assert refusal(changing, "cluster.swap=1 min,2 min") == (
        "sweep: cluster.swap: does not hold for the whole run: `change.0.set.cluster.swap`, "
        "`change.1.set.cluster.swap` set it later; --throughout leaves such changes out; or vary "
        "`change.0.set.cluster.swap` itself"
    )


def test_a_key_that_gives_way_to_a_later_change_is_refused_too(changing: Scenario) -> None:
    message = refusal(changing, "fault.gpu.mtbf=100 days,200 days")
    assert "`change.0.set.fault.gpu.rate` sets it later" in message


def test_throughout_leaves_out_what_would_set_the_key_later(changing: Scenario) -> None:
    axes = axes_of(changing, {"cluster.swap": ["1 min", "2 min"]})
    for place in grid(changing, axes, throughout=True):
        assert [change.set for change in place.scenario.change] == [{"fault.gpu.rate": "2 per day"}]
        assert place.scenario.value_at("cluster.swap") == place.values[0]
    assert len(changing.change) == 2


def test_values_that_would_not_outlive_a_change_are_refused_as_such(scenario: Scenario) -> None:
    """A plain duration has no mean that the change of the file could set."""
    message = refusal(scenario, "restart.duration=1 h,2 h")
    assert "`change.1.set.restart.duration.mean` sets it later" in message
    axes = axes_of(scenario, {"restart.duration": ["1 h", "2 h"]})
    assert len(grid(scenario, axes, throughout=True)) == 2


def test_values_need_only_be_right_together(scenario: Scenario) -> None:
    texts = ["cluster.hot_spares=0,1", "cluster.lent_spares=0", "cluster.spares=1,2"]
    assert "2 hot and 3 lent spares are more" in refusal(scenario, texts[2], throughout=True)
    assert len(grid(scenario, axes_of(scenario, assignments(texts)), throughout=True)) == 4


def test_throughout_changes_nothing_else(scenario: Scenario) -> None:
    axes = axes_of(scenario, {"diagnosis.recall": [0.5, 1]})
    plain, held = (grid(scenario, axes, throughout=held) for held in (False, True))
    assert [p.scenario.sha256 for p in plain] == [p.scenario.sha256 for p in held]


def test_the_value_of_a_change_can_vary(changing: Scenario) -> None:
    axes = axes_of(changing, {"change.1.set.cluster.swap": "2min..6min/2min"})
    assert axes[0].values == ("2 min", "4 min", "6 min")
    sets = [place.scenario.change[1].set for place in grid(changing, axes)]
    assert sets == [{"cluster.swap": value} for value in axes[0].values]


def test_what_a_scenario_tells(scenario: Scenario) -> None:
    assert scenario.value_at("cluster.spares") == 8
    assert scenario.value_at("checkpoint.load_timeout") == "10 min"  # the default
    assert scenario.value_at("checkpoint.keep") == scenario.checkpoint.keep
    assert scenario.value_at("cluster.nothing") is None
    assert scenario.value_at("cluster.spares.x") is None

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from simtrain.questions.sweep import SweepQuestion
from simtrain.scenario.axes import Axis, axes_of
from simtrain.show import stacked_bars
from simtrain.show.elements import Band, Strokes, Text
from simtrain.show.sweep import best_point
from simtrain.show.sweep.axis import key_scale
from simtrain.show.sweep.figures import pictures
from simtrain.show.sweep.report import sweep_report
from simtrain.tables.columns import NAMES
from tests.show.samples import HOUR, drawn, results, scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.sweep import Sweep
    from simtrain.tables.results import Results

SHARED = (0.0, 0.4, -0.3, 0.2, 0.1, -0.4)
"""What trials have in common at all points, in days."""
OWN = (0.02, -0.01, 0.0, 0.01, -0.02, 0.0)
"""What they have of their own."""


def trials(mean: float, turn: int = 0, truncated: Sequence[bool] = ()) -> Results:
    """Six trials with a mean wall-clock of so many days."""
    own = np.roll(OWN, turn)
    return results([mean + a + b for a, b in zip(SHARED, own, strict=True)], truncated)


def sweep_of(
    ranges: dict[str, Any],
    means: Sequence[float | Results],
    own: float | None = None,
    **tables: Any,
) -> Sweep:
    """Sweep whose points have these mean wall-clocks in days, and the scenario as it is `own`."""
    question = SweepQuestion(scenario(**tables), ranges, 6)
    assert (own is None) == (question.baseline_point is not None)
    points = [
        mean if not isinstance(mean, float) else trials(mean, n) for n, mean in enumerate(means)
    ]
    if own is not None:
        points.append(trials(own, 5))
    return question.answered(lambda *_: points)


def words(swept: Sweep) -> str:
    return best_point.conclusion(swept)


SPARES = {"cluster.spares": [0, 1, 3, 4, 5]}


# --- sentences ------------------------------------------------------------------------------------


def test_the_best_point_stands_alone() -> None:
    text = words(sweep_of(SPARES, [15.0, 14.0, 13.0, 14.0, 15.0], own=13.5))
    assert text.startswith(
        "cluster.spares = 3 is best for A small run, with a mean wall-clock of 13.00 d; every "
        "other value tried is worse (95 %). With it the run finishes within 13.0 d (P50) at"
    )
    assert "The best saves 0.50 ± " in text
    assert text.endswith("compared with the baseline (2).")


def test_points_that_are_not_distinguishable_are_a_range() -> None:
    text = words(sweep_of(SPARES, [15.0, 13.01, 13.0, 13.01, 15.0], own=13.0))
    assert text.startswith(
        "Any value from 1 to 4 is fine: of the values tried for cluster.spares of A small run, 3 "
        "is best, with a mean wall-clock of 13.00 d, and the other 2 are at most 0.03 d worse and "
        "not distinguishable from it (95 %)."
    )
    assert text.endswith("The best is not distinguishable from the baseline (2).")


def test_points_that_are_not_distinguishable_nor_neighbours_are_listed() -> None:
    text = words(sweep_of(SPARES, [13.01, 14.0, 13.0, 14.0, 13.01], own=15.0))
    assert text.startswith("Any of 0, 3 and 5 is fine: of the values tried for cluster.spares")
    assert "the other 2 are at most 0.04 d worse and not distinguishable from it" in text


def test_many_points_that_are_not_distinguishable_are_counted() -> None:
    ranges = {"cluster.spares": [0, 1, 3], "detection.crash": ["1 min", "2 min", "3 min"]}
    text = words(sweep_of(ranges, [13.0] * 9, own=13.0))
    assert "8 other points are at most 0.03 d worse and not distinguishable from it" in text
    assert text.startswith("cluster.spares = 0 and detection.crash = 1 min is best for A small run")


def test_points_with_the_result_of_the_best_in_each_trial_are_said_to_give_it() -> None:
    same = trials(14.0)
    text = words(sweep_of({"cluster.spares": [1, 3, 4]}, [same, same, trials(20.0, 1)], own=15.0))
    assert "and the other one gives the same result." in text
    assert "at most" not in text


def test_the_interval_of_a_percentile_has_both_ends_in_the_sentence() -> None:
    days = [20 + 0.01 * n for n in range(80)]
    question = SweepQuestion(scenario(), {"cluster.spares": [3, 4]}, 80, of="p90(wall_clock)")
    worse = [day + (3.0 if n % 4 == 0 else -2.0) for n, day in enumerate(days)]
    found = [results(days), results([day + 9 for day in days]), results(worse)]
    swept = question.answered(lambda *_: found)
    _, low, high = swept.beyond("wall_clock_s", None, 0)
    assert f"saves 2.73 d ({low / 86400:.2f} to {high / 86400:.2f} d) compared with" in words(swept)


def test_a_best_point_at_the_end_may_not_be_the_best_there_is() -> None:
    text = words(sweep_of(SPARES, [15.0, 14.0, 13.0, 12.5, 12.0], own=13.5))
    assert (
        "The best is at the end of the range of cluster.spares; a better one may lie beyond."
        in text
    )
    effects = {"fault.gpu.effect": ["hang", "crash"]}
    assert "at the end" not in words(sweep_of(effects, [13.0, 12.0]))


@pytest.mark.parametrize(
    ("automatic", "means", "own"),
    [([0.5, 0.75, 1], [14.0, 13.0, 12.0], 13.0), ([0, 0.25, 0.5], [12.0, 13.0, 14.0], None)],
)
def test_nothing_lies_beyond_all_and_nothing(
    automatic: list[float], means: list[float], own: float | None
) -> None:
    text = words(sweep_of({"fault.gpu.automatic": automatic}, means, own))
    assert "at the end" not in text


def test_the_scenario_as_it_is_may_be_best_or_better() -> None:
    spares = {"cluster.spares": [1, 2, 3]}
    assert words(sweep_of(spares, [14.0, 13.0, 14.0])).endswith("The best is the baseline.")
    text = words(sweep_of(SPARES, [15.0, 14.0, 13.0, 14.0, 15.0], own=12.0))
    assert "The best costs 1.00 ± " in text


def test_the_best_goodput_may_be_elsewhere() -> None:
    swept = sweep_of({"cluster.spares": [1, 2, 3]}, [14.0, 13.0, 14.0])
    values = swept.results[2].values.copy()
    values[:, NAMES.index("goodput")] = 0.99
    object.__setattr__(swept.results[2], "values", values)
    assert "By mean goodput the best is 3." in words(swept)


def test_points_with_trials_that_did_not_finish_are_reported() -> None:
    cut = (True, False, False, False, False, False)
    spares = {"cluster.spares": [1, 2, 3]}
    text = words(sweep_of(spares, [14.0, 13.0, trials(11.0, 2, cut)]))
    assert text.startswith("cluster.spares = 2 is best")
    assert "At 1 point fewer trials finished; it is not compared." in text
    assert "every other value tried at which as many finished is worse (95 %)." in text
    text = words(sweep_of(spares, [trials(mean, 0, cut) for mean in (14.0, 13.0, 14.0)]))
    assert "1 trial did not finish there, and no fewer anywhere else." in text
    assert "fewer trials finished" not in text


def test_a_point_that_alone_finished_is_not_said_to_be_better() -> None:
    cut = (True, False, False, False, False, False)
    spares = {"cluster.spares": [1, 2, 3]}
    swept = sweep_of(spares, [trials(14.0, 0, cut), trials(11.0, 1, cut), 15.0])
    text = words(swept)
    assert "At 2 points fewer trials finished; they are not compared." in text
    assert "worse" not in text
    assert "distinguishable" not in text
    rows = [re.split(" {2,}", row.strip()) for row in sweep_report(swept).splitlines()[-3:]]
    assert [row[-2:] for row in rows[:2]] == [
        ["–", "1 unfinished"],
        ["–", "baseline, 1 unfinished"],
    ]


def test_what_is_saved_is_only_reported_if_the_same_trials_finished() -> None:
    cut = (True, False, False, False, False, False)
    spares = {"cluster.spares": [1, 2]}
    text = words(sweep_of(spares, [13.0, trials(15.0, 1, cut)]))
    assert text.endswith(
        "Of the baseline (2) 5 of 6 trials finished, not the same as at the best point, so what "
        "that saves is unknown."
    )
    text = words(sweep_of(spares, [trials(13.0, 0, cut), trials(15.0, 1, cut)]))
    assert "The best saves 2.00 ± " in text


def test_one_trial_cannot_distinguish_points() -> None:
    swept = sweep_of({"cluster.spares": [1, 2]}, [results([13.0]), results([14.0])])
    assert "one trial cannot distinguish values." in words(swept)
    assert "worse" not in words(swept)


def test_goodput_decides_in_a_window() -> None:
    swept = sweep_of(
        SPARES, [15.0, 14.0, 13.0, 14.0, 15.0], own=13.5, workload={"window": "10 days"}
    )
    text = words(swept)
    assert text.startswith(
        "cluster.spares = 3 is best for A small run, with a mean goodput of 76.96"
    )
    assert re.search(r"The best gains 2\.8\d ± 0\.\d\d percentage points compared", text)


def test_a_sweep_of_one_value_calls_nothing_best() -> None:
    swept = sweep_of({"cluster.spares": [3]}, [13.0], own=13.5)
    text = words(swept)
    assert text.startswith(
        "With cluster.spares = 3, the only value tried, A small run has a mean wall-clock of 13.00"
    )
    assert "It saves 0.50 ± " in text
    assert "best" not in text
    assert "best" not in sweep_report(swept)
    assert pictures(swept)["sweep.png"].title == "cluster.spares = 3: mean wall-clock 13.00 d"


# --- formulas -------------------------------------------------------------------------------------

INTERVALS = {"checkpoint.interval": ["20 min", "30 min", "1 h"]}


def with_saves(found: Results) -> Results:
    """Ten interruptions a trial, and 100 saves of 6 minutes."""
    values = found.values.copy()
    for name, value in {
        "interruptions": 10, "saves": 100, "checkpoint_save_s": 10 * HOUR,
        "productive_s": 240 * HOUR, "lost_work_s": 0,
    }.items():  # fmt: skip
        values[:, NAMES.index(name)] = value
    object.__setattr__(found, "values", values)
    return found


def test_formulas_are_given_with_what_goes_into_them() -> None:
    """M = 250 h / 10 and C = 0.1 h: Young's √(2·C·M) is 2.236 h."""
    swept = sweep_of(INTERVALS, [with_saves(trials(mean)) for mean in (14.0, 13.0, 14.0)])
    text = best_point.by_formula(swept)
    assert "interrupted once in 1.04 d of training and saving, and a save takes 5.99 min" in text
    assert "Young's formula gives 2.23 h and Daly's 2.17 h; the exact optimum" in text
    assert "for memoryless faults is 2.17 h, however long recovery takes" in text
    assert "The formulas do not cover" not in text


def test_what_formulas_do_not_know_is_reported() -> None:
    tables = {
        "start": "2026-03-02",
        "diagnosis": {"recall": 0.8},
        "checkpoint": {"interval": "30 min", "durability_lag": "5 min", "save_failure": 0.1},
        "change": [{"at": "2 days", "set": {"workload.speed": 0.9}}],
        "stop": {"upgrade": {"at": "3 days", "duration": "2 h"}},
        "fault": {"gpu": {"mtbf": "100 days", "law": "weibull", "shape": 0.7}},
        "cluster": {"hosts": 16, "spares": 2, "age": "new"},
    }
    swept = sweep_of(INTERVALS, [with_saves(trials(mean)) for mean in (14.0, 13.0, 14.0)], **tables)
    assert best_point.by_formula(swept).endswith(
        "The formulas do not cover hosts that age, bad hosts that soon fail again, copies that "
        "become durable later, saves that fail, planned stops and incidents and changes of the "
        "scenario during the run."
    )


def test_what_formulas_do_not_know_of_the_job_is_reported() -> None:
    fault = {"spike": {"mtbf": "100 days", "law": "weibull", "shape": 3, "scope": "job"}}
    swept = sweep_of(
        INTERVALS, [with_saves(trials(mean)) for mean in (14.0, 13.0, 14.0)], fault=fault
    )
    beyond = "The formulas do not cover faults of the job that are not memoryless."
    assert best_point.by_formula(swept).endswith(beyond)


def test_formulas_are_not_given_for_other_keys() -> None:
    assert best_point.by_formula(sweep_of({"cluster.spares": [1, 2]}, [13.0, 14.0])) == ""


# --- the table ------------------------------------------------------------------------------------


def test_the_table_has_a_line_for_each_point_and_the_scenario_where_it_belongs() -> None:
    report = sweep_report(sweep_of(SPARES, [15.0, 14.0, 13.0, 13.01, 15.0], own=13.5))
    head, *rows, _, legend = report.splitlines()[-9:]
    assert legend.startswith("≈ best: not distinguishable from the best")
    assert head.split() == ["spares", *["mean", "±", "95", "%"], "mean", "P5", "P50", "P95",
                            *["mean", "±", "95", "%"]]  # fmt: skip
    assert [row.split()[0] for row in rows] == ["0", "1", "2", "3", "4", "5"]
    assert [row.rpartition("  ")[2] for row in rows[2:5]] == ["baseline", "best", "≈ best"]
    assert rows[0].split()[4:8] == ["15.00", "14.62", "15.05", "15.35"]
    assert re.search(r" \+2\.00 ± 0\.0\d$", rows[0])
    assert max(map(len, report.splitlines())) <= 80


def test_the_table_of_a_grid_ends_with_the_scenario_as_it_is() -> None:
    ranges = {"cluster.spares": [0, 1], "fault.gpu.effect": ["hang", "crash"]}
    report = sweep_report(sweep_of(ranges, [15.0, 14.0, 13.0, 14.0], own=13.5))
    assert report.splitlines()[-1].split()[:2] == ["2", "crash"]
    assert report.splitlines()[-1].endswith("baseline")
    assert (
        "cluster.spares at 0 and 1 and fault.gpu.effect at hang and crash, 4 points in"
        in " ".join(report.split())
    )


def test_unfinished_trials_have_a_mark() -> None:
    cut = (True, False, False, False, False, False)
    swept = sweep_of({"cluster.spares": [1, 2]}, [trials(14.0, 0, cut), 13.0])
    assert sweep_report(swept).splitlines()[-2].endswith("  1 unfinished")


def test_a_window_has_no_columns_for_the_wall_clock() -> None:
    swept = sweep_of(
        SPARES, [15.0, 14.0, 13.0, 14.0, 15.0], own=13.5, workload={"window": "10 days"}
    )
    report = sweep_report(swept)
    assert "wall-clock" not in report
    assert "vs. best, %" in report


# --- axes -----------------------------------------------------------------------------------------


def axis(key: str, values: object) -> Axis:
    [found] = axes_of(scenario(), {key: values})  # type: ignore[dict-item]
    return found


@pytest.mark.parametrize(
    ("key", "values", "label", "names"),
    [
        (
            "checkpoint.interval",
            "10min..8h:log:25",
            "checkpoint.interval",
            ["10 min", "20 min", "30 min", "1 h", "2 h", "4 h", "8 h"],
        ),
        (
            "checkpoint.interval",
            "1h..5h/1h",
            "checkpoint.interval, hours",
            ["1.0", "1.5", "2.0", "2.5", "3.0", "3.5", "4.0", "4.5", "5.0"],
        ),
        ("cluster.spares", "0..24/4", "cluster.spares", ["0", "5", "10", "15", "20"]),
        ("cluster.spares", "1..64:log:7", "cluster.spares", ["1", "2", "5", "10", "20", "50"]),
        (
            "fault.gpu.automatic",
            "0..1:lin:5",
            "fault.gpu.automatic",
            ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"],
        ),
        (
            "fault.gpu.rate",
            "0.001 per host-day..0.1 per host-day:log:5",
            "fault.gpu.rate, per host-day",
            ["0.001", "0.002", "0.005", "0.01", "0.02", "0.05", "0.1"],
        ),
        (
            "checkpoint.load_bandwidth",
            "10GB/s..40GB/s/10GB/s",
            "checkpoint.load_bandwidth, GB/s",
            ["10", "15", "20", "25", "30", "35", "40"],
        ),
        ("fault.gpu.effect", ["hang", "crash"], "fault.gpu.effect", ["hang", "crash"]),
        (
            "checkpoint.interval",
            "1010 s..1020 s:log:5",
            "checkpoint.interval",
            ["1010 s", "1020 s"],
        ),
        ("cluster.spares", [3], "cluster.spares", ["3"]),
    ],
)
def test_axes_are_in_human_units(key: str, values: object, label: str, names: list[str]) -> None:
    scale = key_scale(axis(key, values), inches=7.0)
    assert scale.scale.label == label
    assert list(scale.scale.names) == names
    assert all(scale.scale.covers(place) for place in scale.at)


def test_labels_of_a_pile_never_overlap_nor_leave_the_picture() -> None:
    for places in (
        [0.1, 0.11, 0.5],
        [0.97, 0.98, 0.99, 1.0],
        [0.0, 0.0, 0.0],
        list(np.linspace(0, 1, 17)),
    ):
        apart = stacked_bars.apart(places)
        assert np.diff(apart).min() > 0.054
        assert max(apart) <= 1


# --- pictures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("checkpoint.interval", "10min..8h:log:5"),
        ("people.response", "1min..1d:log:5"),
        ("cluster.spares", [0, 1000, 1001, 1002, 1003]),
    ],
)
def test_names_along_the_axis_never_run_into_each_other(key: str, values: Any) -> None:
    found = pictures(sweep_of({key: values}, [15.0, 14.0, 13.0, 13.01, 15.0], 13.5))
    for info in found.values():
        names = [line for line in drawn(info).written if line.text in info.panels[-1].x.names]
        assert len(names) > 1
        assert not any(one.overlaps(other) for one, other in itertools.combinations(names, 2))


@pytest.mark.parametrize(
    ("ranges", "means", "own", "names"),
    [
        (SPARES, [15.0, 14.0, 13.0, 13.01, 15.0], 13.5, ["sweep.png", "badput.png"]),
        ({"cluster.spares": [2]}, [13.0], None, ["sweep.png", "badput.png"]),
        ({"cluster.spares": [7]}, [13.0], 12.0, ["sweep.png", "badput.png"]),
        ({"fault.gpu.effect": ["hang", "crash"]}, [13.0, 14.0], None, ["sweep.png", "badput.png"]),
        ({"checkpoint.interval": "10min..8h:log:3"}, [13.0, 12.0, 15.0], 12.5,
         ["sweep.png", "badput.png"]),
        ({"cluster.spares": [0, 1], "restart.failure": [0, 0.5]}, [13.0] * 4, 14.0, ["sweep.png"]),
        ({"cluster.spares": [0, 1], "restart.failure": [0, 0.5], "repair.retire": [0, 1]},
         [13.0] * 8, 14.0, []),
        ({"cluster.spares": [0, 2]}, [trials(13.0, 0, [True] * 6), 13.0], None,
         ["sweep.png", "badput.png"]),
        ({"cluster.spares": [0, 2]}, [trials(13.0, 0, [True] * 6)] * 2, None, ["sweep.png"]),
        ({"cluster.spares": [0, 2], "restart.failure": [0, 0.5]},
         [13.0, trials(13.0, 0, [True] * 6), 14.0, 200.0], None, ["sweep.png"]),
    ],
)  # fmt: skip
def test_every_sweep_has_its_pictures(
    ranges: dict[str, Any], means: list[Any], own: float | None, names: list[str]
) -> None:
    found = pictures(sweep_of(ranges, means, own))
    assert list(found) == names
    for info in found.values():
        drawn(info)


def test_lines_show_mean_confidence_and_spread_of_each_metric() -> None:
    info = pictures(sweep_of(SPARES, [15.0, 14.0, 13.0, 13.01, 15.0], own=13.5))["sweep.png"]
    assert info.title == "Best is cluster.spares = 3: mean wall-clock 13.00 d"
    assert info.legend.labels == [
        "mean", "its 95 % confidence", "P5 to P95 of the trials",
        "not distinguishable from the best",
    ]  # fmt: skip
    goodput, clock = info.panels
    assert (goodput.y.label, clock.y.label) == ("goodput, %", "wall-clock, days")
    alike, spread, sure, mean, own = clock.elements
    assert (alike.left, alike.width) == (3.0, 1.0)
    assert mean.y == pytest.approx([15.0, 14.0, 13.0, 13.01, 15.0])
    assert spread.low[2] == pytest.approx(13.0 - 0.4, abs=0.05)
    assert (spread.low < sure.low).all()
    assert (sure.low < mean.y).all()
    assert (own.x, own.y) == ([2.0], [13.5])
    assert [(mark.text, mark.at, mark.strong) for mark in goodput.marks] == [
        ("◆ baseline: 2", 2.0, False), ("best: 3", 3.0, True),
    ]  # fmt: skip
    assert [mark.text for mark in clock.marks] == ["", ""]


def test_a_scenario_without_a_place_on_the_axis_is_a_level() -> None:
    info = pictures(sweep_of({"cluster.spares": [7]}, [13.0], 12.0))["sweep.png"]
    level = info.panels[1].elements[-1]
    assert (level.y0, level.y1) == (12.0, 12.0)
    assert [mark.text for mark in info.panels[0].marks] == ["– – baseline: 2", "best: 7"]


def test_formulas_have_lines_and_one_name() -> None:
    intervals = {"checkpoint.interval": ["20 min", "30 min", "4 h"]}
    swept = sweep_of(intervals, [with_saves(trials(mean)) for mean in (14.0, 13.0, 14.0)])
    marks = pictures(swept)["sweep.png"].panels[0].marks
    names = [
        "◆ baseline: 30 min",
        "",
        "",
        "Young 2.23 h, Daly 2.17 h, exact 2.17 h",
        "best: 30 min",
    ]
    assert [mark.text for mark in marks] == names
    assert [mark.dashed for mark in marks] == [True, True, True, True, False]


def test_a_map_frames_the_best_and_what_is_no_worse() -> None:
    ranges = {"cluster.spares": [0, 2], "restart.failure": [0, 0.5]}
    info = pictures(sweep_of(ranges, [14.0, 13.0, 13.01, 40.0]))["sweep.png"]
    [panel, key] = info.panels
    texts = [one.text for one in panel.elements if isinstance(one, Text)]
    assert texts == ["14.00", "13.00", "13.01", "40.00"]
    frames = [one for one in panel.elements if isinstance(one, Strokes)]
    assert [(frame.style.width, frame.x0[0], frame.y0[0]) for frame in frames] == [
        (1.0, -0.5, 0.5), (2.6, 0.5, -0.5),
    ]  # fmt: skip
    assert panel.words[0].text == (
        "thick frame: best   thin frame: not distinguishable from it   ◆ baseline   "
        "darkest: 15.02 or worse"
    )
    assert (panel.x.names, panel.y.names) == (["0", "0.5"], ["0", "2"])
    dark = next(one for one in panel.elements if isinstance(one, Text) and one.text == "40.00")
    assert dark.colour == "white"
    assert "mean wall-clock, days" in [one.text for one in key.elements if isinstance(one, Text)]


def test_a_map_has_levels_of_domains_by_their_names() -> None:
    rack = {"name": "rack", "hosts": 8}
    ranges = {"domain.rack.hosts": [2, 4], "cluster.spares": [0, 2]}
    swept = sweep_of(ranges, [14.0, 13.0, 13.5, 40.0], own=15.0, domain=[rack])
    info = pictures(swept)["sweep.png"]
    assert info.panels[0].y.label == "domain.rack.hosts"
    assert info.title.startswith("Best is domain.rack.hosts = 2 and cluster.spares = 2: ")
    assert "at the end of the ranges of domain.rack.hosts and cluster.spares" in words(swept)


def test_bars_are_stacked_from_the_largest_category_on() -> None:
    info = pictures(sweep_of(SPARES, [15.0, 14.0, 13.0, 14.0, 15.0], 13.5))["badput.png"]
    assert info.title == "Least time is lost at cluster.spares = 3: 3 d on average"
    [panel] = info.panels
    bands = [one for one in panel.elements if isinstance(one, Band)]
    assert bands[0].high - bands[0].low == pytest.approx([3.0, 2.4, 1.8, 2.4, 3.0])
    assert bands[1].low == pytest.approx(bands[0].high)
    assert bands[1].high == pytest.approx([5.0, 4.0, 3.0, 4.0, 5.0])
    names = [one.text for one in panel.elements if isinstance(one, Text)]
    assert names == ["■", "restart", "■", "lost work"]
    assert panel.y.label == "not productive, days"

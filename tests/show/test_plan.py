from __future__ import annotations

import datetime as dt
import itertools
import math
from typing import TYPE_CHECKING, Any

import pytest

from simtrain.questions.plan import PlanQuestion
from simtrain.show.colours import FAN_LINE, REAL
from simtrain.show.elements import Line, Text
from simtrain.show.number_format import NumberFormat
from simtrain.show.plan.figures import pictures
from simtrain.show.plan.report import plan_report
from simtrain.tables.estimates import Estimate
from simtrain.tables.targets import parse_target
from tests.show.samples import HOUR, drawn, element, results, scenario, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.plan import Decision
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.figure import Info
    from simtrain.tables.results import Results

DAY = 24 * HOUR
SPREAD = (-0.3, -0.1, 0.0, 0.1, 0.3)
"""How far five trials lie from their mean, in days: its confidence is ± 0.28 d."""


def trials(mean: float, truncated: bool = False) -> Results:
    return results([mean + apart for apart in SPREAD], [truncated] * 5)


def decided(
    means: Sequence[float],
    target: str = "wall_clock <= 14 d",
    truncated: Sequence[int] = (),
    **tables: Any,
) -> Decision:
    """Plan in which so many spares have these mean wall-clocks in days."""
    values = list(range(len(means)))
    question = PlanQuestion(scenario(**tables), target, {"cluster.spares": values}, 5)

    def simulate(scenarios: Sequence[Scenario], numbers: range) -> list[Results]:
        spares = [one.cluster.spares for one in scenarios]
        return [trials(means[n], n in truncated) for n in spares]

    return question.answered(simulate)


def report_text(decision: Decision) -> str:
    return " ".join(plan_report(decision).split())


FALLING = [20.0, 17.0, 14.6, 13.5, 12.0]


def test_a_sure_answer_is_reported_as_one() -> None:
    words = report_text(decided(FALLING))
    assert (
        "For A small run, cluster.spares = 3 is the smallest value that meets the target of "
        "mean(wall_clock) <= 14 d, with 13.50 d" in words
    )
    assert "With cluster.spares = 3 the run finishes within 13.5 d (P50) at the median" in words
    assert "; 2 misses it, with 14.60 d" in words
    assert "Both are certain (95 %)." in words
    assert "The baseline (2) has 14.60 d" in words
    assert "missed by 0.60 d." in words


def test_what_is_not_known_is_said() -> None:
    words = report_text(decided([20.0, 17.0, 14.1, 13.9, 12.0]))
    assert "cluster.spares = 3 is the smallest value that meets the target" in words
    assert "(13.62 – 14.18), which is uncertain; 2 misses it" in words
    assert (
        "Of the values tried it is certainly met from 4 on and missed up to 1 (95 %); "
        "in between, 5 trials are not enough to decide." in words
    )
    assert "met, uncertain; answer" in words
    assert "missed by 0.10 d, uncertain." in words


def test_the_greatest_value_is_reported_where_more_is_worse() -> None:
    words = report_text(decided(FALLING[::-1]))
    assert "cluster.spares = 1 is the greatest value that meets the target" in words


def test_a_curve_with_a_bottom_has_two_answers_and_says_that_it_turns() -> None:
    decision = decided([20.0, 13.0, 12.0, 13.0, 20.0])
    words = report_text(decision)
    assert "cluster.spares = 1 is the smallest" in words
    assert "cluster.spares = 3 is the greatest" in words
    assert "The curve both rises and falls (95 %)" in words


def test_a_curve_that_only_falls_does_not_turn() -> None:
    assert "rises" not in report_text(decided(FALLING))


def test_none_and_all_are_reported() -> None:
    none = report_text(decided(FALLING, "wall_clock <= 10 d"))
    assert (
        "For A small run, no value of cluster.spares that was tried meets the target of "
        "mean(wall_clock) <= 10 d. cluster.spares = 4 comes nearest" in none
    )
    assert "it misses by 2.00 d, which is certain (95 %)." in none
    every = report_text(decided(FALLING, "wall_clock <= 30 d"))
    assert "every value of cluster.spares that was tried meets the target of" in every
    assert "Closest to missing it is cluster.spares = 0, with 20.00 d" in every


def test_unfinished_trials_are_reported() -> None:
    words = report_text(decided(FALLING, truncated=(0,)))
    assert "Trials that did not finish count as missing the target." in words
    assert "5 unfinished" in words
    assert "∞" in words


def test_the_budget_is_reported_in_percent_of_it() -> None:
    """In the samples three fifths of what is lost are restarts, and five sixths are due to gpu."""
    decision = decided(FALLING, "goodput >= 70 %")
    words = report_text(decision)
    assert "Error budget: 30.0 % of the wall-clock may be lost from goodput." in words

    def lost(days: float) -> float:
        return 100 / 0.3 * sum(1 - 10 / (days + apart) for apart in SPREAD) / 5

    own, then = lost(14.6), lost(13.5)
    assert f"in all {own:.1f} {then:.1f}" in words
    assert f"restart {0.6 * own:.1f} {0.6 * then:.1f}" in words
    assert f"gpu {5 / 6 * own:.1f} {5 / 6 * then:.1f}" in words


@pytest.mark.parametrize(
    ("target", "numbers", "text"),
    [
        ("wall_clock <= 60 d", [59.15 * DAY], "59.15 d"),
        ("response <= 90 min", [5000.0], "83.33 min"),
        ("goodput >= 0.9", [0.8765], "87.65 %"),
        ("interruptions <= 60", [59.345], "59.34"),
        ("host_idle <= 9 host-d", [3 * DAY], "3.00 host-d"),
        ("probability(wall_clock <= 60 d) >= 0.9", [0.912], "91.20 %"),
        ("finish before 2026-03-01", [1.5 * DAY], "2026-01-02 12:00"),
    ],
)
def test_numbers_are_shown_in_the_units_of_their_metric(target, numbers, text) -> None:
    found = [Estimate(number, number, number) for number in numbers]
    how = NumberFormat.of_target(parse_target(target, dt.datetime(2026, 1, 1)), found)
    assert how.text(numbers[0]) == text


def test_a_probability_of_a_finish_is_no_date() -> None:
    found = decided(
        FALLING, "probability(finish before 2026-03-16) >= 90 %", start="2026-03-02T00:00"
    )
    target = "probability(finish before 2026-03-16) >= 90 %"
    assert f"is the smallest value that meets the target of {target}, with 100 %" in report_text(
        found
    )


def test_what_never_ends_has_no_date() -> None:
    how = NumberFormat.of_target(parse_target("finish before 2026-03-01", dt.datetime(2026, 1, 1)))
    unknown = Estimate(math.inf, math.inf, math.inf)
    assert how.estimate(unknown) == "unknown, since trials did not finish"


# --- the picture ----------------------------------------------------------------------------------


def picture(decision: Decision) -> Info:
    [(name, info)] = pictures(decision).items()
    assert name == "plan.png"
    return info


def points(info: Info) -> list[tuple[float, float, str, bool]]:
    """Place, number, colour and whether it is hollow of each point that has a mark."""
    [panel] = info.panels
    marks = [one for one in panel.elements if isinstance(one, Line) and one.style.marker]
    return [(*map(float, (*one.x, *one.y)), one.style.colour, one.style.hollow) for one in marks]


@pytest.mark.parametrize(
    ("decision", "title"),
    [
        (lambda: decided(FALLING), "3 spares meet mean(wall_clock) ≤ 14 d; 2 do not"),
        (lambda: decided(FALLING, "goodput >= 70 %"),
         "3 spares meet mean(goodput) ≥ 70 %; 2 do not"),
        (lambda: decided(FALLING, "probability(wall_clock <= 14 d) >= 50 %"),
         "3 spares meet probability(wall_clock ≤ 14 d) ≥ 50 % (uncertain); 2 do not (uncertain)"),
        (lambda: decided(FALLING, "finish before 2026-03-20", start="2026-03-02"),
         "1 spare meets mean(finish) before 2026-03-20; 0 do not"),
        (lambda: decided(FALLING[::-1]),
         "1 spare meets mean(wall_clock) ≤ 14 d; 2 do not"),
        (lambda: decided([20.0, 17.0, 14.1, 13.9, 12.0]),
         "3 spares meet mean(wall_clock) ≤ 14 d (uncertain); 2 do not (uncertain)"),
        (lambda: decided([20.0, 17.0, 16.0, 13.9, 12.0]),
         "3 spares meet mean(wall_clock) ≤ 14 d (uncertain); 2 do not"),
        (lambda: decided([20.0, 17.0, 14.1, 13.0, 12.0]),
         "3 spares meet mean(wall_clock) ≤ 14 d; 2 do not (uncertain)"),
        (lambda: decided([20.0, 13.0, 12.0, 13.0, 20.0]),
         "cluster.spares from 1 to 3 meets mean(wall_clock) ≤ 14 d"),
        (lambda: decided(FALLING, "wall_clock <= 1 d"),
         "No value of cluster.spares that was tried meets mean(wall_clock) ≤ 1 d"),
        (lambda: decided(FALLING, "wall_clock <= 30 d"),
         "Every value of cluster.spares that was tried meets mean(wall_clock) ≤ 30 d"),
        (lambda: decided(FALLING, truncated=(0, 1, 2, 3, 4)),
         "No value of cluster.spares that was tried meets mean(wall_clock) ≤ 14 d"),
    ],
)  # fmt: skip
def test_every_plan_has_a_picture_whose_title_is_a_sentence(decision: Any, title: str) -> None:
    info = picture(decision())
    assert info.title == title
    drawn(info)


def test_a_key_that_counts_nothing_is_named_in_the_title_with_its_value() -> None:
    values = ["10min", "20min", "30min"]
    question = PlanQuestion(scenario(), "wall_clock <= 14 d", {"people.response": values}, 5)
    means = dict(zip((600.0, 1200.0, 1800.0), (12.0, 13.0, 15.0), strict=True))

    def simulate(scenarios: Sequence[Scenario], numbers: range) -> list[Results]:
        response = [one.people.response.middle for one in scenarios]
        return [trials(means.get(seconds, 15.0)) for seconds in response]

    title = picture(question.answered(simulate)).title
    assert title == "people.response = 20 min meets mean(wall_clock) ≤ 14 d; 30 min does not"


def test_points_are_coloured_by_the_target_and_hollow_if_uncertain() -> None:
    info = picture(decided([15.0, 14.4, 14.1, 13.9, 13.6]))
    assert points(info) == [
        (0.0, 15.0, REAL, False), (1.0, pytest.approx(14.4), REAL, False),
        (2.0, pytest.approx(14.1), REAL, True), (3.0, pytest.approx(13.9), FAN_LINE, True),
        (4.0, pytest.approx(13.6), FAN_LINE, False),
    ]  # fmt: skip
    assert info.legend.labels == [
        "mean, met",
        "mean, missed",
        "uncertain",
        "P10 to P90 of the trials",
    ]
    assert [mark.text for mark in info.panels[0].marks] == ["3 (uncertain)"]
    assert "target ≤ 14 d" in words_of(info)
    band = element(info, "P10 to P90 of the trials")
    assert band.low[0] == pytest.approx(15.0 - 0.22)
    assert band.high[0] == pytest.approx(15.0 + 0.22)


def test_a_value_tried_beyond_the_axis_leaves_a_mark_with_its_number() -> None:
    info = picture(decided(FALLING))
    [panel] = info.panels
    assert points(info) == [
        (0.0, panel.y.high, REAL, False), (1.0, panel.y.high, REAL, False),
        (2.0, pytest.approx(14.6), REAL, False), (3.0, pytest.approx(13.5), FAN_LINE, False),
        (4.0, panel.y.low, FAN_LINE, False),
    ]  # fmt: skip
    marks = [one.style.marker for one in panel.elements if isinstance(one, Line)][1:]
    assert marks == ["^", "^", "o", "o", "v"]
    numbers = {one.text: one for one in panel.elements if isinstance(one, Text)}
    assert {"20.00 d", "17.00 d", "12.00 d"} < numbers.keys()
    assert (numbers["17.00 d"].at, numbers["17.00 d"].side) == ((1.0, panel.y.high), "left")
    assert (numbers["12.00 d"].at, numbers["12.00 d"].side) == ((4.0, panel.y.low), "right")
    assert "beyond the axis" in info.legend.labels


@pytest.mark.parametrize(
    ("means", "target", "tables"),
    [
        (FALLING[::-1], "wall_clock <= 17.5 d", {}),
        (
            [20.0, 14.05, 14.1, 13.9, 13.95],
            "finish before 2026-03-16",
            {"start": "2026-03-02"},
        ),
        ([20.0, 17.0, 14.1, 13.9, 14.1], "finish before 2026-03-16 12:00", {"start": "2026-03-02"}),
        (FALLING, "goodput >= 73.25 %", {}),
        ([20.0, 13.0, 12.0, 13.0, 20.0], "wall_clock <= 14 d", {}),
    ],
)
def test_no_text_lies_on_another_or_leaves_the_picture(
    means: list[float], target: str, tables: Any
) -> None:
    seen = drawn(picture(decided(means, target, **tables)))
    wide, high = seen.inches
    lines = seen.written
    assert len(lines) > 8
    assert not any(one.overlaps(other) for one, other in itertools.combinations(lines, 2))
    assert all(0 <= one.left < one.right <= wide for one in lines)
    assert all(0 <= one.bottom < one.top <= high for one in lines)


@pytest.mark.parametrize(
    ("target", "edge", "marker"),
    [("wall_clock <= 14 d", "high", "^"), ("goodput >= 70 %", "low", "v")],
)
def test_what_does_not_finish_is_marked_at_the_edge(target: str, edge: str, marker: str) -> None:
    info = picture(decided(FALLING, target, truncated=(0, 1)))
    [panel] = info.panels
    arrows = [
        (*one.x, *one.y)
        for one in panel.elements
        if isinstance(one, Line) and one.style.marker == marker
    ]
    assert arrows == [(0.0, getattr(panel.y, edge)), (1.0, getattr(panel.y, edge))]
    assert "not finished" in words_of(info)
    assert "not finished" not in words_of(picture(decided(FALLING, target)))

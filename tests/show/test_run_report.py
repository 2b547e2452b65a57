from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simtrain.show import breakdown
from simtrain.show.run.report import run_report
from simtrain.tables.columns import NAMES
from tests.show.samples import results, scenario


def row(report: str, label: str) -> list[str]:
    return next(line.split() for line in report.splitlines() if line.strip().startswith(label))


def test_the_report_says_what_was_simulated() -> None:
    report = run_report(results([12.0, 13.0, 14.0]))
    assert report.startswith(
        "A small run\n16 hosts with 128 accelerators, 2 spares; 10 d of work at full speed; a\n"
    )
    assert "3 trials, seed 7." in report


def test_the_table_holds_mean_confidence_and_percentiles() -> None:
    report = run_report(results([12.0, 13.0, 14.0]))
    # Student's t with two degrees of freedom: 4.303 · 1 / √3 = 2.48
    clock = ["13.0", "±", "2.5", "12.1", "13.0", "13.9"]
    assert row(report, "wall-clock, d") == ["wall-clock,", "d", *clock]
    assert row(report, "interruptions") == ["interruptions", "2.00", "±", "2.48", "1", "2", "3"]
    assert row(report, "goodput, %")[2] == "77.2"


def test_time_is_told_by_category_and_by_cause_in_falling_order() -> None:
    report = run_report(results([12.0, 13.0, 14.0]))
    _, spent = report.split("Where the time went\n")
    categories, causes, *_ = re.split(r"\n\n(?:What was not productive, by cause\n)?", spent)
    assert [line.split("  ")[1] for line in categories.splitlines()] == [
        "productive",
        "restart",
        "lost work",
    ]
    assert row(causes, "gpu")[1:5] == ["19.2", "%", "2.50", "d"]
    assert [line.split()[0] for line in causes.splitlines()] == ["gpu", "software"]


def test_the_median_is_compared_with_the_ideal() -> None:
    report = " ".join(run_report(results([12.0, 13.0, 14.0])).split())
    assert "Without faults, saves, stops and slow training it takes 10.0 d." in report
    assert "The median is 13.0 d, 1.30 times as long; 90 % of the trials take 12.1 to" in report


def test_one_trial_has_no_confidence() -> None:
    report = run_report(results([12.0]))
    assert row(report, "wall-clock")[2:5] == ["12.00", "±", "–"]


def test_a_metric_that_is_nowhere_defined_is_a_dash() -> None:
    queued = results([10.0, 10.0], of=scenario(workload={"window": "10 days"}))
    values = queued.values.copy()
    values[:, NAMES.index("goodput")] = np.nan
    report = run_report(replace(queued, values=values))
    assert row(report, "goodput, %")[2:] == ["–", "±", "–", "–", "–", "–"]


def test_a_window_has_no_ideal_to_be_late_against() -> None:
    watched = scenario(workload={"window": "10 days"})
    report = run_report(results([10.0, 10.0], of=watched))
    assert "10 d watched" in report
    assert "At the median 10 d of the 10 d are productive." in report
    assert "times as long" not in report


def test_trials_that_did_not_finish_are_told_at_the_top() -> None:
    report = run_report(results([12.0, 13.0, 20.0], [False, False, True]))
    verdict = " ".join(report.split("\n\n")[1].split())
    assert verdict.startswith("1 of 3 trials did not finish within 20 d and are in none of the")
    assert "30.0 % went into restart, and 41.7 % is due to gpu" in verdict
    assert "`limits.wall_clock`" in verdict
    assert row(report, "wall-clock, d")[2] == "12.5"


def test_when_no_trial_finished_the_report_says_why() -> None:
    report = run_report(results([20.0, 20.0], [True, True]))
    verdict = report.split("\n\n")[1]
    assert verdict.startswith("None of the 2 trials finished within 20 d.")
    assert "P50" not in report
    assert "Where the time went in trials that did not finish" in report
    spent = report.partition("Where the time went")[2]
    assert row(spent, "restart")[1:5] == ["30.0", "%", "6.00", "d"]


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(0.01, 5000.0), st.booleans()), min_size=1, max_size=5),
    st.integers(20, 300),
)
def test_a_report_fits_on_a_screen(trials: list[tuple[float, bool]], width: int) -> None:
    days, truncated = zip(*trials, strict=True)
    lines = run_report(results(days, truncated), width).splitlines()
    assert len(lines) <= 45
    assert max(map(len, lines)) <= max(80, min(width, 100))


def test_long_names_are_cut() -> None:
    written = breakdown.BarLines({"x" * 50: 1.0, "short": 2.0}, 3.0).lines(80)
    assert max(map(len, written)) <= 80
    assert "…" in written[1]


def test_rows_beyond_the_most_are_put_together() -> None:
    rows = breakdown.ranked({"a": 1.0, "b": 4.0, "c": 2.0, "d": 0.0, "e": 3.0}, most=3)
    assert list(rows.items()) == [("b", 4.0), ("e", 3.0), ("2 others", 3.0)]


@pytest.mark.parametrize(
    ("fraction", "drawn"), [(0.0, ""), (1.0, "████"), (0.5, "██"), (0.53, "██▏"), (0.01, "")]
)
def test_bars_are_drawn_in_eighths(fraction: float, drawn: str) -> None:
    assert breakdown.bar(fraction, 4) == drawn


def test_text_needs_neither_pandas_nor_matplotlib() -> None:
    code = (
        "import sys, simtrain.show.run.report\n"
        "sys.exit(bool({'pandas', 'matplotlib', 'scipy'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_few_trials_do_not_say_how_sure_their_outliers_are() -> None:
    told = "P5 and P95 have no confidence interval; it takes 72."
    assert f"With 71 trials {told}" in run_report(results([30.0] * 71))
    assert "it takes 72" not in run_report(results([30.0] * 72))
    assert f"With 1 trial {told}" in run_report(results([30.0]))

from __future__ import annotations

import datetime as dt
import math
import re
import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import simtrain
from simtrain.accounts.timeline import Verdict
from simtrain.show import breakdown
from simtrain.show.run.report import run_report
from simtrain.tables.columns import NAMES
from tests.examples import examples
from tests.show.samples import SMALL, results, scenario


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


def test_time_is_reported_by_category_and_by_cause_in_falling_order() -> None:
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


def test_what_a_cause_strikes_stands_beside_it_where_that_is_more_than_hosts_and_the_job() -> None:
    faults = {
        "gpu": {"scope": "accelerator", "mtbf": "900 days"},
        "software": SMALL["fault"]["software"],
    }
    report = run_report(results([12.0, 13.0, 14.0], of=scenario(fault=faults)))
    _, causes = report.split("by cause\n")
    assert row(causes, "gpu")[1:3] == ["accelerator", "19.2"]
    assert row(causes, "software")[1] == "job"


def test_the_median_is_compared_with_the_ideal() -> None:
    report = " ".join(run_report(results([12.0, 13.0, 14.0])).split())
    assert "A small run finishes within 13.0 d (P50) at the median, within 13.8 d (P90)" in report
    assert "it would take 10 d; the median is 1.30 times as long." in report


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
    sentence = "A small run does 10.0 d of productive work in each of the 2 trials"
    assert sentence in " ".join(report.split())
    assert "times as long" not in report


def test_trials_that_did_not_finish_are_reported_at_the_top() -> None:
    report = run_report(results([12.0, 13.0, 20.0], [False, False, True]))
    verdict = " ".join(report.split("\n\n")[1].split())
    assert "P90 is longer" in verdict
    assert "1 of 3 trials did not finish within 20 d; they count as longer than all" in verdict
    assert "30.0 % went into restart, and 41.7 % is due to gpu" in verdict
    assert "`limits.wall_clock`" in verdict
    assert row(report, "of 2 trials that finished")
    assert row(report, "wall-clock, d")[2] == "12.5"


@pytest.mark.parametrize(
    ("window", "bound", "counted"),
    [
        (False, Verdict.OUT_OF_TIME, "they count as longer than all others. Of"),
        (False, Verdict.OUT_OF_EVENTS, "so that percentiles are estimates only. Of"),
        (True, Verdict.OUT_OF_EVENTS, "they count as less work than all others"),
    ],
)
def test_unfinished_trials_rank_by_the_bound_and_by_what_is_watched(
    window: bool, bound: Verdict, counted: str
) -> None:
    tables = {"workload": {"window": "30 days"}} if window else {}
    some = results([12.0, 13.0, 14.0] * 20 + [13.5], [False] * 60 + [True], of=scenario(**tables))
    ends = (*[Verdict.WINDOW_CLOSED if window else Verdict.FINISHED] * 60, bound)
    text = " ".join(run_report(replace(some, verdicts=ends)).split())
    assert counted in text
    assert ("with 95 % confidence each" in text) is (bound == Verdict.OUT_OF_TIME)


def test_when_no_trial_finished_the_report_says_why() -> None:
    report = run_report(results([20.0, 20.0], [True, True]))
    verdict = report.split("\n\n")[1]
    assert verdict.startswith("A small run does not finish within 20 d in any of 2 trials.")
    assert "P50" not in report
    assert "Where the time went in trials that did not finish" in report
    spent = report.partition("Where the time went")[2]
    assert row(spent, "restart")[1:5] == ["30.0", "%", "6.00", "d"]


@examples(30)
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
    sentence = "P5 and P95 have no confidence interval; it takes 72."
    assert f"With 71 trials {sentence}" in run_report(results([30.0] * 71))
    assert "it takes 72" not in run_report(results([30.0] * 72))
    assert f"With 1 trial {sentence}" in run_report(results([30.0]))


def headline_of(tables: dict[str, object], trials: int, **options: Any) -> str:
    found = simtrain.run(scenario(**tables), trials=trials, jobs=1, **options)
    return " ".join(run_report(found).split("\n\n")[1].split())


SPOT: dict[str, object] = {
    "title": "Fine-tuning of 48.5 h on one spot host, no checkpoint",
    "workload": {"ideal_time": "48.5 h"},
    "cluster": {"hosts": 1, "accelerators_per_host": 1},
    "fault": {"spot": {"scope": "job", "rate": "0.15 per h", "automatic": 1}},
    "checkpoint": {"interval": "100 h", "final_save": False},
    "restart": {"duration": "0"},
}
"""48.5 h without an interruption take (exp(0.15 · 48.5) − 1) / 0.15 = 9,616 h in the mean."""


def test_a_headline_is_of_all_trials_where_most_were_cut_off() -> None:
    text = headline_of(SPOT, 50)
    assert text.startswith(
        "Fine-tuning of 48.5 h on one spot host, no checkpoint, does not finish within 20.2 d in "
        "half of the trials or more, so that P50 and P90 are longer."
    )
    assert "48 of 50 trials did not finish within 20.2 d" in text
    assert "at the median" not in text
    assert "A higher `limits.wall_clock` may let more of them finish" in text


@pytest.mark.slow
def test_with_a_limit_that_is_high_enough_the_same_run_has_its_exact_mean() -> None:
    found = simtrain.run(
        scenario(**SPOT, limits={"wall_clock": "200000 h", "faults": 1_000_000}),
        trials=200,
        jobs=1,
    )
    clock = found.metric("wall_clock_s") / 3600
    assert not found.truncated.any()
    assert clock.mean() == pytest.approx(9616, abs=3 * clock.std() / math.sqrt(200))


def test_the_headline_has_percentiles_with_dates_and_how_sure_they_are() -> None:
    start = dt.datetime(2026, 3, 2, 8)
    some = results([10.0 + n / 10 for n in range(100)], of=scenario(start=start))
    text = " ".join(run_report(some).split("\n\n")[1].split())
    assert text.startswith(
        "A small run finishes within 14.9 d (P50: 17 March 2026) at the median, within 18.9 d "
        "(P90: 21 March 2026) nine times in ten and within 11.0 d (P10: 13 March 2026) one time in "
        "ten."
    )
    # Of 100 trials the interval of P50 is the 40th to the 61st, that of P90 the 84th to the 96th.
    assert "100 trials, with 95 % confidence each, P50 lies between 13.9 and 16.0 d" in text
    assert "and P90 between 18.3 and" in text


def test_few_trials_do_not_tell_how_sure_the_percentiles_are() -> None:
    text = " ".join(run_report(results([12.0, 13.0, 14.0])).split("\n\n")[1].split())
    assert text.endswith("too few for a P50 or P90 interval; use --trials 36 or more.")


def test_the_chance_of_a_date_stands_in_the_headline() -> None:
    tables = {"start": dt.datetime(2026, 3, 2, 8)}
    text = headline_of(tables, 20, by="2026-12-31")
    assert (
        "The probability to finish by the end of 31 December 2026 is 100 % (83.2 to 100 % with "
        "95 % confidence)." in text
    )


def test_no_higher_limit_is_advised_where_every_host_is_gone_for_good() -> None:
    gone = {
        "workload": {"ideal_time": "100 days"},
        "cluster": {"hosts": 2, "spares": 2},
        "fault": {"gpu": {"mtbf": "5 days"}},
        "repair": {"automated_fails": 1, "manual": "1 h", "retire": 1},
    }
    text = headline_of(gone, 5)
    assert "does not finish" in text
    assert "In all of them too few hosts were left for the job, and for good" in text
    assert "`cluster.provision`, more spares or a smaller `repair.retire` would." in text
    assert "A higher `limits.wall_clock`" not in text

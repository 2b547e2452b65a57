"""The tables of docs/opt175b.md say what the trials do, and the forecasts are of the same run."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

import simtrain
from simtrain.tables.scores import Score

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import tables  # noqa: E402

RUN = simtrain.load(tables.RUN)
FILES = [ROOT / "docs" / "scenarios" / f"{name}.toml" for name in tables.FORECASTS]
END = datetime.fromisoformat("2022-01-06T15:46:00-05:00")
DONE = {"dec3": 39_610, "dec16": 80_800}


def cells(table: str) -> list[list[str]]:
    """Cells of each row of a table, the header and the rule below it left out."""
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()[2:]]


def test_every_forecast_is_scored():
    there = {*(ROOT / "docs" / "scenarios").glob("dec*.toml")}
    assert there == set(FILES)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_forecast_is_of_what_was_left_of_the_run(file):
    forecast = simtrain.load(file)
    steps = forecast.workload.steps.mean
    assert steps + DONE[file.stem.partition("-")[0]] == RUN.workload.steps.mean
    part = forecast.workload.flops.mean / RUN.workload.flops.mean
    assert part == pytest.approx(steps / RUN.workload.steps.mean, rel=1e-6)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_forecast_is_held_against_the_real_end_and_knows_no_later_change(file):
    forecast = simtrain.load(file)
    (days,) = (row.value for row in forecast.published if row.quantity == "wall_clock")
    assert abs(forecast.start + timedelta(days=days) - END) < timedelta(minutes=1)
    assert forecast.change == ()
    assert forecast.stop["deletion"] == RUN.stop["deletion"]


@pytest.fixture(scope="module")
def rows() -> list[list[str]]:
    return cells(tables.forecasts(trials=4))


def test_the_table_of_forecasts_tells_what_its_trials_do(rows):
    assert [row[0] for row in rows[::2]] == list(tables.FORECASTS.values())
    assert [row[1] for row in rows] == ["unknown", "known"] * len(tables.FORECASTS)
    forecast = tables._loaded("dec16")
    seconds = simtrain.run(forecast, trials=4).metric("wall_clock_s")
    median = forecast.start + timedelta(seconds=float(np.median(seconds)))
    at = 100 * np.mean(seconds < (END - forecast.start).total_seconds())
    assert rows[-1][3] == f"{median:%b} {median.day}"
    assert rows[-1][5] == f"P{at:.0f}"


def test_the_deletion_of_dec_21_does_not_move_what_is_done_on_dec_16(rows):
    assert [row[6:] for row in rows[::2]] == [row[6:] for row in rows[1::2]]


@pytest.mark.parametrize(("gained", "done"), [(0, "27.7 %"), (50, "63.8 %"), (100, "100.0 %")])
def test_progress_counts_what_was_done_before_the_forecast(gained, done):
    forecast = tables._loaded("dec3-no-tooling")
    (row,) = (row for row in forecast.published if row.quantity == "progress")
    columns = tables._progress(Score(row, np.full(3, float(gained))), forecast.workload.steps.mean)
    assert columns[:3] == (done,) * 3


def test_in_hindsight_everything_that_came_after_dec_3_is_known():
    forecast = tables._loaded("dec3-no-tooling")
    keys = [key for more, _ in tables.HINDSIGHT.values() for key in more]
    values = tables._after(RUN, forecast, keys)
    later = [change for change in RUN.change if change.at > forecast.start.replace(tzinfo=None)]
    assert [row["set"] for row in values["change"]] == [change.set for change in later]
    informed = forecast.replace(values)
    assert informed.diagnosis.recall.mean == 0.95
    assert informed.cluster.spares == 4  # 18 come on Dec 12


def test_the_calibrated_numbers_are_those_that_the_scenario_calls_so():
    calibrated = {path for path, source in RUN.sources.items() if source.calibrated}
    assert {key for keys in tables.CALIBRATED.values() for key in keys} == calibrated


def test_a_number_is_scaled_in_its_own_unit():
    off = tables._with(RUN, ("cluster.swap", "fault.gpu.rate", "diagnosis.recall"), 0.5)
    assert off.cluster.swap.law.quantile(0.5) == pytest.approx(0.75 * 3600)
    assert off.cluster.swap.law.quantile(0.9) == pytest.approx(2.5 * 3600)
    assert off.fault["gpu"].rate.mean == pytest.approx(RUN.fault["gpu"].rate.mean / 2)
    assert off.diagnosis.recall.mean == pytest.approx(0.275)


@pytest.mark.slow
def test_a_number_that_is_off_changes_the_table_of_sensitivity():
    rows = cells(tables.sensitivity(trials=2))
    assert len(rows) == 1 + 2 * len(tables.CALIBRATED)
    assert len({tuple(row[2:]) for row in rows}) == len(rows)


def test_only_what_stands_between_markers_is_written_anew(monkeypatch):
    monkeypatch.setitem(tables.TABLES, "forecasts", lambda: "| new |")
    text = "Before.\n<!-- table: forecasts, by hand -->\nold\n<!-- end of table -->\nAfter.\n"
    once = tables.refreshed(text)
    assert once == (
        "Before.\n<!-- table: forecasts, by hand -->\n\n| new |\n\n<!-- end of table -->\nAfter.\n"
    )
    assert tables.refreshed(once) == once


def test_the_page_has_a_place_for_every_table():
    page = tables.PAGE.read_text(encoding="utf-8")
    assert [match[2] for match in tables._MARKED.finditer(page)] == [
        "sensitivity",
        "assumptions",
        "forecasts",
        "hindsight",
    ]

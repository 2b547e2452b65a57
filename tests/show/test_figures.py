from __future__ import annotations

import datetime as dt
import itertools
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import matplotlib as mpl
import matplotlib.image
import numpy as np
import pytest

from simtrain.accounts.ledger import Category
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import Census, Ending, EventKind, State, Verdict
from simtrain.show.figure import COLOURS
from simtrain.show.run.figures import write_run_figures, write_timeline_figure
from simtrain.show.timeline import lanes
from simtrain.tables.columns import NAMES
from tests.show.samples import DAY, HOUR, recording, results, scenario, train

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from simtrain.scenario.scenario import Scenario

FINISHED = Ending(5 * HOUR, Verdict.FINISHED)


def picture(path: Path) -> NDArray[np.float32]:
    return np.asarray(matplotlib.image.imread(path))


def shows(path: Path, colour: str) -> bool:
    red, green, blue = (np.rint(255 * picture(path)[..., i]) for i in range(3))
    return bool((red * 2**16 + green * 2**8 + blue == int(colour[1:], 16)).any())


def draw(told: Recorder, path: Path, of: Scenario | None = None) -> Path:
    write_timeline_figure(told, path, scenario=of or scenario(), trial=3, ending=FINISHED, seed=7)
    return path


# --- a run ----------------------------------------------------------------------------------------


def test_a_run_has_three_figures(tmp_path: Path) -> None:
    paths = write_run_figures(results([12.0, 13.0, 14.0, 14.5]), tmp_path)
    assert [path.name for path in paths] == ["wall_clock.png", "goodput.png", "time.png"]
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in paths}
    assert [picture(path).shape[:2] for path in paths] == [(675, 1200), (675, 1200), (547, 1650)]
    assert all(shows(path, COLOURS[Category.PRODUCTIVE]) for path in paths)
    assert shows(paths[2], COLOURS[Category.RESTART])
    assert not shows(paths[2], COLOURS[Category.DETECTION])


@pytest.mark.parametrize(
    ("days", "truncated"),
    [
        ([12.0], [False]),
        ([10.0, 10.0], [False] * 2),
        ([0.125, 0.126], [False] * 2),
        ([900.0, 12.0, 10.5], [False] * 3),
        ([12.0, 13.0, 20.0], [False, False, True]),
        ([20.0, 20.0], [True, True]),
    ],
)
def test_odd_results_are_drawn_without_a_warning(
    tmp_path: Path, days: list[float], truncated: list[bool]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for path in write_run_figures(results(days, truncated), tmp_path):
            assert picture(path).std() > 0.01


def test_goodput_that_is_undefined_in_some_trials_or_all(tmp_path: Path) -> None:
    queued = results([12.0, 13.0, 14.0])
    for trials in (slice(0, 1), slice(None)):
        values = queued.values.copy()
        values[trials, NAMES.index("goodput")] = np.nan
        _, goodput, _ = write_run_figures(replace(queued, values=values), tmp_path)
        assert picture(goodput).std() > 0.01


def test_time_of_trials_that_did_not_finish_is_drawn(tmp_path: Path) -> None:
    *_, time = write_run_figures(results([20.0, 20.0], [True, True]), tmp_path)
    assert shows(time, COLOURS[Category.RESTART])


@pytest.mark.slow
def test_figures_are_the_same_to_the_byte(tmp_path: Path) -> None:
    written = []
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        paths = write_run_figures(results([12.0, 13.0, 14.0]), tmp_path / name)
        paths.append(draw(recording(), tmp_path / name / "one.png"))
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]


@pytest.mark.parametrize("ending", ["svg", "pdf", "PNG"])
def test_a_timeline_is_written_as_its_name_says(tmp_path: Path, ending: str) -> None:
    marks = {"svg": b"<?xml", "pdf": b"%PDF", "PNG": b"\x89PNG"}
    files = [draw(recording(), tmp_path / f"{name}.{ending}").read_bytes() for name in "ab"]
    assert files[0].startswith(marks[ending])
    assert files[0] == files[1]


def test_settings_of_matplotlib_are_left_alone(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    write_run_figures(results([12.0, 13.0]), tmp_path)
    draw(recording(), tmp_path / "one.png")
    assert dict(mpl.rcParams) == before


# --- a trial --------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", [None, dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)])
def test_a_timeline_shows_what_the_job_did(tmp_path: Path, start: dt.datetime | None) -> None:
    of = scenario(start=start) if start else scenario()
    path = draw(recording(), tmp_path / "one.png", of)
    for category in (Category.PRODUCTIVE, Category.LOST_WORK, Category.RESPONSE, Category.RESTART):
        assert shows(path, COLOURS[category])
    assert not shows(path, COLOURS[Category.DIAGNOSIS])


@pytest.mark.parametrize("days", [0.01, 3.0, 56.0, 731.0, 4000.0])
def test_rows_are_few_for_any_length(tmp_path: Path, days: float) -> None:
    told = Recorder()
    train(told, 0.0, days * DAY, 0.0)
    told.happened(days * DAY, EventKind.INTERRUPTION, "cut")
    told.spent(State.PAUSED, "cut", days * DAY, 1.1 * days * DAY)
    told.census(0.0, Census(16, 2, 0, 3))
    told.close(1.1 * days * DAY)
    for start in (None, dt.datetime(2026, 3, 2, 9, 0)):
        wrapped = lanes.wrap(told, start)
        assert 1 <= wrapped.rows <= 13
        assert wrapped.rows * wrapped.length >= wrapped.lead + wrapped.ended
    draw(told, tmp_path / "one.png")


def test_a_trial_of_no_length_is_said_to_be_one(tmp_path: Path) -> None:
    assert picture(draw(Recorder(), tmp_path / "one.png")).std() > 0.01


def test_training_that_was_lost_is_marked_as_lost() -> None:
    wrapped = lanes.wrap(recording(), None)
    assert [(one.category, one.start / HOUR, one.end / HOUR) for one in wrapped.stripes[:2]] == [
        (Category.PRODUCTIVE, 0.0, 1.5),
        (Category.LOST_WORK, 1.5, 2.0),
    ]
    assert wrapped.stripes[-1][:2] == (3 * HOUR, 5 * HOUR)


# --- colours --------------------------------------------------------------------------------------

SIGHT = {
    "all cones": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
"""Linear RGB as it is seen, after Machado, Oliveira and Fernandes (2009)."""
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, sight: str) -> NDArray[np.float64]:
    code = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(SIGHT[sight]) @ linear, 0, 1)
    x, y, z = (XYZ @ seen) / (XYZ @ np.ones(3))
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_stay_apart_however_they_are_seen(sight: str) -> None:
    assert set(COLOURS) == set(Category)
    seen = [lab(colour, sight) for colour in COLOURS.values()]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15

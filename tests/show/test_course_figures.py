"""The pictures of how trials went, for every kind of scenario."""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from matplotlib.figure import Figure

import simtrain
from simtrain.accounts.ledger import Category
from simtrain.sampling.trajectories import Trajectories, trajectories
from simtrain.show.figure import COLOURS, REAL
from simtrain.show.run.badput import badput_in_all, draw_badput
from simtrain.show.run.figures import write_course_figures
from simtrain.show.timeline import event_strip
from simtrain.show.timeline.event_strip import Named
from simtrain.show.timeline.events import Event, events
from tests.show.samples import DAY, HOUR, scenario, texts
from tests.show.test_figures import picture, shows

if TYPE_CHECKING:
    from pathlib import Path

START = dt.datetime(2026, 3, 2, 9, 0)
ROW: dict[str, Any] = {"source": "a test", "certainty": "certain", "role": "check"}
WALL_CLOCK = {"quantity": "wall_clock", "value": 12, "unit": "d", **ROW}
PROGRESS = {"quantity": "progress", "window": ["0 s", "5 d"], "value": 40, "unit": "%", **ROW}
LOGBOOK = {
    "source": "a test",
    "runs": [
        {"start": "0 s", "end": "2 d", "steps": [0, 190]},
        {"start": "2 d 6 h", "end": "6 d"},
    ],
}
WORK = {"ideal_time": "10 days", "steps": 1000}
PLANNED = {
    "stop": {
        "service": {"every": "3 days", "duration": "4 h"},
        "half": {"progress": 0.5, "duration": "6 h"},
    },
    "change": [{"at": f"{n} days", "set": {"cluster.spares": n}} for n in range(1, 11)],
}
SCENARIOS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "plain": ({}, ["progress"]),
    "with a start": ({"start": START}, ["progress"]),
    "planned": (PLANNED, ["progress"]),
    "window": ({"workload": {"window": "20 days"}}, ["progress"]),
    "some truncated": ({"limits": {"wall_clock": "10.2 days"}}, ["progress"]),
    "none finished": ({"limits": {"wall_clock": "1 day"}}, ["progress"]),
    "published": ({"published": [WALL_CLOCK, PROGRESS]}, ["progress", "badput"]),
    "logbook": ({"workload": WORK, "logbook": LOGBOOK}, ["progress", "gaps"]),
    "all": (
        {"start": START, "workload": WORK, "published": [WALL_CLOCK, PROGRESS], "logbook": LOGBOOK},
        ["progress", "gaps", "badput"],
    ),
    "all, none finished": (
        {
            "workload": WORK,
            "published": [WALL_CLOCK],
            "logbook": LOGBOOK,
            "limits": {"wall_clock": "1 day"},
        },
        ["progress", "gaps", "badput"],
    ),
    "no fault": ({"fault": {}, "workload": WORK, "logbook": LOGBOOK}, ["progress", "gaps"]),
}


def followed(tables: dict[str, Any], trials: int = 6) -> tuple[simtrain.Results, Trajectories]:
    results = simtrain.run(scenario(**tables), trials=trials, jobs=1)
    return results, trajectories(results, jobs=1)


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_scenario_has_its_pictures(tmp_path: Path, name: str) -> None:
    tables, names = SCENARIOS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        paths = write_course_figures(*followed(tables), tmp_path)
    assert [path.stem for path in paths] == names
    assert sorted(tmp_path.iterdir()) == sorted(paths)
    assert all(picture(path).std() > 0.01 for path in paths)


def test_a_single_trial_is_drawn(tmp_path: Path) -> None:
    paths = write_course_figures(*followed(SCENARIOS["all"][0], trials=1), tmp_path)
    assert all(picture(path).std() > 0.01 for path in paths)


def test_the_real_run_is_drawn_only_where_it_is_known(tmp_path: Path) -> None:
    drawn = {}
    for name in ("plain", "logbook"):
        (tmp_path / name).mkdir()
        drawn[name], *_ = write_course_figures(*followed(SCENARIOS[name][0]), tmp_path / name)
    assert shows(drawn["logbook"], REAL)
    assert not shows(drawn["plain"], REAL)


def test_badput_is_drawn_by_category(tmp_path: Path) -> None:
    *_, badput = write_course_figures(*followed(SCENARIOS["published"][0]), tmp_path)
    assert shows(badput, COLOURS[Category.RESTART])
    assert shows(badput, COLOURS[Category.LOST_WORK])
    assert not shows(badput, COLOURS[Category.DIAGNOSIS])


def test_every_mark_of_the_badput_is_in_its_legend_and_phases_have_their_dates(
    tmp_path: Path,
) -> None:
    _, courses = followed(SCENARIOS["all"][0])
    draw_badput(tmp_path / "badput.svg", "", "", courses)
    written = texts(tmp_path / "badput.svg")
    assert {"P5 to P95 of the trials", "left of it: between runs", "lost work"} <= set(written)
    assert {"to Mar 7", "Mar 7 – end"} <= set(written)


def test_badput_of_all_phases_is_what_is_missing_to_the_ideal() -> None:
    results, courses = followed(SCENARIOS["published"][0])
    read, simulated = badput_in_all(courses)
    assert read == pytest.approx(2 * DAY)  # 12 days for 10
    badput = results.metric("wall_clock_s") - results.metric("productive_s")
    assert simulated == pytest.approx(badput.mean())


@pytest.mark.slow
def test_pictures_are_the_same_to_the_byte(tmp_path: Path) -> None:
    written = []
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        paths = write_course_figures(*followed(SCENARIOS["all"][0]), tmp_path / name)
        written.append([path.read_bytes() for path in paths])
    assert written[0] == written[1]


# --- events ---------------------------------------------------------------------------------------


def test_stops_and_changes_are_named_in_order() -> None:
    changes: list[dict[str, Any]] = [
        {"at": "1 d", "set": {"cluster.spares": 8}},
        {"at": "2 d", "set": {"cluster.spares": 4, "restart.duration": "9 min"}},
        {"at": "3 d", "set": {"fault.gpu.automatic": 0.8, "fault.software.automatic": 0.8}},
        {"at": "4 d", "set": {"fault.gpu.mtbf": "300 days 6 hours"}},
        {"at": "5 d", "set": {"restart.duration": {"law": "exponential", "mean": "1 h"}}},
    ]
    stop = {"move": {"kind": "maintenance", "at": "36 h", "duration": "5 h"}}
    _, courses = followed({"stop": stop, "change": changes}, trials=1)
    assert [(event.at / DAY, event.text) for event in events(courses)] == [
        (1.0, "spares 2 → 8"),
        (1.5, "move"),
        (2.0, "spares 8 → 4, 1 more"),
        (3.0, "automatic → 0.8"),
        (4.0, "gpu mtbf → 300 days 6 hours"),  # with the value before it would be too long
        (5.0, "duration 9 min → ~1 h"),
    ]


def test_an_event_at_a_progress_is_put_where_the_median_trial_is_then() -> None:
    _, courses = followed(SCENARIOS["planned"][0])
    [half] = [event for event in events(courses) if event.text == "half"]
    reached = [float(courses.moments[(one >= 0.5).argmax()]) for one in courses.progress()]
    assert min(reached) <= half.at <= max(reached)
    assert half.at > 5 * DAY


def test_a_stop_that_recurs_is_named_once_and_shown_each_time() -> None:
    _, courses = followed(SCENARIOS["planned"][0], trials=1)
    [service] = [event for event in events(courses) if event.text.startswith("service")]
    assert service.text == "service, every 3 d"
    assert list(service.stops(10 * DAY)) == [(n * DAY, n * DAY + 4 * HOUR) for n in (3.0, 6.0, 9.0)]
    assert not list(Event(0.0, "a change").stops(10 * DAY))


@pytest.mark.parametrize("days", [[1, 2, 3, 4, 5], [1, 1, 1, 9, 9.9], [0, 9, 9.2, 9.4, 10]])
def test_names_overlap_neither_each_other_nor_leaders(days: list[float]) -> None:
    shown = [Event(day * DAY, f"spares {n} → {n + 1}" * (1 + n % 2)) for n, day in enumerate(days)]
    measured = event_strip.measured(Figure(dpi=150), shown)
    assert all(0.3 < one.inches < 3 for one in measured)
    wide = event_strip.room(measured, 10 * DAY, inches=8.0, margin=0.3)
    assert 0 < wide <= 8.0
    per_inch = 10 * DAY / wide
    named = event_strip.in_lanes(measured, per_inch)
    for one, other in itertools.combinations(named, 2):
        reaches = one.event.at + one.inches * per_inch >= other.event.at
        assert not reaches or one.lane > other.lane >= 0
    assert max(one.event.at / per_inch + one.inches for one in named) <= 8.3 + 1e-9


def test_names_without_room_are_left_out() -> None:
    crowd = [Named(Event(n * HOUR, "change"), 1.0) for n in range(40)]
    lanes = [one.lane for one in event_strip.in_lanes(crowd, per_inch=10 * DAY)]
    assert len({lane for lane in lanes if lane >= 0}) == max(lanes) + 1 < 40
    assert -1 in lanes

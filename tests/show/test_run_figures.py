"""The pictures of a run, for every kind of scenario."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import simtrain
from simtrain.accounts.ledger import Category
from simtrain.sampling.trajectories import Trajectories, trajectories
from simtrain.show import axis
from simtrain.show.breakdown import Breakdown
from simtrain.show.colours import COLOURS
from simtrain.show.elements import Bars, Strokes, Text
from simtrain.show.run import badput, distribution, gaps, progress, time
from simtrain.show.run.figures import pictures
from simtrain.show.timeline import event_strip
from simtrain.show.timeline.events import ShownEvent, planned
from simtrain.show.words import duration
from simtrain.tables.columns import NAMES
from tests.pictures import PICTURES
from tests.show.samples import DAY, HOUR, drawn, element, results, scenario, words_of

START = dt.datetime(2026, 3, 2, 9, 0)
ROW: dict[str, Any] = {"source": "a test", "certainty": "certain", "role": "follows"}
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
REAL = {"workload": WORK, "published": [WALL_CLOCK, PROGRESS], "logbook": LOGBOOK}
HOPELESS = {"limits": {"wall_clock": "1 day"}}
SCENARIOS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "plain": ({}, []),
    "with a start": ({"start": START}, []),
    "planned": (PLANNED, []),
    "window": ({"workload": {"window": "20 days"}}, []),
    "some truncated": ({"limits": {"wall_clock": "10.2 days"}}, []),
    "none finished": (HOPELESS, []),
    "published": ({"published": [WALL_CLOCK, PROGRESS]}, ["badput"]),
    "logbook": ({"workload": WORK, "logbook": LOGBOOK}, ["gaps"]),
    "all": ({"start": START, **REAL}, ["gaps", "badput"]),
    "all, none finished": (REAL | HOPELESS, ["gaps", "badput"]),
    "no fault": ({"fault": {}, "workload": WORK, "logbook": LOGBOOK}, ["gaps"]),
}
"""Scenarios, and the pictures that they have beside those of every run."""

OTHERS = [name for name in SCENARIOS if name not in ("all", "none finished")]


def followed(tables: dict[str, Any], trials: int = 6) -> tuple[simtrain.Results, Trajectories]:
    results = simtrain.run(scenario(**tables), trials=trials, jobs=1)
    return results, trajectories(results, jobs=1)


@pytest.mark.parametrize(
    ("name", "trials"),
    [
        ("all", 6),
        ("none finished", 6),
        *(pytest.param(name, 6, marks=pytest.mark.slow) for name in OTHERS),
        *(pytest.param(name, 1, marks=pytest.mark.slow) for name in ("all", "window")),
    ],
)
def test_every_scenario_has_its_pictures(name: str, trials: int) -> None:
    tables, names = SCENARIOS[name]
    found = pictures(*followed(tables, trials))
    assert list(found) == [*PICTURES, *(f"{one}.png" for one in names)]
    for info in found.values():
        drawn(info)


# --- distributions --------------------------------------------------------------------------------


def test_the_wall_clock_is_shown_beside_the_ideal() -> None:
    info = distribution.wall_clock(results([12.0, 13.0, 14.0, 14.5]))
    assert info.title == "Half of the trials finish within 13.5 d, 1.35 times the ideal"
    assert info.subtitle == "A small run  ·  4 trials, seed 7"
    [panel] = info.panels
    [bars] = panel.elements
    assert sum(bars.height) == 4
    assert (bars.left[0], bars.left[-1] + bars.width[-1]) == (12.0, 14.5)
    marks = [(mark.text, float(mark.at)) for mark in panel.marks]
    assert marks == [
        ("P10  12.3 d", pytest.approx(12.3)), ("P50  13.5 d", 13.5),
        ("P90  14.3 d", pytest.approx(14.35)), ("ideal  10.00 d", 10.0),
    ]  # fmt: skip
    assert all(panel.x.covers(place) for _, place in marks)
    assert (panel.x.label, panel.y.label) == ("wall-clock, days", "trials")


def test_goodput_is_shown_in_percent() -> None:
    info = distribution.goodput(results([12.5, 20.0, 25.0]))
    assert info.title == "Half of the trials have a goodput of at least 50.0 %"
    marks = info.panels[0].marks
    assert [mark.text for mark in marks] == ["P5  41.0 %", "P50  50.0 %", "P95  77.0 %"]


def test_trials_that_did_not_finish_are_left_out_and_said_to_be() -> None:
    info = distribution.wall_clock(results([12.0, 13.0, 20.0], [False, False, True]))
    assert info.title.startswith("Half of the trials finish within 13.0 d")
    assert info.subtitle.endswith("1 that did not finish left out")
    assert sum(info.panels[0].elements[0].height) == 2


@pytest.mark.parametrize("days", [[12.0], [10.0, 10.0], [0.125, 0.126], [900.0, 12.0, 10.5]])
def test_odd_results_have_a_bin_and_names_that_do_not_overlap(days: list[float]) -> None:
    for info in (distribution.wall_clock(results(days)), distribution.goodput(results(days))):
        [panel] = info.panels
        assert sum(panel.elements[0].height) == len(days)
        names = [mark.text for mark in panel.marks]
        lines = [line for line in drawn(info).written if line.text in names]
        assert len(lines) == len(names)
        assert not any(one.overlaps(other) for one, other in itertools.combinations(lines, 2))


def test_of_a_window_the_productive_time_is_drawn_since_the_wall_clock_is_fixed() -> None:
    found, kept = followed({"workload": {"window": "20 days"}})
    watched = pictures(found, kept)["wall_clock.png"]
    assert watched.title.startswith("Half of the trials do ")
    assert watched.title.endswith(" d of productive work or more in 20 d")
    [panel] = watched.panels
    assert panel.x.label == "productive, days"
    assert [mark.text[:3] for mark in panel.marks] == ["P10", "P50", "P90"]
    assert not any("ideal" in mark.text for mark in panel.marks)
    assert [mark.at for mark in panel.marks] == pytest.approx(
        np.percentile(found.metric("productive_s"), (10, 50, 90)) / DAY
    )


def test_goodput_that_is_undefined_in_some_trials_or_all() -> None:
    queued, (_, kept) = results([12.0, 13.0, 14.0]), followed({})
    for trials, title in ((slice(0, 1), "Half of"), (slice(None), "There is no goodput")):
        values = queued.values.copy()
        values[trials, NAMES.index("goodput")] = np.nan
        info = pictures(replace(queued, values=values), kept)["goodput.png"]
        assert info.title.startswith(title)
        drawn(info)


# --- where the time went --------------------------------------------------------------------------


def of_time(days: list[float], truncated: list[bool] | None = None) -> Any:
    found = results(days, truncated or [])
    spent = Breakdown.of_finished(found) or Breakdown.of_truncated(found)
    assert spent is not None
    return time.info(found, spent)


def test_the_time_is_shown_in_all_and_by_category_and_cause() -> None:
    info = of_time([12.0, 13.0, 15.0])
    assert info.title == "75.0 % of the mean wall-clock of 13.3 d is productive"
    whole, by_category, by_cause = info.panels
    assert whole.elements[0].width == pytest.approx([0.75, 0.15, 0.1])
    assert [text.text for text in whole.elements[1:]] == [
        "productive   75.0 %   10.00 d", "restart", "lost work",
    ]  # fmt: skip
    assert [text.colour for text in whole.elements[1:]] == ["black", "white", "white"]
    assert by_category.y.names == ["restart", "lost work"]
    assert by_category.elements[0].width == pytest.approx([15.0, 10.0])
    colours = [COLOURS[Category.RESTART], COLOURS[Category.LOST_WORK]]
    assert by_category.elements[0].colours == colours
    assert by_cause.y.names == ["gpu", "software"]
    assert [text.text for text in by_cause.elements[1:]] == ["20.8 %   2.78 d", "4.2 %   0.56 d"]


def test_time_of_trials_that_did_not_finish_is_shown() -> None:
    info = of_time([20.0, 20.0], [True, True])
    assert info.title.startswith("In trials that did not finish, 50.0 % of the mean wall-clock of")
    assert info.subtitle == "A small run  ·  2 trials, seed 7"
    assert info.panels[1].y.names == ["restart", "lost work"]


def test_nothing_lost_is_said() -> None:
    info = of_time([10.0])
    assert [panel.elements[-1].text for panel in info.panels[1:]] == ["nothing", "nothing"]
    drawn(info)


# --- progress -------------------------------------------------------------------------------------


def of_progress(tables: dict[str, Any], trials: int = 6) -> Any:
    found, kept = followed(tables, trials)
    return progress.info(found, kept, "about"), found, kept


def test_progress_is_a_fan_around_the_median() -> None:
    info, _, kept = of_progress({})
    band, median = element(info, "P5 to P95 of the trials"), element(info, "median")
    assert (np.asarray(band.low) <= band.high).all()
    assert np.shape(element(info, "4 single trials").y) == (len(kept.moments), 4)
    assert np.nanmax(median.y) == 100
    assert element(info, "ideal").y[-1] == pytest.approx(100)
    assert info.title.startswith("Half of the trials finish within ")
    assert info.panels[0].x.label == "days since the start"


def test_the_finish_is_reported_where_the_fan_ends() -> None:
    info, found, _ = of_progress({"start": START})
    days = np.percentile(found.metric("wall_clock_s"), (50, 90)) / DAY
    labels = [
        f"P{percent}  {day:.1f} d, {START + dt.timedelta(days=day):%b} "
        f"{(START + dt.timedelta(days=day)).day} 2026"
        for percent, day in zip((50, 90), days, strict=True)
    ]
    marks = info.panels[0].marks
    assert [mark.text for mark in marks] == labels
    assert [mark.at / DAY for mark in marks] == pytest.approx(days)
    assert any(name.endswith("2026") for name in info.panels[0].x.names)


def test_a_single_trial_has_no_fan() -> None:
    info, _, _ = of_progress({}, trials=1)
    assert info.legend.labels == ["the trial", "ideal"]
    assert info.title.startswith("The trial finishes within ")


def test_the_real_run_is_shown_only_where_it_is_known() -> None:
    real = {"the real run, by its logbook", "logged, steps not known", "published"}
    plain, _, _ = of_progress({})
    assert not real & set(plain.legend.labels)
    info, _, _ = of_progress({"start": START, **REAL})
    assert real < set(info.legend.labels)
    logged, published = element(info, "the real run, by its logbook"), element(info, "published")
    assert [end for ends in logged[1:] for end in ends] == [0.0, 0.0, 2 * DAY, 19.0]
    assert published.x == [5 * DAY, 12 * DAY]
    assert published.y == pytest.approx([40.0, 100.0])
    assert {"40 %", "12 d", "logged\nruns"} <= set(words_of(info))
    assert info.title.endswith("; the real run took 12 d")


def test_progress_between_two_values_is_shown_in_their_middle_and_named_if_there_is_room() -> None:
    rows = [
        {**PROGRESS, "window": ["0 s", until], "value": [value, value + 1]}
        for until, value in (("3 d", 20), ("3 d 1 h", 21))
    ]
    info, _, _ = of_progress({"workload": WORK, "published": rows})
    assert element(info, "published").y == pytest.approx([20.5, 21.5])
    assert "21.5 %" in words_of(info)
    assert "20.5 %" not in words_of(info)


# --- gaps and badput ------------------------------------------------------------------------------


def test_gaps_of_trials_and_of_the_real_run_are_reported() -> None:
    _, kept = followed(SCENARIOS["all"][0])
    info = gaps.info(kept, "about")
    assert info.title.endswith(", in the real run 6 h")
    assert "real run: 1 gap, median 6.0 h" in words_of(info)
    pooled = element(info, "all trials together")
    assert (np.diff(pooled.y) <= 0).all()
    assert 0 <= min(pooled.y) <= max(pooled.y) <= 100
    real = element(info, "the real run, by its logbook")
    assert list(real.x[1:]) == [6 * HOUR, 6 * HOUR]
    assert list(real.y) == [100, 100, 0]


def test_nothing_is_said_of_the_badput_of_a_real_run_whose_work_is_not_known() -> None:
    """From a published wall-clock follows what was lost only if the rest of it is known."""
    work = {"flops": "1e22 FLOP", "achieved": "40..60 TFLOP/s"}
    doubtful = scenario(workload=work | {"ideal_time": None}, published=[WALL_CLOCK])
    known = doubtful.replace({"workload.achieved": "50 TFLOP/s", "workload.speed": "80..90 %"})
    drawn_of = [set(pictures(simtrain.run(one, trials=2, jobs=1))) for one in (doubtful, known)]
    assert ["badput.png" in names for names in drawn_of] == [False, True]


def test_badput_of_all_phases_is_what_is_missing_to_the_ideal() -> None:
    found, kept = followed(SCENARIOS["published"][0])
    info = badput.info(kept, "about")
    simulated = found.metric("wall_clock_s") - found.metric("productive_s")
    mean = duration(simulated.mean())
    assert info.title == f"The real run lost 2 d, the trials {mean} on average"
    unit = DAY if "days" in info.panels[0].x.label else HOUR
    bars = [one for one in info.panels[0].elements if isinstance(one, Bars)]
    read = [bar.width for bar in bars if bar.style.label == "not known where"]
    categories = [bar.width for bar in bars if bar.style.label != "not known where"]
    assert sum(read) * unit == pytest.approx(2 * DAY)  # 12 days for 10
    assert sum(categories) * unit == pytest.approx(simulated.mean())


def test_every_mark_of_the_badput_is_in_its_legend_and_phases_have_their_dates() -> None:
    _, kept = followed(SCENARIOS["all"][0])
    info = badput.info(kept, "about")
    labels = info.legend.labels
    assert {"P5 to P95 of the trials", "left of it: between runs", "lost work"} <= set(labels)
    assert {"restart", "real run: between runs", "not known where"} <= set(labels)
    assert "diagnosis" not in labels
    assert info.panels[0].y.names == ["to Mar 7", "Mar 7 – end"]


def test_the_legend_of_the_badput_has_the_order_of_its_bars() -> None:
    """Also where a category first occurs in a later phase than those to the right of it."""
    stop = {"late": {"kind": "pause", "progress": 0.6, "duration": "6 h"}}
    _, kept = followed(SCENARIOS["all"][0] | {"stop": stop})
    labels = badput.info(kept, "about").legend.labels
    shown = labels[labels.index("not known where") + 1 :]
    assert shown.index("restart") < shown.index("paused") < shown.index("lost work")
    assert shown[-2:] == ["left of it: between runs", "P5 to P95 of the trials"]


# --- what is planned ------------------------------------------------------------------------------


def test_stops_and_changes_are_named_in_order() -> None:
    changes: list[dict[str, Any]] = [
        {"at": "1 d", "set": {"cluster.spares": 8}},
        {"at": "2 d", "set": {"cluster.spares": 4, "restart.duration": "9 min"}},
        {"at": "3 d", "set": {"fault.gpu.automatic": 0.8, "fault.software.automatic": 0.8}},
        {"at": "4 d", "set": {"fault.gpu.mtbf": "300 days 6 hours"}},
        {"at": "5 d", "set": {"restart.duration": {"law": "exponential", "mean": "1 h"}}},
    ]
    stop = {"move": {"kind": "maintenance", "at": "36 h", "duration": "5 h"}}
    info, _, kept = of_progress({"stop": stop, "change": changes}, trials=1)
    labels = [
        (1.0, "spares 2 → 8"),
        (1.5, "move"),
        (2.0, "spares 8 → 4, 1 more"),
        (3.0, "automatic → 0.8"),
        (4.0, "gpu mtbf → 300 days 6 hours"),  # with the value before it would be too long
        (5.0, "duration 9 min → ~1 h"),
    ]
    assert [(event.at / DAY, event.text) for event in planned(kept)] == labels
    names = [one for one in info.panels[-1].elements if isinstance(one, Text)]
    assert [(name.at[0] / DAY, name.text) for name in names] == labels
    assert [name.bold for name in names] == [False, True, False, False, False, False]


def test_an_event_at_a_progress_is_put_where_the_median_trial_is_then() -> None:
    _, kept = followed(SCENARIOS["planned"][0])
    [half] = [event for event in planned(kept) if event.text == "half"]
    reached = [float(kept.moments[(one >= 0.5).argmax()]) for one in kept.progress()]
    assert min(reached) <= half.at <= max(reached)
    assert half.at > 5 * DAY


def test_a_stop_that_recurs_is_named_once_and_shown_each_time() -> None:
    info, _, kept = of_progress(SCENARIOS["planned"][0], trials=1)
    [service] = [event for event in planned(kept) if event.text.startswith("service")]
    assert service.text == "service, every 3 d"
    times = [(n * DAY, n * DAY + 4 * HOUR) for n in (3.0, 6.0, 9.0)]
    assert list(service.stops(10 * DAY)) == times
    assert not list(ShownEvent(0.0, "a change").stops(10 * DAY))
    shaded = info.panels[0].elements[0]
    assert {start for start, _ in times} < set(shaded.left)


@pytest.mark.parametrize("days", [[1, 2, 3, 4, 5], [1, 1, 1, 9, 9.9], [0, 9, 9.2, 9.4, 10]])
def test_names_overlap_neither_each_other_nor_leaders(days: list[float]) -> None:
    events = [
        ShownEvent(day * DAY, f"spares {n} → {n + 1}" * (1 + n % 2)) for n, day in enumerate(days)
    ]
    widths = [event_strip.width(event) for event in events]
    assert all(0.3 < width < 3 for width in widths)
    wide = event_strip.room(events, 10 * DAY, inches=8.0, margin=0.3)
    assert 0 < wide <= 8.0
    per_inch = 10 * DAY / wide
    placed = list(zip(events, widths, event_strip.in_lanes(events, per_inch), strict=True))
    for (one, width, lane), (other, _, other_lane) in itertools.combinations(placed, 2):
        reaches = one.at + width * per_inch >= other.at
        assert not reaches or lane > other_lane >= 0
    assert max(one.at / per_inch + width for one, width, _ in placed) <= 8.3 + 1e-9


def test_names_without_room_are_left_out() -> None:
    crowd = [ShownEvent(n * HOUR, "change") for n in range(40)]
    lanes = event_strip.in_lanes(crowd, per_inch=10 * DAY)
    assert len({lane for lane in lanes if lane >= 0}) == max(lanes) + 1 < 40
    assert -1 in lanes
    [[panel]] = event_strip.rows(crowd, 1.0, 8.0, axis.even(0.0, 80 * DAY))
    kinds = [type(one) for one in panel.elements]
    assert (kinds.count(Strokes), kinds.count(Text)) == (40, max(lanes) + 1)

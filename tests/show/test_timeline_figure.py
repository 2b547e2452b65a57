"""The picture of one trial over the calendar."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pytest

from simtrain.accounts.ledger import Category
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.recount import fates, recount
from simtrain.accounts.timeline import Census, Ending, EventKind, State, Verdict
from simtrain.model.weather import WeatherOfTrial
from simtrain.show.colours import COLOURS
from simtrain.show.elements import Band, Bars, Image, Strokes
from simtrain.show.timeline import lanes
from simtrain.show.timeline.figure import info
from tests.show.samples import DAY, HOUR, MINUTE, drawn, element, recording, scenario, train

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.figure import Info

START = dt.datetime(2026, 3, 2, 9, 0)


def of(recorder: Recorder, of: Scenario | None = None, verdict: Verdict = Verdict.FINISHED) -> Info:
    ending = Ending(5 * HOUR, verdict)
    return info(recorder, scenario=of or scenario(), trial=3, ending=ending, seed=7)


def strip(recorder: Recorder, start: dt.datetime | None = None) -> lanes.Strip:
    return lanes.strip(fates(recorder), recorder.ended, start)


def test_a_weather_has_a_panel_with_the_factor_of_each_span() -> None:
    weathers = (
        WeatherOfTrial(("gpu", "disk"), (0.0, 2 * HOUR, 4 * HOUR), (0.5, 2.5, 1.0)),
        WeatherOfTrial(("repair",), (0.0,), (0.8,)),
    )
    found = info(
        recording(),
        scenario=scenario(),
        trial=3,
        ending=Ending(5 * HOUR, Verdict.FINISHED),
        seed=7,
        weathers=weathers,
    )
    line = element(found, "weather of gpu and disk")
    assert list(line.x) == [0, 2 * HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 5 * HOUR]
    assert list(line.y) == [0.5, 0.5, 2.5, 2.5, 1.0, 1.0]
    assert list(element(found, "weather of repair").y) == [0.8, 0.8]
    assert len(found.rows) == len(of(recording()).rows) + 1
    drawn(found)


def test_faults_under_which_training_went_on_have_a_row_for_each_class() -> None:
    slow = {"effect": "slow", "speed": 0.5, "mtbf": "100 h", "lasts": "1 h"}
    spike = {"scope": "job", "effect": "diverge", "mtbf": "100 h"}
    recorder = Recorder()
    recorder.census(0.0, Census(16, 2, 0, 0))
    recorder.happened(0.5 * HOUR, EventKind.FAULT, "throttled", 2)
    recorder.happened(1.5 * HOUR, EventKind.PASSED, "throttled", 2)
    train(recorder, 0.0, 5 * HOUR, 0.0)
    recorder.happened(2 * HOUR, EventKind.FAULT, "spike")
    recorder.close(5 * HOUR)
    classes = {"gpu": {"mtbf": "100 h"}, "throttled": slow, "spike": spike}
    found = of(recorder, scenario(fault=classes))
    slowed, tainted = element(found, "a host is slow"), element(found, "work is tainted")
    assert (list(slowed.x0), list(slowed.x1), list(slowed.y0)) == ([1800], [5400], [0])
    assert (list(tainted.x0), list(tainted.x1), list(tainted.y0)) == ([7200], [18000], [1])
    drawn(found)


def test_a_long_name_of_a_class_has_room_beside_its_row() -> None:
    bad = {"effect": "corrupt", "mtbf": "100 h", "detection": "1 h"}
    name = "silent data corruption that nobody sees"
    found = of(recording(), scenario(fault={"gpu": {"mtbf": "100 h"}, name: bad}))
    [line] = [one for one in drawn(found).written if one.text.startswith("silent")]
    assert 0.05 < line.left < line.right
    short = of(recording(), scenario(fault={"gpu": {"mtbf": "100 h"}, "bad": bad}))
    assert (short.width, found.width > 13) == (12.0, True)
    assert {panel.left for panel in found.panels} == {found.panels[0].left}


def crowded(outages: int) -> Recorder:
    """Hours with a fault each, which loses half of it and takes a tenth of it to recover from."""
    recorder = Recorder()
    for n in range(outages):
        start = n * HOUR
        recorder.census(start, Census(16, 2, 0, 0))
        train(recorder, start, start + 0.9 * HOUR, 0.4 * n * HOUR)
        recorder.happened(start + 0.9 * HOUR, EventKind.INTERRUPTION, "gpu")
        recorder.rolled_back(start + 0.9 * HOUR, 0.4 * (n + 1) * HOUR, "gpu")
        recorder.spent(State.RESTART, "gpu", start + 0.9 * HOUR, start + HOUR)
        recorder.census(start + 0.9 * HOUR, Census(16, 1, 1, 0))
    recorder.close(outages * HOUR)
    return recorder


def test_a_timeline_shows_work_what_was_lost_and_hosts() -> None:
    found = of(recording())
    assert found.title == "Trial 3 finished after 5 h"
    assert found.subtitle.startswith("A small run  ·  trial 3, seed 7  ·  16 hosts with 128 accel")
    assert found.legend.labels == [
        "at full speed without any loss", "work", "work that was lost", "hosts standing by",
        "in repair",
    ]  # fmt: skip
    lost = element(found, "work that was lost")
    assert [float(np.ravel(end)[0]) for end in lost[1:]] == [1.5 * HOUR, 1.5, 2 * HOUR, 2.0]
    taken = found.panels[1].elements[0]
    assert (taken.x0.tolist(), taken.y1.tolist()) == ([2 * HOUR], [30.0])
    assert found.panels[1].y.label == "min lost\nper rollback"
    repair = element(found, "in repair")
    assert list(repair.y) == [0, 0, 1, 1, 0, 0]
    assert repair.x[1] == 2 * HOUR + 32 * MINUTE


@pytest.mark.parametrize("start", [None, START])
def test_a_timeline_shows_what_the_job_did(start: dt.datetime | None) -> None:
    found = of(recording(), scenario(start=start) if start else scenario())
    *_, rows, below = found.rows
    assert below.labels == [
        "productive  70.0 %", "lost work  10.0 %", "detection  0.7 %", "response  10.0 %",
        "restart  9.3 %",
    ]  # fmt: skip
    [image] = [one for one in rows[0].elements if isinstance(one, Image)]
    seen = set((np.rint(255 * image.dots).astype(int) @ [1 << 16, 1 << 8, 1]).ravel().tolist())
    for category in Category:
        code = int(COLOURS[category][1:], 16)
        is_there = category in (Category.PRODUCTIVE, Category.LOST_WORK, Category.RESPONSE,
                                Category.RESTART, Category.DETECTION)  # fmt: skip
        assert (code in seen) is is_there
    drawn(found)


def test_cells_add_up_to_the_time_of_each_category() -> None:
    for recorder in (recording(), crowded(30)):
        seconds = strip(recorder).cells.sum(axis=(0, 1))
        assert seconds.tolist() == pytest.approx(list(recount(recorder).values()))


def test_training_that_was_lost_is_marked_as_lost() -> None:
    found = strip(recording())
    productive, lost = (list(Category).index(one) for one in
                        (Category.PRODUCTIVE, Category.LOST_WORK))  # fmt: skip
    hours = found.cells.shape[1]
    assert found.x.high == HOUR
    assert (found.cells[1, : hours // 2 - 1, productive] > 0).all()
    assert (found.cells[1, hours // 2 + 1 :, lost] > 0).all()
    assert found.cells[1, hours // 2 + 1 :, productive].sum() == 0
    assert (found.cells[3:, :, productive] > 0).all(axis=1)[:2].all()


@pytest.mark.parametrize(
    "days", [0.01, 4000.0, *(pytest.param(n, marks=pytest.mark.slow) for n in (3.0, 56.0, 731.0))]
)
def test_rows_are_few_for_any_length(days: float) -> None:
    recorder = Recorder()
    train(recorder, 0.0, days * DAY, 0.0)
    recorder.happened(days * DAY, EventKind.INTERRUPTION, "cut")
    recorder.spent(State.PAUSED, "cut", days * DAY, 1.1 * days * DAY)
    recorder.census(0.0, Census(16, 2, 0, 3))
    recorder.close(1.1 * days * DAY)
    for start in (None, START):
        found = strip(recorder, start)
        assert 1 <= len(found.cells) == len(found.y.names) <= 13
        assert len(found.cells) * found.x.high >= recorder.ended
    drawn(of(recorder))


@pytest.mark.slow
def test_thousands_of_outages_are_put_together_in_bins() -> None:
    few, many = of(crowded(30)), of(crowded(6000))
    assert [type(one) for one in few.panels[1].elements] == [Strokes]
    assert len(element(few, "work that was lost").x0) == 30
    assert "work that was lost" not in many.legend.labels, "they would hide the curve"
    [bins] = many.panels[1].elements
    assert isinstance(bins, Bars)
    assert len(bins.left) <= 400
    assert many.panels[1].y.label == "h lost\nper day"
    assert sum(bins.height) == pytest.approx(6000 * 0.5, rel=1e-6)
    assert not any(isinstance(one, Band) for one in few.panels[2].elements)
    band = next(one for one in many.panels[2].elements if isinstance(one, Band))
    assert (set(band.low), set(band.high)) == ({1}, {2})
    mean = element(many, "hosts standing by")
    assert mean.y == pytest.approx(np.full(len(mean.y), 1.9))
    assert few.panels[3].elements[0].dots.shape[1] > 8 * many.panels[3].elements[0].dots.shape[1]
    drawn(many)


@pytest.mark.slow
def test_a_long_rollback_is_seen_among_thousands() -> None:
    told = crowded(3000)
    train(told, 3000 * HOUR, 3048 * HOUR, 1200 * HOUR)
    told.happened(3048 * HOUR, EventKind.INTERRUPTION, "gpu")
    told.rolled_back(3048 * HOUR, 1200 * HOUR, "gpu")
    told.close(3048 * HOUR)
    lost = element(of(told), "work that was lost")
    assert (lost.x0.tolist(), lost.x1.tolist()) == ([3000 * HOUR], [3048 * HOUR])


def test_a_brief_peak_of_hosts_leaves_the_picture_and_is_reported() -> None:
    recorder = recording()
    recorder.census(4.5 * HOUR, Census(0, 0, 0, 140))
    recorder.census(4.5 * HOUR + MINUTE, Census(16, 2, 0, 0))
    found = of(recorder)
    assert "away (up to 140)" in found.legend.labels
    assert found.panels[2].y.high < 4


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        (Verdict.WINDOW_CLOSED, "Trial 3 was watched for 5 h"),
        (Verdict.OUT_OF_TIME, "Trial 3 ran out of time after 5 h"),
        (Verdict.OUT_OF_EVENTS, "Trial 3 ran out of events after 5 h"),
    ],
)
def test_the_title_says_how_it_ended(verdict: Verdict, title: str) -> None:
    assert of(recording(), verdict=verdict).title == title


def test_a_trial_of_no_length_is_said_to_be_one() -> None:
    found = of(Recorder())
    assert "ended at its start" in found.panels[0].elements[0].text
    drawn(found)

"""Report and picture of policies of when to run."""

from __future__ import annotations

from itertools import combinations

import simtrain
from simtrain.show.axis import Scale
from simtrain.show.elements import Line, Text
from simtrain.show.schedule.figures import pictures
from simtrain.show.schedule.labels import numbered
from simtrain.show.schedule.report import pauses, schedule_report
from tests.questions.test_when_to_run import FAULTS, compared, grid
from tests.show.samples import drawn, words_of


def test_the_report_has_a_row_for_each_policy_and_names_the_front() -> None:
    found = compared()
    text = schedule_report(found)
    assert max(map(len, text.splitlines())) <= 80
    table = text[text.index("\nno pause") : text.index("\nlater, more")]
    for policy in found.policies:
        assert sum(line.startswith(policy.name) for line in table.splitlines()) == 1
    flat = " ".join(text.split())
    front = found.front("carbon_tco2e")
    assert "In finish and carbon no other policy beats “no pause”" in flat
    assert (
        f"“{min(front, key=lambda one: found.mean(one, 'carbon_tco2e').value).name}” emits" in flat
    )
    assert "more than 4.5 years, so that any wait brings a later finish" in flat


def test_marks_stand_where_nothing_beats_a_policy() -> None:
    found = compared()
    text = schedule_report(found)
    table = text[text.index("\nno pause") : text.index("\nlater, more")]
    for policy in found.policies:
        marks = sum(policy in found.front(column) for column in found.traded)
        [row] = [line for line in table.splitlines() if line.startswith(policy.name)]
        assert row.count("*") == marks


def test_pauses_that_save_nothing_are_counted() -> None:
    """Hosts that draw in a pause what they draw in training, only lose by it."""
    wasteful = grid(**FAULTS, power={"training": "1 kW per host", "paused": "1 kW per host"})
    found = simtrain.schedule(wasteful, quantiles=[], windows=[4, 8], trials=10, jobs=1)
    assert pauses(found).startswith("Of 2 ways to pause, none surely emits less and none surely")
    assert pauses(compared()).startswith("Of 2 ways to pause, 2 surely emit less and none surely")


def test_the_picture_has_a_dot_for_each_policy_and_its_name_in_the_key() -> None:
    found = compared()
    info = pictures(found)["schedule.png"]
    assert words_of(info).count("7  hardware in 1 year") == 1
    first, key, second = info.panels
    for panel, column in ((first, "carbon_tco2e"), (second, "cost_usd")):
        dots = {
            style: len(one.x)  # type: ignore[arg-type]
            for one in panel.elements
            if isinstance(one, Line) and (style := one.style.label)
        }
        front = len(found.front(column))
        assert dots == {"beaten by none": front, "beaten by another": 7 - front}
    assert len(key.elements) == 7
    assert drawn(info)


def test_without_a_finish_there_is_nothing_to_show() -> None:
    never = grid(limits={"wall_clock": "1 h"})
    found = simtrain.schedule(
        never, quantiles=[], windows=[4], later=[3e7], gain=0.3, trials=2, jobs=1
    )
    assert found.summary()["hardware"]["best_delay_s"] is None
    assert found.to_json()
    assert "In no trial the work was finished" in schedule_report(found)
    assert pictures(found)["schedule.png"].title == "No trial finished"


def test_numbers_of_dots_hide_no_other_and_no_dot() -> None:
    """In a crowd of dots each has its number, with room of its own."""
    places = {n: (50.0 + 0.9 * (n % 4), 50.0 + 1.2 * (n // 4)) for n in range(1, 13)}
    scale = Scale(0.0, 100.0)
    texts = [one for one in numbered(places, scale, scale, 6.0, 3.2) if isinstance(one, Text)]
    assert [text.text for text in texts] == [f"{n}" for n in places]
    boxes = []
    for text in texts:
        x, y = (at * 72 * inches / 100 for at, inches in zip(text.at, (6.0, 3.2), strict=True))
        wide = 5.0 * len(text.text)
        boxes.append((x + text.shift[0] - wide / 2, y + text.shift[1] - 4, wide, 8.0))
    for (x, y, wide, high), (a, b, other, tall) in combinations(boxes, 2):
        assert x + wide <= a or a + other <= x or y + high <= b or b + tall <= y
    for at in places.values():
        dot = at[0] * 4.32, at[1] * 2.304
        for x, y, wide, high in boxes:
            assert not (x - 4 < dot[0] < x + wide + 4 and y < dot[1] < y + high)

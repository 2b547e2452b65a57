"""Which row of `people.when` answers when."""

from typing import Any

import pytest

from simtrain.distributions import Fixed
from simtrain.model.on_call import OnCall
from simtrain.scenario.notes import notes
from simtrain.scenario.notes.people import order_of_rows
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.watches import hours_of_week, never_used, overlapping
from simtrain.validation.small import scenario

HOUR = 3600.0


def people(*rows: dict[str, Any]) -> Scenario:
    when = [{"response": f"{number + 1} h", **row} for number, row in enumerate(rows)]
    table = {"response": "10 h", "when": when, "holidays": ["2026-12-25"]}
    return scenario(start="2026-03-02", people=table)  # a Monday


NIGHT, WEEKEND = {"hours": [23, 8]}, {"days": ["sat", "sun"]}
FRIDAY_NIGHT = {"days": ["fri"], "hours": [22, 6]}


@pytest.mark.parametrize("row", [NIGHT, WEEKEND, FRIDAY_NIGHT, {"hours": [0, 24]}])
def test_the_hours_of_a_row_are_those_at_which_it_answers(row: dict[str, Any]) -> None:
    one = people(row)
    on_call = OnCall(one.people, one.start)
    laws = (Fixed(1.0), Fixed(0.0))
    # a week later, when the night before the first Monday has a day too
    fits = {h for h in range(168) if on_call.wait((168 + h + 0.5) * HOUR, laws, 0.5)}
    assert hours_of_week(one.people.when[0]) == fits


def test_rows_that_overlap_are_reported_in_their_order() -> None:
    one = people({"holidays": True}, NIGHT, WEEKEND, {"days": ["mon"], "hours": [9, 12]})
    assert overlapping(one.people) == {0: [1, 2, 3], 1: [2]}
    assert order_of_rows(one) == (
        "Rows of `people.when` overlap, and the first one that fits counts: row 0 before 1, 2, 3; "
        "row 1 before 2 (numbered from 0)."
    )
    assert order_of_rows(people(NIGHT, {"hours": [8, 23]})) == ""


def test_a_row_below_others_that_fit_whenever_it_does_is_noted() -> None:
    one = people(WEEKEND, NIGHT, {"days": ["sat"], "hours": [10, 12]})
    assert never_used(one.people.when) == [2]
    [note] = notes(one)
    assert note.key == "people.when.2"
    assert never_used(people({"holidays": True}, WEEKEND).people.when) == []

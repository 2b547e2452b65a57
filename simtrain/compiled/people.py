"""Who answers in which hour of a run, as arrays, which scenarios with the same hours share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.laws import LAW, encode
from simtrain.model.on_call import FirstRow, day_covered, seconds_of_day

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import Parameters
    from simtrain.scenario.calendar import People

_MOST = 16
_known: dict[str, HoursOfPeople] = {}


def lay_out_people(memory: TrialMemory, regimes: Sequence[Parameters]) -> None:
    """Lay out how long people take to respond, and who answers when."""
    state, people, start = memory.state, memory.scenario.people, memory.scenario.start
    watches = len(people.when)
    state["watches_n"] = watches
    laws = memory.table("response_table", LAW, len(regimes) * (watches + 1))
    for number, parameters in enumerate(regimes):
        for row, law in enumerate(parameters.responses):
            memory.put(laws, number * (watches + 1) + row, encode(law, memory.held))
    state["by_hour"] = bool(watches) or people.staffed is not None
    if not state["by_hour"]:
        return
    days = memory.capacity[layout.SHORT_OF_DAYS]
    state["days_cap"] = days
    rows = memory.table("days", np.int64, days * 24)
    openings = memory.table("openings", np.int64, days * 24)
    if not memory.is_new("days", days):
        return
    state["since_midnight"] = seconds_of_day(start) if start else 0.0
    staffed = people.staffed
    state["opens"] = float(staffed.hours[0]) if staffed is not None else 0.0
    rows[: days * 24], openings[: days * 24] = hours_of_people(people, start, days)


class HoursOfPeople(NamedTuple):
    """Who answers, hour by hour, from the midnight before the start.

    Parameters
    ----------
    rows
        Number of the row that fits; that of all rows if none does.
    openings
        Day, from that of the start, on which staffed hours begin next; -1 within them, and if none
        are given.
    """

    rows: NDArray[np.int64]
    openings: NDArray[np.int64]


def hours_of_people(people: People, start: dt.datetime | None, days: int) -> HoursOfPeople:
    """Who answers in the hours of some days."""
    when = [(watch.hours, watch.days, watch.holidays) for watch in people.when]
    staffed = people.staffed and (people.staffed.hours, people.staffed.days)
    key = repr((when, staffed, people.holidays, start, days))
    if key not in _known:
        if len(_known) >= _MOST:
            _known.clear()
        _known[key] = _looked_up(people, start, days)
    return _known[key]


def _looked_up(people: People, start: dt.datetime | None, days: int) -> HoursOfPeople:
    holidays = {day.toordinal() for day in people.holidays}
    first = FirstRow(people.when, start, holidays)
    midnight = start.toordinal() if start else 0
    staffed = people.staffed
    rows, openings = np.empty(days * 24, np.int64), np.full(days * 24, -1)
    for place in range(days * 24):
        day, hour = midnight + place // 24, place % 24
        row = first.on(day, hour)
        rows[place] = len(people.when) if row < 0 else row
        if staffed is not None and day_covered(staffed, day, hour) is None:
            opens = staffed.hours[0]
            opening = day if hour < opens else day + 1
            while day_covered(staffed, opening, opens) is None:
                opening += 1
            openings[place] = opening - midnight
    return HoursOfPeople(rows, openings)

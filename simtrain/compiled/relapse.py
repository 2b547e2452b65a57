"""Hosts whose fault is still there: in service they fail again soon, from the same class."""

from __future__ import annotations

from simtrain.compiled.clocks import enter, take_out
from simtrain.compiled.draws import uniform
from simtrain.compiled.hazards import WIDTH, class_now, regime_now, set_event, threshold
from simtrain.compiled.layout import AMONG_HOSTS, clock_at, host_at, stream_at, trial_at
from simtrain.compiled.per_host import place_clock
from simtrain.compiled.routines import routine
from simtrain.model.streams import ROWS_PER_HOST, THRESHOLD


@routine
def next_recall(t: int, host: int) -> float:
    """Uniform that decides whether tests find a bad host this time."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    h.diagnoses += 1
    return uniform(s.seed, s.trial, s.stream_found, h.diagnoses - 1, host * 4)


@routine
def _draw_relapse(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    stream = stream_at(s.streams, s.plain_classes + h.bad).id
    h.relapse_number = host * ROWS_PER_HOST + h.relapses
    h.relapse_left = threshold(t, stream, 0, h.relapse_number * WIDTH + THRESHOLD)


@routine
def enter_relapse(t: int, host: int, clock: int) -> None:
    """Enter the reading at which a bad host fails again."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    mean = regime_now(t).repair.bad_host_mtbf
    h.relapse_reading = clock_at(s.clocks, clock).now + h.relapse_left * mean
    h.relapse_clock = clock
    enter(t, clock, h.relapse_reading, s.relapse_slots + host)


@routine
def leave_relapse(t: int, host: int, mean: float) -> None:
    """Take a bad host from risk; what is left of its hazard waits for it."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.relapse_clock >= 0:
        h.relapse_left = (h.relapse_reading - clock_at(s.clocks, h.relapse_clock).now) / mean
        clock = h.relapse_clock
        h.relapse_clock = -1
        take_out(t, clock, s.relapse_slots + host)


@routine
def begin_relapse(t: int, host: int, among_spares: bool) -> None:
    """Put a host at risk of its fault, if it is bad."""
    h = host_at(trial_at(t, 0).hosts, host)
    if h.bad >= 0 and h.relapse_clock < 0:
        enter_relapse(t, host, place_clock(among_spares, class_now(t, h.bad).on_calendar))


@routine
def strike_relapse(t: int, host: int) -> None:
    """Let a bad host fail again, and go on being bad."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    set_event(t, h.bad, AMONG_HOSTS, host, s.plain_classes + h.bad, h.relapse_number)
    h.relapses += 1
    clock = h.relapse_clock
    h.relapse_clock = -1
    _draw_relapse(t, host)
    enter_relapse(t, host, clock)


@routine
def _bad_enters(t: int, host: int) -> None:
    """Put a host at the end of the bad ones, which are asked in order."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    h.bad_before = s.bad_last
    h.bad_after = -1
    if s.bad_last >= 0:
        host_at(s.hosts, s.bad_last).bad_after = host
    else:
        s.bad_first = host
    s.bad_last = host


@routine
def add_bad(t: int, host: int, fault: int, in_job: bool) -> None:
    """Take note that the fault of a host is still there."""
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.bad < 0:
        h.bad = fault
        _bad_enters(t, host)
        _draw_relapse(t, host)
    if in_job:
        begin_relapse(t, host, False)


@routine
def _bad_leaves(t: int, host: int) -> None:
    s = trial_at(t, 0)
    h = host_at(s.hosts, host)
    if h.bad_before >= 0:
        host_at(s.hosts, h.bad_before).bad_after = h.bad_after
    else:
        s.bad_first = h.bad_after
    if h.bad_after >= 0:
        host_at(s.hosts, h.bad_after).bad_before = h.bad_before
    else:
        s.bad_last = h.bad_before


@routine
def renew_relapse(t: int, host: int) -> None:
    """Let a host that is not at risk be good again."""
    h = host_at(trial_at(t, 0).hosts, host)
    if h.bad >= 0:
        _bad_leaves(t, host)
        h.bad = -1
        h.relapses += 1

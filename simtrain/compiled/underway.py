"""A run in flight, as in `simtrain.engine.underway`: what nobody sees of it was drawn."""

from __future__ import annotations

from simtrain.compiled.copies import saved_before
from simtrain.compiled.hazards import FIELDS, WIDTH
from simtrain.compiled.hosts import host_at_place, is_in_job, keep_number
from simtrain.compiled.latents import draw_row, go_on_slow, new_latent, new_outage
from simtrain.compiled.layout import class_at, onset_at, outage_at, trial_at
from simtrain.compiled.relapse import add_bad
from simtrain.compiled.routines import routine


@routine
def _go_on(t: int, number: int) -> None:
    """Go on under a fault that struck before the start, or with a host that is bad."""
    s = trial_at(t, 0)
    one = onset_at(s.onsets, number)
    if one.origin < 0:
        bad = host_at_place(t, one.place)
        if bad >= 0:
            add_bad(t, bad, one.fault, is_in_job(t, bad))
        return
    fault = class_at(s.class_table, one.fault)
    outage = new_outage(t, fault.cause, one.origin, one.number, 0)
    o = outage_at(s.outages, outage)
    o.fault = one.fault
    draw_row(t, outage, WIDTH, FIELDS)
    host = host_at_place(t, one.place) if one.place >= 0 else -1
    o.hosts = o.unfit = s.numbers_n
    if host >= 0:
        keep_number(t, host)
        o.hosts_n = 1
        o.unfit_n = one.is_unfit
    if fault.slows:
        go_on_slow(t, outage, one.work, one.speed, one.passes_s, one.notice_s)
        return
    new_latent(t, outage, one.work, one.notice_s)
    if o.unfit_n:
        add_bad(t, host, o.fault, is_in_job(t, host))


@routine
def begin_underway(t: int) -> None:
    """Let copies exist that were saved so far, and faults that nobody has noticed."""
    s = trial_at(t, 0)
    s.begins_since_save, s.begins_writing_s = s.before_since_save, s.before_writing_s
    if s.saves_before:
        saved_before(t)
    for number in range(s.onsets_n):
        _go_on(t, number)

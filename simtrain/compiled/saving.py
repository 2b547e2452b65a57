"""Arithmetic of training and saving, as in `simtrain.model.saving`."""

from __future__ import annotations

import math

from simtrain.compiled.caching import kernel
from simtrain.compiled.layout import round_at
from simtrain.compiled.memory import float_at
from simtrain.compiled.rounds import (
    EVERY,
    PRODUCTIVE,
    SPAN,
    STALL,
    WRITTEN,
    below,
    sum_of,
    train_for,
    whole_round,
    within,
)

_SAME = 1e-9
NO_STALL = -1.0
"""In place of what is left of the stall of a save: none is under way."""


@kernel
def productive_of(g, train: float, write: float) -> float:  # type: ignore[no-untyped-def]
    """Work done in `train` seconds of training, the first `write` seconds slowed."""
    if g.write_slowdown == 0.0:
        done: float = g.speed * train
    else:
        done = g.speed * (train - g.write_slowdown * min(train, write))
    return done


# --- saves in a row ------------------------------------------------------------------------------
# The first has number 0.


@kernel
def _place_of(g, c, number: int) -> int:  # type: ignore[no-untyped-def]
    """Place of a save in its round."""
    place: int = (g.place + number) % c.n
    return place


@kernel
def stall_of(g, number: int) -> float:  # type: ignore[no-untyped-def]
    """How long training stands still for a save."""
    stall: float = g.stall_s
    if g.round != 0:
        c = round_at(g.round, 0)
        stall = float_at(c.stall, _place_of(g, c, number))
    return stall


@kernel
def _every_of(g, number: int) -> float:  # type: ignore[no-untyped-def]
    """Training from a save to the next."""
    every: float = g.every_s
    if g.round != 0:
        c = round_at(g.round, 0)
        every = float_at(c.every, _place_of(g, c, number))
    return every


@kernel
def write_of(g, number: int) -> float:  # type: ignore[no-untyped-def]
    """Background write of a save."""
    write: float = g.write_s
    if g.round != 0:
        c = round_at(g.round, 0)
        write = float_at(c.write, _place_of(g, c, number))
    return write


@kernel
def _stalls(g, saves: int) -> float:  # type: ignore[no-untyped-def]
    """Stalls of the first saves."""
    if g.round != 0:
        return sum_of(round_at(g.round, 0), STALL, saves, g.place)
    stalls: float = saves * g.stall_s
    return stalls


@kernel
def _train(g, saves: int) -> float:  # type: ignore[no-untyped-def]
    """Training that follows on the first saves, up to the next one."""
    if g.round != 0:
        return sum_of(round_at(g.round, 0), EVERY, saves, g.place)
    train: float = saves * g.every_s
    return train


@kernel
def _written(g, saves: int) -> float:  # type: ignore[no-untyped-def]
    """Training beside background writes after the first saves."""
    if g.round != 0:
        return sum_of(round_at(g.round, 0), WRITTEN, saves, g.place)
    written: float = saves * min(g.write_s, g.every_s)
    return written


@kernel
def _productive(g, saves: int) -> float:  # type: ignore[no-untyped-def]
    """Work done after the first saves, up to the next one."""
    if g.round != 0:
        return sum_of(round_at(g.round, 0), PRODUCTIVE, saves, g.place)
    return saves * productive_of(g, g.every_s, g.write_s)


@kernel
def _rounds(g, seconds: float):  # type: ignore[no-untyped-def]
    """Saves whose stalls and training until the next one are over, and the time since."""
    if g.round != 0:
        c = round_at(g.round, 0)
        number = within(c, SPAN, seconds, g.place)
        return number, seconds - sum_of(c, SPAN, number, g.place)
    round_s = g.every_s + g.stall_s
    rest = seconds % round_s
    return math.floor((seconds - rest) / round_s + 0.5), rest


@kernel
def _alike_before(work: float, each: float) -> int:
    return max(1, math.ceil(work / each * (1.0 - _SAME)))


@kernel
def _saves_before(g, train: float) -> int:  # type: ignore[no-untyped-def]
    """Saves strictly before so much training, the first at 0."""
    if g.round != 0:
        return max(1, below(round_at(g.round, 0), EVERY, train * (1.0 - _SAME), g.place))
    return _alike_before(train, g.every_s)


# --- what a schedule comes to --------------------------------------------------------------------


@kernel
def _note_done(g, train: float, saves: int, cut: float, since: float, stall_left: float) -> None:  # type: ignore[no-untyped-def]
    """Note what a schedule has come to."""
    if g.write_slowdown == 0.0:
        written = 0.0
    elif saves == 0:
        written = min(g.write_left_s, train)
    else:
        # A stall under way ends the training after the last completed save.
        last = since if stall_left < 0.0 else _every_of(g, saves - 1)
        written = min(g.write_left_s, g.first_s) + _written(g, saves - 1)
        written += min(write_of(g, saves - 1), last)
    g.done_train_s = train
    g.done_save_s = _stalls(g, saves) + cut
    g.done_saves = saves
    g.done_productive_s = g.speed * (train - g.write_slowdown * written)
    g.done_written_s = written
    g.done_since_save_s = since
    g.done_stall_left_s = stall_left


@kernel
def done_after(g, elapsed: float, before: bool) -> None:  # type: ignore[no-untyped-def]
    """Note the state of a segment some time after its start, stalls included."""
    if elapsed < g.first_s:
        _note_done(g, elapsed, 0, 0.0, elapsed, NO_STALL)
        return
    saves, rest = _rounds(g, elapsed - g.first_s)
    train = g.first_s + _train(g, saves)
    stall = stall_of(g, saves)
    if rest < stall or (before and rest == stall):
        _note_done(g, train, saves, rest, 0.0, stall - rest)
        return
    since = min(rest - stall, _every_of(g, saves))
    _note_done(g, train + since, saves + 1, 0.0, since, NO_STALL)


@kernel
def done_with_work(g, productive: float) -> float:  # type: ignore[no-untyped-def]
    """When so much work is done, and note what is done then; infinite if never."""
    first = productive_of(g, g.first_s, g.write_left_s)
    if productive <= first * (1.0 + _SAME):
        train = train_for(productive, g.write_left_s, g.speed, g.write_slowdown)
        _note_done(g, train, 0, 0.0, train, NO_STALL)
        return train
    rest = productive - first
    if g.round == 0:
        each = 1 * productive_of(g, g.every_s, g.write_s)
        if each <= 0.0:
            return math.inf
        saves = _alike_before(rest, each)
    else:
        c = round_at(g.round, 0)
        if whole_round(c, PRODUCTIVE) <= 0.0:
            return math.inf
        saves = max(1, below(c, PRODUCTIVE, rest * (1.0 - _SAME), g.place))
    rest -= _productive(g, saves - 1)
    since = train_for(rest, write_of(g, saves - 1), g.speed, g.write_slowdown)
    if g.write_slowdown == 0.0:
        train = productive / g.speed
    else:
        train = g.first_s + _train(g, saves - 1) + since
    _note_done(g, train, saves, 0.0, since, NO_STALL)
    return train + _stalls(g, saves)


@kernel
def time_to_save(g, number: int) -> float:  # type: ignore[no-untyped-def]
    """When a save begins, and note what is done then."""
    before = number - 1
    train = g.first_s + _train(g, before)
    since = _every_of(g, before - 1) if before else g.first_s
    _note_done(g, train, before, 0.0, since, NO_STALL)
    begins: float = train + _stalls(g, before)
    return begins


@kernel
def time_to_train(g, train: float) -> float:  # type: ignore[no-untyped-def]
    """Time until so much training has passed, stalls included."""
    if train <= g.first_s:
        return train
    passed: float = train + _stalls(g, _saves_before(g, train - g.first_s))
    return passed

"""Saves that differ, in rounds that repeat, as in `simtrain.model.saving`.

A round is made when training first goes on with its speed, and kept for as long as the trial goes.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.caching import kernel
from simtrain.compiled.layout import ROUND, SHORT_OF_ROUNDS, regime_at, round_at, save_at, trial_at
from simtrain.compiled.memory import float_at, put_float, put_whole
from simtrain.compiled.routines import routine
from simtrain.compiled.telling import be_short
from simtrain.model.saving import SaveCycle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.compiled.trial_memory import TrialMemory
    from simtrain.model.parameters import Parameters

STALL, EVERY, SPAN, WRITTEN, PRODUCTIVE = range(5)
"""Amounts of each save of which a round has the sums."""

AMOUNTS = 5
_SIZE = ROUND.itemsize
_PARTIALS = 64
"""Floats that an exact sum comes to at the most, and some more."""


def lay_out_rounds(memory: TrialMemory, regimes: Sequence[Parameters]) -> None:
    """Lay out the saves of a round after all changes, and room for what a trial makes of them."""
    rounds = [parameters.checkpoint for parameters in regimes]
    table = memory.tables["regime_table"]
    saves = memory.table("save_table", layout.SAVE, sum(len(one.saves) for one in rounds))
    first = 0
    for number, checkpoint in enumerate(rounds):
        table[number]["saves"], table[number]["saves_n"] = first, len(checkpoint.saves)
        for one, to_last in zip(checkpoint.saves, checkpoint.saves_to_last, strict=True):
            memory.put(saves, first, (one.stall, one.lag, to_last.stall, to_last.lag))
            first += 1
    longest = max(len(one.saves) for one in rounds)
    cap = memory.capacity[SHORT_OF_ROUNDS] if longest > 1 else 1
    memory.state["rounds_cap"] = cap
    memory.table("rounds", ROUND, cap)
    memory.table("round_first", np.int64, cap + 1)[0] = 0
    for name in ("round_stall", "round_every", "round_write"):
        memory.table(name, np.float64, cap * longest)
    memory.table("round_sums", np.float64, AMOUNTS * 2 * cap * (longest + 1))
    memory.table("partials", np.float64, _PARTIALS)


def cycle_of(memory: TrialMemory, number: int) -> SaveCycle:
    """Saves that differ in a segment of the last trial, by the number of their round."""
    one = memory.tables["rounds"][number]
    first, after = memory.tables["round_first"][number : number + 2]
    stall, every, write = (
        memory.tables[name][first:after].tolist()
        for name in ("round_stall", "round_every", "round_write")
    )
    slowdown = memory.tables["regime_table"]["write_slowdown"][one["regime"]]
    return SaveCycle(stall, every, write, float(one["speed"]), float(slowdown))


@kernel
def train_for(productive: float, write: float, speed: float, slowdown: float) -> float:
    """Training it takes to do `productive` of work, the first `write` seconds slowed."""
    if slowdown == 0.0:
        return productive / speed
    if slowdown < 1.0 and productive <= speed * (1.0 - slowdown) * write:
        return productive / (speed * (1.0 - slowdown))
    return productive / speed + slowdown * write


# --- sums of amounts that come again and again ---------------------------------------------------


@kernel
def whole_round(c, amount: int) -> float:  # type: ignore[no-untyped-def]
    """Sum of one round."""
    total: float = float_at(c.sums, amount * (2 * c.n + 2))
    return total


@kernel
def sum_of(c, amount: int, number: int, first: int) -> float:  # type: ignore[no-untyped-def]
    """Sum of a number of amounts, the first of which has place `first` in the round."""
    sums = amount * (2 * c.n + 2) + 1
    rounds, rest = number // c.n, number % c.n
    of_rounds = rounds * float_at(c.sums, sums - 1)
    total: float = (
        of_rounds + float_at(c.sums, sums + first + rest) - float_at(c.sums, sums + first)
    )
    return total


@kernel
def _whole_rounds(total: float, one: float):  # type: ignore[no-untyped-def]
    rest = total % one
    return math.floor((total - rest) / one + 0.5), rest


@kernel
def within(c, amount: int, total: float, first: int) -> int:  # type: ignore[no-untyped-def]
    """How many amounts come to at most `total` together."""
    sums = amount * (2 * c.n + 2) + 1
    rounds, rest = _whole_rounds(total, float_at(c.sums, sums - 1))
    sought = float_at(c.sums, sums + first) + rest
    low, high = first + 1, first + c.n
    while low < high:
        middle = (low + high) // 2
        if sought < float_at(c.sums, sums + middle):
            high = middle
        else:
            low = middle + 1
    number: int = rounds * c.n + low - first - 1
    return number


@kernel
def below(c, amount: int, total: float, first: int) -> int:  # type: ignore[no-untyped-def]
    """How many amounts begin before `total` is reached."""
    sums = amount * (2 * c.n + 2) + 1
    rounds, rest = _whole_rounds(total, float_at(c.sums, sums - 1))
    sought = float_at(c.sums, sums + first) + rest
    low, high = first, first + c.n
    while low < high:
        middle = (low + high) // 2
        if float_at(c.sums, sums + middle) < sought:
            low = middle + 1
        else:
            high = middle
    number: int = rounds * c.n + low - first
    return number


@kernel
def ended_in_round(address: int, index: int, place: int) -> float:
    """Seconds from the end of the first stall, of which the place is given, to that of another."""
    c = round_at(address, 0)
    seconds = sum_of(c, EVERY, index, place) + sum_of(c, STALL, index + 1, place)
    return seconds - sum_of(c, STALL, 1, place)


@kernel
def work_in_round(address: int, index: int, place: int) -> float:
    """Work done from the first save, of which the place is given, to another."""
    return sum_of(round_at(address, 0), PRODUCTIVE, index, place)


@kernel
def number_of_round(t: int, address: int) -> int:
    """Number of the round at an address; -1 for none."""
    if address == 0:
        return -1
    number: int = (address - trial_at(t, 0).rounds) // _SIZE
    return number


# --- making a round ------------------------------------------------------------------------------


@routine
def _exact_sum(partials: int, amounts: int, many: int) -> float:
    """Sum of amounts, rounded once, as `math.fsum` has it."""
    n = 0
    for number in range(many):
        x, kept = float_at(amounts, number), 0
        for place in range(n):
            y = float_at(partials, place)
            if abs(x) < abs(y):
                x, y = y, x
            high = x + y
            low = y - (high - x)
            if low != 0.0:
                put_float(partials, kept, low)
                kept += 1
            x = high
        n = kept
        if x != 0.0:
            put_float(partials, n, x)
            n += 1
    if n == 0:
        return 0.0
    n -= 1
    high, low = float_at(partials, n), 0.0
    while n > 0:
        x = high
        n -= 1
        y = float_at(partials, n)
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            break
    # What is left decides where the sum lies halfway between two floats.
    if n > 0 and low * float_at(partials, n - 1) > 0.0:
        y = low * 2.0
        x = high + y
        if y == x - high:
            high = x
    return high


@routine
def _make_round(t: int, speed: float) -> int:
    """Saves of the regime in force in a round, at some speed; its address."""
    s = trial_at(t, 0)
    number = s.rounds_n
    if number + 1 < s.rounds_cap:
        s.rounds_n += 1
    else:
        be_short(t, SHORT_OF_ROUNDS)
    regime = regime_at(s.regime_table, s.regime)
    slowdown, n = regime.write_slowdown, regime.saves_n
    first = s.round_saves_n
    if number + 1 < s.rounds_cap:
        s.round_saves_n = first + n
    put_whole(s.round_first, number, first)
    put_whole(s.round_first, number + 1, first + n)
    c = round_at(s.rounds, number)
    c.speed, c.batch, c.regime, c.n, c.outlast = speed, s.batch, s.regime, n, 0
    c.stall, c.every, c.write = (
        s.round_stall + 8 * first, s.round_every + 8 * first, s.round_write + 8 * first,
    )  # fmt: skip
    c.sums = s.round_sums + 8 * AMOUNTS * (2 * first + 2 * number)
    for place in range(n):
        save = save_at(s.save_table, regime.saves + place)
        every = regime.interval
        if regime.in_work:
            work = regime.interval * s.batch / regime.full_speed
            every = train_for(work, save.lag, speed, slowdown)
        put_float(c.stall, place, save.stall)
        put_float(c.every, place, every)
        put_float(c.write, place, save.lag)
        if slowdown > 0.0 and save.lag > every:
            c.outlast = 1
    for amount in range(AMOUNTS):
        sums = c.sums + 8 * amount * (2 * n + 2)
        # The amounts stand where the sums of the second round come to stand.
        amounts = sums + 8 * (n + 2)
        for place in range(n):
            every, write = float_at(c.every, place), float_at(c.write, place)
            written = min(write, every)
            value = speed * (every - slowdown * written)
            if amount == STALL:
                value = float_at(c.stall, place)
            elif amount == EVERY:
                value = every
            elif amount == SPAN:
                value = float_at(c.stall, place) + every
            elif amount == WRITTEN:
                value = written
            put_float(amounts, place, value)
        put_float(sums, 0, _exact_sum(s.partials, amounts, n))
        total = 0.0
        put_float(sums, 1, total)
        for place in range(n):
            total += float_at(amounts, place)
            put_float(sums, 2 + place, total)
        for place in range(n):
            total += float_at(amounts, place)
            put_float(amounts, place, total)
    made: int = s.rounds + number * _SIZE
    return made


@routine
def round_of(t: int, speed: float) -> int:
    """Address of the round of saves in force at some speed; 0 if all saves are alike."""
    s = trial_at(t, 0)
    if regime_at(s.regime_table, s.regime).saves_n == 1:
        return 0
    for number in range(s.rounds_n - 1, -1, -1):
        c = round_at(s.rounds, number)
        if c.speed == speed and c.batch == s.batch and c.regime == s.regime:
            return s.rounds + number * _SIZE
    return _make_round(t, speed)

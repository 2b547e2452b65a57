"""Passing time: the one place where the job waits on SimPy's clock.

The life of a job is a generator: it yields phases (what it does, and how long) and is sent what
came of each. A phase lasts until its time is over, or until something strikes or is due. There are
no interrupts: what will end a phase is known when it begins, except for hosts that come back while
the job waits for them, also while it trains beside a slow host, and another risk while it does not
work. For these the job is woken by an announcement, and the timer that it waited on till then is
cancelled.
"""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappush
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from simpy.events import NORMAL

from simtrain.accounts.timeline import State, Verdict
from simtrain.engine.occurrences import Came, Occurrences
from simtrain.engine.state import End
from simtrain.engine.timer import Timer
from simtrain.faults.source import INFINITY

if TYPE_CHECKING:
    from simpy import Event

    from simtrain.engine.outage import Outage
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources

WORKING, IDLE = True, False
"""Whether the job occupies its hosts and is at full risk: what strikes or stops it ends the phase.
So it does where a job that occupies its hosts is paused for a check, at the risk of idle ones.

Otherwise its hosts are at the risk of idle ones, captured as each wait begins.
"""

Phase: TypeAlias = tuple[State, str, float, bool]
"""State, cause, seconds (infinite to wait until other hosts stand by), and `WORKING` or `IDLE`."""

Part: TypeAlias = "Generator[Phase, Any, Outage | None]"
"""Part of a life: yields phases, and is sent the outage that cut each one short, if any did.

A phase of training is sent what came, and whether it lasted as long as it was meant to: what came
is still to be taken, once the work is booked. Returns the outage that comes next, if one does."""

Life: TypeAlias = Generator[Phase, Any, NoReturn]
"""A whole life: the same, which raises `End` at its end."""


_END, _FAULT, _PLANNED, _CHANGED_RISK, _SPARE = Came
_TRAIN, _PAUSED = State.TRAIN, State.PAUSED


class Phases:
    """Phases of the life of a job, one after the other.

    Attributes
    ----------
    finished
        Event that comes with the verdict when the life is over.
    """

    __slots__ = ("_env", "_occurrences", "_process", "_sources", "_state", "_timer", "_wait",
                 "_woken_by", "finished")  # fmt: skip

    def __init__(self, state: TrialState, sources: Sources, occurrences: Occurrences, life: Life):
        self._state = state
        self._env = state.env
        self._sources = sources
        self._occurrences = occurrences
        # Risk, end and state of a phase from which the job can be woken.
        self._wait: tuple[float, float, State] | None = None
        self._woken_by: Came | None = None
        self.finished: Event = state.env.event()
        state.listeners.append(self._notice)
        self._process = self._live(life)
        self._timer = Timer(self._env, self._process.send, NORMAL)
        next(self._process)
        self._timer.set(0.0)

    def close(self) -> None:
        """Give up the life, which is over."""
        self._process.close()

    def _live(self, life: Life) -> Generator[None, Event, None]:
        """Take a life from phase to phase; resumed whenever its timer comes."""
        state, sources, occurrences = self._state, self._sources, self._occurrences
        spent, planned, send = state.sink.spent, occurrences.planned, life.send
        on_calendar = sources.on_calendar
        yield  # until the clock begins
        queue, next_id, timer = self._env.queue, self._env.next_id, self._timer
        answer: Any = None
        now = 0.0
        try:
            while True:
                what, cause, seconds, working = send(answer)
                if state.events_left < 0:
                    raise End(Verdict.OUT_OF_EVENTS)
                answer = None
                if not seconds > 0.0:
                    continue
                end = now + seconds
                at_risk = working and what is not _PAUSED
                while True:
                    # At one instant what is due comes first, then the end, then what strikes.
                    start, wake, came = now, end, _END
                    risk = 1.0 if at_risk else sources.idle
                    if risk or on_calendar:
                        strike = now + sources.wait(at_risk, risk)
                        if strike < wake:
                            wake, came = strike, _FAULT
                    if planned.next_date <= wake:
                        wake, came = planned.next_date, _PLANNED
                    delay = wake - now if wake > now else 0.0
                    heappush(queue, (now + delay, NORMAL, next_id(), timer))
                    if at_risk and not (state.awaits_spare and what is _TRAIN):
                        yield
                        now += delay
                    else:
                        self._wait = risk, end, what
                        yield
                        self._wait = None
                        if self._woken_by is None:
                            now += delay
                        else:
                            came, now, self._woken_by = self._woken_by, self._env.now, None
                            timer = self._timer
                    state.now = now
                    if now > start:
                        if risk or on_calendar:
                            sources.advance(now - start, at_risk, risk)
                        if what is not _TRAIN:
                            spent(what, cause, start, now)
                    if what is _TRAIN:
                        answer = came, wake == end and came is not _SPARE
                        break
                    if came is _END:
                        break
                    if came is not _CHANGED_RISK:
                        answer = occurrences.take(came, what, working)
                        if answer is not None or end == INFINITY:
                            break
        except End as over:
            self.finished.succeed(over.verdict)
        while True:
            yield  # what else comes at this instant finds nobody

    def _notice(self) -> None:
        """Wake a job that waits for what has just changed, once all else of now has happened."""
        if self._wait is None or self._woken_by is not None:
            return
        risk, end, what = self._wait
        if what is _TRAIN:
            self._woken_by = _SPARE
        elif end == INFINITY:
            self._woken_by = _END
        elif risk != self._sources.idle or self._sources.on_calendar:
            self._woken_by = _CHANGED_RISK
        else:
            return
        self._timer.cancel()
        self._timer = Timer(self._env, self._process.send, NORMAL)
        self._timer.set(0.0)

"""Passing time: the one place where the job waits on SimPy's clock.

The job asks for time to pass in some state. It waits until that time is over, or until something
strikes or is due. There are no interrupts: what will end a phase is known when it begins, except
for hosts that come back while the job waits for them, and another risk while it does not work.
For these the job is woken by an announcement, and the timer that it waited on till then is
cancelled.
"""

from __future__ import annotations

from collections.abc import Generator
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from simpy.events import NORMAL

from simtrain.accounts.timeline import State, Verdict
from simtrain.engine.state import End
from simtrain.engine.timer import Timer
from simtrain.faults.source import INFINITY

if TYPE_CHECKING:
    from simtrain.engine.occurrences import Occurrences
    from simtrain.engine.outage import Outage
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources

Waits = Generator[None, Any, "Outage | None"]
"""Part of the life of the job: yields to wait, and returns the outage that comes next, if any."""


class Came(Enum):
    """What ends a wait."""

    END = auto()
    FAULT = auto()
    PLANNED = auto()
    CHANGED_RISK = auto()


_END, _FAULT, _PLANNED, _CHANGED_RISK = Came
_TRAIN = State.TRAIN


class Phases:
    """Phases of the life of the job, one after the other.

    A job that works occupies its hosts and is at full risk; what strikes or stops it ends the
    phase. Otherwise its hosts are at the risk of idle ones, captured as each wait begins.
    """

    __slots__ = ("_came", "_can_be_woken", "_env", "_is_whole", "_planned", "_resume", "_risk",
                 "_sources", "_state", "_timer", "_until", "_wake", "occurrences")  # fmt: skip

    def __init__(self, state: TrialState, sources: Sources, occurrences: Occurrences):
        self._state = state
        self._env = state.env
        self._sources = sources
        self._planned = occurrences.planned
        self.occurrences = occurrences
        self._until = self._wake = self._risk = 0.0
        self._came, self._is_whole = _END, True
        self._can_be_woken = False
        state.listeners.append(self._notice)

    def run(self, life: Generator[None, Any, None]) -> None:
        """Run the life of a job from when the clock begins."""
        self._resume = life.send
        self._timer = Timer(self._env, self._resume, NORMAL)
        next(life)
        self._timer.set(0.0)

    def spend(self, what: State, cause: str, seconds: float, working: bool = False) -> Waits:
        """Spend time outside training.

        Parameters
        ----------
        what, cause
            What the job is doing, and why.
        seconds
            How long; infinite to wait until other hosts stand by.
        working
            Whether it is at full risk, and ends with what strikes or stops it.

        Returns
        -------
        outage
            What cut it short, if anything did.
        """
        state, start = self._state, self._state.now
        if state.events_left < 0:
            raise End(Verdict.OUT_OF_EVENTS)
        if not seconds > 0.0:
            return None
        self._until = start + seconds
        while True:
            self._wait_for(start, working)
            yield
            self._can_be_woken = False
            state.now = now = self._wake
            if now > start:
                if working or self._risk:
                    self._sources.advance(now - start, working, self._risk)
                state.sink.spent(what, cause, start, now)
            came = self._came
            if came is _END:
                return None
            if came is not _CHANGED_RISK:
                outage = self._take(came, what, working)
                if outage is not None or self._until == INFINITY:
                    return outage
            start = now

    def train(self, seconds: float) -> Generator[None, Any, Came]:
        """Spend time training; what comes then is still to be taken, once the work is booked."""
        state, start = self._state, self._state.now
        if state.events_left < 0:
            raise End(Verdict.OUT_OF_EVENTS)
        self._until = start + seconds
        self._wait_for(start, working=True)
        yield
        state.now = now = self._wake
        self._sources.advance(now - start, working=True, risk=1.0)
        return self._came

    def whole(self) -> bool:
        """Whether the last phase lasted as long as it was meant to."""
        return self._is_whole

    def take(self, came: Came) -> Outage | None:
        """Take what came in training, and return the outage if training ends."""
        return None if came is _END else self._take(came, _TRAIN, working=True)

    def _take(self, came: Came, what: State, working: bool) -> Outage | None:
        if came is _PLANNED:
            return self.occurrences.due(working)
        return self.occurrences.struck(what, working)

    def _wait_for(self, now: float, working: bool) -> None:
        """Set the timer to what comes first."""
        self._can_be_woken = not working
        self._risk = risk = self._sources.idle
        # At one instant what is due comes first, then the end, then what strikes.
        wake, came = self._until, _END
        if working or risk:
            strike = now + self._sources.wait(working, risk)
            if strike < wake:
                wake, came = strike, _FAULT
        if self._planned.next_date <= wake:
            wake, came = self._planned.next_date, _PLANNED
        self._came, self._is_whole = came, wake == self._until
        delay = wake - now if wake > now else 0.0
        self._wake = now + delay  # as SimPy adds it up
        self._timer.set(delay)

    def _notice(self) -> None:
        """Wake a job that waits for what has just changed, once all else of now has happened."""
        if not self._can_be_woken:
            return
        if self._until == INFINITY:
            self._came = _END
        elif self._risk != self._sources.idle:
            self._came = _CHANGED_RISK
        else:
            return
        self._can_be_woken = False
        self._wake = self._env.now
        self._timer.cancel()
        self._timer = Timer(self._env, self._resume, NORMAL)
        self._timer.set(0.0)

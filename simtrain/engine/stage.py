"""Passing time: the one place where the job waits on SimPy's clock.

A script (what the job does, a generator) asks for time to pass in some state. The stage waits on
the clock until that time is over, or until something strikes or is due, books the interval, and
tells the script what came. There are no interrupts: what will end a phase is known when it begins,
except for hosts that come back while the job waits for them, and another risk while it does not
work. The event that was waited for till then comes all the same, and nobody heeds it.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import NoReturn, Protocol

from simpy import Event
from simpy.events import NORMAL

from simtrain.accounts.timeline import State, Verdict
from simtrain.engine.alarm import Alarm
from simtrain.engine.exposure import INFINITY
from simtrain.engine.world import End, Trouble, World

_TRAIN = State.TRAIN
_END, _STRIKE, _DUE, _OTHER_RISK = "end of the phase", "strike", "due date", "change of risk"

Phase = tuple[State, str, float, bool]
"""State, cause, seconds (infinite to wait until hosts come), and whether the job works.

A working job occupies its hosts and is at full risk; what strikes or stops it ends the phase.
"""

Part = Generator[Phase, Trouble | None, Trouble | None]
"""Part of a script: yields phases, and is sent the trouble that cut each one short, if any did.

Returns the trouble that ends the part."""

Script = Generator[Phase, Trouble | None, NoReturn]
"""A whole life: the same, which raises `End` at its end."""


class Actor(Protocol):
    """Who plays on the stage."""

    def script(self) -> Script:
        """Life of the actor."""

    def trained(self, start: float, end: float, whole: bool) -> None:
        """Book a phase of training, which lasted as long as it was meant to or less."""


class Stage:
    """Runs the script of an actor in a world.

    Attributes
    ----------
    finished
        Event that comes with the verdict when the script is over.
    """

    __slots__ = ("_alarm", "_comes", "_end", "_env", "_hazard", "_phase", "_sink",
                 "_wake_up", "_world", "finished")  # fmt: skip

    def __init__(self, world: World, actor: Actor):
        self._world = world
        self._env = world.env
        self._hazard = world.hazard
        self._sink = world.sink
        self._end = 0.0
        self._phase: Phase = (_TRAIN, "", 0.0, True)
        self._comes = _END
        self.finished = Event(world.env)
        world.hosts_came = self._hosts_came
        world.book_so_far = self._book_so_far
        world.wait_anew = self._wait_anew
        life = self._live(actor)
        self._wake_up = life.send
        self._alarm = Alarm(world.env, self._wake_up, NORMAL)
        self._alarm.set(0.0)
        next(life)

    def _live(self, actor: Actor) -> Generator[None, Event, None]:
        """Take the script from phase to phase; sent the event of every waking."""
        world, env, hazard, sink = self._world, self._env, self._hazard, self._sink
        agenda, alarm = world.agenda, self._alarm
        wake_up, schedule = [self._wake_up], env.schedule
        send = actor.script().send
        trouble: Trouble | None = None
        now = 0.0
        yield  # until the clock begins
        try:
            while True:
                state, cause, seconds, working = self._phase = send(trouble)
                if world.budget < 0:
                    raise End(Verdict.OUT_OF_EVENTS)
                trouble = None
                if not seconds > 0.0:
                    continue
                self._end = now + seconds
                while trouble is None:
                    # At one instant what is due comes first, then the end, then what strikes.
                    wake, comes = self._end, _END
                    at_risk = working or hazard.idle
                    if at_risk:
                        strike = now + hazard.wait(working)
                        if strike < wake:
                            wake, comes = strike, _STRIKE
                    if agenda.next_date <= wake:
                        wake, comes = agenda.next_date, _DUE
                    delay = wake - now if wake > now else 0.0
                    self._alarm = alarm  # whoever woke the job while it was awake did not mean it
                    alarm.callbacks = wake_up
                    schedule(alarm, NORMAL, delay)
                    while (came := (yield)) is not self._alarm:
                        pass  # nobody waits for this one any more

                    start = world.now
                    if came is alarm:
                        now += delay
                    else:
                        alarm, comes, now = self._alarm, self._comes, env.now
                    world.now = now
                    if at_risk and now > start:
                        hazard.advance(now - start, working)
                    if state is _TRAIN:
                        actor.trained(start, now, wake == self._end)
                    elif now > start:
                        sink.spent(state, cause, start, now)

                    if comes is _END:
                        break
                    if comes is _OTHER_RISK:
                        continue
                    due = comes is _DUE
                    trouble = world.due(working) if due else world.struck(state, working)
                    if state is _TRAIN or self._end == INFINITY:
                        break
        except End as end:
            self.finished.succeed(end.verdict)
        while True:
            yield  # what else comes at this instant finds nobody

    def _book_so_far(self) -> None:
        """Book what has passed of a phase whose risk is about to change."""
        state, cause, _, working = self._phase
        start, now = self._world.now, self._env.now
        if not working and now > start:
            self._hazard.advance(now - start, working)
            self._sink.spent(state, cause, start, now)
            self._world.now = now

    def _wait_anew(self) -> None:
        """Wait for the rest of a phase whose risk has changed."""
        if not self._phase[3]:
            self._wake_at_once(_OTHER_RISK)

    def _hosts_came(self) -> None:
        """End a phase that waits for hosts, once all else of this instant has happened."""
        if self._end == INFINITY and not self._phase[3]:
            self._end = self._env.now
            self._wake_at_once(_END)

    def _wake_at_once(self, comes: str) -> None:
        """Give up waiting for what was to come."""
        self._comes = comes
        self._alarm = Alarm(self._env, self._wake_up, NORMAL)
        self._alarm.set(0.0)

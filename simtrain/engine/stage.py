"""Passing time: the one place where the job waits on SimPy's clock.

A script (what the job does, a generator) asks for time to pass in some state. The stage waits on
the clock until that time is over, or until something strikes or is due, books the interval, and
tells the script what came. There are no interrupts: what will end a phase is known when it begins,
except for hosts that come back while the job waits for them.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from simpy import Event
from simpy.events import NORMAL

from simtrain.engine.alarm import Alarm
from simtrain.engine.exposure import INFINITY
from simtrain.engine.world import End, Trouble, World
from simtrain.timeline import State, Verdict

_TRAIN = State.TRAIN

Phase = tuple[State, str, float, bool]
"""State, cause, seconds (infinite to wait until hosts come), and whether the job works.

A working job occupies its hosts and is at full risk; what strikes or stops it ends the phase.
"""

Part = Generator[Phase, Trouble | None, Trouble | None]
"""Part of a script: yields phases, and is sent the trouble that cut each one short, if any did.

Returns the trouble that ends the part."""

Script = Generator[Phase, Trouble | None, Verdict]
"""A whole life: the same, with a verdict at its end."""


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

    __slots__ = ("_actor", "_dated", "_due", "_end", "_env", "_event", "_hazard", "_phase",
                 "_script", "_sink", "_start", "_strike", "_wake", "_world",
                 "finished")  # fmt: skip

    def __init__(self, world: World, actor: Actor):
        self._world = world
        self._env = world.env
        self._hazard = world.hazard
        self._dated = world.agenda.dated
        self._sink = world.sink
        self._actor = actor
        self._script = actor.script()
        self._end = 0.0
        self.finished = Event(world.env)
        self._phase: Phase = (_TRAIN, "", 0.0, True)
        world.hosts_came = self._hosts_came
        world.book_so_far = self._book_so_far
        world.wait_anew = self._wait_anew
        self._go_on(None)

    def _go_on(self, trouble: Trouble | None) -> None:
        """Tell the script what came, and begin the next phase that takes time."""
        world, script = self._world, self._script
        try:
            phase = script.send(trouble)
            while not phase[2] > 0.0 and world.budget >= 0:
                phase = script.send(None)
            if world.budget < 0:
                raise End(Verdict.OUT_OF_EVENTS)
        except StopIteration as end:
            self.finished.succeed(end.value)
        except End as end:
            self.finished.succeed(end.verdict)
        else:
            self._phase = phase
            now = world.now
            self._end = now + phase[2]
            self._wait(now)

    def _wait(self, now: float) -> None:
        """Wait until the phase ends, something strikes or something is due, in this order."""
        self._start = now
        wake, strike = self._end, INFINITY
        if self._phase[3] or self._hazard.idle:
            strike = now + self._hazard.wait(self._phase[3])
            if strike < wake:
                wake = strike
        self._strike = strike
        due = self._due = self._dated[0].at
        if due <= wake:
            wake = due
        self._wake = wake
        delay = wake - now if wake > now else 0.0
        self._event = Alarm(self._env, delay, self._woken, NORMAL)

    def _woken(self, event: Event) -> None:
        """Book the time that has passed, and take what came."""
        if event is not self._event:
            return
        state, cause, _, working = self._phase
        now, wake = self._env.now, self._wake
        self._world.now = now
        elapsed = now - self._start
        if elapsed > 0.0:
            self._hazard.advance(elapsed, working)
        if state is _TRAIN:
            self._actor.trained(self._start, now, wake == self._end)
        elif elapsed > 0.0:
            self._sink.spent(state, cause, self._start, now)
        self._start = now
        if wake != self._due and wake != self._strike:
            self._go_on(None)
        else:
            self._came(state, working)

    def _came(self, state: State, working: bool) -> None:
        """Take what is due or strikes; go on with the phase if it does not end it."""
        try:
            if self._wake == self._due:
                trouble = self._world.due(working)
            else:
                trouble = self._world.struck(state, working)
        except End as end:
            self.finished.succeed(end.verdict)
            return
        waiting = self._end == INFINITY
        if trouble is not None or waiting or state is _TRAIN:
            self._go_on(trouble)
        else:
            self._wait(self._world.now)

    def _book_so_far(self) -> None:
        """Book what has passed of a phase whose risk is about to change."""
        state, cause, _, working = self._phase
        now = self._env.now
        if not working and now > self._start:
            self._hazard.advance(now - self._start, working)
            self._sink.spent(state, cause, self._start, now)
            self._start = self._world.now = now

    def _wait_anew(self) -> None:
        """Wait for the rest of a phase whose risk has changed."""
        if not self._phase[3]:
            self._wait(self._env.now)

    def _hosts_came(self) -> None:
        """End a phase that waits for hosts, once all else of this instant has happened."""
        if self._end == INFINITY and not self._phase[3]:
            self._end = self._wake = self._env.now
            self._due = self._strike = INFINITY
            self._event = Alarm(self._env, 0.0, self._woken, NORMAL)

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

from simtrain.engine.alarm import Bell
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

    __slots__ = ("_bell", "_play", "_waiting", "_world", "finished")

    def __init__(self, world: World, actor: Actor):
        self._world = world
        self._waiting = False  # for hosts
        self._bell = Bell(world.env)
        self.finished = Event(world.env)
        world.hosts_came = self._hosts_came
        self._play = self._perform(actor)
        next(self._play)

    def _perform(self, actor: Actor) -> Generator[None, Event, None]:
        """Pass the phases of the script, one after the other; bells resume this."""
        world, script = self._world, actor.script()
        env, hazard, sink, dated = world.env, world.hazard, world.sink, world.agenda.dated
        bell, resume = self._bell, [self._play.send]
        trouble: Trouble | None = None
        over, waiting = True, False
        try:
            while True:
                if over:
                    if waiting:
                        self._waiting = False
                    phase = script.send(trouble)
                    while phase[2] <= 0.0 and world.budget >= 0:
                        phase = script.send(None)
                    if world.budget < 0:
                        raise End(Verdict.OUT_OF_EVENTS)
                    state, cause, seconds, working = phase
                    end = world.now + seconds
                    waiting = seconds == INFINITY and not working
                    if waiting:
                        self._waiting = True

                # Wait until the phase ends, something strikes or something is due, in this order.
                start, wake, strike = world.now, end, INFINITY
                if working or hazard.idle:
                    strike = start + hazard.wait(working)
                    if strike < wake:
                        wake = strike
                due = dated[0].at
                if due <= wake:
                    wake = due
                delay = wake - start if wake > start else 0.0
                bell.callbacks = resume
                env.schedule(bell, NORMAL, delay)
                while (yield) is not self._bell:
                    pass

                # Book the time that has passed, and take what came.
                hosts_came = bell is not self._bell
                now = world.now = env.now if hosts_came else start + delay
                elapsed = now - start
                if elapsed > 0.0 and (working or hazard.idle):
                    hazard.advance(elapsed, working)
                if state is _TRAIN:
                    actor.trained(start, now, wake == end)
                elif elapsed > 0.0:
                    sink.spent(state, cause, start, now)
                trouble, over = None, True
                if hosts_came:
                    bell = self._bell = Bell(env)  # the other one is still to come
                elif wake in (due, strike):
                    trouble = world.due(working) if wake == due else world.struck(state, working)
                    over = trouble is not None or self._waiting or state is _TRAIN
                    if waiting and not self._waiting:
                        self._bell, end, waiting = bell, now, False
        except StopIteration as finish:
            self.finished.succeed(finish.value)
        except End as finish:
            self.finished.succeed(finish.verdict)
        while True:
            yield

    def _hosts_came(self) -> None:
        """End a phase that waits for hosts, once all else of this instant has happened."""
        if self._waiting:
            env = self._world.env
            self._waiting = False
            self._bell = Bell(env)
            self._bell.callbacks = [self._play.send]
            env.schedule(self._bell, NORMAL)

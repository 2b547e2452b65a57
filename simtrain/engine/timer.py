"""The clock of the engine, and the kind of event that it schedules."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from operator import attrgetter
from typing import Any

from simpy import Environment, Event
from simpy.core import StopSimulation
from simpy.events import URGENT, EventPriority


class Clock(Environment):
    """SimPy's environment: in it, asking for the time costs no call.

    Attributes
    ----------
    now
        The time, in seconds since the start. SimPy's own parts ask for it as `_now`.
    queue, next_id
        Its heap of events, and what numbers them: whoever schedules one very often pushes it here
        as `schedule` does, of which the call would cost more than what it does.
    """

    now: float = 0.0
    _now = property(attrgetter("now"), lambda clock, time: setattr(clock, "now", time))

    def __init__(self) -> None:
        super().__init__()
        self.queue, self.next_id = self._queue, self._eid.__next__

    def run_to(self, last: Event) -> Any:
        """Let events come until the last one has, and return its value.

        As `run`, for events that all succeed, but without a call for each; and they keep what they
        call, so that they can be scheduled again.
        """
        queue = self.queue
        last.callbacks.append(StopSimulation.callback)
        try:
            while True:
                self.now, _, _, event = heappop(queue)
                for call in event.callbacks:
                    call(event)
        except StopSimulation:
            return last.value

    def stop(self) -> None:
        """Let nothing come any more: whoever still waits is called by nobody."""
        for *_, event in self.queue:
            event.callbacks = []
        self.queue.clear()


class Timer(Event):
    """An event that calls a function whenever it comes; it is set again after it came.

    By default it comes ahead of phases that end just then: repairs and dated changes
    come first at an instant, then ends of phases, then faults.
    """

    env: Clock

    def __init__(self, env: Clock, call: Callable[[Any], Any], priority: EventPriority = URGENT):
        self.env = env
        # As SimPy's own timeouts, it is sure to succeed from the start.
        self._ok = True
        self._value = None
        self.callbacks = [call]
        self._priority = priority

    def set(self, delay: float) -> None:
        """Let it come after a delay, in seconds."""
        env = self.env
        heappush(env.queue, (env.now + delay, self._priority, env.next_id(), self))

    def cancel(self) -> None:
        """Let nothing happen when it comes; it must not be set again."""
        self.callbacks = []

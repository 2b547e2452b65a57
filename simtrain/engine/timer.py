"""The clock of the engine, and the kind of event that it schedules."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from operator import attrgetter
from typing import Any

from simpy import Environment, Event
from simpy.events import URGENT, EventPriority


class Clock(Environment):
    """SimPy's environment: in it, asking for the time costs no call of a Python function."""

    now = property(attrgetter("_now"))

    def run_to(self, last: Event) -> Any:
        """Let events come until the last one has, and return its value.

        As `run`, for events that all succeed, but without a call for each.
        """
        queue = self._queue
        while last.callbacks is not None:
            self._now, _, _, event = heappop(queue)
            calls, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for call in calls:
                call(event)
        return last.value


class Timer(Event):
    """An event that calls a function whenever it comes; it is set again after it came.

    By default it comes ahead of phases that end just then: repairs and dated changes
    come first at an instant, then ends of phases, then faults.
    """

    def __init__(
        self, env: Environment, call: Callable[[Any], Any], priority: EventPriority = URGENT
    ):
        self.env = env
        # As SimPy's own timeouts, it is sure to succeed from the start.
        self._ok = True
        self._value = None
        self.callbacks = self._calls = [call]
        self._priority = priority

    def set(self, delay: float) -> None:
        """Let it come after a delay, in seconds."""
        self.callbacks = self._calls
        clock = self.env
        # As `schedule`, of which the call would cost more than what it does.
        heappush(clock._queue, (clock._now + delay, self._priority, next(clock._eid), self))

    def cancel(self) -> None:
        """Let nothing happen when it comes; it must not be set again."""
        self.callbacks = []

"""The kind of event that the engine schedules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event
from simpy.events import URGENT, EventPriority

Call = Callable[[Any], None]


class Alarm(Event):
    """An event that calls a function after a delay, in seconds, and can be set again.

    Unless told otherwise, it comes ahead of phases that end just then: repairs and dated changes
    come first at an instant, then ends of phases, then faults.
    """

    # As of SimPy's own timeouts, which are sure to succeed from the start.
    _ok = True
    _value = None

    def __init__(
        self, env: Environment, delay: float, call: Call, priority: EventPriority = URGENT
    ):
        self.env = env
        self.callbacks = [call]
        env.schedule(self, priority, delay)

    def set_again(self, delay: float, call: Call) -> None:
        """Call another function after another delay, once the last one has been called."""
        self.callbacks = [call]
        self.env.schedule(self, URGENT, delay)

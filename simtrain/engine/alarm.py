"""The two kinds of events that the engine schedules."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event
from simpy.events import URGENT


class Alarm(Event):
    """An event that calls a function after a delay, ahead of phases that end just then.

    Repairs and dated changes come first at an instant, then ends of phases, then faults.
    """

    def __init__(self, env: Environment, delay: float, call: Callable[[Any], None]):
        # As SimPy's own timeouts do, without the constructor of all events.
        self.env = env
        self.callbacks = [call]
        self._ok = True
        self._value = None
        env.schedule(self, URGENT, delay)

"""Events that call a function after a delay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simpy import Environment, Event
from simpy.events import NORMAL, URGENT


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


class Bell(Event):
    """An event that calls a function after a delay, and then may be set again."""

    def __init__(self, env: Environment, call: Callable[[Any], None]):
        super().__init__(env)
        self._calls = [call]
        self._ok = True
        self._value = None

    def ring_in(self, delay: float) -> None:
        """Set the bell, which must not be set at present."""
        self.callbacks = self._calls
        self.env.schedule(self, NORMAL, delay)

"""Restarts in a row that bring nothing new: how often the job may fail, and how long it waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.timeline import Verdict
from simtrain.engine.state import End
from simtrain.model import launch

if TYPE_CHECKING:
    from simtrain.engine.state import TrialState
    from simtrain.model.parameters import FaultParameters


class RestartLoop:
    """Failures of the job since it last had a new durable copy.

    An interruption is a failure, and so is a launch that fails or is struck. Each is followed by
    one restart, unless the budget of restarts is spent: then it ends the run.
    """

    __slots__ = ("_failures", "_newest", "_state")

    def __init__(self, state: TrialState):
        self._state = state
        self._failures = 0
        self._newest = state.copy.save  # newest copy that the job has returned to

    def failed(self, fault: FaultParameters | None) -> None:
        """Count a failure, after which the job returns to the copy that the state has.

        `fault` is the class that it is due to; some do not count, and some end the run at once.
        """
        if fault is not None:
            if fault.ends_run:
                raise End(Verdict.GAVE_UP)
            if not fault.in_budget:
                return
        self._note_progress()
        self._failures += 1
        budget = self._state.parameters.restart.budget
        if budget is not None and self._failures > budget:
            raise End(Verdict.GAVE_UP)

    def pause(self) -> float:
        """Seconds to wait before the next restart."""
        restart = self._state.parameters.restart
        if not restart.backoff:
            return 0.0
        self._note_progress()
        return launch.backoff(restart, self._failures)

    def _note_progress(self) -> None:
        """Begin anew if the job returns to a newer copy than ever before."""
        save = self._state.copy.save
        if save > self._newest:
            self._newest, self._failures = save, 0

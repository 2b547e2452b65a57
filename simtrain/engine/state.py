"""State of a trial: what all parts of the engine share."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind, Sink, Verdict
from simtrain.model.copies import Copies
from simtrain.model.policies import Policy

if TYPE_CHECKING:
    from simtrain.engine.outage import LatentFault, Outage
    from simtrain.engine.timer import Clock
    from simtrain.model.draws import Draws
    from simtrain.model.parameters import FaultParameters, Parameters
    from simtrain.model.schedule import PowerLimit

_ROLLBACK = EventKind.ROLLBACK


class End(Exception):  # noqa: N818 - not an error, but the way out of whatever is going on
    """The trial ends here."""

    def __init__(self, verdict: Verdict):
        super().__init__(verdict)
        self.verdict = verdict


class TrialState:
    """State of a trial.

    Parameters
    ----------
    parameters_after
        Parameters in force after the changes with these numbers, in this order.
    events_left
        How many faults, repairs and failed tries may still be simulated.
    policy
        What the job does when something happens to it.

    Attributes
    ----------
    parameters
        Parameters in force.
    now
        Moment up to which the job has come, in seconds since the start.
    work
        Position of the work, in seconds at the full speed of the start.
    warm_until
        Moment up to which steps are slower after a restart, in seconds since the start.
    copies, copy
        Copies of the training state, and the one that the next load reads.
    suspects
        Hosts that need repair and were struck since training ended, with the class.
    joined
        The last fault on the calendar that left hosts to a recovery under way, to be diagnosed.
    latent
        Faults under which training goes on, in the order of their onsets.
    power_limit
        The limit in force under which training is slowest; None if there is none.
    awaits_spare
        Whether a job that trains would stop for a spare that stands by.
    listeners
        Called when something has changed that a wait may depend on: which spares stand by, the
        risk of hosts that do not work, or whether events are left.
    """

    def __init__(
        self,
        parameters_after: Callable[[tuple[int, ...]], Parameters],
        env: Clock,
        draws: Draws,
        sink: Sink,
        events_left: int,
        policy: Policy,
    ):
        self._parameters_after = parameters_after
        self._changes: tuple[int, ...] = ()
        self.parameters = parameters_after(())
        self.policy = policy
        self.env = env
        self.draws = draws
        self.sink = sink
        self.events_left = events_left
        self.now = 0.0
        self.work = 0.0
        self.warm_until = 0.0
        self.copies = Copies(draws, len(self.parameters.checkpoint.tiers))
        self.copy = self.copies.initial
        self.suspects: list[tuple[int, FaultParameters]] = []
        self.joined: Outage | None = None
        self.latent: list[LatentFault] = []
        self.awaits_spare = False
        self.power_limit: PowerLimit | None = None
        self._power_limits: list[PowerLimit] = []
        self.listeners: list[Callable[[], None]] = []

    def announce(self) -> None:
        """Let all listeners know that something has changed."""
        for listener in self.listeners:
            listener()

    def pay(self) -> bool:
        """Count one more of the events of which there may be so many; False if there may not."""
        self.events_left -= 1
        if self.events_left >= 0:
            return True
        self.announce()  # a job that waits finds out
        return False

    def change(self, number: int) -> None:
        """Put the parameters of a change into force."""
        self._changes = (*self._changes, number)
        self.parameters = self._parameters_after(self._changes)

    def limit_power(self, limit: PowerLimit, ends: bool) -> None:
        """Put a limit of power into force, or end it; of several the slowest counts."""
        limits = [one for one in self._power_limits if one.name != limit.name]
        self._power_limits = limits if ends else [*limits, limit]
        self.power_limit = min(self._power_limits, key=lambda one: one.speed, default=None)
        name = "" if self.power_limit is None else self.power_limit.name
        self.sink.happened(self.now, EventKind.POWER, name)

    def trusted(self) -> float:
        """Furthest position of the work that can be trusted, as far as anybody has noticed."""
        if not self.latent:
            return math.inf
        full_speed = self.parameters.full_speed
        noticed = (one.trusted(full_speed) for one in self.latent if one.noticed)
        return min(noticed, default=math.inf)

    def cure(self, host: int) -> None:
        """End what slows a host: it leaves for repair."""
        self.latent = [
            one for one in self.latent if not (one.fault.effect.slows and one.host == host)
        ]

    def check_copy(self, cause: str) -> None:
        """Return further back if hosts that hold the copy were lost since it was chosen."""
        tiers = self.parameters.checkpoint.tiers
        if tiers[self.copy.tier].survives is None:
            return
        if not self.copies.is_readable(self.copy, tiers):
            self.fall_back(cause, self.trusted(), math.inf)

    def fall_back(self, cause: str, trusted: float, durable_by: float) -> None:
        """Return to the newest copy that can be trusted; the work behind it is lost."""
        tiers = self.parameters.checkpoint.tiers
        self.copy = copy = self.copies.go_back(trusted, durable_by, tiers)
        if copy.work < self.work:
            now = self.now
            self.sink.rolled_back(now, copy.work, cause)
            self.sink.happened(now, _ROLLBACK, cause)
        self.work = copy.work
        if self.latent:
            self.latent = [
                one for one in self.latent if not one.fault.effect.taints or copy.work > one.onset
            ]

"""Values that travel through the script of a job: an outage, and a fault nobody has noticed yet."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind
from simtrain.model.policies import Reaction

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.engine.dates import StopParameters
    from simtrain.faults.source import FaultEvent
    from simtrain.model.draws import Row, Stream
    from simtrain.model.parameters import FaultParameters, Parameters, RestartParameters


@dataclass(slots=True)
class Outage:
    """Why the job does not train: a fault, a stop, the start, or a change of its size.

    It begins when training ends, or when a fault strikes the restart from another outage, which
    it then takes over from. It is answered (detection, response, diagnosis), then the job is
    launched until that works or another outage takes over.

    Parameters
    ----------
    cause
        What badput is charged to.
    stream, number
        Address of the draws that decide about it.
    row
        These draws.
    fault, hosts
        Class of a fault, and the hosts of the job it struck.
    unfit
        Those of them that really need repair.
    rows
        Draws that decide about each of these hosts, where they are not those in `row`: the hosts of
        a burst have their own, and those of a domain that was struck as a whole share one finding.
    stop
        Planned stop or incident.
    planned
        Whether training ends by request, and not because something broke.
    restarted_by
        Kind of the restart to come: who has acted since training ended.
    loads
        Tries to load a copy so far.
    first_try
        Whether nobody has tried yet to start the job again.
    ends_allocation
        Whether the job gives its hosts back.
    leaving
        Preemption that has still to take its hosts away, and these.
    in_time
        Whether its notice suffices for a save.
    cut_off
        Whether it is planned, but too late to save before it.
    uncounted
        Whether it is a failure still to be counted, once it is known which copy is left.
    reaction
        What the job does about it.
    is_known
        Whether it was detected already, before training ended.
    is_over
        Whether the job goes on from a copy without being launched.
    """

    cause: str
    stream: Stream
    number: int
    row: Row
    fault: FaultParameters | None = None
    hosts: tuple[int, ...] = ()
    unfit: tuple[int, ...] = ()
    rows: Mapping[int, Row] = field(default_factory=dict)
    stop: StopParameters | None = None
    planned: bool = False
    restarted_by: EventKind = EventKind.PLANNED_RESTART
    loads: int = 0
    first_try: bool = True
    ends_allocation: bool = False
    leaving: tuple[FaultEvent, tuple[int, ...]] | None = None
    in_time: bool = False
    cut_off: bool = False
    uncounted: bool = False
    reaction: Reaction = Reaction.STOP
    is_known: bool = False
    is_over: bool = False

    def next_try(self, parameters: Parameters, swaps: bool) -> RestartParameters:
        """How to try to start the job: the class's own way first, and then the usual one.

        `swaps` is whether only hosts that were swapped are started.
        """
        if self.first_try:
            self.first_try = False
            if self.fault is not None and self.fault.restart is not None:
                return self.fault.restart
        return parameters.recovery.swap if swaps else parameters.restart

    @property
    def saves_first(self) -> bool:
        """Whether training is saved before it ends."""
        if not self.planned or self.cut_off:
            return self.in_time
        return self.stop is None or self.stop.save_first

    def trusted(self, work: float, full_speed: float) -> float:
        """Furthest position of the work that is gone back to, where that is known beforehand.

        Parameters
        ----------
        work
            Position at which training ends.
        full_speed
            Full speed as a multiple of that of the start, in which a margin is counted.
        """
        margin = 0.0 if self.stop is None else self.stop.margin
        return work - margin * full_speed if margin else math.inf


def outage_of(
    cause: str, stream: Stream, number: int, stop: StopParameters | None = None
) -> Outage:
    """Outage that no fault is the cause of."""
    planned = stop is None or stop.kind != "incident"
    return Outage(cause, stream, number, stream.row(number), stop=stop, planned=planned)


@dataclass(slots=True, eq=False)
class LatentFault:
    """A fault under which training goes on.

    What taints the work is noticed after some training, and ends it. What slows the job is noticed
    after some time; it is known once somebody has answered, and passes at some moment unless its
    host leaves the job before.

    Parameters
    ----------
    outage
        Outage that began it, and that recovery from it goes by.
    onset
        Position of the work at which it struck.
    unnoticed_s
        Training until it is noticed, in seconds; infinite if training does not bring it to light.
    speed
        Speed of its host, as a fraction of that of others.
    notice_at, passes_at
        When what slows the job is noticed and when it passes, in seconds since the start.
    noticed
        Whether somebody has noticed it.
    is_known
        Whether its host is to be swapped.
    back_to
        Position of the work that recovery trusts where the onset remains unknown; None if it does
        not.
    gone_back_to
        Earliest position of the work that training went on from with the taint in it though it had
        been noticed; infinite if it never did.
    save
        Which of all saves made the corrupt copy that it is a load of; negative if it is none.
    looks
        How often each check has looked for it.
    """

    outage: Outage
    fault: FaultParameters
    onset: float
    unnoticed_s: float
    speed: float = 1.0
    notice_at: float = math.inf
    passes_at: float = math.inf
    noticed: bool = False
    is_known: bool = False
    back_to: float | None = None
    gone_back_to: float = math.inf
    save: int = -2
    looks: dict[str, int] = field(default_factory=dict)

    @property
    def host(self) -> int:
        """Host that it struck, or -1."""
        return self.outage.hosts[0] if self.outage.hosts else -1

    def trusted(self, full_speed: float) -> float:
        """Furthest position of the work that can be trusted once it is noticed.

        Parameters
        ----------
        full_speed
            Full speed as a multiple of that of the start, in which the margin is counted.
        """
        if not self.fault.effect.taints:
            return math.inf
        if self.back_to is not None:
            return self.back_to
        return self.onset - self.fault.margin * full_speed

"""What a policy is: a class that is asked four things."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol

if TYPE_CHECKING:
    from simtrain.model.parameters import FaultParameters, RecoveryParameters, RestartParameters


class Reaction(Enum):
    """What the job does when a fault strikes it."""

    GO_ON = auto()  # as if nothing had happened: nobody has noticed it yet
    RECONFIGURE = auto()  # stand still for a moment, and go on without the groups struck
    SWAP = auto()  # an interruption, after which the other hosts still have their processes
    STOP = auto()  # an interruption: back to a copy, and a launch


class Rejoin(Enum):
    """When groups that are complete again train with the others."""

    AT_ONCE = auto()
    AT_CHECKPOINT = auto()  # as soon as the next save has been made
    AT_LAUNCH = auto()  # not before the job is launched anew


class Shortage(NamedTuple):
    """What the job does while it lacks hosts.

    Parameters
    ----------
    spares
        How many idle spares step in now; with none it waits for others.
    starts
        Whether it is launched with the groups that are complete, if it is down.
    """

    spares: int
    starts: bool = False


class Groups(Protocol):
    """The job as groups of hosts, all of the same size, as a policy sees it."""

    @property
    def recovery(self) -> RecoveryParameters:
        """What `[recovery]` says, in numbers of the trial."""

    @property
    def number(self) -> int:
        """Groups there are: replicas, or the whole job as a single group."""

    @property
    def left(self) -> int:
        """Groups that train, or trained when training ended, without those struck since."""

    @property
    def complete(self) -> int:
        """Groups that have all their hosts, and no host that somebody still looks into."""

    @property
    def vacant(self) -> int:
        """Places of the job without a host."""

    @property
    def idle(self) -> int:
        """Idle spares that can take one of them now."""


class Policy(Protocol):
    """What the job does when something happens to it.

    Attributes
    ----------
    in_groups
        Whether the job may train with some of its groups only.
    """

    in_groups: ClassVar[bool]

    def on_fault(self, fault: FaultParameters, hosts: tuple[int, ...], groups: Groups) -> Reaction:
        """What the job does since a fault struck these of its hosts, or the job itself.

        Asked again once the fault is known, if the job is to go on without the groups struck: more
        of them may have been struck meanwhile. Under a fault that slows a host the job goes on
        whatever it says; `SWAP` is then how it comes back from the stop for the swap.
        """

    def on_shortage(self, groups: Groups) -> Shortage:
        """What the job does while it lacks hosts."""

    def on_return(self, groups: Groups) -> Rejoin:
        """When groups that train no longer, and are complete again, train with the others."""

    def on_failed_launch(self, restart: RestartParameters, tries: int) -> bool:
        """Whether a person is called after so many launches in a row have failed."""

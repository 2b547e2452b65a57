"""Which copies can still be read although hosts that held a part of them are lost.

A copy is held by the hosts that were in the job as it was made. Those that have left the job since
are lost to it, and so, where copies are held in memory, are those that were struck and stayed. A
host that comes in their place holds nothing until the next save.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simtrain.model.topology import Scope


class Loss(NamedTuple):
    """A host that was lost to the copies which it held a part of.

    Parameters
    ----------
    host, slot
        Which one, and where in the cluster it stands.
    since, until
        It held a part of the saves from number `since` on, up to and without `until`.
    left
        Whether it left the job; else it was struck and stayed.
    """

    host: int
    slot: int
    since: int
    until: int
    left: bool


class Losses:
    """All hosts that were lost in one trial, in order."""

    __slots__ = ("_all_until", "_held_since", "_lost", "_struck_until")

    def __init__(self) -> None:
        self._lost: list[Loss] = []
        self._held_since: dict[int, int] = {}
        self._all_until = 0
        self._struck_until = 0

    def came(self, host: int, saves: int) -> None:
        """A host takes a place in the job after so many saves."""
        self._held_since[host] = saves

    def lost(self, host: int, slot: int, saves: int, left: bool) -> None:
        """A host of the job leaves after so many saves, or is struck and stays."""
        self._lost.append(Loss(host, slot, self._held_since.get(host, 0), saves, left))

    def lost_all(self, saves: int) -> None:
        """All hosts of the job leave at once after so many saves, and come back empty."""
        self._all_until = saves

    def all_struck(self, saves: int) -> None:
        """All hosts are struck at once after so many saves and stay, with nothing in memory."""
        self._struck_until = saves

    def readable(self, save: int, survives: Scope) -> int:
        """Whether a copy can be read, by the scope of which it survives a loss.

        Returns
        -------
        int
            `save` itself, or the newest save before it that may be readable; -1 if none is.
        """
        if save < self._all_until or (not survives.hosts and save < self._struck_until):
            return -1
        first: Loss | None = None
        for loss in self._of(save):
            if not survives.hosts:  # memory of the job survives no host
                return loss.since - 1
            if not loss.left:
                continue
            if first is None:
                first = loss
            elif _unit(loss, survives) != _unit(first, survives):
                return max(loss.since, first.since) - 1
        return save

    def _of(self, save: int) -> Iterator[Loss]:
        """Losses of hosts that held a part of a save, the last one first."""
        for loss in reversed(self._lost):
            if loss.until <= save:
                return
            if loss.since <= save:
                yield loss


def _unit(loss: Loss, scope: Scope) -> int:
    """Unit of a scope that a lost host stood in."""
    return loss.host if scope.hosts == 1 else loss.slot // scope.hosts

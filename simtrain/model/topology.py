"""What a fault can strike: units of a scope, and the places of the job that each stands for."""

from __future__ import annotations

from typing import NamedTuple


class Scope(NamedTuple):
    """Scope of a class of faults.

    Parameters
    ----------
    hosts
        Hosts in a unit, which are lost together; 0 if what fails is the job itself.
    """

    hosts: int

    def units(self, places: int) -> int:
        """Number of units that a job of so many places occupies, the last one perhaps in part."""
        return -(-places // self.hosts) if self.hosts else 1

    def places(self, unit: int) -> range:
        """Places of the job that a unit stands for."""
        return range(unit * self.hosts, (unit + 1) * self.hosts)


SCOPES = {"host": Scope(1), "job": Scope(0)}
"""By the name that a scenario gives."""

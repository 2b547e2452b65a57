"""The repair shop: what becomes of a cordoned host.

automated stage → manual stage, if the first knows that it failed → burn-in → back among the spares
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

from simpy import Environment

from simtrain.accounts.timeline import EventKind, Sink
from simtrain.distributions import Law
from simtrain.engine import fields
from simtrain.engine.alarm import Alarm
from simtrain.engine.cluster import Cluster
from simtrain.engine.draws import Draws
from simtrain.engine.hazard import Hazard
from simtrain.engine.rules import FaultRules, Rules

# Looking a member up in its class or module costs more than what is done with it.
_RETURN, _RETURN_BAD = EventKind.RETURN, EventKind.RETURN_BAD
_AUTOMATED, _AUTOMATED_OUTCOME = fields.AUTOMATED, fields.AUTOMATED_OUTCOME
_BURN_IN, _BURN_IN_CATCHES = fields.BURN_IN, fields.BURN_IN_CATCHES

Visit = Generator[None, Alarm, None]
"""Visit of a host, sent the alarm that ends each stage; it only yields to let time pass."""


class Office(Protocol):
    """Whom the shop asks."""

    rules: Rules

    def pay(self) -> bool:
        """Whether another repair may begin."""


class RepairShop:
    """Repairs in parallel, any number at a time."""

    __slots__ = ("_cluster", "_env", "_hazard", "_office", "_sink", "_stream", "_visits")

    def __init__(
        self,
        env: Environment,
        cluster: Cluster,
        hazard: Hazard,
        draws: Draws,
        sink: Sink,
        office: Office,
    ):
        self._env = env
        self._cluster = cluster
        self._hazard = hazard
        self._sink = sink
        self._office = office
        self._stream = draws.stream("repair of a host", fields.REPAIR_WIDTH)
        self._visits: dict[int, int] = {}

    def admit(self, host: int, cause: str, fault: FaultRules | None, bad: bool) -> None:
        """Begin the repair of a host that was cordoned, rightly (`bad`) or not.

        `fault` is the class it fails from again if the fault stays. Without one, the shop keeps
        a bad host until it is good.
        """
        visit = self._visit(host, cause, fault, bad)
        next(visit)
        visit.send(Alarm(self._env, visit.send))

    def _visit(self, host: int, cause: str, fault: FaultRules | None, bad: bool) -> Visit:
        """Take a host from stage to stage until it is back or retired."""
        office, hazard, visits = self._office, self._hazard, self._visits
        alarm = yield
        while office.pay():
            number = visits.get(host, 0)
            visits[host] = number + 1
            block, at = self._stream.row(host, number)
            alarm.set(office.rules.repair.automated.quantile(block[at + _AUTOMATED]))
            yield
            rules = office.rules.repair
            if bad:
                outcome = block[at + _AUTOMATED_OUTCOME] - rules.automated_fails
                bad = outcome < rules.automated_misses
                if outcome < 0.0:
                    alarm.set(rules.manual.quantile(block[at + fields.MANUAL]))
                    yield
                    rules = office.rules.repair
                    if block[at + fields.RETIRED] < rules.retire:
                        provision = self._retire(host, cause)
                        if provision is not None:
                            alarm.set(provision.quantile(block[at + fields.PROVISION]))
                            yield
                            self._cluster.provide()
                        break
                    bad = block[at + fields.MANUAL_MISSES] < rules.manual_misses
                if not bad:
                    hazard.renew(host)
            burn_in = rules.burn_in.quantile(block[at + _BURN_IN])
            if burn_in > 0.0:
                alarm.set(burn_in)
                yield
            if bad:
                catches = office.rules.repair.burn_in_catches
                if fault is None or block[at + _BURN_IN_CATCHES] < catches:
                    continue
                hazard.add_bad(host, fault, in_job=False)
            self._sink.happened(self._env.now, _RETURN_BAD if bad else _RETURN, cause, host)
            self._cluster.back_from_repair(host)
            break
        yield  # nobody sets the alarm again

    def _retire(self, host: int, cause: str) -> Law | None:
        """Let a host go for good; return how long it takes until another comes, if one does."""
        self._hazard.bad.cure(host)
        self._sink.happened(self._env.now, EventKind.RETIRE, cause, host)
        return self._office.rules.cluster.provision if self._cluster.retire() else None

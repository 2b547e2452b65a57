"""The repair shop: what becomes of a cordoned host.

automated stage → manual stage, if the first knows that it failed → burn-in → back among the spares
"""

from __future__ import annotations

from typing import Protocol

from simpy import Environment, Event

from simtrain.distributions import Law
from simtrain.engine import fields
from simtrain.engine.alarm import Alarm
from simtrain.engine.cluster import Cluster
from simtrain.engine.draws import Draws, Stream
from simtrain.engine.hazard import Hazard
from simtrain.engine.rules import FaultRules, RepairRules, Rules
from simtrain.timeline import Happening, Sink

# Looking a member up in its class or module costs more than what is done with it.
_RETURN, _RETURN_BAD = Happening.RETURN, Happening.RETURN_BAD
_AUTOMATED, _AUTOMATED_OUTCOME = fields.AUTOMATED, fields.AUTOMATED_OUTCOME
_BURN_IN = fields.BURN_IN


class Office(Protocol):
    """Whom the shop asks."""

    rules: Rules

    def pay(self) -> bool:
        """Whether another repair may begin."""


class RepairShop:
    """Repairs in parallel, any number at a time."""

    __slots__ = ("cluster", "env", "hazard", "office", "sink", "stream", "visits")

    def __init__(
        self,
        env: Environment,
        cluster: Cluster,
        hazard: Hazard,
        draws: Draws,
        sink: Sink,
        office: Office,
    ):
        self.env = env
        self.cluster = cluster
        self.hazard = hazard
        self.sink = sink
        self.office = office
        self.stream: Stream = draws.stream("repair of a host", fields.REPAIR_WIDTH)
        self.visits: dict[int, int] = {}

    def admit(self, host: int, cause: str, fault: FaultRules | None, bad: bool) -> None:
        """Begin the repair of a host that was cordoned, rightly (`bad`) or not.

        `fault` is the class it fails from again if the fault stays. Without one, the shop keeps
        a bad host until it is good.
        """
        if self.office.pay():
            Visit(self, host, cause, fault, bad)


class Visit(Alarm):
    """One visit of a host to the shop: the alarm that ends each of its stages in turn."""

    def __init__(
        self, shop: RepairShop, host: int, cause: str, fault: FaultRules | None, bad: bool
    ):
        self._shop = shop
        self._host = host
        self._cause = cause
        self._fault = fault
        self._bad = bad
        super().__init__(shop.env, self._draw_row(), self._automated)

    def _draw_row(self) -> float:
        """Take the draws of this visit; return how long the automated stage takes."""
        shop, host = self._shop, self._host
        number = shop.visits.get(host, 0)
        shop.visits[host] = number + 1
        self._block, self._at = block, at = shop.stream.row(host, number)
        return shop.office.rules.repair.automated.quantile(block[at + _AUTOMATED])

    def _automated(self, _: Event) -> None:
        rules = self._shop.office.rules.repair
        if self._bad:
            outcome = self._block[self._at + _AUTOMATED_OUTCOME] - rules.automated_fails
            if outcome < 0.0:
                self.set_again(self._draw(rules.manual, fields.MANUAL), self._manual)
                return
            if outcome >= rules.automated_misses:
                self._fixed()
        self._test(rules)

    def _manual(self, _: Event) -> None:
        rules = self._shop.office.rules.repair
        if self._befalls(rules.retire, fields.RETIRED):
            self._retire()
            return
        if not self._befalls(rules.manual_misses, fields.MANUAL_MISSES):
            self._fixed()
        self._test(rules)

    def _fixed(self) -> None:
        self._bad = False
        self._shop.hazard.renew(self._host)

    def _test(self, rules: RepairRules) -> None:
        seconds = rules.burn_in.quantile(self._block[self._at + _BURN_IN])
        if seconds > 0.0:
            self.set_again(seconds, self._tested)
        else:
            self._tested(self)

    def _tested(self, _: Event) -> None:
        shop, host = self._shop, self._host
        if self._bad:
            catches = shop.office.rules.repair.burn_in_catches
            if self._fault is None or self._befalls(catches, fields.BURN_IN_CATCHES):
                if shop.office.pay():
                    self.set_again(self._draw_row(), self._automated)
                return
            shop.hazard.add_bad(host, self._fault, in_job=False)
        what = _RETURN_BAD if self._bad else _RETURN
        shop.sink.happened(shop.env.now, what, self._cause, host)
        shop.cluster.back_from_repair(host)

    def _retire(self) -> None:
        shop = self._shop
        provision = shop.office.rules.cluster.provision
        shop.hazard.bad.cure(self._host)
        shop.sink.happened(shop.env.now, Happening.RETIRE, self._cause, self._host)
        if shop.cluster.retire() and provision is not None:
            delay = self._draw(provision, fields.PROVISION)
            self.set_again(delay, lambda _: shop.cluster.provide())

    def _draw(self, law: Law, field: int) -> float:
        return law.quantile(self._block[self._at + field])

    def _befalls(self, probability: float, field: int) -> bool:
        return self._block[self._at + field] < probability

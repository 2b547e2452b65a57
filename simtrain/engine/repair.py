"""The repair shop: what becomes of a cordoned host.

automated stage → manual stage, if the first knows that it failed → burn-in → back among the spares
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from simpy import Environment

from simtrain.distributions import Law
from simtrain.engine.alarm import Alarm
from simtrain.engine.cluster import Cluster
from simtrain.engine.draws import Draws
from simtrain.engine.hazard import Hazard
from simtrain.engine.rules import FaultRules, Rules
from simtrain.timeline import Happening

_ROW = 8
_AUTOMATED, _OUTCOME, _MANUAL, _MISSES, _RETIRE, _BURN_IN, _CATCHES, _PROVISION = range(_ROW)



class Office(Protocol):
    """Whom the shop asks and tells."""

    rules: Rules

    def tell(self, what: Happening, cause: str, host: int = -1) -> None:
        """Take note of what happens to a host."""

    def pay(self) -> bool:
        """Whether another repair may begin."""


class Patient(NamedTuple):
    """A host in repair.

    Parameters
    ----------
    cause
        What it was cordoned for.
    fault
        Class it will fail from again if the fault stays; None if no such class is known, and then
        the shop keeps it until it is good.
    bad
        Whether the fault is (still) there.
    """

    host: int
    cause: str
    fault: FaultRules | None
    bad: bool
    block: list[float]
    at: int

    def draw(self, law: Law, field: int) -> float:
        """Value of a law for this visit."""
        return law.quantile(self.block[self.at + field])

    def befalls(self, probability: float, field: int) -> bool:
        """Whether something with this probability happens in this visit."""
        return self.block[self.at + field] < probability


class RepairShop:
    """Repairs in parallel, any number at a time.

    Parameters
    ----------
    office
        Asked for the rules in force, and told what happens to a host.
    """

    def __init__(
        self,
        env: Environment,
        cluster: Cluster,
        hazard: Hazard,
        draws: Draws,
        office: Office,
    ):
        self._env = env
        self._cluster = cluster
        self._hazard = hazard
        self._draws = draws
        self._office = office
        self._visits: dict[int, int] = {}

    def admit(self, host: int, cause: str, fault: FaultRules | None, bad: bool) -> None:
        """Begin the repair of a host that was cordoned, rightly (`bad`) or not."""
        if not self._office.pay():
            return
        visit = self._visits.get(host, 0)
        self._visits[host] = visit + 1
        block, at = self._draws.stream("repair of a host", _ROW).row(host, visit)
        self._after(
            self._office.rules.repair.automated,
            _AUTOMATED,
            self._automated,
            Patient(host, cause, fault, bad, block, at),
        )

    def _automated(self, patient: Patient) -> None:
        rules = self._office.rules.repair
        if patient.bad and patient.befalls(rules.automated_fails, _OUTCOME):
            self._after(rules.manual, _MANUAL, self._manual, patient)
            return
        missed = patient.befalls(rules.automated_fails + rules.automated_misses, _OUTCOME)
        self._burn_in(patient, fixed=patient.bad and not missed)

    def _manual(self, patient: Patient) -> None:
        rules = self._office.rules
        if patient.befalls(rules.repair.retire, _RETIRE):
            self._retire(patient, rules.cluster.provision)
            return
        self._burn_in(patient, fixed=not patient.befalls(rules.repair.manual_misses, _MISSES))

    def _burn_in(self, patient: Patient, fixed: bool) -> None:
        if fixed:
            self._hazard.renew(patient.host)
            patient = patient._replace(bad=False)
        rules = self._office.rules.repair
        if rules.burn_in.mean or rules.burn_in_catches:
            self._after(rules.burn_in, _BURN_IN, self._tested, patient)
        else:
            self._release(patient)

    def _tested(self, patient: Patient) -> None:
        caught = patient.befalls(self._office.rules.repair.burn_in_catches, _CATCHES)
        if patient.bad and caught:
            self.admit(patient.host, patient.cause, patient.fault, bad=True)
        else:
            self._release(patient)

    def _release(self, patient: Patient) -> None:
        if patient.bad and patient.fault is None:
            self.admit(patient.host, patient.cause, None, bad=True)
            return
        if patient.bad and patient.fault is not None:
            self._hazard.bad.add(patient.host, patient.fault)
        what = Happening.RETURN_BAD if patient.bad else Happening.RETURN
        self._office.tell(what, patient.cause, patient.host)
        self._cluster.back_from_repair(patient.host)

    def _retire(self, patient: Patient, provision: Law | None) -> None:
        self._hazard.bad.cure(patient.host)
        self._office.tell(Happening.RETIRE, patient.cause, patient.host)
        self._cluster.retire()
        if provision is not None:
            delay = patient.draw(provision, _PROVISION)
            Alarm(self._env, delay, lambda _: self._cluster.provide())

    def _after(
        self, law: Law, field: int, stage: Callable[[Patient], None], patient: Patient
    ) -> None:
        Alarm(self._env, patient.draw(law, field), lambda _: stage(patient))

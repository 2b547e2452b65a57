"""The repair shop: cordoned hosts, from the job or from elsewhere until they are back."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import EventKind
from simtrain.causes import START
from simtrain.engine.crews import Crews
from simtrain.engine.timer import Timer
from simtrain.model import repair, weather
from simtrain.model.repair import Fate
from simtrain.model.streams import REPAIR

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from simtrain.engine.cluster import Cluster
    from simtrain.engine.state import TrialState
    from simtrain.faults.sources import Sources
    from simtrain.model.parameters import FaultParameters

# Looking a member up in its class costs more than what is done with it.
_CORDON, _RETURN, _RETURN_BAD = EventKind.CORDON, EventKind.RETURN, EventKind.RETURN_BAD
_BY_HAND, _GOOD, _RETIRED = Fate.BY_HAND, Fate.GOOD, Fate.RETIRED


class RepairShop:
    """Repairs in parallel, as many at a time as there are crews, in the hours that they keep.

    A host that was cordoned too often is retired at once, without a crew.
    """

    __slots__ = (
        "_cluster", "_cordons", "_crews", "_is_plain", "_rows", "_sources", "_state", "_visits",
        "_weather",
    )  # fmt: skip

    def __init__(self, state: TrialState, sources: Sources, cluster: Cluster):
        self._state = state
        self._sources = sources
        self._cluster = cluster
        self._rows = state.draws.stream(REPAIR)
        self._crews = Crews(state) if state.parameters.repair.has_crews else None
        self._visits: dict[int, int] = {}
        self._cordons: dict[int, list[float]] = {}  # when, where that counts
        parameters = state.parameters.repair
        self._weather = parameters.weather  # which does not change during a run
        self._is_plain = self._weather is None and not parameters.has_hours

    def begin(self, hosts: int, since_s: Sequence[float] = ()) -> None:
        """Have so many spares in repair from the start, those that stand last.

        `since_s` is for how many seconds the first of them have been in it.
        """
        there = list(self._cluster.idle)[-hosts:] if hosts else []
        for host, since in zip_longest(there, since_s[: len(there)], fillvalue=0.0):
            self._take_in(int(host), START, None, bad=True, since=since)

    def cordon(self, host: int, cause: str, fault: FaultParameters | None, bad: bool) -> None:
        """Take a host to repair, rightly (`bad`) or not.

        `fault` is the class it fails from again if the fault stays. Without one, the shop keeps
        a bad host until it is good.
        """
        state = self._state
        state.sink.happened(state.env.now, _CORDON, cause, host)
        if state.latent:
            state.cure(host)
        self._take_in(host, cause, fault, bad)

    def _take_in(
        self, host: int, cause: str, fault: FaultParameters | None, bad: bool, since: float = 0.0
    ) -> None:
        state = self._state
        self._cluster.send_to_repair(host)
        visit = self._visit(host, cause, fault, bad, since)
        next(visit)
        visit.send(Timer(state.env, visit.send))

    def _visit(
        self, host: int, cause: str, fault: FaultParameters | None, bad: bool, since: float
    ) -> Generator[None, Timer, None]:
        """Take a host from stage to stage until it is back, or retired.

        A host that the burn-in finds to be bad still is repaired again. One that has been in repair
        `since` some time goes on from there, in a repair that takes longer than that.
        """
        state, sources, cluster, visits = self._state, self._sources, self._cluster, self._visits
        timer, crews = (yield), self._crews
        if since:
            longer = self._first_longer(host, since)
            visits[host], since = (0, 0.0) if longer is None else (longer, since)
        worn_out = state.parameters.repair.retire_at is not None and self._is_worn_out(host)
        while state.pay():
            number = visits.get(host, 0)
            visits[host] = number + 1
            row = self._rows.row(host, number)
            if worn_out:
                fate, seconds = repair.retired(state.parameters.cluster.provision, row)
            else:
                if crews is not None and not crews.take(timer):
                    yield
                seconds = repair.automated_time(state.parameters.repair, row)
                seconds, since, is_over = _left(seconds, since)
                if not is_over:
                    timer.set(
                        seconds
                        if self._is_plain
                        else self._takes(seconds, is_work=crews is not None)
                    )
                    yield
                fate, seconds = repair.after_automated(state.parameters.repair, row, bad)
                if fate is _BY_HAND:
                    seconds, since, is_over = _left(seconds, since)
                    if not is_over:
                        timer.set(seconds if self._is_plain else self._takes(seconds, is_work=True))
                        yield
                    parameters = state.parameters
                    provision = parameters.cluster.provision
                    fate, seconds = repair.after_manual(parameters.repair, provision, row)
                if crews is not None:
                    crews.leave()
            if fate is _RETIRED:
                sources.relapse.renew(host)
                state.sink.happened(state.env.now, EventKind.RETIRE, cause, host)
                if cluster.retire(host) and state.parameters.cluster.provision is not None:
                    timer.set(seconds)
                    yield
                    cluster.provide(host)
                break
            if bad and fate is _GOOD:
                sources.renew(host)
            bad = fate is not _GOOD
            seconds, since, _ = _left(seconds, since)
            if seconds > 0.0:
                timer.set(seconds)
                yield
            if bad:
                if fault is None or repair.burn_in_catches(state.parameters.repair, row):
                    continue
                sources.add_bad(host, fault, in_job=False)
            state.sink.happened(state.env.now, _RETURN_BAD if bad else _RETURN, cause, host)
            cluster.back_from_repair(host)
            break
        del timer  # it calls this visit: neither would be freed before the garbage is collected
        yield  # nobody sets it again

    def _first_longer(self, host: int, seconds: float) -> int | None:
        """Number of the first repair that a bad host may have that takes longer than so long.

        Of all that it might have had, that is one like those which go on after that time. None if
        none does: then nothing is known of it.
        """
        parameters = self._state.parameters
        provision = parameters.cluster.provision
        for number in range(repair.MOST_REPAIRS):
            row = self._rows.row(host, number)
            if repair.whole_time(parameters.repair, provision, row) > seconds:
                return number
        return None

    def _is_worn_out(self, host: int) -> bool:
        """Whether a host that is cordoned now was cordoned too often."""
        cordons = self._cordons.setdefault(host, [])
        cordons.append(self._state.env.now)
        return repair.is_worn_out(self._state.parameters.repair, cordons)

    def _takes(self, seconds: float, is_work: bool) -> float:
        """Seconds that a stage of repair takes that begins now, in its weather and hours.

        `is_work` is whether somebody has to be there for it.
        """
        state, now = self._state, self._state.env.now
        if self._weather is not None:
            span = self._weather.span(now)
            seconds *= weather.repair_factor(self._weather, state.draws, span)
        hours = state.parameters.repair.hours
        return seconds if hours is None or not is_work else hours.takes(now, seconds)


def _left(seconds: float, since: float) -> tuple[float, float, bool]:
    """What is left of a stage that began before, time of the next one so far, and if it is over."""
    if not since:
        return seconds, 0.0, False
    return max(seconds - since, 0.0), max(since - seconds, 0.0), since >= seconds

"""Energy, carbon and money of a trial once more, minutes at a time and from the scenario alone."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from simtrain.accounts.timeline import Census, EventKind, Segment, State
from simtrain.causes import BACKGROUND_WRITE, CHECKPOINTS
from simtrain.model.saving import done_after

if TYPE_CHECKING:
    from simtrain.distributions import Law
    from simtrain.model.parameters import Settle
    from simtrain.scenario.scenario import Scenario

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
MINUTE = 60.0


class Listener:
    """Remembers every call."""

    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        self.calls.append(("spent", state, cause, start, end))

    def trained(self, segment: Segment) -> None:
        self.calls.append(("trained", segment))

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        self.calls.append(("rolled back", work, cause))

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        self.calls.append(("happened", time, what, cause))

    def skipped(self, time: float, batches: int, cause: str) -> None:
        self.calls.append(("skipped", time, batches, cause))

    def census(self, time: float, hosts: Census) -> None:
        self.calls.append(("census", time, hosts))

    def close(self, time: float) -> None:
        self.calls.append(("close", time))


class ByMinutes:
    """Sums of a trial, in kilowatt-hours, kilograms and dollars.

    Parameters
    ----------
    scenario, listener, settle
        The scenario, what was told of the trial, and its numbers.
    minutes
        Length of a step, in which no weight changes.

    Attributes
    ----------
    sums
        By account.
    badput
        By cause.
    """

    def __init__(self, scenario: Scenario, listener: Listener, settle: Settle, minutes: int = 1):
        self._step_s = minutes * MINUTE
        self._settle = settle
        self._settled: dict[tuple[str, int], float] = {}
        self._start = scenario.start
        self._changes = [(0.0, scenario)]
        applied: tuple[int, ...] = ()
        for call in listener.calls:
            if call[:1] == ("happened",) and call[2] is EventKind.CHANGE:
                applied = (*applied, int(call[3].split()[1]))
                self._changes.append((call[1], scenario.after(applied)))
        self._limits = [(0.0, "")] + [
            (call[1], call[3])
            for call in listener.calls
            if call[:1] == ("happened",) and call[2] is EventKind.POWER
        ]
        self._pauses = {*scenario.schedule} | {
            name for name, stop in scenario.stop.items() if stop.kind == "pause"
        }
        self._steps = [(call[1], call[2]) for call in listener.calls if call[0] == "census"]
        [self._ended] = [call[1] for call in listener.calls if call[0] == "close"]
        launches = [
            call[1]
            for call in listener.calls
            if call[0] == "happened" and call[2] is EventKind.LAUNCH
        ]
        self._launched = min(launches, default=float("inf"))
        self.sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 3)
        self.badput: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * 3)
        steps = (*self._steps, *self._changes, *self._limits)
        self._moments = sorted({moment for moment, _ in steps})
        self._book_job(listener.calls)
        self._book_others()

    # --- the hosts of the job --------------------------------------------------------------------

    def _book_job(self, calls: list[tuple[Any, ...]]) -> None:
        rollbacks = [(n, one[1:]) for n, one in enumerate(calls) if one[0] == "rolled back"]
        for number, call in enumerate(calls):
            if call[0] == "spent":
                _, state, cause, start, end = call
                for since, until in self._cut(start, end):
                    before = state is State.HOST_WAIT and since < self._launched
                    queues = before or state is State.QUEUE_WAIT
                    price, does = "queue" if queues else "accelerator", "stalled"
                    if state is State.PAUSED and cause in self._pauses:
                        price = does = "paused"
                    self._stalled(since, until, until - since, price, cause, does)
            elif call[0] == "trained":
                later = bisect_left(rollbacks, number, key=lambda back: back[0])
                self._book_segment(call[1], [back for _, back in rollbacks[later:]])

    def _book_segment(self, segment: Segment, backs: list[tuple[float, str]]) -> None:
        schedule = segment.schedule
        others = [(cause, s) for cause, s in segment.losses if cause != BACKGROUND_WRITE]
        slow = sum(s for _, s in others)
        before = done_after(schedule, 0.0)
        position = segment.work_start
        for since, until in self._cut(segment.start, segment.end):
            after = done_after(schedule, until - segment.start)
            trained = after.train_s - before.train_s
            productive = after.productive_s - before.productive_s
            written = (after.written_s - before.written_s) * schedule.speed
            written *= schedule.write_slowdown
            stalled = after.save_s - before.save_s
            reached = position + productive * schedule.full_speed
            self._worked(since, until, productive, (position, reached), backs)
            lost = trained - productive - written
            for cause, seconds in others if slow else ():
                self._degraded(since, until, lost * seconds / slow, cause)
            self._degraded(since, until, written, BACKGROUND_WRITE)
            self._stalled(since, until, stalled, "accelerator", CHECKPOINTS)
            before, position = after, reached

    def _worked(
        self,
        since: float,
        until: float,
        seconds: float,
        work: tuple[float, float],
        backs: list[tuple[float, str]],
    ) -> None:
        low, high = work
        kept = high
        for back, cause in backs:
            if back < kept and kept > low:
                cut = max(low, back)
                part = seconds * (kept - cut) / (high - low)
                self._add(self.sums["lost_work"], since, until, part, "training", "accelerator")
                self._add(self.badput[cause], since, until, part, "training", "accelerator")
                kept = cut
        part = seconds * (kept - low) / (high - low) if high > low else 0.0
        self._add(self.sums["productive"], since, until, part, "training", "accelerator")

    def _degraded(self, since: float, until: float, seconds: float, cause: str) -> None:
        self._add(self.sums["degraded"], since, until, seconds, "training", "accelerator")
        self._add(self.badput[cause], since, until, seconds, "training", "accelerator")

    def _stalled(
        self,
        since: float,
        until: float,
        seconds: float,
        price: str,
        cause: str,
        does: str = "stalled",
    ) -> None:
        self._add(self.sums["stalled"], since, until, seconds, does, price)
        self._add(self.badput[cause], since, until, seconds, does, price)

    def _add(
        self, sums: list[float], since: float, until: float, seconds: float, state: str, price: str
    ) -> None:
        if seconds == 0.0:
            return
        hosts = self._at(self._steps, since).job
        self._weigh(sums, since, until, hosts * seconds, self._watts(state, since), price)

    # --- the others ------------------------------------------------------------------------------

    def _book_others(self) -> None:
        for since, until in self._cut(0.0, self._ended):
            scenario = self._at(self._changes, since)
            hosts, seconds = self._at(self._steps, since), until - since
            lent = min(hosts.idle, scenario.cluster.lent_spares)
            own, idle = (hosts.idle - lent) * seconds, self._watts("idle", since)
            self._weigh(self.sums["idle"], since, until, own, idle, "idle")
            self._weigh(self.sums["idle"], since, until, lent * seconds, 0.0, "lent")
            repair = self._watts("repair", since)
            self._weigh(self.sums["repair"], since, until, hosts.repair * seconds, repair, "repair")
            self._weigh(self.sums["away"], since, until, hosts.away * seconds, 0.0, "away")
            carbon = scenario.carbon
            if carbon is not None and carbon.embodied is not None:
                made = self._value("carbon.embodied", carbon.embodied, scenario)
                lifetime = self._value("carbon.lifetime", carbon.lifetime, scenario)
                self.sums["embodied"][1] += sum(hosts) * seconds * made / lifetime

    # --- weights ---------------------------------------------------------------------------------

    def _weigh(
        self,
        sums: list[float],
        since: float,
        until: float,
        host_s: float,
        watts: float,
        price: str,
    ) -> None:
        if host_s == 0.0:
            return
        scenario, middle = self._at(self._changes, since), (since + until) / 2
        energy = watts / 1000 * host_s / 3600
        sums[0] += energy
        if scenario.carbon is not None:
            sums[1] += energy * self._weight("carbon", "intensity", scenario, middle)
        if scenario.price is not None:
            sums[2] += host_s / 3600 * self._dollars(price, scenario)
            if scenario.price.energy is not None:
                sums[2] += energy * self._weight("price", "energy", scenario, middle)

    def _watts(self, state: str, moment: float) -> float:
        scenario = self._at(self._changes, moment)
        power = scenario.power
        if power is None:
            return 0.0
        order = ["repair", "idle", "stalled", "training"]
        keys = (
            ["paused", "stalled", "training"] if state == "paused" else order[order.index(state) :]
        )
        limit, share = self._at(self._limits, moment), 1.0
        if state == "training" and limit:
            schedule = scenario.schedule[limit]
            share = self._value(f"schedule.{limit}.power", schedule.power, scenario)
        for key in keys:
            if getattr(power, key) is not None:
                pue = share * self._value("power.pue", power.pue, scenario)
                return pue * self._value(f"power.{key}", getattr(power, key), scenario)
        raise AssertionError

    def _dollars(self, key: str, scenario: Scenario) -> float:
        price = scenario.price
        assert price is not None
        if getattr(price, key) is not None:
            return self._value(f"price.{key}", getattr(price, key), scenario)
        if key == "lent" or (key in ("repair", "away", "queue") and price.terms == "on demand"):
            return 0.0
        return 0.0 if key == "accelerator" else self._dollars("accelerator", scenario)

    def _value(self, path: str, number: Any, scenario: Scenario) -> float:
        known = path, id(scenario)
        if known not in self._settled:
            law: Law = self._settle(path, number)
            each = type(number).__name__ == "PerAccelerator"
            hosts = scenario.cluster.accelerators_per_host if each else 1
            self._settled[known] = law.mean * hosts
        return self._settled[known]

    def _weight(self, table: str, key: str, scenario: Scenario, moment: float) -> float:
        rules = getattr(scenario, table)
        value = getattr(rules, key)
        if hasattr(value, "values"):
            local = self._local(moment)
            hour = local.replace(minute=0, second=0, microsecond=0)
            first = dt.datetime.combine(value.begins, dt.time()) if value.begins else None
            origin = first or self._local(0.0).replace(minute=0, second=0, microsecond=0)
            hours = (hour - origin) // dt.timedelta(hours=1)
            return float(value.values[hours % len(value.values)])
        for number, row in enumerate(rules.when):
            if _fits(row, self._local(moment)):
                path = f"{table}.when.{number}.{key}"
                return self._value(path, getattr(row, key), scenario)
        return self._value(f"{table}.{key}", value, scenario)

    def _local(self, moment: float) -> dt.datetime:
        start = self._start or dt.datetime(2000, 1, 1)
        return start.replace(tzinfo=None) + dt.timedelta(seconds=moment)

    def _cut(self, start: float, end: float) -> Iterator[tuple[float, float]]:
        """Pieces of a time in which no step of the clock lies, no move of hosts, and no change."""
        shift, step_s = 0.0, self._step_s
        if self._start is not None:
            shift = 60.0 * self._start.minute + self._start.second
        first, last = int((start + shift) // step_s) + 1, int((end + shift) // step_s) + 1
        cuts = {number * step_s - shift for number in range(first, last)}
        within = bisect_left(self._moments, start), bisect_right(self._moments, end)
        cuts |= {*self._moments[slice(*within)]}
        edges = [start, *sorted(cut for cut in cuts if start < cut < end), end]
        yield from pairwise(edges)

    @staticmethod
    def _at(steps: list[tuple[float, Any]], moment: float) -> Any:
        return steps[bisect_right(steps, moment, key=lambda step: step[0]) - 1][1]


def _fits(row: Any, local: dt.datetime) -> bool:
    start, end = row.hours
    day = local
    if start < end:
        inside = start <= local.hour < end
    else:
        inside = local.hour >= start or local.hour < end
        if local.hour < end:
            day = local - dt.timedelta(days=1)
    is_day = row.days is None or DAYS[day.weekday()] in row.days
    return inside and is_day and (row.months is None or MONTHS[day.month - 1] in row.months)

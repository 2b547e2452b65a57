"""The whole scenario file: its tables, and how they must agree.

The field descriptions in these modules are the reference: the JSON Schema and the page on the
scenario format are generated from them.
"""

import datetime as dt
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Annotated, ClassVar, TypeVar

from pydantic import Field

from simtrain.causes import ALLOCATION, CAPACITY, CORRUPT_COPIES, ELASTIC, POLICIES, RESERVED
from simtrain.errors import shown
from simtrain.scenario.allocation import Allocation
from simtrain.scenario.behind import wrong_underway
from simtrain.scenario.calendar import Change, Moment, People, Start, Stop
from simtrain.scenario.capacity import Capacity
from simtrain.scenario.checkpoint import SURVIVED, Checkpoint, Restart
from simtrain.scenario.checks import Check
from simtrain.scenario.correlated import Correlated
from simtrain.scenario.domains import SCOPES, Domain, wrong_domains
from simtrain.scenario.faults import Detection, FaultClass
from simtrain.scenario.faults_from import FaultsFrom
from simtrain.scenario.fitted_to import FittedTo
from simtrain.scenario.footprint import Carbon, Power, Price, contradictions
from simtrain.scenario.hosts import Cluster, Diagnosis, Repair
from simtrain.scenario.inference import Inference
from simtrain.scenario.numbers import PositiveDuration
from simtrain.scenario.parallelism import Parallelism
from simtrain.scenario.portions import Portion, share_of
from simtrain.scenario.published import QUANTITIES, Logbook, NotReproduced, Published
from simtrain.scenario.ramp import wrong_ramp
from simtrain.scenario.readers import TextLine, Whole
from simtrain.scenario.recovery import Recovery
from simtrain.scenario.replicas import wrong_replicas
from simtrain.scenario.schedule import Schedule, wrong_schedules
from simtrain.scenario.table import Broken, Table
from simtrain.scenario.underway import Underway
from simtrain.scenario.weather import Varies, Weather
from simtrain.scenario.workload import Workload
from simtrain.units import YEAR, brief

T = TypeVar("T")
Name = Annotated[str, Field(pattern=r"^[A-Za-z]([A-Za-z0-9_ -]{0,38}[A-Za-z0-9_-])?$")]

LONGEST_WORK = 100 * YEAR
SHORTEST_STEP = 1e-3
MOST_CHECKS = 100_000


class Source(Table):
    """Where a number comes from: exactly one of three."""

    published: TextLine | None = Field(None, description="The publication that states it.")
    assumed: TextLine | None = Field(None, description="Why we assume it.")
    calibrated: TextLine | None = Field(None, description="The published figure it was fitted to.")
    range: TextLine | None = Field(
        None,
        description="Where the number lies nine times in ten: trials draw it from there, though it "
        "is plain in the file.",
    )
    shared: TextLine | None = Field(
        None, description="Name under which its quantile is shared with other ranges."
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Exactly one kind of source."""
        yield from self.exactly_one("published", "assumed", "calibrated")
        if self.shared and not self.range:
            yield Broken("shared", "has no `range` beside it", "give `range`, or leave it out")


class Limits(Table):
    """Where a trial ends that does not finish; it is reported as truncated."""

    wall_clock: PositiveDuration | None = Field(
        None, description="Longest wall-clock simulated; ten times the ideal by default."
    )
    faults: Annotated[int, Whole(1, 10_000_000)] = Field(
        20_000, description="Most faults, repairs and failed tries simulated in a trial."
    )


class Tables(Table):
    """A whole scenario file."""

    is_read_once: ClassVar[bool] = False

    title: TextLine = Field("", description="One line that names the run.")
    system: TextLine = Field(
        "", description="Name of the model that was trained, by which runs are listed."
    )
    start: Start | None = Field(
        None,
        description="Local date and time of the start, needed for dates and hours. Its offset "
        "from UTC holds for the whole run; there is no daylight saving.",
    )
    workload: Workload
    cluster: Cluster
    parallelism: Parallelism | None = None
    domain: tuple[Domain, ...] = Field(
        (), description="Levels of failure domains, from small to large, such as racks and pods."
    )
    fault: dict[Name, FaultClass] = Field({}, description="Classes of faults, by name.")
    faults_from: FaultsFrom | None = None
    weather: dict[Name, Weather] = Field({}, description="Weather that tables share, by name.")
    detection: Detection = Detection()
    checkpoint: Checkpoint
    restart: Restart
    recovery: Recovery = Recovery()
    allocation: Allocation | None = None
    underway: Underway | None = None
    capacity: Capacity | None = None
    people: People = People()
    diagnosis: Diagnosis = Diagnosis()
    repair: Repair = Repair()
    stop: dict[Name, Stop] = Field({}, description="Planned stops and incidents, by name.")
    check: dict[Name, Check] = Field({}, description="Periodic checks and evaluations, by name.")
    schedule: dict[Name, Schedule] = Field(
        {}, description="Hours in which the job pauses or draws less power, by name."
    )
    power: Power | None = None
    carbon: Carbon | None = None
    price: Price | None = None
    inference: Inference | None = None
    change: tuple[Change, ...] = Field((), description="Changes during the run.")
    correlated: tuple[Correlated, ...] = Field(
        (), description="Pairs of uncertain numbers of which one tells something of the other."
    )
    limits: Limits = Limits()
    fit: FittedTo | None = None
    published: tuple[Published, ...] = Field(
        (), description="Outcomes of the real run, shown beside the trials."
    )
    not_reproduced: tuple[NotReproduced, ...] = Field(
        (), description="Published figures that trials are not held against, and why."
    )
    logbook: Logbook | None = Field(None, description="Runs of the real job, drawn over trials.")
    sources: dict[str, Source] = Field(
        {}, description='Where numbers come from, by path: "cluster.hosts" = { published = "…" }.'
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Tables agree with each other."""
        yield from self._names_are_unique()
        yield from self._weathers_are_known()
        yield from self._log_fits()
        yield from self._domains_are_known()
        yield from self._ages_are_known()
        if self.parallelism is not None:
            yield from self.parallelism.broken_with(self.cluster, self.workload)
            yield from wrong_replicas(self.cluster, self.recovery, self.parallelism)
        sizes = {domain.name: domain.hosts for domain in self.domain}
        yield from self.recovery.broken_replicas(self.cluster, sizes)
        yield from self._work_is_possible()
        yield from self._steps_are_known()
        yield from wrong_ramp(self.workload, self.change)
        yield from self._checks_are_not_too_many()
        yield from self._moments_have_a_start()
        yield from self._changes_are_in_order()
        yield from self._incidents_find_their_hosts()
        yield from self._progress_is_of_work()
        yield from self._outcomes_are_of_this_run()
        yield from contradictions(self.power, self.carbon, self.price, self.start)
        if self.inference is not None and self.power is None:
            wrong = "stands beside the energy of the training, but nothing says how much that is"
            yield Broken("inference", wrong, "give [power]")
        yield from wrong_schedules(self.schedule, self.carbon, self.price, self.start)
        yield from self._weights_begin_with_the_run()
        yield from self._fresh_hosts_stand_anywhere()
        yield from self._preempted_hosts_come_back()
        yield from wrong_underway(
            self.underway, self.workload, self.cluster, self.fault, self.weather, self.stop,
            self.allocation,
        )  # fmt: skip

    def _preempted_hosts_come_back(self) -> Iterator[Broken]:
        for name, fault in self.fault.items():
            if fault.does.preempts and fault.returns is None and self.allocation is None:
                yield Broken(
                    f"fault.{name}.returns",
                    "is missing, and there is no `[allocation]` whose `wait` would hold instead",
                    'give how long hosts are away, such as returns = "2 h"',
                )

    @property
    def counts(self) -> tuple[tuple[float, int], ...]:
        """From when on, in seconds since the start, there are so many hosts; empty if always."""
        rows = () if self.capacity is None else self.capacity.trace
        return tuple((elapsed(at, self.start), hosts) for at, hosts in rows)

    def _fresh_hosts_stand_anywhere(self) -> Iterator[Broken]:
        if self.capacity and self.allocation and self.allocation.hosts == "others":
            wrong = "does not go with `[capacity]`, which counts the hosts that there are"
            yield Broken("allocation.hosts", wrong, '"same"')
        bound = self.cluster.given("spares_within", "whole")
        if bound and self.allocation is not None and self.allocation.hosts == "others":
            wrong = f"does not go with `cluster.{bound[0]}`"
            yield Broken("allocation.hosts", wrong, '"same", or leave the other out')

    def _weights_begin_with_the_run(self) -> Iterator[Broken]:
        for index, change in enumerate(self.change):
            for path in change.set:
                root = path.partition(".")[0]
                if root in ("power", "carbon", "price") and getattr(self, root) is None:
                    yield Broken(
                        f"change.{index}.set.{path}",
                        "begins in the middle of the run, and what came before would weigh nothing",
                        f"give [{root}] from the start",
                    )
                elif root == "allocation" and self.allocation is None:
                    wrong = "begins in the middle of the run, which holds its hosts for good"
                    yield Broken(f"change.{index}.set.{path}", wrong, "give [allocation] as well")

    @property
    def latent(self) -> dict[str, str]:
        """Causes under which training goes on, perhaps after a change, each with its effect."""
        found = {name: fault.effect for name, fault in self.fault.items() if not fault.does.stops}
        later = (path for change in self.change for path in change.set)
        if any(path.endswith("corrupt_found_after") for path in later) or any(
            tier.corrupt_found_after is not None for _, tier in self.checkpoint.tiers()
        ):
            found[CORRUPT_COPIES] = "corrupt"
        return found

    @property
    def scopes(self) -> dict[str, str]:
        """What each class of faults strikes, by its name."""
        return {name: fault.scope for name, fault in self.fault.items()}

    @property
    def causes(self) -> tuple[str, ...]:
        """All causes that badput can be charged to."""
        copies = (CORRUPT_COPIES,) if CORRUPT_COPIES in self.latent else ()
        limits = (ALLOCATION,) if self.allocation is not None else ()
        elastic = () if self.recovery.replicas is None else (ELASTIC,)
        counts = () if self.capacity is None else (CAPACITY,)
        others = (*POLICIES, *copies, *limits, *counts, *elastic)
        return (*self.fault, *self.stop, *self.schedule, *self.check, *others)

    def _names_are_unique(self) -> Iterator[Broken]:
        taken = dict.fromkeys(self.fault, "fault") | dict.fromkeys(RESERVED, "policy")
        for table in ("stop", "check", "schedule"):
            for name in getattr(self, table):
                if name in taken:
                    wrong = f"is also the name of a {taken[name]}"
                    yield Broken(f"{table}.{name}", wrong, "rename it")
                taken[name] = table
        for name in self.fault:
            if name in RESERVED:
                yield Broken(f"fault.{name}", "is also the name of a policy", "rename it")

    def _weathers_are_known(self) -> Iterator[Broken]:
        for path, varies in self.weathers():
            if varies.name is not None and varies.name not in self.weather:
                there = f"there are {', '.join(self.weather)}" if self.weather else "there is none"
                remedy = f"{there}; give a table [weather.{varies.name}]"
                yield Broken(path, f"{shown(varies.name)} is the name of no weather", remedy)

    def _log_fits(self) -> Iterator[Broken]:
        table, owned = self.faults_from, self.most_hosts + self._most_spares
        if table is not None and table.hosts < owned:
            wrong = f"are fewer than the {owned} hosts and spares of the cluster"
            yield Broken("faults_from.hosts", wrong, "a cluster of those that were watched")
        if table is not None:
            yield from table.contradicted(self.fault)

    def weathers(self) -> Iterator[tuple[str, Varies]]:
        """What varies with a weather, by the path at which that is said."""
        for name, fault in self.fault.items():
            if fault.varies is not None:
                yield f"fault.{name}.varies", fault.varies
        if self.repair.varies is not None:
            yield "repair.varies", self.repair.varies

    def _domains_are_known(self) -> Iterator[Broken]:
        yield from wrong_domains(self.domain)
        sizes = {domain.name: domain.hosts for domain in self.domain}
        rows = ", ".join(f'"{name}"' for name in sizes) or "a `[[domain]]`"
        for name, fault in self.fault.items():
            if fault.scope not in (*SCOPES, *sizes):
                known = ", ".join(f'"{scope}"' for scope in (*SCOPES, *sizes))
                wrong = f"{shown(fault.scope)} is no scope and names no `[[domain]]`"
                yield Broken(f"fault.{name}.scope", wrong, f"one of {known}")
            elif fault.hosts is not None and not fault.hosts.is_share:
                there = sizes.get(fault.scope, self.most_hosts + self._most_spares)
                struck = fault.hosts.number
                if struck.is_fixed and struck.mean > there:
                    wrong = f"{struck.mean:.0f} are more than the {there} hosts of a {fault.scope}"
                    yield Broken(f"fault.{name}.hosts", wrong, f"at most {there}, or a share")
        for number, tier in enumerate(self.checkpoint.tier):
            if tier.survives not in (*SURVIVED, *sizes):
                known = ", ".join(f'"{scope}"' for scope in (*SURVIVED, *sizes))
                wrong = f"{shown(tier.survives)} is no scope and names no `[[domain]]`"
                yield Broken(f"checkpoint.tier.{number}.survives", wrong, f"one of {known}")
        for key in ("spares_within", "whole"):
            level = getattr(self.cluster, key)
            if level is not None and level not in sizes:
                wrong = f"{shown(level)} names no `[[domain]]`"
                yield Broken(f"cluster.{key}", wrong, f"the name of one: {rows}")
            elif level is not None:
                yield from self._spares_fit_into(key, level, sizes[level])

    def _spares_fit_into(self, key: str, level: str, size: int) -> Iterator[Broken]:
        """Domains hold the job, and are the same for the whole run."""
        hosts, spares = self.cluster.hosts, self.cluster.spares
        domains = -(-(hosts + spares) // size)
        if key == "spares_within" and self.cluster.whole is not None:
            yield Broken("cluster.whole", "contradicts `spares_within`", "give only one of them")
        elif key == "spares_within" and domains > hosts:
            yield Broken(
                "cluster.spares_within",
                f"the {hosts + spares} hosts there are fill {domains} domains of {size} "
                f'("{level}"), some of which would hold no host of the job',
                "fewer spares, or larger domains",
            )
        for name in ("hosts", "spares") if key == "whole" else ():
            count = getattr(self.cluster, name)
            if count % size:
                low, high = count // size * size, (count // size + 1) * size
                remedy = f"{high}" if not low else f"{low} or {high}"
                wrong = f"{count} are not whole domains of {size} (`whole` is {shown(level)})"
                yield Broken(f"cluster.{name}", wrong, remedy)
        for number, change in enumerate(self.change):
            for path in ("cluster.hosts", "cluster.spares"):
                if path in change.set:
                    yield Broken(
                        f"change.{number}.set.{path}",
                        "cannot change during a run whose spares belong to a domain",
                        f"leave it out, or `cluster.{key}`",
                    )

    def _ages_are_known(self) -> Iterator[Broken]:
        ageing = [name for name, fault in self.fault.items() if fault.ages_hosts]
        if ageing and self.cluster.age is None:
            yield Broken(
                "cluster.age",
                f"is missing, but hosts age in `fault.{ageing[0]}`",
                'give "new", "stationary", a duration or a law',
            )
        if len(ageing) > 1 and self.cluster.age == "stationary":
            yield Broken(
                "cluster.age",
                f'"stationary" is only known for one law of ageing, not for {len(ageing)}',
                'give "new", a duration or a law',
            )

    def _work_is_possible(self) -> Iterator[Broken]:
        ideal_s = self.ideal_s
        if not 1 <= ideal_s <= LONGEST_WORK:
            yield Broken(
                "workload",
                f"takes {brief(ideal_s)} without any fault",
                f"from {brief(1)} to {brief(LONGEST_WORK)}",
            )

    def _steps_are_known(self) -> Iterator[Broken]:
        step_s = self.step_s
        intervals = {"checkpoint.interval": self.checkpoint.interval} | {
            f"check.{name}.every": check.every for name, check in self.check.items()
        }
        for path, interval in intervals.items():
            if interval.in_steps and step_s is None:
                key = "steps" if self.workload.window is None else "step_time"
                yield Broken(
                    path,
                    "is in steps, but the workload does not say what a step is",
                    f"give `workload.{key}`, or a duration",
                )
        if step_s is not None and step_s < SHORTEST_STEP:
            [key, *_] = self.workload.given("step_time", "steps", "batch")
            yield Broken(f"workload.{key}", "makes a step shorter than 1 ms", "at least 1 ms")

    def _checks_are_not_too_many(self) -> Iterator[Broken]:
        ideal_s = self.ideal_s
        step_s = self.step_s or math.inf
        for name, check in self.check.items():
            every_s = check.every.number.middle * (step_s if check.every.in_steps else 1)
            if ideal_s > MOST_CHECKS * every_s:
                yield Broken(
                    f"check.{name}.every",
                    f"makes {ideal_s / every_s:,.0f} checks, each of which is simulated",
                    f"at most {MOST_CHECKS:,}; what comes at every step is part of the step time",
                )

    @property
    def accelerators(self) -> int:
        """Accelerators of the job."""
        return self.cluster.hosts * self.cluster.accelerators_per_host

    def middle(self, path: str) -> float:
        """Number at the path of a key of one of the tables, at its middle and in base units."""
        table, _, key = path.partition(".")
        middle: float = getattr(getattr(self, table), key).middle
        return middle

    @property
    def ideal_s(self) -> float:
        """Mean time of the work at full speed, in seconds; of a window, its length."""
        return self.workload.ideal_s(self.accelerators) * self.slowdown(self.middle)

    @property
    def step_s(self) -> float | None:
        """Mean time of a step at full speed, in seconds; None if nothing gives it."""
        step_s = self.workload.step_s(self.accelerators)
        return None if step_s is None else step_s * self.slowdown(self.middle)

    @property
    def hosts_per_replica(self) -> int | None:
        """Hosts that are of no use without each other; None where the split is not given."""
        if self.parallelism is None:
            return None
        return self.parallelism.hosts_per_replica(self.cluster.accelerators_per_host)

    def slowdown(self, value: Callable[[str], float]) -> float:
        """By what the interconnect makes steps longer than the workload says, if asked for."""
        if self.parallelism is None:
            return 1.0
        return self.parallelism.slowdown(self.cluster, self.workload, value)

    def _moments_have_a_start(self) -> Iterator[Broken]:
        for path, moment in self._moments():
            if isinstance(moment, float):
                continue
            if self.start is None:
                yield Broken(path, "is a date, but the run has no `start`", "give `start`")
            elif moment.tzinfo is not None and self.start.tzinfo is None:
                yield Broken(
                    path,
                    "has an offset from UTC, but `start` has none",
                    "leave it out, or give `start` one as well",
                )
            elif elapsed(moment, self.start) < 0:
                yield Broken(path, "lies before `start`", "a later moment")
        if self.capacity is not None and (wrong := self.capacity.wrong_dates(self.start)):
            yield wrong
        rows = () if self.allocation is None else self.allocation.when
        queues = any(row.needs_the_hour for row in rows)
        for path, is_given in (
            ("people.when", bool(self.people.when)),
            ("people.staffed", self.people.staffed is not None),
            ("allocation.when", queues),
            ("repair.staffed", self.repair.staffed is not None),
        ):
            if self.start is None and is_given:
                yield Broken(
                    path,
                    "needs the hour, but the run has no `start`",
                    "give `start`, a date and a time",
                )

    def _moments(self) -> Iterator[tuple[str, Moment]]:
        for index, change in enumerate(self.change):
            if change.at is not None:
                yield f"change.{index}.at", change.at
        for name, stop in self.stop.items():
            if stop.at is not None:
                yield f"stop.{name}.at", stop.at
            if stop.first is not None:
                yield f"stop.{name}.first", stop.first
        for index, row in enumerate(self.published):
            for moment in row.window or ():
                yield f"published.{index}.window", moment
        for index, run in enumerate(self.logbook.runs if self.logbook else ()):
            yield f"logbook.runs.{index}.start", run.start
            yield f"logbook.runs.{index}.end", run.end

    def _progress_is_of_work(self) -> Iterator[Broken]:
        if self.workload.window is None:
            return
        wrong = "means nothing where a window is observed and no work is to be finished"
        for index, change in enumerate(self.change):
            if change.progress is not None:
                yield Broken(f"change.{index}.progress", wrong, "give `at`")
        for name, stop in self.stop.items():
            if stop.progress is not None:
                yield Broken(f"stop.{name}.progress", wrong, "give `at` or `every`")
        for index, row in enumerate(self.published):
            if row.quantity == "progress":
                yield Broken(f"published.{index}.quantity", f"`progress` {wrong}", "leave it out")

    def _outcomes_are_of_this_run(self) -> Iterator[Broken]:
        incidents = [name for name, stop in self.stop.items() if stop.kind == "incident"]
        causes = [*self.fault, *incidents]
        for index, row in enumerate(self.published):
            if row.cause is not None and row.cause not in causes:
                wrong = f"{shown(row.cause)} is no class of faults and no incident"
                named = ", ".join(map(shown, causes)) or "leave it out"
                yield Broken(f"published.{index}.cause", wrong, named)
            needs = QUANTITIES[row.quantity].needs
            if needs is not None and getattr(self, needs) is None:
                wrong = f"`{row.quantity}` is not measured without [{needs}]"
                yield Broken(f"published.{index}.quantity", wrong, f"give [{needs}]")
            if row.of == "ideal" and self.workload.window is not None:
                wrong = "means nothing where a window is observed and no work is to be finished"
                yield Broken(f"published.{index}.of", wrong, "leave it out")
        for index, run in enumerate(self.logbook.runs if self.logbook else ()):
            if run.steps is not None and self.workload.steps_at_start is None:
                wrong = "is in steps, but the workload does not say how many there are"
                yield Broken(f"logbook.runs.{index}.steps", wrong, "give `workload.steps`")

    def _changes_are_in_order(self) -> Iterator[Broken]:
        if self.start is None and any(isinstance(change.at, dt.datetime) for change in self.change):
            return
        dates, places = ({}, {})
        for index, change in enumerate(self.change):
            if change.at is not None:
                dates[f"change.{index}.at"] = elapsed(change.at, self.start)
            elif change.progress is not None:
                places[f"change.{index}.progress"] = change.progress.middle
        for rows in (dates, places):
            for (_, earlier), (path, later) in pairwise(rows.items()):
                if later < earlier:
                    yield Broken(path, "comes before the change above it", "changes in order")

    def _incidents_find_their_hosts(self) -> Iterator[Broken]:
        there = self.cluster.owned or self.most_hosts + self._most_spares
        for name, stop in self.stop.items():
            for key in ("hosts", "unfit"):
                taken = getattr(stop, key)
                if taken != "all" and taken > there:
                    wrong = f"{taken} are more than the {there} hosts there ever are"
                    yield Broken(f"stop.{name}.{key}", wrong, f"at most {there}")

    @property
    def most_hosts(self) -> int:
        """Hosts of the job where it is largest, of all changes."""
        return max(self.cluster.hosts, *self._set_to("hosts", int), 0)

    @property
    def _most_spares(self) -> int:
        spares, hosts = self.cluster.spares, self.most_hosts
        shares = [share for text in self._set_to("spares", str) if (share := share_of(text))]
        shares += [spares.share] if isinstance(spares, Portion) else []
        portions = (Portion.of(hosts, share, up=True) for share in shares)
        return max(spares, *self._set_to("spares", int), *portions, 0)

    def _set_to(self, key: str, kind: type[T]) -> list[T]:
        """Values of a kind that changes give to a number of hosts."""
        values = (change.set.get(f"cluster.{key}") for change in self.change)
        return [value for value in values if isinstance(value, kind)]


def elapsed(moment: dt.datetime | float, start: dt.datetime | None) -> float:
    """Seconds from `start` to `moment`; a moment without an offset is in local time of the run."""
    if isinstance(moment, float):
        return moment
    if start is None:
        raise ValueError("a date needs a start to be counted from")
    if moment.tzinfo is None or start.tzinfo is None:
        moment, start = moment.replace(tzinfo=None), start.replace(tzinfo=None)
    return (moment - start).total_seconds()

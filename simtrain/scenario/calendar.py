"""`[people]`, `[stop.NAME]` and `[[change]]`: what hangs on the calendar."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.domains import MAX_HOSTS
from simtrain.scenario.exclusive import EXCLUSIVE
from simtrain.scenario.number import Number
from simtrain.scenario.numbers import LONGEST, NOTHING, Duration, DurationOnce, Kind, Period
from simtrain.scenario.readers import JsonSchema, Reader, TextLine, Whole, YesOrNo
from simtrain.scenario.table import Broken, Table
from simtrain.units import COUNT, DURATION, FRACTION, Dimension, brief

FIXED = (
    "title",
    "system",
    "start",
    "stop",
    "schedule",
    "change",
    "correlated",
    "limits",
    "inference",
    "published",
    "not_reproduced",
    "logbook",
    "sources",
    "extends",
    "weather",
    "faults_from",
    "capacity",
    "underway",
    "cluster.in_repair",
    "recovery",
    "repair.varies",
    "workload.ideal_time",
    "workload.accelerator_hours",
    "workload.flops",
    "workload.tokens",
    "workload.parameters",
    "workload.count_attention",
    "workload.layers",
    "workload.hidden",
    "workload.attention_width",
    "workload.steps",
    "workload.window",
    "domain",
    "cluster.owned",
    "cluster.accelerator",
    "cluster.spares_within",
    "cluster.whole",
    "cluster.age",
    "cluster.lemons",
    "cluster.frailty",
    "checkpoint.final_save",
    "restart.at_start",
)
"""Tables and keys that hold for a whole run."""
FIXED_OF_FAULTS = ("scope", "effect", "law", "clock", "varies", "ends_run")
"""Keys of a class of faults that do."""
FIXED_OF_TIERS = ("name", "survives")
"""Keys of a tier of copies that do; how many tiers there are holds as well."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class _StartReader(Reader):
    """Reads the date and time of the start."""

    accepted = "a date such as 2026-03-02, or with a time and an offset: 2026-03-02T09:00:00+01:00"

    def parse(self, value: object) -> dt.datetime:
        moment = _datetime(value)
        if moment is None:
            raise ValueError(f"{shown(value)} is not a date")
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise ValueError(f"the year {moment.year} is not from {_FIRST_YEAR} to {_LAST_YEAR}")
        return moment

    def json_schema(self) -> JsonSchema:
        return {"type": "string"}

    def dump(self, value: dt.datetime) -> str:
        return value.isoformat()


class MomentReader(Reader):
    """Reads a date, a date with a time, or a duration after the start."""

    accepted = (
        'a date, a date with a time, or a duration after the start such as "20 days", '
        f"at most {DURATION.text(LONGEST)}"
    )
    dimensions = (DURATION,)

    def parse(self, value: object) -> dt.datetime | float:
        """Read a moment."""
        moment = _datetime(value)
        if moment is not None:
            return moment
        if not isinstance(value, str):
            raise ValueError(f"{shown(value)} is neither a date nor a duration")
        seconds = DURATION.parse(value)
        if seconds < 0:
            raise ValueError(f"{shown(value)} lies before the start")
        if seconds > LONGEST:
            raise ValueError(f"{shown(value)} is out of range")
        return seconds

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"type": "string"}

    def dump(self, value: dt.datetime | float) -> str | float:
        """`value` as JSON in base units."""
        return value if isinstance(value, float) else value.isoformat()


class _DayReader(Reader):
    """Reads a date without a time."""

    accepted = "a date such as 2026-12-25"

    def parse(self, value: object) -> dt.date:
        return day_of(value)

    def json_schema(self) -> JsonSchema:
        return {"type": "string"}

    def dump(self, value: dt.date) -> str:
        return value.isoformat()


class _HoursReader(Reader):
    """Reads from which hour to which."""

    accepted = "two different hours from 0 to 24, such as [8, 18] or, over midnight, [22, 8]"

    def parse(self, value: object) -> tuple[int, int]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("is not a list of two hours")
        start, end = (Whole(0, 24).parse(hour) for hour in value)
        if start == end or start == 24:
            raise ValueError(f"from {start} to {end} is no time")
        return start, end

    def json_schema(self) -> JsonSchema:
        hour = Whole(0, 24).json_schema()
        return {"type": "array", "items": hour, "minItems": 2, "maxItems": 2}

    def written(self, value: tuple[int, int]) -> list[int]:
        return list(value)


class _HostsTakenReader(Reader):
    """Reads the number of hosts an incident takes."""

    accepted = 'a whole number of hosts, or "all"'
    dimensions = (COUNT,)

    def parse(self, value: object) -> int | str:
        return "all" if value == "all" else Whole(0, MAX_HOSTS).parse(value)

    def json_schema(self) -> JsonSchema:
        return {"anyOf": [Whole(0, MAX_HOSTS).json_schema(), {"const": "all"}]}


class ProgressReader(Reader):
    """Reads a part of the work."""

    accepted = 'a fraction of the work between 0 and 1, such as 0.25 or "25 %"'
    dimensions = (FRACTION,)

    def parse(self, value: object) -> float:
        """Read a part of the work."""
        progress = FRACTION.parse(value)  # type: ignore[arg-type]  # it refuses all else
        if 0 < progress < 1:
            return progress
        raise ValueError(f"{shown(value)} is out of range")

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"type": ["number", "string"]}


class StepReader(Whole):
    """Reads a step at which something comes."""


@dataclass(frozen=True, slots=True)
class UncertainProgressReader(Kind):
    """Reads a part of the work that may be drawn once per trial."""

    dimension: Dimension = FRACTION
    low: float = 0.0
    high: float = 1.0

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return f'{ProgressReader.accepted}, a range "A..B", or a law drawn once per trial'

    def _plain(self, value: object) -> float:
        return ProgressReader().parse(value)


Start = Annotated[dt.datetime, _StartReader()]
Moment = Annotated[dt.datetime | float, MomentReader()]
Day = Annotated[dt.date, _DayReader()]
Hours = Annotated[tuple[int, int], _HoursReader()]
HostsTaken = Annotated[int | Literal["all"], _HostsTakenReader()]
Progress = Annotated[float, ProgressReader()]
Step = Annotated[int, StepReader(1, 10**12)]
UncertainProgress = Annotated[Number, UncertainProgressReader()]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class HoursOf(Table):
    """Hours of some days, in local time."""

    days: tuple[Weekday, ...] | None = Field(
        None,
        min_length=1,
        description='Days of the week, such as ["sat", "sun"]; all by default.',
    )
    hours: Hours = Field((0, 24), description="From and to hour; [22, 8] goes over midnight.")


class Watch(HoursOf):
    """The response time at some hours."""

    holidays: YesOrNo = Field(False, description="Only on the days listed in `people.holidays`.")
    response: Duration = Field(description="Response time if the wait begins then.")


class People(Table):
    """How long it takes until a person acts."""

    response: Duration = Field(NOTHING, description="Response time if no row of `when` fits.")
    when: tuple[Watch, ...] = Field(
        (), description="Response times by hour, weekday and holiday; the first row that fits."
    )
    holidays: tuple[Day, ...] = Field((), description="Dates of holidays.")
    staffed: HoursOf | None = Field(
        None, description="If given, a wait that begins outside starts when these hours do."
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Response times of holidays have holidays."""
        for row, watch in enumerate(self.when):
            if watch.holidays and not self.holidays:
                yield Broken(
                    f"when.{row}.holidays",
                    "waits for holidays, but none are listed",
                    "give dates in `people.holidays`",
                )


class Stop(Table):
    """Planned downtime or a scripted incident, named by its table."""

    kind: Literal["maintenance", "pause", "incident"] = Field(
        "maintenance",
        description="`maintenance` and `pause` save first; an `incident` strikes and takes hosts.",
    )
    at: Moment | None = Field(
        None,
        description="When: a date, a time, or a duration after the start; or give `progress`, or "
        "`every`.",
    )
    progress: Progress | None = Field(None, description="When, as a fraction of the work.")
    every: Period | None = Field(
        None,
        description="Again and again: the first one this long after the start, and from the start "
        "of one to the start of the next. A law is drawn for each of them.",
    )
    first: Moment | None = Field(
        None, description="Of one that recurs: when the first one comes, if not after `every`."
    )
    duration: Duration = Field(description="How long it lasts.")
    save_first: YesOrNo | None = Field(
        None, description="Whether the job saves first. By default unless it is an incident."
    )
    margin: DurationOnce = Field(
        NOTHING,
        description="How far before it, in training at full speed, the checkpoint must lie that "
        "the job goes on from: a loss spike on a known date. Only if the job does not save first; "
        "one that is down goes back no further.",
    )
    hosts: HostsTaken = Field(
        0, description='Hosts that an incident takes, those of the job first; or "all".'
    )
    unfit: Annotated[int, Whole(0, MAX_HOSTS)] = Field(
        0, description="How many of them need repair when it is over."
    )

    def broken_rules(self) -> Iterator[Broken]:
        """One moment; hosts only for incidents."""
        yield from self.exactly_one(*EXCLUSIVE["stop"][0])
        if self.first is not None and self.every is None:
            yield Broken("first", "is of a stop that recurs", "`every` as well, or `at` instead")
        if self.kind != "incident" or self.hosts == "all":
            yield from self._leaves_time_to_train()
        if self.kind != "incident":
            for key in ("hosts", "unfit"):
                if getattr(self, key):
                    yield Broken(key, f"a {self.kind} takes no hosts", '`kind = "incident"`')
        elif not self.hosts:
            yield Broken("hosts", "is missing", 'give a number of hosts, or "all"')
        elif self.hosts != "all" and self.unfit > self.hosts:
            yield Broken("unfit", "exceeds `hosts`", "at most as many as the incident takes")
        if self.saves_first and self.margin.middle > 0:
            yield Broken("margin", "goes back behind what is saved first", "`save_first = false`")

    @property
    def saves_first(self) -> bool:
        """Whether a job that trains is saved first."""
        return self.kind != "incident" if self.save_first is None else self.save_first

    def _leaves_time_to_train(self) -> Iterator[Broken]:
        if self.every is None or self.every.middle > self.duration.middle:
            return
        every, lasts = brief(self.every.middle), brief(self.duration.middle)
        yield Broken(
            "every",
            f"leaves no time to train: the next stop is due {every} after the start of one, which "
            f"lasts {lasts}",
            "more than `duration`; it counts from the start of one to the start of the next",
        )


class Change(Table):
    """A change of numbers on a date or at a progress."""

    name: TextLine | None = Field(None, description="What it is called in pictures and stories.")
    at: Moment | None = Field(
        None,
        description="When: a date, a time, or a duration after the start; or give `progress`, or "
        "`step`.",
    )
    progress: UncertainProgress | None = Field(
        None,
        description="When, as a fraction of the work; in no trial before the change above it.",
    )
    step: Step | None = Field(None, description="When, as a step.")
    set: dict[str, Any] = Field(
        min_length=1, description='The new values by path, such as { "cluster.spares" = 18 }.'
    )

    def broken_rules(self) -> Iterator[Broken]:
        """One moment, and only what can change in a run."""
        yield from self.exactly_one(*EXCLUSIVE["change"][0])
        for path in self.set:
            if is_fixed(path):
                yield Broken(f"set.{path}", "cannot change during a run", "leave it out")


def day_of(value: object) -> dt.date:
    """Date that a value of the file is, or a ValueError that says what it is instead."""
    if isinstance(value, str):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{shown(value)} is not a date") from None
    if isinstance(value, dt.datetime) or not isinstance(value, dt.date):
        raise ValueError(f"{shown(value)} is not a date without a time")
    return value


def _datetime(value: object) -> dt.datetime | None:
    """Read a date with or without a time; none if it is neither."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    try:
        return dt.datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


@cache  # a sweep asks it of the same few paths at each of its points
def is_fixed(path: str) -> bool:
    """Whether the value at `path` holds for a whole run."""
    root, _, rest = path.partition(".")
    of_fault = root == "fault" and bool({*rest.split(".")[1:]} & {*FIXED_OF_FAULTS})
    of_tier = path.startswith("checkpoint.tier.") and path.rpartition(".")[2] in FIXED_OF_TIERS
    whole = path == "checkpoint.tier"
    fixed = any(path == key or path.startswith(f"{key}.") for key in FIXED)
    return of_fault or of_tier or whole or fixed

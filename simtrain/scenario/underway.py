"""`[underway]`: a run that has begun before, and what it has behind it as the trials begin."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.calendar import ProgressReader
from simtrain.scenario.numbers import LONGEST
from simtrain.scenario.readers import JsonSchema, Reader, Whole
from simtrain.scenario.table import Broken, Table
from simtrain.units import DURATION, FRACTION, brief


class _PartReader(ProgressReader):
    """Reads a part of something that is not all of it."""

    accepted = 'a fraction from 0 to below 1, such as 0.25 or "25 %"'

    def parse(self, value: object) -> float:
        """Read a part."""
        part = FRACTION.parse(value)  # type: ignore[arg-type]  # it refuses all else
        if 0 <= part < 1:
            return part
        raise ValueError(f"{shown(value)} is out of range")


class _TimeReader(Reader):
    """Reads a duration that is known."""

    accepted = f'a duration such as "3 days", at most {DURATION.text(LONGEST)}'
    dimensions = (DURATION,)

    def parse(self, value: object) -> float:
        """Read a duration, as seconds."""
        if not isinstance(value, str) and value != 0:
            raise ValueError(f"{shown(value)} is not a duration")
        time = DURATION.parse(value)
        if not 0 <= time <= LONGEST:
            raise ValueError(f"{shown(value)} is out of range")
        return time

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"anyOf": [{"type": "string", "pattern": DURATION.pattern}, {"const": 0}]}

    def written(self, value: float | dict[str, float]) -> str | dict[str, float]:
        # Of times by name there are none unless the file says so.
        return value if isinstance(value, dict) else DURATION.text(value)


class _TimesReader(Reader):
    """Reads some durations."""

    accepted = 'a list of durations, such as ["3 h", "2 days"]'

    def parse(self, value: object) -> tuple[float, ...]:
        """Read durations, as seconds."""
        if not isinstance(value, list | tuple) or not all(isinstance(one, str) for one in value):
            raise ValueError("is not a list of durations")
        times = tuple(DURATION.parse(one) for one in value)
        if any(not 0 <= one <= LONGEST for one in times):
            raise ValueError("has a duration that is out of range")
        return times

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"type": "array", "items": {"type": "string"}}

    def written(self, value: tuple[float, ...]) -> list[str]:
        return [DURATION.text(one) for one in value]


Part = Annotated[float, _PartReader()]
_Time = Annotated[float, _TimeReader()]
_Count = Annotated[int, Whole(0, 10_000_000)]


class Underway(Table):
    """A run in flight: what it has behind it at the start, and what of that is known."""

    done: Part = Field(
        description="Part of the whole work that is done, of which `workload` is what is left. "
        "Copies of it exist, as saves have made them, and faults that nobody has noticed may be in "
        "it: each trial draws those that there may be by now."
    )
    since_save: Part | None = Field(
        None,
        description="Part of `checkpoint.interval` that has passed since the last save. By default "
        "each trial draws it, any part alike.",
    )
    bad_hosts: dict[str, Part] = Field(
        {},
        description="By class of faults: how likely it is that a host of the job is bad, which no "
        "diagnosis has found. It fails again as after a diagnosis that missed it.",
    )
    in_repair: Annotated[tuple[float, ...], _TimesReader()] = Field(
        (),
        description="How long spares have been in repair that are so at the start, of those of "
        "`cluster.in_repair`: each goes on in a repair that takes longer than that. The others "
        "begin one.",
    )
    elapsed: _Time | None = Field(
        None,
        description="How long ago the run began. Then spans of weather go on in their rhythm, and "
        "each trial draws when stops come next that recur by a law, and for how long the job has "
        "held its allocation. By default all of these begin anew.",
    )
    seen: dict[str, _Count] = Field(
        {},
        description="By class of faults that varies, is memoryless and known at once: how many "
        "have come in the present span of its weather. They tell how high its factor is.",
    )
    at_risk: dict[str, _Time] = Field(
        {},
        description="By class in `seen`: for how much of that span it could strike. By default all "
        "of it until now.",
    )
    since_stop: dict[str, _Time] = Field(
        {},
        description="By stop that recurs: how long ago it came last. By default each trial draws "
        "it, where `elapsed` is given.",
    )
    first_stop: dict[str, _Time] = Field(
        {},
        description="By stop that recurs: how long ago it came first, if not after `every`.",
    )
    since_grant: _Time | None = Field(
        None,
        description="How long ago the present allocation was granted. By default each trial draws "
        "it, where `elapsed` is given.",
    )

    aged: _Time | None = Field(
        None,
        description="For how long hosts of the job were at risk since the run began. Then "
        "`cluster.age`, if it is one age of all, is that of then, and each trial draws which hosts "
        "have failed since and have given way to others. By default it is that of now.",
    )

    def broken_rules(self) -> Iterator[Broken]:
        """What is seen of spans and of first stops needs to know when the run began."""
        for key in ("seen", "first_stop"):
            if getattr(self, key) and self.elapsed is None:
                yield Broken("elapsed", f"is missing beside `{key}`", "give how long ago it began")
        for key in self.at_risk.keys() - self.seen.keys():
            yield Broken(f"at_risk.{key}", "has no count beside it", f"give seen.{key} as well")
        if self.elapsed is None:
            return
        for key, time in self._within_run():
            if time > self.elapsed:
                wrong = f"is longer ago than the {brief(self.elapsed)} since the run began"
                yield Broken(key, wrong, "a shorter time, or correct `elapsed`")

    def _within_run(self) -> Iterator[tuple[str, float]]:
        """Times that lie within the run, by key: none is longer than all of it."""
        for key in ("first_stop", "at_risk", "since_stop", "since_grant", "aged"):
            known = getattr(self, key)
            if isinstance(known, dict):
                yield from ((f"{key}.{name}", time) for name, time in known.items())
            elif known is not None:
                yield key, known

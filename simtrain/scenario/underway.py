"""`[underway]`: a run that has begun before, and what it has behind it as the trials begin."""

from typing import Annotated

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.calendar import ProgressReader
from simtrain.scenario.numbers import LONGEST
from simtrain.scenario.readers import JsonSchema, Reader
from simtrain.scenario.table import Table
from simtrain.units import DURATION, FRACTION


class _PartReader(ProgressReader):
    """Reads a part of something that is not all of it."""

    accepted = 'a fraction from 0 to below 1, such as 0.25 or "25 %"'

    def parse(self, value: object) -> float:
        """Read a part."""
        part = FRACTION.parse(value)  # type: ignore[arg-type]  # it refuses all else
        if 0 <= part < 1:
            return part
        raise ValueError(f"{shown(value)} is out of range")


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

"""`[underway]`: a run that has begun before, and what it has behind it as the trials begin."""

from typing import Annotated

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.calendar import ProgressReader
from simtrain.scenario.table import Table
from simtrain.units import FRACTION


class _PartReader(ProgressReader):
    """Reads a part of something that is not all of it."""

    accepted = 'a fraction from 0 to below 1, such as 0.25 or "25 %"'

    def parse(self, value: object) -> float:
        """Read a part."""
        part = FRACTION.parse(value)  # type: ignore[arg-type]  # it refuses all else
        if 0 <= part < 1:
            return part
        raise ValueError(f"{shown(value)} is out of range")


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

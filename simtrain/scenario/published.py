"""`[[published]]` and `[logbook]`: how a real run went, to hold trials against; never an input."""

import datetime as dt
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.calendar import Moment, MomentReader
from simtrain.scenario.readers import JsonSchema, Reader, TextLine, Whole
from simtrain.scenario.table import Broken, Table
from simtrain.units import DURATION, brief, short_date

Band = Literal[80, 90]
Unit = Literal["s", "min", "h", "d", "%"]


class Quantity(NamedTuple):
    """What can be published of a run.

    Parameters
    ----------
    measured_in
        Kind of its unit.
    windowed
        Whether it can be published of a part of the run.
    meaning
        What is counted or measured.
    """

    measured_in: Literal["time", "share", "count"]
    windowed: bool
    meaning: str
    name: str = ""
    """In a sentence, where it is not simply that of the file."""


QUANTITIES = {
    "wall_clock": Quantity("time", False, "From the start to the end.", "wall-clock"),
    "goodput": Quantity("share", False, "Productive share of the wall-clock after queueing."),
    "ettr": Quantity("share", False, "Productive share of the wall-clock.", "ETTR"),
    "progress": Quantity("share", True, "Work that was gained, rolled back work taken off."),
    "in_run_share": Quantity(
        "share", True, "Share of time in which the job trains or saves.", "in-run share"
    ),
    "interruptions": Quantity("count", True, "Unplanned ends of training, or those of a `cause`."),
    "hardware_interruptions": Quantity("count", True, "Those that a host is to blame for."),
    "stops": Quantity("count", True, "Planned ends of training."),
    "launches": Quantity("count", True, "Tries to start, the first and the failed ones too."),
    "failed_launches": Quantity("count", True, "Tries to start that failed."),
    "manual_hardware_launches": Quantity(
        "count", True, "Tries to start by a person because of a host, failed ones included."
    ),
    "automatic_restarts": Quantity("count", True, "Restarts without a person."),
    "manual_restarts": Quantity("count", True, "Restarts in which a person acted."),
    "hosts_cycled": Quantity("count", True, "Hosts cordoned, rightly or not."),
    "hosts_down_mean": Quantity("count", False, "Hosts in repair or away at once, over time."),
    "hosts_down_p99": Quantity("count", False, "The number that is not exceeded for 99 % of it."),
    "hosts_down_max": Quantity("count", False, "The most of them at any time."),
    "longest_run": Quantity("time", True, "Longest training and saving without an end of it."),
    "gaps": Quantity("count", True, "Times without training between two runs."),
    "mean_gap": Quantity("time", True, "Mean length of those."),
    "median_gap": Quantity("time", True, "Median length of those."),
}
"""What can be published, by the name it has in the file."""

_RANKS = {2: "second ", 3: "third "}
_UNITS: dict[str, tuple[Unit | None, ...]] = {
    "time": ("s", "min", "h", "d"),
    "share": ("%", None),
    "count": (None,),
}


class _QuantityReader(Reader):
    """Reads the name of a quantity."""

    accepted = f"one of {', '.join(QUANTITIES)}"
    brief = "name of a quantity"

    def parse(self, value: object) -> str:
        if isinstance(value, str) and value in QUANTITIES:
            return value
        close = difflib.get_close_matches(str(value), list(QUANTITIES), n=1)
        words = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"{shown(value)} is not a quantity{words}")

    def json_schema(self) -> JsonSchema:
        return {"enum": list(QUANTITIES)}


@dataclass(frozen=True)
class _NumberReader(Reader):
    """Reads a plain number from 0 to `high`."""

    high: float
    words: str

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return self.words

    def parse(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{shown(value)} is not a number")
        if not 0 <= value <= self.high:
            raise ValueError(f"{shown(value)} is out of range")
        return float(value)

    def json_schema(self) -> JsonSchema:
        return {"type": "number", "minimum": 0, "maximum": self.high}


@dataclass(frozen=True)
class _PairReader(Reader):
    """Reads two values, the second not before the first."""

    each: Reader
    words: str

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return self.words

    def parse(self, value: object) -> tuple[object, object]:
        if not isinstance(value, list | tuple) or len(value) != 2:
            raise ValueError("is not a list of two")
        first, second = (self.each.parse(one) for one in value)
        if type(first) is type(second) and second < first:
            raise ValueError("ends before it begins")
        return first, second

    def json_schema(self) -> JsonSchema:
        each = self.each.json_schema()
        return {"type": "array", "items": each, "minItems": 2, "maxItems": 2}

    def dump(self, value: tuple[object, object]) -> list[object]:
        return [self.each.dump(one) for one in value]


_PLAIN = _NumberReader(1e12, "a number, with its unit in `unit`")

QuantityName = Annotated[str, _QuantityReader()]
Plain = Annotated[float, _PLAIN]
PublishedPart = Annotated[float, _NumberReader(1, "a fraction from 0 to 1")]
Range = Annotated[tuple[float, float], _PairReader(_PLAIN, "two numbers in the unit of the value")]
Window = Annotated[
    tuple[dt.datetime | float, dt.datetime | float],
    _PairReader(MomentReader(), "two moments such as [2026-03-02, 2026-03-09]"),
]
Steps = Annotated[
    tuple[int, int], _PairReader(Whole(0, 10**12), "the first and the last step, such as [1, 250]")
]


class Published(Table):
    """An outcome of the real run, and what the scenario claims about it."""

    quantity: QuantityName = Field(description="What was counted or measured.")
    value: Plain = Field(description="The published number, in `unit`.")
    unit: Unit | None = Field(
        None, description="`s`, `min`, `h` or `d` for a time, `%` for a share; a count has none."
    )
    relation: Literal["eq", "ge", "le"] = Field(
        "eq", description="Whether it was `value`, at least (`ge`) or at most (`le`) that."
    )
    window: Window | None = Field(
        None, description="From when to when it was counted; by default in the whole run."
    )
    rank: Annotated[int, Whole(1, 1000)] = Field(
        1, description="Which of the longest runs is meant, for `longest_run`."
    )
    cause: TextLine | None = Field(
        None, description="Class of faults or incident that alone is counted, of `interruptions`."
    )
    source: TextLine = Field(description="The publication.")
    certainty: Literal["certain", "read", "derived", "weak"] = Field(
        description="Stated in print, read off a plot, derived from those, or weak."
    )
    role: Literal["reproduced", "check"] = Field(
        description="`reproduced` if something in the scenario was calibrated to it, else `check`."
    )
    within: Band | None = Field(
        None,
        description="Claim: it lies in the middle 80 or 90 % of the trials; 90 for an `eq` that "
        "makes no other claim.",
    )
    median: Range | None = Field(
        None, description="Claim: the median of the trials lies in this range."
    )
    share: PublishedPart | None = Field(
        None,
        description="Claim: at least this share of the trials satisfies a `ge` or `le`; one half "
        "if it makes no other claim.",
    )
    miss: TextLine | None = Field(
        None, description="Why the claim is known not to hold; the miss is shown as expected."
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Units, windows and claims fit the quantity and the relation."""
        quantity = QUANTITIES[self.quantity]
        units = _UNITS[quantity.measured_in]
        if self.unit not in units:
            named = ", ".join(f'"{unit}"' for unit in units if unit) or "a count has no unit"
            yield Broken("unit", f"does not fit `{self.quantity}`", named)
        if self.window is not None and not quantity.windowed:
            yield Broken("window", f"`{self.quantity}` is of a whole run", "leave it out")
        if self.rank > 1 and self.quantity != "longest_run":
            yield Broken("rank", f"means nothing for `{self.quantity}`", "leave it out")
        if self.cause is not None and self.quantity != "interruptions":
            yield Broken("cause", f"means nothing for `{self.quantity}`", "leave it out")
        if self.relation == "eq" and self.share is not None:
            yield Broken("share", "means nothing for `eq`", "give `within`")
        if self.relation != "eq" and self.within is not None:
            yield Broken("within", f"means nothing for `{self.relation}`", "give `share`")

    @property
    def label(self) -> str:
        """What it is, of what, when and in which unit: "gaps, Nov 17 – Dec 3", "wall-clock, d"."""
        rank = _RANKS.get(self.rank, f"{self.rank}th " if self.rank > 1 else "")
        name = QUANTITIES[self.quantity].name or self.quantity.replace("_", " ")
        window = "" if self.window is None else " – ".join(map(_day, self.window))
        return ", ".join(filter(None, (rank + name, self.cause, window, self.unit)))

    @property
    def scale(self) -> float:
        """One `unit` in base units."""
        return unit_scale(self.unit)


class LoggedRun(Table):
    """A time in which the real job trained."""

    start: Moment = Field(description="Its first logged step.")
    end: Moment = Field(description="Its last logged step.")
    steps: Steps | None = Field(None, description="The first and the last step, where known.")


class Logbook(Table):
    """The runs of the real job that are known, drawn over the trials."""

    source: TextLine = Field(description="The publication, and how it was read.")
    runs: tuple[LoggedRun, ...] = Field((), description="Runs, in order.")


def _day(moment: dt.datetime | float) -> str:
    return brief(moment) if isinstance(moment, float) else short_date(moment)


def unit_scale(unit: str | None) -> float:
    """One `unit` in base units: seconds, or the fraction 1."""
    if unit is None:
        return 1.0
    return 0.01 if unit == "%" else DURATION.parse(f"1 {unit}")

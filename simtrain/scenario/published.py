"""`[[published]]`, `[[not_reproduced]]` and `[logbook]`: how a real run went; never an input."""

import datetime as dt
import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field

from simtrain.errors import shown
from simtrain.scenario.calendar import Moment, MomentReader
from simtrain.scenario.readers import JsonSchema, Reader, TextLine, Whole
from simtrain.scenario.table import Broken, Table
from simtrain.units import DURATION, brief, short_date

Band = Literal[80, 90]
Unit = Literal[
    "s", "min", "h", "d", "%", "kWh", "MWh", "GWh", "kg", "t", "kt", "USD", "thousand USD",
    "million USD",
]  # fmt: skip
RoleWord = Literal["calibrated", "follows", "arithmetic"]
ROLES: tuple[RoleWord, ...] = get_args(RoleWord)
_EARLIER_WORDS = {"reproduced": "calibrated", "check": "follows"}
"""Roles as older files call them."""


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

    measured_in: Literal["time", "share", "count", "energy", "carbon", "cost"]
    windowed: bool
    meaning: str
    name: str = ""
    """In a sentence, where it is not simply that of the file."""
    needs: str | None = None
    """Table of the scenario without which nothing of it is measured."""
    of_ideal: bool = False
    """Whether it can be published of the run without any fault, save or stop."""


QUANTITIES = {
    "wall_clock": Quantity(
        "time", False, "From the start to the end.", "wall-clock", of_ideal=True
    ),
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
    "energy": Quantity(
        "energy", False, "Energy of the hosts and the building.", needs="power", of_ideal=True
    ),
    "carbon": Quantity("carbon", False, "What that emits.", needs="carbon", of_ideal=True),
    "cost": Quantity(
        "cost", False, "What the hosts and energy cost.", needs="price", of_ideal=True
    ),
}
"""What can be published, by the name it has in the file."""

_RANKS = {2: "second ", 3: "third "}
_UNITS: dict[str, tuple[Unit | None, ...]] = {
    "time": ("s", "min", "h", "d"),
    "share": ("%", None),
    "count": (None,),
    "energy": ("kWh", "MWh", "GWh"),
    "carbon": ("kg", "t", "kt"),
    "cost": ("USD", "thousand USD", "million USD"),
}
_SCALES = {
    "%": 0.01, "kWh": 1e-3, "MWh": 1.0, "GWh": 1e3, "kg": 1e-3, "t": 1.0, "kt": 1e3, "USD": 1.0,
    "thousand USD": 1e3, "million USD": 1e6,
}  # fmt: skip
"""Units of other things than time, in those in which trials are measured."""
OF_IDEAL_WITHIN = 0.02
"""How near the ideal has to come to what is published of it, unless the row says."""


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


class _RoleReader(Reader):
    """Reads how an outcome stands to the scenario."""

    accepted = "one of " + ", ".join(f'"{role}"' for role in ROLES)
    brief = ", ".join(f'"{role}"' for role in ROLES)

    def parse(self, value: object) -> str:
        word = _EARLIER_WORDS.get(value, value) if isinstance(value, str) else value
        if word not in ROLES:
            raise ValueError(f"{shown(value)} is not a role")
        return str(word)

    def json_schema(self) -> JsonSchema:
        return {"enum": list(ROLES)}


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


@dataclass(frozen=True)
class _ValueReader(Reader):
    """Reads a plain number, or two between which it lies."""

    number: _NumberReader
    accepted = "a number, or two between which it lies, with the unit in `unit`"
    brief = "a number, or two"

    def parse(self, value: object) -> float | tuple[float, float]:
        if not isinstance(value, list | tuple):
            return self.number.parse(value)
        low, high = _PairReader(self.number, "").parse(value)
        assert isinstance(low, float)
        assert isinstance(high, float)
        return low, high

    def json_schema(self) -> JsonSchema:
        number = self.number.json_schema()
        return {"anyOf": [number, _PairReader(self.number, "").json_schema()]}


_PLAIN = _NumberReader(1e12, "a number, with its unit in `unit`")

Certainty = Literal["certain", "read", "derived", "weak", "unofficial"]
Role = Annotated[RoleWord, _RoleReader()]
QuantityName = Annotated[str, _QuantityReader()]
Value = Annotated[float | tuple[float, float], _ValueReader(_PLAIN)]
PublishedPart = Annotated[float, _NumberReader(1, "a fraction from 0 to 1")]
Range = Annotated[tuple[float, float], _PairReader(_PLAIN, "two numbers in the unit of the value")]
Window = Annotated[
    tuple[dt.datetime | float, dt.datetime | float],
    _PairReader(MomentReader(), "two moments such as [2026-03-02, 2026-03-09]"),
]
Steps = Annotated[
    tuple[int, int], _PairReader(Whole(0, 10**12), "the first and the last step, such as [1, 250]")
]


class NotReproduced(Table):
    """A published figure that the scenario does not reproduce."""

    figure: TextLine = Field(description='What is published: "1,287 GWh".')
    why: TextLine = Field(description="Why trials are not held against it.")
    source: TextLine = Field(description="The publication.")
    certainty: Certainty = Field(description="As in `[[published]]`.")


class Published(Table):
    """An outcome of the real run, and what the scenario claims about it."""

    quantity: QuantityName = Field(description="What was counted or measured.")
    value: Value = Field(
        description="The published number in `unit`, or the two between which it lies: [9, 23]."
    )
    unit: Unit | None = Field(
        None,
        description="`s`, `min`, `h` or `d` of a time, `%` of a share, `MWh` of energy, `t` of "
        "carbon, `USD` of a cost, or a multiple; a count has none.",
    )
    of: Literal["run", "ideal"] = Field(
        "run",
        description="`ideal` where it was computed for a run without any fault, save or stop, as "
        "energy often is; it is then held against the ideal.",
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
    certainty: Certainty = Field(
        description="Stated in print, read off a plot, derived from those, weak, or unofficial."
    )
    role: Role = Field(
        description="How it stands to the scenario: something in it was `calibrated` to this; it "
        "`follows` from the rest; or it is `arithmetic` on numbers that are put in.",
    )
    within: Band | None = Field(
        None,
        description="Claim: it lies in the middle 80 or 90 % of the trials; 90 for an `eq` that "
        "makes no other claim.",
    )
    tolerance: PublishedPart | None = Field(
        None,
        description="Claim: the median of the trials, or the ideal, lies within this share of it, "
        f"such as 0.05; {OF_IDEAL_WITHIN:g} for the ideal if nothing is said.",
    )
    median: Range | None = Field(
        None,
        description="Claim: the median of the trials lies in this range; of a `value` that is one, "
        "in that, if it makes no other claim.",
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
        yield from self._what_fits_the_ideal(quantity)
        yield from self._what_fits_a_range()
        if self.relation == "eq" and self.share is not None:
            yield Broken("share", "means nothing for `eq`", "give `within`")
        if self.relation != "eq" and self.within is not None:
            yield Broken("within", f"means nothing for `{self.relation}`", "give `share`")

    def _what_fits_the_ideal(self, quantity: Quantity) -> Iterator[Broken]:
        if self.of != "ideal":
            return
        if not quantity.of_ideal:
            named = ", ".join(name for name, one in QUANTITIES.items() if one.of_ideal)
            wrong = f"`{self.quantity}` is not of the ideal"
            yield Broken("of", wrong, f"one of {named}, or leave it out")
        for key in self.given("within", "median", "share"):
            wrong = "is about the trials, and this row is held against the ideal"
            yield Broken(key, wrong, "give `tolerance`")

    def _what_fits_a_range(self) -> Iterator[Broken]:
        if not isinstance(self.value, tuple):
            return
        if self.relation != "eq":
            yield Broken("relation", "means nothing for two values", "give one value")
        for key in self.given("within", "tolerance"):
            yield Broken(key, "means nothing for two values", "leave it out, or give `median`")

    @property
    def ends(self) -> tuple[float, float]:
        """The two values between which it lies; the same one twice where it is known."""
        return self.value if isinstance(self.value, tuple) else (self.value, self.value)

    @property
    def label(self) -> str:
        """What it is, of what, when and in which unit: "gaps, Nov 17 – Dec 3", "wall-clock, d"."""
        rank = _RANKS.get(self.rank, f"{self.rank}th " if self.rank > 1 else "")
        name = QUANTITIES[self.quantity].name or self.quantity.replace("_", " ")
        window = "" if self.window is None else " – ".join(map(_day, self.window))
        ideal = "ideal" if self.of == "ideal" else ""
        doubt = "unofficial" if self.certainty == "unofficial" else ""
        return ", ".join(filter(None, (rank + name, ideal, self.cause, window, self.unit, doubt)))

    @property
    def missed(self) -> NotReproduced | None:
        """The same as a figure that is not reproduced, if it is known why it is missed."""
        if self.miss is None:
            return None
        value = "–".join(f"{end:,.10g}" for end in dict.fromkeys(self.ends))
        return NotReproduced(
            figure=f"{self.label}: {value}",
            why=self.miss,
            source=self.source,
            certainty=self.certainty,
        )

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
    """One `unit` in that in which trials are measured: s, the fraction 1, MWh, t or USD."""
    if unit is None:
        return 1.0
    return _SCALES[unit] if unit in _SCALES else DURATION.parse(f"1 {unit}")

"""Numbers of a scenario file: a text with its unit, a range, or a law it is drawn from."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal

from simtrain import laws, units
from simtrain.distributions import SAME_UNIT, Fixed, Law
from simtrain.errors import shown
from simtrain.laws import PARAMETERS
from simtrain.scenario import data
from simtrain.scenario.data import EMPIRICAL, read_law
from simtrain.scenario.ends import ends_of, holds_range, is_range
from simtrain.scenario.number import (
    NEARLY_NEVER,
    SELDOM,
    Number,
    Per,
    PerAccelerator,
    PerUnit,
    UnknownLaw,
)
from simtrain.scenario.readers import JsonSchema, Reader, RefusedError

LONGEST = 1000 * units.YEAR
"""Longest duration that is not a slip of the pen."""
MOST = 1e18
SMALLEST_PARAMETER, LARGEST_PARAMETER = 1e-3, 1e9
"""Range of the plain parameters of a law, beyond which quantiles have no digits left."""

KINDS = (*PARAMETERS, EMPIRICAL)
"""Kinds of laws."""

_PYTHON_LAW = re.compile(r"^[A-Z]\w+\([^()]*\)")


@dataclass(frozen=True, slots=True)
class Kind(Reader):
    """What one numeric key accepts.

    Parameters
    ----------
    dimension
        The units it may be written in.
    low, high
        Range in base units, both ends included.
    or_zero
        Whether 0 is accepted below `low`.
    per
        When a law is drawn if the file does not say; ``"trial"`` where nothing else makes sense.
    """

    dimension: units.Dimension
    low: float
    high: float
    or_zero: bool = False
    per: Per = "trial"

    def parse(self, value: object) -> Number:
        """Read a number or a law.

        Raises
        ------
        ValueError
            Naming what is wrong; the caller adds where.
        """
        if isinstance(value, Mapping):
            return self._ranged(value) if "range" in value else self._drawn(value)
        if is_range(value):
            return self._ranged({"range": value})
        return Number(Fixed(self._plain(value)), self.per)

    @property
    def accepted(self) -> str:
        """What the key accepts, in words."""
        low, high = self.dimension.text(self.low), self.dimension.text(self.high)
        bounds = f"0 or from {low} to {high}" if self.or_zero else f"from {low} to {high}"
        law = "or a law" if self.per == "occurrence" else "or a law drawn once per trial"
        return f'{self.dimension.example}, {bounds}, a range "A..B", {law}'

    @property
    def brief(self) -> str:
        """What the key accepts, in a word or two."""
        return f"{self.dimension.name}, or law{'' if self.per == 'occurrence' else ' per trial'}"

    @property
    def dimensions(self) -> tuple[units.Dimension, ...]:
        """What a number may be a quantity of."""
        return (self.dimension,)

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        plain: list[JsonSchema] = [{"const": 0}] if self._holds(0) else []
        if self.dimension.bare:
            plain = [{"type": "number"}]
        pers = ["occurrence", "trial"] if self.per == "occurrence" else ["trial"]
        text = {"type": "string", "pattern": self.dimension.pattern}
        return {"anyOf": [text, *plain, law_schema(pers), RANGE_SCHEMA]}

    def dump(self, value: Number) -> Any:
        """`value` as JSON in base units."""
        if isinstance(value.law, Fixed):
            return value.law.value
        if value.unknown:
            ranges = {name: _dumped(number) for name, number in value.unknown.ranges}
            return {
                "law": value.unknown.kind,
                **dict(value.unknown.known),
                **ranges,
                "per": "occurrence",
            }
        return _dumped(value)

    def written(self, value: Number) -> Any:
        """Say a plain number as the file would."""
        if self.dimension.bare or value.middle == 0:
            return int(value.middle) if value.middle.is_integer() else value.middle
        return self.dimension.text(value.middle)

    def _plain(self, value: object) -> float:
        plain = self.dimension.parse(value)  # type: ignore[arg-type]  # it refuses all else
        if not self._holds(plain):
            raise ValueError(f"{shown(value)} is out of range")
        return plain

    def _holds(self, value: float) -> bool:
        return self.low <= value <= self.high or (self.or_zero and value == 0)

    def _ranged(self, table: Mapping[str, Any]) -> Number:
        """Read a number that is only known to lie in a range."""
        for key in table:
            if key not in ("range", "shared"):
                raise RefusedError("does not belong to a range", "`range` and `shared`", key)
        shared = table.get("shared", "")
        if not isinstance(shared, str) or ("shared" in table and not shared.strip()):
            raise RefusedError(f"{shown(shared)} is not a name", "a name in quotes", "shared")
        low, high = ends_of(table["range"], self.dimension)
        for end in (low, high):
            if not self._holds(end):
                raise ValueError(f"{shown(self.dimension.text(end))} is out of range")
        law = laws.between(low, high, self._is_share)
        self._refuse_if_too_wide(law)
        return Number(law, "trial", is_range=True, shared=shared)

    def _drawn(self, table: Mapping[str, Any]) -> Number:
        parameters = dict(table)
        kind = _kind_of(parameters)
        per = self._per_of(parameters)
        if kind == EMPIRICAL:
            law = read_law(parameters, self._plain)
            self._check_range(kind, law)
            return Number(law, per)
        if any(map(holds_range, parameters.values())):
            return self._drawn_from_unknown(kind, per, parameters)
        law = _built(kind, {key: self._parameter(kind, key, parameters[key]) for key in parameters})
        self._check_range(kind, law)
        return Number(law, per)

    def _drawn_from_unknown(self, kind: str, per: Per, parameters: Mapping[str, Any]) -> Number:
        """Read a law of which some parameters are ranges."""
        if per == "trial":
            remedy = "a range in place of the law, or a law of plain numbers"
            raise RefusedError("ranges inside of a law that is drawn once per trial", remedy)
        known, ranges = {}, {}
        for key, value in parameters.items():
            if not holds_range(value):
                known[key] = self._parameter(kind, key, value)
                continue
            reader = self if key in SAME_UNIT else _PARAMETER
            table = value if isinstance(value, Mapping) else {"range": value}
            ranges[key] = _read_parameter(kind, key, reader, table)
        scales = [key for key in parameters if key in SAME_UNIT]
        if len(scales) > 1 and any(key in ranges for key in scales):
            remedy = "one of them, and a plain number such as cv, sigma or shape beside it"
            raise RefusedError(f"{' and '.join(scales)} may cross where one is a range", remedy)
        unknown = UnknownLaw(kind, tuple(known.items()), tuple(ranges.items()))
        middles = {key: number.middle for key, number in ranges.items()}
        law = _built(kind, known | middles)
        self._check_range(kind, law)
        for key, number in ranges.items():
            for far in (SELDOM, 1 - SELDOM):
                end = middles | {key: number.law.quantile(far)}
                try:
                    self._refuse_if_too_wide(_built(kind, known | end))
                except RefusedError as wrong:
                    raise RefusedError(str(wrong), wrong.accepted, key) from None
        return Number(law, per, unknown=unknown)

    def _per_of(self, parameters: dict[str, Any]) -> Per:
        per = parameters.pop("per", self.per)
        if per not in ("occurrence", "trial"):
            raise RefusedError(f"{shown(per)} is not accepted", '"occurrence" or "trial"', "per")
        if per == "occurrence" and self.per == "trial":
            wrong = "this number cannot be drawn at each occurrence"
            raise RefusedError(wrong, '"trial", or leave it out', "per")
        return "trial" if per == "trial" else "occurrence"

    def _parameter(self, kind: str, key: str, value: Any) -> float:
        known = [name for group in PARAMETERS[kind] for name in group]
        if key not in known:
            wrong = f"is not a parameter of the {kind} law"
            raise RefusedError(wrong, f"{_close(key, known)}it takes {_groups(kind)}", key)
        dimension = self.dimension if key in SAME_UNIT else units.PLAIN
        try:
            number = dimension.parse(value)
        except ValueError as wrong:
            raise RefusedError(str(wrong), dimension.example, key) from None
        if key not in SAME_UNIT and not SMALLEST_PARAMETER <= number <= LARGEST_PARAMETER:
            remedy = f"a number from {SMALLEST_PARAMETER:g} to {LARGEST_PARAMETER:g}"
            raise RefusedError(f"{shown(value)} is out of range", remedy, key)
        return number

    def _check_range(self, kind: str, law: Law) -> None:
        if kind == "beta" and not self.dimension.bare:
            raise ValueError("a beta law lies between 0 and 1 and has no unit")
        if not self._holds(law.mean):
            mean = self.dimension.text(law.mean)
            raise ValueError(f"the mean of the law, {mean}, is out of range")
        if self._is_exceeded_by(law):
            high = self.dimension.text(self.high)
            ends = f"a law that ends at {high}, such as uniform or beta"
            remedy = ends if self._is_share else f"a law that hardly ever exceeds {high}"
            raise RefusedError(f"the {kind} law goes beyond {high}", remedy)

    def _refuse_if_too_wide(self, law: Law) -> None:
        """Refuse a range whose tail lies beyond what is accepted."""
        far = law.support[1] if self._is_share else law.quantile(1 - SELDOM)
        if far > self.high or not self._holds(law.mean):
            high = self.dimension.text(self.high)
            wrong = f"the range is too wide: some of its draws would exceed {high}"
            raise RefusedError(wrong, "a narrower range")

    @property
    def _is_share(self) -> bool:
        return self.dimension is units.FRACTION

    def _is_exceeded_by(self, law: Law) -> bool:
        if self._is_share:
            return law.support[1] > self.high
        return law.quantile(1 - NEARLY_NEVER) > self.high


@dataclass(frozen=True, slots=True)
class SaveInterval:
    """A checkpoint interval: seconds of training, or steps of the workload."""

    number: Number
    in_steps: bool


class _IntervalReader(Reader):
    """Reads "30 min", "250 steps" or a law in either unit, drawn once per trial."""

    duration = Kind(units.DURATION, 1e-3, LONGEST)
    steps = Kind(units.STEPS, 1, MOST)

    accepted = (
        'a duration or a number of steps, such as "30 min" or "250 steps", from '
        f"{units.DURATION.text(1e-3)} or 1 step on, or a law drawn once per trial"
    )

    brief = "duration or number of steps, or law per trial"
    dimensions = (units.DURATION, units.STEPS)

    def parse(self, value: object) -> SaveInterval:
        in_steps = any("step" in text for text in _texts(value))
        try:
            return SaveInterval((self.steps if in_steps else self.duration).parse(value), in_steps)
        except RefusedError:
            raise
        except ValueError as wrong:
            raise RefusedError(str(wrong), self.accepted) from None

    def json_schema(self) -> JsonSchema:
        steps = {"type": "string", "pattern": units.STEPS.pattern}
        return {"anyOf": [steps, *self.duration.json_schema()["anyOf"]]}

    def dump(self, value: SaveInterval) -> Any:
        kind = self.steps if value.in_steps else self.duration
        return {"steps" if value.in_steps else "s": kind.dump(value.number)}


@dataclass(frozen=True, slots=True)
class _PerHostReader(Reader):
    """Reads what is of one host or of one accelerator, or a law in either, drawn once per trial.

    Parameters
    ----------
    of_host, of_accelerator
        What numbers of each are accepted.
    as_accelerator
        Whether a number that names neither is one of an accelerator.
    """

    of_host: Kind
    of_accelerator: Kind
    as_accelerator: bool = False

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return self._usual.accepted

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return self._usual.brief

    @property
    def dimensions(self) -> tuple[units.Dimension, ...]:
        """What a number may be a quantity of."""
        kinds = (self._usual, self.of_host, self.of_accelerator)
        return tuple(dict.fromkeys(kind.dimension for kind in kinds))

    def parse(self, value: object) -> Number:
        """Read a number or a law."""
        texts = list(_texts(value))
        of_accelerator = self.as_accelerator
        if any(map(units.names_accelerator, texts)):
            of_accelerator = True
        elif any(map(units.names_host, texts)):
            of_accelerator = False
        if not of_accelerator:
            return self.of_host.parse(value)
        number = self.of_accelerator.parse(value)
        return PerAccelerator(**{key.name: getattr(number, key.name) for key in fields(number)})

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        if not self.as_accelerator:
            return self.of_host.json_schema()
        other = {"type": "string", "pattern": self.of_host.dimension.pattern}
        return {"anyOf": [other, *self.of_accelerator.json_schema()["anyOf"]]}

    def dump(self, value: Number) -> Any:
        """`value` as JSON in base units."""
        if isinstance(value, PerAccelerator):
            return {"per accelerator": self.of_accelerator.dump(value)}
        return self.of_host.dump(value)

    def written(self, value: Number) -> Any:
        """Say a plain number as the file would."""
        kind = self.of_accelerator if isinstance(value, PerAccelerator) else self.of_host
        return kind.written(value)

    @property
    def _usual(self) -> Kind:
        return self.of_accelerator if self.as_accelerator else self.of_host


class _RateReader(_PerHostReader):
    """Reads "0.016 per day", "2 per 1000 accelerator-days" or a law in either, per trial."""

    __slots__ = ()

    def parse(self, value: object) -> Number:
        """Read a rate, which may say of what it is one."""
        number = super().parse(value)
        subjects = {subject for text in _texts(value) if (subject := units.subject_of(text))}
        if isinstance(number, PerAccelerator) or not subjects:
            return number
        told = {key.name: getattr(number, key.name) for key in fields(number)}
        return PerUnit(**told, subject=min(subjects))


class _AgeReader(Reader):
    """Reads ages of the hosts at the start."""

    words = ("new", "stationary")
    dimensions = (units.DURATION,)

    @property
    def accepted(self) -> str:
        return f'"new", "stationary", {EACH_DURATION.accepted}'

    @property
    def brief(self) -> str:
        return f'"new", "stationary", {EACH_DURATION.brief}'

    def parse(self, value: object) -> object:
        return value if value in self.words else EACH_DURATION.parse(value)

    def json_schema(self) -> JsonSchema:
        return {"anyOf": [{"enum": list(self.words)}, *EACH_DURATION.json_schema()["anyOf"]]}

    def dump(self, value: Any) -> Any:
        return value if value in self.words else EACH_DURATION.dump(value)


def _texts(value: object) -> Iterable[str]:
    """All texts in a value."""
    if isinstance(value, Mapping | list | tuple):
        inner = value.values() if isinstance(value, Mapping) else value
        return [text for one in inner for text in _texts(one)]
    return [value] if isinstance(value, str) else []


def _kind_of(parameters: dict[str, Any]) -> str:
    kind = parameters.pop("law", None)
    if isinstance(kind, str) and kind in KINDS:
        return kind
    known = list(KINDS)
    if kind is None:
        raise RefusedError(
            "is a table that names no `law`",
            'a law such as { law = "lognormal", mean = "20 min", p90 = "40 min" }',
        )
    close = _close(kind, known) if isinstance(kind, str) else ""
    remedy = f"{close}accepted are {', '.join(known)}"
    raise RefusedError(f"{shown(kind)} is not a law", remedy, "law")


def _built(kind: str, parameters: Mapping[str, float]) -> Law:
    try:
        return laws.build(kind, **parameters)
    except ValueError as error:
        wrong = _PYTHON_LAW.sub(f"this {kind} law", str(error))
        raise RefusedError(wrong, f"the {kind} law takes {_groups(kind)}") from None


def _read_parameter(kind: str, key: str, reader: Kind, table: Mapping[str, Any]) -> Number:
    known = [name for group in PARAMETERS[kind] for name in group]
    if key not in known:
        wrong = f"is not a parameter of the {kind} law"
        raise RefusedError(wrong, f"{_close(key, known)}it takes {_groups(kind)}", key)
    try:
        return reader._ranged(table)
    except RefusedError as wrong:
        raise RefusedError(str(wrong), wrong.accepted, key) from None
    except ValueError as wrong:
        raise RefusedError(str(wrong), 'a range "A..B"', key) from None


def _groups(kind: str) -> str:
    groups = (" or ".join(f"`{name}`" for name in group) for group in PARAMETERS[kind])
    both = ", or `mean` and `median`" if kind == "lognormal" else ""
    return f"{' and '.join(groups)}{both}"


def _close(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean `{close[0]}`? " if close else ""


def _dumped(value: Number) -> dict[str, Any]:
    values = {field.name: getattr(value.law, field.name) for field in fields(value.law)}
    shared = {"shared": value.shared} if value.shared else {}
    return {"law": type(value.law).__name__.lower(), **values, "per": value.per, **shared}


RANGE_SCHEMA: JsonSchema = {
    "type": "object",
    "description": "A number that is not known, and lies within a range nine times in ten.",
    "required": ["range"],
    "properties": {
        "range": {"type": "string", "description": "Its ends, P5 and P95, such as 2..5."},
        "shared": {"type": "string", "description": "Name of a quantile it shares with others."},
    },
    "additionalProperties": False,
}


def law_schema(pers: Iterable[str]) -> JsonSchema:
    """JSON Schema of a law that may be drawn per each of `pers`."""
    names = dict.fromkeys(name for laws in PARAMETERS.values() for group in laws for name in group)
    return {
        "type": "object",
        "description": "A law the number is drawn from.",
        "required": ["law"],
        "properties": {
            "law": {"enum": list(KINDS), "description": "Kind of law."},
            "per": {"enum": list(pers), "description": "When it is drawn."},
            **{
                name: {
                    "anyOf": [{"type": ["string", "number"]}, RANGE_SCHEMA],
                    "description": f"Parameter `{name}`.",
                }
                for name in names
            },
            **data.SCHEMA,
        },
        "additionalProperties": False,
    }


def exceed_one(*shares: Number) -> bool:
    """Whether probabilities that exclude each other may add up to more than 1."""
    return sum(share.most for share in shares) > 1 + 1e-9


_PARAMETER = Kind(units.PLAIN, SMALLEST_PARAMETER, LARGEST_PARAMETER)
EACH_DURATION = Kind(units.DURATION, 0, LONGEST, per="occurrence")

Duration = Annotated[Number, EACH_DURATION]
"""A duration, drawn at each occurrence."""
DurationOnce = Annotated[Number, Kind(units.DURATION, 0, LONGEST)]
"""A duration that holds for a whole trial."""
PositiveDuration = Annotated[Number, Kind(units.DURATION, 1e-3, LONGEST)]
Period = Annotated[Number, Kind(units.DURATION, units.MINUTE, LONGEST, per="occurrence")]
"""Time between happenings that repeat; not so short that a trial holds nothing else."""
Spell = Annotated[Number, Kind(units.DURATION, units.MINUTE, LONGEST)]
"""Length of spans of calendar, the same for a whole trial."""
Lifetime = Annotated[Number, Kind(units.DURATION, 1e-3, 1e12 * units.DAY)]
"""A time to failure, which may be so long that nothing ever fails."""
_LEAST_RATE, _MOST_RATE = 1e-12 / units.DAY, 1e8 / units.DAY
Rate = Annotated[
    Number,
    _RateReader(
        Kind(units.RATE, _LEAST_RATE, _MOST_RATE, or_zero=True),
        Kind(units.ACCELERATOR_RATE, _LEAST_RATE, _MOST_RATE, or_zero=True),
    ),
]
HostPower = Annotated[
    Number, _PerHostReader(Kind(units.HOST_POWER, 0, 1e7), Kind(units.POWER, 0, 1e6), True)
]
"""Watts of a host, or of an accelerator with its share of the host."""
HostPrice = Annotated[
    Number, _PerHostReader(Kind(units.HOST_PRICE, 0, 1e6), Kind(units.PRICE, 0, 1e5), True)
]
"""Dollars per hour of a host, or of an accelerator."""
HostCarbon = Annotated[
    Number, _PerHostReader(Kind(units.HOST_EMBODIED, 0, 1e7), Kind(units.EMBODIED, 0, 1e6), True)
]
"""Kilograms of a host, or of an accelerator with its share of the host."""
Overhead = Annotated[Number, Kind(units.PLAIN, 1, 10)]
Share = Annotated[Number, Kind(units.FRACTION, 0, 1)]
PositiveShare = Annotated[Number, Kind(units.FRACTION, 1e-3, 1)]
PartialSpeed = Annotated[Number, Kind(units.FRACTION, 1e-3, 1, per="occurrence")]
"""Speed as a fraction of full speed, drawn at each occurrence."""
Size = Annotated[Number, Kind(units.SIZE, 1, 1e18)]
Bandwidth = Annotated[Number, Kind(units.BANDWIDTH, 1, 1e18)]
Flops = Annotated[Number, Kind(units.WORK, 1, 1e36)]
Speed = Annotated[Number, Kind(units.SPEED, 1, 1e24)]
Count = Annotated[Number, Kind(units.PLAIN, 1, MOST)]
Parameter = Annotated[Number, Kind(units.PLAIN, 0.01, 20)]
"""Shape or sigma of a law."""
Factor = Annotated[Number, Kind(units.PLAIN, 0, 1e6)]
VARIATION = Kind(units.PLAIN, 0.01, 10, or_zero=True)

Variation = Annotated[Number, VARIATION]
"""Coefficient of variation of a factor, 0 for one that is always 1."""
InitialAge = Annotated[Number | Literal["new", "stationary"], _AgeReader()]
CheckpointInterval = Annotated[SaveInterval, _IntervalReader()]

NOTHING = Number(Fixed(0.0), "trial")
WHOLE = Number(Fixed(1.0), "trial")
TEN_MINUTES = Number(Fixed(10 * units.MINUTE), "occurrence")
SIX_HOURS = Number(Fixed(6 * units.HOUR), "trial")

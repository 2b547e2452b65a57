"""Quantities as people write them ("30 min", "1.6 TB", "147 TFLOP/s") and back.

A closed vocabulary on purpose: "30 m" is neither guessed to be metres nor minutes, and a bare
number is never given a unit in silence. Inside simtrain everything is in base units: seconds,
bytes, bytes per second, FLOP, FLOP per second, events per second, fractions, steps.

Texts are read exactly and rounded once, so that "1.1 h" and "66 min" are the same number.
"""

import datetime as dt
import math
import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from simtrain.errors import shown

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0
WEEK = 7 * DAY
YEAR = 365.25 * DAY

_DIGITS = r"[0-9](?:_?[0-9]){0,39}"
_UNSIGNED = rf"(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?[0-9]{{1,3}})?"
_NUMBER = re.compile(rf"\s*([+-]?{_UNSIGNED})\s*")
_TERM = re.compile(rf"\s*({_UNSIGNED})\s*([^\W\d][^\s\d]*|%)\s*")
_RATE = re.compile(
    rf"\s*([+-]?{_UNSIGNED})\s*(?:per\s+|/\s*)({_UNSIGNED})?\s*"
    r"(?:([A-Za-z]+)[\s-])?([A-Za-z]+)\s*"
)
_RATE_SUBJECT = re.compile(rf"(?:per\s+|/\s*)(?:{_UNSIGNED})?\s*([A-Za-z]+)[\s-][A-Za-z]+\s*$")
_PLAIN_PATTERN, _ZERO_PATTERN = rf"[+-]?{_UNSIGNED}", r"[+-]?0+(?:\.0*)?"
_ACCELERATORS = {"accelerator", "gpu", "tpu", "device", "chip"}
_HOSTS = {"host", "node", "server"}
_PER = re.compile(r"(?<=[A-Za-z])(?:\s*/\s*|\s+per\s+)(?=[A-Za-z])")
_CARBON_DIOXIDE = re.compile(r"(?<=[kgt\s\d])\s*CO2(?:-?eq?)?(?![A-Za-z0-9])")
_MONTHS = dict.fromkeys(("month", "months"), Fraction(31557600, 12))
_MOST_UNITS_LISTED = 9
_MOST_OF_A_UNIT = 10**15


@dataclass(frozen=True, slots=True, eq=False)
class Dimension:
    """One kind of quantity and the units it may be written in.

    Parameters
    ----------
    name
        What the quantity is, for messages.
    units
        Factor to the base unit, by spelling. The first spelling of each factor is the one written.
    example
        What to write, for messages.
    bare
        Whether a number without a unit is accepted (fractions and plain numbers).
    """

    name: str
    units: Mapping[str, Fraction]
    example: str
    bare: bool = False

    def parse(self, text: str | float) -> float:
        """Value of `text` in the base unit.

        Raises
        ------
        ValueError
            If the text is not a number with one of the units of this dimension.
        """
        if isinstance(text, str):
            return _remembered(self, text)
        if isinstance(text, bool) or not isinstance(text, int | float):
            raise ValueError(f"{shown(text)} is not a {self.name}")
        if isinstance(text, float) and not math.isfinite(text):
            raise ValueError(f"{text} is not a finite {self.name}")
        return self._rounded(self._plain(Fraction(text), text), text)

    def number(self, value: object) -> float | None:
        """`value` in the base unit; None if it is no quantity of this kind."""
        try:
            return self.parse(value)  # type: ignore[arg-type]  # it refuses all else
        except ValueError:
            return None

    def text(self, value: float) -> str:
        """Plainest text that `parse` reads back as `value` exactly."""
        candidates = [f"{_number(value)} {self._base}".rstrip()]
        if value == 0 or self.bare:
            candidates.append(_number(value))
        for unit in self.spellings:
            factor = self.units[unit]
            if factor <= abs(value) <= factor * _MOST_OF_A_UNIT:
                scaled = float(Fraction(value) / factor)
                candidates += [f"{_number(scaled)} {unit}", f"{scaled:g} {unit}"]
        return min((text for text in candidates if self._reads(text, value)), key=_effort)

    def spelled(self, text: str) -> str:
        """The same quantity with a space before each unit, in the first spelling: "2 h"."""
        terms = list(_TERM.finditer(text))
        if not terms or "".join(term[0] for term in terms) != text:
            return " ".join(text.split())
        names = {self.units[unit]: unit for unit in reversed(self.spellings)}
        return " ".join(f"{term[1]} {names[self._factor(term[2])]}" for term in terms)

    @property
    def spellings(self) -> list[str]:
        """The first spelling of each unit."""
        first: dict[Fraction, str] = {}
        for unit, factor in self.units.items():
            first.setdefault(factor, unit)
        return list(first.values())

    def spanned(self, *texts: str) -> dict[str, float]:
        """Units that some quantities are written in and those between, the largest first.

        Between are the whole multiples of the smallest one. Each unit comes with its factor to the
        base unit; bare numbers have the unit ``""``.
        """
        written = [
            self._factor(term[2])
            for text in texts
            if not _NUMBER.fullmatch(text)
            for term in _TERM.finditer(text)
        ]
        if not written:
            return {"": 1.0}
        low, high = min(written), max(written)
        known = {unit: self.units[unit] for unit in self.spellings}
        falling = sorted(known.items(), key=lambda unit: -unit[1])
        return {
            unit: float(factor)
            for unit, factor in falling
            if factor == high or (factor <= high and factor % low == 0)
        }

    @property
    def pattern(self) -> str:
        """Regular expression, for JSON Schema, of what `parse` reads and of ranges of it."""
        one = self._quantity_pattern
        return rf"^\s*(?:(?:{one}|{_PLAIN_PATTERN})\s*\.\.\s*)?{one}\s*$"

    @property
    def _quantity_pattern(self) -> str:
        units = "|".join(map(re.escape, sorted(self.units, key=len, reverse=True)))
        term = rf"{_UNSIGNED}\s*(?:{units})"
        ways = [rf"[+-]?{term}(?:\s*{term})*"] if units else []
        ways.append(_PLAIN_PATTERN if self.bare else _ZERO_PATTERN)
        return rf"(?:{'|'.join(ways)})"

    @property
    def _base(self) -> str:
        return next((unit for unit, factor in self.units.items() if factor == 1), "")

    def _reads(self, text: str, value: float) -> bool:
        try:
            return self.parse(text) == value
        except ValueError:
            return False

    def _rounded(self, exact: Fraction, text: object) -> float:
        try:
            return float(exact)
        except OverflowError:
            raise ValueError(f"{shown(text)} is not a finite {self.name}") from None

    def _plain(self, number: Fraction, text: object) -> Fraction:
        if number == 0 or self.bare:
            return number
        raise ValueError(f"{shown(text)} has no unit")

    def _read(self, text: str) -> Fraction:
        if bare := _NUMBER.fullmatch(text):
            return self._plain(_exact(bare[1]), text)
        sign, unsigned = (-1, text.replace("-", "", 1)) if text.lstrip()[:1] == "-" else (1, text)
        terms = list(_TERM.finditer(unsigned))
        if not terms or "".join(term[0] for term in terms) != unsigned:
            raise ValueError(f"{shown(text)} is not a {self.name}")
        return sign * sum(
            (_exact(term[1]) * self._factor(term[2]) for term in terms), start=Fraction(0)
        )

    def _factor(self, unit: str) -> Fraction:
        if unit in self.units:
            return self.units[unit]
        if not self.units:
            raise ValueError(f"a {self.name} takes no unit such as {shown(unit)}")
        known = self.spellings
        listed = f" ({', '.join(known)})" if 0 < len(known) <= _MOST_UNITS_LISTED else ""
        raise ValueError(f"{shown(unit)} is not a unit of {self.name}{listed}")


class _RateDimension(Dimension):
    """Events per time at risk, also per so many host-days: "6.5 per 1000 host-days"."""

    __slots__ = ()

    _per = ""
    """What the rate is of, before the unit of time as it is written."""

    def _check(self, subject: str) -> None:
        """Refuse what the rate is not of; the subject is empty if none is named."""
        if names_accelerator(subject):
            raise ValueError(f"a rate per {subject} is not a rate per host, domain or job")

    @property
    def _quantity_pattern(self) -> str:
        periods = "|".join(sorted((*DURATION.units, *_MONTHS), key=len, reverse=True))
        per = rf"(?:per\s+|/\s*)(?:{_UNSIGNED})?\s*(?:[A-Za-z]+[\s-])?(?:{periods})"
        return rf"(?:{_PLAIN_PATTERN}\s*{per}|{_ZERO_PATTERN})"

    def _read(self, text: str) -> Fraction:
        match = _RATE.fullmatch(text)
        if match is None and not _NUMBER.fullmatch(text):
            raise ValueError(f"{shown(text)} is not a {self.name}")
        if match is None:
            return Dimension._read(self, text)
        number, per, subject, unit = match.groups()
        self._check(subject or "")
        period = _exact(per or "1") * (_MONTHS.get(unit) or DURATION._factor(unit))
        if period == 0:
            raise ValueError(f"{shown(text)} divides by zero")
        return _exact(number) / period

    def spelled(self, text: str) -> str:
        """The same rate with one space between words."""
        return " ".join(text.split())

    def spanned(self, *texts: str) -> dict[str, float]:
        """The manner in which the first of some rates is written that is not 0."""
        for text in texts:
            if match := _RATE.fullmatch(text):
                unit = text[match.end(1) :].strip()
                return {unit: self.parse(f"1 {unit}")}
        return {"": 1.0}

    def text(self, value: float) -> str:
        """Plainest text that `parse` reads back as `value` exactly."""
        candidates = ["0", f"{_number(value)} per {self._per}s"] + [
            f"{number} per {self._per}{unit}"
            for unit, period in (("day", DAY), ("hour", HOUR))
            for number in (_number(value * period), f"{value * period:g}")
        ]
        return min((text for text in candidates if self._reads(text, value)), key=_effort)


class _AcceleratorRateDimension(_RateDimension):
    """Events per time at risk of an accelerator: "2 per 1000 accelerator-days"."""

    __slots__ = ()

    _per = "accelerator-"

    def _check(self, subject: str) -> None:
        if subject.lower().removesuffix("s") not in _ACCELERATORS:
            wrong = f"a rate per {subject}" if subject else "a rate that names no accelerator"
            raise ValueError(f"{wrong} is not one of an accelerator")


class _QuotientDimension(Dimension):
    """Quantities per another: "429 g/kWh", "429 gCO2 per kWh", "2.1 USD per accelerator-hour"."""

    __slots__ = ()

    @property
    def _quantity_pattern(self) -> str:
        plain = Dimension._quantity_pattern.fget(self)  # type: ignore[attr-defined]
        return str(plain).replace("/", r"\s*(?:/|\bper\b)\s*")

    def spelled(self, text: str) -> str:
        """The same quantity in the first spelling of its unit."""
        return Dimension.spelled(self, _in_one_word(text))

    def spanned(self, *texts: str) -> dict[str, float]:
        """Units that some quantities are written in and those between, the largest first."""
        return Dimension.spanned(self, *map(_in_one_word, texts))

    def _read(self, text: str) -> Fraction:
        return Dimension._read(self, _in_one_word(text))


def _in_one_word(text: str) -> str:
    """A text with each unit in one word, as the table of units has it."""
    return _PER.sub("/", _CARBON_DIOXIDE.sub("", text))


@lru_cache(maxsize=4096)
def _remembered(dimension: Dimension, text: str) -> float:
    # A scenario is read again after each of its changes, and at each point of a sweep.
    return dimension._rounded(dimension._read(text), text)


def _effort(text: str) -> tuple[int, int, int]:
    """How hard a quantity is to read: the digits of its mantissa, then its point and length."""
    mantissa = re.split("[e ]", text)[0]
    point = mantissa.count(".")
    return len(mantissa) - point, point, len(text)


def _exact(number: str) -> Fraction:
    return Fraction(number.replace("_", ""))


def _number(value: float) -> str:
    return repr(float(value)).removesuffix(".0")


def _spell(*rows: tuple[str, Fraction | int]) -> dict[str, Fraction]:
    return {unit: Fraction(factor) for spellings, factor in rows for unit in spellings.split()}


def _prefixed(unit: str, prefixes: Iterable[str], base: Fraction | int = 1) -> dict[str, Fraction]:
    return {f"{prefix}{unit}": base * Fraction(_PREFIXES[prefix]) for prefix in prefixes}


_PREFIXES = {prefix: 1000**power for power, prefix in enumerate(("", *"kMGTPEZY"))}
_BYTES = _prefixed("B", ("", *"kMGTPE")) | {
    f"{prefix}iB": Fraction(1024**power) for power, prefix in enumerate("KMGTP", start=1)
}
_BITS = _prefixed("bit/s", ("", *"kMGTPE"), Fraction(1, 8))


def _per(
    subjects: Iterable[str], amounts: Mapping[str, Fraction | int], times: Iterable[str] = ("",)
) -> dict[str, Fraction]:
    """Units of some amounts per subject, or per subject and time: ``"USD/accelerator-hour"``."""
    return {
        f"{amount}/{subject}{f'-{time}' if time else ''}": Fraction(factor)
        / (DURATION.units[time] / 3600 if time else 1)
        for time in times
        for subject in subjects
        for amount, factor in amounts.items()
    }


DURATION = Dimension(
    "duration",
    _spell(
        ("ms", Fraction(1, 1000)),
        ("s sec secs second seconds", 1),
        ("min mins minute minutes", 60),
        ("h hr hrs hour hours", 3600),
        ("d day days", 86400),
        ("weeks week", 7 * 86400),
        ("years year", 31557600),
    ),
    'a duration such as "30 min" or "1 h 30 min"',
)
SIZE = Dimension("size", _BYTES, 'a size such as "1.6 TB" or "900 GiB"')
BANDWIDTH = Dimension(
    "bandwidth", {f"{u}/s": f for u, f in _BYTES.items()} | _BITS, 'a bandwidth such as "40 GB/s"'
)
WORK = Dimension(
    "number of FLOPs",
    _prefixed("FLOP", _PREFIXES) | _prefixed("FLOPs", _PREFIXES),
    'a number of operations such as "4.30e23 FLOP"',
)
SPEED = Dimension(
    "speed",
    _prefixed("FLOP/s", _PREFIXES)
    | _prefixed("FLOPs/s", _PREFIXES)
    | _prefixed("FLOPS", _PREFIXES),
    'a speed such as "147 TFLOP/s"',
)
RATE = _RateDimension("rate", {}, 'a rate such as "0.016 per day" or "6.5 per 1000 host-days"')
ACCELERATOR_RATE = _AcceleratorRateDimension(
    "rate of an accelerator", {}, 'a rate such as "2 per 1000 accelerator-days"'
)
_SPELLED_ACCELERATORS = ("accelerator", "gpu", "GPU", "tpu", "TPU", "chip", "device")
_WATTS = _prefixed("W", ("", "k", "M"))
_GRAMS = _spell(("kg", 1), ("g", Fraction(1, 1000)), ("t", 1000))
_DOLLARS = _spell(("USD dollars dollar", 1), ("cents cent", Fraction(1, 100)))
_TIMES = ("hour", "h", "day", "d", "year")
POWER = _QuotientDimension(
    "power of an accelerator",
    _WATTS | _per(_SPELLED_ACCELERATORS, _WATTS),
    'a power such as "700 W", of an accelerator with its share of the host, or "10.2 kW per host"',
)
HOST_POWER = _QuotientDimension(
    "power of a host", _per(sorted(_HOSTS), _WATTS), 'a power such as "10.2 kW per host"'
)
INTENSITY = _QuotientDimension(
    "carbon intensity",
    _spell(("kg/kWh t/MWh", 1), ("g/kWh kg/MWh", Fraction(1, 1000))),
    'a carbon intensity such as "429 g/kWh" or "0.079 t/MWh"',
)
TARIFF = _QuotientDimension(
    "price of energy",
    {
        f"{money}/{energy}": dollars / amount
        for energy, amount in (("kWh", Fraction(1)), ("MWh", Fraction(1000)))
        for money, dollars in _DOLLARS.items()
    },
    'a price of energy such as "0.08 USD/kWh" or "80 USD/MWh"',
)
PRICE = _QuotientDimension(
    "price of an accelerator",
    _per(_SPELLED_ACCELERATORS, _DOLLARS, _TIMES),
    'a price such as "2.1 USD per accelerator-hour" or "16.8 USD per host-hour"',
)
HOST_PRICE = _QuotientDimension(
    "price of a host",
    _per(sorted(_HOSTS), _DOLLARS, _TIMES),
    'a price such as "16.8 USD per host-hour"',
)
EMBODIED = _QuotientDimension(
    "embodied carbon of an accelerator",
    _GRAMS | _per(_SPELLED_ACCELERATORS, _GRAMS),
    'embodied carbon such as "150 kg", of an accelerator with its share of the host, or '
    '"1.5 t per host"',
)
HOST_EMBODIED = _QuotientDimension(
    "embodied carbon of a host",
    _per(sorted(_HOSTS), _GRAMS),
    'embodied carbon such as "1.5 t per host"',
)
ENERGY = Dimension(
    "energy",
    _spell(("MWh", 1), ("GWh", 1000), ("kWh", Fraction(1, 1000))),
    'an energy such as "1287 MWh"',
    bare=True,
)
ENERGY_OF_QUERY = Dimension(
    "energy of a query",
    _spell(
        ("kWh", 1),
        ("Wh", Fraction(1, 1000)),
        ("kJ", Fraction(1, 3600)),
        ("J", Fraction(1, 3600000)),
    ),
    'an energy such as "0.3 Wh" or "1 kJ"',
)
CARBON = Dimension(
    "mass of carbon dioxide",
    _spell(("t", 1), ("kg", Fraction(1, 1000))),
    'a mass such as "552 t"',
    bare=True,
)
MONEY = Dimension("sum of money", _spell(("USD", 1)), 'a sum such as "5e6 USD"', bare=True)
FRACTION = Dimension(
    "fraction", {"%": Fraction(1, 100)}, 'a fraction such as 0.25 or "25 %"', bare=True
)
SHARE = Dimension("share", {"%": Fraction(1, 100)}, 'a share such as "5 %"')
"""A fraction where a bare number is a count."""
PLAIN = Dimension("number", {}, "a number", bare=True)
COUNT = Dimension("whole number", {}, "a number such as 8", bare=True)
STEPS = Dimension("number of steps", _spell(("steps step", 1)), 'a number such as "250 steps"')


def subject_of(text: str) -> str:
    """What a rate is of, by its text: "host" of "6.5 per 1000 host-days"; empty if it says none."""
    found = _RATE_SUBJECT.search(text)
    return found[1].lower() if found else ""


def names_accelerator(text: str) -> bool:
    """Whether a quantity, or a range of them, is one of an accelerator."""
    return _names(text, _ACCELERATORS)


def names_host(text: str) -> bool:
    """Whether a quantity, or a range of them, is one of a host."""
    return _names(text, _HOSTS)


def _names(text: str, subjects: Container[str]) -> bool:
    return any(word.removesuffix("s") in subjects for word in re.split("[^a-z]+", text.lower()))


def brief(seconds: float) -> str:
    """`seconds` for people, three significant digits in the unit that fits: "33.9 d", "4.5 h"."""
    for unit, factor in (("d", DAY), ("h", HOUR), ("min", MINUTE)):
        if abs(seconds) >= factor:
            return f"{_three_digits(seconds / factor)} {unit}"
    return f"{_three_digits(seconds)} s"


def short_date(day: dt.date) -> str:
    """Write a day of a year that is known: "Nov 17"."""
    return f"{day:%b} {day.day}"


def _three_digits(value: float) -> str:
    decimals = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

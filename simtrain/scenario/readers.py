"""Readers: how a value of the file becomes a value of a model, and what is accepted in its place.

A reader is put into `Annotated`; pydantic then reads the field with it, and the page on the format,
the JSON Schema and the messages all take their words from it.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from simtrain.errors import printable, shown
from simtrain.scenario.ends import is_range
from simtrain.units import COUNT, Dimension

JsonSchema = dict[str, Any]


class RefusedError(ValueError):
    """A value that cannot be read, with its own remedy and, in a table, the key that is meant."""

    def __init__(self, wrong: str, accepted: str, key: str = ""):
        super().__init__(wrong)
        self.accepted = accepted
        self.key = key


class Reader(ABC):
    """Reads one kind of value."""

    @property
    @abstractmethod
    def accepted(self) -> str:
        """What is accepted, in words."""

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return self.accepted

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What a number may be a quantity of; none where no number is accepted."""
        return ()

    @abstractmethod
    def parse(self, value: object) -> Any:
        """Read a value of the file, or raise ValueError saying what is wrong with it."""

    @abstractmethod
    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""

    def dump(self, value: Any) -> Any:
        """`value` as JSON in base units."""
        return value

    def written(self, value: Any) -> Any:
        """`value` as the file would say it."""
        return value

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        dump = core_schema.plain_serializer_function_ser_schema(self.dump)
        return core_schema.no_info_plain_validator_function(self._read, serialization=dump)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return self.json_schema()

    def _read(self, value: object) -> object:
        return self._parsed(self.parse, value)

    def _parsed(self, parse: Callable[[object], object], value: object) -> object:
        """What `parse` makes of a value; a refusal becomes an error that pydantic passes on."""
        try:
            return parse(value)
        except ValueError as wrong:
            refused = wrong if isinstance(wrong, RefusedError) else None
            context = {
                "wrong": str(wrong),
                "accepted": refused.accepted if refused else self.accepted,
                "key": refused.key if refused else "",
            }
            raise PydanticCustomError("unreadable", "{wrong}; {accepted}", context) from None


@dataclass(frozen=True, slots=True)
class Whole(Reader):
    """Reads whole numbers between two bounds, both included."""

    low: int
    high: int

    @property
    def accepted(self) -> str:
        """What is accepted, in words."""
        return f"a whole number from {self.low} to {self.high}"

    @property
    def brief(self) -> str:
        """What is accepted, in a word or two."""
        return f"whole number, at least {self.low}"

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """What a number may be a quantity of."""
        return (COUNT,)

    def parse(self, value: object) -> int:
        """Read a whole number."""
        if is_range(value):
            raise ValueError(f"{shown(value)} is a range, and a count is known exactly")
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
            raise RefusedError(f"{shown(value)} is in quotes", f"write {int(value)}")
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"{shown(value)} is not a whole number")
        if not self.low <= value <= self.high:
            raise ValueError(f"{shown(value)} is out of range")
        return value

    def json_schema(self) -> JsonSchema:
        """JSON Schema of what is accepted."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class _YesOrNo(Reader):
    """Reads `true` and `false`."""

    accepted = "true or false"

    def parse(self, value: object) -> bool:
        if isinstance(value, bool):
            return value
        raise ValueError(f"{shown(value)} is neither true nor false")

    def json_schema(self) -> JsonSchema:
        return {"type": "boolean"}


class _Line(Reader):
    """Reads a line of text that is not empty."""

    accepted = "a text in quotes"

    def parse(self, value: object) -> str:
        if not isinstance(value, str):
            raise ValueError(f"{shown(value)} is not a text")
        if not value.strip():
            raise ValueError("is empty")
        if printable(value) != value:
            raise ValueError(f"{shown(value)} has a character that cannot be printed")
        return value

    def json_schema(self) -> JsonSchema:
        return {"type": "string", "minLength": 1}


YesOrNo = Annotated[bool, _YesOrNo()]
TextLine = Annotated[str, _Line()]


class NameReader(Reader):
    """Reads a name; that of a level of domains, which may hold spaces, unless told otherwise."""

    pattern = re.compile(r"[A-Za-z](?:[A-Za-z0-9_ -]{0,38}[A-Za-z0-9_-])?")

    def parse(self, value: object) -> str:
        """Read a name."""
        if isinstance(value, str) and self.pattern.fullmatch(value):
            return value
        raise ValueError(f"{shown(value)} is not a name")

    def json_schema(self) -> JsonSchema:
        """JSON Schema of a name."""
        return {"type": "string", "pattern": f"^{self.pattern.pattern}$"}

"""`[weather.NAME]`, and `varies` of what it makes better or worse for a while."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from simtrain.scenario.numbers import Spell, Variation
from simtrain.scenario.readers import JsonSchema, TextLine
from simtrain.scenario.table import Broken, Table

_CV = "Coefficient of variation of the factor, which has mean 1; 0 for none."
_EVERY = (
    "Length of the spans of calendar, counted from the start of the run, each of which has a "
    "factor of its own."
)


class Weather(Table):
    """Weather that several tables share by its name: the same factor in the same span."""

    cv: Variation = Field(description=_CV)
    every: Spell = Field(description=_EVERY)


class Varies(Table):
    """Weather of one table: a factor drawn anew for each span of calendar."""

    cv: Variation | None = Field(None, description=_CV)
    every: Spell | None = Field(None, description=_EVERY)
    name: TextLine | None = Field(
        None,
        description='A `[weather.NAME]` instead of these two: `varies = "NAME"` says the same.',
    )

    def broken_rules(self) -> Iterator[Broken]:
        """Both numbers, or a name."""
        for key in ("cv", "every"):
            if self.name is None and getattr(self, key) is None:
                example = 'such as { cv = 0.8, every = "7 days" }'
                yield Broken(key, "is missing", f"give it, {example}, or the name of a weather")
            if self.name is not None and getattr(self, key) is not None:
                yield Broken(key, "contradicts `name`", "give it in the table of that weather")


class _OrName:
    """Lets a name stand for a table."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchema:
        return {"anyOf": [handler(schema), {"type": "string"}]}

    @staticmethod
    def _read(value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


VariesOrName = Annotated[Varies, _OrName()]
"""`{ cv = 0.8, every = "7 days" }`, or the name of a weather."""

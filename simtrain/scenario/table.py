"""What every table of the scenario file has in common."""

from collections.abc import Iterator
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Broken(NamedTuple):
    """A rule that the values of a table break together."""

    key: str
    wrong: str
    accepted: str


class Table(BaseModel):
    """A table of the scenario file: frozen, and unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def __dir__(self) -> list[str]:
        """Names that one would look for: neither pydantic's nor those that all tables share."""
        own = set(super().__dir__()) - set(type.__dir__(Table))
        return sorted(own | set(type(self).model_fields) | set(dir(object)))

    @model_validator(mode="after")
    def _check_rules(self) -> Self:
        broken = list(self.broken_rules())
        if broken:
            raise PydanticCustomError("rules", "broken rules", {"broken": broken})
        return self

    def broken_rules(self) -> Iterator[Broken]:
        """Find what is wrong with the values of this table taken together."""
        yield from ()

    def given(self, *keys: str) -> list[str]:
        """Those of `keys` that have a value."""
        return [key for key in keys if getattr(self, key) is not None]

    def exactly_one(self, *keys: str) -> Iterator[Broken]:
        """Break unless exactly one of `keys` has a value."""
        given = self.given(*keys)
        names = ", ".join(f"`{key}`" for key in keys)
        if not given:
            yield Broken(keys[0], "is missing", f"give one of {names}")
        for key in given[1:]:
            yield Broken(key, f"contradicts `{given[0]}`", f"give only one of {names}")

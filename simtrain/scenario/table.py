"""What every table of the scenario file has in common."""

from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    ValidationInfo,
    model_validator,
)
from pydantic_core import PydanticCustomError

_MOST_KEPT = 4096
_LONGEST_KEPT = 10_000
"""How many tables are kept that were read before, and the longest text of one."""


_CALLED = object()
"""Context in which a table is made by a call."""


class Broken(NamedTuple):
    """A rule that the values of a table break together."""

    key: str
    wrong: str
    accepted: str


class Table(BaseModel):
    """A table of the scenario file: frozen, and unknown keys are refused.

    One that was read before with the same text is the same object: the points of a sweep, and a
    scenario and what its changes make of it, differ in few tables.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    is_read_once: ClassVar[bool] = True
    _read_before: ClassVar[dict[tuple[type["Table"], str], "Table"]] = {}

    def __dir__(self) -> list[str]:
        """Names that one would look for: neither pydantic's nor those that all tables share."""
        own = set(super().__dir__()) - set(type.__dir__(Table))
        return sorted(own | set(type(self).model_fields) | set(dir(object)))

    def __init__(self, **values: Any) -> None:
        """A table that is made by a call is an object of its own."""
        self.__pydantic_validator__.validate_python(values, self_instance=self, context=_CALLED)

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @model_validator(mode="after")
    def _check_rules(self) -> Self:
        broken = list(self.broken_rules())
        if broken:
            raise PydanticCustomError("rules", "broken rules", {"broken": broken})
        return self

    @model_validator(mode="wrap")
    @classmethod
    def _read(
        cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        if info.context is _CALLED or not cls.is_read_once or type(value) is not dict:
            return handler(value)
        try:
            text = repr(value)
        except (ValueError, RecursionError):  # a number of too many digits
            return handler(value)
        kept = Table._read_before
        found = kept.get((cls, text))
        if isinstance(found, cls):
            return found
        made = handler(value)
        if len(text) <= _LONGEST_KEPT:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[cls, text] = made
        return made

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

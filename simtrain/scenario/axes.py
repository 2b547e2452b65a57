"""Axes of a sweep: the keys that vary, and the values that they take.

Values are a range, or a list such as ``hang,crash``, or come from Python. Their numbers are read
with the units of the key.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from simtrain.distributions import SAME_UNIT
from simtrain.errors import ScenarioError, shown
from simtrain.laws import PARAMETERS
from simtrain.scenario.document import PathError, plain
from simtrain.scenario.ends import is_range
from simtrain.scenario.inline import inline, items
from simtrain.scenario.mistakes import unknown
from simtrain.scenario.named import NAMED
from simtrain.scenario.new_tables import no_table
from simtrain.scenario.portions import WholeOrShare
from simtrain.scenario.ranges import FORMS, MAX_POINTS, points_of, too_many, wrong
from simtrain.scenario.reference import field_at, model_at, path_of, reader_of
from simtrain.scenario.scenario import Scenario
from simtrain.units import PLAIN, SHARE, Dimension

Values: TypeAlias = str | Iterable[Any]
Ranges: TypeAlias = (
    Mapping[str, Values] | Mapping[tuple[str, ...], Values] | Mapping[str | tuple[str, ...], Values]
)
"""By key, or by keys that move together, what they vary over."""

_WITH = re.compile(r"\s+with\s+(?=[^=,]+=)")
_TUPLES = 'one tuple for each point, such as {("cluster.hosts", "cluster.spares"): [(64, 2)]}'


class Follower(NamedTuple):
    """A key that moves together with another one: its values, one for each of the other's."""

    key: str
    values: tuple[Any, ...]

    @property
    def is_constant(self) -> bool:
        """Whether all its values are one, such as a share of the key that it follows."""
        return all(value == self.values[0] for value in self.values)


@dataclass(frozen=True)
class Axis:
    """A key that varies, and its values.

    Parameters
    ----------
    key
        Dotted path of the key.
    values
        Its values as the file would say them; numbers rise.
    numbers
        The values in base units, unless they are words.
    dimension
        What the numbers are quantities of.
    is_log
        Whether neighbours keep their ratio and not their distance.
    followers
        Keys that move together with this one.
    """

    key: str
    values: tuple[Any, ...]
    numbers: tuple[float, ...] | None = None
    dimension: Dimension | None = None
    is_log: bool = False
    followers: tuple[Follower, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The key, and those that follow it."""
        return (self.key, *(follower.key for follower in self.followers))

    @property
    def name(self) -> str:
        """The key and what follows it, in words: ``"cluster.hosts with cluster.spares = 5 %"``."""
        followers = (
            f"{one.key} = {written(one.values[0])}" if one.is_constant else one.key
            for one in self.followers
        )
        return " with ".join((self.key, *followers))

    def set_at(self, place: int) -> list[tuple[str, Any]]:
        """What is set where the value of that number is, by key."""
        values = (follower.values[place] for follower in self.followers)
        return list(zip(self.keys, (self.values[place], *values), strict=True))

    def only(self, places: Sequence[int]) -> Axis:
        """The axis with some of its places alone."""
        followers = (
            Follower(one.key, tuple(one.values[place] for place in places))
            for one in self.followers
        )
        return replace(
            self,
            values=tuple(self.values[place] for place in places),
            numbers=None if self.numbers is None else tuple(self.numbers[n] for n in places),
            followers=tuple(followers),
        )

    def __len__(self) -> int:
        return len(self.values)

    def number(self, value: Any) -> float | None:
        """`value` in base units; None if it is not a quantity of the kind of this axis."""
        return None if self.dimension is None else self.dimension.number(value)


class Place(NamedTuple):
    """A point of a grid.

    Parameters
    ----------
    values
        One value for each axis; what follows it is in `settings`.
    scenario
        The scenario with these values.
    settings
        All values by key.
    text
        The values with their keys, in words: ``"cluster.spares=8, checkpoint.interval=1 h"``.
    """

    values: tuple[Any, ...]
    scenario: Scenario
    settings: dict[str, Any]
    text: str


def written(value: Any) -> str:
    """`value` as an option of the command line would say it."""
    if value is None:
        return "none"
    return value if isinstance(value, str) else inline(value)


def assignments(texts: Iterable[str]) -> dict[str, str]:
    """Range by key, of texts such as ``"cluster.spares=0..24/4"``.

    Raises
    ------
    ScenarioError
        If one of them is no assignment, or a key is there twice.
    """
    ranges: dict[str, str] = {}
    for text in texts:
        key, values = _assignment(text)
        if key in ranges:
            raise _is_twice(key)
        ranges[key] = values
    return ranges


def _assignment(text: str) -> tuple[str, str]:
    key, equals, values = (part.strip() for part in text.partition("="))
    if not equals or not key or not values:
        raise wrong("", f"{shown(text)} gives no key its values", f"write KEY={FORMS}")
    return key, values


def _is_twice(key: str) -> ScenarioError:
    return wrong(key, "is there twice", "one range or list for each key")


def axes_of(scenario: Scenario, ranges: Ranges, fine: bool = False) -> tuple[Axis, ...]:
    """Axes of some keys of a scenario.

    Parameters
    ----------
    scenario
        What will vary.
    ranges
        By key a range as text, or the values themselves. Keys that move together are one tuple,
        with a tuple for each of their values; as text they are joined by ``with``:
        ``"128,256 with cluster.spares=5%"``.
    fine
        Whether a range may leave the number of its points open, for a search.

    Raises
    ------
    ScenarioError
        If a key does not exist, or its values cannot be read.
    """
    if not isinstance(ranges, Mapping):
        raise wrong("", f"{shown(ranges)} is not a mapping", 'use {"cluster.spares": "0..4"}')
    if not ranges:
        raise wrong("", "there is no key to vary", f"KEY={FORMS}")
    axes = []
    for key, values in ranges.items():
        columns, one_for_all = _columns(key, values)
        found = {_addressed(scenario, one): given for one, given in columns.items()}
        axes.append(_axis(scenario, found, one_for_all, fine))
    keys = [key for axis in axes for key in axis.keys]
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise _is_twice(key)
    return tuple(axes)


def _columns(key: str | tuple[str, ...], values: Values) -> tuple[dict[str, Values], bool]:
    """Values by key of keys that move together; and whether one value may stand for all."""
    if isinstance(key, str) and isinstance(values, str):
        first, *others = _WITH.split(values)
        followers = assignments(others)
        if key in followers:
            raise _is_twice(key)
        return {key: first, **followers}, True
    if isinstance(key, str):
        return {key: values}, True
    name = ", ".join(key)
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise wrong(name, f"{shown(values)} is not a list of tuples", _TUPLES)
    rows = list(values)
    if not key or not all(isinstance(row, list | tuple) and len(row) == len(key) for row in rows):
        raise wrong(name, "does not have one value for each key everywhere", _TUPLES)
    return {one: [row[place] for row in rows] for place, one in enumerate(key)}, False


def _addressed(scenario: Scenario, key: str) -> str:
    try:
        return scenario.address(key)
    except PathError as error:
        raise wrong(key, str(error), "the path of a key") from None


def _axis(scenario: Scenario, columns: Mapping[str, Values], one_for_all: bool, fine: bool) -> Axis:
    """Axis of the first of some keys, which the others follow."""
    for key in columns:
        _check_key(scenario, key)
    (first, given), *others = columns.items()
    driver = _read(first, given, fine)
    if fine and isinstance(given, str) and is_range(given) and not others:
        driver = driver if set(":/") & set(given) else _by_count(scenario, driver)
    _refuse_twice(driver)
    followers = []
    for key, values in others:
        found = _read(key, values, False).values
        if one_for_all and len(found) == 1:
            found *= len(driver)
        if len(found) != len(driver):
            problem = f"has {len(found)} values beside {len(driver)} of {first}"
            raise wrong(key, problem, f"as many, or one such as a share that follows {first}")
        followers.append(Follower(key, found))
    return _rising(replace(driver, followers=tuple(followers)))


def _rising(axis: Axis) -> Axis:
    """The same axis, its numbers in rising order."""
    if axis.numbers is None:
        return axis
    return axis.only(sorted(range(len(axis)), key=axis.numbers.__getitem__))


def _by_count(scenario: Scenario, axis: Axis) -> Axis:
    """The same axis; of shares, one for each count that they come to between its ends."""
    field = field_at(path_of(axis.key))
    reader = reader_of(field) if field else None
    if axis.dimension is not SHARE or not isinstance(reader, WholeOrShare):
        return axis
    whole = scenario.count_at(f"cluster.{reader.of}")
    low, high = (reader.portion(axis.values[end], {reader.of: whole}) for end in (0, -1))
    if not whole or len(axis) < 2 or high - low >= MAX_POINTS:
        return axis
    values = tuple(reader.share(count, whole) for count in range(low, high + 1))
    return replace(axis, values=values, numbers=tuple(map(SHARE.parse, values)))


def grid(scenario: Scenario, axes: Sequence[Axis], throughout: bool = False) -> list[Place]:
    """Every combination of the values of some axes; those of the last axis vary fastest.

    Parameters
    ----------
    scenario
        What varies.
    axes
        How it varies.
    throughout
        Whether values hold for the whole run although changes of the scenario set them later;
        if not, such a key is refused.

    Raises
    ------
    ScenarioError
        If there are too many points, a combination is not accepted, or a change of the scenario
        would set a value later.
    """
    points = math.prod(map(len, axes))
    if points > MAX_POINTS:
        raise too_many("", points)
    later = set_later(scenario, axes)
    for key, paths in later.items():
        if paths and not throughout:
            raise _is_set_later(key, paths)
    gone = {path for paths in later.values() for path in paths}
    held = [("change", scenario.changes_without(gone))] if gone else []
    places = product(*(range(len(axis)) for axis in axes))
    return [_place(scenario, axes, numbers, held) for numbers in places]


def set_later(scenario: Scenario, axes: Sequence[Axis]) -> dict[str, list[str]]:
    """By key of some axes the paths of what changes set by which its values do not last."""
    first = [pair for axis in axes for pair in axis.set_at(0)]
    return {key: scenario.set_later(key, first) for key, _ in first}


def _place(
    scenario: Scenario,
    axes: Sequence[Axis],
    numbers: Sequence[int],
    others: Sequence[tuple[str, Any]],
) -> Place:
    at = list(zip(axes, numbers, strict=True))
    settings = dict(pair for axis, number in at for pair in axis.set_at(number))
    text = ", ".join(f"{key}={written(value)}" for key, value in settings.items())
    changed = scenario.overridden([*others, *settings.items()], text)
    return Place(tuple(axis.values[number] for axis, number in at), changed, settings, text)


def _check_key(scenario: Scenario, key: str) -> None:
    path = path_of(key)
    table = path[:-1]
    if path[0] in NAMED and len(path) > 2:
        known = getattr(scenario, path[0])
        if path[1] not in known:
            raise wrong(key, *no_table(f"{path[0]}.{path[1]}", known))
    is_name = (len(table) == 1 and table[0] in NAMED) or path[-1].isdecimal()
    if model_at(table) is not None and field_at(path) is None and not is_name:
        raise wrong(key, *unknown(path))


def _dimensions(key: str) -> tuple[Dimension, ...]:
    """What the numbers at `key` may be quantities of; none if it takes no number."""
    path = path_of(key)
    if (field := field_at(path)) is not None:
        reader = reader_of(field)
        return reader.dimensions if reader else ()
    law = field_at(path[:-1])
    reader = reader_of(law) if law else None
    if path[-2:-1] == ("quantiles",):
        reader = reader_of(field) if (field := field_at(path[:-2])) else None
        return reader.dimensions if reader else ()
    parameters = {name for groups in PARAMETERS.values() for group in groups for name in group}
    if reader is None or path[-1] not in parameters:
        return ()
    return reader.dimensions if path[-1] in SAME_UNIT else (PLAIN,)


def _read(key: str, given: Values, fine: bool) -> Axis:
    """Axis of a range, of a list as text, or of values as the file would say them."""
    if not isinstance(given, str):
        return _listed(key, given)
    if is_range(given):
        values, dimension, is_log = points_of(key, given, _dimensions(key), fine)
        return Axis(key, values, tuple(map(dimension.parse, values)), dimension, is_log)
    texts = items(given)
    if not all(texts):
        raise wrong(key, f"{shown(given)} has an empty place", "a value on each side of a comma")
    return _listed(key, map(_value, texts))


def _listed(key: str, values: Iterable[Any]) -> Axis:
    """Axis of values as the file would say them, in their own order."""
    if isinstance(values, Mapping) or not isinstance(values, Iterable):
        raise wrong(key, f"{shown(values)} is not a list of values", "several values, or a range")
    plain_values = tuple(plain(value) for value in values)
    if not plain_values:
        raise wrong(key, "has no values", "at least one")
    for dimension in _dimensions(key):
        numbers = [dimension.number(value) for value in plain_values]
        known = tuple(number for number in numbers if number is not None)
        if len(known) == len(plain_values):
            return Axis(
                key, tuple(_spelled(value, dimension) for value in plain_values), known, dimension
            )
    return Axis(key, plain_values)


def _spelled(value: Any, dimension: Dimension) -> Any:
    return dimension.spelled(value) if isinstance(value, str) else value


def _refuse_twice(axis: Axis) -> None:
    meanings = axis.numbers or [inline(value) for value in axis.values]
    for place, meaning in enumerate(meanings):
        if meaning in meanings[:place]:
            raise wrong(axis.key, f"has {shown(axis.values[place])} twice", "each value once")


def _value(text: str) -> Any:
    """Value as TOML would have it, or else the text itself, as with ``--set``."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text


def _is_set_later(key: str, later: Sequence[str]) -> ScenarioError:
    paths = ", ".join(f"`{path}`" for path in later)
    return wrong(
        key,
        f"does not hold for the whole run: {paths} {'sets' if len(later) == 1 else 'set'} it later",
        f"--throughout leaves such changes out; or vary `{later[0]}` itself",
    )

"""`Scenario`: a validated scenario that knows what was written, and how it changes."""

import hashlib
import json
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Self

from pydantic import PrivateAttr

from simtrain.errors import Mistake, ScenarioError
from simtrain.scenario.accelerators import Filled, filled_in, with_accelerator
from simtrain.scenario.addresses import addressed, with_names
from simtrain.scenario.calendar import Change
from simtrain.scenario.changes import Tried, changed, changing, check_changes
from simtrain.scenario.compact import compact
from simtrain.scenario.conditionals import Conditional, addresses_of, conditionals, wrong_pairs
from simtrain.scenario.document import (
    Document,
    PathError,
    Places,
    covers,
    entries,
    flattened,
    holds,
    is_inside,
    kinds_of_laws,
    plain,
    touched_by,
    value_at,
    with_values,
)
from simtrain.scenario.doubt import (
    Unknown,
    known,
    unknown_numbers,
    wide_ranges,
    with_ranges,
    wrong_ranges,
)
from simtrain.scenario.faults_from import read_by, with_logged_classes
from simtrain.scenario.hosts import Cluster
from simtrain.scenario.mistakes import checked, in_order
from simtrain.scenario.models import Tables, elapsed
from simtrain.scenario.new_tables import unnamed
from simtrain.scenario.portions import Portion
from simtrain.scenario.reference import default_of, field_at
from simtrain.scenario.replicas import with_replicas
from simtrain.scenario.steps import Phase, phases_of, with_progress

_TOLD_ONLY = {
    "title", "system", "inference", "published", "not_reproduced", "logbook", "sources", "fit",
}  # fmt: skip
"""What says something about a run and moves no result."""

_MADE_ANEW = {"changed_before", "tried_changes"}
"""What does not travel."""


class Scenario(Tables):
    """A scenario ready to be simulated; make one with `simtrain.load`.

    Numbers are in base units (seconds, bytes, fractions), whatever they were written in.
    """

    _document: Document = PrivateAttr(default_factory=dict)
    _name: str = PrivateAttr(default="scenario")
    _places: Places = PrivateAttr(default_factory=lambda: Places("scenario"))
    _all_orders: bool = PrivateAttr(default=True)

    @classmethod
    def from_document(
        cls, document: Document, places: Places | None = None, name: str = "scenario"
    ) -> Self:
        """Scenario of a TOML document.

        Raises
        ------
        ScenarioError
            With every mistake in the document, and in what its changes make of it.
        """
        places = places or Places(name)
        document = _with_addresses(flattened(plain(document)))
        mistakes = wrong_ranges(document, places)
        drawn = document if mistakes else with_progress(_whole(document))
        scenario, wrong = checked(drawn, places, cls)
        mistakes += wrong
        changes = check_changes(drawn, places, mistakes, cls)
        mistakes += changes.mistakes
        mistakes += _wrong_sources(document, places, mistakes)
        if scenario is not None:
            mistakes += wrong_pairs(document, places)
        if scenario is None or mistakes:
            raise ScenarioError(in_order(mistakes))
        scenario._document, scenario._name, scenario._places = document, name, places
        scenario._all_orders = changes.all_orders
        vars(scenario)["tried_changes"] = changes.tried
        return scenario

    @property
    def name(self) -> str:
        """Name of the file without its ending."""
        return self._name

    @property
    def sha256(self) -> str:
        """Hash of everything that can move a result, whatever units it was written in."""
        return hashlib.sha256(json.dumps(self.meaning(), sort_keys=True).encode()).hexdigest()

    def meaning(self) -> Document:
        """Everything that can move a result, in base units and with defaults."""
        meaning = self.model_dump(mode="json", exclude=_TOLD_ONLY)
        self._settle_moments(meaning)
        self._settle_changes(meaning)
        if self.change:
            meaning["cluster"] |= _shares(self.cluster)
        return meaning

    def named(self, name: str) -> Self:
        """The same scenario by another name, which reports and tables call it by."""
        return self.from_document(self._document, name=name)

    def replace(self, values: Mapping[str, Any] | None = None, /, **keys: Any) -> Self:
        """Scenario with other values, by path.

        Parameters
        ----------
        values
            Values by dotted path, such as ``{"cluster.spares": 8}``; None takes one away.
        **keys
            The same with two underscores for a dot: ``cluster__spares=8``.

        Raises
        ------
        ScenarioError
            If a path does not exist or a value is not accepted.
        """
        changed = dict(values or {}) | {key.replace("__", "."): keys[key] for key in keys}
        return self.overridden(changed.items(), "replace")

    def overridden(self, values: Iterable[tuple[str, Any]], origin: str) -> Self:
        """Scenario with other values; messages name `origin` as their place."""
        document = overlaid(self._document, values, origin)
        made = self.from_document(document, Places(origin), self._name)
        if made.change == self.change:  # a mistake that only a run finds is still on its line
            made._places = self._places
        return made

    def without_outcomes(self) -> Self:
        """The same scenario without what it publishes: its trials cost less and are the same."""
        outcomes: list[str] = [key for key in ("published", "logbook") if key in self._document]
        if not outcomes:
            return self
        # What holds with them holds without them: nothing is read or checked again.
        fields = type(self).model_fields
        nothing: Document = {
            key: fields[key].get_default(call_default_factory=True) for key in outcomes
        }
        made = self.model_copy(update=nothing)
        made.__dict__.pop("changed_before", None)
        made.model_fields_set.difference_update(outcomes)
        made._document = {key: one for key, one in self._document.items() if key not in outcomes}
        return made

    @cached_property
    def unknown(self) -> tuple[Unknown, ...]:
        """Numbers that are drawn once per trial, because nobody knows them exactly."""
        return tuple(unknown_numbers(self._document))

    @cached_property
    def conditionals(self) -> Mapping[str, Conditional]:
        """What the quantile of an uncertain number depends on, by its address; of few on any."""
        return conditionals(self._document)

    @cached_property
    def kinds_of_laws(self) -> tuple[str, ...]:
        """Kinds of the laws that are written, also in what changes set, each once."""
        return tuple(dict.fromkeys(kinds_of_laws(self._document)))

    @property
    def names_of_quantiles(self) -> dict[str, str]:
        """Address of the quantile of each uncertain number, by its path."""
        return addresses_of(self._document)

    @cached_property
    def phases(self) -> Sequence[Phase]:
        """Phases of steps of one size, in their order; none where steps are not known."""
        return phases_of(with_ranges(self._document))

    @property
    def places(self) -> Places:
        """Where each key was written; one that was set later has no place of its own."""
        return self._places

    @property
    def tried_all_orders(self) -> bool:
        """Whether changes by date and by progress were tried in every order they may come in.

        Of very many, some are only tried when they come.
        """
        return self._all_orders

    def wide_ranges(self) -> list[tuple[str, str]]:
        """Key and sentence for each range so wide that its mean lies far from its middle."""
        return list(wide_ranges(self._document))

    def without_doubt(self) -> Self:
        """Scenario with every number at its middle: the median of a range, the mean of a law.

        A number that is plain in the file keeps its value, whatever range its source gives.
        """
        return self.from_document(known(self._document), Places(self._name), self._name)

    def after(self, applied: tuple[int, ...]) -> Self:
        """Scenario once the changes numbered in `applied` have come, in this order.

        It has nothing of what changes cannot set and no rule needs: title, changes, sources, and
        what is published.
        """
        scenario = self
        for number in applied:
            scenario = scenario.changed_by(number, self.change[number])
        return scenario

    def changed_by(self, number: int, change: Change) -> Self:
        """Scenario that a change of some number makes of it; as in `after`."""
        known = self.changed_before.get(number)
        if known is not None and known[0] is change:
            return known[1]
        made = self._changed_by(number, change)
        self.changed_before[number] = change, made
        return made

    @cached_property
    def changed_before(self) -> dict[int, tuple[Change, Self]]:
        """What changes made of it when it was asked for: with each trial anew, and for its text."""
        return {}

    @cached_property
    def tried_changes(self) -> Mapping[int, Tried[Self]]:
        """What its next changes made of its document in their order, when they were checked."""
        return {}

    def __getstate__(self) -> dict[Any, Any]:
        """What travels: not what can be made anew."""
        state = super().__getstate__()
        own = {key: one for key, one in state["__dict__"].items() if key not in _MADE_ANEW}
        return state | {"__dict__": own}

    def _changed_by(self, number: int, change: Change) -> Self:
        # In another order than that of the check, what is equal may have its keys in another one.
        in_order = list(self.tried_changes)
        tried = self.tried_changes[number] if in_order[:1] == [number] else None
        document = _whole(self._document)
        after = changed(document, number, change.set, self._places, type(self), tried)
        made = after.model
        made._document, made._name, made._places = after.document, self._name, self._places
        if tried is not None:
            vars(made)["tried_changes"] = {one: self.tried_changes[one] for one in in_order[1:]}
        return made

    def changes_at(self, path: str) -> bool:
        """Whether a change sets the value at a path, or a table that it is in."""
        keys = (key for change in self.change for key in change.set)
        return any(path == key or path.startswith(f"{key}.") for key in keys)

    @property
    def filled_in(self) -> list[Filled]:
        """Values that the catalogue of accelerators fills in."""
        return list(filled_in(self._document))

    def value_at(self, path: str) -> Any:
        """What is written at a path: a range of its source comes before the plain number.

        The default where nothing is written, and None if there is none.
        """
        value = value_at(_whole(self._document), path)
        if value is None and (field := field_at(tuple(path.split(".")))) is not None:
            return default_of(field)
        return value

    def address(self, key: str) -> str:
        """Path of a key in which changes may have their names: ``change."18 spares".at``.

        Raises
        ------
        PathError
            If no change has that name, or several have.
        """
        return addressed(self._document, key)

    def with_names(self, text: str) -> str:
        """A text in which changes have their names and not their numbers."""
        return with_names(self._document, text)

    def count_at(self, path: str) -> int | None:
        """Whole number at the path of a key, also if a share is written; None if there is none."""
        table, _, key = path.partition(".")
        value = getattr(getattr(self, table, None), key, None)
        return int(value) if isinstance(value, int) else None

    def written(self) -> dict[str, Any]:
        """Everything that is written, by path; a law is one value, as is the range of a source."""
        return dict(entries(with_ranges(self._document)))

    def source_of(self, path: str) -> str:
        """Kind of source of the value at a path.

        ``"published"``, ``"assumed"`` or ``"calibrated"``; empty where no source is given.
        """
        covering = [source for source in self.sources if covers(source, path)]
        if not covering:
            return ""
        [kind] = self.sources[max(covering, key=len)].given("published", "assumed", "calibrated")
        return kind

    def writes(self, path: str) -> bool:
        """Whether something is written at a path."""
        return holds(self._document, path)

    def set_later(self, path: str, values: Iterable[tuple[str, Any]] = ()) -> list[str]:
        """Paths of what changes set by which the value at `path` does not last.

        Parameters
        ----------
        path
            Dotted path of the value.
        values
            Other values, by path, that the scenario has before any change.
        """
        document = overlaid(changing(self._document), values, self._name)
        return [
            f"change.{number}.set.{other}"
            for number, change in enumerate(self.change)
            for other, value in change.set.items()
            if any(
                covers(path, touched) or covers(touched, path)
                for touched in touched_by(document, other, value)
            )
        ]

    def gives_way(self, path: str, value: Any) -> list[str]:
        """Paths of what is written in other words and would give way to `value` at `path`."""
        touched = touched_by(self._document, path, value)
        return [other for other in touched if not covers(path, other) and self.writes(other)]

    def changes_without(self, paths: Container[str]) -> list[Document]:
        """Changes as they are written, without what they set at some of the paths of `set_later`.

        Changes that set nothing else are left out.
        """
        rows = [
            {
                **row,
                "set": {p: v for p, v in row["set"].items() if f"change.{n}.set.{p}" not in paths},
            }
            for n, row in enumerate(self._document.get("change", ()))
        ]
        return [row for row in rows if row["set"]]

    def to_toml(self, without: Container[str] = ()) -> str:
        """Write the whole scenario as one TOML file, in the units it was written in.

        Parameters
        ----------
        without
            Tables and keys at the top to leave out. Without the sources, ranges that they give
            stand where their numbers do.
        """
        document = with_ranges(self._document) if "sources" in without else self._document
        document = {key: value for key, value in document.items() if key not in without}
        return compact(document)

    def _settle_moments(self, meaning: dict[str, Any]) -> None:
        stops = [(meaning["stop"][name], stop) for name, stop in self.stop.items()]
        moments = [(row, key, getattr(stop, key)) for row, stop in stops for key in ("at", "first")]
        changes = zip(meaning["change"], self.change, strict=True)
        moments += [(row, "at", change.at) for row, change in changes]
        for row, key, moment in moments:
            if moment is not None:
                row[key] = elapsed(moment, self.start)

    def _settle_changes(self, meaning: dict[str, Any]) -> None:
        """Say what changes set in base units."""
        scenario = self
        for number, change in enumerate(self.change):
            del meaning["change"][number]["name"]
            scenario = scenario.changed_by(number, change)
            after = scenario.model_dump(mode="json")
            after["cluster"] |= _shares(scenario.cluster)
            meaning["change"][number]["set"] = {path: _at(after, path) for path in change.set}


def _whole(document: Document) -> Document:
    """`document` with what follows from it: ranges, accelerator, replicas, classes of a log."""
    return with_logged_classes(with_replicas(with_accelerator(with_ranges(document))))


def overlaid(document: Document, values: Iterable[tuple[str, Any]], origin: str) -> Document:
    """`document` with other values by path; messages name `origin` as their place.

    Raises
    ------
    ScenarioError
        If a path cannot be followed, or names no table that there is.
    """
    try:
        pairs = [(addressed(document, path), plain(value)) for path, value in values]
    except PathError as wrong:
        raise ScenarioError([Mistake(origin, wrong.path, str(wrong))]) from None
    found = [*unnamed(document, pairs), *read_by(document, (path for path, _ in pairs))]
    if lost := [Mistake(origin, *words) for words in found]:
        raise ScenarioError(lost)
    try:
        return with_values(document, pairs)
    except PathError as wrong:
        remedy = "a path such as cluster.spares; `simtrain schema` has them all"
        raise ScenarioError([Mistake(origin, wrong.path, str(wrong), remedy)]) from None


def _shares(cluster: Cluster) -> dict[str, str]:
    """Counts that are shares of others and move when a change sets these, by key."""
    counts = ((key, getattr(cluster, key)) for key in type(cluster).model_fields)
    return {key: f"{count.share} of all" for key, count in counts if isinstance(count, Portion)}


def _with_addresses(document: Document) -> Document:
    """The same document; rows that sources and changes speak of have their numbers.

    What names no row stays as it is, and is a mistake of its own.
    """
    result = dict(document)
    if isinstance(sources := document.get("sources"), dict):
        result["sources"] = _addressed_keys(document, sources)
    if isinstance(changes := document.get("change"), list):
        result["change"] = [
            {**change, "set": _addressed_keys(document, change["set"])}
            if isinstance(change, dict) and isinstance(change.get("set"), dict)
            else change
            for change in changes
        ]
    return result


def _addressed_keys(document: Document, table: Document) -> Document:
    found = {}
    for key, value in table.items():
        with suppress(PathError):
            key = addressed(document, key)
        found[key] = value
    return found


def _at(meaning: Any, path: str) -> Any:
    """Find what stands at `path`, or the number it leads into."""
    for part in path.split("."):
        if isinstance(meaning, list) and part.isdecimal():
            meaning = meaning[int(part)]
        elif isinstance(meaning, dict) and part in meaning:
            meaning = meaning[part]
        else:
            break
    return meaning


def _wrong_sources(document: Document, places: Places, known: Iterable[Mistake]) -> list[Mistake]:
    sources = document.get("sources")
    known_keys = {mistake.key for mistake in known}
    return [
        Mistake(
            places.of(f"sources.{path}"),
            f"sources.{path}",
            "names no key that is given",
            "the path of a key of this scenario",
        )
        for path in (sources if isinstance(sources, dict) else ())
        if not holds(document, path) and not is_inside(path, known_keys)
    ]

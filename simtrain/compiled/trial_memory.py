"""The memory of trials as Python sees it: tables by name, and the numbers laid out in them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.parameters import patch
from simtrain.model.draws import stream_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from simtrain.distributions import Law
    from simtrain.engine.trial import Simulator
    from simtrain.model.streams import Layout
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario


def word(name: str) -> int:
    """Address of a stream, as the signed number of the same bits."""
    return int(np.uint64(stream_id(name)).astype(np.int64))


class TrialMemory:
    """Memory of the trials of one scenario, in which each part of the engine lays itself out.

    Parameters
    ----------
    scenario, simulator
        The scenario, and the simulator on SimPy that has its numbers.
    capacity
        How much of each thing that a trial can be short of is provided at first.

    Attributes
    ----------
    state, address
        Record of the trial, and its address.
    tables
        Tables by name.
    names
        Names of causes, by number.
    origins
        Names of streams that outages begin with, by number.
    held
        Arrays that live until all is laid out anew.
    capacity
        How much of each thing that a trial can be short of is provided.
    trial_number
        Number of the trial that is laid out.
    is_uncertain
        Whether other trials have other numbers.
    """

    def __init__(self, scenario: Scenario, simulator: Simulator, capacity: Mapping[int, int]):
        self.scenario = scenario
        self.simulator = simulator
        self._record = np.zeros(1, layout.TRIAL)
        self.state = self._record[0]
        self.address = int(self._record.ctypes.data)
        self.tables: dict[str, NDArray[Any]] = {}
        self.names: list[str] = list(simulator.causes)
        self.origins: list[str] = []
        self.held: list[NDArray[Any]] = []
        self.capacity = dict(capacity)
        self.trial_number = 0
        self.is_uncertain = False
        self._written: dict[tuple[str, int, str], tuple[Any, list[NDArray[Any]]]] = {}
        self._first_rows: dict[tuple[str, str, int], int] = {}
        self._laid_out: dict[str, tuple[Any, Sequence[object]]] = {}

    def table(self, name: str, dtype: Any, size: int) -> NDArray[Any]:
        """Table of a size, whose address the trial has; kept if it is there already."""
        table = self.tables.get(name)
        if table is None or len(table) < size or table.dtype != dtype:
            table = self.tables[name] = np.zeros(max(size, 1), dtype)
            self.state[name] = table.ctypes.data
            for place in [place for place in self._written if place[0] == name]:
                del self._written[place]
        return table

    def plain(self, name: str, dtype: Any, size: int) -> NDArray[Any]:
        """The same of a table whose address another one has."""
        table = self.tables.get(name)
        if table is None or len(table) < size:
            table = self.tables[name] = np.zeros(size, dtype)
        return table

    def name(self, name: str) -> int:
        """Number of a name."""
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def begin_layout(self) -> None:
        """All is laid out anew, as far as it has changed."""
        self.held.clear()
        self._first_rows.clear()

    def is_new(self, name: str, key: object, parts: Sequence[object] = ()) -> bool:
        """Whether something was laid out for others than these last time, or with other room.

        Parameters
        ----------
        name
            What is laid out.
        key, parts
            What it follows from: values, and objects that are the same ones if they have not
            changed.
        """
        room = tuple(self.capacity.values()), int(self.state["hosts_cap"])
        before = self._laid_out.get(name)
        self._laid_out[name] = (key, room), parts
        return (
            before is None
            or before[0] != (key, room)
            or len(before[1]) != len(parts)
            or any(one is not other for one, other in zip(before[1], parts, strict=True))
        )

    def has(self, name: str, number: int, part: object, field: str = "") -> bool:
        """Whether a part was written into a row of a table; one that changed is another object."""
        known = self._written.get((name, number, field))
        return known is not None and known[0] is part

    def write(
        self, name: str, number: int, part: Any, encoded: Callable[..., Any], field: str = ""
    ) -> None:
        """Write a part of the parameters into a row of a table, as far as it is not there.

        Parameters
        ----------
        name, number, field
            Table, number of the row, and field of it; the whole row for none.
        part
            The part.
        encoded
            Called with it and a list of the arrays that live as long as its record.
        """
        if self.has(name, number, part, field):
            return
        table = self.tables[name][field] if field else self.tables[name]
        first = self._first_rows.setdefault((name, field, id(part)), number)
        if first != number:
            held = self._written[name, first, field][1]
            table[number] = table[first]
        else:
            known = self._written.get((name, number, field))
            held = []
            if known is None or known[1] or not patch(table[number], part, known[0]):
                table[number] = encoded(part, held)
        self._written[name, number, field] = part, held

    def note(self, name: str, number: int, part: object) -> None:
        """Note that a part is in a row of a table, which others have written."""
        self._written[name, number, ""] = part, []

    def write_all_anew(self) -> None:
        """Forget what was written."""
        self._written.clear()

    def rank(self, name: str) -> int:
        """Place of the name of a class or of a stop in alphabetical order."""
        return self._ranks[name]

    @cached_property
    def _ranks(self) -> dict[str, int]:
        scenario = self.scenario
        names = sorted({*scenario.fault, *scenario.stop, *scenario.schedule})
        return {name: rank for rank, name in enumerate(names)}

    def origin(self, layout_of: Layout, of: str = "") -> int:
        """Number of a stream that outages begin with."""
        name = layout_of.name.format(of)
        if name not in self.origins:
            self.origins.append(name)
        return self.origins.index(name)

    def settle(self, path: str, number: Number) -> Law:
        """Law of a number in the trial that is laid out."""
        if number.addresses(path):
            self.is_uncertain = True
        return self.simulator.numbers.settle(path, number)

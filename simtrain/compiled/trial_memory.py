"""The memory of trials as Python sees it: tables by name, and the numbers laid out in them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.compiled import layout
from simtrain.compiled.unknown import NotFollowedError, Unknown
from simtrain.model.draws import stream_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from simtrain.distributions import Law
    from simtrain.engine.numbers import NumbersOfTrial
    from simtrain.engine.trial import Simulator
    from simtrain.model.streams import Layout
    from simtrain.scenario.number import Number
    from simtrain.scenario.scenario import Scenario


def word(name: str) -> int:
    """Address of a stream, as the signed number of the same bits."""
    return int(np.uint64(stream_id(name)).astype(np.int64))


class Record:
    """Row of a table, field by field.

    Parameters
    ----------
    memory
        Notes what in it other trials have otherwise.
    table, number
        The table, and the number of the row.
    """

    __slots__ = ("_memory", "_number", "_table")

    def __init__(self, memory: TrialMemory, table: NDArray[Any], number: int):
        self._memory, self._table, self._number = memory, table, number

    def __setitem__(self, field: str, values: Any) -> None:
        self._memory.put(self._table, self._number, values, field)


class TrialMemory:
    """Memory of the trials of one scenario, in which each part of the engine lays itself out.

    Parameters
    ----------
    scenario, simulator
        The scenario, and the simulator on SimPy of it.
    capacity
        How much of each thing that a trial can be short of is provided at first.

    Attributes
    ----------
    state, trial, address
        Record of the trial, the same one for numbers that may not be known, and its address.
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
    numbers, trial_number
        Numbers of the trial that is laid out, and its own number.
    written
        What follows from numbers that are not known, by the address at which it is written.
    """

    def __init__(
        self,
        scenario: Scenario,
        simulator: Simulator,
        capacity: Mapping[int, int],
    ):
        self.scenario = scenario
        self.simulator = simulator
        self.numbers = simulator.numbers
        self._record = np.zeros(1, layout.TRIAL)
        self.state = self._record[0]
        self.trial = Record(self, self._record, 0)
        self.address = int(self._record.ctypes.data)
        self.tables: dict[str, NDArray[Any]] = {}
        self.names: list[str] = list(simulator.causes)
        self.origins: list[str] = []
        self.held: list[NDArray[Any]] = []
        self.capacity = dict(capacity)
        self.trial_number = 0
        self.written: dict[int, Unknown] = {}
        self._laid_out: dict[str, tuple[Any, Sequence[object]]] = {}

    def table(self, name: str, dtype: Any, size: int) -> NDArray[Any]:
        """Table of a size, whose address the trial has; kept if it is there already."""
        table = self.tables.get(name)
        if table is None or len(table) < size or table.dtype != dtype:
            table = self.tables[name] = np.zeros(max(size, 1), dtype)
            self.state[name] = table.ctypes.data
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

    def record(self, table: NDArray[Any], number: int) -> Record:
        """Row of a table, in which numbers can be written that are not known."""
        return Record(self, table, number)

    def begin_layout(self, numbers: NumbersOfTrial, trial: int) -> None:
        """All is laid out anew, for a trial with these numbers."""
        self.numbers, self.trial_number = numbers, trial
        self.held.clear()
        self.written.clear()

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

    def put(self, table: NDArray[Any], number: int, values: Any, field: str = "") -> None:
        """Write a row of a table, or a field of it, and note what other trials have otherwise.

        Raises
        ------
        NotFollowedError
            If a whole number is to be one that is not known.
        """
        column = table[field] if field else table
        try:
            column[number] = values
        except NotFollowedError:  # few have one that is not known, and looking for it takes as long
            address = column.ctypes.data + number * column.strides[0]
            column[number] = self._known(column.dtype, values, address)

    def _known(self, dtype: np.dtype[Any], values: Any, address: int) -> Any:
        """Values of a record at an address, with those of this trial for what is not known."""
        if isinstance(values, Unknown):
            if dtype != np.float64:
                raise NotFollowedError(f"a number that is not known, in place of {dtype}")
            self.written[address] = values
            return values.value
        if isinstance(values, tuple) and dtype.fields is not None:
            of = zip(dtype.fields.values(), values, strict=True)
            return tuple([self._known(kind, one, address + at) for (kind, at, *_), one in of])
        return values

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
        return self.numbers.settle(path, number)

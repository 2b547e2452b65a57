"""The memory of trials as Python sees it: tables by name, and the numbers laid out in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.compiled import layout
from simtrain.model.draws import stream_id

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    def rank(self, name: str) -> int:
        """Place of the name of a class or of a stop in alphabetical order."""
        scenario = self.scenario
        return sorted({*scenario.fault, *scenario.stop, *scenario.schedule}).index(name)

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

"""Calls of a trial of the engine on SimPy, as records: the inverse of `pass_on`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.accounts.timeline import Census, Ending, EventKind, Segment, State
from simtrain.compiled.accounts import Accounts, keep
from simtrain.compiled.calls import (
    CALL,
    CENSUS,
    HAPPENED,
    MOST_LOSSES,
    ROLLED_BACK,
    SEGMENT,
    SKIPPED,
    SPENT,
    TRAINED,
)
from simtrain.compiled.routines import from_python

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.engine.trial import Simulator
    from simtrain.model.saving import SaveCycle


_keep = from_python(keep)
_NOWHERE = Census(0, 0, 0, 0)


class Told(NamedTuple):
    """What is told of a trial: its calls and segments, and how it ended."""

    calls: NDArray[np.void]
    segments: NDArray[np.void]
    ending: Ending

    def keep(self, accounts: Accounts, place: int) -> None:
        _keep(
            accounts.address, place, self.calls.ctypes.data, len(self.calls),
            self.segments.ctypes.data, len(self.segments), self.ending.wall_clock_s,
            self.ending.work_s,
        )  # fmt: skip


class Calls:
    """A sink that keeps all calls as records.

    Parameters
    ----------
    names
        What causes are called; names that are new are added.
    cycles
        Rounds of saves by number; those that are new are added.
    """

    def __init__(self, names: list[str], cycles: list[SaveCycle]):
        self._names = names
        self._cycles = cycles
        self._calls: list[tuple[Any, ...]] = []
        self._segments: list[tuple[Any, ...]] = []

    def spent(self, state: State, cause: str, start: float, end: float) -> None:
        self._call(SPENT, state, cause, start=start, end=end)

    def trained(self, segment: Segment) -> None:
        losses, schedule = segment.losses, segment.schedule
        rest = (0,) * (MOST_LOSSES - len(losses))
        self._call(TRAINED, len(self._segments))
        self._segments.append(
            (
                *segment[:8],
                len(losses),
                (*(self._cause(cause) for cause, _ in losses), *rest),
                (*(seconds for _, seconds in losses), *rest),
                schedule.first_s,
                schedule.every_s,
                schedule.stall_s,
                schedule.speed,
                schedule.write_slowdown,
                schedule.write_s,
                schedule.write_left_s,
                schedule.full_speed,
                self._cycle(schedule.cycle),
                schedule.place,
            )
        )

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        self._call(ROLLED_BACK, 0, cause, start=time, end=work)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        self._call(HAPPENED, what, cause, host, time)

    def skipped(self, time: float, batches: int, cause: str) -> None:
        self._call(SKIPPED, batches, cause, start=time)

    def census(self, time: float, hosts: Census) -> None:
        self._call(CENSUS, 0, start=time, hosts=hosts)

    def close(self, time: float) -> None:
        pass

    @property
    def calls(self) -> NDArray[np.void]:
        return np.array(self._calls, CALL)

    @property
    def segments(self) -> NDArray[np.void]:
        return np.array(self._segments, SEGMENT)

    def _call(
        self,
        kind: int,
        what: int,
        cause: str = "",
        host: int = -1,
        start: float = 0.0,
        end: float = 0.0,
        hosts: Census = _NOWHERE,
    ) -> None:
        self._calls.append((kind, what, self._cause(cause), host, start, end, *hosts))

    def _cause(self, name: str) -> int:
        if not name:
            return -1
        if name not in self._names:
            self._names.append(name)
        return self._names.index(name)

    def _cycle(self, cycle: SaveCycle | None) -> int:
        if cycle is None:
            return -1
        known = [number for number, one in enumerate(self._cycles) if one is cycle]
        if known:
            return known[0]
        self._cycles.append(cycle)
        return len(self._cycles) - 1


def told(
    simulator: Simulator, trials: Sequence[int], names: list[str], cycles: list[SaveCycle]
) -> list[Told]:
    """Some trials as records."""
    found = []
    for trial in trials:
        sink = Calls(names, cycles)
        ending = simulator.run(trial, sink)
        found.append(Told(sink.calls, sink.segments, ending))
    return found


class Deaf:
    """A sink that hears nothing."""

    def _nothing(self, *_: Any) -> None:
        pass

    spent = trained = rolled_back = happened = skipped = census = close = _nothing

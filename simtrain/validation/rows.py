"""The rows of the table that `simtrain validate` prints, whatever they come from.

A `RowSource` simulates what it has to, and gives its `RowPart` of the table: rows, and a note on
how to read them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from simtrain.sampling.engines import AUTO, named
from simtrain.tables.estimates import defined
from simtrain.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simtrain.scenario.published import NotReproduced, RoleWord


class CheckResult(StrEnum):
    """What became of one row; only `FAIL` changes the exit code."""

    OK = "ok"
    FAIL = "FAIL"
    MISS = "miss (expected)"


class Percentiles(NamedTuple):
    """A simulated distribution, where a mean would say too little."""

    p5: float
    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Check:
    """One row: what should come out, and what does.

    Parameters
    ----------
    about
        What it belongs to: an exact result with its quantity and unit, or a scenario.
    name
        The case, or the outcome with its unit.
    expected, simulated
        In that unit; what is expected may be known to lie between two values.
    tolerance
        How far `simulated` may lie from `expected`, or what is claimed about the two in words.
    verdict
        What became of it.
    relation
        Whether `expected` is a value (``eq``) or a bound (``ge``, ``le``).
    decimals
        Decimals to show, where the tolerance does not say it.
    role
        How `expected` stands to what goes into the simulation, where it is published: something
        was ``calibrated`` to it, it ``follows`` from the rest, or is ``arithmetic``.
    ideal
        What comes out without any fault, save and stop, where `expected` is about that.
    z
        Distance in standard errors, where chance has a part in it.
    """

    about: str
    name: str
    expected: float | tuple[float, float]
    simulated: float | Percentiles
    tolerance: float | str
    verdict: CheckResult
    relation: str = "eq"
    decimals: int | None = None
    role: RoleWord | None = None
    ideal: float | None = None
    z: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """The row as it goes into JSON; a number that is not finite is none."""
        return {
            "about": self.about,
            "name": self.name,
            "relation": self.relation,
            "expected": _plain(self.expected),
            "simulated": _plain(self.simulated),
            "tolerance": _plain(self.tolerance),
            "role": self.role,
            **({} if self.ideal is None else {"ideal": self.ideal}),
            "z": self.z,
            "verdict": str(self.verdict),
        }


@dataclass(frozen=True, slots=True)
class RowPart:
    """What one source has to say.

    Parameters
    ----------
    rows
        What should come out, and what does.
    note
        How to read them.
    about
        What they belong to, if it is one thing.
    not_reproduced
        What is published of it besides, and why nothing is held against that.
    engines
        What simulated.
    """

    rows: tuple[Check, ...]
    note: str
    about: str = ""
    not_reproduced: tuple[NotReproduced, ...] = ()
    engines: frozenset[str] = frozenset()


class RowSource(Protocol):
    """Where rows come from."""

    @property
    def trials(self) -> int:
        """How many trials its rows take, of which progress is a part."""

    def part(
        self,
        seed: int,
        jobs: int,
        progress: Callable[[int], object] | None = None,
        engine: str = AUTO,
    ) -> RowPart:
        """Simulate, and judge what comes out.

        Parameters
        ----------
        seed
            Seed of all trials.
        jobs
            How many processes may work; it moves no result.
        progress
            Called with the number of trials that have just ended, from time to time.
        engine
            What simulates: ``simpy``, ``compiled``, or ``auto``, the quicker one that is there; it
            moves no result. Exact results that the compiled engine cannot simulate are left to
            SimPy, whatever is asked for.

        Raises
        ------
        InputError
            If a scenario needs what the compiled engine does not have, and that one is asked for.
        """


def failed(parts: Iterable[RowPart]) -> bool:
    """Whether some row failed; a miss that is expected is no failure."""
    return any(row.verdict is CheckResult.FAIL for part in parts for row in part.rows)


def to_json(parts: Sequence[RowPart], *, seed: int, full: bool) -> str:
    """All rows as one object of JSON, the same to the byte for the same seed and version."""
    engines = {engine for part in parts for engine in part.engines}
    document = {
        "version": __version__,
        "seed": seed,
        "full": full,
        "engine": named(engines) if engines else None,
        "failed": failed(parts),
        "rows": [row.as_dict() for part in parts for row in part.rows],
        "not_reproduced": [
            {"about": part.about, **one.model_dump(mode="json")}
            for part in parts
            for one in part.not_reproduced
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(value: float | str | Percentiles | tuple[float, float]) -> Any:
    if isinstance(value, Percentiles):
        return {name: defined(number) for name, number in value._asdict().items()}
    if isinstance(value, tuple):
        return list(value)
    return value if isinstance(value, str) else defined(value)

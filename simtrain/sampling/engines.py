"""Which engine simulates the trials of a question: the one on SimPy, or the compiled one.

They tell the same trials, so it moves how long that takes, and not what is found.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from simtrain.accounts.meter import Tee
from simtrain.engine.trial import Simulator
from simtrain.errors import InputError
from simtrain.tables.answer import SIMPY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TypeAlias

    from simtrain.compiled.simulator import CompiledSimulator
    from simtrain.scenario.scenario import Scenario

    AnySimulator: TypeAlias = Simulator | CompiledSimulator

AUTO, COMPILED = "auto", "compiled"
ENGINES = (AUTO, SIMPY, COMPILED)

_CALL_S = 5e-6
"""What the engine on SimPy takes for all that leads to one call of its sink."""
_PAYS_S = 2.0
"""Time from which on it pays to load compiled code."""
_COMPILES_S = 60.0
"""Time from which on it pays to compile it first."""
_FEW = 10
"""Trials below which it is not asked whether it pays, which takes a trial."""
_UNKNOWN = 1000
"""Trials of a question that nobody knows the number of."""
_FIRST = (
    "Note: the compiled engine is compiled now, which takes a minute or two; it is kept for all "
    "later runs."
)
_HINT = "leave out --engine compiled, or install it: pip install 'simtrain[fast]'"


class Engines:
    """The engine of each scenario of a question.

    Parameters
    ----------
    wanted
        One of `ENGINES`; what decides is that, the scenario, the number of trials, what is
        installed and whether it is compiled yet, and never how long anything took.
    say
        Is told when something takes long for once.

    Raises
    ------
    InputError
        If there is no such engine, or it is not installed.
    """

    def __init__(self, wanted: str = AUTO, say: Callable[[str], object] | None = None):
        if wanted not in ENGINES:
            raise InputError(f"engine: {wanted!r} is not one of {', '.join(ENGINES)}")
        if wanted == COMPILED and not is_installed():
            raise InputError(f"the compiled engine needs numba, which is not installed; {_HINT}")
        self._wanted = wanted if is_installed() else SIMPY
        self._say = say
        self._used: set[str] = set()

    def begin(self, scenarios: Iterable[Scenario], seed: int, trials: int | None) -> None:
        """Settle for a whole question what pays, by the first scenario that may be compiled."""
        if self._wanted == AUTO:
            from simtrain.compiled.support import left_to_simpy

            first = next((one for one in scenarios if not left_to_simpy(one)), None)
            if first is None or not _pays(first, seed, trials):
                self._wanted = SIMPY

    def of(self, scenario: Scenario) -> str:
        """Engine that simulates a scenario.

        Raises
        ------
        InputError
            If the compiled one is wanted, and does not have all that the scenario needs.
        """
        engine = SIMPY
        if self._wanted != SIMPY:
            from simtrain.compiled.support import left_to_simpy

            left = left_to_simpy(scenario)
            if left and self._wanted == COMPILED:
                raise InputError(
                    f"{scenario.name}: the compiled engine does not have {left[0]}; leave out "
                    "--engine compiled, and the engine on SimPy simulates it"
                )
            engine = SIMPY if left else COMPILED
        if engine == COMPILED and COMPILED not in self._used:
            self._build()
        self._used.add(engine)
        return engine

    def of_long_work(self) -> str:
        """Engine of work that takes SimPy long, for all scenarios in it that it has all of."""
        if self._wanted == AUTO:
            from simtrain.compiled.program import is_built

            return COMPILED if is_built() else SIMPY
        if self._wanted == COMPILED:
            self._build()
        return self._wanted

    @property
    def told(self) -> str:
        """Which of them simulated, in words."""
        return named(self._used)

    def _build(self) -> None:
        """Compile the program, if that is not done yet: workers would each do so."""
        from simtrain.compiled.program import build, is_built

        if not is_built():
            if self._say is not None:
                self._say(_FIRST)
            build()


def named(engines: Iterable[str]) -> str:
    """Engines in words."""
    return " and ".join(sorted(engines)) or SIMPY


def simulator_of(engine: str, scenario: Scenario, seed: int) -> AnySimulator:
    """Simulator of a scenario by an engine, ``simpy`` or ``compiled``, that has all of it."""
    if engine == SIMPY:
        return Simulator(scenario, seed)
    from simtrain.compiled.simulator import CompiledSimulator

    return CompiledSimulator(scenario, seed)


def is_installed() -> bool:
    """Whether there is a compiler for the compiled engine."""
    return find_spec("numba") is not None


def _pays(scenario: Scenario, seed: int, trials: int | None) -> bool:
    """Whether trials take SimPy so long that it pays to load compiled code, or to compile it."""
    trials = _UNKNOWN if trials is None else trials
    if trials < _FEW:
        return False
    counted = _Counted()
    Simulator(scenario, seed).run(0, Tee(counted))
    seconds = trials * counted.calls * _CALL_S
    if not _PAYS_S < seconds <= _COMPILES_S:
        return seconds > _COMPILES_S
    from simtrain.compiled.program import is_built

    return is_built()


class _Counted:
    """Counts the calls of a trial."""

    def __init__(self) -> None:
        self.calls = 0

    def _count(self, *_: object) -> None:
        self.calls += 1

    spent = trained = rolled_back = happened = skipped = census = close = _count

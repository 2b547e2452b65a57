"""simtrain: a fault simulator for distributed training.

>>> import simtrain
>>> results = simtrain.run("opt175b.toml", trials=1000)  # doctest: +SKIP
>>> print(results.report())  # doctest: +SKIP
>>> results.plot("progress")  # doctest: +SKIP
>>> results.to_frame().goodput.mean()  # doctest: +SKIP

What is named here is the public interface; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from simtrain.presenter import present_by
from simtrain.version import __version__

if TYPE_CHECKING:  # a type checker reads no mapping
    from simtrain.answers.compare import Comparison
    from simtrain.answers.fit import Fit
    from simtrain.answers.forecast import Forecast
    from simtrain.answers.plan import Decision
    from simtrain.answers.plan_for import Decisions
    from simtrain.answers.plan_frontier import Frontier
    from simtrain.answers.scale import Scaling
    from simtrain.answers.scenarios import Systems
    from simtrain.answers.schedule import Schedules
    from simtrain.answers.sensitivity import Sensitivity
    from simtrain.answers.sweep import Sweep
    from simtrain.answers.timeline import Timeline
    from simtrain.errors import (
        InputError,
        Mistake,
        OutputError,
        ScenarioError,
        SimtrainError,
        UndefinedError,
        WorkerError,
    )
    from simtrain.questions.compare import compare
    from simtrain.questions.fit import fit
    from simtrain.questions.forecast import forecast
    from simtrain.questions.plan import plan
    from simtrain.questions.plan_for import plan_for
    from simtrain.questions.plan_frontier import plan_frontier
    from simtrain.questions.run import run
    from simtrain.questions.scale import scale
    from simtrain.questions.scenarios import scenarios
    from simtrain.questions.schedule import schedule
    from simtrain.questions.sensitivity import sensitivity
    from simtrain.questions.sweep import sweep
    from simtrain.questions.timeline import timeline
    from simtrain.sampling.store import Store
    from simtrain.sampling.trajectories import Trajectories, trajectories
    from simtrain.scenario.load import load
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

_HOMES = {
    "Comparison": "simtrain.answers.compare",
    "Decision": "simtrain.answers.plan",
    "Decisions": "simtrain.answers.plan_for",
    "Fit": "simtrain.answers.fit",
    "Forecast": "simtrain.answers.forecast",
    "Frontier": "simtrain.answers.plan_frontier",
    "InputError": "simtrain.errors",
    "Mistake": "simtrain.errors",
    "OutputError": "simtrain.errors",
    "Results": "simtrain.tables.results",
    "Scaling": "simtrain.answers.scale",
    "Scenario": "simtrain.scenario.scenario",
    "ScenarioError": "simtrain.errors",
    "Schedules": "simtrain.answers.schedule",
    "Sensitivity": "simtrain.answers.sensitivity",
    "SimtrainError": "simtrain.errors",
    "Store": "simtrain.sampling.store",
    "Sweep": "simtrain.answers.sweep",
    "Systems": "simtrain.answers.scenarios",
    "Timeline": "simtrain.answers.timeline",
    "Trajectories": "simtrain.sampling.trajectories",
    "UndefinedError": "simtrain.errors",
    "WorkerError": "simtrain.errors",
    "compare": "simtrain.questions.compare",
    "fit": "simtrain.questions.fit",
    "forecast": "simtrain.questions.forecast",
    "load": "simtrain.scenario.load",
    "plan": "simtrain.questions.plan",
    "plan_for": "simtrain.questions.plan_for",
    "plan_frontier": "simtrain.questions.plan_frontier",
    "run": "simtrain.questions.run",
    "scale": "simtrain.questions.scale",
    "scenarios": "simtrain.questions.scenarios",
    "schedule": "simtrain.questions.schedule",
    "sensitivity": "simtrain.questions.sensitivity",
    "sweep": "simtrain.questions.sweep",
    "timeline": "simtrain.questions.timeline",
    "trajectories": "simtrain.sampling.trajectories",
}
"""Module of each public name."""

present_by("simtrain.show.answers")

__all__ = sorted(["__version__", *_HOMES])

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return __all__

"""simtrain: a fault simulator for distributed training.

>>> import simtrain
>>> scenario = simtrain.load("opt175b.toml")  # doctest: +SKIP
>>> results = simtrain.run(scenario, trials=1000)  # doctest: +SKIP
>>> results.to_frame().goodput.mean()  # doctest: +SKIP

What is named here is the public interface; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simtrain.errors import ScenarioError, SimtrainError
    from simtrain.questions.compare import compare
    from simtrain.questions.compared import Comparison
    from simtrain.questions.decision import Decision
    from simtrain.questions.effects import Sensitivity
    from simtrain.questions.plan import plan
    from simtrain.questions.run import run
    from simtrain.questions.scale import scale
    from simtrain.questions.scaled import Scaling
    from simtrain.questions.sensitivity import sensitivity
    from simtrain.questions.sweep import sweep
    from simtrain.questions.swept import Sweep
    from simtrain.sampling.courses import Courses, follow
    from simtrain.scenario.load import load
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

__version__ = "0.1.0"

__all__ = [
    "Comparison",
    "Courses",
    "Decision",
    "Results",
    "Scaling",
    "Scenario",
    "ScenarioError",
    "Sensitivity",
    "SimtrainError",
    "Sweep",
    "__version__",
    "compare",
    "follow",
    "load",
    "plan",
    "run",
    "scale",
    "sensitivity",
    "sweep",
]

_HOMES = {
    "Courses": "simtrain.sampling.courses",
    "Decision": "simtrain.questions.decision",
    "Comparison": "simtrain.questions.compared",
    "Results": "simtrain.tables.results",
    "Scaling": "simtrain.questions.scaled",
    "Scenario": "simtrain.scenario.scenario",
    "ScenarioError": "simtrain.errors",
    "Sensitivity": "simtrain.questions.effects",
    "SimtrainError": "simtrain.errors",
    "Sweep": "simtrain.questions.swept",
    "follow": "simtrain.sampling.courses",
    "compare": "simtrain.questions.compare",
    "load": "simtrain.scenario.load",
    "plan": "simtrain.questions.plan",
    "run": "simtrain.questions.run",
    "scale": "simtrain.questions.scale",
    "sensitivity": "simtrain.questions.sensitivity",
    "sweep": "simtrain.questions.sweep",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return __all__

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
    from simtrain.montecarlo.compare import compare
    from simtrain.montecarlo.compared import Comparison
    from simtrain.montecarlo.courses import Courses, follow
    from simtrain.montecarlo.decision import Decision
    from simtrain.montecarlo.effects import Sensitivity
    from simtrain.montecarlo.plan import plan
    from simtrain.montecarlo.results import Results
    from simtrain.montecarlo.run import run
    from simtrain.montecarlo.scale import scale
    from simtrain.montecarlo.scaled import Scaling
    from simtrain.montecarlo.sensitivity import sensitivity
    from simtrain.montecarlo.sweep import sweep
    from simtrain.montecarlo.swept import Sweep
    from simtrain.scenario.load import load
    from simtrain.scenario.scenario import Scenario

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
    "Courses": "simtrain.montecarlo.courses",
    "Decision": "simtrain.montecarlo.decision",
    "Comparison": "simtrain.montecarlo.compared",
    "Results": "simtrain.montecarlo.results",
    "Scaling": "simtrain.montecarlo.scaled",
    "Scenario": "simtrain.scenario.scenario",
    "ScenarioError": "simtrain.errors",
    "Sensitivity": "simtrain.montecarlo.effects",
    "SimtrainError": "simtrain.errors",
    "Sweep": "simtrain.montecarlo.swept",
    "follow": "simtrain.montecarlo.courses",
    "compare": "simtrain.montecarlo.compare",
    "load": "simtrain.scenario.load",
    "plan": "simtrain.montecarlo.plan",
    "run": "simtrain.montecarlo.run",
    "scale": "simtrain.montecarlo.scale",
    "sensitivity": "simtrain.montecarlo.sensitivity",
    "sweep": "simtrain.montecarlo.sweep",
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

"""How each kind of answer is shown: its report, and the pictures of its folder.

All of it is loaded when it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path


def report(kind: str, answer: Any, width: int) -> str:
    """Report on an answer, by the function KIND_report of `simtrain.show.KIND.report`."""
    module = import_module(f"simtrain.show.{kind}.report")
    text: str = getattr(module, f"{kind}_report")(answer, width=width)
    return text


def draw(kind: str, answer: Any, folder: Path) -> None:
    """Draw the pictures of an answer."""
    _DRAWINGS[kind](answer, folder)


def _draw_run(results: Any, folder: Path) -> None:
    from simtrain.sampling.trajectories import trajectories
    from simtrain.show.run.figures import write_course_figures, write_run_figures

    write_run_figures(results, folder)
    write_course_figures(results, trajectories(results), folder)


def _draw_sweep(swept: Any, folder: Path) -> None:
    from simtrain.show.sweep.figures import write_sweep_figures

    write_sweep_figures(swept, folder)


def _draw_plan(decision: Any, folder: Path) -> None:
    from simtrain.show.plan.figure import draw_plan

    draw_plan(decision, folder / "plan.png")


def _draw_scale(scaling: Any, folder: Path) -> None:
    from simtrain.show.scale.figure import draw_scale

    draw_scale(scaling, folder / "scale.png")


def _draw_compare(compared: Any, folder: Path) -> None:
    from simtrain.show.compare.figures import write_compare_figures

    write_compare_figures(compared, folder)


def _draw_sensitivity(found: Any, folder: Path) -> None:
    from simtrain.show.sensitivity.figure import write_sensitivity_figure

    write_sensitivity_figure(found, folder)


_DRAWINGS = {
    "run": _draw_run,
    "sweep": _draw_sweep,
    "plan": _draw_plan,
    "scale": _draw_scale,
    "compare": _draw_compare,
    "sensitivity": _draw_sensitivity,
}

"""How each kind of answer is shown: its report, and the pictures of its folder.

All of it is loaded when it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_PICTURES = {
    "run": ("figures", "write_run_figures", ""),
    "sweep": ("figures", "write_sweep_figures", ""),
    "plan": ("figure", "draw_plan", "plan.png"),
    "scale": ("figure", "draw_scale", "scale.png"),
    "compare": ("figures", "write_compare_figures", ""),
    "sensitivity": ("figure", "write_sensitivity_figure", ""),
}
"""Module and function that draws the pictures of each kind of answer, and the file it is given."""


def report(kind: str, answer: Any, width: int) -> str:
    """Report on an answer, by the function KIND_report of `simtrain.show.KIND.report`."""
    module = import_module(f"simtrain.show.{kind}.report")
    text: str = getattr(module, f"{kind}_report")(answer, width=width)
    return text


def draw(kind: str, answer: Any, folder: Path) -> None:
    """Draw the pictures of an answer into a folder."""
    name, function, file = _PICTURES[kind]
    module = import_module(f"simtrain.show.{kind}.{name}")
    getattr(module, function)(answer, folder / file)
    if kind == "run":
        from simtrain.sampling.trajectories import trajectories

        module.write_course_figures(answer, trajectories(answer), folder)

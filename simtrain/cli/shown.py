"""How each kind of answer is shown: its report, and the pictures of its folder.

All of it is loaded when it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_SINGLE_PICTURES = {
    "plan": ("figure", "draw_plan", "plan.png"),
    "scale": ("figure", "draw_scale", "scale.png"),
    "sensitivity": ("figure", "write_sensitivity_figure", ""),
}
"""Module and function that draws the only picture of an answer, and the file it is given."""


def report(kind: str, answer: Any, width: int) -> str:
    """Report on an answer, by the function KIND_report of `simtrain.show.KIND.report`."""
    module = import_module(f"simtrain.show.{kind}.report")
    text: str = getattr(module, f"{kind}_report")(answer, width=width)
    return text


def draw(kind: str, answer: Any, folder: Path) -> None:
    """Draw the pictures of an answer into a folder.

    The function write_KIND_figures of `simtrain.show.KIND.figures` does it, where there are many.
    """
    several = ("figures", f"write_{kind}_figures", "")
    name, function, file = _SINGLE_PICTURES.get(kind, several)
    module = import_module(f"simtrain.show.{kind}.{name}")
    getattr(module, function)(answer, folder / file)
    if kind == "run":
        from simtrain.sampling.trajectories import trajectories

        module.write_course_figures(answer, trajectories(answer), folder)

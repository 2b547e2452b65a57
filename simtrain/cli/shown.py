"""How each kind of answer is shown: its report, and the pictures of its folder.

All of it is loaded when it is needed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simtrain.cli.words import note
from simtrain.errors import SimtrainError
from simtrain.sampling import interrupts

if TYPE_CHECKING:
    from pathlib import Path


def report(kind: str, answer: Any, width: int) -> str:
    """Report on an answer, by the function KIND_report of `simtrain.show.KIND.report`."""
    with interrupts.put_off():
        module = import_module(f"simtrain.show.{kind}.report")
    text: str = getattr(module, f"{kind}_report")(answer, width=width)
    return text


def draw(kind: str, answer: Any, folder: Path) -> None:
    """Draw the pictures of an answer into a folder; one that fails takes nothing else with it."""
    with interrupts.put_off():
        from simtrain.show.figure import save

        figures = import_module(f"simtrain.show.{kind}.figures")
    subject: tuple[Any, ...] = (answer,)
    if kind == "run":
        from simtrain.sampling.trajectories import trajectories

        subject = (answer, trajectories(answer))
    try:
        for name, info in figures.pictures(*subject).items():
            with interrupts.put_off():  # more is loaded, as the format wants it
                save(info, folder / name)
    except (OSError, SimtrainError):
        raise
    except Exception as error:
        note(f"Note: not all figures could be drawn ({error!r}); tables and summary are whole.")

"""Every kind of answer: its report, as text and as HTML, and its pictures.

Those of a kind are in its folder: `simtrain.show.KIND.report` and `simtrain.show.KIND.figures`.
Each is loaded when it is needed, and matplotlib for pictures alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from simtrain.errors import InputError
from simtrain.show import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.show.as_figure import Picture
    from simtrain.show.figure import Info
    from simtrain.show.page import Page
    from simtrain.tables.answer import Answer

_ENDING = ".png"


def report(answer: Answer, width: int) -> str:
    """The text of the command, in lines of so many characters."""
    return str(_page(answer, width))


def html(answer: Answer) -> str:
    """The report as HTML."""
    return _page(answer).html()


def load(kind: str, drawn: bool) -> None:
    """Load what the report of a kind takes, and its pictures if they are drawn."""
    import_module("scipy.special")  # for the intervals
    import_module(f"simtrain.show.{kind}.report")
    if drawn:
        import_module(f"simtrain.show.{kind}.figures")
        import_module("simtrain.show.picture_file")


def pictures(answer: Answer) -> Mapping[str, Info]:
    """Pictures of an answer by the name of their file."""
    module = import_module(f"simtrain.show.{answer.kind}.figures")
    found: Mapping[str, Info] = module.pictures(answer)
    return found


def plots(answer: Answer) -> tuple[str, ...]:
    """Names of the pictures, which are those of their files without the ending."""
    return tuple(name.removesuffix(_ENDING) for name in pictures(answer))


def figure(answer: Answer, name: str | None = None) -> Picture:
    """A picture by its name, or the first one.

    Raises
    ------
    InputError
        If there is none of that name, or none at all.
    """
    from simtrain.show.as_figure import Picture

    drawn = pictures(answer)
    file = next(iter(drawn), "") if name is None else f"{name}{_ENDING}"
    if file in drawn:
        return Picture(drawn[file])
    if not drawn:
        raise InputError(f"there is no picture of {answer!r}")
    known = words.listed([one.removesuffix(_ENDING) for one in drawn])
    raise InputError(f"there is no picture {name!r} of {answer!r}; there is {known}")


def _page(answer: Answer, width: int = 80) -> Page:
    module = import_module(f"simtrain.show.{answer.kind}.report")
    found: Page = getattr(module, f"{answer.kind}_report")(answer, width=width)
    return found

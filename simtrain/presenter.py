"""Who presents answers, as text and in pictures: a module that stands above them.

An answer has a report and pictures, but it must not import `simtrain.show`, which is made of what
answers say. So it asks here, and the door of the package, which stands above both, has said whom.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Protocol, cast

_named: list[str] = []


class Presenter(Protocol):
    """What presents an answer of any kind."""

    def report(self, answer: Any, width: int) -> str:
        """The text of the command, in lines of so many characters."""

    def html(self, answer: Any) -> str:
        """The same as HTML."""

    def plots(self, answer: Any) -> tuple[str, ...]:
        """Names of the pictures."""

    def figure(self, answer: Any, name: str | None) -> Any:
        """A picture by its name, or the first one."""


def present_by(module: str) -> None:
    """Say which module presents answers; it is imported when an answer is first presented."""
    _named[:] = [module]


def presenter() -> Presenter:
    """The module that presents answers."""
    return cast(Presenter, import_module(_named[0]))

"""What a scenario may leave unsaid, and where that matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

Matters = Callable[["Scenario"], bool]


class Unsaid(NamedTuple):
    """Something that a scenario does not say.

    Parameters
    ----------
    key
        Path that would say it.
    subject, predicate
        What is assumed instead, as the two parts of a sentence.
    remedy
        A value that would say it, as in a file.
    """

    key: str
    subject: str
    predicate: str
    remedy: str

    @property
    def assumption(self) -> str:
        """What is assumed, as a sentence."""
        return f"{self.subject} {self.predicate}"

    def summary(self) -> dict[str, str]:
        """Key and assumption, as in `summary.json`."""
        return {"key": self.key, "assumption": self.assumption}


class Row(NamedTuple):
    """What is assumed if a scenario does not say it, and where.

    Parameters
    ----------
    unsaid
        What is assumed.
    others
        Paths that say it as well.
    matters
        Whether it can matter in a scenario.
    """

    unsaid: Unsaid
    others: tuple[str, ...]
    matters: Matters


def row(key: str, subject: str, predicate: str, remedy: str, matters: Matters, *others: str) -> Row:
    """Row on a key that no scenario has to give; `others` say the same."""
    return Row(Unsaid(key, subject, predicate, remedy), others, matters)

"""Reports as text: blocks of paragraphs and tables, as wide as people like to read."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, NamedTuple, Protocol

from simtrain.show import words
from simtrain.show.table import Table

if TYPE_CHECKING:
    from simtrain.scenario.scenario import Scenario

_NARROWEST, _WIDEST = 64, 100


class Lines(Protocol):
    """What is laid out as lines of some width, or as HTML."""

    def lines(self, width: int) -> list[str]:
        """Its lines."""

    def html(self) -> str:
        """The same as HTML."""


class Indented(NamedTuple):
    """A paragraph whose lines after the first are indented by so many characters."""

    text: str
    indent: int

    def lines(self, width: int) -> list[str]:
        """Its lines."""
        return words.paragraph(self.text, width, " " * self.indent)

    def html(self) -> str:
        """The same as HTML."""
        return _paragraph(self.text)


Block = str | Lines
"""A paragraph, or what is laid out otherwise."""


class Page(str):
    """A report as text, which knows the blocks it is made of.

    Attributes
    ----------
    blocks
        Parts that stand together.
    """

    blocks: tuple[list[Block], ...]

    def html(self) -> str:
        """The report as HTML: paragraphs, and tables with all of their columns."""
        parts = [part for block in self.blocks for part in block if part]
        elements = (_paragraph(part) if isinstance(part, str) else part.html() for part in parts)
        return "<div>\n" + "\n".join(elements) + "\n</div>"


def page(width: int, *blocks: list[Block]) -> Page:
    """Blocks of parts as one text, with an empty line between them; empty ones are left out.

    Lines have about `width` characters. Paragraphs keep to what can be read; tables use all of it.
    """
    readable = max(_NARROWEST, min(_WIDEST, width))

    def laid_out(part: Block) -> list[str]:
        if isinstance(part, str):
            return words.paragraph(part, readable)
        return part.lines(max(readable, width) if isinstance(part, Table) else readable)

    texts = ["\n".join(line for part in block for line in laid_out(part)) for block in blocks]
    found = Page("\n\n".join(filter(None, texts)) + "\n")
    found.blocks = blocks
    return found


def heading(scenario: Scenario, ideal_s: float | None = None, more: str = "") -> list[Block]:
    """First block of a report: the title of a scenario, or its name, and what is simulated."""
    parts = [words.simulated(scenario, ideal_s), more, words.unknown(scenario)]
    simulated = " ".join(filter(None, parts))
    return [scenario.title or scenario.name, simulated]


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"

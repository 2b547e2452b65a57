"""Tables of the pages, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable


def table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table with a header."""
    lines = (" | ".join(row) for row in (header, ("---",) * len(header), *rows))
    return "\n".join(f"| {line} |" for line in lines)

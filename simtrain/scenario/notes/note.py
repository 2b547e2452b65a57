"""A sentence on a value of a scenario."""

from __future__ import annotations

from typing import NamedTuple


class Note(NamedTuple):
    """A sentence on the value at a path.

    Parameters
    ----------
    key
        Path of the value.
    sentence
        What it leads to, and what to do if that is not meant.
    """

    key: str
    sentence: str

    def summary(self) -> dict[str, str]:
        """Key and sentence, as in `summary.json`."""
        return {"key": self.key, "note": self.sentence}

"""Whether all compiled code of these sources is on disk, so that it need only be loaded."""

from __future__ import annotations

from contextlib import suppress

from simtrain.compiled.caching import folder_of_code

_WHOLE = "whole"
"""Name of a file that is there once a trial has been told."""


def is_compiled() -> bool:
    """Whether all of it is there."""
    folder = folder_of_code()
    return folder is not None and (folder / _WHOLE).exists()


def note_that_compiled() -> None:
    """Note that all of it is there."""
    if (folder := folder_of_code()) is not None:
        with suppress(OSError):
            (folder / _WHOLE).touch()

"""Files and folders that are whole or not there at all.

They are written under another name beside their place, which they take once they are whole.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from simtrain.errors import OutputError, reason

if TYPE_CHECKING:
    from collections.abc import Iterator

LAST = "summary.json"
"""The file that comes last into a folder, so that it marks a whole one."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a file to write that becomes `path` at the end, unless something goes wrong.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    target = Path(os.path.realpath(path))
    draft = _draft_beside(target)
    with told(path), _made(draft, path):
        if target.is_dir():
            raise OutputError(f"{path} is a folder; name a file")
        yield draft / target.name
        (draft / target.name).replace(target)
        draft.rmdir()


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Yield a folder to fill that becomes `path` at the end, unless something goes wrong.

    It is made at once, so that a place which cannot be written is known before any work is done.
    Writing into it is the caller's, under `told`.

    Raises
    ------
    OutputError
        If there is something at `path` already, or it cannot be written.
    """
    target = Path(os.path.realpath(path))
    with told(path):
        _refuse_taken(path, target)
        there = target.is_dir()
    draft = target / _draft_beside(target).name if there else _draft_beside(target)
    with _made(draft, path):
        yield draft
        with told(path):
            if there:
                _move_into(draft, target)
            else:
                draft.rename(target)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell in words what the system has against writing `path`."""
    try:
        yield
    except OSError as error:
        words = f"cannot write {path}: {reason(error)}; nothing was written"
        raise OutputError(words) from None


def _refuse_taken(path: Path, target: Path) -> None:
    if target.is_dir():
        if any(target.iterdir()):
            raise OutputError(
                f"{path} is not empty, and results are never overwritten; name a new folder"
            )
    elif target.exists():
        raise OutputError(f"{path} is a file; name a new folder")


def _draft_beside(target: Path) -> Path:
    return target.with_name(f".unfinished-{uuid.uuid4().hex[:12]}")


@contextmanager
def _made(folder: Path, path: Path) -> Iterator[None]:
    """Make a folder and its missing parents; take them away again if something goes wrong."""
    missing: list[Path] = []
    try:
        with told(path):
            missing = [parent for parent in folder.parents if not parent.exists()]
            folder.mkdir(parents=True)
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        for parent in missing:
            with suppress(OSError):
                parent.rmdir()
        raise


def _move_into(draft: Path, target: Path) -> None:
    """Fill an empty folder in place: it may be a mount point, which cannot be replaced."""
    for file in sorted(draft.iterdir(), key=lambda file: file.name == LAST):
        file.rename(target / file.name)
    draft.rmdir()

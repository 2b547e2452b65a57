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
def told(path: Path) -> Iterator[None]:
    """Tell in words what the system has against writing `path`."""
    try:
        yield
    except OSError as error:
        words = f"cannot write {path}: {reason(error)}; nothing was written"
        raise OutputError(words) from None


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

"""Files that are whole or not there at all."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from simtrain.errors import OutputError, writing

if TYPE_CHECKING:
    from collections.abc import Iterator


def real(path: Path) -> Path:
    """Where a path leads; an `OutputError` if the working directory is no more."""
    with writing(path, "; nothing was written"):
        return Path(os.path.realpath(path))


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a file to write that becomes `path` at the end, unless something goes wrong.

    It has the same name, in a folder of its own beside its place. If something goes wrong, neither
    that is left nor any folder that was missing.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    target = real(path)
    draft = target.with_name(f".unfinished-{uuid.uuid4().hex[:12]}")
    missing: list[Path] = []
    with writing(path, "; nothing was written"):
        try:
            missing = [parent for parent in draft.parents if not parent.exists()]
            draft.mkdir(parents=True)
            if target.is_dir():
                raise OutputError(f"{path} is a folder; name a file")
            yield draft / target.name
            (draft / target.name).replace(target)
            draft.rmdir()
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            for parent in missing:
                with suppress(OSError):
                    parent.rmdir()
            raise

"""Compiled code on disk: kept for as long as its sources stay the same, wherever one may write.

numba looks for changes in the file of a function alone, but what is compiled holds everything that
the function calls. So code is kept in a folder that is named after all sources together, and after
the processor that it is for.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeVar

import llvmlite.binding as llvm
import numba
import numpy as np
from numba import njit

from simtrain.units import DAY

Function = TypeVar("Function", bound=Callable[..., Any])

PACKAGE = Path(__file__).parents[1]
_SOURCES = (
    "distributions.py", "compiled/*.py", "model/*.py", "model/parameters/*.py", "accounts/*.py",
)  # fmt: skip
"""Whatever compiled code is made of, and what numbers of states and events are taken from."""
_KEPT_S = 30 * DAY
_DIGEST = hashlib.sha256().digest_size


def kernel(function: Function) -> Function:
    """Compile a function into whatever calls it, or when it is first called; it is kept then.

    Numbers are divided as in C: nothing is raised.
    """
    folder = folder_of_code()
    if folder is None:
        return njit(error_model="numpy")(function)
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)  # read here and now, for this function alone
    try:
        return njit(cache=True, error_model="numpy")(function)
    finally:
        numba.config.CACHE_DIR = before


@cache
def folder_of_code() -> Path | None:
    """Folder that compiled code of these sources is kept in; None if there is no place for it.

    A folder of numba's own that the user has named (`NUMBA_CACHE_DIR`) comes first, then the one
    where programs keep such things, then one for temporary files.
    """
    for place in _places():
        folder = place / _name()
        with suppress(OSError):
            if not folder.is_dir():
                folder.mkdir(parents=True)
                _forget_others(folder)
            if not (_is_own(place) and _is_own(folder)):
                continue
            with tempfile.TemporaryFile(dir=folder):
                pass
            os.utime(folder)
            return folder
    return None


def write(file: Path, content: bytes) -> None:
    """Keep something in a file at once, with its digest: nobody may find half of it."""
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as new:
            new.write(content + hashlib.sha256(content).digest())
        os.replace(name, file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(file: Path) -> bytes | None:
    """What was kept in a file; None if it is not there, or not whole, as after a power failure."""
    with suppress(OSError):
        found = file.read_bytes()
        content, digest = found[:-_DIGEST], found[-_DIGEST:]
        if hashlib.sha256(content).digest() == digest:
            return content
    return None


def sources() -> list[Path]:
    """Files that compiled code is made of."""
    return sorted({file for pattern in _SOURCES for file in PACKAGE.glob(pattern)})


def compiler() -> str:
    """What compiles, and for which processor: code for another one might round otherwise."""
    features = sorted(name for name, there in llvm.get_host_cpu_features().items() if there)
    return " ".join((numba.__version__, np.__version__, llvm.get_host_cpu_name(), *features))


def _places() -> list[Path]:
    if numba.config.CACHE_DIR:
        return [Path(numba.config.CACHE_DIR) / "simtrain"]
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    places = [Path(home)] if home else []
    with suppress(RuntimeError):  # there is no home
        places.append(Path.home() / ".cache")
    places = [place / "simtrain" / "compiled" for place in places]
    own = f"simtrain-{os.getuid()}" if hasattr(os, "getuid") else "simtrain"
    return [*places, Path(tempfile.gettempdir()) / own]


def _is_own(folder: Path) -> bool:
    """Whether no other user could have put code there, which would be run."""
    return not hasattr(os, "getuid") or folder.stat().st_uid == os.getuid()


def _name() -> str:
    """Name of all sources together, and of what compiles them."""
    digest = hashlib.sha256(compiler().encode())
    for file in sources():
        content = file.read_bytes()
        digest.update(f"{file.relative_to(PACKAGE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def _forget_others(folder: Path) -> None:
    """Remove code of sources that have not been used for a month."""
    for other in folder.parent.iterdir():
        with suppress(OSError):
            if other.is_dir() and other.stat().st_mtime < time.time() - _KEPT_S:
                rmtree(other, ignore_errors=True)

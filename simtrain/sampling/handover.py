"""Results that worker processes of this machine leave in files, of which a pipe brings the names.

Were a worker killed in the midst of a long write to a pipe, its pool would wait for the rest of it
for ever. So a pipe takes only what goes through it in one write, which is thirty trials: less than
they take to be sent, where compiled code tells them.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from simtrain.errors import WorkerError, reason
from simtrain.sampling.executors import spread

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable

    from simtrain.sampling.executors import Pool

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def folder_of_results() -> tempfile.TemporaryDirectory[str] | None:
    """Folder for them; None if there is no place for temporary files."""
    try:
        return tempfile.TemporaryDirectory(prefix="simtrain-", ignore_cleanup_errors=True)
    except OSError:
        return None


def spread_by_files(
    folder: tempfile.TemporaryDirectory[str],
    work: Callable[[Piece], Result],
    pieces: Iterable[Piece],
    jobs: int,
    pool: Pool,
) -> Generator[Result, None, None]:
    """As `spread`, with results of any size, in a folder that is removed at the end."""
    with (
        folder as place,
        closing(spread(partial(_left_in_file, place, work), pieces, jobs, pool)) as names,
    ):
        for name in names:
            with open(name, "rb") as file:
                result: Result = pickle.load(file)
            os.unlink(name)
            yield result


def _left_in_file(folder: str, work: Callable[[Piece], Result], piece: Piece) -> str:
    result = work(piece)
    try:
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            pickle.dump(result, file, pickle.HIGHEST_PROTOCOL)
    except OSError as error:
        raise WorkerError(
            f"a worker cannot leave its results in {folder}: {reason(error)}; make room there, or "
            "name another place for temporary files in TMPDIR"
        ) from None
    return name

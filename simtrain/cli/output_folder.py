"""What `-o` writes: a folder that keeps what was simulated, whatever ends the command.

It holds the trials from the start. The results come when all is simulated, the mark of a whole
folder last; with `--resume` a command takes what trials there are.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
from contextlib import contextmanager, suppress
from errno import ENOTDIR
from pathlib import Path
from typing import TYPE_CHECKING

import click
from filelock import FileLock, Timeout

from simtrain.cli.files import real
from simtrain.errors import InputError, OutputError, UndefinedError, writing
from simtrain.sampling.store import MANIFEST, Store, put_on_disk, write_whole
from simtrain.tables.answer import write_csv

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator

    from simtrain.tables.answer import Answer

LAST = "summary.json"
"""The file that comes last into a folder, so that it marks a whole one."""
TRIALS = ".trials"
"""The part of a folder that holds its trials."""

_LOCK = "lock"
_PATIENCE_S = 2.0
"""Workers of a command that was killed may hold its lock for a moment longer."""
_RESULTS = "results.json"
"""Names of the results that were put into the folder."""


class OutputFolder:
    """A folder of trials and, in the end, of results.

    Parameters
    ----------
    path
        Where it is, as the user says it.
    kind
        What the trials are for.
    """

    def __init__(self, path: Path, kind: str):
        self.path = path
        self.target = real(path)
        self.store = Store(path / TRIALS, kind)

    def write(self, answer: Answer, draw: Callable[[Path], object]) -> None:
        """Write all of an answer, in place of an older one, its summary at last.

        `draw` draws its pictures into a folder.

        Raises
        ------
        OutputError
            If it cannot be written, or a file has the name of one that is no earlier result.
        """
        draft = self.store.folder / "results"
        with writing(self.path):
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir()
            for name, scenario in answer.scenario_files.items():
                (draft / f"{name}.toml").write_text(scenario.to_toml(), encoding="utf-8")
            for name, columns in answer.tables.items():
                write_csv(columns, draft / f"{name}.csv")
            draw(draft)
            (draft / LAST).write_text(answer.to_json(), encoding="utf-8")
            self._take(sorted(draft.iterdir(), key=lambda file: file.name == LAST))
            draft.rmdir()

    def refuse_foreign(self, names: Container[str]) -> None:
        """Refuse a file that is there under one of some names, and is no earlier result."""
        earlier = self._earlier()
        there = [file for file in self.target.iterdir() if file.name in names]
        if foreign := sorted(file.name for file in there if file not in earlier):
            raise OutputError(
                f"{self.path} holds what is not known to be an earlier result: "
                f"{', '.join(foreign)}; move it elsewhere, or name a new folder"
            )

    def _take(self, files: list[Path]) -> None:
        self.refuse_foreign([file.name for file in files])
        for file in files:
            put_on_disk(file)
        for file in self._earlier():
            file.unlink()
        index = json.dumps([file.name for file in files])
        write_whole(self.store.folder / _RESULTS, index.encode())
        for file in files:
            file.rename(self.target / file.name)

    def _earlier(self) -> list[Path]:
        """Results that are there, the mark of a whole folder first.

        A name in their index stands for a file of the folder, and for nothing beyond. An index that
        cannot be read names none.
        """
        try:
            names = json.loads((self.store.folder / _RESULTS).read_bytes())
        except (OSError, ValueError, RecursionError):
            names = None
        if not isinstance(names, list):
            return []
        there = [file for file in self.target.iterdir() if file.name in names and not file.is_dir()]
        return sorted(there, key=lambda file: file.name != LAST)


@contextmanager
def output_folder(path: Path | None, kind: str, resume: bool) -> Iterator[OutputFolder | None]:
    """Make a folder for trials of some kind, or resume with one; none if there is no path.

    If something goes wrong, it stays as soon as it holds a finished trial, and the error is noted
    to be so. Otherwise nothing is left.

    Raises
    ------
    InputError
        If there is no folder to resume.
    OutputError
        If there is something else at `path`, another command is at work there, or it cannot be
        written.
    """
    if path is None:
        if resume:
            raise InputError("--resume goes on with what a folder holds; name it with -o DIR")
        yield None
        return
    folder = OutputFolder(path, kind)
    store = folder.store
    made = _made(folder, resume)
    with _alone(folder):
        try:
            if store.folder not in made:
                _refuse_taken(folder, resume)  # others may have come to an end meanwhile
            store.tidy()
            folder.refuse_foreign({LAST})
            yield folder
        except BaseException as error:
            worth_keeping = store.begun and store.holds_trials
            if worth_keeping and not isinstance(error, UndefinedError):
                error.add_note(f"what was finished is kept; go on with: {_resuming()}")
            elif store.folder in made:
                _take_away(made)
            raise


def _made(folder: OutputFolder, resume: bool) -> list[Path]:
    """Make the folder of trials; what was made for it, the innermost first."""
    trials, made = folder.store.folder, list[Path]()
    with writing(folder.path, "; nothing was written"):
        try:
            _refuse_taken(folder, resume)
            for place in reversed((trials, *trials.parents)):
                if not place.exists():
                    with suppress(FileExistsError):  # by another command
                        place.mkdir()
                        made.insert(0, place)
            if not trials.is_dir():
                raise NotADirectoryError(ENOTDIR, os.strerror(ENOTDIR))
        except BaseException:
            _take_away(made)
            raise
    return made


def _take_away(made: list[Path]) -> None:
    """Remove a folder of trials, and those around it that nobody else uses."""
    for place in made:
        if place.name == TRIALS:
            shutil.rmtree(place, ignore_errors=True)
        with suppress(OSError):
            place.rmdir()


@contextmanager
def _alone(folder: OutputFolder) -> Iterator[None]:
    """Keep other commands out; the system lets them in again however this one ends."""
    with writing(folder.path):
        try:
            lock = FileLock(folder.store.folder / _LOCK).acquire(timeout=_PATIENCE_S)
        except Timeout:
            raise OutputError(
                f"another command is at work in {folder.path}; wait for it, or name a new folder"
            ) from None
    with lock:
        yield


def _refuse_taken(folder: OutputFolder, resume: bool) -> None:
    path, target = folder.path, folder.target
    if not target.is_dir():
        if target.exists():
            raise OutputError(f"{path} is a file; name a new folder")
        return
    there = {file.name for file in target.iterdir()}
    resumable = there == {TRIALS} or (target / TRIALS / MANIFEST).exists()
    if not there or (resume and resumable):
        return
    why = "holds nothing to go on with" if resume else "results are never overwritten"
    remedy = ", or go on with what is there by --resume" if resumable else ""
    raise OutputError(f"{path} is not empty, and {why}; name a new folder{remedy}")


def _resuming() -> str:
    """What to type to go on."""
    words = click.get_current_context().find_root().obj
    more = [] if "--resume" in words else ["--resume"]
    return shlex.join(["simtrain", *words, *more])

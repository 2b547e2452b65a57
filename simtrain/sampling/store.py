"""Finished trials on disk, so that they outlive the process that simulated them.

A store has a shelf for each scenario, which it knows by all that is written in it and moves a
trial. Every batch is a file of its own, which appears as a whole. Its name says its trials and a
checksum of its content and its place: one that was truncated, damaged or moved is known by that,
and counts for nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import uuid
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.errors import OutputError, writing
from simtrain.sampling.batch import CODE, Batch
from simtrain.version import __version__

_UNMOVING = ("title", "system", "not_reproduced", "sources")
"""What may be written otherwise, and the rows of trials are the same."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from simtrain.scenario.scenario import Scenario

MANIFEST = "work.json"
"""What the trials are of."""

_DRAFT = ".part"
"""How the name of a file ends that is not whole yet."""
_NAME = re.compile(r"(\d+)-(\d+)-([0-9a-f]{8})\.npz")
_KEPT = tuple(name for name in Batch._fields if name not in ("point", "trials"))
_SETTLED_TRIALS = 10_000
"""Trials in a file once all are there; some megabytes."""
_ENOUGH = 16
"""Digits of a hash that distinguish scenarios."""
_DIFFERENCES = {
    "kind": "of a {there}, and this is a {here}",
    "version": "of simtrain {there}, and this is {here}",
    "code": "of other sources of simtrain {version}: it has changed since",
    "seed": "with seed {there}, and this is {here}",
    "scenarios": "of another scenario: it has changed since",
}


class Store:
    """A folder of finished trials.

    Parameters
    ----------
    folder
        Where it is; it is made when work begins.
    kind
        What the trials are for: work of one kind is not gone on with by another.

    Attributes
    ----------
    begun
        Whether work has begun, so that what is there is of this work.
    """

    def __init__(self, folder: Path, kind: str):
        self.folder = folder
        self.begun = False
        self._kind = kind

    @property
    def holds_trials(self) -> bool:
        """Whether there is any."""
        return any(self.folder.glob("*/*.npz"))

    def begin(self, scenarios: Sequence[Scenario], seed: int) -> None:
        """Make the folder, or see that it holds trials of the same work.

        What is asked of the scenarios does not matter, nor how many trials: those that are there
        are taken, and the others simulated.

        Raises
        ------
        OutputError
            If it holds trials of other work, or cannot be written.
        """
        manifest = {
            "kind": self._kind,
            "version": __version__,
            "code": CODE,
            "seed": seed,
            "scenarios": [_meaning(scenario) for scenario in scenarios],
        }
        file = self.folder / MANIFEST
        if file.exists():
            self._refuse_other(_manifest(file), manifest)
        else:
            with writing(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
                write_whole(file, json.dumps(manifest, indent=2).encode())
        self.begun = True

    def tidy(self) -> None:
        """Clear away what a process that was killed left half-written.

        Nobody else may be at work in the folder.
        """
        with writing(self.folder):
            for draft in self.folder.rglob(f"*{_DRAFT}"):
                draft.unlink()

    def shelf(self, scenario: Scenario) -> Shelf:
        """Shelf for the trials of a scenario."""
        return Shelf(self.folder / _meaning(scenario)[:_ENOUGH])

    def _refuse_other(self, there: dict[str, Any], here: dict[str, Any]) -> None:
        for key, words in _DIFFERENCES.items():
            if there.get(key) != here[key]:
                others = words.format(there=there.get(key), here=here[key], version=here["version"])
                raise OutputError(
                    f"{self.folder} holds trials {others}; go on with what it was begun with, or "
                    "name a new folder"
                )


class Shelf:
    """The trials of one scenario.

    Parameters
    ----------
    folder
        Where they are; it is made with the first of them.
    """

    def __init__(self, folder: Path):
        self.folder = folder

    def batches(self, whole: Batch) -> Iterator[Batch]:
        """What is there of the trials of `whole`; some may come twice."""
        for file, trials, checksum in self._files():
            wanted = _common(trials, whole.trials)
            if wanted:
                try:
                    content = file.read_bytes()
                except OSError:
                    continue
                if self._checksum(content, trials) == checksum:
                    yield _unpacked(content, whole.point, trials).part(wanted)

    def keep(self, batch: Batch) -> Path:
        """Put a batch on disk, and return its file; an `OutputError` if that cannot be."""
        content = _packed(batch)
        first, stop = batch.trials.start, batch.trials.stop
        with writing(self.folder):
            self.folder.mkdir(exist_ok=True)
            checksum = self._checksum(content, batch.trials)
            file = self.folder / f"{first}-{stop}-{checksum:08x}.npz"
            write_whole(file, content)
        return file

    def settle(self, whole: Batch) -> None:
        """Hold all trials of `whole` in a few large files, in place of those that are there."""
        old = {file for file, trials, _ in self._files() if _common(trials, whole.trials) == trials}
        spans = range(0, len(whole.trials), _SETTLED_TRIALS)
        if len(old) <= len(spans):
            return
        new = {
            self.keep(whole.part(whole.trials[first : first + _SETTLED_TRIALS])) for first in spans
        }
        with writing(self.folder):
            for file in old - new:
                file.unlink(missing_ok=True)

    def _files(self) -> list[tuple[Path, range, int]]:
        """Files with their trials and checksums."""
        found = []
        for file in self.folder.iterdir() if self.folder.is_dir() else ():
            if (match := _NAME.fullmatch(file.name)) and file.is_file():
                first, stop, checksum = match.groups()
                found.append((file, range(int(first), int(stop)), int(checksum, 16)))
        return found

    def _checksum(self, content: bytes, trials: range) -> int:
        place = f"{self.folder.name}/{trials.start}-{trials.stop}"
        return zlib.crc32(content, zlib.crc32(place.encode()))


def gaps(trials: range, there: Iterable[range]) -> Iterator[range]:
    """Those of some trials that are in none of some ranges, in order."""
    reached = trials.start
    for span in sorted(there, key=lambda span: span.start):
        if span.start > reached:
            yield range(reached, span.start)
        reached = max(reached, span.stop)
    if reached < trials.stop:
        yield range(reached, trials.stop)


def _common(one: range, other: range) -> range:
    return range(max(one.start, other.start), min(one.stop, other.stop))


def _manifest(file: Path) -> dict[str, Any]:
    try:
        there = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        there = None
    if not isinstance(there, dict):
        raise OutputError(f"{file} cannot be read; name a new folder")
    return there


def _meaning(scenario: Scenario) -> str:
    """Hash of all that is written in a scenario and moves a row of its trials.

    What it publishes does, as trials are held against it; the rest of what is only told does not.
    """
    return hashlib.sha256(scenario.to_toml(without=_UNMOVING).encode()).hexdigest()


def _packed(batch: Batch) -> bytes:
    content = io.BytesIO()
    np.savez(content, **{name: getattr(batch, name) for name in _KEPT})
    return content.getvalue()


def _unpacked(content: bytes, point: int, trials: range) -> Batch:
    with np.load(io.BytesIO(content), allow_pickle=False) as kept:
        arrays = {name: kept[name] for name in _KEPT}
    return Batch(point, trials, **arrays | {"took_s": float(arrays["took_s"])})


def write_whole(file: Path, content: bytes) -> None:
    """Write a file that is never seen half-written, even if the machine goes down.

    Raises
    ------
    OSError
        If it cannot be written; nothing is left of it.
    """
    draft = file.with_name(f"{uuid.uuid4().hex}{_DRAFT}")
    try:
        draft.write_bytes(content)
        put_on_disk(draft)
        draft.replace(file)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def put_on_disk(file: Path) -> None:
    """See that what was written is on disk: a system may otherwise rename a file before."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())

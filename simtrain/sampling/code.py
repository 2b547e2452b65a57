"""Which code trials are of: the version alone does not say, as sources can change under it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_AFTER_TRIALS = ("answers", "questions", "validation", "show", "cli", "scenarios")
"""Folders of what is made of trials, and of scenarios: no trial depends on them."""


@cache
def fingerprint(root: Path = _ROOT) -> str:
    """Hash of all sources that a trial can depend on, read once in a process.

    Parameters
    ----------
    root
        Folder of the package.
    """
    digest = hashlib.sha256()
    for place, file in sorted((file.relative_to(root).parts, file) for file in _sources(root)):
        content = file.read_bytes().replace(b"\r\n", b"\n")  # as some check files out
        digest.update(f"{'/'.join(place)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources(root: Path) -> list[Path]:
    folders = [place for place in root.iterdir() if place.name not in _AFTER_TRIALS]
    inner = [file for folder in folders if folder.is_dir() for file in folder.rglob("*.py")]
    return [*root.glob("*.py"), *inner]

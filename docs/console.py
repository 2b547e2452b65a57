"""Run the commands that pages show and put their real output below them.

`make refresh` rewrites the pages; a test holds them against what the commands print.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from asked import asked

_ROOT = Path(__file__).parent.parent
_DOCS = _ROOT / "docs"
SESSION = _DOCS / "session.md"
"""The page whose commands build on each other, in one folder."""
FIT = _DOCS / "fit.md"
"""The same of a log that is fitted."""
FORECAST = _DOCS / "forecast.md"
"""The same of a run in flight."""
_OF_LOGS = ["cluster.csv", "replay.toml", "run.toml", "run.csv", "faults.csv", "opt175b.csv",
            "glm130b.csv", "glm130b-faults.csv"]  # fmt: skip
INPUTS = [
    *sorted((_DOCS / "scenarios").iterdir()),
    *(_DOCS / "logs" / name for name in _OF_LOGS),
]
"""Files that lie in the folder in which commands are run."""
_NAMES = (
    "tour opt175b llama3-405b glm130b systems spares unnoticed tiers footprint schedule modelcard "
    "elastic trust allocations"
)
PAGES = (_ROOT / "README.md", *(_DOCS / f"{name}.md" for name in _NAMES.split()))
"""The others."""

_BLOCK = re.compile(r"(```console\n\$ )(.+?)\n(.*?)(```)", re.DOTALL)


def shown(text: str) -> list[tuple[str, str]]:
    """Commands that a page shows, each with the output below it."""
    return [(match[2], match[3]) for match in _BLOCK.finditer(text)]


def output(command: str, folder: str) -> str:
    """What a command prints on standard output, in a working directory."""
    line = f'simtrain() {{ {sys.executable} -m simtrain "$@"; }}\n{command}'
    done = subprocess.run(
        ["bash", "-c", line], cwd=folder, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


def refreshed(text: str) -> str:
    """The page with what its commands print today, one after the other in a folder of their own."""
    with TemporaryDirectory() as folder:
        for file in INPUTS:
            copy(file, folder)
        return _BLOCK.sub(
            lambda match: match[1] + match[2] + "\n" + output(match[2], folder) + match[4], text
        )


if __name__ == "__main__":
    by_name = {page.stem: page for page in (*PAGES, SESSION, FIT, FORECAST)}
    for page in map(by_name.__getitem__, asked(__doc__, [*by_name])):
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")

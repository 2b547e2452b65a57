"""Run the commands that pages show and put their real output below them.

`make docs` rewrites the pages; a test holds them against what the commands print.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parent.parent
PAGES = (_ROOT / "README.md", _ROOT / "docs" / "opt175b.md")

_BLOCK = re.compile(r"(```console\n\$ )(.+?)\n(.*?)(```)", re.DOTALL)


def shown(text: str) -> list[tuple[str, str]]:
    """Commands that a page shows, each with the output below it."""
    return [(match[2], match[3]) for match in _BLOCK.finditer(text)]


def output(command: str) -> str:
    """What a command prints on standard output."""
    command = re.sub(r"\bsimtrain\b", f"{sys.executable} -m simtrain", command, count=1)
    return subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout


def refreshed(text: str) -> str:
    """The page with what its commands print today."""
    return _BLOCK.sub(lambda match: match[1] + match[2] + "\n" + output(match[2]) + match[4], text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")

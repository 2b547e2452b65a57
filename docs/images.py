"""Draw the pictures of README.md anew: ``python docs/images.py``; `make docs` does it too."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent / "images"

DRAWN = {
    "run opt175b.toml -o out": ("time.png", "wall_clock.png"),
    "sweep opt175b.toml checkpoint.interval=10min..8h:log:25 -o out": ("sweep.png", "badput.png"),
    "timeline opt175b.toml --trial 7 -o out/timeline.png": ("timeline.png",),
}
"""Pictures that are kept, by the command that draws them."""


def draw(command: str, names: tuple[str, ...]) -> None:
    """Run a command in a folder of its own and keep some of what it draws."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = [sys.executable, "-m", "simtrain", *command.split()]
        subprocess.run(arguments, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        for name in names:
            shutil.copyfile(Path(folder) / "out" / name, FOLDER / name)


if __name__ == "__main__":
    for command, names in DRAWN.items():
        draw(command, names)

"""Drawing the pictures of an answer for the folder that `-o` writes."""

from __future__ import annotations

from functools import partial
from itertools import islice
from multiprocessing import get_start_method
from typing import TYPE_CHECKING

from simtrain.cli.outputs import note
from simtrain.errors import SimtrainError
from simtrain.sampling import interrupts
from simtrain.sampling.executors import spread

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simtrain.show.figure import Info
    from simtrain.tables.answer import Answer


def draw(answer: Answer, folder: Path, jobs: int = 1) -> None:
    """Draw the pictures of an answer into a folder; one that fails takes nothing else with it.

    Where `jobs` processes may work, and are forks of this one, they draw several at once.
    """
    with interrupts.put_off():
        from simtrain.show.answers import pictures
    try:
        with interrupts.put_off():  # each kind of picture is loaded when it is first drawn
            gallery = pictures(answer)
        drawn = dict(gallery)
        names = iter(drawn)
        save = partial(_save, drawn, folder)
        for first in islice(names, 1):
            save(first)  # and what it loads, forks need not load again
        others = [*names]
        workers = min(jobs, len(others)) if get_start_method() == "fork" else 1
        for _ in map(save, others) if workers <= 1 else spread(save, others, workers):
            pass
    except (OSError, SimtrainError):
        raise
    except Exception as error:
        note(f"Note: not all figures could be drawn ({error!r}); tables and summary are whole.")


def _save(drawn: Mapping[str, Info], folder: Path, name: str) -> None:
    with interrupts.put_off():  # more is loaded, as the format wants it
        from simtrain.show.figure import save

        save(drawn[name], folder / name)

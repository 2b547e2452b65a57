"""Drawing the pictures of an answer for the folder that `-o` writes."""

from __future__ import annotations

from functools import partial
from multiprocessing import active_children, get_start_method
from typing import TYPE_CHECKING

from simtrain.cli.outputs import note
from simtrain.errors import SimtrainError
from simtrain.sampling import interrupts
from simtrain.sampling.executors import spread
from simtrain.show.answers import load, pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from simtrain.show.figure import Info
    from simtrain.tables.answer import Answer


def loading(
    progress: Callable[[int], object] | None, kind: str, drawn: bool
) -> Callable[[int], object]:
    """Call `progress`, and load what shows an answer of a kind once other processes simulate.

    While they do, this one only waits for them; what takes half a second later costs little now.
    """
    is_loaded = False

    def moved(trials: int) -> None:
        nonlocal is_loaded
        if progress is not None:
            progress(trials)
        if not is_loaded and active_children():
            is_loaded = True
            with interrupts.put_off():
                load(kind, drawn)

    return moved


def draw(answer: Answer, folder: Path, jobs: int = 1) -> None:
    """Draw the pictures of an answer into a folder; one that fails takes nothing else with it.

    Where `jobs` processes may work, and are forks of this one, they draw several at once.
    """
    try:
        with interrupts.put_off():  # each kind of picture is loaded when it is first drawn
            gallery = pictures(answer)
        drawn = dict(gallery)
        save = partial(_save, drawn, folder)
        workers = min(jobs, len(drawn)) if get_start_method() == "fork" else 1
        for _ in map(save, drawn) if workers <= 1 else spread(save, drawn, workers):
            pass
    except (OSError, SimtrainError):
        raise
    except Exception as error:
        note(f"Note: not all figures could be drawn ({error!r}); tables and summary are whole.")


def _save(drawn: Mapping[str, Info], folder: Path, name: str) -> None:
    with interrupts.put_off():  # more is loaded, as the format wants it
        from simtrain.show.figure import save

        save(drawn[name], folder / name)

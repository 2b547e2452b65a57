"""Drawing the pictures of an answer for the folder that `-o` writes."""

from __future__ import annotations

from functools import partial
from multiprocessing import active_children, get_start_method
from typing import TYPE_CHECKING, NamedTuple

from simtrain.cli.outputs import note
from simtrain.errors import SimtrainError
from simtrain.sampling import interrupts
from simtrain.sampling.executors import spread
from simtrain.show.answers import load, pictures

if TYPE_CHECKING:
    from collections.abc import Callable
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

    Where `jobs` processes may work, and are forks of this one, they draw several at once, while
    this one finds what the next picture shows.
    """
    try:
        with interrupts.put_off():  # each kind of picture is loaded when it is first drawn
            gallery = pictures(answer)
        named = (_Named(name, gallery[name]) for name in gallery)
        save = partial(_save, folder)
        workers = min(jobs, len(gallery)) if get_start_method() == "fork" else 1
        for _ in map(save, named) if workers <= 1 else spread(save, named, workers):
            pass
    except (OSError, SimtrainError):
        raise
    except Exception as error:
        note(f"Note: not all figures could be drawn ({error!r}); tables and summary are whole.")


class _Named(NamedTuple):
    """A picture, and the name of its file."""

    name: str
    info: Info

    def __str__(self) -> str:
        return self.name


def _save(folder: Path, picture: _Named) -> None:
    with interrupts.put_off():  # more is loaded, as the format wants it
        from simtrain.show.figure import save

        save(picture.info, folder / picture.name)

"""Drawing the pictures of an answer for the folder that `-o` writes."""

from __future__ import annotations

from functools import partial
from multiprocessing import active_children, get_start_method
from typing import TYPE_CHECKING, NamedTuple

from simtrain.cli.outputs import note
from simtrain.errors import SimtrainError, WorkerError
from simtrain.sampling import interrupts
from simtrain.sampling.executors import spread
from simtrain.show.answers import load, pictures
from simtrain.show.words import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from simtrain.show.figure import Info
    from simtrain.tables.answer import Answer

_MANY = 4
"""Pictures from which on other processes draw them sooner than this one alone."""


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
    this one computes what the next picture shows.
    """
    problems: list[str] = []
    undrawn = {"pictures"}
    try:
        with interrupts.put_off():  # each kind of picture is loaded when it is first drawn
            gallery = pictures(answer)
        undrawn = set(gallery)
        computed = _computed(gallery, problems)
        save = partial(_save, folder)
        forks = get_start_method() == "fork" and len(gallery) >= _MANY
        workers = min(jobs, len(gallery)) if forks else 1
        drawn = map(save, computed) if workers == 1 else spread(save, computed, workers)
        for name, problem in drawn:
            if problem:
                problems.append(problem)
            else:
                undrawn.discard(name)
    except WorkerError as error:
        problems.append(str(error).partition(";")[0])
    except (OSError, SimtrainError):
        raise
    except Exception as error:
        problems.append(repr(error))
    if undrawn:
        names = listed(sorted(undrawn))
        note(f"Note: {names} could not be drawn ({problems[0]}); tables and summary are whole.")


class _Picture(NamedTuple):
    """What a picture shows, and the name of its file.

    A piece of work has to be hashable, and this one is since what it shows goes by identity.
    """

    name: str
    info: Info

    def __str__(self) -> str:
        return self.name


def _computed(gallery: Mapping[str, Info], problems: list[str]) -> Iterator[_Picture]:
    """Pictures that can be computed, and the problems of the others.

    Those at the end show most and take longest: begun first, they keep no processor waiting.
    """
    for name in reversed(list(gallery)):
        try:
            info = gallery[name]
        except (OSError, SimtrainError):
            raise
        except Exception as error:
            problems.append(repr(error))
        else:
            yield _Picture(name, info)


def _save(folder: Path, picture: _Picture) -> tuple[str, str]:
    """Name of a picture once it is drawn, and what the problem is if it cannot be."""
    with interrupts.put_off():  # more is loaded, as the format wants it
        from simtrain.show.picture_file import save

        try:
            save(picture.info, folder / picture.name)
        except OSError:
            raise
        except Exception as error:  # it may be of a class that does not travel between processes
            return picture.name, repr(error)
        return picture.name, ""

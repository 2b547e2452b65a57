"""Drawing the pictures of an answer for the folder that `-o` writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.cli.outputs import note
from simtrain.errors import SimtrainError
from simtrain.sampling import interrupts

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.tables.answer import Answer


def draw(answer: Answer, folder: Path) -> None:
    """Draw the pictures of an answer into a folder; one that fails takes nothing else with it."""
    with interrupts.put_off():
        from simtrain.show.answers import pictures
        from simtrain.show.figure import save
    try:
        with interrupts.put_off():  # each kind of picture is loaded when it is first drawn
            drawn = pictures(answer)
        for name, info in drawn.items():
            with interrupts.put_off():  # more is loaded, as the format wants it
                save(info, folder / name)
    except (OSError, SimtrainError):
        raise
    except Exception as error:
        note(f"Note: not all figures could be drawn ({error!r}); tables and summary are whole.")

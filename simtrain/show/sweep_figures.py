"""The pictures of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import sweep_words, words
from simtrain.show.distribution import draw_nothing
from simtrain.show.figures import title_of
from simtrain.show.sweep_lines import draw_lines

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.sweep import Sweep


def write_sweep_figures(swept: Sweep, folder: Path) -> list[Path]:
    """Draw what is best, and where the time goes.

    Parameters
    ----------
    swept
        The points.
    folder
        Where ``sweep.png`` is written.

    Returns
    -------
    list of Path
        The files.
    """
    path = folder / "sweep.png"
    about = f"{title_of(swept.scenario)}  ·  {words.count(swept.trials, 'trial')} a point, "
    about += f"seed {swept.seed}"
    if swept.best is None:
        draw_nothing(path, "No point is best", about, sweep_words.conclusion(swept))
    elif len(swept.axes) == 1:
        draw_lines(path, sweep_words.headline(swept), about, swept)
    return [path]

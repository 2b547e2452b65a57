"""The pictures of a sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.run.distribution import draw_nothing
from simtrain.show.run.figures import title_of
from simtrain.show.stacked_bars import draw_piles
from simtrain.show.sweep import words as sweep_words
from simtrain.show.sweep.axis import scale_of
from simtrain.show.sweep.heat_map import draw_map
from simtrain.show.sweep.lines import draw_lines

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.answers.sweep import Sweep


def write_sweep_figures(swept: Sweep, folder: Path) -> list[Path]:
    """Draw what is best, and where the time goes.

    Parameters
    ----------
    swept
        The points.
    folder
        Where ``sweep.png`` is written and, if one key varies, ``badput.png``. More than two keys
        have no picture.

    Returns
    -------
    list of Path
        The files.
    """
    what, where = folder / "sweep.png", folder / "badput.png"
    about = f"{title_of(swept.scenario)}  ·  {words.count(swept.trials, 'trial')} a point, "
    about += f"seed {swept.seed}"
    if swept.best is None:
        draw_nothing(what, "No point is best", about, sweep_words.conclusion(swept))
        return [what]
    title = sweep_words.headline(swept)
    if len(swept.axes) == 1:
        draw_lines(what, title, about, swept)
        by_value = f"Where the time goes, by {swept.axes[0].key}"
        draw_piles(where, by_value, about, swept.results, scale_of(swept.axes[0]))
        return [what, where]
    if len(swept.axes) == 2:
        draw_map(what, title, about, swept)
        return [what]
    return []

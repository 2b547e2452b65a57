"""The pictures of a comparison: the difference trial by trial, and where the time goes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.compare import words as compare_words
from simtrain.show.figure import COLOURS, INK, NEUTRAL, canvas, headline, panel
from simtrain.show.measure import Measure, measure_of
from simtrain.show.run.distribution import draw_nothing
from simtrain.show.run.figures import title_of
from simtrain.show.stacked_bars import draw_piles
from simtrain.show.sweep.axis import side_by_side

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simtrain.answers.compare import Comparison

_MOST_BINS = 40
_HEIGHT = 1.6
_BETWEEN = 0.35
_ABOVE = 1.1
"""Room for the title and the legend, in inches."""
_BETTER, _WORSE = COLOURS[Category.PRODUCTIVE], COLOURS[Category.LOST_WORK]
_LONGEST_NAME = 44


def write_compare_figures(compared: Comparison, folder: Path) -> list[Path]:
    """Draw the difference of each scenario from the first, and badput side by side.

    Parameters
    ----------
    compared
        The scenarios.
    folder
        Where ``difference.png`` and ``badput.png`` are written.

    Returns
    -------
    list of Path
        The files.
    """
    difference, badput = folder / "difference.png", folder / "badput.png"
    about = f"A: {title_of(compared.scenarios[0])}  ·  {words.count(compared.trials, 'trial')} "
    about += f"each, seed {compared.seed}"
    known = [other for other in compared.others if _differs(compared, other)]
    if not known:
        why = " ".join(compare_words.conclusion(compared, other) for other in compared.others)
        draw_nothing(difference, "No difference", about, why)
    else:
        _draw_differences(difference, _title(compared, known), about, compared, known)
    if all(results.truncated.all() for results in compared.results):
        draw_nothing(badput, "Where the time goes: no trial finished", about, "")
    else:
        names = [f"{letter}: {name}" for letter, name in _named(compared)]
        scale = side_by_side(compared.letters, "")
        draw_piles(badput, "Where the time goes", about, compared.results, scale, names)
    return [difference, badput]


def _differs(compared: Comparison, other: int) -> bool:
    """Whether there is a difference to draw."""
    sample = compared.paired(compared.objective, other)
    return bool((np.abs(sample) > 0).any())


def _named(compared: Comparison) -> list[tuple[str, str]]:
    return list(zip(compared.letters, compared.names, strict=True))


def _title(compared: Comparison, known: list[int]) -> str:
    if len(known) == 1:
        return compare_words.headline(compared, known[0])
    metric = "Goodput" if compared.objective == "goodput" else "Wall-clock"
    return f"{metric} beside that of A, in the same trials"


def _draw_differences(
    path: Path, title: str, subtitle: str, compared: Comparison, known: list[int]
) -> None:
    """Draw a histogram for each scenario, all on one axis, coloured by who is ahead."""
    samples = [compared.paired(compared.objective, other) for other in known]
    samples = [sample[~np.isnan(sample)] for sample in samples]
    reach = np.concatenate([*samples, [0.0]])
    how = measure_of(compared.objective, float(np.abs(reach).max()))
    edges = _edges(float(reach.min()), float(reach.max()), max(map(len, samples))) / how.divisor
    height = _ABOVE + len(known) * (_HEIGHT + _BETWEEN) + 0.45
    with canvas(path, 8.0, height) as figure:
        headline(figure, title, subtitle)
        _legend(figure, compared.objective)
        for row, (other, sample) in enumerate(zip(known, samples, strict=True)):
            top = _ABOVE + row * (_HEIGHT + _BETWEEN) + 0.2
            axes = panel(figure, left=0.8, top=top, width=6.85, height=_HEIGHT)
            axes.grid(visible=False, axis="x")
            _histogram(axes, sample / how.divisor, edges, compared.objective)
            _tell(axes, compared, other, how)
            axes.tick_params(axis="x", labelbottom=row == len(known) - 1)
        letters = compared.letters[known[0]] if len(known) == 1 else "other"
        axes.set_xlabel(f"{how.label} of {letters} − {how.label} of A, {_unit(how)}")


def _unit(how: Measure) -> str:
    unit = how.title.removeprefix(f"{how.label}, ")
    return "percentage points" if unit == "%" else unit


def _edges(low: float, high: float, trials: int) -> NDArray[np.float64]:
    """Edges of bins, one of which lies at 0 so that none holds trials of both signs."""
    bins = min(_MOST_BINS, max(5, math.ceil(math.sqrt(trials))))
    width = (high - low) / bins
    first = -math.ceil(-low / width)
    edges = np.arange(first, first + bins + 2, dtype=np.float64) * np.float64(width)
    return edges[: int(np.searchsorted(edges, high)) + 1]


def _histogram(
    axes: Axes, values: NDArray[np.float64], edges: NDArray[np.float64], metric: str
) -> None:
    counts, _ = np.histogram(np.clip(values[values != 0], edges[0], edges[-1]), edges)
    is_below = edges[:-1] < 0
    better = is_below if metric == "wall_clock_s" else ~is_below
    axes.bar(
        edges[:-1], counts, width=np.diff(edges), align="edge", edgecolor="white", linewidth=0.5,
        color=[_BETTER if one else _WORSE for one in better],
    )  # fmt: skip
    axes.axvline(0.0, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.axvline(values.mean(), color=INK, linewidth=1.6)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True, steps=[1, 2, 5, 10]))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 5, 10]))
    axes.set_ylabel("trials")


def _tell(axes: Axes, compared: Comparison, other: int, how: Measure) -> None:
    """Write which scenario it is, and the mean difference, above the axes."""
    found = compared.difference(compared.objective, other)
    letter, name = _named(compared)[other]
    unit = "points" if how.unit == "%" else how.unit
    axes.set_title(
        words.cut(f"{letter}: {name}", _LONGEST_NAME), loc="left", fontsize=10, weight="bold"
    )
    tied = compared.race(other).tied.value
    same = f", the same in {words.share(tied)} of the trials" if tied else ""
    left_out = compared.left_out(other)
    both = f", of {compared.trials - left_out:,} trials that finished in both" if left_out else ""
    told = f"mean {how.signed(found)} {unit}{same}{both}"
    axes.set_title(told, loc="right", fontsize=9, color=NEUTRAL)


def _legend(figure: Figure, metric: str) -> None:
    better, worse = (
        ("finishes before A", "after A")
        if metric == "wall_clock_s"
        else ("more goodput than A", "less")
    )
    shown = {
        better: Patch(color=_BETTER, linewidth=0),
        worse: Patch(color=_WORSE, linewidth=0),
        "mean": Line2D([], [], color=INK, linewidth=1.6),
        "no difference": Line2D([], [], color=INK, linewidth=1.2, linestyle=(0, (4, 3))),
    }
    figure.legend(
        shown.values(), shown.keys(), loc="upper left", ncols=len(shown), frameon=False,
        bbox_to_anchor=(0.012, 1 - 0.62 / figure.get_figheight()), fontsize=9, labelcolor=NEUTRAL,
    )  # fmt: skip

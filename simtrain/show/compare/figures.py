"""The pictures of a comparison: the difference trial by trial, and where the time goes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import axis, prose, stacked_bars, words
from simtrain.show.axis import BARE
from simtrain.show.colours import BAD, GOOD, INK, NEUTRAL
from simtrain.show.compare import lead
from simtrain.show.elements import Bars, Strokes
from simtrain.show.figure import Info, Panel, Words, about, nothing
from simtrain.show.number_format import NumberFormat
from simtrain.show.style import Style
from simtrain.show.sweep.axis import side_by_side
from simtrain.tables.optimum import sign_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.answers.compare import Comparison
    from simtrain.show.axis import Scale
    from simtrain.show.elements import Array, Element

_MOST_BINS = 40
_WIDEST_NAME = 86
"""Characters of a line above a panel."""
_LEFT, _WIDE = 0.8, 6.85
_BAR = Style(GOOD, edge="white")
_MEAN = Style(INK, "mean", width=1.6)
_ZERO = Style(INK, "no difference", width=1.2, dashed=True)


def pictures(compared: Comparison) -> dict[str, Info]:
    """Pictures of a comparison by the name of their file."""
    trials = f"{words.count(compared.trials, 'trial')} each"
    subtitle = f"A: {about(compared.scenarios[0], trials, compared.seed)}"
    return {
        "difference.png": _difference(compared, subtitle),
        "badput.png": _badput(compared, subtitle),
    }


def _difference(compared: Comparison, subtitle: str) -> Info:
    """A histogram for each scenario that differs from the first, coloured by who is ahead."""
    samples = {other: compared.paired(compared.objective, other) for other in compared.others}
    known = {n: one[~np.isnan(one)] for n, one in samples.items() if (np.abs(one) > 0).any()}
    if not known:
        why = " ".join(lead.conclusion(compared, other) for other in compared.others)
        return nothing("There is no difference", subtitle, why)
    metric, letters = compared.objective, [compared.letters[n] for n in known]
    reach = np.concatenate([*known.values(), [0.0]])
    how = NumberFormat.of_metric(metric, float(np.abs(reach).max()))
    unit = how.title.removeprefix(f"{how.label}, ").replace("%", "percentage points")
    which = letters[0] if len(letters) == 1 else "other"
    label = f"{how.label} of {which} − {how.label} of A, {unit}"
    x = axis.around(reach / how.divisor, label, most=8)
    title = lead.headline(compared, _leader(compared, list(known)))
    shown = {other: sample / how.divisor for other, sample in known.items()}
    counted = {
        other: _counted(sample, _width(list(shown.values()))) for other, sample in shown.items()
    }
    most = max(int(counts.max()) for _, counts in counted.values())
    y = axis.even(0.0, 1.05 * most, "trials", most=4, whole=True)
    rows = [
        [_histogram(*counted[other], sample.mean(), metric, x, y, _lines(compared, other, how))]
        for other, sample in shown.items()
    ]
    if same := [other for other in compared.others if other not in known]:
        told = [line for other in same for line in _same(compared, other)]
        rows.append([Panel(_LEFT, _WIDE, 0.0, BARE, BARE, [], words=told, frame="")])
    better, worse = _sides(metric, how.label)
    styles = [Style(GOOD, better), Style(BAD, worse), _MEAN, _ZERO]
    return Info(title, subtitle, 8.0, rows, styles)


def _sides(metric: str, label: str) -> tuple[str, str]:
    """Names of the trials that are better than A and worse."""
    if metric == "wall_clock_s":
        return "finishes before A", "after A"
    better, worse = ("less", "more") if sign_of(metric) > 0 else ("more", "less")
    return f"{better} {label} than A", worse


def _badput(compared: Comparison, subtitle: str) -> Info:
    if all(results.truncated.all() for results in compared.results):
        return nothing("No trial finished", subtitle, "")
    lost = stacked_bars.lost(compared.results)
    least = int(np.nanargmin(lost))
    known = [other for other in range(len(lost)) if not np.isnan(lost[other])]
    also = [other for other in known if other != least and (other == 0 or len(known) == 2)]
    how = prose.Durations([lost[other] for other in (least, *also)])
    title = f"{compared.letters[least]} loses the least time: {how.text(lost[least])} on average"
    title += "".join(f", {compared.letters[other]} {how.text(lost[other])}" for other in also)
    names = zip(compared.letters, compared.names, strict=True)
    key = [f"{letter}: {name}" for letter, name in names]
    scale = side_by_side(compared.letters, "")
    return stacked_bars.info(title, subtitle, compared.results, scale, key)


def _leader(compared: Comparison, others: Sequence[int]) -> int:
    """The one of some scenarios that is ahead of the others, or least behind A."""
    sign = sign_of(compared.objective)
    return min(others, key=lambda other: sign * compared.ahead_by(other)[0])


def _width(samples: Sequence[Array]) -> float:
    """One width of bins for all samples, so that their heights can be compared.

    It suits the narrowest sample, as far as that leaves no more bins than can be seen.
    """
    reaches = [(min(0.0, one.min()), max(0.0, one.max()), len(one)) for one in samples]
    own = [(high - low) / max(5, math.ceil(math.sqrt(count))) for low, high, count in reaches]
    widest = max(high for _, high, _ in reaches) - min(low for low, *_ in reaches)
    return float(max(min(own), widest / _MOST_BINS))


def edges_of(low: float, high: float, width: float) -> Array:
    """Edges of bins, one of which lies at 0 so that none holds trials of both signs."""
    first = -math.ceil(-low / width)
    edges = np.arange(first, first + math.ceil((high - low) / width) + 2, dtype=np.float64) * width
    return edges[: int(np.searchsorted(edges, high)) + 1]


def _counted(values: Array, width: float) -> tuple[Array, NDArray[np.int64]]:
    """Edges of bins, and how many trials that differ are in each."""
    edges = edges_of(min(0.0, values.min()), max(0.0, values.max()), width)
    counts, _ = np.histogram(np.clip(values[values != 0], edges[0], edges[-1]), edges)
    return edges, counts


def _histogram(
    edges: Array,
    counts: NDArray[np.int64],
    mean: float,
    metric: str,
    x: Scale,
    y: Scale,
    lines: Sequence[Words],
) -> Panel:
    """Trials in bins, the mean, and no difference."""
    is_better = (edges[:-1] < 0) == (sign_of(metric) > 0)
    colours = [GOOD if better else BAD for better in is_better]
    elements: list[Element] = [
        Bars(_BAR, edges[:-1], 0.0, np.diff(edges), counts, colours),
        Strokes(_ZERO, 0.0, y.low, 0.0, y.high),
        Strokes(_MEAN, mean, y.low, mean, y.high),
    ]
    return Panel(_LEFT, _WIDE, 1.5, x, y, elements, words=lines)


def _same(compared: Comparison, other: int) -> list[Words]:
    """A scenario that has no histogram, since it differs from A in no trial."""
    name = f"{compared.letters[other]}: {compared.names[other]}"
    lines = words.paragraph(name, _WIDEST_NAME)
    same = Words("the same as A in every trial", 9, NEUTRAL)
    return [*(Words(line, 9.5, bold=True) for line in lines), same]


def _lines(compared: Comparison, other: int, how: NumberFormat) -> list[Words]:
    """Which scenario it is, and its mean difference."""
    unit = "points" if how.unit == "%" else how.unit
    mean = f"mean {how.signed(compared.difference(compared.objective, other))} {unit}"
    mean = mean.replace("mean -", "mean −")
    if tied := compared.race(other).tied.value:
        mean += f", the same in {words.share(tied)} of the trials"
    if left_out := compared.left_out(other):
        mean += f", of {compared.trials - left_out:,} trials that finished in both"
    name = f"{compared.letters[other]}: {compared.names[other]}"
    lines = words.paragraph(name, _WIDEST_NAME)
    return [*(Words(line, 9.5, bold=True) for line in lines), Words(mean, 9, NEUTRAL)]

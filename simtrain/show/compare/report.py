"""Report of a comparison as text: who is ahead, what differs, and each metric side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.ledger import Category
from simtrain.scenario.axes import written
from simtrain.show import words
from simtrain.show.compare import words as compare_words
from simtrain.show.measure import Measure, measure_of
from simtrain.show.run.report import ROWS, belongs, joined, readable
from simtrain.tables.estimates import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.answers.compare import Comparison

_LABEL = 22
_WIDEST_VALUE = 24
_MOST_KEYS = 12
"""Keys that differ and are listed one by one."""
_ALL_OF_IT = "not productive"
_CATEGORIES = [f"{category}_s" for category in Category]


def compare_report(compared: Comparison, width: int = 80) -> str:
    """One screen of text on how scenarios differ and what it makes of the same trials.

    Parameters
    ----------
    compared
        The scenarios.
    width
        Characters of a line; tables are wider if there are many scenarios.
    """
    width = readable(width)
    names = [line for who in compare_words.who(compared) for line in _hanging(who, width)]
    trials = f"{words.count(compared.trials, 'trial')} each, seed {compared.seed}."
    conclusions = [
        line
        for other in compared.others
        for line in words.paragraph(compare_words.conclusion(compared, other), width)
    ]
    decides = words.paragraph(compare_words.what_decides(compared), width)
    return joined(
        [
            [*names, trials],
            [*decides, *conclusions],
            _differing(compared),
            _metrics(compared),
            _badput(compared),
        ]
    )


def _hanging(line: str, width: int) -> list[str]:
    return words.paragraph(line, width, "   ")


def _differing(compared: Comparison) -> list[str]:
    """What differs, with what each scenario says."""
    if not compared.differences:
        return ["They differ in nothing that can move a result."]
    shown = compared.differences[:_MOST_KEYS]
    rows = [["What differs", *compared.letters]]
    rows += [
        [key, *(words.cut(written(value), _WIDEST_VALUE) for value in values)]
        for key, values in shown
    ]
    widths = [max(map(len, cells)) for cells in zip(*rows, strict=True)]
    lines = [
        f"{row[0]:{widths[0]}}"
        + "".join(f"  {cell:>{size}}" for cell, size in zip(row[1:], widths[1:], strict=True))
        for row in rows
    ]
    more = len(compared.differences) - len(shown)
    return [*lines, f"… and {words.count(more, 'other key')}"] if more else lines


def _metrics(compared: Comparison) -> list[str]:
    """A line for each metric of the report of a run."""
    told = [results.summary()["metrics"] for results in compared.results]
    if any(metrics["wall_clock_s"]["mean"] is None for metrics in told):
        return []
    lines = [_head(compared)]
    for row in ROWS:
        if row.metric not in _CATEGORIES and any(belongs(row, metrics) for metrics in told):
            samples = [results.by_trial(row.metric) for results in compared.results]
            usual = max(metrics[row.metric]["mean"] or 0.0 for metrics in told)
            lines.append(_line(row.label, samples, measure_of(row.metric, usual)))
    return lines


def _badput(compared: Comparison) -> list[str]:
    """A line for each category that is not productive, the largest first."""
    spent = {
        words.name(category): [results.by_trial(f"{category}_s") for results in compared.results]
        for category in Category
        if category is not Category.PRODUCTIVE
    }
    in_all = [
        np.sum([samples[number] for samples in spent.values()], axis=0)
        for number in range(len(compared.results))
    ]
    means = {
        name: max(describe(one)["mean"] or 0.0 for one in samples)
        for name, samples in spent.items()
    }
    largest = max(describe(one)["mean"] or 0.0 for one in in_all)
    if not largest:
        return []
    how = measure_of("wall_clock_s", largest)
    falling = sorted((name for name in spent if means[name]), key=lambda name: -means[name])
    return [
        _line(_ALL_OF_IT, in_all, how),
        *(_line(f"  {name}", spent[name], how) for name in falling),
    ]


def _head(compared: Comparison) -> str:
    first = compared.letters[0]
    others = "".join(
        f"{letter:>9}{f'{letter} − {first} ± 95 %':>18}" for letter in compared.letters[1:]
    )
    return f"{'':{_LABEL}}{first:>9}{others}"


def _line(label: str, samples: Sequence[NDArray[np.float64]], how: Measure) -> str:
    first, *others = samples
    cells = "".join(
        f"{how.number(describe(other)['mean']):>9}{how.signed(describe(other - first)):>18}"
        for other in others
    )
    name = f"{label}, {how.unit}" if how.unit else label
    return f"{name:{_LABEL}}{how.number(describe(first)['mean']):>9}{cells}"

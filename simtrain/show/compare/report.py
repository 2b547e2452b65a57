"""Report of a comparison as text: who is ahead, what differs, and each metric side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.footprint import MEASURES
from simtrain.accounts.ledger import Category
from simtrain.show import words
from simtrain.show.compare import lead
from simtrain.show.compare.lead import number_format
from simtrain.show.page import Indented, page
from simtrain.show.run.report import METRICS, is_shown
from simtrain.show.table import Table, TableColumn
from simtrain.tables.estimates import describe

if TYPE_CHECKING:
    from simtrain.answers.compare import Comparison
    from simtrain.show.compare.lead import Samples
    from simtrain.show.number_format import NumberFormat
    from simtrain.show.page import Block, Page

_LEAST_VALUE = 12
_MOST_KEYS = 12
"""Keys that differ and are listed one by one."""
_BADPUT = {
    f"{category}_s": words.name(category)
    for category in Category
    if category is not Category.PRODUCTIVE
}


def compare_report(compared: Comparison, width: int = 80) -> Page:
    """One screen of text on how scenarios differ and what it makes of the same trials."""
    names = [Indented(name, 3) for name in lead.who(compared)]
    trials = f"{words.count(compared.trials, 'trial')} each, seed {compared.seed}."
    return page(
        width,
        [*names, " ".join(filter(None, (trials, words.unknown(*compared.scenarios))))],
        [lead.paragraph(compared)],
        _differing(compared),
        [_metrics(compared)],
    )


def _differing(compared: Comparison) -> list[Block]:
    """What differs, with what each scenario says."""
    if not compared.differences:
        return ["They differ in nothing that affects a result."]
    keys, values = zip(*compared.differences[:_MOST_KEYS], strict=True)
    columns = [
        TableColumn(
            letter,
            [words.setting_in(scenario, key, cell) for key, cell in zip(keys, cells, strict=True)],
            least=_LEAST_VALUE,
        )
        for letter, scenario, cells in zip(
            compared.letters, compared.scenarios, zip(*values, strict=True), strict=True
        )
    ]
    keys = tuple(map(compared.scenarios[0].with_names, keys))
    table = Table(TableColumn("What differs", keys, "<"), *columns)
    more = len(compared.differences) - len(keys)
    return [table, f"… and {words.count(more, 'other key')}"] if more else [table]


def _metrics(compared: Comparison) -> Table:
    """A line for each metric of the report of a run, each measure, and each category of badput."""
    found = [results.summary()["metrics"] for results in compared.results]
    metrics = [name for name in METRICS if any(is_shown(name, one) for one in found)]
    measured = [one for results in compared.results for one in results.measured]
    metrics += [measure.column for measure in MEASURES if measure in measured]
    rows = []
    for name in metrics:
        if name not in _BADPUT:
            samples = [results.by_trial(name) for results in compared.results]
            how = number_format(name, samples)
            rows.append(_row(how.heading, samples, how))
    badput = _badput(compared)
    if badput:
        how = number_format("wall_clock_s", *badput.values())
        rows.append([""] * len(rows[0]))
        rows += [_row(f"{name}, {how.unit}", samples, how) for name, samples in badput.items()]
    labels, first, *others = zip(*rows, strict=True)
    letter, *letters = list(compared.letters)
    columns = [TableColumn("", labels, "<"), TableColumn(letter, first)]
    for other, means, differences in zip(letters, others[::2], others[1::2], strict=True):
        columns.append(TableColumn(other, means, rank=1))
        columns.append(TableColumn(f"{other} − {letter} ± 95 %", differences, "±"))
    return Table(*columns)


def _badput(compared: Comparison) -> dict[str, Samples]:
    """Time that was not productive in each scenario, by trial, and its categories in order."""
    spent = {
        f"  {label}": [results.by_trial(name) for results in compared.results]
        for name, label in _BADPUT.items()
    }
    in_all = [np.sum(samples, axis=0) for samples in zip(*spent.values(), strict=True)]
    means = {
        name: max(describe(sample)["mean"] or 0.0 for sample in samples)
        for name, samples in spent.items()
    }
    falling = sorted((name for name in spent if means[name]), key=lambda name: -means[name])
    rows = {name: spent[name] for name in falling}
    return {"not productive": in_all, **rows} if rows else {}


def _row(label: str, samples: Samples, how: NumberFormat) -> list[str]:
    """Cells of a line: the mean of the first scenario; of each other one, and the difference."""
    first, *others = samples
    cells = [label, how.number(describe(first)["mean"])]
    for other in others:
        cells += [how.number(describe(other)["mean"]), how.signed(describe(other - first))]
    return cells

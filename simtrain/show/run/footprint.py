"""What the trials of a run took in energy, carbon and money, and what each cause did of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.footprint import (
    AWAY,
    EMBODIED,
    IDLE,
    OUTSIDE_JOB,
    PRODUCTIVE,
    REPAIR,
    accounts_of,
)
from simtrain.show import words
from simtrain.show.breakdown import ranked, scopes
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.accounts.footprint import Measure
    from simtrain.show.page import Block
    from simtrain.tables.results import Results

_POINTS = ("p5", "p50", "p95")
_MOST_CAUSES = 9
_NAMES = {
    PRODUCTIVE: "productive",
    IDLE: "spares standing by",
    REPAIR: "hosts in repair",
    AWAY: "hosts away",
    EMBODIED: "making the hosts",
}
"""What stands beside the causes of badput."""


class Shares(NamedTuple):
    """What the mean of a measure is made of: the productive part, causes of badput, and others.

    Parameters
    ----------
    measure
        What is measured.
    total
        The mean of all of it.
    productive
        The part of work that was never rolled back.
    by_cause
        The part of badput by cause, the largest first; those without any are left out.
    others
        Parts of hosts outside the job, by what they are called; those without any are left out.
    """

    measure: Measure
    total: float
    productive: float
    by_cause: Mapping[str, float]
    others: Mapping[str, float]

    @classmethod
    def of(cls, results: Results, measure: Measure) -> Shares:
        """Parts of a measure, as means over the trials that finished, of which there are some."""

        def mean(account: str) -> float:
            return results.mean(measure.column_of(account)) or 0.0

        there = [account for account in accounts_of(measure) if account in OUTSIDE_JOB]
        found = {_NAMES[account]: mean(account) for account in there}
        by_cause = {cause: amount or 0.0 for cause, amount in results.badput_of(measure).items()}
        return cls(
            measure,
            results.mean(measure.column) or 0.0,
            mean(PRODUCTIVE),
            ranked(by_cause, _MOST_CAUSES),
            {name: amount for name, amount in found.items() if amount},
        )

    @property
    def badput(self) -> float:
        """The part of all causes."""
        return sum(self.by_cause.values())


def footprint(results: Results) -> list[list[Block]]:
    """Blocks of a report on what the trials that finished took; none if nothing was measured."""
    if not results.measured or results.truncated.all():
        return []
    return [_whole(results), _by_cause(results), *_inference(results)]


def _inference(results: Results) -> list[list[Block]]:
    """A sentence on what inference takes beside the training, if the scenario says so."""
    said, found = results.scenario.inference, results.inference
    if said is None or found is None:
        return []
    energy = NumberFormat.of_metric("energy_mwh", found.energy_mwh)
    takes = energy.text(found.energy_mwh)
    if found.carbon_tco2e is not None:
        carbon = NumberFormat.of_metric("carbon_tco2e", found.carbon_tco2e)
        takes += f" and {carbon.text(found.carbon_tco2e)}"
    each = f"{1000 * said.energy_per_query.middle:,.3g} Wh"
    sentence = (
        f"Inference: {said.queries_per_day.middle:,.0f} queries a day at {each} take {takes} in "
        f"{words.duration(said.lasts.middle)}"
    )
    if found.times_training is None or found.as_much_after_s is None:
        return [[f"{sentence}."]]
    return [
        [
            f"{sentence}: {found.times_training:,.2g} times the energy of the mean training, which "
            f"they reach after {words.duration(found.as_much_after_s)}."
        ]
    ]


def deciding(results: Results) -> Measure:
    """Measure by which causes are ranked: money where there is a price, else carbon, or energy."""
    return results.measured[-1]


def _whole(results: Results) -> list[Block]:
    metrics = results.summary()["metrics"]
    rows = []
    for measure in results.measured:
        found = metrics[measure.column]
        ideal = results.ideal_footprint[measure.column]
        numbers = [Uncertain.of(found), *(Uncertain(found[key]) for key in _POINTS)]
        how = NumberFormat.of_metric(measure.column, found["mean"] or 0.0, numbers)
        points = [how.number(found[key]) for key in _POINTS]
        rows.append([how.heading, how.number(ideal), how.plus_minus(found), *points])
    headings, ideals, means, *of_points = zip(*rows, strict=True)
    return [
        Table(
            TableColumn("", headings, "<"),
            TableColumn("ideal", ideals),
            TableColumn("mean ± 95 %", means, "±"),
            *(
                TableColumn(key.upper(), cells)
                for key, cells in zip(_POINTS, of_points, strict=True)
            ),
        )
    ]


def _by_cause(results: Results) -> list[Block]:
    parts = {measure: Shares.of(results, measure) for measure in results.measured}
    first = parts[deciding(results)]
    seconds = results.summary()["badput_by_cause_s"]
    named = [name for name in first.by_cause if name in seconds]
    rest = [cause for cause in seconds if cause not in named]
    is_longer = len(named) < len(first.by_cause)
    others = list(dict.fromkeys(name for one in parts.values() for name in one.others))
    names = [_NAMES[PRODUCTIVE], *first.by_cause, *others]

    def column(of_cause: Mapping[str, float | None]) -> list[float]:
        known = [of_cause[name] or 0.0 for name in named]
        return known + ([sum(of_cause[cause] or 0.0 for cause in rest)] if is_longer else [])

    time_s = [results.mean("productive_s") or 0.0, *column(seconds)]
    columns = [_column("wall_clock_s", [*time_s, *[None] * len(others), sum(time_s)])]
    for measure, shares in parts.items():
        amounts = [shares.productive, *column(results.badput_of(measure))]
        outside = [shares.others.get(name) for name in others]
        columns.append(_column(measure.column, [*amounts, *outside, shares.total]))
    title = f"What each cause took, in the mean of {words.count(_finished(results), 'trial')}"
    of_class = scopes(results.scenario)
    said = [of_class.get(name, "") for name in [*names, "all"]]
    struck = [TableColumn("strikes", said, "<")] if any(said) else []
    names = [f"  {name}" for name in [*names, "all"]]
    return [title, Table(TableColumn("", names, "<", least=18), *struck, *columns)]


def _column(metric: str, amounts: list[float | None]) -> TableColumn:
    how = NumberFormat.of_metric(metric, amounts[-1] or 0.0, [Uncertain(amounts[-1])])
    title = f"time, {how.unit}" if metric == "wall_clock_s" else how.heading
    return TableColumn(title, [how.number(amount) for amount in amounts])


def _finished(results: Results) -> int:
    return int((~results.truncated).sum())

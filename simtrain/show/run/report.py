"""Report of a run as text: what many trials came to, for somebody who plans one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simtrain.show import words
from simtrain.show.breakdown import Breakdown, time_spent
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.page import heading, page
from simtrain.show.remarks import remarks
from simtrain.show.run.answer import answer
from simtrain.show.run.footprint import footprint
from simtrain.show.run.headline import headline
from simtrain.show.run.published import published
from simtrain.show.run.spread_text import spread
from simtrain.show.table import Table, TableColumn
from simtrain.tables.estimates import fewest_for_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.show.page import Block, Page
    from simtrain.tables.results import Results

METRICS = (
    "wall_clock_s", "goodput", "ettr", "interruptions", "reconfigurations", "replicas_mean",
    "launches", "automatic_restarts", "manual_restarts", "planned_restarts", "hot_swaps",
    "hosts_cycled",
    "starts_over", "skipped_batches", "lost_work_s", "longest_run_s",
)  # fmt: skip
"""Metrics of the table."""
_ONLY_WITH = {
    "ettr": ("queue_s", "mean"),
    "planned_restarts": ("planned_restarts", "mean"),
    "skipped_batches": ("skipped_batches", "mean"),
    "starts_over": ("starts_over", "p95"),
}
"""Metrics that are only shown if a statistic of another, or their own, is not 0."""
_POINTS = ("p5", "p50", "p95")


def run_report(results: Results, width: int = 80) -> Page:
    """One screen of text on what many trials came to, in lines of a width."""
    metrics = results.summary()["metrics"]
    trials = f"{words.count(results.trials, 'trial')}, seed {results.seed}."
    finished = Breakdown.of_finished(results)
    unfinished = Breakdown.of_truncated(results)
    blocks: list[list[Block]] = []
    if finished:
        whose = " in trials that finished" if unfinished else ""
        blocks += [_table(results, metrics), [spread(results)], *time_spent(finished, whose)]
    elif unfinished:
        blocks += time_spent(unfinished, " in trials that did not finish")
    return page(
        width,
        heading(results.scenario, results.ideal_s, trials),
        [answer(results)],
        [headline(results)],
        *blocks,
        *footprint(results),
        *remarks(results.scenario),
        published(results.scores()),
    )


def is_shown(metric: str, metrics: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a metric of the table says anything of some trials, by their statistics."""
    if metric not in _ONLY_WITH:
        return metric in metrics
    of, statistic = _ONLY_WITH[metric]
    return bool(metrics[of][statistic])


def _table(results: Results, metrics: Mapping[str, Any]) -> list[Block]:
    names = [name for name in METRICS if is_shown(name, metrics)]
    shown = [(metrics[name], _format(name, metrics[name])) for name in names]
    finished, fewest = int((~results.truncated).sum()), fewest_for_quantile(0.95)
    far = () if finished < fewest_for_quantile(0.99) else ("p99",)
    points = [
        TableColumn(key.upper(), [_point(found[key], how) for found, how in shown])
        for key in (*_POINTS, *far)
    ]
    means = [how.plus_minus(found) for found, how in shown]
    headings = [how.heading for _, how in shown]
    table = Table(
        TableColumn(_whose(results), headings, "<"), TableColumn("mean ± 95 %", means, "±"), *points
    )
    if finished >= fewest:
        return [table]
    few = f"With {words.count(finished, 'trial')} P5 and P95 have no confidence interval"
    return [table, f"{few}; it takes {fewest}."]


def _whose(results: Results) -> str:
    """Which trials the table is of, unless of all."""
    if not results.truncated.any():
        return ""
    finished = int((~results.truncated).sum())
    return f"of {words.count(finished, 'trial')} that finished"


def _format(name: str, found: Mapping[str, Any]) -> NumberFormat:
    """Format of the numbers of a row, which share a unit."""
    numbers = [Uncertain.of(found), *(Uncertain(found[key]) for key in _POINTS)]
    return NumberFormat.of_metric(name, found["mean"] or 0.0, numbers)


def _point(value: float | None, how: NumberFormat) -> str:
    """Percentile, which of a count is a whole number."""
    return (how if how.unit else replace(how, places=0)).number(value)

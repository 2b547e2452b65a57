"""`simtrain run`. Simulate many trials: how long it takes, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from simtrain.cli import options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.questions.run import MOST, TRIALS, RunQuestion
from simtrain.sampling import trajectories
from simtrain.sampling.points import MAX_TRIALS
from simtrain.scenario.misfits import misfits, planned
from simtrain.scenario.size import size_note
from simtrain.tables.columns import NAMES
from simtrain.units import brief

if TYPE_CHECKING:
    from simtrain.tables.results import Results


def _remark(results: Results, as_json: bool) -> str:
    notes = (_unfinished(results, as_json), size_note([results.scenario]))
    return "\n".join(filter(None, (*_came_in_no_trial(results), *notes)))


def _came_in_no_trial(results: Results) -> list[str]:
    known = {one.key for one in misfits(results.scenario)}  # the report has these
    longest_s = float(results.values[:, NAMES.index("wall_clock_s")].max())
    return [
        f"Note: `{key.rpartition('.')[0]}` came in no trial: it is due {brief(at_s)} after the "
        f"start, and the longest trial took {brief(longest_s)}."
        for key, at_s in planned(results.scenario).items()
        if key not in known and at_s > longest_s
    ]


def _unfinished(results: Results, as_json: bool) -> str:
    """Note that trials did not finish, which a report says itself."""
    truncated = int(results.truncated.sum())
    if not truncated or not as_json:
        return ""
    pairs = zip(results.verdicts, results.truncated, strict=True)
    verdicts = ", ".join(sorted({str(verdict) for verdict, is_truncated in pairs if is_truncated}))
    return (
        f"Note: {truncated} of {results.trials} trials did not finish ({verdicts}) and are in no "
        "statistic."
    )


@click.command("run")
@options.scenario
@options.trials(None, f"How many trials to simulate.  [default: {TRIALS}]")
@click.option(
    "--precision",
    type=options.Fraction(),
    metavar="PART",
    help="Instead of --trials: as many as it takes until the 95 % confidence interval is within "
    "this part of the value, such as 1%.",
)
@click.option(
    "--of",
    metavar="STATISTIC",
    help='What is asked in particular, such as "p90(wall_clock)".  [default with --precision: '
    "mean(wall_clock), or mean(goodput) of a window]",
)
@click.option(
    "--max-trials",
    type=click.IntRange(1, MAX_TRIALS),
    metavar="N",
    help=f"Where --precision ends in any case.  [default: {MOST}]",
)
@options.without_doubt
@options.by
@options.overrides
@answers(
    "run",
    "the scenario, summary, table of trials and figures",
    followed=trajectories.MOST,
    remark=_remark,
)
def command(
    scenario: str,
    trials: int | None,
    precision: float | None,
    of: str | None,
    max_trials: int | None,
    without_doubt: bool,
    by: str | None,
    overrides: tuple[str, ...],
) -> RunQuestion:
    """Simulate many trials of SCENARIO: how long it takes, and why.

    Their number is set by --trials, or follows from --precision: trials are added until the
    confidence interval of the statistic (--of) is narrow enough. STATISTIC is mean(M), median(M) or
    pN(M) of a metric M of `summary.json`, such as p90(wall_clock) or mean(goodput); p90(finish) is
    a date.

    Where numbers are not known ("10 min..40 min"), each trial draws them, and the spread of the
    result is split into doubt about them and chance.
    """
    found = loaded(scenario, overrides, without_doubt)
    return RunQuestion(found, trials, precision, of, max_trials, by)

"""`simtrain run`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from simtrain.cli import options
from simtrain.cli.folders import write_run
from simtrain.cli.session import session
from simtrain.questions.run import TRIALS, RunQuestion
from simtrain.sampling.trajectories import trajectories
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.cli.session import Session
    from simtrain.tables.results import Results


@click.command("run")
@options.scenario
@options.trials(None, f"How many trials to simulate.  [default: {TRIALS}]")
@options.precision
@options.of
@options.max_trials
@options.overrides
@session("the scenario, summary, table of trials and figures")
def command(
    scenario: str,
    trials: int | None,
    precision: float | None,
    of: str | None,
    max_trials: int | None,
    overrides: tuple[str, ...],
    session: Session,
) -> None:
    """Simulate many trials of SCENARIO: how long it takes, and why.

    Their number is set by --trials, or follows from --precision: trials are added until the
    confidence interval of the statistic (--of) is narrow enough. STATISTIC is mean(M), median(M) or
    pN(M) of a metric M of `summary.json`, such as p90(wall_clock) or mean(goodput).
    """
    question = RunQuestion(load(scenario, overrides), trials, precision, of, max_trials)
    session.answer(
        question,
        kind="run",
        report=_report,
        write=partial(_write, session),
        remark=_unfinished if session.as_json else None,  # the report tells it
    )


def _report(results: Results, width: int) -> str:
    from simtrain.show.run.report import run_report

    return run_report(results, width=width)


def _write(session: Session, results: Results, folder: Path) -> None:
    courses = trajectories(results, jobs=session.jobs, pool=session.pool)
    write_run(results, courses, folder)


def _unfinished(results: Results) -> str:
    """Note that trials did not finish."""
    truncated = int(results.truncated.sum())
    if not truncated:
        return ""
    return (
        f"Note: {truncated} of {results.trials} trials did not finish "
        f"({_verdicts(results)}) and are in no statistic."
    )


def _verdicts(results: Results) -> str:
    pairs = zip(results.verdicts, results.truncated, strict=True)
    return ", ".join(sorted({str(verdict) for verdict, truncated in pairs if truncated}))

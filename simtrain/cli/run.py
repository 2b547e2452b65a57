"""`simtrain run`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from simtrain.cli import options, rundir
from simtrain.cli.lasting import lasting_folder
from simtrain.cli.words import note, progress_bar, say, width
from simtrain.errors import SimtrainError
from simtrain.montecarlo.courses import follow
from simtrain.montecarlo.run import TRIALS, run
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.montecarlo.executors import Pool
    from simtrain.montecarlo.results import Results


@click.command("run")
@options.scenario
@options.trials(None, f"How many trials to simulate.  [default: {TRIALS}]")
@options.precision
@options.of
@options.max_trials
@options.seed
@options.jobs
@options.executor
@options.overrides
@options.out("the scenario, summary, table of trials and figures")
@options.resume
@options.as_json
@options.quiet
def command(
    scenario: str,
    trials: int | None,
    precision: float | None,
    of: str | None,
    max_trials: int | None,
    seed: int,
    jobs: int | None,
    pool: Pool,
    overrides: tuple[str, ...],
    out: Path | None,
    resume: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Simulate many trials of SCENARIO: how long it takes, and why.

    How many is said by --trials, or follows from --precision: trials are added until the interval
    of what is asked (--of) is narrow enough. STATISTIC is mean(M), median(M) or pN(M) of a metric
    M of `summary.json`, such as p90(wall_clock) or mean(goodput).
    """
    loaded = load(scenario, overrides)
    with lasting_folder(out, "run", resume) as folder:
        with progress_bar(None if precision else trials or TRIALS, quiet) as progress:
            results = run(
                loaded, trials=trials, precision=precision, of=of, max_trials=max_trials,
                seed=seed, jobs=jobs, progress=progress, pool=pool,
                store=folder.store if folder else None,
            )  # fmt: skip
        if folder:
            try:
                courses = follow(results, jobs=jobs, pool=pool)
                with folder.results() as draft:
                    rundir.write(results, courses, draft)
            except SimtrainError:
                _tell(results, as_json, quiet)  # the results are lost, the answer need not be
                raise
    _tell(results, as_json, quiet)
    if out:
        note(f"Wrote {out}.", quiet)


def _tell(results: Results, as_json: bool, quiet: bool) -> None:
    say(results.to_json() if as_json else _report(results))
    _warn(results, quiet or not as_json)


def _report(results: Results) -> str:
    from simtrain.show.text import run_report

    return run_report(results, width=width())


def _warn(results: Results, quiet: bool) -> None:
    """Note that trials did not finish, where no report is shown that tells it."""
    truncated = int(results.truncated.sum())
    if truncated:
        note(
            f"Note: {truncated} of {results.trials} trials did not finish "
            f"({_verdicts(results)}) and are in no statistic.",
            quiet,
        )


def _verdicts(results: Results) -> str:
    pairs = zip(results.verdicts, results.truncated, strict=True)
    return ", ".join(sorted({str(verdict) for verdict, truncated in pairs if truncated}))

"""`simtrain plan`."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from simtrain.cli import options, plandir
from simtrain.cli.files import whole_folder
from simtrain.cli.words import note, progress_bar, say, width
from simtrain.errors import OutputError
from simtrain.montecarlo.plan import Question, varied
from simtrain.montecarlo.points import simulate_points
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simtrain.montecarlo.decision import Decision
    from simtrain.montecarlo.results import Results
    from simtrain.scenario.scenario import Scenario


@click.command("plan")
@options.scenario
@click.option(
    "--target",
    required=True,
    metavar="TARGET",
    help="What to reach, such as 'p90(wall_clock) <= 60 d'.",
)
@click.option(
    "--vary",
    required=True,
    metavar="KEY=RANGE",
    help="What may be chosen, such as cluster.spares=0..40 or people.response=1min..1d:log.",
)
@options.trials(250, "How many trials to simulate of each value that is tried.")
@options.seed
@options.jobs
@options.overrides
@click.option(
    "--throughout",
    is_flag=True,
    help="Let the values hold for the whole run: leave out what changes set them to later.",
)
@options.out("the scenario, summary, table and figure")
@options.as_json
@options.quiet
def command(
    scenario: str,
    target: str,
    vary: str,
    trials: int,
    seed: int,
    jobs: int | None,
    overrides: tuple[str, ...],
    throughout: bool,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Find the values of a key at which SCENARIO meets a target, and how sure that is.

    A TARGET compares a number of all trials with a bound: 'p90(wall_clock) <= 60 d', 'goodput >=
    90 %' (its mean), 'probability(hosts_cycled <= 100) >= 0.9', 'p90(finish) before 2026-07-01'.
    A RANGE is 0..40, 1min..1d:log, or as for sweep. That no value meets the target is an answer
    too, and no error.
    """
    question = Question(load(scenario, overrides), target, varied(vary), throughout)
    with whole_folder(out) if out else nullcontext() as draft:
        decision = _decided(question, trials, seed, jobs, quiet)
        if out and draft:
            try:
                plandir.write(decision, draft, out)
            except OutputError:
                _tell(decision, as_json)  # the folder is lost, the answer need not be
                raise
    _tell(decision, as_json)
    if out:
        note(f"Wrote {out}.", quiet)


def _decided(question: Question, trials: int, seed: int, jobs: int | None, quiet: bool) -> Decision:
    with progress_bar(question.points * trials, quiet) as progress:

        def simulate(scenarios: Sequence[Scenario]) -> list[Results]:
            simulated = simulate_points(
                scenarios, trials=trials, seed=seed, jobs=jobs, progress=progress
            )
            return [point.results for point in simulated]

        return question.decided(simulate)


def _tell(decision: Decision, as_json: bool) -> None:
    say(decision.to_json() if as_json else _report(decision))


def _report(decision: Decision) -> str:
    from simtrain.show.plan_text import plan_report

    return plan_report(decision, width=width())

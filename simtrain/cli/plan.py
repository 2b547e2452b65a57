"""`simtrain plan`. Find the values of a key that meet a target."""

from __future__ import annotations

import click

from simtrain.cli import completion, options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.errors import InputError
from simtrain.questions.plan import TRIALS, PlanQuestion, varied
from simtrain.questions.plan_for import CASES, PlanForQuestion


@click.command("plan")
@options.scenario
@click.option(
    "--target",
    "targets",
    required=True,
    multiple=True,
    metavar="TARGET",
    help="What to reach, such as 'p90(wall_clock) <= 60 d'.",
)
@click.option(
    "--vary",
    required=True,
    multiple=True,
    metavar="KEY=RANGE",
    shell_complete=completion.assignments,
    help="What may be chosen, such as cluster.spares=0..40 or people.response=1min..1d:log.",
)
@click.option(
    "--for",
    "cases",
    multiple=True,
    metavar="KEY=RANGE",
    shell_complete=completion.assignments,
    help="Plan for each of several values of another key, such as cluster.hosts=64,128,256.",
)
@options.trials(
    None, f"How many trials to simulate of each value that is tried.  [default: {TRIALS}]"
)
@options.without_doubt
@options.overrides
@options.throughout
@answers("plan", "the scenario, summary, table and figure")
def command(
    scenario: str,
    targets: tuple[str, ...],
    vary: tuple[str, ...],
    cases: tuple[str, ...],
    trials: int | None,
    without_doubt: bool,
    overrides: tuple[str, ...],
    throughout: bool,
) -> PlanQuestion | PlanForQuestion:
    """Find the values of a key at which SCENARIO meets a target, and how sure that is.

    A TARGET compares a number of all trials with a bound: 'p90(wall_clock) <= 60 d', 'goodput >=
    90 %' (its mean), 'probability(hosts_cycled <= 100) >= 0.9', 'p90(finish) before 2026-07-01'.
    A RANGE is 0..40, 0%..10%, 1min..1d:log, or as for sweep. With --for there is a plan for each
    value of another key, which more may follow: --for "cluster.hosts=64,128 with
    cluster.hot_spares=100%". That no value meets the target is an answer too, and no error.
    """
    target = _only(targets)
    found = loaded(scenario, overrides, without_doubt)
    ranges = varied(vary)
    if cases:
        values = varied(cases, CASES)
        return PlanForQuestion(found, values, target, ranges, trials, throughout)
    return PlanQuestion(found, target, ranges, trials, throughout)


def _only(targets: tuple[str, ...]) -> str:
    if len(targets) > 1:
        raise InputError(
            f"--target: {len(targets)} targets are given; a plan has one, so plan for each, and "
            "take what meets all"
        )
    return targets[0]

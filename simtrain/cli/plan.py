"""`simtrain plan`. Find the values of a key that meet a target."""

from __future__ import annotations

import click

from simtrain.cli import completion, options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.errors import InputError
from simtrain.questions.plan import TRIALS, PlanQuestion, varied
from simtrain.questions.plan_for import CASES, PlanForQuestion
from simtrain.questions.plan_frontier import CHEAPER, PlanFrontierQuestion
from simtrain.questions.plan_frontier import TRIALS as OF_TWO
from simtrain.scenario.cheaper import ENDS


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
    help="What may be chosen, such as cluster.spares=0..40 or people.response=1min..1d:log. Of two "
    "keys the combinations are found that no other dominates.",
)
@click.option(
    "--for",
    "cases",
    multiple=True,
    metavar="KEY=RANGE",
    shell_complete=completion.assignments,
    help="Plan for each of several values of another key, such as cluster.hosts=64,128,256.",
)
@click.option(
    "--cheaper",
    "ends",
    multiple=True,
    metavar="KEY=less|more",
    help="Of two keys, which end is cheaper where that is not known, such as "
    "repair.retire_at=more.",
)
@options.trials(
    None,
    "How many trials to simulate of each value that is tried.  "
    f"[default: {TRIALS}; of two keys {OF_TWO.compiled}, or {OF_TWO.simpy}]",
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
    ends: tuple[str, ...],
    trials: int | None,
    without_doubt: bool,
    overrides: tuple[str, ...],
    throughout: bool,
) -> PlanQuestion | PlanForQuestion | PlanFrontierQuestion:
    """Find the values of a key at which SCENARIO meets a target, and how sure that is.

    A TARGET compares a number of all trials with a bound: 'p90(wall_clock) <= 60 d', 'goodput >=
    90 %' (its mean), 'probability(hosts_cycled <= 100) >= 0.9', 'p90(finish) before 2026-07-01'.
    A RANGE is 0..40, 0%..10%, 1min..1d:log, or as for sweep. With --for there is a plan for each
    value of another key, which more may follow: --for "cluster.hosts=64,128 with
    cluster.hot_spares=100%". With --vary twice it is told which combinations of the two keys meet
    the target and are dominated by no other that does: none that is no dearer in either key and
    cheaper in one. That no value meets the target is an answer too, and no error.
    """
    target = _only(targets)
    found = loaded(scenario, overrides, without_doubt)
    ranges = varied(vary)
    if len(ranges) == 2 and not cases:
        return PlanFrontierQuestion(found, target, ranges, _cheaper(ends), trials, throughout)
    if ends:
        raise InputError(f"--{CHEAPER}: there is a cheaper end where two keys are varied")
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


def _cheaper(texts: tuple[str, ...]) -> dict[str, str]:
    """Which end is cheaper, by key, of texts such as "cluster.age=more"."""
    pairs = [text.partition("=") for text in texts]
    ends = {key.strip(): end.strip() for key, _, end in pairs}
    for text, (key, _, end) in zip(texts, pairs, strict=True):
        if not key.strip() or end.strip() not in ENDS:
            raise InputError(
                f'--{CHEAPER}: "{text}" does not say which end of a key is cheaper; write '
                "KEY=less or KEY=more"
            )
    if len(ends) < len(texts):
        raise InputError(f"--{CHEAPER}: a key is there twice")
    return ends

"""`simtrain scenarios`. Show the packaged scenarios: what they take, and what is published."""

from __future__ import annotations

import click

from simtrain.cli import options
from simtrain.cli.session import answers
from simtrain.questions.scenarios import TRIALS, SystemsQuestion, by_name


@click.command("scenarios")
@options.trials(TRIALS, "How many trials to simulate of each system.")
@answers("scenarios", "the scenarios, summary, tables and figure")
def command(trials: int) -> SystemsQuestion:
    """Show what the packaged systems take, beside what is published of them.

    A system is a model that was trained: its scenario is simulated in a few trials. The packaged
    scenarios that are no systems are listed below with their titles.
    """
    return SystemsQuestion(by_name(), trials)

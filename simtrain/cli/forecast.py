"""`simtrain forecast`. When a run in flight will be done, from where it stands."""

from __future__ import annotations

from pathlib import Path

import click

from simtrain.cli import completion, options
from simtrain.cli.kept import keep as keep_forecast
from simtrain.cli.kept import refuse_other_file
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.logs import progress as progress_table
from simtrain.logs.reading import columns_of
from simtrain.questions.forecast import TRIALS, ForecastQuestion
from simtrain.scenario.inline import items
from simtrain.scenario.load import assigned
from simtrain.scenario.size import size_note


@click.command("forecast")
@options.scenario
@click.option(
    "--progress",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE.csv",
    help="Table of times and steps (or shares of the work), also as TensorBoard or Weights & "
    "Biases export it.",
)
@click.option(
    "--log",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Table of the faults so far: times, and classes by the names of the scenario; also ends "
    "of repairs, if it has them.",
)
@click.option(
    "--now",
    metavar="DATE",
    help="The moment it is of; what came later is not looked at, and what the table does not tell "
    "until then is simulated.  [default: the last of the table]",
)
@click.option(
    "--columns",
    metavar="WHAT=NAME,...",
    help="Columns of --progress by their names, where they are not found: time=Start,"
    "step=Iteration.",
)
@click.option(
    "--log-columns",
    metavar="WHAT=NAME,...",
    help="The same of --log: time=Start,class=Reason.",
)
@click.option(
    "--in-repair",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="How many of the spares are in repair now; 0 for those of which --log tells no end, where "
    "it has ends.",
)
@click.option(
    "--granted",
    metavar="DATE",
    help="When the allocation was granted that the job holds now, of those of [allocation].  "
    "[default: drawn]",
)
@click.option(
    "--with",
    "levers",
    multiple=True,
    metavar="KEY=VALUE",
    shell_complete=completion.assignments,
    help="Also say by how much this would bring the finish forward: the same trials from here "
    "with this value, or with several, separated by commas. May be repeated.",
)
@click.option(
    "--levers",
    "change",
    type=options.Fraction(),
    metavar="FRACTION",
    help="Also say what would bring it forward most: each number of the rest of the run changed by "
    "this part of itself, such as 20%, one at a time.",
)
@click.option(
    "--history",
    metavar="PERIOD",
    help="Also foretell it at earlier moments, such as each 1d, by what was known then: how the "
    "forecast moved.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="Add a row with this forecast to a file, by which it is seen later what was said when.",
)
@options.by
@options.trials(TRIALS, "How many trials to simulate of each scenario.")
@options.overrides
@answers(
    "forecast",
    "the scenarios, summary, tables and figures",
    remark=lambda found, as_json: size_note(
        [found.here.scenario, *(one.changed.scenario for one in found.levers)]
    ),
    finish=lambda found, given: keep_forecast(found, given["keep"]),
)
def command(
    scenario: str,
    progress: Path,
    log: Path | None,
    now: str | None,
    columns: str | None,
    log_columns: str | None,
    in_repair: int,
    granted: str | None,
    by: str | None,
    levers: tuple[str, ...],
    change: float | None,
    history: str | None,
    keep: Path | None,
    trials: int,
    overrides: tuple[str, ...],
) -> ForecastQuestion:
    """Foretell the finish of a run in flight, planned as SCENARIO.

    What is left of the run is simulated from where it stands. Ranges of rates are narrowed by the
    faults that were counted, those of other numbers by how far the run has come. With -o the rest
    of the run is a scenario of its own, from_here.toml, for every other question.
    """
    if keep is not None:
        refuse_other_file(keep)
    found = loaded(scenario, overrides, False)
    given = columns_of(columns, "--columns", progress_table.COLUMNS) if columns else None
    of_log = columns_of(log_columns, "--log-columns") if log_columns else None
    pulled = {text: assigned(items(text), f"--with {text}") for text in levers}
    return ForecastQuestion(
        found, progress, log, now, given, of_log, in_repair, by, pulled, change, history, trials,
        granted,
    )  # fmt: skip

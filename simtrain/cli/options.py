"""Arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from simtrain.cli import completion
from simtrain.sampling.engines import AUTO, ENGINES
from simtrain.sampling.points import MAX_JOBS, MAX_SEED, MAX_TRIALS
from simtrain.sampling.pools import PROCESSES, pool_of
from simtrain.units import FRACTION

if TYPE_CHECKING:
    from collections.abc import Callable


scenario = click.argument("scenario", shell_complete=completion.scenarios)


class Fraction(click.ParamType[float]):
    """A fraction above 0 and below 1, such as 0.2 or 20%."""

    name = "fraction"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Read it."""
        number = FRACTION.number(value)
        if number is None:
            self.fail(f"{value!r} is not a fraction such as 0.2 or 20%.", param, ctx)
        if not 0 < number < 1:
            self.fail(f"{value!r} is not above 0 % and below 100 %.", param, ctx)
        return number


def trials(default: int | None, what: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Option for the number of trials."""
    return click.option(
        "--trials",
        type=click.IntRange(1, MAX_TRIALS),
        default=default,
        show_default=True,
        metavar="N",
        help=what,
    )


jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    metavar="JOBS",
    help="How many processes may work.  [default: one for each processor]",
)

executor = click.option(
    "--executor",
    "pool",
    default=PROCESSES,
    show_default=True,
    metavar="EXECUTOR",
    callback=lambda ctx, parameter, value: pool_of(value),
    help="Where to simulate: processes; dask://HOST:PORT; or MODULE:ATTRIBUTE, what makes a "
    "concurrent.futures.Executor.",
)

engine = click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=AUTO,
    show_default=True,
    help="What tells the trials: simpy; compiled, tens of times as fast; or auto, compiled "
    "where it pays and has all that the scenario needs.",
)

as_json = click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")

quiet = click.option(
    "-q", "--quiet", is_flag=True, help="No progress, and nothing beside the results."
)

seed = click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    default=0,
    show_default=True,
    metavar="S",
    help="Seed of the random draws.",
)

resume = click.option(
    "--resume",
    is_flag=True,
    help="Go on with what the folder of -o holds: only trials that are missing are simulated.",
)


def of(default: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Option for the statistic that decides."""
    return click.option(
        "--of",
        metavar="STATISTIC",
        help=f'What decides, such as "p90(wall_clock)".  [default: {default}]',
    )


by = click.option(
    "--by",
    metavar="DATE",
    help="Also show the probability to finish by this date, such as 2026-07-01 (to the end of the "
    "day) or 2026-07-01T12:00.",
)

overrides = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    shell_complete=completion.assignments,
    help="A value in place of that in the file, such as cluster.spares=8. A new class of faults "
    """is given whole: 'fault.NAME={mtbf="50 d"}'. May be repeated.""",
)


without_doubt = click.option(
    "--without-doubt",
    is_flag=True,
    help="Take every uncertain number at its middle; what is plain in the file keeps its value.",
)


throughout = click.option(
    "--throughout",
    is_flag=True,
    help="Let the values hold for the whole run: leave out what changes set them to later.",
)


def out(what: str) -> Callable[[click.decorators.FC], click.decorators.FC]:
    """Option for the folder that results go into."""
    return click.option(
        "-o",
        "--out",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help=f"A new folder for {what}.",
    )

"""Arguments and options that several commands share."""

from __future__ import annotations

import click

from simtrain.montecarlo.points import MAX_JOBS, MAX_SEED

scenario = click.argument("scenario")

seed = click.option(
    "--seed",
    type=click.IntRange(0, MAX_SEED),
    default=0,
    show_default=True,
    metavar="S",
    help="Seed of the random draws.",
)

overrides = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="KEY=VALUE",
    help="A value in place of that in the file, such as cluster.spares=8. May be repeated.",
)

jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(1, MAX_JOBS),
    metavar="JOBS",
    help="How many processes may work.  [default: one for each processor]",
)

quiet = click.option(
    "-q", "--quiet", is_flag=True, help="No progress, and nothing beside the results."
)

"""`simtrain timeline`. Show one trial in full."""

from __future__ import annotations

from pathlib import Path

import click

from simtrain.cli import options
from simtrain.cli.files import whole_file
from simtrain.cli.outputs import note, say, width
from simtrain.errors import InputError
from simtrain.questions.timeline import timeline
from simtrain.sampling import interrupts
from simtrain.sampling.points import MAX_TRIALS
from simtrain.scenario.load import load
from simtrain.show.timeline.report import timeline_report

FORMATS = (".pdf", ".png", ".svg")


@click.command("timeline")
@options.scenario
@click.option(
    "--trial",
    type=click.IntRange(0, MAX_TRIALS - 1),
    default=0,
    show_default=True,
    metavar="K",
    help="Number of the trial; `run` counts from 0.",
)
@options.seed
@options.overrides
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Draw it over the calendar: a .png, .svg or .pdf file.",
)
@click.option(
    "--events",
    type=click.IntRange(min=0),
    metavar="N",
    help="How many events to list.  [default: all]",
)
@options.quiet
def command(
    scenario: str,
    trial: int,
    seed: int,
    overrides: tuple[str, ...],
    out: Path | None,
    events: int | None,
    quiet: bool,
) -> None:
    """Show one trial of SCENARIO in full, the same trial as in `run`."""
    if out and out.suffix.lower() not in FORMATS:
        raise InputError(f"{out} is not a figure; name a file that ends in .png, .svg or .pdf")
    one = timeline(load(scenario, overrides), trial=trial, seed=seed)
    if out:
        with interrupts.put_off():
            from simtrain.show.picture_file import save
            from simtrain.show.timeline.figures import pictures

        picture = pictures(one)["timeline.png"]
        with whole_file(out) as draft, interrupts.put_off():
            save(picture, draft)
    say(timeline_report(one, width(), events))
    if out:
        note(f"Wrote {out}.", quiet)

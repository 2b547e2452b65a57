"""`simtrain fit`. Read a log of failures: what it is like, and a scenario of it."""

from __future__ import annotations

from pathlib import Path

import click

from simtrain.cli import options
from simtrain.cli.files import whole_file
from simtrain.cli.outputs import note, progress_bar, say, width
from simtrain.cli.shown import draw
from simtrain.errors import OutputError, writing
from simtrain.history.text import text_of
from simtrain.logs.reading import columns_of
from simtrain.questions.fit import fit
from simtrain.questions.windows import WINDOWS
from simtrain.sampling.points import MAX_TRIALS
from simtrain.scenario.domains import MAX_HOSTS


@click.command("fit")
@click.argument("log", type=click.Path(path_type=Path))
@click.option(
    "--hosts",
    type=click.IntRange(1, MAX_HOSTS),
    required=True,
    metavar="N",
    help="How many hosts were watched, also those that never failed.",
)
@click.option(
    "--window",
    required=True,
    metavar="FROM..TO",
    help="From when to when they were, such as 2024-03-30..2024-09-20. A date is its first moment, "
    "so that the last one is not in it.",
)
@click.option(
    "--accelerators",
    type=click.IntRange(1, 4096),
    default=8,
    show_default=True,
    metavar="N",
    help="Accelerators of a host.",
)
@click.option(
    "--columns",
    metavar="WHAT=NAME,...",
    help="Columns by their names, where they are not found: time=Start,host=Node,class=Reason,"
    "end=Fixed.",
)
@click.option(
    "--job",
    type=click.IntRange(1, MAX_HOSTS),
    metavar="N",
    help="Hosts that the job of the scenario needs; the others are spares.  [default: as many "
    "spares as were down at once at most]",
)
@click.option(
    "--without-class",
    "classes",
    multiple=True,
    metavar="NAME",
    help="A class to leave out, such as tests. May be repeated.",
)
@click.option(
    "--without-host",
    "hosts_left_out",
    multiple=True,
    metavar="NAME",
    help="A host to leave out, such as a front end. May be repeated.",
)
@click.option(
    "--whole-window",
    is_flag=True,
    help="Make the scenario of the whole log, also where the rate rises or falls by date.",
)
@click.option(
    "--windows",
    type=click.IntRange(0, MAX_TRIALS),
    metavar="N",
    help="Windows of the scenario to simulate, to lay the log against them; 0 for none.  "
    f"[default: {WINDOWS}, or none where that takes minutes, as without compiled code it may]",
)
@options.seed
@options.jobs
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A new file for the scenario.",
)
@click.option(
    "--plots",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="A folder for the pictures.",
)
@options.as_json
@options.quiet
def command(
    log: Path,
    hosts: int,
    window: str,
    accelerators: int,
    columns: str | None,
    job: int | None,
    classes: tuple[str, ...],
    hosts_left_out: tuple[str, ...],
    whole_window: bool,
    windows: int | None,
    seed: int,
    jobs: int | None,
    out: Path | None,
    plots: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Read a LOG of failures: what it is like and what it is not, and a scenario of it.

    LOG is a table of text (CSV) with a row for each failure: time, host, and if known class and end
    of repair. The scenario is of the whole cluster, and tells of each number how far it is known.
    """
    if out and out.exists():
        raise OutputError(f"{out} exists and is not overwritten; name a new file")
    with progress_bar(windows or WINDOWS, quiet) as progress:
        found = fit(
            log,
            hosts=hosts,
            window=window,
            accelerators=accelerators,
            columns=columns_of(columns) if columns else None,
            job=job,
            without_classes=classes,
            without_hosts=hosts_left_out,
            whole_window=whole_window,
            windows=windows,
            seed=seed,
            jobs=jobs,
            progress=progress,
        )
    say(found.to_json() if as_json else found.report(width()))
    if out:
        with whole_file(out) as draft:
            draft.write_text(text_of(found.scenario), encoding="utf-8")
        note(f"Wrote {out}. Next: simtrain check {out}", quiet)
    if plots:
        with writing(plots):
            plots.mkdir(parents=True, exist_ok=True)
            draw(found, plots)
        note(f"Wrote the pictures into {plots}.", quiet)

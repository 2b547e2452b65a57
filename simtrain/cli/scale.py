"""`simtrain scale`."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from simtrain.cli import options, scaledir
from simtrain.cli.files import whole_folder
from simtrain.cli.words import note, progress_bar, say, width
from simtrain.errors import InputError, OutputError
from simtrain.montecarlo.points import simulate_points
from simtrain.montecarlo.scaling import Growth
from simtrain.scenario.load import load
from simtrain.units import FRACTION

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simtrain.montecarlo.results import Results
    from simtrain.montecarlo.scaling import Scaling
    from simtrain.scenario.scenario import Scenario

_LOOKS = 10
"""About how many times as many trials a size takes as one look at it."""


@click.command("scale")
@options.scenario
@click.argument("sizes")
@click.option(
    "--goodput",
    metavar="G",
    help="The goodput to keep, such as '90 %'.  [default: that of the smallest size]",
)
@options.trials(40, "How many trials to simulate of each size at each reliability.")
@options.seed
@options.jobs
@options.overrides
@options.out("the scenario, summary, table and figure")
@options.as_json
@options.quiet
def command(
    scenario: str,
    sizes: str,
    goodput: str | None,
    trials: int,
    seed: int,
    jobs: int | None,
    overrides: tuple[str, ...],
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> None:
    """Let the job of SCENARIO grow to SIZES: its goodput, and what hosts would have to be like.

    SIZES are numbers of accelerators: 1k..128k, which double from one to the next, or a list such
    as 1k,3k,16k; k is 1,024. Every accelerator has as much work at each size, and spares keep
    their proportion to the hosts.
    """
    growth = Growth(load(scenario, overrides), sizes, _fraction(goodput))
    with whole_folder(out) if out else nullcontext() as draft:
        scaling = _followed(growth, trials, seed, jobs, quiet)
        if out and draft:
            try:
                scaledir.write(scaling, draft, out)
            except OutputError:
                _tell(scaling, as_json)  # the folder is lost, the answer need not be
                raise
    _tell(scaling, as_json)
    if out:
        note(f"Wrote {out}.", quiet)


def _fraction(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return FRACTION.parse(text)
    except ValueError as error:
        raise InputError(f"--goodput: {error}; {FRACTION.example}") from None


def _followed(growth: Growth, trials: int, seed: int, jobs: int | None, quiet: bool) -> Scaling:
    with progress_bar(len(growth.sizes) * _LOOKS * trials, quiet) as progress:

        def simulate(scenarios: Sequence[Scenario], trials: int) -> list[Results]:
            simulated = simulate_points(
                scenarios, trials=trials, seed=seed, jobs=jobs, progress=progress
            )
            return [point.results for point in simulated]

        return growth.followed(simulate, trials, seed)


def _tell(scaling: Scaling, as_json: bool) -> None:
    say(scaling.to_json() if as_json else _report(scaling))


def _report(scaling: Scaling) -> str:
    from simtrain.show.scale_text import scale_report

    return scale_report(scaling, width=width())

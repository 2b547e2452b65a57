"""`simtrain schedule`. Compare when to run: pauses, limits of power, starts, later hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from simtrain.cli import options
from simtrain.cli.loaded import loaded
from simtrain.cli.session import answers
from simtrain.questions.schedule import AT_LEAST, QUANTILES, WINDOWS, ScheduleQuestion
from simtrain.units import DURATION, FRACTION

if TYPE_CHECKING:
    from collections.abc import Callable


class _Listed(click.ParamType[tuple[Any, ...]]):
    """A list of values with commas, such as 50%,80%."""

    name = "list"

    def __init__(self, read: Callable[[str], Any], such_as: str):
        self._read = read
        self._such_as = such_as

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Any, ...]:
        """Read each of them."""
        if not isinstance(value, str):
            return tuple(value)  # type: ignore[arg-type]  # the default
        try:
            return tuple(self._read(part.strip()) for part in value.split(",") if part.strip())
        except ValueError:
            self.fail(f"{value!r} is not a list such as {self._such_as}.", param, ctx)


@click.command("schedule")
@options.scenario
@click.option(
    "--quantiles",
    type=_Listed(FRACTION.parse, "50%,80%"),
    default=QUANTILES,
    metavar="Q,…",
    help="Pause above these quantiles of the intensity and of the tariff.  [default: "
    f"{','.join(f'{100 * one:g}%' for one in QUANTILES)}]",
)
@click.option(
    "--windows",
    type=_Listed(int, "4,8"),
    default=WINDOWS,
    metavar="H,…",
    help=f"Pause each day in so many of the worst hours.  [default: {','.join(map(str, WINDOWS))}]",
)
@click.option(
    "--at-least",
    default=AT_LEAST,
    show_default=True,
    metavar="TIME",
    help="Shortest spell above a threshold that is worth a pause.",
)
@click.option(
    "--limit",
    metavar="POWER:SPEED",
    help="Also draw less in those worst hours: 70%:85% is 70 % of the power at 85 % of the speed.",
)
@click.option(
    "--start",
    metavar="A..B/STEP",
    help="Also start on other dates, such as 2026-01-01..2026-12-01/30d.",
)
@click.option(
    "--later",
    type=_Listed(DURATION.parse, "'0.5 years,1 year'"),
    default=(),
    metavar="TIME,…",
    help="Also wait so long for better hardware; goes with --gain.",
)
@click.option(
    "--gain",
    type=options.Fraction(),
    metavar="G",
    help="Its yearly gain in FLOP/s per watt, such as '30 %'; power of an accelerator stays.",
)
@click.option(
    "--gain-per-dollar",
    type=options.Fraction(),
    metavar="G",
    help="Its yearly gain in FLOP/s per dollar.  [default: that of --gain]",
)
@options.trials(100, "How many trials to simulate of each policy.")
@options.without_doubt
@options.overrides
@answers("schedule", "the scenario, summary, table and figures")
def command(
    scenario: str,
    quantiles: tuple[float, ...],
    windows: tuple[int, ...],
    at_least: str,
    limit: str | None,
    start: str | None,
    later: tuple[float, ...],
    gain: float | None,
    gain_per_dollar: float | None,
    trials: int,
    without_doubt: bool,
    overrides: tuple[str, ...],
) -> ScheduleQuestion:
    """Compare when to run SCENARIO: what finishing earlier emits or costs more.

    The same trials run in all hours, pause above thresholds of the carbon intensity and of the
    price of energy, and pause in the worst hours of each day, as far as the scenario has these by
    the hour. The report names the policies that no other beats.
    """
    return ScheduleQuestion(
        loaded(scenario, overrides, without_doubt), quantiles, windows, at_least, limit, start,
        later, gain, gain_per_dollar, trials,
    )  # fmt: skip

"""The picture of what a run takes: its money, carbon or energy by cause and by what hosts did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.accounts.footprint import BADPUT, accounts_of
from simtrain.accounts.ledger import Category
from simtrain.show import axis, words
from simtrain.show.breakdown import scopes
from simtrain.show.colours import COLOURS, NEUTRAL
from simtrain.show.elements import Bars, Text
from simtrain.show.figure import Info, Panel, Words, about_trials
from simtrain.show.number_format import NumberFormat
from simtrain.show.run.footprint import Shares, deciding
from simtrain.show.style import Style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.show.axis import Scale
    from simtrain.show.elements import Element
    from simtrain.tables.results import Results

_BAR = Style(NEUTRAL, edge="white")
_LONGEST_NAME = 22
_ROW = 0.32
"""Height of a bar with its room, in inches."""
_WIDE = 3.4
"""Width of a panel, in inches."""
_BARS_OF_PANEL = 0.62
"""Width of the longest bar; the rest of the panel is for the numbers behind it."""
_COLOURS = {
    "productive": COLOURS[Category.PRODUCTIVE],
    "lost_work": COLOURS[Category.LOST_WORK],
    "degraded": COLOURS[Category.DEGRADED],
    "stalled": COLOURS[Category.RESTART],
}


def info(results: Results) -> Info:
    """Badput of the deciding measure by cause, and all of it by what hosts did."""
    measure = deciding(results)
    shares = Shares.of(results, measure)
    how = NumberFormat.of_metric(measure.column, shares.total)
    accounts = {
        account: results.mean(measure.column_of(account)) or 0.0 for account in accounts_of(measure)
    }
    struck = scopes(results.scenario)
    by_cause = {
        words.cut(cause, _LONGEST_NAME) + (f" ({struck[cause]})" if cause in struck else ""): one
        for cause, one in shares.by_cause.items()
    }
    by_account = {words.name(one): amount for one, amount in accounts.items() if amount}
    rows = max(len(by_cause), len(by_account), 3)
    colours = [_COLOURS.get(one, NEUTRAL) for one, amount in accounts.items() if amount]
    badput = results.mean(measure.column_of(BADPUT)) or 0.0
    part = words.share(badput / shares.total) if shares.total else "0 %"
    title = (
        f"{part} of the mean {how.label} of {how.text(shares.total)} went into time that was not "
        "productive"
    )
    by = [
        _bars(1.75, "Not productive, by cause", by_cause, how, rows),
        _bars(7.45, "All of it, by what hosts did", by_account, how, rows, colours),
    ]
    return Info(title, about_trials(results), 11.0, [by])


def _bars(
    left: float,
    title: str,
    amounts: Mapping[str, float],
    how: NumberFormat,
    rows: int,
    colours: list[str] | None = None,
) -> Panel:
    """Bars with their amounts behind them, in a panel with room for so many."""
    lengths = [amount / how.divisor for amount in amounts.values()]
    x = _scale(max(lengths, default=1.0) or 1.0, how)
    texts = [
        Text(how.text(amount), (length, row), (5, 0))
        for row, (amount, length) in enumerate(zip(amounts.values(), lengths, strict=True))
    ] or [Text("nothing", (0.5, 0.5), of="axes", colour=NEUTRAL, side="center")]
    bottoms = np.arange(len(lengths)) - 0.36
    bars = Bars(_BAR, 0.0, bottoms, lengths, 0.72, colours or [NEUTRAL] * len(lengths))
    y = axis.rows(list(amounts))._replace(low=rows - 0.5)
    elements: list[Element] = [bars, *texts]
    heading = [Words(title, size=11, bold=True)]
    return Panel(left, _WIDE, _ROW * rows, x, y, elements, words=heading, grid="", frame="b")


def _scale(longest: float, how: NumberFormat) -> Scale:
    """Scale up to the longest bar, with as many marks as have room beside each other."""
    for most in (6, 4, 2):
        x = axis.even(0.0, longest / _BARS_OF_PANEL, how.title, most)
        ticks = [tick for tick in x.ticks if tick <= 1.05 * longest]
        x = x._replace(ticks=ticks, names=x.names[: len(ticks)])
        if x.spaced(_WIDE) == x:
            return x
    return x.spaced(_WIDE)

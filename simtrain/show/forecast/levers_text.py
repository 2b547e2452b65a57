"""What would bring the finish of a run in flight forward, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from simtrain.answers.forecast import Forecast
    from simtrain.answers.levers import Pulled
    from simtrain.show.page import Block

_MOST = 10
"""Levers that were not asked for by name which are shown."""


def levers(forecast: Forecast) -> list[Block]:
    """What was asked for by name, and what else brings the finish forward; none if none was."""
    if not forecast.levers:
        return []
    told = shown(forecast)
    if not told:
        return ["None of the numbers of the rest brings the finish forward, changed alone."]
    how = format_of(told)
    sooner = [how.plus_minus(one.sooner) for one in told]
    columns = [
        TableColumn("with", [_name(forecast, one) for one in told], "<", least=30),
        TableColumn(f"sooner, {how.unit} ± 95 %", sooner, "±"),
    ]
    for percent, rank in ((50, 2), (90, 1)):
        at = [one.finish.at(percent) for one in told]
        cells = ["never" if date is None else f"{date:%Y-%m-%d}" for date in at]
        columns.append(TableColumn(f"P{percent}", cells, rank=rank))
    if forecast.deadline is not None:
        text = forecast.deadline.text
        cells = [words.share(one.finish.chance(text).value) for one in told]
        columns.append(TableColumn(f"by {text}", cells))
    heading = "What would bring it forward, in the same trials"
    return [heading, Table(*columns), *_legend(forecast)]


def shown(forecast: Forecast) -> list[Pulled]:
    """Levers that are told: all that were asked for, and of the others those that help most."""
    helps = [one for one in forecast.pulled if one.is_significant and (one.sooner["mean"] or 0) > 0]
    others = [one for one in helps if not one.changed.is_asked][:_MOST]
    return [one for one in forecast.pulled if one.changed.is_asked or one in others]


def format_of(told: list[Pulled]) -> NumberFormat:
    """How the times are written by which levers bring the finish forward."""
    numbers = [Uncertain.of(one.sooner) for one in told]
    usual = max((abs(one.value) for one in numbers if one.value is not None), default=0.0)
    return NumberFormat.of_metric("wall_clock_s", usual, numbers)


def _name(forecast: Forecast, one: Pulled) -> str:
    """Its name, in which changes have theirs."""
    return forecast.here.scenario.with_names(one.changed.name)


def _legend(forecast: Forecast) -> list[str]:
    """What the table leaves out."""
    texts = []
    others = [one for one in forecast.pulled if not one.changed.is_asked]
    told = sum(not one.changed.is_asked for one in shown(forecast))
    if others:
        texts.append(
            f"Of {words.count(len(others), 'change')} of single numbers, the {told} that help most "
            "and surely (95 %, all together)."
        )
    if until := [one for one in shown(forecast) if one.changed.until]:
        names = ", ".join(_name(forecast, one) for one in until)
        texts.append(f"Only until a later change sets it anew: {names}.")
    if most := max((one.left_out for one in forecast.pulled), default=0):
        texts.append(
            f"Up to {words.count(most, 'trial')} of {forecast.here.trials:,} did not finish and "
            "are in no difference."
        )
    return [" ".join(texts)] if texts else []

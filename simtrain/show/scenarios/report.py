"""Report of the packaged systems as text: what they took, and what is published of them."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.page import page
from simtrain.show.table import Table, TableColumn
from simtrain.tables.scores import Standing
from simtrain.units import DAY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.scenarios import System, Systems
    from simtrain.show.page import Block, Page
    from simtrain.tables.scores import Score

_FOOTPRINT = ("wall_clock", "energy", "carbon", "cost")
"""Quantities that are shown one by one; of the others only how many hold."""
_MARKS = {Standing.HOLDS: "", Standing.MISSED: " !", Standing.EXPECTED_MISS: " (!)"}
_MILLION = 1e6


def scenarios_report(systems: Systems, width: int = 80) -> Page:
    """Text on the systems, in lines of a width."""
    trials = words.count(systems.trials, "trial")
    head = (
        f"Systems that were trained, by {trials} each, seed {systems.seed}. Days, MWh, t and "
        "million USD are medians of the trials, at P90 as well for days; a dash is what no figure "
        "is published or assumed for."
    )
    return page(
        width,
        [head],
        [_table(systems.systems), *_table_notes(systems.systems)],
        _published(systems.systems),
        _others(systems),
    )


def _table(systems: Sequence[System]) -> Table:
    def medians(column: str, scale: float = 1.0) -> list[str]:
        found = [system.medians.get(column) for system in systems]
        return [_amount(None if value is None else value / scale) for value in found]

    return Table(
        TableColumn("", [shown_name(system) for system in systems], "<", least=1),
        TableColumn("accelerators", [f"{system.accelerators:,}" for system in systems]),
        TableColumn("P50", [_days(system, 50) for system in systems], group="days"),
        TableColumn("P90", [_days(system, 90) for system in systems], group="days"),
        TableColumn("MWh", medians("energy_mwh")),
        TableColumn("t", medians("carbon_tco2e")),
        TableColumn("M USD", medians("cost_usd", _MILLION)),
        TableColumn("agrees", [_agreement(system) for system in systems]),
    )


def shown_name(system: System) -> str:
    """Name of a system, with a mark if a window is watched, and that figures are unofficial."""
    mark = "*" if system.is_watched else ""
    return f"{system.name}{mark}{' (unofficial)' if system.is_unofficial else ''}"


def _days(system: System, percentile: float) -> str:
    if system.is_watched and percentile > 50:
        return words.MISSING
    seconds = system.wall_clock_s(percentile)
    return words.MISSING if seconds is None else words.fixed(seconds / DAY, 1)


def _amount(value: float | None) -> str:
    return words.MISSING if value is None else words.fixed(value, 1 if value < 10 else 0)


def _agreement(system: System) -> str:
    if not system.scores:
        return words.MISSING
    return f"{system.held} of {len(system.scores)}"


def _table_notes(systems: Sequence[System]) -> list[Block]:
    notes = [
        "Agrees: how many of the published outcomes lie where the scenario claims, with so few "
        "trials; `simtrain validate` takes more, and shows each.",
    ]
    if any(system.is_watched for system in systems):
        notes[0] += " *: a window of so many days is watched, and no work finishes in it."
    if left_out := sum(len(system.scenario.not_reproduced) for system in systems):
        figures = words.count(left_out, "figure")
        notes[0] += f" Nothing is held against {figures} more; it says why."
    doubtful = [system for system in systems if system.is_unofficial or not system.scores]
    return [*notes, *(f"{system.name}: {system.scenario.title}." for system in doubtful)]


def _published(systems: Sequence[System]) -> list[Block]:
    """The footprints side by side with the published ones."""
    scores = footprints(systems)
    if not scores:
        return []
    cells: list[tuple[str, ...]] = []
    for system, same in groupby(scores, key=lambda pair: pair[0]):
        cells += [(shown_name(system), "", "", "", ""), *(_cells(score) for _, score in same)]
    outcomes, published, simulated, off, roles = zip(*cells, strict=True)
    return [
        Table(
            TableColumn("", outcomes, "<", least=1),
            TableColumn("published", published),
            TableColumn("simulated", simulated),
            TableColumn("off", off),
            TableColumn("it is", roles, "<"),
        ),
        "Simulated: the median of the trials, or the ideal where that was published. Calibrated: "
        "something was set to meet it. Follows: from the rest. Arithmetic: from numbers that are "
        "put in. !: not as claimed; (!): a miss that the scenario explains.",
    ]


def footprints(systems: Sequence[System]) -> list[tuple[System, Score]]:
    """What is published of time, energy, carbon and cost, each with its system."""
    return [
        (system, score)
        for system in systems
        for score in system.scores
        if score.row.quantity in _FOOTPRINT
    ]


def published_text(score: Score) -> str:
    """What is published, with the decimals that fit what is simulated."""
    low, high = score.row.ends
    places = _places(score)
    value = words.RELATIONS[score.row.relation] + words.fixed(low, places)
    return f"{value}–{words.fixed(high, places)}" if high > low else value


def _places(score: Score) -> int:
    return words.decimals(max(score.row.ends[1], _found(score) or 0.0))


def _found(score: Score) -> float | None:
    """What the scenario comes to: the ideal where the row is about that, else the median."""
    return score.ideal if score.row.of == "ideal" else score.point(50)


def _cells(score: Score) -> tuple[str, ...]:
    off = words.MISSING if score.off is None else words.signed_share(score.off)
    return (
        f"  {score.row.label}",
        published_text(score),
        words.fixed(_found(score), _places(score)),
        "0" if score.off == 0 else off,
        score.row.role + _MARKS[score.standing],
    )


def _others(systems: Systems) -> list[Block]:
    if not systems.others:
        return []
    width = max(map(len, systems.others))
    return [
        "Other scenarios:",
        *(_Line(name, title, width) for name, title in systems.others.items()),
    ]


class _Line:
    """A name, and a title beside it."""

    def __init__(self, name: str, title: str, width: int):
        self._text, self._indent = f"  {name:<{width}}  {title}", width + 4

    def lines(self, width: int) -> list[str]:
        """Its lines."""
        return [self._text.rstrip()]

    def html(self) -> str:
        """The same as HTML."""
        from html import escape

        return f"<p>{escape(self._text)}</p>"

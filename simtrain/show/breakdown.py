"""Where the time went, as bars of text."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.recount import badput, recount
from simtrain.show import words
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.accounts.recorder import Recorder
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.page import Block
    from simtrain.tables.results import Results

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SHORTEST_NAME, _LONGEST_NAME = 18, 30
_MOST_CAUSES = 9


class Breakdown(NamedTuple):
    """Where the time of a trial went, or that of some trials on average.

    Parameters
    ----------
    total_s
        Wall-clock.
    by_category, by_cause
        Seconds by category, and those that were not productive by cause.
    scopes
        What causes strike, where that is to be shown.
    """

    total_s: float
    by_category: Mapping[str, float]
    by_cause: Mapping[str, float]
    scopes: Mapping[str, str]

    @classmethod
    def of_trial(cls, recording: Recorder, scenario: Scenario) -> Breakdown:
        """Breakdown of one trial."""
        seconds = {str(category): time for category, time in recount(recording).items()}
        return cls(recording.ended, seconds, badput(recording), scopes(scenario))

    @classmethod
    def of_finished(cls, results: Results) -> Breakdown | None:
        """Breakdown of the trials that finished, if any did."""
        return None if results.truncated.all() else cls._of_all(results)

    @classmethod
    def of_truncated(cls, results: Results) -> Breakdown | None:
        """Breakdown of the trials that a summary leaves out, if there are any."""
        if not results.truncated.any():
            return None
        return cls._of_all(replace(results, truncated=~results.truncated))

    @classmethod
    def _of_all(cls, results: Results) -> Breakdown:
        summary = results.summary()
        wall_clock = summary["metrics"]["wall_clock_s"]["mean"]
        seconds, by_cause = summary["time_s"], summary["badput_by_cause_s"]
        return cls(wall_clock, seconds, by_cause, scopes(results.scenario))


class BarLines(NamedTuple):
    """A line with name, share of the total, time and a bar for each row, the longest first.

    Parameters
    ----------
    seconds
        Time by name; rows without any are left out.
    total_s
        What shares are shares of.
    most
        How many lines to write; the rest is put together in the last.
    scopes
        What stands behind names.
    """

    seconds: Mapping[str, float]
    total_s: float
    most: int | None = None
    scopes: Mapping[str, str] = MappingProxyType({})

    def lines(self, width: int) -> list[str]:
        """The lines; bars take the room that is left."""
        columns = self._columns()
        times = ranked(self.seconds, self.most).values()
        room = width - sum(column.width + 2 for column in columns)
        bars = [bar(time / max(times), room) for time in times]
        return Table(*columns, TableColumn("", bars, "<")).lines(width)

    def html(self) -> str:
        """A table without bars as HTML."""
        return Table(*self._columns()).html()

    def _columns(self) -> list[TableColumn]:
        rows = ranked(self.seconds, self.most)
        times, longest = rows.values(), max(rows.values())
        unit = words.unit_for(self.total_s)
        places = words.decimals(longest / unit.seconds)
        names = [f"  {words.cut(name, _LONGEST_NAME):{_SHORTEST_NAME}}" for name in rows]
        shown = [f"{words.fixed(time / unit.seconds, places)} {unit.name}" for time in times]
        said = [self.scopes.get(name, "") for name in rows]
        return [
            TableColumn("", names, "<"),
            *([TableColumn("", said, "<")] if any(said) else []),
            TableColumn("", [words.share(time / self.total_s) for time in times]),
            TableColumn("", shown),
        ]


def scopes(scenario: Scenario) -> Mapping[str, str]:
    """What classes of faults strike, by name; none where all strike a host or the job."""
    scopes = scenario.scopes
    return scopes if set(scopes.values()) - {"host", "job"} else {}


def ranked(seconds: Mapping[str, float], most: int | None = None) -> dict[str, float]:
    """Rows above zero in falling order, those beyond `most` put together in the last."""
    falling = sorted(seconds.items(), key=lambda row: (-row[1], row[0]))
    rows = [(name, time) for name, time in falling if time > 0]
    if most is None or len(rows) <= most:
        return dict(rows)
    rest = rows[most - 1 :]
    return dict([*rows[: most - 1], (f"{len(rest)} others", sum(time for _, time in rest))])


def bar(fraction: float, width: int) -> str:
    """Bar of `fraction` of a width, in eighths of a character."""
    whole, rest = divmod(round(8 * width * fraction), 8)
    return ("█" * whole + _EIGHTHS[rest]).rstrip()


def time_spent(spent: Breakdown, whose: str = "") -> list[list[Block]]:
    """Blocks of a report on where the time went, and on what was not productive, by cause."""
    total = spent.total_s
    categories = {words.name(category): time for category, time in spent.by_category.items()}
    charts = {
        f"Where the time went{whose}": BarLines(categories, total),
        f"What was not productive, by cause{whose}": BarLines(
            spent.by_cause, total, _MOST_CAUSES, spent.scopes
        ),
    }
    return [[title, chart] for title, chart in charts.items() if any(chart.seconds.values())]

"""Where the time went, as lines of text."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.show import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.accounts.recorder import Recorder
    from simtrain.tables.results import Results

_EIGHTHS = " ▏▎▍▌▋▊▉█"
_SHORTEST_NAME, _LONGEST_NAME = 18, 30


class Breakdown(NamedTuple):
    """Where the time of a trial went, or that of some trials in the mean.

    Parameters
    ----------
    total_s
        Wall-clock.
    by_category, by_cause
        Seconds by category, and those that were not productive by cause.
    """

    total_s: float
    by_category: Mapping[str, float]
    by_cause: Mapping[str, float]

    @classmethod
    def of_trial(cls, recording: Recorder) -> Breakdown:
        """Breakdown of one trial."""
        seconds = {str(category): time for category, time in recording.recount().items()}
        return cls(recording.ended, seconds, recording.badput())

    @classmethod
    def of_finished(cls, results: Results) -> Breakdown | None:
        """Breakdown of the trials that finished, if any did."""
        return None if results.truncated.all() else cls._of_summary(results.summary())

    @classmethod
    def of_truncated(cls, results: Results) -> Breakdown | None:
        """Breakdown of the trials that a summary leaves out, if there are any."""
        if not results.truncated.any():
            return None
        return cls._of_summary(replace(results, truncated=~results.truncated).summary())

    @classmethod
    def _of_summary(cls, summary: Mapping[str, Any]) -> Breakdown:
        wall_clock = summary["metrics"]["wall_clock_s"]["mean"]
        return cls(wall_clock, summary["time_s"], summary["badput_by_cause_s"])


def lines(
    seconds: Mapping[str, float], total: float, width: int, most: int | None = None
) -> list[str]:
    """Lines with name, share of `total`, time and a bar for each row, the longest first.

    Parameters
    ----------
    seconds
        Time by name; rows without any are left out.
    total
        What shares are shares of.
    width
        Characters of a line.
    most
        How many lines to write; the rest is put together in the last.
    """
    rows = ranked(seconds, most)
    if not rows or total <= 0:
        return []
    unit = words.unit_for(total)
    longest = max(rows.values())
    places = words.decimals(longest / unit.seconds)
    column = max(_SHORTEST_NAME, min(_LONGEST_NAME, max(map(len, rows))))
    written = []
    for name, time in rows.items():
        shown = words.fixed(time / unit.seconds, places)
        facts = f"  {words.cut(name, column):{column}}  {words.share(time / total):>7}"
        facts += f"  {shown:>9} {unit.name:3}  "
        written.append((facts + bar(time / longest, width - len(facts))).rstrip())
    return written


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

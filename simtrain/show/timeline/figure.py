"""The picture of one trial over the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import Census, State
from simtrain.show import words
from simtrain.show.figure import COLOURS, FAINT, INK, canvas, headline, panel
from simtrain.show.ticks import ticks
from simtrain.show.timeline import lanes
from simtrain.units import HOUR

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from simtrain.accounts.recorder import Recorder

_HOSTS = {
    "idle": ("standing by", COLOURS[Category.PRODUCTIVE]),
    "repair": ("in repair", COLOURS[Category.RESPONSE]),
    "away": ("away", COLOURS[Category.MAINTENANCE]),
}
"""Name and colour of the places where hosts are shown."""
_BRIEF = 0.01
"""Share of the trial below which a peak of hosts may leave the picture at the top."""


def draw_timeline(
    path: Path, title: str, subtitle: str, recording: Recorder, start: dt.datetime | None
) -> None:
    """Draw progress, lost work and hosts over the calendar, and row by row what the job did."""
    wrapped = lanes.wrap(recording, start)
    with canvas(path, 12.0, 7.45 + lanes.ROW * wrapped.rows) as figure:
        headline(figure, title, subtitle)

        def broad(top: float, tall: float) -> Axes:
            return panel(figure, left=1.15, top=top, width=10.5, height=tall)

        progress, lost, hosts = broad(0.85, 2.2), broad(3.35, 0.8), broad(4.55, 1.0)
        _progress(progress, recording)
        _lost_work(lost, recording)
        _hosts(hosts, recording)
        for axes in (progress, lost, hosts):
            _over_the_calendar(axes, start, recording.ended, labelled=axes is hosts)
        figure.align_ylabels([progress, lost, hosts])
        lanes.draw(broad(6.4, lanes.ROW * wrapped.rows), wrapped)
        lanes.draw_legend(figure, wrapped)


def _progress(axes: Axes, recording: Recorder) -> None:
    """Work against time; what was lost later is drawn as that."""
    intervals = recording.intervals()
    top = max((interval.work_end for interval in intervals), default=1.0) or 1.0
    unit = words.unit_for(top)
    times = [moment for interval in intervals for moment in (interval.start, interval.end)]
    works = [work for one in intervals for work in (one.work_start, one.work_end)]
    axes.plot([0, recording.ended], [0, recording.ended / unit.seconds], color=FAINT, lw=1, ls="--")
    axes.plot(
        times, [work / unit.seconds for work in works], color=COLOURS[Category.PRODUCTIVE], lw=1.8
    )
    axes.add_collection(
        LineCollection(_lost_segments(recording, unit.seconds), colors=COLOURS[Category.LOST_WORK])
    )
    axes.set_ylim(0, 1.06 * top / unit.seconds)
    axes.set_ylabel(f"work done, {unit.plural}")
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    axes.legend(
        ["at full speed without any loss", "work", "work that was lost"], loc="upper left",
        frameon=False, fontsize=9,
    )  # fmt: skip


def _lost_segments(recording: Recorder, unit: float) -> list[list[tuple[float, float]]]:
    """Parts of the curve of progress whose work was taken back."""
    segments = []
    for interval, kept in recording.fates():
        if interval.state is State.TRAIN and kept < interval.work_end:
            done = interval.work_end - interval.work_start
            share = (kept - interval.work_start) / done
            cut = interval.start + share * (interval.end - interval.start)
            segments.append([(cut, kept / unit), (interval.end, interval.work_end / unit)])
    return segments


def _lost_work(axes: Axes, recording: Recorder) -> None:
    """How much work each rollback took."""
    lost = recording.lost_work()
    unit = words.unit_for(max(lost.values(), default=HOUR))
    axes.vlines(
        [rollback.time for rollback in lost], 0, [s / unit.seconds for s in lost.values()],
        color=COLOURS[Category.LOST_WORK], lw=1.4,
    )  # fmt: skip
    axes.set_ylim(bottom=0)
    axes.set_ylabel(f"lost at each\nrollback, {unit.name}")
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))


def _hosts(axes: Axes, recording: Recorder) -> None:
    """How many hosts stand by, are in repair, and are away."""
    edges = [*(time for time, _ in recording.steps), recording.ended]
    numbers = {
        place: [hosts[Census._fields.index(place)] for _, hosts in recording.steps]
        for place in _HOSTS
    }
    top = 1.15 * max(1, *(_lasting(numbers[place], edges) for place in ("idle", "repair")))
    for place, (label, colour) in _HOSTS.items():
        most = max(numbers[place], default=0)
        if place == "away" and not most:
            continue
        beyond = f" (up to {most:,})" if most > top else ""
        axes.stairs(
            numbers[place], edges, color=colour, lw=1.4, label=label + beyond, baseline=None
        )
    axes.set_ylim(0, top)
    axes.set_ylabel("hosts")
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.legend(loc="lower right", bbox_to_anchor=(1, 0.95), ncols=3, frameon=False, fontsize=9)


def _lasting(numbers: Sequence[int], edges: Sequence[float]) -> int:
    """Least number that is exceeded for no more than a brief part of the trial."""
    left = _BRIEF * edges[-1]
    spans = zip(numbers, edges, edges[1:], strict=False)
    for number, start, end in sorted(spans, reverse=True):
        left -= end - start
        if left < 0:
            return number
    return 0


def _over_the_calendar(axes: Axes, start: dt.datetime | None, end: float, labelled: bool) -> None:
    marks = ticks(start, end)
    axes.set_xlim(0, end)
    axes.set_xticks(marks.at, marks.labels if labelled else [""] * len(marks.at), color=INK)
    if labelled:
        axes.set_xlabel(marks.title)

"""What the job did in a trial, as a strip that is wrapped like lines of text."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.collections import PolyCollection
from matplotlib.patches import Patch

from simtrain.accounts.ledger import Category
from simtrain.accounts.timeline import State
from simtrain.show import words
from simtrain.show.figure import COLOURS, NEUTRAL
from simtrain.show.ticks import midnight, ticks
from simtrain.units import DAY, HOUR, WEEK, short_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simtrain.accounts.recorder import Recorder

ROW = 0.27
"""Height of a row with its room, in inches."""

_MOST_ROWS = 13
_LENGTHS = (HOUR, 6 * HOUR, DAY, WEEK, 4 * WEEK, 13 * WEEK, 52 * WEEK, 520 * WEEK)
_SHORTEST_SAVE = 1 / 1500
"""Saves that take less of a row than this would only blur it: they are left out."""


class Stripe(NamedTuple):
    """A time in which the job did one thing."""

    start: float
    end: float
    category: Category


class Wrapped(NamedTuple):
    """A trial as rows of stripes.

    Parameters
    ----------
    stripes
        What the job did, in order.
    length, rows
        How long a row is in seconds, and how many there are.
    lead
        How long after the beginning of the first row the trial starts.
    start, ended
        Date of the start, if there is one, and end in seconds.
    shares
        Share of wall-clock of each category.
    """

    stripes: list[Stripe]
    length: float
    rows: int
    lead: float
    start: dt.datetime | None
    ended: float
    shares: dict[Category, float]


def wrap(recording: Recorder, start: dt.datetime | None) -> Wrapped:
    """Choose rows for a trial: hours, days, weeks or longer, so that there are not too many."""
    ended = recording.ended
    for length in _LENGTHS:
        lead = midnight(start) if length >= DAY else 0.0
        rows = int((lead + ended) // length) + 1
        if rows <= _MOST_ROWS:
            break
    shares = {category: time / ended for category, time in recording.recount().items()}
    stripes = list(_merged(_stripes(recording, _SHORTEST_SAVE * length)))
    return Wrapped(stripes, length, rows, lead, start, ended, shares)


def draw(axes: Axes, wrapped: Wrapped) -> None:
    """Draw the rows."""
    whole = Stripe(0.0, wrapped.ended, Category.PRODUCTIVE)  # no gaps between stripes shine through
    pieces = [piece for stripe in (whole, *wrapped.stripes) for piece in _cut(stripe, wrapped)]
    corners = [
        [(left, row - 0.4), (right, row - 0.4), (right, row + 0.4), (left, row + 0.4)]
        for row, left, right, _ in pieces
    ]
    colours = [COLOURS[category] for *_, category in pieces]
    axes.add_collection(PolyCollection(corners, facecolors=colours, linewidths=0))
    axes.set_xlim(0, wrapped.length)
    axes.set_ylim(wrapped.rows - 0.5, -0.5)
    axes.set_yticks(range(wrapped.rows), [_name(row, wrapped) for row in range(wrapped.rows)])
    axes.set_title("What the job did", loc="left", fontsize=11, weight="bold")
    axes.text(
        1, 1, _too_fine(wrapped), transform=axes.transAxes, ha="right", va="bottom", fontsize=9,
        color=NEUTRAL,
    )  # fmt: skip
    axes.tick_params(axis="y", length=0)
    axes.spines[:].set_visible(False)
    axes.grid(visible=False)
    _mark_row(axes, wrapped)


def draw_legend(figure: Figure, wrapped: Wrapped) -> None:
    """Name the colours at the bottom, each with its share of wall-clock."""
    there = _categories(wrapped)
    patches = [
        Patch(color=COLOURS[category], label=f"{words.name(category)}  {words.share(share)}")
        for category, share in wrapped.shares.items()
        if category in there
    ]
    figure.legend(
        handles=patches, loc="lower left", bbox_to_anchor=(1.0 / 12.0, 0.005), ncols=6,
        frameon=False, fontsize=9, handlelength=1.2, columnspacing=1.4,
    )  # fmt: skip


def _too_fine(wrapped: Wrapped) -> str:
    """Words on the time that is drawn with the training it falls into."""
    there = _categories(wrapped)
    hidden = [
        f"{words.name(category)} {words.share(share)}"
        for category, share in wrapped.shares.items()
        if share and category not in there
    ]
    return f"too fine to show: {words.listed(hidden)}" if hidden else ""


def _categories(wrapped: Wrapped) -> set[Category]:
    return {stripe.category for stripe in wrapped.stripes}


def _stripes(recording: Recorder, shortest_save: float) -> Iterator[Stripe]:
    """Stripes of what the job did; training whose work was lost is marked as that."""
    for interval, kept in recording.fates():
        start, end = interval.start, interval.end
        if interval.state is State.CHECKPOINT_SAVE and end - start < shortest_save:
            continue
        if interval.state is not State.TRAIN:
            yield Stripe(start, end, Category[interval.state.name])
            continue
        done = interval.work_end - interval.work_start
        share = (kept - interval.work_start) / done if done > 0 else 1.0
        cut = start + share * (end - start)
        yield Stripe(start, cut, Category.PRODUCTIVE)
        yield Stripe(cut, end, Category.LOST_WORK)


def _merged(stripes: Iterable[Stripe]) -> Iterator[Stripe]:
    """Stripes that are not empty; those of a kind that follow each other are made one."""
    there = (stripe for stripe in stripes if stripe.end > stripe.start)
    for category, group in groupby(there, lambda stripe: stripe.category):
        members = list(group)
        yield Stripe(members[0].start, members[-1].end, category)


def _cut(stripe: Stripe, wrapped: Wrapped) -> Iterator[tuple[int, float, float, Category]]:
    """Parts of a stripe in its rows: row, left and right end."""
    start, end = stripe.start + wrapped.lead, stripe.end + wrapped.lead
    for row in range(int(start // wrapped.length), wrapped.rows):
        left = max(0.0, start - row * wrapped.length)
        right = min(wrapped.length, end - row * wrapped.length)
        if right <= left:
            return
        yield row, left, right, stripe.category


def _name(row: int, wrapped: Wrapped) -> str:
    """When a row begins."""
    seconds = row * wrapped.length
    if wrapped.start is None:
        unit, length = ("h", HOUR) if wrapped.length < DAY else ("d", DAY)
        return f"{seconds / length:g} {unit}"
    moment = wrapped.start + dt.timedelta(seconds=seconds - wrapped.lead)
    if wrapped.length > 4 * WEEK:
        return f"{moment:%Y-%m-%d}"
    if wrapped.length < DAY:
        return f"{short_date(moment)} {moment:%H:%M}"
    return f"{moment:%a} {short_date(moment)}"


def _mark_row(axes: Axes, wrapped: Wrapped) -> None:
    if wrapped.start is not None and wrapped.length == WEEK:
        days = [f"{wrapped.start + dt.timedelta(days=day):%a}" for day in range(7)]
        axes.set_xticks([(day + 0.5) * DAY for day in range(7)], days)
        axes.tick_params(axis="x", length=0)
        return
    marks = ticks(None, wrapped.length, most=8)
    axes.set_xticks(marks.at, marks.labels)
    axes.set_xlabel(marks.title.replace("the start", "the start of the row"))

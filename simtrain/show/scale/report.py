"""Report of a scaling as text: goodput at each size, and how reliable hosts would have to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.page import heading, page
from simtrain.show.table import Table, TableColumn

if TYPE_CHECKING:
    from simtrain.answers.scale import JobSize, Needed, Scaling
    from simtrain.show.page import Page

_WITHIN = 0.05
"""How precise the MTBF that is needed is, as a fraction of it."""


def scale_report(scaling: Scaling, width: int = 80) -> Page:
    """Text on how goodput falls as the job grows, in lines of a width."""
    trials = words.count(scaling.trials, "trial")
    asked = (
        f"{words.count(len(scaling.sizes), 'size')}, {trials} each, seed {scaling.seed}; "
        f"{words.count(scaling.trials_in_all, 'trial')} in all. The work of each accelerator and "
        "the ratio of spares to hosts are the same at every size."
    )
    legend = (
        f"MTBF needed: the least MTBF of a host that keeps {goal(scaling)}, to within "
        f"{100 * _WITHIN:g} %; 95 %: the nearest ones tried that certainly do not keep it, and "
        "that certainly do."
    )
    head = heading(scaling.scenario, more=asked)
    return page(width, head, [conclusion(scaling)], [_table(scaling)], [legend])


def conclusion(scaling: Scaling) -> str:
    """Sentences on the largest size: its goodput, and what it would take to keep the goal."""
    first, last, how = scaling.sizes[0], scaling.sizes[-1], _format(scaling)
    fails = f"A host fails once in {words.duration(scaling.host_mtbf_s)}."
    if first is not last:
        return (
            f"As {prose.within_clause(scaling.scenario)} grows from {first.accelerators:,} to "
            f"{last.accelerators:,} accelerators, goodput goes from {how.plus_minus(first.best)} % "
            f"to {how.plus_minus(last.best)} %, with the best checkpoint interval of each size. "
            f"{fails} "
            f"{_needed(scaling, last, ' at the largest size')}"
        )
    text = (
        f"At {first.accelerators:,} accelerators the goodput of "
        f"{prose.within_clause(scaling.scenario)} is {how.plus_minus(first.best)} %, with the best "
        f"checkpoint interval. {fails}"
    )
    # A single size keeps its own goodput, so that only another one takes anything.
    return f"{text} {_needed(scaling, first, '')}" if scaling.is_given else text


def goal(scaling: Scaling) -> str:
    """Words for the goodput that is to be kept."""
    percent = _format(scaling).text(scaling.goal)
    return percent if scaling.is_given else f"the {percent} of the smallest size"


def _needed(scaling: Scaling, size: JobSize, where: str) -> str:
    """Sentence on how reliable hosts must be to keep the goal at a size."""
    if size.needed is None:
        return f"No reliability of hosts keeps {goal(scaling)}{where}."
    ratio = size.needed.mtbf_s / scaling.host_mtbf_s
    times = f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
    as_long = "about as long" if times == "1" else f"{times} times as long"
    mtbf = words.duration(size.needed.mtbf_s)
    return f"To keep {goal(scaling)}{where} it may fail once in {mtbf}, {as_long}."


def _table(scaling: Scaling) -> Table:
    sizes, how = scaling.sizes, _format(scaling)
    needed = [size.needed for size in sizes]
    known = [Uncertain(one.mtbf_s, _WITHIN * one.mtbf_s) for one in needed if one]
    time = NumberFormat.of_metric("wall_clock_s", scaling.host_mtbf_s, known)
    goodput, mtbf = how.heading, f"MTBF needed, {time.unit}"
    hosts = [time.number(one.mtbf_s) if one else "none" for one in needed]
    return Table(
        TableColumn("accelerators", [f"{size.accelerators:,}" for size in sizes]),
        TableColumn("hosts", [f"{size.hosts:,}" for size in sizes], rank=2),
        TableColumn("spares", [f"{size.spares:,}" for size in sizes], rank=3),
        TableColumn("of job", [_duration(size.job_mtbf_s) for size in sizes], group="MTBF", rank=1),
        TableColumn("baseline", [how.plus_minus(size.kept) for size in sizes], "±", goodput),
        TableColumn("interval", [_duration(size.interval_s) for size in sizes], group="best"),
        TableColumn("at best", [how.plus_minus(size.best) for size in sizes], "±", goodput),
        TableColumn("host", hosts, group=mtbf),
        TableColumn("95 %", [_interval(one, time) for one in needed], group=mtbf),
    )


def _format(scaling: Scaling) -> NumberFormat:
    """Format of all goodputs."""
    found = [one for size in scaling.sizes for one in (size.kept, size.best)]
    return NumberFormat.of_metric("goodput", scaling.goal, map(Uncertain.of, found))


def _duration(seconds: float | None) -> str:
    return words.MISSING if seconds is None else words.duration(seconds)


def _interval(needed: Needed | None, time: NumberFormat) -> str:
    """Times between failures that certainly do not keep the goal, and that certainly do."""
    if needed is None or (needed.conclusive_s is None and needed.conclusive_not_s is None):
        return ""
    return f"{time.number(needed.conclusive_not_s)} … {time.number(needed.conclusive_s)}"

"""Report of a scaling as text: goodput at each size, and how reliable hosts would have to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.show import words
from simtrain.show.run.report import joined, readable, title
from simtrain.show.table import aligned
from simtrain.units import DAY, brief

if TYPE_CHECKING:
    from simtrain.answers.scale import Needed, Scaling, Size
    from simtrain.tables.estimates import Estimate


def scale_report(scaling: Scaling, width: int = 80) -> str:
    """Text on how goodput falls as the job grows, with a row for each size.

    Parameters
    ----------
    scaling
        What was found.
    width
        Characters of a line; the table is wider if numbers are.
    """
    width = readable(width)
    scenario = scaling.scenario
    return joined(
        [
            [title(scenario, width), *words.paragraph(words.simulated(scenario), width)],
            words.paragraph(_asked(scaling), width),
            words.paragraph(conclusion(scaling), width),
            _table(scaling),
            words.paragraph(_legend(scaling), width),
        ]
    )


def headline(scaling: Scaling) -> str:
    """Title of a picture: how goodput falls, or what it is if there is only one size."""
    first, last = scaling.sizes[0], scaling.sizes[-1]
    goodput = f"{100 * first.best.value:.1f} %"
    if first is last:
        return f"Goodput at {first.accelerators:,} accelerators: {goodput}"
    return (
        f"Goodput from {first.accelerators:,} to {last.accelerators:,} accelerators: "
        f"{goodput} to {100 * last.best.value:.1f} %"
    )


def conclusion(scaling: Scaling) -> str:
    """Sentences on the largest size: its goodput, and what it would take to keep the goal."""
    first, last = scaling.sizes[0], scaling.sizes[-1]
    if first is last:
        return _of_one_size(scaling)
    told = (
        f"From {first.accelerators:,} to {last.accelerators:,} accelerators goodput goes from "
        f"{_sure(first.best)} % to {_sure(last.best)} %, with the best checkpoint interval of each "
        f"size. A host fails once in {brief(scaling.host_mtbf_s)}."
    )
    return f"{told} {_needed(scaling, last, ' at the largest size')}"


def goal(scaling: Scaling) -> str:
    """Words for the goodput that is to be kept."""
    percent = f"{100 * scaling.goal:.2f} %"
    return percent if scaling.is_given else f"the {percent} of the smallest size"


def days(seconds: float) -> str:
    """Write a time in days, in three digits."""
    value = seconds / DAY
    return words.fixed(value, 0 if value >= 100 else 1 if value >= 10 else 2)


def _of_one_size(scaling: Scaling) -> str:
    """Sentences on a single size: it keeps its own goodput, so only another one takes anything."""
    [only] = scaling.sizes
    told = (
        f"At {only.accelerators:,} accelerators goodput is {_sure(only.best)} %, with the best "
        f"checkpoint interval. A host fails once in {brief(scaling.host_mtbf_s)}."
    )
    return f"{told} {_needed(scaling, only, '')}" if scaling.is_given else told


def _needed(scaling: Scaling, size: Size, where: str) -> str:
    """Sentence on how reliable hosts must be to keep the goal at a size."""
    if size.needed is None:
        return f"No reliability of hosts keeps {goal(scaling)}{where}."
    times = size.needed.mtbf_s / scaling.host_mtbf_s
    return (
        f"To keep {goal(scaling)}{where} it may fail once in {days(size.needed.mtbf_s)} d, "
        f"{_as_long(times)}."
    )


def _asked(scaling: Scaling) -> str:
    trials = words.count(scaling.trials, "trial")
    return (
        f"{words.count(len(scaling.sizes), 'size')}, {trials} each, seed {scaling.seed}; "
        f"{words.count(scaling.trials_in_all, 'trial')} in all. Each accelerator has as much work "
        "at every size, and spares keep their proportion to the hosts."
    )


def _table(scaling: Scaling) -> list[str]:
    head = [
        ["", "", "", "MTBF", "goodput, %", "best", "goodput, %", "MTBF needed", "95 %"],
        ["accelerators", "hosts", "spares", "of job", "as it is", "interval", "at best",
         "of a host, d", ""],
    ]  # fmt: skip
    return aligned([*head, *map(_row, scaling.sizes)])


def _row(size: Size) -> list[str]:
    return [
        f"{size.accelerators:,}",
        f"{size.hosts:,}",
        f"{size.spares:,}",
        _brief(size.job_mtbf_s),
        _sure(size.kept),
        _brief(size.interval_s),
        _sure(size.best),
        days(size.needed.mtbf_s) if size.needed else "none",
        _interval(size.needed),
    ]


def _brief(seconds: float | None) -> str:
    return words.MISSING if seconds is None else brief(seconds)


def _sure(found: Estimate) -> str:
    half = (found.high - found.low) / 2
    return f"{words.fixed(100 * found.value, 2)} ± {words.fixed(100 * half, 2)}"


def _interval(needed: Needed | None) -> str:
    if needed is None or (needed.conclusive_s is None and needed.conclusive_not_s is None):
        return ""
    low, high = (
        words.MISSING if end is None else days(end)
        for end in (needed.conclusive_not_s, needed.conclusive_s)
    )
    return f"{low} … {high}"


def _legend(scaling: Scaling) -> str:
    return (
        f"MTBF needed: the least mean time to failure of a host that keeps {goal(scaling)}, to "
        "5 %; beside it the nearest ones that were looked at with which it surely is not kept, and "
        "surely is."
    )


def _as_long(ratio: float) -> str:
    times = f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
    return "about as long" if times == "1" else f"{times} times as long"

"""Trials that did not finish: saying so, why, and what would help."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simtrain.accounts.timeline import Verdict
from simtrain.show import breakdown, words
from simtrain.show.breakdown import Breakdown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from simtrain.tables.results import Results

_BUDGET = "`restart.budget`"
_BOUNDS = {
    "out of time": ("within {time}", "`limits.wall_clock`"),
    "out of events": ("within {faults} faults and repairs", "`limits.faults`"),
    "gave up": ("within {budget} in a row without a new durable copy", _BUDGET),
}
"""By verdict: the bound that came before the end, and the key that sets it."""


def verdict(results: Results) -> str:
    """Words on the trials that did not finish; none if all did."""
    bound = within(results)
    if not bound:
        return ""
    who = f"None of the {results.trials:,} trials finished {bound}."
    if results.trials == 1:
        who = f"The trial did not finish {bound}."
    if not results.truncated.all():
        who = (
            f"{int(results.truncated.sum()):,} of {results.trials:,} trials did not finish "
            f"{bound}; {_counted_as(results)}."
        )
    return f"{who} {reason(results)}"


def reason(results: Results) -> str:
    """Words on why trials did not finish, and what would let them; none if all did."""
    truncated = Breakdown.of_truncated(results)
    if truncated is None:
        return ""
    why, (_, key) = _what_takes_the_time(truncated), _bound(results, truncated)
    return " ".join(filter(None, [_cost_of_giving_up(results), why, _remedy(results, key)]))


def within(results: Results) -> str:
    """Bound that trials did not finish within, such as "within 20.2 d"; empty if all did."""
    truncated = Breakdown.of_truncated(results)
    return "" if truncated is None else _bound(results, truncated)[0]


def is_estimated(results: Results) -> bool:
    """Whether percentiles depend on trials of which only part is known.

    A trial that hits `limits.faults` early might still have ended before others; one that hits
    `limits.wall_clock` is longer than all that finished.
    """
    return Verdict.OUT_OF_EVENTS in results.verdicts


def _counted_as(results: Results) -> str:
    """Words on where trials that did not finish rank among the others."""
    if results.scenario.workload.window is not None:
        return "they count as less work than all others, so that percentiles may be too low"
    if results.gave_up.sum() == results.truncated.sum():
        return "they count as never finishing"
    if is_estimated(results):
        return (
            "they count as longer than all others, which some might not have been, so that "
            "percentiles are estimates only"
        )
    return "they count as longer than all others"


def _remedy(results: Results, key: str) -> str:
    """What would let the trials finish."""
    stranded = int(_stranded(results).sum())
    cut = int(results.truncated.sum())
    if not stranded and not key:
        return "Nothing but fewer of these faults lets more of them finish."
    if not stranded:
        return f"A higher {key} may let more of them finish, if the run may take that long."
    whose = "it" if cut == 1 else "all of them" if stranded == cut else f"{stranded:,} of them"
    text = (
        f"In {whose} too few hosts were left for the job, and for good: hosts that retire are not "
        "replaced. No higher limit changes that; `cluster.provision`, more spares or a smaller "
        "`repair.retire` would."
    )
    if stranded == cut or not key:
        return text
    return f"{text} A higher {key} may let the others finish."


def _stranded(results: Results) -> NDArray[np.bool_]:
    """Trials that were truncated and whose job could never again have had the hosts it needs."""
    cluster = results.scenario.cluster
    changing = any("cluster" in path for change in results.scenario.change for path in change.set)
    if cluster.provision is not None or changing:
        return results.truncated & False
    left = cluster.hosts + cluster.spares - results.values_of("hosts_retired")
    return results.truncated & (left < cluster.hosts)


def _bound(results: Results, truncated: Breakdown) -> tuple[str, str]:
    """Bound that most of the truncated trials hit, and the key that sets it."""
    hit = Counter(
        str(one) for one, cut in zip(results.verdicts, results.truncated, strict=True) if cut
    )
    bound, key = _BOUNDS[hit.most_common(1)[0][0]]
    if key == _BUDGET and (names := _ends_of_the_run(results)):
        ended = f"before a fault of {' or '.join(names)} ended the run"
        if results.scenario.restart.budget is None:
            return ended, ""
        bound = f"{bound} or {ended}"
    faults = f"{results.scenario.limits.faults:,}"
    budget = words.count(results.scenario.restart.budget or 0, "restart")
    time = words.duration(truncated.total_s)
    return bound.format(time=time, faults=faults, budget=budget), key


def _ends_of_the_run(results: Results) -> list[str]:
    """Classes of faults that end the run."""
    return [name for name, fault in results.scenario.fault.items() if fault.ends_run]


def _cost_of_giving_up(results: Results) -> str:
    """Sentence on when trials gave up, and on what they had done by then; none if none did."""
    gave_up = results.gave_up
    if not gave_up.any():
        return ""
    after_s, kept_s = (
        float(results.values_of(name)[gave_up].mean()) for name in ("wall_clock_s", "productive_s")
    )
    number = words.count(int(gave_up.sum()), "trial")
    return (
        f"{number} gave up after {words.duration(after_s)} on average, with "
        f"{words.duration(kept_s)} of the work saved."
    )


def _what_takes_the_time(truncated: Breakdown) -> str:
    """Words on the biggest category that is not productive, and the biggest cause."""
    badput = {name: time for name, time in truncated.by_category.items() if name != "productive"}
    category, cause = breakdown.ranked(badput), breakdown.ranked(truncated.by_cause)
    if not category or not cause:
        return ""
    name, charged = next(iter(category)), next(iter(cause))
    return (
        f"Of their time {words.share(category[name] / truncated.total_s)} went into "
        f"{words.name(name)}, and {words.share(cause[charged] / truncated.total_s)} is due to "
        f"{charged}."
    )

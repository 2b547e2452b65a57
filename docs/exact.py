"""Tables of exact results beside simulated ones, which `tables` writes into the pages."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from markdown_table import table

import simtrain
from simtrain import theory
from simtrain.units import DURATION, HOUR
from simtrain.validation import memoryless
from simtrain.validation.exact import RESULTS
from simtrain.validation.experiments import ExactResult
from simtrain.validation.trials import Trials

if TYPE_CHECKING:
    from simtrain.validation.memoryless import Growth
    from simtrain.validation.scores import ExactScore

GROWING = ExactResult("ETTR as the job grows", memoryless.growing)
SWEPT = tuple(one for one in memoryless.GROWN if one.best)
"""Jobs whose best interval is looked for."""


def ettr(factor: float = 10.0) -> str:
    """Table of the ETTR of jobs that grow: by the formula, exactly, and simulated."""
    scores = [score for _, score in Trials((GROWING,), 0, factor).scores(jobs=2)]
    header = (
        "failures per 1000 node-days", "GPUs", "MTBF", "Δ", "x", "1 − x formula", "exact",
        "simulated", "z",
    )  # fmt: skip
    return table(header, map(_ettr, memoryless.GROWN, scores))


def optimum(trials: int = 200) -> str:
    """Table of the best interval: √(2wM), exactly, and by a sweep."""
    header = (
        "failures per 1000 node-days", "GPUs", "√(2wM)", "exact", "simulated",
        "not distinguishable from it",
    )  # fmt: skip
    return table(header, (_optimum(one, trials) for one in SWEPT))


def agreement(factor: float = 1.0) -> str:
    """Table of all exact results: how many cases, the largest |z|, and the errors found."""
    scores = Trials(RESULTS, 0, factor).scores(jobs=2)
    header = ("exact result", "cases", "largest \\|z\\|", "errors found")
    body = (
        _agreement(result, [score for _, score in found])
        for result, found in groupby(scores, key=lambda pair: pair[0])
    )
    return table(header, body)


TABLES = {"ettr": ettr, "optimum": optimum, "agreement": agreement}
"""What makes each table, by the name in its marker."""


def _ettr(one: Growth, score: ExactScore) -> tuple[str, ...]:
    return (
        f"{one.rate:.2f}",
        f"{one.accelerators:,}",
        _duration(one.mtbf),
        _duration(one.interval),
        f"{one.cost:.3f}",
        _signed(one.formula, 4),
        f"{score.expected:.4f}",
        f"{score.simulated:.4f} ± {1.96 * score.error:.4f}",
        _signed(score.z, 1, always=True),
    )


def _optimum(one: Growth, trials: int) -> tuple[str, ...]:
    young = theory.young_interval(memoryless.SAVE, one.mtbf)
    points = f"{young / 3:.3g}h..{young * 3:.3g}h:log:17"
    swept = simtrain.sweep(one.scenario(), {"checkpoint.interval": points}, trials=trials)
    assert swept.best is not None
    best, *values = [
        DURATION.parse(swept.values_of(point)[0]) / HOUR
        for point in (swept.best.point, *swept.best.not_distinguishable)
    ]
    return (
        f"{one.rate:.2f}",
        f"{one.accelerators:,}",
        _duration(young),
        _duration(theory.optimal_interval(memoryless.SAVE, one.mtbf)),
        _duration(best),
        f"{_duration(min(values))} to {_duration(max(values))}",
    )


def _agreement(result: ExactResult, scores: list[ExactScore]) -> tuple[str, ...]:
    chance = [score for score in scores if score.error]
    if not chance:
        return result.title, str(len(scores)), "equal", "of any size"
    largest = max(abs(score.z) for score in chance)
    least, most = (100 * of(score.detects for score in chance) for of in (min, max))
    sizes = dict.fromkeys(f"{percent:.2g} %" for percent in (least, most))
    return result.title, str(len(scores)), f"{largest:.1f}", " to ".join(sizes)


def _duration(hours: float) -> str:
    if hours < 1:
        return f"{60 * hours:.1f} min"
    return f"{hours:.2f} h" if hours < 24 else f"{hours / 24:.2f} d"


def _signed(value: float, places: int, always: bool = False) -> str:
    text = f"{value:+.{places}f}" if always else f"{value:.{places}f}"
    return text.replace("-", "−")

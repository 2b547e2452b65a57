"""What the progress of a run so far tells of two numbers together.

Two numbers that progress alone tells of explain it one in place of the other: a lag is due to slow
restarts or to a low speed. Trials of the run as it was planned until now say how progress depends
on both, by a regression on their normal scores; with that and the scatter that it leaves, each
trial has a weight: the likelihood of what the run has done, at its two numbers. These weights say
how many trials there are where the run is likely to be. The law of both scores, times the
likelihood on a grid, is what is known now. What goes into the scenario is a normal law of one
score, and a normal law of the other given that one, whose mean and variance bend with it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from simtrain.history.trials_until_now import TrialsUntilNow

    Array = NDArray[np.float64]

ENOUGH = 100.0
"""Effective sample below which nothing is concluded of two numbers together."""
MOST = 5
"""How many times as many trials are simulated at most to reach it."""
_SPARE = 1.3
"""How many times the trials that should reach it are simulated, since their weights scatter too."""
_GRID = np.linspace(-5.5, 5.5, 221)
_TURNS, _STEPS = 3, 4
"""Turns between the mean of progress and its variance, and steps to the variance in each."""
_LEAST = 1e-9
"""Scatter of the share that is done below which there is none but rounding."""
_NODES = (-2.5, -1.5, -0.75, 0.0, 0.75, 1.5, 2.5)
"""Where the law of the second score is told, given the first; between them it is linear."""
_IMPOSSIBLE = 1e-9
"""Part of the greatest probability below which a score is taken to be impossible."""


class Together(NamedTuple):
    """What is known of the normal scores of two numbers.

    Parameters
    ----------
    means, sds
        Mean and standard deviation of each score; 0 and 1 of a number that nothing tells of.
    correlation
        Their correlation.
    first
        Place of the number that the other one is told by: that whose score is the less skewed.
    given
        Scores of that number and the mean and the standard deviation of the other one then, all in
        standard deviations from their means.
    effective
        Effective sample: trials that count as much as these do with their weights.
    trials
        How many there are.
    """

    means: tuple[float, float]
    sds: tuple[float, float]
    correlation: float
    first: int
    given: tuple[tuple[float, float, float], ...]
    effective: float
    trials: int

    @property
    def is_enough(self) -> bool:
        """Whether the effective sample is as large as it has to be."""
        return self.effective >= ENOUGH

    @property
    def wanted(self) -> int | None:
        """How many trials would be enough; None if these are, or too many would have to be."""
        more = math.ceil(_SPARE * self.trials * ENOUGH / max(self.effective, 1.0))
        return None if self.is_enough or more > MOST * self.trials else more


def told_together(trials: TrialsUntilNow, correlation: float) -> Together | None:
    """What progress tells of two numbers.

    Parameters
    ----------
    trials
        Trials of the run until now, with these two numbers alone.
    correlation
        Correlation of their normal scores before anything was seen.

    Returns
    -------
    Together or None
        None where the numbers explain all of progress, or there are too few trials.
    """
    scores = trials.scores
    of_numbers = _terms(scores)
    # With the faults of the run these are 0: what remains is how it depends on the numbers then.
    more = np.empty((len(trials), 0))
    if (faults := trials.varying_faults) is not None:
        off = (faults - trials.seen_faults) / faults.std()
        more = np.column_stack([off, off**2, off[:, None] * scores])
    terms = np.column_stack([of_numbers, more])
    fitted = _fit(terms, _spreads(scores), trials.done)
    if fitted is None:
        return None
    found, spread = fitted[0][: of_numbers.shape[1]], fitted[1]

    def log_likelihood(at: Array) -> Array:
        log_variance = _spreads(at) @ spread
        away = trials.seen_done - _terms(at) @ found
        return np.asarray(-(log_variance + away**2 / np.exp(log_variance)) / 2)

    weights = _relative(log_likelihood(scores))
    first, second = np.meshgrid(_GRID, _GRID, indexing="ij")
    # Beyond its trials a polynomial says nothing: there it stays what it is at their ends.
    low, high = np.quantile(scores, [0.005, 0.995], axis=0)
    inside = np.clip(np.column_stack([first.ravel(), second.ravel()]), low, high)
    square = (first**2 - 2 * correlation * first * second + second**2) / (1 - correlation**2)
    known = _relative(log_likelihood(inside).reshape(first.shape) - square / 2)
    known /= known.sum()
    margins = known.sum(1), known.sum(0)
    means = tuple(float(one @ _GRID) for one in margins)
    away = [(_GRID - mean) for mean in means]
    sds = [math.sqrt(float(one @ by**2)) for one, by in zip(margins, away, strict=True)]
    skews = [
        abs(float(one @ by**3)) / sd**3 for one, by, sd in zip(margins, away, sds, strict=True)
    ]
    place = int(skews[1] < skews[0])
    turned = known.T if place else known
    return Together(
        (means[0], means[1]),
        (sds[0], sds[1]),
        float(away[0] @ known @ away[1]) / (sds[0] * sds[1]),
        place,
        tuple(_given(turned, away[place] / sds[place], away[1 - place] / sds[1 - place])),
        float(weights.sum() ** 2 / (weights**2).sum()),
        len(trials),
    )


def _given(known: Array, first: Array, second: Array) -> Iterator[tuple[float, float, float]]:
    """Mean and standard deviation of the second score at some values of the first.

    Of a value that is as good as impossible there is none.
    """
    margin = known.sum(1)
    there = margin > _IMPOSSIBLE * margin.max()
    mean = known[there] @ second / margin[there]
    variance = np.maximum(known[there] @ second**2 / margin[there] - mean**2, 0.0)
    for score in _NODES:
        if first[there][0] <= score <= first[there][-1]:
            at, square = (float(np.interp(score, first[there], of)) for of in (mean, variance))
            yield score, at, math.sqrt(square)


def _fit(terms: Array, spreads: Array, done: Array) -> tuple[Array, Array] | None:
    """Coefficients of the mean of progress, and those of the logarithm of its variance.

    By turns: the mean by least squares in which each trial has the weight of its variance, the
    variance by a gamma regression of what is left, whose steps are Fisher's scoring.
    """
    free = len(done) - terms.shape[1]
    spread: Array = np.zeros(spreads.shape[1])
    found: Array = np.zeros(terms.shape[1])
    for turn in range(_TURNS):
        scale = np.exp(-spreads @ spread / 2)
        found = np.asarray(np.linalg.lstsq(terms * scale[:, None], done * scale)[0], float)
        if free <= 0 or not (squares := (done - terms @ found) ** 2).mean() > _LEAST**2:
            return None
        squares *= len(done) / free
        if turn == 0:
            spread[0] = math.log(squares.mean())
        for _ in range(_STEPS):
            relative = squares / np.exp(spreads @ spread) - 1.0
            step = np.linalg.lstsq(spreads, relative, rcond=None)[0]
            spread += np.clip(step, -1.0, 1.0)
    return found, spread


def _spreads(scores: Array) -> Array:
    """Terms of the logarithm of the variance: times that are long scatter more than short ones."""
    return np.column_stack([np.ones(len(scores)), scores])


def _terms(scores: Array) -> Array:
    """Polynomials of two scores up to the third degree, with the constant."""
    one, other = scores.T
    return np.column_stack(
        [one**first * other**second for first in range(4) for second in range(4 - first)]
    )


def _relative(log: Array) -> Array:
    weights: Array = np.exp(log - log.max())
    return weights

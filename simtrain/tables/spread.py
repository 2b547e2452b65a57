"""Spread of an outcome, split into chance and doubt, and the doubt by its numbers.

The variance of an outcome Y is Var(E[Y | numbers]), the doubt, plus E[Var(Y | numbers)], the
chance. The doubt as a whole is measured by echoes: trials that have the numbers of another trial
and draw all else anew. The share of a single number is Var(E[Y | number]) / Var(Y); shares do not
add up to the doubt where numbers work together.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.tables.estimates import Estimate, is_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

VARIANCE, RANKS = "variance", "ranks"

FEWEST_ECHOES = 100
"""Echoes that are simulated at least, or one for each trial where there are fewer trials."""
_TRIALS_PER_ECHO = 4
_MOST_TRIALS = 5_000
"""Trials that are looked at: of these a share is known to a hundredth, and time grows with them."""
FEWEST_TRIALS = 40
"""Trials below which nothing is said of the spread."""
_WIDE = 0.1
"""Half the width of an interval above which shares are those of ranks, which outliers move less."""
_DEGREE = 3
_RESAMPLES = 200
_FEW_RESAMPLES = 40
_TRIALS_PER_TERM = 5
_SEED = 8
"""Seed of the resampling, so that the same trials always give the same intervals."""
_Z = 1.96


class Share(NamedTuple):
    """Part of the spread that comes from not knowing one number.

    Parameters
    ----------
    key
        Its dotted path, or the name under which several numbers share their quantile.
    share
        Part of the variance of the outcome, with its 95 % confidence interval.
    """

    key: str
    share: Estimate


class Spread(NamedTuple):
    """What the spread of an outcome is made of.

    Parameters
    ----------
    metric
        Column of the outcome.
    doubt
        Part that comes from not knowing the numbers, with its 95 % confidence interval; the rest
        is chance.
    numbers
        The numbers that are not known, the largest share first.
    measure
        What is split: `VARIANCE`, or `RANKS`, the variance of the outcome's rank, where a few
        outliers bear so much of the variance that its parts cannot be estimated.
    echoes
        How many echoes the doubt was measured by.
    """

    metric: str
    doubt: Estimate
    numbers: tuple[Share, ...]
    measure: str
    echoes: int

    @property
    def chance(self) -> float:
        """Part of the spread that is left if all numbers are known."""
        return 1.0 - self.doubt.value

    def summary(self) -> dict[str, Any]:
        """All of it, as it goes into JSON."""
        return {
            "metric": self.metric,
            "chance": self.chance,
            "doubt": self.doubt.value,
            "doubt_ci95": self.doubt.interval,
            "measure": self.measure,
            "echo_trials": self.echoes,
            "numbers": [
                {"key": key, "share": share.value, "ci95": share.interval}
                for key, share in self.numbers
            ],
        }


def echoes_for(trials: int) -> int:
    """How many echoes are simulated beside so many trials; none where there are too few of them."""
    if trials < FEWEST_TRIALS:
        return 0
    return min(trials, max(FEWEST_ECHOES, min(trials, _MOST_TRIALS) // _TRIALS_PER_ECHO))


def spread_of(
    metric: str,
    outcomes: NDArray[np.float64],
    echoes: NDArray[np.float64],
    keys: Sequence[str],
    quantiles: NDArray[np.float64],
) -> Spread | None:
    """What the spread of an outcome is made of.

    Parameters
    ----------
    metric
        Column of the outcome.
    outcomes
        Its value in each trial; NaN where a trial did not finish.
    echoes
        The same in the echo of each of the first trials.
    keys
        Names of the numbers that are not known.
    quantiles
        Quantile of each number in each trial, of shape (trials, numbers), within 0 and 1.

    Returns
    -------
    Spread or None
        None where too few trials and echoes finished, or the outcome does not vary.

    References
    ----------
    I. M. Sobol', *Mathematical Modelling and Computational Experiment* 1 (1993), for the shares;
    that of all numbers together by pairs as in A. Saltelli, *Computer Physics Communications* 145
    (2002). Single shares are the adjusted R² of a cubic in the normal score of the quantile.
    """
    outcomes, quantiles = outcomes[:_MOST_TRIALS], quantiles[:_MOST_TRIALS]
    echoes = echoes[: outcomes.size]
    there = ~np.isnan(outcomes)
    paired = there[: echoes.size] & ~np.isnan(echoes)
    if there.sum() < FEWEST_TRIALS or paired.sum() < FEWEST_TRIALS or is_constant(outcomes[there]):
        return None
    probit = import_module("scipy.special").ndtri  # slow to import
    normal = probit(np.clip(quantiles[there], 1e-12, 1 - 1e-12))
    first, second = outcomes[: echoes.size][paired], echoes[paired]
    found = _split(outcomes[there], first, second, normal)
    measure = VARIANCE
    if max(map(_half_width, found[1:])) > _WIDE:  # before they are kept within 0 and 1
        rising = np.sort(outcomes[there])
        outcome, first, second = (_ranked(rising, one) for one in (outcomes[there], first, second))
        found, measure = _split(outcome, first, second, normal), RANKS
    doubt, *shares = map(_within, found)
    numbers = sorted(map(Share, keys, shares), key=lambda one: -one.share.value)
    return Spread(metric, doubt, tuple(numbers), measure, int(paired.sum()))


def _split(
    outcomes: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    normal: NDArray[np.float64],
) -> list[Estimate]:
    """Share of all numbers together, and of each."""
    random = np.random.default_rng(_SEED)
    size = outcomes.size
    weights = random.multinomial(size, np.full(size, 1 / size), _RESAMPLES).astype(float)
    weights = np.vstack([np.ones(size), weights])
    centred = outcomes - outcomes.mean()
    mean = weights @ centred / size
    variance = np.maximum(weights @ centred**2 / size - mean**2, 1e-300)
    pairs = random.multinomial(first.size, np.full(first.size, 1 / first.size), _RESAMPLES)
    pair_weights = np.vstack([np.ones(first.size), pairs])
    within = 0.5 * (pair_weights @ (first - second) ** 2) / first.size
    together = _estimate(1 - within / (variance * size / (size - 1)))
    scores = [_powers(score) for score in normal.T]
    alone = [_estimate(_explained(powers, centred, weights, mean, variance)) for powers in scores]
    parts = [together, *alone]
    if size >= _TRIALS_PER_TERM * (_DEGREE * len(scores) + 1):
        sum_of_all = np.column_stack([np.ones(size), *(powers[:, 1:] for powers in scores)])
        few = slice(0, _FEW_RESAMPLES + 1)
        parts.append(
            _estimate(_explained(sum_of_all, centred, weights[few], mean[few], variance[few]))
        )
    # What some of the numbers explain is part of the doubt, and is often known better.
    return [Estimate(*map(max, zip(*parts, strict=True))), *alone]


def _powers(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Hermite's polynomials of a normal score: orthogonal, so the equations are well posed."""
    return np.column_stack([np.ones_like(score), score, score**2 - 1, score**3 - 3 * score])


def _explained(
    terms: NDArray[np.float64],
    centred: NDArray[np.float64],
    weights: NDArray[np.float64],
    mean: NDArray[np.float64],
    variance: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Adjusted R² of a fit by some terms, for each row of weights."""
    size, count = terms.shape
    left = np.matmul(terms.T[None] * weights[:, None, :], terms)
    right = weights @ (terms * centred[:, None])
    fitted = np.einsum("bi,bi->b", right, np.linalg.solve(left, right[..., None])[..., 0])
    explained = (fitted / size - mean**2) / variance
    return np.asarray(1 - (1 - explained) * (size - 1) / (size - count))


def _estimate(values: NDArray[np.float64]) -> Estimate:
    """Share of the sample, the first of the values, with an interval by those of resamples."""
    half = _Z * float(values[1:].std(ddof=1))
    share = float(values[0])
    return Estimate(share, share - half, share + half)


def _within(share: Estimate) -> Estimate:
    return Estimate(*(min(max(end, 0.0), 1.0) for end in share))


def _half_width(share: Estimate) -> float:
    return 0.5 * (share.high - share.low)


def _ranked(rising: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place of each value in the sample, between 0 and 1; alike ones have the same."""
    below = np.searchsorted(rising, values, "left")
    return np.asarray((below + np.searchsorted(rising, values, "right")) / (2 * rising.size))

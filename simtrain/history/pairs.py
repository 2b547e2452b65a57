"""Two uncertain numbers that are narrowed together: which they are, and how a scenario says it."""

from __future__ import annotations

from itertools import combinations
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.history.together import Together, told_together
from simtrain.scenario.narrowed import Ends, narrowed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.history.trials_until_now import TrialsUntilNow
    from simtrain.scenario.scenario import Scenario

_NORMAL = NormalDist()
_PARTS = (0.05, 0.5, 0.95)
_DIGITS = 4


class Pair(NamedTuple):
    """Two uncertain numbers of a scenario.

    Parameters
    ----------
    names
        Their paths.
    addresses
        Addresses of their quantiles.
    correlation
        Correlation that the scenario gives their normal scores.
    """

    names: tuple[str, str]
    addresses: tuple[str, str]
    correlation: float

    def told(self, trials: TrialsUntilNow) -> ToldPair | None:
        """What progress tells of them; see `told_together`."""
        found = told_together(trials.of(self.addresses), self.correlation)
        return None if found is None else ToldPair(self, found)


class ToldPair(NamedTuple):
    """Two numbers, with what is known of both."""

    pair: Pair
    known: Together

    @property
    def ends(self) -> dict[str, Ends]:
        """Quantiles that are P5, P50 and P95 now, by address."""
        laws = zip(self.pair.addresses, self.known.means, self.known.sds, strict=True)
        return {
            address: _ends(NormalDist(mean, standard_deviation))
            for address, mean, standard_deviation in laws
        }

    def in_scenario(self, scenario: Scenario) -> Scenario:
        """A scenario in which the numbers of narrower ranges are correlated."""
        rows = [
            one.model_dump(exclude_none=True)
            for one in scenario.correlated
            if not {*one.numbers} & {*self.pair.names}
        ]
        names = self.pair.names[:: -1 if self.known.first else 1]
        given = [[round(one, _DIGITS) for one in row] for row in self.known.given]
        row = {"numbers": list(names), "conditional": given}
        return scenario.replace({"correlated": [*rows, row]})

    def summary(self) -> dict[str, Any]:
        """All of it, as it goes into JSON."""
        return {
            "keys": list(self.pair.names),
            "correlation": self.known.correlation,
            "effective_sample": self.known.effective,
            "trials": self.known.trials,
            "is_used": self.known.is_enough,
        }


def pair_of(scenario: Scenario, ends: Mapping[str, Ends]) -> Pair | None:
    """The two numbers that are told most of, each by itself, of those that can be a pair.

    Parameters
    ----------
    scenario
        What is left of the run.
    ends
        By address of a number: its quantiles that are P5, P50 and P95 now.

    Returns
    -------
    Pair or None
        None if there are no two. A number that the scenario gives a correlation goes with its
        partner alone; one that bends with another goes with none.
    """
    bound: dict[str, tuple[str, float]] = {}
    for address, (other, correlation, _) in scenario.conditionals.items():
        # What bends has no normal law to begin with: such numbers are narrowed one by one.
        partners = (other, address) if correlation is not None else (address, other)
        bound |= {
            one: (partner, correlation or 0.0)
            for one, partner in zip((address, other), partners, strict=True)
        }
    names: dict[str, str] = {}
    for name, address in scenario.names_of_quantiles.items():
        names.setdefault(address, name)
    written = [one for one in ends if one in names and any(narrowed(scenario, {one: ends[one]}))]
    for pair in combinations(sorted(written, key=lambda one: _width(ends[one])), 2):
        first, second = sorted(pair, key=[*names].index)
        partner, correlation = bound.get(first, (second, 0.0))
        if partner == second and bound.get(second, (first, 0.0))[0] == first:
            return Pair((names[first], names[second]), (first, second), correlation)
    return None


def _ends(score: NormalDist) -> Ends:
    p5, p50, p95 = (_NORMAL.cdf(score.inv_cdf(part)) for part in _PARTS)
    return p5, p50, p95


def _width(ends: Ends) -> float:
    """Width of what is known of a score: the narrower, the more is told of it."""
    least = 1e-12
    low, high = (min(max(end, least), 1 - least) for end in (ends[0], ends[2]))
    return _NORMAL.inv_cdf(high) - _NORMAL.inv_cdf(low)

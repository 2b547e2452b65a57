"""Published outcomes of a real run, held against the trials."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.scenario.published import OF_IDEAL_WITHIN
from simtrain.tables.estimates import defined

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simtrain.scenario.published import Published


class Standing(StrEnum):
    """How a claim about a published outcome stands."""

    HOLDS = "holds"
    MISSED = "missed"
    EXPECTED_MISS = "expected miss"


@dataclass(frozen=True, eq=False)
class Score:
    """Where the trials put one published outcome.

    Parameters
    ----------
    row
        The outcome, and what the scenario claims about it.
    sample
        The same quantity in each trial that finished, in the unit of the row.
    ideal
        The same in the run without any fault, save or stop, if the row is about that.
    """

    row: Published
    sample: NDArray[np.float64]
    ideal: float | None = None

    @classmethod
    def of(cls, row: Published, measured: NDArray[np.float64], ideal: float | None = None) -> Score:
        """Score of a row whose quantity was measured in base units; NaN is left out."""
        known = measured[~np.isnan(measured)]
        of_ideal = None if ideal is None else ideal / row.scale
        return cls(row, np.ascontiguousarray(known) / row.scale, of_ideal)

    def point(self, percent: float) -> float | None:
        """Percentile of the trials."""
        return float(np.percentile(self.sample, percent)) if self.sample.size else None

    @property
    def percentile(self) -> float | None:
        """Percent of the trials below the published value, half of those at it included.

        For ``ge``, ``le`` and two values it is the percent of the trials that satisfy them.
        """
        if not self.sample.size:
            return None
        low, high = self.row.ends
        if self.row.relation == "ge":
            return 100 * float(np.mean(self.sample >= low))
        if self.row.relation == "le":
            return 100 * float(np.mean(self.sample <= high))
        if low < high:
            return 100 * float(np.mean((low <= self.sample) & (self.sample <= high)))
        below, at_most = np.mean(self.sample < low), np.mean(self.sample <= low)
        return 50 * float(below + at_most)

    @property
    def off(self) -> float | None:
        """How far the median of the trials, or the ideal, lies from the published value.

        A fraction of it, below 0 if too little; 0 anywhere between two values.
        """
        found = self.point(50) if self.row.of == "run" else self.ideal
        low, high = self.row.ends
        if found is None or low <= found <= high:
            return None if found is None else 0.0
        end = low if found < low else high
        return (found - end) / end if end else None

    def is_within(self, percent: float) -> bool:
        """Whether the value, or some of two, lies in the middle `percent` of the trials.

        For ``ge`` and ``le``: whether at least half of the trials satisfy the relation.
        """
        if self.row.relation != "eq":
            return (self.percentile or 0.0) >= 50
        low, high = self.point(50 - percent / 2), self.point(50 + percent / 2)
        least, most = self.row.ends
        return low is not None and high is not None and low <= most and least <= high

    @property
    def width(self) -> float | None:
        """(P95 − P5) / P50: a band that contains everything proves nothing."""
        low, middle, high = (self.point(percent) for percent in (5, 50, 95))
        return (high - low) / middle if low is not None and high is not None and middle else None

    @cached_property
    def claims(self) -> list[tuple[str, bool]]:
        """What the scenario claims, in words, and whether it holds."""
        row = self.row
        if row.of == "ideal":
            found = "unknown" if self.ideal is None else f"{self.ideal:,.4g}"
            return [self._near(f"ideal {found}", OF_IDEAL_WITHIN)]
        claims = []
        others = row.given("within", "tolerance", "share")
        if row.median is not None or (isinstance(row.value, tuple) and not others):
            low, high = row.median or row.ends
            middle = self.point(50)
            holds = middle is not None and low <= middle <= high
            claims.append((f"median {low:g}–{high:g}", holds))
        if row.tolerance is not None:
            claims.append(self._near("median", row.tolerance))
        if row.relation == "eq":
            if row.within is not None or not claims:
                percent = row.within or 90
                low, high = 50 - percent // 2, 50 + percent // 2
                claims.append((f"P{low}–P{high}", self.is_within(percent)))
        elif row.share is not None or not claims:
            share = 0.5 if row.share is None else row.share
            holds = (self.percentile or 0.0) >= 100 * share
            claims.append((f"≥ {100 * share:g} % of trials", holds))
        return claims

    def _near(self, what: str, otherwise: float) -> tuple[str, bool]:
        """Whether the ideal or the median is as near as the row says, or else as `otherwise`."""
        tolerance = otherwise if self.row.tolerance is None else self.row.tolerance
        holds = self.off is not None and abs(self.off) <= tolerance
        return f"{what} ± {100 * tolerance:g} %", holds

    @property
    def standing(self) -> Standing:
        """How the claims stand together."""
        if all(holds for _, holds in self.claims):
            return Standing.HOLDS
        return Standing.MISSED if self.row.miss is None else Standing.EXPECTED_MISS

    def summary(self) -> dict[str, Any]:
        """The score as it goes into JSON; numbers in the unit of the row."""
        row = self.row
        percentiles = {f"p{q}": self.point(q) for q in (5, 10, 50, 90, 95)}
        return {
            "quantity": row.quantity,
            **({"rank": row.rank} if row.rank > 1 else {}),
            **({"cause": row.cause} if row.cause is not None else {}),
            **({"of": row.of, "ideal": self.ideal, "off": self.off} if row.of == "ideal" else {}),
            "value": row.value,
            "relation": row.relation,
            "unit": row.unit,
            "window": row.model_dump(mode="json")["window"],
            "source": row.source,
            "certainty": row.certainty,
            "role": row.role,
            "percentile": self.percentile,
            **percentiles,
            "width": None if self.width is None else defined(self.width),
            "within_80": self.is_within(80),
            "within_90": self.is_within(90),
            "claims": [{"claim": claim, "holds": holds} for claim, holds in self.claims],
            "standing": str(self.standing),
            **({"miss": row.miss} if row.miss is not None else {}),
        }

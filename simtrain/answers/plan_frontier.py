"""`Frontier`: combinations of two keys that meet a target and are dominated by no other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.answers.plan_for import written_settings
from simtrain.answers.plans import Plans
from simtrain.scenario.axes import written
from simtrain.scenario.cheaper import LESS
from simtrain.tables.answer import Columns, columns_of, origin, stacked
from simtrain.tables.estimates import defined

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simtrain.answers.plan import Decision, Point
    from simtrain.scenario.axes import Axis, Place
    from simtrain.scenario.scenario import Scenario


class Ranks(NamedTuple):
    """How dear a combination is in each key: 0 for the cheapest value of it."""

    outer: int
    inner: int

    def dominates(self, other: Ranks) -> bool:
        """Whether it is no dearer in either key, and cheaper in one."""
        return self != other and self.outer <= other.outer and self.inner <= other.inner


class Case(NamedTuple):
    """The cheapest value of the inner key that meets the target at a value of the outer one.

    Parameters
    ----------
    number
        Number of the value of the outer key.
    place
        That value.
    decision
        The plan for it.
    point
        The cheapest value that was found to meet the target; where none was, the one that comes
        nearest.
    ranks
        How dear it is; None where no value meets the target.
    best, sure
        How dear the cheapest combination is that may meet the target, and the cheapest that
        surely does, at 95 % each; None where there is none.
    """

    number: int
    place: Place
    decision: Decision
    point: Point
    ranks: Ranks | None
    best: Ranks | None
    sure: Ranks | None


@dataclass(frozen=True, eq=False)
class Frontier(Plans):
    """Which combinations of two keys meet a target and are dominated by no other that does.

    For each value of one key, the outer, there is a plan of the other, all on the same trials.

    Parameters
    ----------
    scenario
        The scenario as it is.
    keys
        The two keys, in the order in which they were asked for.
    cheaper
        Whether ``"less"`` or ``"more"`` of a key is cheaper, by key.
    outer, inner
        The key whose values all have a plan, and the one that these search.
    places
        The values of the outer key.
    decisions
        Their plans.
    """

    kind = "plan_frontier"

    scenario: Scenario
    keys: tuple[str, ...]
    cheaper: Mapping[str, str]
    outer: Axis
    inner: Axis
    places: tuple[Place, ...]
    decisions: tuple[Decision, ...]

    def __repr__(self) -> str:
        found = len(self.frontier)
        return f"<Frontier of {' and '.join(self.keys)} for {self.target}: {found} combinations>"

    @property
    def tried(self) -> int:
        """Combinations that were tried."""
        return sum(len(decision.points) for decision in self.decisions)

    @cached_property
    def cases(self) -> tuple[Case, ...]:
        """What was found at each value of the outer key."""
        every = zip(self.places, self.decisions, strict=True)
        return tuple(self._case(number, *one) for number, one in enumerate(every))

    @cached_property
    def frontier(self) -> tuple[Case, ...]:
        """Cases whose combination meets the target and is dominated by no other that does."""
        return undominated(case for case in self.cases if case.ranks is not None)

    def dominated_by(self, case: Case) -> Case | None:
        """A case on the frontier that dominates another one, that of the nearest outer value."""
        found = [
            one
            for one in self.frontier
            if case.ranks and one.ranks and one.ranks.dominates(case.ranks)
        ]
        return max(found, key=lambda one: self._rank(self.outer, one.number), default=None)

    def is_certain(self, case: Case) -> bool:
        """Whether it is certain, at 95 % for each combination, what is said of a case.

        Of one on the frontier: it meets the target, and all that would dominate it do not. Of
        another: all of its combinations miss the target, or are dominated by one that meets it.
        """
        if case in self.frontier:
            return case.point.is_conclusive and not self.may_be_dominated(case)
        best = case.best
        return best is None or any(one.sure and one.sure.dominates(best) for one in self.cases)

    def may_be_dominated(self, case: Case) -> bool:
        """Whether a cheaper combination than one on the frontier may meet the target as well."""
        here = case.ranks
        return here is not None and any(one.best and one.best.dominates(here) for one in self.cases)

    def ranks(self, case: Case, number: int) -> Ranks:
        """How dear a combination of a case is, by the number of its inner value."""
        return Ranks(self._rank(self.outer, case.number), self._rank(self.inner, number))

    def numbers(self, ranks: Ranks) -> tuple[int, int]:
        """Numbers of the outer and the inner value that are so dear."""
        return self._rank(self.outer, ranks.outer), self._rank(self.inner, ranks.inner)

    def settings(self, case: Case) -> dict[str, Any]:
        """Values of a case by key, also of what moves with the two, in the order asked for."""
        found = {**case.place.settings, **case.decision.settings(case.point)}
        axes = {axis.key: axis for axis in (self.outer, self.inner)}
        return {one: found[one] for key in self.keys for one in axes[key].keys}

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of cases, and that of all combinations that were tried."""
        return {**super().tables, "plan": self._points()}

    def columns(self) -> Columns:
        """One row per value of the outer key."""
        return columns_of([self._row(case) for case in self.cases])

    @cached_property
    def _summary(self) -> dict[str, Any]:
        parts = ("verdict", "turns", "answers", "nearest", "points", "baseline")
        return {
            **origin(self.scenario, self.seed, self.trials),
            "trials_in_all": self.trials_in_all,
            "keys": list(self.keys),
            "cheaper": dict(self.cheaper),
            "searched": self.inner.key,
            "target": self.decisions[0].summary()["target"],
            "frontier": [self._row(case) for case in self.frontier],
            "cases": [
                {
                    "values": written_settings(case.place.settings),
                    "scenario_sha256": case.place.scenario.sha256,
                    "choice": self._row(case),
                    **{part: case.decision.summary()[part] for part in parts},
                }
                for case in self.cases
            ],
        }

    def _case(self, number: int, place: Place, decision: Decision) -> Case:
        """The cheapest value that meets the target, and the cheapest that may and that surely do.

        Values that were not tried are taken as those tried on both sides of them.
        """
        points = sorted(decision.points, key=lambda point: self._inner_rank(point))
        outer = self._rank(self.outer, number)
        met = [point for point in points if point.met]
        sure = [self._inner_rank(point) for point in met if point.is_conclusive]
        best, above = None, -1
        for point in points:
            if point.met or not point.is_conclusive:
                best = Ranks(outer, above + 1)
                break
            above = self._inner_rank(point)
        return Case(
            number,
            place,
            decision,
            met[0] if met else decision.nearest,
            Ranks(outer, self._inner_rank(met[0])) if met else None,
            best,
            Ranks(outer, sure[0]) if sure else None,
        )

    def _inner_rank(self, point: Point) -> int:
        return self._rank(self.inner, point.number or 0)

    def _rank(self, axis: Axis, number: int) -> int:
        """How dear the value of that number is, and as well which number is so dear."""
        return number if self.cheaper[axis.key] == LESS else len(axis) - 1 - number

    def _row(self, case: Case) -> dict[str, Any]:
        point, key = case.point, self.inner.key
        low, high = self.ends(case)
        ci95_low, ci95_high = point.estimate.interval
        over = self.dominated_by(case)
        by = {} if over is None else self.settings(over)
        return {
            **written_settings(self.settings(case)),
            f"{key}_low": None if low is None else written(self.inner.values[low]),
            f"{key}_high": None if high is None else written(self.inner.values[high]),
            "met": point.met,
            "is_on_frontier": case in self.frontier,
            "is_certain": self.is_certain(case),
            **{f"dominated_by_{one}": written(by[one]) if by else None for one in self.keys},
            "value": defined(point.estimate.value),
            "ci95_low": ci95_low,
            "ci95_high": ci95_high,
            "trials": point.results.trials,
            "truncated_trials": int(point.results.truncated.sum()),
        }

    def ends(self, case: Case) -> tuple[int | None, int | None]:
        """Numbers of inner values between which the cheapest that meets the target surely lies.

        None for a side on which it may lie beyond the range, or where none may meet the target.
        """
        best, sure = (
            None if one is None else self._rank(self.inner, one.inner)
            for one in (case.best, case.sure)
        )
        return (best, sure) if self.cheaper[self.inner.key] == LESS else (sure, best)

    def _points(self) -> Columns:
        """All combinations that were tried, with whether one that was found dominates them."""
        tables = []
        for case in self.cases:
            points = case.decision.all_points
            columns = {
                **case.decision.columns(),
                "is_on_frontier": [
                    case in self.frontier and point is case.point for point in points
                ],
                "is_dominated": [self._is_dominated(case, point) for point in points],
            }
            tables.append((written_settings(case.place.settings), columns))
        return stacked(tables)

    def _is_dominated(self, case: Case, point: Point) -> bool | None:
        """Whether a combination on the frontier dominates one; None of the scenario as it is."""
        if point.number is None:
            return None
        ranks = self.ranks(case, point.number)
        return any(one.ranks.dominates(ranks) for one in self.frontier if one.ranks)


def undominated(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Cases whose combination no other of them dominates, in their order."""
    found = list(cases)
    return tuple(
        case
        for case in found
        if case.ranks and not any(one.ranks and one.ranks.dominates(case.ranks) for one in found)
    )

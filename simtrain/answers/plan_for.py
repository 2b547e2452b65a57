"""`Decisions`: the value of a key that just meets a target, for each value of another key."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.answers.plan import first_conclusive
from simtrain.answers.plans import Plans
from simtrain.scenario.axes import written
from simtrain.scenario.portions import WholeOrShare, share_of
from simtrain.scenario.reference import field_at, path_of, reader_of
from simtrain.tables.answer import Columns, columns_of, origin, stacked
from simtrain.tables.estimates import defined

if TYPE_CHECKING:
    from simtrain.answers.plan import Decision, Point, Threshold
    from simtrain.scenario.axes import Axis, Place
    from simtrain.scenario.scenario import Scenario


class Choice(NamedTuple):
    """What just meets the target in one case.

    Parameters
    ----------
    place
        The case.
    decision
        The plan for it.
    point
        The value that just meets the target; where none does, the one that comes nearest.
    low, high
        Numbers on the axis of the plan between which that value certainly lies, 95 % on either
        side; None for a side on which it may lie beyond the range, or where none meets the target.
    """

    place: Place
    decision: Decision
    point: Point
    low: int | None
    high: int | None

    @property
    def is_certain(self) -> bool:
        """Whether no other value can be the one, or none at all, at 95 %."""
        if not self.point.met:
            return self.point.is_conclusive
        return self.low == self.high == self.point.number

    @property
    def ends(self) -> tuple[Any, Any]:
        """Values at `low` and `high`, None where these are."""
        low, high = (
            None if end is None else self.decision.axis.values[end] for end in (self.low, self.high)
        )
        return low, high

    @property
    def end_counts(self) -> tuple[int | None, int | None]:
        """What the ends come to where they are shares; None where they are not."""
        reader, whole = self._portion or (None, 0)
        low, high = (
            reader.portion(end, {reader.of: whole})
            if reader and share_of(end) is not None
            else None
            for end in self.ends
        )
        return low, high

    @property
    def share(self) -> tuple[str, float] | None:
        """Key of which the value is a portion, as spares are one of hosts, and how large a one."""
        count = self.point.results.scenario.count_at(self.decision.axis.key)
        if self._portion is None or count is None:
            return None
        reader, whole = self._portion
        return reader.of, count / whole

    @property
    def _portion(self) -> tuple[WholeOrShare, int] | None:
        """How the value is read if it may be a share of another count, and that count."""
        field = field_at(path_of(self.decision.axis.key))
        reader = reader_of(field) if field else None
        if not isinstance(reader, WholeOrShare):
            return None
        whole = self.point.results.scenario.count_at(f"cluster.{reader.of}")
        return (reader, whole) if whole else None


@dataclass(frozen=True, eq=False)
class Decisions(Plans):
    """Which value of a key just meets a target, for each value of another key.

    Each case is a plan of its own, with the same trials.

    Parameters
    ----------
    scenario
        The scenario as it is.
    axis
        The key that the plans are for, and its values.
    places
        The cases.
    decisions
        Their plans.
    """

    kind = "plan_for"

    scenario: Scenario
    axis: Axis
    places: tuple[Place, ...]
    decisions: tuple[Decision, ...]

    def __repr__(self) -> str:
        return f"<Decisions on {self.key} for {len(self.places)} values of {self.axis.key}>"

    @property
    def key(self) -> str:
        """The key that may be chosen."""
        return self.decisions[0].axis.key

    @cached_property
    def is_least(self) -> bool:
        """Whether the smallest value that meets the target is sought, and not the greatest.

        As the plans have it that found one; where none did, as the ends of the ranges compare.
        """
        found = [one.is_least for decision in self.decisions for one in decision.thresholds]
        if found:
            return sum(found) >= len(found) / 2
        ends = [(decision.points[0], decision.points[-1]) for decision in self.decisions]
        return sum(first.short >= last.short for first, last in ends) >= len(ends) / 2

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What just meets the target in each case."""
        return tuple(
            self._choice(place, decision)
            for place, decision in zip(self.places, self.decisions, strict=True)
        )

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of cases, and that of all values that were tried in each."""
        return {**super().tables, "plan": self._points()}

    def columns(self) -> Columns:
        """One row per case."""
        return columns_of([self._row(choice) for choice in self.choices])

    @cached_property
    def _summary(self) -> dict[str, Any]:
        parts = ("verdict", "turns", "answers", "nearest", "points", "baseline", "budget")
        plan = self.decisions[0].summary()
        return {
            **origin(self.scenario, self.seed, self.trials),
            "trials_in_all": self.trials_in_all,
            "for": self.axis.key,
            "key": self.key,
            "target": plan["target"],
            "is_least": self.is_least,
            "cases": [
                {
                    "values": written_settings(choice.place.settings),
                    "scenario_sha256": choice.place.scenario.sha256,
                    "choice": self._found(choice),
                    **{part: choice.decision.summary()[part] for part in parts},
                }
                for choice in self.choices
            ],
        }

    def _choice(self, place: Place, decision: Decision) -> Choice:
        if decision.verdict == "none":
            return Choice(place, decision, decision.nearest, None, None)
        same = [one for one in decision.thresholds if one.is_least == self.is_least]
        if same:
            ends = _ends(same[0], 0, len(decision.axis) - 1)
            return Choice(place, decision, same[0].met, *ends)
        # The end of the range meets the target, and nothing that was tried lies beyond it.
        inwards = decision.points if self.is_least else decision.points[::-1]
        conclusive = first_conclusive(inwards)
        near, far = inwards[0].number, None if conclusive is None else conclusive.number
        low, high = (near, far) if self.is_least else (far, near)
        return Choice(place, decision, inwards[0], low, high)

    def _row(self, choice: Choice) -> dict[str, Any]:
        return {**written_settings(choice.place.settings), **self._found(choice)}

    def _found(self, choice: Choice) -> dict[str, Any]:
        """What just meets the target in a case, by column."""
        point, decision = choice.point, choice.decision
        count = point.results.scenario.count_at(self.key)
        is_share = share_of(point.value) is not None
        low, high = choice.ends
        ci95_low, ci95_high = point.estimate.interval
        share = choice.share
        return {
            **written_settings(decision.settings(point)),
            **({f"{self.key}_count": count} if is_share else {}),
            **({f"share_of_{share[0]}": share[1]} if share else {}),
            f"{self.key}_low": None if low is None else written(low),
            f"{self.key}_high": None if high is None else written(high),
            "met": point.met,
            "is_certain": choice.is_certain,
            "value": defined(point.estimate.value),
            "ci95_low": ci95_low,
            "ci95_high": ci95_high,
            "trials": point.results.trials,
            "truncated_trials": int(point.results.truncated.sum()),
        }

    def _points(self) -> Columns:
        return stacked(
            (written_settings(place.settings), decision.columns())
            for place, decision in zip(self.places, self.decisions, strict=True)
        )


def _ends(threshold: Threshold, first: int, last: int) -> tuple[int | None, int | None]:
    """Numbers between which the value that just meets the target certainly lies.

    Where no value is certain to miss it, that is from the end of the range on.
    """
    met, missed = (
        None if point is None else point.number
        for point in (threshold.conclusive_met, threshold.conclusive_missed)
    )
    if threshold.is_least:
        return first if missed is None else missed + 1, met
    return met, last if missed is None else missed - 1


def written_settings(settings: dict[str, Any]) -> dict[str, str]:
    """Values by key as an option of the command line would say them."""
    return {key: written(value) for key, value in settings.items()}

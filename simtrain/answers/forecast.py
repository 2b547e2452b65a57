"""`Forecast`: where a run in flight stands, and when it will be done."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.answers.foretold import Foretold
from simtrain.answers.levers import pulled
from simtrain.tables.answer import Answer, Columns, columns_of, origin
from simtrain.tables.finish import PERCENTILES, isoformat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.answers.levers import Lever, Pulled
    from simtrain.history.pairs import ToldPair
    from simtrain.history.posterior import Update
    from simtrain.logs.progress import Progress
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.finish import Deadline, Finish
    from simtrain.tables.results import Results


class Standing(NamedTuple):
    """Where a run stands.

    Parameters
    ----------
    now_s
        Seconds since its start.
    done
        Share of the work that is done.
    training_s
        Seconds in which it trained, as far as its table of progress tells.
    rolled_back
        How often work was rolled back, as far as that tells.
    faults
        Faults by class, if a log was given.
    others
        Faults in that log of classes that the scenario does not have.
    asked_s
        Seconds from its start to the moment that was asked for; the table tells nothing between.
    in_repair
        Spares that are in repair.
    since_known
        For how many of them the log says since when.
    missing
        Hosts in repair by the log that are more than the spares.
    at_risk_s
        Seconds in which it was at risk of faults.
    """

    now_s: float
    done: float
    training_s: float
    rolled_back: int
    faults: Mapping[str, int]
    others: Mapping[str, int]
    asked_s: float
    in_repair: int
    since_known: int = 0
    missing: int = 0
    at_risk_s: float = 0.0


@dataclass(frozen=True, eq=False)
class Forecast(Answer):
    """Where a run in flight stands, and when it will be done.

    Parameters
    ----------
    scenario
        The run as it was planned.
    standing
        Where it stands.
    progress
        How it came there.
    updates
        Numbers that what was seen tells something of.
    planned
        Trials of the whole run, as it was planned.
    here
        Trials of what is left of it, by what was seen.
    without_updates
        The same with all numbers as they were planned; None if no number was updated.
    deadline
        The date that was asked for, if one was.
    levers
        Trials of what is left with something changed that may bring the finish forward.
    earlier
        What was foretold at earlier moments, the first one first, by what was known then.
    is_explained
        Whether the progress so far lies within that of trials of the plan; None if nobody looked.
    together
        Two numbers that progress tells of together; None if there are no two that it tells of.
    """

    kind = "forecast"

    scenario: Scenario
    standing: Standing
    progress: Progress
    updates: tuple[Update, ...]
    planned: Results
    here: Results
    without_updates: Results | None
    deadline: Deadline | None
    levers: tuple[Lever, ...] = ()
    earlier: tuple[Foretold, ...] = ()
    is_explained: bool | None = None
    together: ToldPair | None = None

    def __repr__(self) -> str:
        return f"<Forecast of {self.scenario.name} at {100 * self.standing.done:.3g} %>"

    @property
    def now(self) -> dt.datetime:
        """The moment that it is of."""
        assert self.scenario.start is not None
        return self.scenario.start + dt.timedelta(seconds=self.standing.now_s)

    @property
    def finishes(self) -> dict[str, Finish]:
        """When it ends: as it was planned, from here as planned, and from here by what was seen."""
        unseen = {} if self.without_updates is None else {"as_planned": self.without_updates}
        named = {"at_the_start": self.planned, **unseen, "from_here": self.here}
        found = {}
        for name, results in named.items():
            assert results.finish is not None
            found[name] = results.finish
        return found

    @property
    def goodput(self) -> float:
        """Share of the time so far that the work which is done would take without any loss."""
        return self.standing.done * self.planned.ideal_s / self.standing.now_s

    @property
    def scenario_files(self) -> dict[str, Scenario]:
        """The run as it was planned, and what is left of it."""
        return {"scenario": self.scenario, "from_here": self.here.scenario}

    @cached_property
    def pulled(self) -> list[Pulled]:
        """What each lever does, that which brings the finish forward most first."""
        return pulled(self.levers, self.here)

    @property
    def history(self) -> list[Foretold]:
        """How the forecast moved, from the start until now; empty if that was not asked for."""
        if not self.earlier:
            return []
        finishes, standing = self.finishes, self.standing
        first = Foretold(0.0, 0.0, finishes["at_the_start"])
        return [
            first, *self.earlier, Foretold(standing.now_s, standing.done, finishes["from_here"])
        ]  # fmt: skip

    @property
    def tables(self) -> dict[str, Columns]:
        """The table of dates, and those of levers and of earlier forecasts if there are any."""
        more = {"levers": [one.row() for one in self.pulled], "history": self._history}
        return {**super().tables, **{name: columns_of(rows) for name, rows in more.items() if rows}}

    def columns(self) -> Columns:
        """One row for each forecast: when the run ends at some percentiles."""
        return columns_of(
            [
                {"forecast": name, **{f"p{q}": isoformat(finish.at(q)) for q in PERCENTILES}}
                for name, finish in self.finishes.items()
            ]
        )

    @property
    def _history(self) -> list[dict[str, Any]]:
        assert self.scenario.start is not None
        return [one.row(self.scenario.start, self.deadline) for one in self.history]

    @cached_property
    def _summary(self) -> dict[str, Any]:
        standing = self.standing
        chances = {} if self.deadline is None else {
            "by": self.deadline.text,
            "chance": {
                name: finish.chance(self.deadline.text).value
                for name, finish in self.finishes.items()
            },
        }  # fmt: skip
        return {
            **origin(self.scenario, self.here.seed, self.here.trials),
            "now": isoformat(self.now),
            "elapsed_s": standing.now_s,
            "progress": standing.done,
            "training_s": standing.training_s,
            "rolled_back": standing.rolled_back,
            "goodput": self.goodput,
            "faults": dict(standing.faults),
            "other_faults": dict(standing.others),
            "finish": {name: finish.summary() for name, finish in self.finishes.items()},
            **chances,
            "updates": [
                {
                    "key": one.name,
                    "seen": one.seen,
                    "expected": one.expected,
                    "before": list(one.before),
                    "after": list(one.after),
                    "written": one.written,
                }
                for one in self.updates
            ],
            "together": None if self.together is None else self.together.summary(),
            "is_explained": self.is_explained,
            "levers": [one.summary(self.deadline) for one in self.pulled],
            "history": self._history,
        }

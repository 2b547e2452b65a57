"""`Lever`: what may bring the finish of a run in flight forward, and by how much it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simtrain.tables.estimates import Statistics, describe, is_significant
from simtrain.tables.finish import PERCENTILES, isoformat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.finish import Deadline, Finish
    from simtrain.tables.results import Results


class Changed(NamedTuple):
    """What is left of a run, with something changed.

    Parameters
    ----------
    name
        What was changed.
    scenario
        The rest of the run with it.
    is_asked
        Whether it was asked for by name, and is not one of all numbers.
    until
        Paths of what changes set by which it does not last.
    """

    name: str
    scenario: Scenario
    is_asked: bool
    until: tuple[str, ...]


class Lever(NamedTuple):
    """Trials of what is left of a run, with something changed."""

    changed: Changed
    results: Results


class Pulled(NamedTuple):
    """What a lever does.

    Parameters
    ----------
    changed
        The lever.
    sooner
        Statistics of the seconds by which it brings the finish forward, trial by trial.
    is_significant
        Whether their mean is other than 0, at 95 % for all levers together.
    left_out
        Trials that are missing in the difference, since they did not finish.
    finish
        When the run ends with it.
    """

    changed: Changed
    sooner: Statistics
    is_significant: bool
    left_out: int
    finish: Finish

    def summary(self, deadline: Deadline | None) -> dict[str, Any]:
        """All of it, as it goes into JSON."""
        chance = {} if deadline is None else {"chance": self.finish.chance(deadline.text).value}
        return {
            "lever": self.changed.name,
            "until": list(self.changed.until),
            "sooner_s": self.sooner["mean"],
            "sooner_s_ci95": self.sooner["mean_ci95"],
            "is_significant": self.is_significant,
            "left_out": self.left_out,
            **{f"p{q}": isoformat(self.finish.at(q)) for q in PERCENTILES},
            **chance,
        }

    def row(self) -> dict[str, Any]:
        """The same as a row of a table."""
        low, high = self.sooner["mean_ci95"]
        return {
            "lever": self.changed.name,
            "sooner_mean": self.sooner["mean"],
            "sooner_ci95_low": low,
            "sooner_ci95_high": high,
            "is_significant": self.is_significant,
            "left_out": self.left_out,
            **{f"p{q}": isoformat(self.finish.at(q)) for q in PERCENTILES},
        }


def pulled(levers: Sequence[Lever], here: Results) -> list[Pulled]:
    """What levers do to the trials of a run from here, what brings it forward most first."""
    found = []
    for changed, results in levers:
        sooner = here.by_trial("wall_clock_s") - results.by_trial("wall_clock_s")
        assert results.finish is not None
        found.append(
            Pulled(
                changed,
                describe(sooner),
                is_significant(sooner, len(levers)),
                int(np.isnan(sooner).sum()),
                results.finish,
            )
        )
    return sorted(found, key=lambda one: -(one.sooner["mean"] or 0.0))

"""`Foretold`: what a forecast said at some moment, so that it is seen how forecasts moved."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.tables.finish import PERCENTILES, isoformat

if TYPE_CHECKING:
    from simtrain.tables.finish import Deadline, Finish


class Foretold(NamedTuple):
    """The finish as it was foretold at a moment, by what was known then.

    Parameters
    ----------
    since_s
        Seconds from the start of the run to the row of its progress that it goes on from; 0 of
        the forecast at the start.
    done
        Share of the work that was done.
    finish
        When the run ends.
    """

    since_s: float
    done: float
    finish: Finish

    def row(self, start: dt.datetime, deadline: Deadline | None) -> dict[str, Any]:
        """What was foretold, as a row of a table and as it goes into JSON."""
        chance = {} if deadline is None else {"chance": self.finish.chance(deadline.text).value}
        return {
            "now": isoformat(start + dt.timedelta(seconds=self.since_s)),
            "progress": self.done,
            **{f"p{q}": isoformat(self.finish.at(q)) for q in PERCENTILES},
            **chance,
        }

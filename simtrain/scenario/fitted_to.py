"""`[fit]`: the log that a scenario was fitted to, and what of it the scenario does not have."""

from pydantic import Field

from simtrain.scenario.readers import TextLine
from simtrain.scenario.table import Table


class FittedTo(Table):
    """The log that this was fitted to; it moves no result, and `simtrain fit` writes it."""

    log: TextLine = Field(description="Name of the log.")
    failed: tuple[TextLine, ...] = Field(
        (), description="Statistics of the log that windows simulated from this do not have."
    )

"""`[inference]`: what answering queries takes once the model is trained, beside the training."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from simtrain.scenario.number import Number
from simtrain.scenario.numbers import MOST, Kind, PositiveDuration
from simtrain.scenario.table import Broken, Table
from simtrain.units import ENERGY_OF_QUERY, PLAIN

Queries = Annotated[Number, Kind(PLAIN, 0, MOST)]
EnergyOfQuery = Annotated[Number, Kind(ENERGY_OF_QUERY, 0, 1e3)]


class Inference(Table):
    """What answering queries takes, by plain arithmetic; it moves nothing in a trial."""

    queries_per_day: Queries = Field(description="Queries that are answered in a day.")
    energy_per_query: EnergyOfQuery = Field(
        description="Energy that answering one takes, with its share of the building."
    )
    lasts: PositiveDuration = Field(description="How long the model answers.")

    def broken_rules(self) -> Iterator[Broken]:
        """All of it is arithmetic, so that nothing is drawn."""
        for key in type(self).model_fields:
            if not getattr(self, key).is_fixed:
                wrong = "is uncertain, but enters plain arithmetic"
                yield Broken(key, wrong, "one number, and another one with --set")

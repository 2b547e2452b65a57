"""Old names of `simtrain.show.number_format`, which pictures still use."""

from simtrain.show.number_format import Found, Uncertain
from simtrain.show.number_format import NumberFormat as Measure

__all__ = ["Measure", "half_of", "measure_of"]

measure_of = Measure.of_metric


def half_of(found: Found) -> float | None:
    """Half of the confidence interval of a mean; none if there is no interval."""
    return Uncertain.of(found).half

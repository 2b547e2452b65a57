"""Old name of `simtrain.show.number_format`, which pictures still use."""

from simtrain.show.number_format import NumberFormat as Gauge

__all__ = ["Gauge"]

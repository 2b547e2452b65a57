"""Launches that always work."""

from __future__ import annotations

from simtrain.scenario.unsaid.matters import is_interrupted
from simtrain.scenario.unsaid.row import row

ROWS = (row("restart.failure", "launches", "always work", "0.05", is_interrupted),)

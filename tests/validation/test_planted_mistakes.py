"""Planted mistakes: the checks that pass for the engine fail for a wrong one.

Each mistake is planted into the engine or the ledger, and the check that should find it has to.
Beforehand the same check, at the same number of trials and with the same seeds, has to pass.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import cache, wraps
from typing import Any, NamedTuple

import pytest

from simtrain.distributions import Fixed, Weibull
from simtrain.engine import checkpoints, recovery, rules, trial
from simtrain.engine.cadence import done_with_work
from simtrain.engine.checkpoints import Checkpoints, Copy
from simtrain.engine.draws import Stream
from simtrain.engine.exposure import Strike, cancel
from simtrain.engine.hazard import Hazard
from simtrain.engine.lanes import Ages, Lane
from simtrain.engine.pool import Pool
from simtrain.engine.recovery import Recovery
from simtrain.engine.repair import Visit
from simtrain.engine.rules import CheckpointRules, ClusterRules, RestartRules
from simtrain.engine.stops import Stops
from simtrain.engine.trial import Simulator
from simtrain.engine.world import World
from simtrain.ledger import Category, Ledger
from simtrain.recorder import Recorder
from simtrain.timeline import Happening, State, Stretch
from tests.validation import checks, test_invariants
from tests.validation.checks import CHECKS
from tests.validation.runs import scenario

"""What the progress of a run in flight tells of numbers that no count told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.engine.numbers import NumbersOfTrial
from simtrain.history.course import told_by_progress
from simtrain.history.pairs import pair_of
from simtrain.history.posterior import Update
from simtrain.history.trials_until_now import TrialsUntilNow, normal_scores
from simtrain.model.parameters import at_middle
from simtrain.model.parameters.workload import work_in_all
from simtrain.model.quantiles import quantiles
from simtrain.scenario.narrowed import narrowed, with_ranges
from simtrain.tables.columns import NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from simtrain.questions.in_flight import InFlight
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results


def learnt(known: InFlight, *until_now: Results) -> InFlight:
    """A run in flight with what its progress tells of numbers that no count told of.

    Parameters
    ----------
    known
        The run.
    *until_now
        Trials of its `until_now`, in their order from the first one on.
    """
    trials = _trials(known, until_now)
    if not trials.explains_run:
        return known._replace(is_explained=trials.explains_run)
    ends = told_by_progress(trials)
    pair = pair_of(known.left, ends)
    together = None if pair is None else pair.told(trials)
    is_used = together is not None and together.known.is_enough
    if together is not None and is_used:
        ends |= together.ends
    updates = tuple(
        Update(one.key, one.written, None, None, one.before, one.after, one.name)
        for one in narrowed(known.left, ends)
    )
    told = with_ranges(known.told, {one.key: one.written for one in updates})
    if together is not None and is_used:
        told = together.in_scenario(told)
    return known._replace(
        updates=(*known.updates, *updates), told=told, is_explained=True, together=together
    )


def _trials(known: InFlight, parts: Sequence[Results]) -> TrialsUntilNow:
    """Trials of a run until now, with the numbers that no count told of."""
    first, standing = parts[0], known.standing
    counted = {one.key for one in known.updates}
    unknown = [one for one in first.scenario.unknown if not counted & set(one.keys)]
    addresses = tuple(one.address for one in unknown)
    values = np.concatenate([one.values for one in parts])
    productive_s, faults = (values[:, NAMES.index(name)] for name in ("productive_s", "faults"))
    at = quantiles(first.seed, len(values), addresses, first.scenario.conditionals)
    return TrialsUntilNow(
        addresses=addresses,
        scores=normal_scores(at),
        done=productive_s
        / (first.ideal_s * _relative_work(first.scenario, first.seed, len(values))),
        seen_done=standing.done,
        faults=faults if standing.faults else None,
        seen_faults=sum(standing.faults.values()) + sum(standing.others.values()),
    )


def _relative_work(scenario: Scenario, seed: int, trials: int) -> NDArray[np.float64]:
    """Whole work of each trial, in seconds at full speed, as a multiple of that in the middle."""
    numbers, found = NumbersOfTrial(scenario), np.empty(trials)
    for trial in range(trials):
        numbers.begin(seed, trial)
        found[trial] = work_in_all(numbers.settle, scenario)
    return found / work_in_all(at_middle, scenario)

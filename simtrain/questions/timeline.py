"""`timeline`: one trial in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.recorder import Recorder
from simtrain.answers.timeline import Timeline
from simtrain.engine.trial import Simulator
from simtrain.sampling.points import MAX_TRIALS, check_options, check_whole
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from simtrain.scenario.load import ScenarioLike


def timeline(scenario: ScenarioLike, *, trial: int = 0, seed: int = 0) -> Timeline:
    """Simulate one trial of a scenario, and keep everything that happened in it.

    Parameters
    ----------
    scenario
        What to simulate: a scenario, a file, or the name of a packaged one.
    trial
        Number of the trial; `run` counts from 0.
    seed
        Seed of all trials: `run` with the same one has the same trial.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    InputError
        If `trial` or `seed` is out of range.

    Examples
    --------
    >>> one = timeline("opt175b.toml", trial=3)  # doctest: +SKIP
    >>> print(one.report())  # doctest: +SKIP
    >>> one.to_frame(dates=True).groupby("event").date.count()  # doctest: +SKIP
    """
    check_whole("trial", trial, 0, MAX_TRIALS - 1)
    check_options(seed, None)
    recording = Recorder()
    loaded = load(scenario)
    simulator = Simulator(loaded, seed)
    ending = simulator.run(trial, recording)
    weathers = simulator.weathers(trial, ending.wall_clock_s)
    return Timeline(loaded, seed, trial, recording, ending, weathers)

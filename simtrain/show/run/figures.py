"""The pictures of a run."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

import numpy as np

from simtrain.sampling.power import power_over_time
from simtrain.sampling.trajectories import trajectories as trajectories_of
from simtrain.show import words
from simtrain.show.breakdown import Breakdown
from simtrain.show.figure import Gallery, about, about_trials, nothing
from simtrain.show.run import (
    badput,
    distribution,
    footprint_picture,
    gaps,
    power,
    progress,
    spread_figure,
    time,
)
from simtrain.show.verdict import verdict
from simtrain.tables.history import History

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simtrain.sampling.trajectories import Trajectories
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.figure import Info
    from simtrain.tables.results import Results


def pictures(results: Results, trajectories: Trajectories | None = None) -> Mapping[str, Info]:
    """Pictures of a run by the name of their file, each computed when it is looked at.

    There is one of the spread if numbers are not known, one of energy, carbon or money if the
    scenario says what hosts draw or cost, one of power if it says what they draw, one of gaps if it
    has a logbook with gaps, and one of badput by phase if the progress or the end of the real run
    is known, and how long its work takes at full speed.

    Parameters
    ----------
    results
        The run.
    trajectories
        How its first trials went. By default they are followed when the first picture of that is
        looked at, which simulates them once more if they were not followed in the run.
    """
    history = History.of(results.scenario)
    drawn: dict[str, Callable[[Results], Info]] = {
        "wall_clock.png": partial(_if_any_finished, _wall_clock),
        "goodput.png": partial(_if_any_finished, _goodput),
    }
    if known := results.spread:
        drawn["spread.png"] = lambda results: spread_figure.info(known, about_trials(results))
    drawn["time.png"] = _time
    if results.measured:
        drawn["footprint.png"] = partial(_if_any_finished, footprint_picture.info)
    if results.scenario.power is not None:
        drawn["power.png"] = partial(_if_any_finished, _power)
    from_trajectories: dict[str, Callable[[Trajectories, str], Info]] = {
        "progress.png": partial(progress.info, results)
    }
    if history.gaps:
        from_trajectories["gaps.png"] = gaps.info
    if history.phases and _is_work_known(results.scenario):
        from_trajectories["badput.png"] = badput.info
    followed = cache(lambda: trajectories or trajectories_of(results))
    return Gallery(
        {name: partial(make, results) for name, make in drawn.items()}
        | {
            name: partial(_of_trajectories, make, results, followed)
            for name, make in from_trajectories.items()
        }
    )


def _is_work_known(scenario: Scenario) -> bool:
    """Whether the work takes equally long at full speed in all trials, whatever that is."""
    unknown = {key for one in scenario.unknown for key in one.keys}
    return not any(key.startswith("workload.") for key in unknown - {"workload.speed"})


def _if_any_finished(draw: Callable[[Results], Info], results: Results) -> Info:
    if results.truncated.all():
        return nothing("No trial finished", about_trials(results), verdict(results))
    return draw(results)


def _wall_clock(results: Results) -> Info:
    if results.scenario.workload.window is None:
        return distribution.wall_clock(results)
    return distribution.productive(results)


def _goodput(results: Results) -> Info:
    if not np.isnan(results.metric("goodput")).all():
        return distribution.goodput(results)
    why = "In no trial the job ever had its hosts."
    return nothing("There is no goodput", about_trials(results), why)


def _power(results: Results) -> Info:
    return power.info(results, power_over_time(results))


def _time(results: Results) -> Info:
    spent = Breakdown.of_finished(results) or Breakdown.of_truncated(results)
    if spent is None or not spent.total_s:
        return nothing("No time passed", about_trials(results), verdict(results))
    return time.info(results, spent)


def _of_trajectories(
    draw: Callable[[Trajectories, str], Info],
    results: Results,
    followed: Callable[[], Trajectories],
) -> Info:
    trajectories = followed()
    some = f"{trajectories.followed:,} of " if trajectories.followed < results.trials else ""
    trials = some + words.count(results.trials, "trial")
    left_out = trajectories.followed - trajectories.trials if trajectories.trials else 0
    subtitle = about(results.scenario, trials, results.seed, left_out)
    if not trajectories.trials:
        return nothing("No trial finished", subtitle, verdict(results))
    return draw(trajectories, subtitle)

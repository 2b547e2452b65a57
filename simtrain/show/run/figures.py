"""The pictures of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simtrain.show import words
from simtrain.show.breakdown import Breakdown
from simtrain.show.figure import about, about_trials, nothing
from simtrain.show.run import badput, distribution, gaps, progress, spread, time
from simtrain.show.verdict import verdict

if TYPE_CHECKING:
    from simtrain.sampling.trajectories import Trajectories
    from simtrain.show.figure import Info
    from simtrain.tables.results import Results


def pictures(results: Results, trajectories: Trajectories) -> dict[str, Info]:
    """Pictures of a run by the name of their file.

    There is one of the spread if numbers are not known, one of gaps if the scenario has a logbook
    with gaps, and one of badput by phase if it tells the progress or the end of the real run.
    """
    drawn = {"wall_clock.png": _wall_clock, "goodput.png": _goodput}
    if results.truncated.all():
        none = nothing("No trial finished", about_trials(results), verdict(results))
        found = dict.fromkeys(drawn, none)
    else:
        found = {name: picture(results) for name, picture in drawn.items()}
    if results.spread:
        found["spread.png"] = spread.info(results.spread, about_trials(results))
    return found | {"time.png": _time(results)} | _of_trajectories(results, trajectories)


def _wall_clock(results: Results) -> Info:
    if results.scenario.workload.window is None:
        return distribution.wall_clock(results)
    title = f"The run is watched for {words.duration(results.ideal_s)} in each trial"
    why = "The wall-clock is that of the window, however much work gets done in it."
    return nothing(title, about_trials(results), why)


def _goodput(results: Results) -> Info:
    if not np.isnan(results.metric("goodput")).all():
        return distribution.goodput(results)
    why = "In no trial the job ever had its hosts."
    return nothing("There is no goodput", about_trials(results), why)


def _time(results: Results) -> Info:
    spent = Breakdown.of_finished(results) or Breakdown.of_truncated(results)
    if spent is None or not spent.total_s:
        return nothing("No time passed", about_trials(results), verdict(results))
    return time.info(results, spent)


def _of_trajectories(results: Results, trajectories: Trajectories) -> dict[str, Info]:
    some = f"{trajectories.followed:,} of " if trajectories.followed < results.trials else ""
    trials = some + words.count(results.trials, "trial")
    left_out = trajectories.followed - trajectories.trials if trajectories.trials else 0
    subtitle = about(results.scenario, trials, results.seed, left_out)
    names = ["progress.png", *(["gaps.png"] if trajectories.history.gaps else [])]
    names += ["badput.png"] if trajectories.history.phases else []
    if not trajectories.trials:
        return dict.fromkeys(names, nothing("No trial finished", subtitle, verdict(results)))
    found = {"progress.png": progress.info(results, trajectories, subtitle)}
    if "gaps.png" in names:
        found["gaps.png"] = gaps.info(trajectories, subtitle)
    if "badput.png" in names:
        found["badput.png"] = badput.info(trajectories, subtitle)
    return found

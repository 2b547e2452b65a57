"""The pictures of a run and of a trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.show import words
from simtrain.show.breakdown import Breakdown
from simtrain.show.run.badput import badput_in_all, draw_badput
from simtrain.show.run.distribution import Distribution, Scale, draw_distribution, draw_nothing
from simtrain.show.run.gaps import draw_gaps
from simtrain.show.run.progress import draw_progress
from simtrain.show.run.time import draw_time
from simtrain.show.timeline.figure import draw_timeline
from simtrain.show.verdict import verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from simtrain.accounts.recorder import Recorder
    from simtrain.accounts.timeline import Ending
    from simtrain.sampling.trajectories import Trajectories
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

_LONGEST_TITLE = 48
_PERCENT = Scale(0.01, 1, "%")


def write_run_figures(results: Results, folder: Path) -> list[Path]:
    """Draw wall-clock, goodput and where the time went.

    Parameters
    ----------
    results
        The trials.
    folder
        Where ``wall_clock.png``, ``goodput.png`` and ``time.png`` are written.

    Returns
    -------
    list of Path
        The files.
    """
    paths = [folder / "wall_clock.png", folder / "goodput.png", folder / "time.png"]
    summary = results.summary()
    about = _about(results)
    _draw_wall_clock(paths[0], results, summary, about)
    _draw_goodput(paths[1], results, summary, about)
    _draw_time(paths[2], results, about)
    return paths


def write_course_figures(results: Results, courses: Trajectories, folder: Path) -> list[Path]:
    """Draw progress over the calendar and, where they are known, gaps and badput of the real run.

    Parameters
    ----------
    results
        The trials.
    courses
        The course of the first of them.
    folder
        Where ``progress.png`` is written, ``gaps.png`` if the scenario has a logbook with gaps, and
        ``badput.png`` if it tells the progress or the end of the real run.

    Returns
    -------
    list of Path
        The files.
    """
    about = _about_courses(results, courses)
    drawings = [("progress.png", _progress_title(results, courses), draw_progress)]
    if courses.history.gaps:
        drawings.append(("gaps.png", "Gaps between two runs, and how long they are", draw_gaps))
    if courses.history.phases:
        drawings.append(("badput.png", _badput_title(courses), draw_badput))
    for name, title, draw in drawings:
        if courses.trials:
            draw(folder / name, title, about, courses)
        else:
            draw_nothing(folder / name, title, about, verdict(results))
    return [folder / name for name, *_ in drawings]


def write_timeline_figure(
    recording: Recorder,
    path: Path,
    *,
    scenario: Scenario,
    trial: int,
    ending: Ending,
    seed: int | None = None,
) -> None:
    """Draw one trial over the calendar.

    Parameters
    ----------
    recording
        The trial.
    path
        The file to write; its ending says in which format.
    scenario, trial, seed
        Which trial of what.
    ending
        How it ended.
    """
    which = f"trial {trial}" if seed is None else f"trial {trial}, seed {seed}"
    took = f"{ending.verdict} after {words.span(ending.wall_clock_s)}"
    title = f"{title_of(scenario)}: {which}, {took}"
    if not recording.ended:
        draw_nothing(path, title, words.simulated(scenario), "The trial ended at its start.")
        return
    draw_timeline(path, title, words.simulated(scenario), recording, scenario.start)


def _draw_wall_clock(path: Path, results: Results, summary: Mapping[str, Any], about: str) -> None:
    if results.truncated.all():
        draw_nothing(path, "Wall-clock: no trial finished", about, verdict(results))
        return
    found = summary["metrics"]["wall_clock_s"]
    unit = words.unit_for(found["p50"])
    scale = Scale(unit.seconds, words.decimals(found["p95"] / unit.seconds), unit.name)
    title = f"Wall-clock{_of(results)} {scale.text(found['p50'])}"
    if results.scenario.workload.window is None:
        title += f", {found['p50'] / results.ideal_s:.2f} times the ideal"
    shown = Distribution(
        results.metric("wall_clock_s"), found, scale, f"wall-clock, {unit.plural}", results.ideal_s
    )
    draw_distribution(path, title, about, shown)


def _draw_goodput(path: Path, results: Results, summary: Mapping[str, Any], about: str) -> None:
    if results.truncated.all():
        draw_nothing(path, "Goodput: no trial finished", about, verdict(results))
        return
    found = summary["metrics"]["goodput"]
    if found["p50"] is None:
        draw_nothing(
            path, "Goodput: there is none", about, "In no trial the job ever had its hosts."
        )
        return
    title = f"Goodput{_of(results)} {_PERCENT.text(found['p50'])}"
    label = "goodput: productive share of wall-clock, %"
    sample = results.metric("goodput")
    shown = Distribution(sample[~np.isnan(sample)], found, _PERCENT, label)
    draw_distribution(path, title, about, shown)


def _draw_time(path: Path, results: Results, about: str) -> None:
    spent = Breakdown.of_finished(results) or Breakdown.of_truncated(results)
    assert spent is not None
    if not spent.total_s:
        draw_nothing(path, "Where the time went: no time passed", about, verdict(results))
        return
    whose = " in trials that did not finish" if results.truncated.all() else ""
    mean = "mean wall-clock" if results.trials > 1 else "wall-clock"
    title = f"Where the time went{whose}: {mean} {words.span(spent.total_s)}"
    draw_time(path, title, about, spent)


def _progress_title(results: Results, courses: Trajectories) -> str:
    if results.truncated.all():
        return "Progress: no trial finished"
    if courses.watched:
        return f"Progress: {words.span(results.ideal_s)} watched"
    median = words.span(results.summary()["metrics"]["wall_clock_s"]["p50"])
    end = courses.history.end_s
    real = "" if end is None else f", of the real run after {words.span(end)}"
    return f"Progress: median end of the trials after {median}{real}"


def _badput_title(courses: Trajectories) -> str:
    if not courses.trials:
        return "Badput by phase"
    read, simulated = (words.span(seconds) for seconds in badput_in_all(courses))
    return f"Badput by phase: {read} in the real run, {simulated} in the mean of the trials"


def _about_courses(results: Results, courses: Trajectories) -> str:
    """Line below a title: which trials are drawn."""
    some = f"{courses.followed:,} of " if courses.followed < results.trials else ""
    about = f"{title_of(results.scenario)}  ·  {some}{words.count(results.trials, 'trial')}, "
    about += f"seed {results.seed}"
    left_out = courses.followed - courses.trials if courses.trials else 0
    return about + (f"  ·  {left_out:,} that did not finish left out" if left_out else "")


def _about(results: Results) -> str:
    """Line below a title: what the results are of."""
    about = f"{title_of(results.scenario)}  ·  {words.count(results.trials, 'trial')}, "
    about += f"seed {results.seed}"
    left_out = int(results.truncated.sum())
    if left_out and not results.truncated.all():
        about += f"  ·  {left_out:,} that did not finish left out"
    return about


def _of(results: Results) -> str:
    """How many trials a distribution is of."""
    finished = results.trials - int(results.truncated.sum())
    return f" of {words.count(finished, 'trial')}:{' median' if finished > 1 else ''}"


def title_of(scenario: Scenario) -> str:
    """Title of a scenario, or its name, short enough for a line below a headline."""
    return words.cut(scenario.title or scenario.name, _LONGEST_TITLE)

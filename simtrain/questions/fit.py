"""`fit`: what a log of failures tells, and a scenario of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.answers.fit import Fit
from simtrain.errors import InputError, shown
from simtrain.history.fitted import Fitted
from simtrain.history.rows import scenario_of
from simtrain.history.self_check import self_check
from simtrain.history.statistics import NAMES, statistics
from simtrain.logs.reading import read_log
from simtrain.questions.question import asks
from simtrain.questions.windows import LONGEST_S, WINDOWS, work_s
from simtrain.questions.windows import windows as simulated
from simtrain.sampling.points import MAX_TRIALS, check_options, check_whole

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping, Sequence

    from simtrain.logs.log import FailureLog
    from simtrain.scenario.scenario import Scenario


FEWEST = 20
"""Fewest windows that a log may be laid against; one that is right fails as often as it should."""


@asks
def fit(
    log: str | os.PathLike[str],
    *,
    hosts: int,
    window: str,
    accelerators: int = 8,
    columns: Mapping[str, str] | None = None,
    job: int | None = None,
    without_classes: Sequence[str] = (),
    without_hosts: Sequence[str] = (),
    whole_window: bool = False,
    windows: int | None = None,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
) -> Fit:
    """Read a log of failures: what it is like, and a scenario of its cluster.

    Parameters
    ----------
    log
        A table of text with a row for each failure: its time and host, and if known its class and
        the end of its repair.
    hosts
        How many hosts were watched, also those that never failed.
    window
        From when to when they were, such as ``"2024-03-30..2024-09-20"``; a date is its first
        moment.
    accelerators
        Accelerators of a host.
    columns
        Names of columns by "time", "host", "class" and "end", where they are not found.
    job
        Hosts that the job of the scenario needs, the others being its spares. By default as many
        are spares as were down at once at most.
    without_classes
        Classes to leave out, such as tests.
    without_hosts
        Hosts to leave out, such as front ends; then there are fewer than `hosts`.
    whole_window
        Whether the scenario is made of all of a log in which the rate rises or falls by date. By
        default it is made of the last part, in which it does not.
    windows
        How many windows of the scenario to simulate, to lay the log against them; 0 for none. By
        default 400, unless that takes long.
    seed, jobs, progress
        See `ask`.

    Raises
    ------
    InputError
        If the log cannot be read, or says what cannot be.

    Examples
    --------
    >>> found = fit("log.csv", hosts=400, window="2024-03-30..2024-09-20")  # doctest: +SKIP
    >>> print(found.report())  # doctest: +SKIP
    >>> simtrain.run(found.scenario, trials=100)  # doctest: +SKIP
    """
    if hosts < 1:
        raise InputError(f"hosts = {hosts} is no number of hosts, from 1 on")
    read = read_log(Path(log), hosts=hosts, window=window, columns=columns)
    kept = _without(read, without_classes, without_hosts)
    if job is not None and not 1 <= job <= kept.hosts:
        raise InputError(f"job = {job} hosts are not among the {kept.hosts:,} of the log")
    whole = Fitted(kept)
    used = whole
    if whole.trend is not None and whole.trend.is_believed and not whole_window:
        used = Fitted(kept.since(whole.trend.steady_from_s))
    scenario = scenario_of(used, job, accelerators)
    left_out = {"classes": without_classes, "hosts": without_hosts}
    trials = windows_of(scenario, used) if windows is None else windows
    if not trials:
        return Fit(whole, used, scenario, left_out)
    check_whole("windows", trials, FEWEST, MAX_TRIALS)
    check_options(seed, jobs)
    resolution_s = used.groups.resolution_s
    found = simulated(scenario, used.log, resolution_s, trials, seed, jobs, progress)
    check = self_check(statistics(used.log, used.outages), [one.statistics for one in found])
    exceeded = np.array([one.exceeded for one in found])
    told: dict[str, Any] = {"log": kept.name}
    if not check.passed:
        told["failed"] = [NAMES[one.statistic] for one in check.failed]
    scenario = scenario.replace({"fit": told})
    return Fit(whole, used, scenario, left_out, check, exceeded)


def windows_of(scenario: Scenario, used: Fitted) -> int:
    """Windows that are simulated by default: none if that takes long."""
    return WINDOWS if work_s(scenario, used.log, WINDOWS) <= LONGEST_S else 0


def _without(log: FailureLog, classes: Sequence[str], hosts: Sequence[str]) -> FailureLog:
    for name in classes:
        if name not in log.classes:
            known = ", ".join(map(shown, log.classes))
            raise InputError(f"{shown(name)} is no class of the log; there is {known}")
    for name in hosts:
        if name not in log.host_names:
            raise InputError(f"{shown(name)} is no host that failed in the window")
    kept = log.without(classes, hosts)
    if not kept.events:
        raise InputError("no failure is left, as all were left out")
    return kept

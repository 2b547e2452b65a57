"""A scenario of what is left of a run in flight: its work, and what is still to come."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from simtrain.errors import InputError
from simtrain.scenario.models import elapsed
from simtrain.scenario.pending_events import pending_changes, pending_stops, set_by_now
from simtrain.scenario.reference import field_at, path_of, reader_of
from simtrain.scenario.run_state import run_state
from simtrain.scenario.workload import DIVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simtrain.scenario.scenario import Scenario

_OF_WHOLE_RUN = ("published", "logbook", "not_reproduced", "system")


def remaining(
    scenario: Scenario,
    now_s: float,
    done: float,
    in_repair: int = 0,
    since_s: Sequence[float] = (),
) -> Scenario:
    """What is left of a run: a scenario that starts now.

    Changes that are due have come, in the order of their dates and then of their progress; stops
    that are due are over, and those that recur go on in their rhythm, or by their law. What is done
    lies behind it: see `Underway`.

    Parameters
    ----------
    scenario
        The whole run, with a start.
    now_s
        Seconds since its start.
    done
        Share of the work that is done, at least 0 and below 1.
    in_repair
        Spares that are in repair now; all other hosts stand.
    since_s
        For how many seconds some of them have been so.

    Raises
    ------
    InputError
        If the run is watched for a window, takes its faults from a log, has no start or too few
        spares, its work is known to a law only, or it is not known whether a change has come.
    """
    start = _start_of(scenario) + dt.timedelta(seconds=now_s)
    changed = set_by_now(scenario, now_s, done)
    values = {
        "start": start,
        **changed,
        **dict(_work(scenario, 1.0 - done)),
        **pending_stops(scenario, now_s, done),
        **dict(_limits(scenario, now_s)),
        **dict.fromkeys(_OF_WHOLE_RUN),
        "cluster.in_repair": _in_repair(scenario, in_repair, changed),
        **run_state(scenario, now_s, done, since_s),
        **{key: False for key in _launches(scenario) if scenario.writes(key)},
        "title": f"{scenario.title or scenario.name}, from {start:%Y-%m-%d} on",
    }
    return _with(scenario, values, pending_changes(scenario, now_s, done))


def _start_of(scenario: Scenario) -> dt.datetime:
    """Start of a run of which there can be a rest."""
    if scenario.start is None:
        raise InputError(f"{scenario.name}: has no `start` to count time from; give it one")
    if scenario.workload.window is not None:
        raise InputError(
            f"{scenario.name}: a run that is watched for a window has no finish; give it its work"
        )
    if scenario.faults_from is not None:
        raise InputError(
            f"{scenario.name}: a log is replayed from its start; give rates to a run in flight"
        )
    return scenario.start


def _work(scenario: Scenario, share: float) -> Iterator[tuple[str, Any]]:
    """A part of the work, as a file would say it, by path."""
    for key in scenario.workload.given(*DIVISIBLE):
        path, number = f"workload.{key}", getattr(scenario.workload, key)
        field = field_at(path_of(path))
        assert field is not None
        reader = reader_of(field)
        assert reader is not None
        [dimension, *_] = reader.dimensions
        if number.is_fixed:
            left = number.middle * share
            yield path, left if dimension.bare else dimension.text(left)
        elif number.is_range:
            ends = (float(f"{share * number.law.quantile(at):.6g}") for at in (0.05, 0.95))
            yield path, number.written("..".join(dimension.text(end) for end in ends))
        else:
            raise InputError(
                f"{scenario.name}: `{path}` is known to a law only, of which no part can be "
                "written; give it a range or one value"
            )


def _limits(scenario: Scenario, now_s: float) -> Iterator[tuple[str, Any]]:
    """Hosts that there are from now on, and time that is left, by path."""
    if scenario.capacity is not None:
        rows = [(elapsed(at, scenario.start) - now_s, n) for at, n in scenario.capacity.trace]
        now = [["0 s", hosts] for at, hosts in rows if at <= 0.0][-1:]
        yield "capacity.trace", now + [[f"{at} s", hosts] for at, hosts in rows if at > 0.0]
    if (limit := scenario.limits.wall_clock) is not None:
        yield "limits.wall_clock", f"{max(limit.middle - now_s, 1.0)} s"


def _in_repair(scenario: Scenario, in_repair: int, changed: Mapping[str, Any]) -> int:
    """Spares that are in repair now, of those that there are."""
    spares = changed.get("cluster.spares", scenario.cluster.spares)
    if isinstance(spares, int) and in_repair > spares:
        raise InputError(
            f"{scenario.name}: {in_repair} spares in repair are more than the {spares} that "
            "there are; at most as many, since a job that lacks hosts does not run"
        )
    return in_repair


def _launches(scenario: Scenario) -> Iterator[str]:
    """Paths that say how a run begins, which is launched already.

    The first wait of one that is known to have begun tells how old its allocation may be.
    """
    yield "restart.at_start"
    if scenario.underway is not None and scenario.underway.elapsed is None:
        yield "allocation.wait_first"


def _with(
    scenario: Scenario, values: Mapping[str, Any], changes: Sequence[Mapping[str, Any]]
) -> Scenario:
    """A scenario with other values by path and other changes."""
    said = {key: value for key, value in values.items() if value != scenario.value_at(key)}
    # Without changes first: those that have come must not meet those that are still to come.
    left = scenario.replace({"change": None}) if scenario.change else scenario
    left = left.replace(said)
    return left.replace({"change": changes}) if changes else left

"""A scenario at another size: more hosts of the same kind, or of another reliability."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simtrain import laws
from simtrain.errors import InputError, Mistake, ScenarioError
from simtrain.scenario.scaled import scaled
from simtrain.units import ACCELERATOR_RATE, DURATION, RATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.scenario.faults import FaultClass
    from simtrain.scenario.scenario import Scenario

_SPARES = ("cluster.spares", "cluster.hot_spares", "cluster.lent_spares")
_INTERVAL = "checkpoint.interval"
_MOST_FAULTS = 10_000_000
_LIFE = {"rate": (RATE, ACCELERATOR_RATE), "mtbf": (DURATION,), "scale": (DURATION,)}
"""Keys that say how often a host fails, and what they are quantities of."""


def resized(
    scenario: Scenario, hosts: int, longer: float = 1.0, interval_s: float | None = None
) -> Scenario:
    """The scenario with another number of hosts.

    Spares keep their proportion to the hosts, rounded, also where a change sets them; shares follow
    by themselves. The job is
    watched for as long as its work takes at full speed, so each accelerator has as much to do at
    every size, and the bound on faults grows with the hosts. All else stays as it is written.

    Parameters
    ----------
    scenario
        The scenario.
    hosts
        Hosts that the job needs.
    longer
        By what the mean time to failure of a host is multiplied, for all classes of faults that
        strike hosts.
    interval_s
        Time of training between two checkpoints, for the whole run; as it is if None.

    Raises
    ------
    ScenarioError
        If there would be too many hosts, faults come from a log, or a change or stop comes at a
        progress: a job that is only watched has no end to be so far from.
    """
    _refuse_one_size(scenario)
    ratio = hosts / scenario.cluster.hosts
    base = scenario.without_outcomes()
    values: list[tuple[str, Any]] = [("cluster.hosts", hosts), ("cluster.owned", None)]
    values += [(path, _rounded(count, ratio)) for path, count in _counts(base)]
    values += _watched(base)
    values.append(("limits.faults", min(_MOST_FAULTS, _rounded(base.limits.faults, max(1, ratio)))))
    written = base.written()
    values += [
        (f"fault.{name}.{key}", _longer(written[f"fault.{name}.{key}"], key, longer))
        for name, key in _lives(base)
    ]
    if interval_s is not None:
        values.append((_INTERVAL, DURATION.text(interval_s)))
    if base.change:
        values.append(("change", list(_changes(base, ratio, longer, interval_s is not None))))
    return base.overridden(values, f"at {hosts:,} hosts")


def host_mtbf_s(scenario: Scenario) -> float:
    """Mean time at risk between failures of a new host, all classes together, at the start.

    Raises
    ------
    InputError
        If hosts never fail.
    """
    per_host = scenario.cluster.accelerators_per_host
    rate = sum(1 / _mean_life_s(fault, per_host) for fault in _striking_hosts(scenario))
    if not rate:
        raise InputError(f"{scenario.name}: hosts never fail; give a fault of hosts its `rate`")
    return 1 / rate


def _refuse_one_size(scenario: Scenario) -> None:
    placed: dict[str, object] = {
        f"change.{number}": row.progress for number, row in enumerate(scenario.change)
    }
    placed |= {f"stop.{name}": stop.progress for name, stop in scenario.stop.items()}
    mistakes = [
        Mistake(scenario.name, f"{key}.progress", "has no meaning at another size", "give `at`")
        for key, progress in placed.items()
        if progress is not None
    ]
    if scenario.faults_from is not None:
        wrong, remedy = "is of hosts as they were, and of so many", "give rates of faults"
        mistakes.append(Mistake(scenario.name, "faults_from", wrong, remedy))
    if mistakes:
        raise ScenarioError(mistakes)


def _counts(scenario: Scenario) -> Iterator[tuple[str, int]]:
    counts = ((path, scenario.value_at(path)) for path in _SPARES)
    return ((path, count) for path, count in counts if count and isinstance(count, int))


def _rounded(count: int, ratio: float) -> int:
    return int(count * ratio + 0.5)


def _watched(scenario: Scenario) -> list[tuple[str, Any]]:
    values: list[tuple[str, Any]] = [("workload.window", DURATION.text(scenario.ideal_s))]
    if scenario.step_s is not None:
        values.append(("workload.step_time", DURATION.text(scenario.step_s)))
    return values


def _striking_hosts(scenario: Scenario) -> Iterator[FaultClass]:
    for name, key in _lives(scenario):
        fault = scenario.fault[name]
        if getattr(fault, key).middle > 0:
            yield fault


def _lives(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Names of the classes of faults that strike hosts, each with the key that says how often."""
    for name, fault in scenario.fault.items():
        if fault.is_of_one_host:
            yield name, next(key for key in _LIFE if getattr(fault, key) is not None)


def _mean_life_s(fault: FaultClass, accelerators_per_host: int) -> float:
    if fault.rate is not None:
        return 1 / (fault.rate.middle * fault.accelerators(accelerators_per_host))
    if fault.mtbf is not None:
        return fault.mtbf.middle
    assert fault.scale is not None
    assert fault.shape is not None
    return laws.build(fault.law, scale=fault.scale.middle, shape=fault.shape.middle).mean


def _longer(given: Any, key: str, longer: float) -> Any:
    """A rate or a time to failure for hosts that live so many times as long."""
    return scaled(given, _LIFE[key], 1 / longer if key == "rate" else longer)


def _changes(
    scenario: Scenario, ratio: float, longer: float, fixed_interval: bool
) -> Iterator[dict[str, Any]]:
    """Changes with what they say of hosts at the new size; without those of a fixed interval."""
    lives = {f"fault.{name}": name for name, fault in scenario.fault.items()}
    for row in scenario.changes_without(()):
        values = dict(row["set"])
        for path, value in row["set"].items():
            table, _, key = path.rpartition(".")
            if path in ("cluster.hosts", *_SPARES) and isinstance(value, int):
                values[path] = _rounded(value, ratio)
            elif key in _LIFE and table in lives and scenario.fault[lives[table]].is_of_one_host:
                values[path] = _longer(value, key, longer)
            elif path == _INTERVAL and fixed_interval:
                del values[path]
        if values:
            yield {**row, "set": values}

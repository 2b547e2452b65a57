"""What a scenario does not say, and is simulated as if it were perfect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from simtrain.scenario.checkpoint import Copies
from simtrain.scenario.document import covers
from simtrain.units import DAY

if TYPE_CHECKING:
    from simtrain.scenario.faults import FaultClass
    from simtrain.scenario.scenario import Scenario

_MONTHS = 90
"""Days from which on a run sees several months."""

Matters = Callable[["Scenario"], bool]


class Unsaid(NamedTuple):
    """Something that a scenario does not say.

    Parameters
    ----------
    key
        Path that would say it.
    subject, predicate
        What is assumed instead, as the two parts of a sentence.
    remedy
        A value that would say it, as in a file.
    """

    key: str
    subject: str
    predicate: str
    remedy: str

    @property
    def assumption(self) -> str:
        """What is assumed, as a sentence."""
        return f"{self.subject} {self.predicate}"

    def summary(self) -> dict[str, str]:
        """Key and assumption, as in `summary.json`."""
        return {"key": self.key, "assumption": self.assumption}


class _Row(NamedTuple):
    unsaid: Unsaid
    others: tuple[str, ...]  # paths that say it as well
    matters: Matters


def unsaid(scenario: Scenario) -> list[Unsaid]:
    """What `scenario` does not say, is assumed perfect, and can matter in it."""
    return [
        row.unsaid
        for row in _ROWS
        if row.matters(scenario)
        and not any(
            _says(scenario, path)
            for key in (row.unsaid.key, *row.others)
            for path in _paths(scenario, key)
        )
    ]


def sentence(found: list[Unsaid]) -> str:
    """One sentence on all that is assumed perfect; empty if nothing is."""
    if not found:
        return ""
    by_subject: dict[str, list[str]] = {}
    for one in found:
        by_subject.setdefault(one.subject, []).append(one.predicate)
    clauses = (f"{subject} {_joined(predicates)}" for subject, predicates in by_subject.items())
    return f"Not specified, so assumed perfect: {'; '.join(clauses)}."


def _joined(predicates: list[str]) -> str:
    """Join by "and", without repeating the words that the ones before begin with as well."""
    parts, words = [predicates[0]], predicates[0].split()
    for predicate in predicates[1:]:
        rest = predicate.split()
        same = 0
        while same < min(len(words), len(rest) - 1) and words[same] == rest[same]:
            same += 1
        parts.append(" ".join(rest[same:]))
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _paths(scenario: Scenario, key: str) -> Iterator[str]:
    """Paths at which a key may stand: in the table itself, or in the rows of its tiers."""
    yield key
    table, _, name = key.partition(".")
    if table == "checkpoint" and name in Copies.model_fields:
        yield from (f"{path}.{name}" for path, _ in scenario.checkpoint.tiers())


def _says(scenario: Scenario, path: str) -> bool:
    later = (key for change in scenario.change for key in change.set)
    return scenario.writes(path) or any(covers(path, key) or covers(key, path) for key in later)


_HOSTS_OF_TWO_RACKS = 16
"""Hosts from which on some share a switch or a supply of power, and others do not."""


# --- where it matters ---------------------------------------------------------------------------


def _classes(scenario: Scenario) -> list[FaultClass]:
    """Classes of faults that strike at all, perhaps only once a change has come."""
    return [
        fault
        for name, fault in scenario.fault.items()
        if fault.rate is None or fault.rate.middle > 0 or scenario.set_later(f"fault.{name}.rate")
    ]


def _is_interrupted(scenario: Scenario) -> bool:
    return bool(_classes(scenario) or scenario.stop)


def _nothing_breaks(scenario: Scenario) -> bool:
    return not _classes(scenario) and not any(
        stop.kind == "incident" for stop in scenario.stop.values()
    )


def _hosts_need_repair(scenario: Scenario) -> bool:
    return any(stop.unfit for stop in scenario.stop.values()) or any(
        fault.strikes_hosts
        and fault.returns is None
        and (fault.needs_repair is None or fault.needs_repair.middle > 0)
        for fault in _classes(scenario)
    )


def _hosts_go_away(scenario: Scenario) -> bool:
    return any(fault.strikes_hosts and fault.returns is not None for fault in _classes(scenario))


def _people_are_called(scenario: Scenario) -> bool:
    restart = scenario.restart.failure.middle > 0 and _is_interrupted(scenario)
    return restart or any(
        min(fault.automatic.middle, fault.automatic_success.middle) < 1
        for fault in _classes(scenario)
    )


def _hosts_are_diagnosed(scenario: Scenario) -> bool:
    return _hosts_need_repair(scenario) and any(
        fault.strikes_hosts and fault.looks_for_a_host for fault in _classes(scenario)
    )


def _months_may_differ(scenario: Scenario) -> bool:
    """Whether the run sees several months, and has spares that have to last for the worst."""
    cluster = scenario.cluster
    ideal_s = scenario.workload.ideal_s(cluster.hosts * cluster.accelerators_per_host)
    leave = _hosts_need_repair(scenario) or _hosts_go_away(scenario)
    varies = any(True for _ in scenario.weathers())
    return ideal_s >= _MONTHS * DAY and cluster.spares > 0 and leave and not varies


def _spares_step_in(scenario: Scenario) -> bool:
    cluster = scenario.cluster
    return cluster.spares > cluster.hot_spares and (
        _hosts_need_repair(scenario) or _hosts_go_away(scenario)
    )


def _spares_stand_by(scenario: Scenario) -> bool:
    return scenario.cluster.spares > 0 and any(
        fault.strikes_hosts and fault.clock == "at risk" for fault in _classes(scenario)
    )


def _hosts_fail_alone(scenario: Scenario) -> bool:
    classes = _classes(scenario)
    return (
        scenario.cluster.hosts >= _HOSTS_OF_TWO_RACKS
        and any(fault.strikes_hosts for fault in classes)
        and not any(fault.is_of_domain for fault in classes)
    )


def _has(effect: str) -> Matters:
    return lambda scenario: any(
        fault.effect == effect and fault.detection is None for fault in _classes(scenario)
    )


def _is_rolled_back_far(scenario: Scenario) -> bool:
    return any(fault.effect in ("diverge", "corrupt") for fault in _classes(scenario))


def _no_host_is_slow(scenario: Scenario) -> bool:
    return all(fault.effect != "slow" for fault in _classes(scenario))


def _is_powered(scenario: Scenario) -> bool:
    return scenario.power is not None


def _always(scenario: Scenario) -> bool:
    return True


def _row(
    key: str, subject: str, predicate: str, remedy: str, matters: Matters, *others: str
) -> _Row:
    return _Row(Unsaid(key, subject, predicate, remedy), others, matters)


_ROWS = (
    _row("fault.hardware", "nothing", "breaks", '{ mtbf = "400 days" }', _nothing_breaks, "fault"),
    _row("repair.automated", "repair", "takes no time", '"4 h"', _hosts_need_repair,
         "repair.manual"),
    _row("repair.automated_misses", "repair", "always works", "0.1", _hosts_need_repair,
         "repair.manual_misses", "repair.retire"),
    _row("people.response", "people", "act at once", '"20 min"', _people_are_called,
         "people.when", "people.staffed"),
    _row("cluster.swap", "spares", "step in at once", '"5 min"', _spares_step_in),
    _row("cluster.idle_hazard", "idle spares", "never fail", "0.5", _spares_stand_by),
    _row("domain", "hosts", "are lost one by one", '[{ name = "rack", hosts = 16 }]',
         _hosts_fail_alone),
    _row("weather", "months", "are alike", '{ season = { cv = 0.5, every = "30 days" } }',
         _months_may_differ),
    _row("detection.crash", "crashes", "are known at once", '"1 min"', _has("crash")),
    _row("detection.diverge", "loss spikes", "are noticed at once", '"2 h"', _has("diverge")),
    _row("diagnosis.manual", "bad hosts", "are found at once", '"30 min"', _hosts_are_diagnosed,
         "diagnosis.automatic"),
    _row("diagnosis.recall", "bad hosts", "are found without mistakes", "0.9",
         _hosts_are_diagnosed, "diagnosis.precision"),
    _row("checkpoint.stall", "saves", "take no time", '"30 s"', _always,
         "checkpoint.save_bandwidth"),
    _row("checkpoint.load", "loads", "take no time", '"3 min"', _is_interrupted,
         "checkpoint.load_bandwidth"),
    _row("checkpoint.durability_lag", "copies", "are durable at once", '"2 min"', _is_interrupted,
         "checkpoint.write_bandwidth"),
    _row("checkpoint.save_failure", "copies", "are never bad", "0.01", _is_interrupted,
         "checkpoint.corrupt", "checkpoint.load_failure", "checkpoint.load_hang"),
    _row("checkpoint.keep", "copies", "are all kept", "10", _is_rolled_back_far),
    _row("restart.failure", "launches", "always work", "0.05", _is_interrupted),
    _row("power.pue", "the building", "draws nothing", "1.1", _is_powered),
    _row("workload.speed", "training", "is never slow", "0.95", _no_host_is_slow,
         "restart.warm_up", "checkpoint.write_slowdown"),
)  # fmt: skip
"""Those that usually matter most come first."""

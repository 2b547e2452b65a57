"""What a scenario has, that what it does not say would matter to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simtrain.scenario.faults import FaultClass
    from simtrain.scenario.scenario import Scenario


def striking(scenario: Scenario) -> dict[str, FaultClass]:
    """Classes of faults that strike at all, perhaps only once a change has come, by name."""
    return {
        name: fault
        for name, fault in scenario.fault.items()
        if fault.rate is None or fault.rate.middle > 0 or scenario.set_later(f"fault.{name}.rate")
    }


def classes(scenario: Scenario) -> list[FaultClass]:
    """The same without their names."""
    return list(striking(scenario).values())


def is_interrupted(scenario: Scenario) -> bool:
    """Whether something ends training before the work is done."""
    return bool(classes(scenario) or scenario.stop)


def hosts_need_repair(scenario: Scenario) -> bool:
    """Whether some faults or stops leave hosts that have to be repaired."""
    return any(stop.unfit for stop in scenario.stop.values()) or any(
        fault.breaks_hosts and (fault.needs_repair is None or fault.needs_repair.middle > 0)
        for fault in classes(scenario)
    )


def hosts_go_away(scenario: Scenario) -> bool:
    """Whether some faults take hosts that come back by themselves."""
    return any(fault.strikes_hosts and fault.returns is not None for fault in classes(scenario))

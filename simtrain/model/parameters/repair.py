"""Finding bad hosts, and what becomes of them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simtrain.distributions import Law
from simtrain.model.parameters.settled import Settle
from simtrain.model.parameters.varying import weather_of
from simtrain.model.weather import WeatherParameters
from simtrain.model.working_hours import WorkingHours
from simtrain.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class DiagnosisParameters:
    """Finding bad hosts. Times in seconds; `recall` is a probability.

    `false_blames` other hosts are blamed for each bad one found.
    """

    automatic: Law
    manual: Law
    recall: float
    false_blames: float


@dataclass(frozen=True, slots=True)
class RepairParameters:
    """What becomes of a cordoned host. Times in seconds; the rest are probabilities.

    Parameters
    ----------
    bad_host_mtbf
        Mean time at risk until a bad host fails again.
    crews
        How many hosts are repaired at a time; None if any number is.
    has_crews
        Whether that is ever limited during the run.
    hours
        When they work; None if at any hour.
    has_hours
        Whether these are ever limited during the run.
    retire_at, retire_within
        At which cordon within how long a host is retired; None if it never is.
    """

    automated: Law
    automated_fails: float
    automated_misses: float
    manual: Law
    manual_misses: float
    retire: float
    burn_in: Law
    burn_in_catches: float
    bad_host_mtbf: float
    weather: WeatherParameters | None = None
    crews: int | None = None
    has_crews: bool = False
    hours: WorkingHours | None = None
    has_hours: bool = False
    retire_at: int | None = None
    retire_within: float = math.inf


def diagnosis_of(scenario: Scenario, settle: Settle, start: Scenario) -> DiagnosisParameters:
    """Parameters of finding bad hosts."""
    table = scenario.diagnosis
    precision = settle("diagnosis.precision", table.precision).mean
    return DiagnosisParameters(
        automatic=settle("diagnosis.automatic", table.automatic),
        manual=settle("diagnosis.manual", table.manual),
        recall=settle("diagnosis.recall", table.recall).mean,
        false_blames=(1 - precision) / precision,
    )


def repair_of(scenario: Scenario, settle: Settle, start: Scenario) -> RepairParameters:
    """Parameters of the repair of hosts."""
    table = scenario.repair

    def law(key: str) -> Law:
        return settle(f"repair.{key}", getattr(table, key))

    return RepairParameters(
        automated=law("automated"),
        automated_fails=law("automated_fails").mean,
        automated_misses=law("automated_misses").mean,
        manual=law("manual"),
        manual_misses=law("manual_misses").mean,
        retire=law("retire").mean,
        burn_in=law("burn_in"),
        burn_in_catches=law("burn_in_catches").mean,
        bad_host_mtbf=law("bad_host_mtbf").mean,
        weather=weather_of(scenario, "repair.varies", table.varies, settle, start),
        crews=table.crews,
        has_crews=start.repair.crews is not None or start.changes_at("repair.crews"),
        hours=None if table.staffed is None else WorkingHours(table.staffed, scenario.start),
        has_hours=start.repair.staffed is not None or start.changes_at("repair.staffed"),
        retire_at=table.retire_at,
        retire_within=law("retire_within").mean if table.retire_within else math.inf,
    )

"""Hot swaps: how often only hosts that were swapped had to be started."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from simtrain.accounts.meter import COUNT, Column
from simtrain.accounts.timeline import EventKind
from simtrain.scenario.recovery import ELASTIC, WAIT

if TYPE_CHECKING:
    from simtrain.accounts.timeline import Ending, Segment
    from simtrain.model.parameters import Settle
    from simtrain.scenario.scenario import Scenario


class HotSwapMeter:
    """Counts hot swaps."""

    columns: ClassVar[Sequence[Column]] = (
        Column(
            "hot_swaps",
            COUNT,
            "Restarts, planned ones too, in which the hosts that were not struck kept their "
            "processes.",
            lambda meter: meter.count,
        ),
    )

    def __init__(self) -> None:
        self.count = 0

    @classmethod
    def of(cls, scenario: Scenario, mfu: float | None) -> Callable[[Settle], HotSwapMeter] | None:
        """Meters for the trials of a scenario, if its policy may swap hosts so."""
        if scenario.recovery.policy in (WAIT, ELASTIC):
            return None
        return lambda settle: cls()

    @classmethod
    def columns_for(cls, scenario: Scenario) -> Sequence[Column]:
        """Columns of its trials: all of them or none."""
        return () if cls.of(scenario, None) is None else cls.columns

    def trained(self, segment: Segment) -> None:
        """Training has none."""

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Count."""
        self.count += what is EventKind.HOT_SWAP

    def badput_by_cause(self, causes: Sequence[str]) -> list[list[float]]:
        """It weighs no badput."""
        return []

    def row(self, ending: Ending) -> list[float]:
        """Value of each column, once the trial is over."""
        return [column.value(self) for column in self.columns]

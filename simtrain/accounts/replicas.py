"""Replicas of a job that goes on without some: how often it loses some, and how many train."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from simtrain.accounts.meter import COUNT, HOSTS, Column, share
from simtrain.accounts.timeline import EventKind
from simtrain.causes import ELASTIC, SPEED

if TYPE_CHECKING:
    from simtrain.accounts.timeline import Ending, Segment
    from simtrain.model.parameters import Settle
    from simtrain.scenario.scenario import Scenario


class ReplicaMeter:
    """Measures how a job gets on with fewer replicas.

    Parameters
    ----------
    replicas
        Replicas of the job.
    """

    columns: ClassVar[Sequence[Column]] = (
        Column(
            "reconfigurations",
            COUNT,
            "How often the job went on without replicas that were struck, and was not interrupted.",
            lambda meter: meter.counts[EventKind.RECONFIGURATION],
        ),
        Column(
            "rejoins",
            COUNT,
            "How often replicas came back to a job that had gone on without them.",
            lambda meter: meter.counts[EventKind.REJOIN],
        ),
        Column(
            "replicas_mean",
            HOSTS,
            "Replicas that train, on average over the time of training.",
            lambda meter: meter.mean,
        ),
    )

    def __init__(self, replicas: int):
        self._replicas = replicas
        self._train_s = 0.0
        self._missing_s = 0.0  # times the part of the replicas that is missing
        self.counts = [0] * len(EventKind)

    @classmethod
    def of(cls, scenario: Scenario, mfu: float | None) -> Callable[[Settle], ReplicaMeter] | None:
        """Meters for the trials of a scenario, if its job may go on with fewer replicas."""
        replicas = scenario.recovery.replicas
        if replicas is None or scenario.recovery.waits:
            return None
        return lambda settle: cls(replicas)

    @classmethod
    def columns_for(cls, scenario: Scenario) -> Sequence[Column]:
        """Columns of its trials: all of them or none."""
        return () if cls.of(scenario, None) is None else cls.columns

    def trained(self, segment: Segment) -> None:
        """Add training, with the part of the replicas that is missing in it."""
        losses = dict(segment.losses)
        self._train_s += segment.train_s
        if ELASTIC in losses and segment.train_s:  # a save may be due at once
            # The loss to them comes right after that to `speed`, before all others.
            at_full = segment.train_s - losses.get(SPEED, 0.0)
            self._missing_s += segment.train_s * losses[ELASTIC] / at_full

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        """Count."""
        self.counts[what] += 1

    @property
    def mean(self) -> Any:
        """Replicas that train on average; NaN if none ever does."""
        return mean_replicas(self._replicas, self._missing_s, self._train_s)

    def badput_by_cause(self, causes: Sequence[str]) -> list[list[float]]:
        """It weighs no badput."""
        return []

    def row(self, ending: Ending) -> list[float]:
        """Value of each column, once the trial is over."""
        return [column.value(self) for column in self.columns]


def mean_replicas(replicas: int, missing_s: Any, train_s: Any) -> Any:
    """Replicas that train on average, in one trial or as an array over trials.

    Parameters
    ----------
    replicas
        Replicas of the job.
    missing_s
        Time of training times the part of them that is missing in it.
    train_s
        Time of training.
    """
    return replicas * (1.0 - share(missing_s, train_s))

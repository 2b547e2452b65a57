"""Time, counts and hosts: the columns that every trial has."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from simtrain.accounts import hosts_down
from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.meter import COUNT, FRACTION, HOST_SECONDS, SECONDS, Column, share
from simtrain.accounts.timeline import Census, Ending, EventKind

if TYPE_CHECKING:
    from simtrain.model.parameters import Settle
    from simtrain.scenario.scenario import Scenario


class Account:
    """The closed account of one trial, or of many, from which rows are read.

    Parameters
    ----------
    ledger
        Sums of the trial: a `Ledger`, or what has the same sums as arrays over trials.
    wall_clock_s
        When it ended.
    mfu
        Model FLOPs utilisation at full speed, if it is known.
    """

    __slots__ = ("down", "host_s", "ledger", "mfu", "time_s", "wall_clock_s")

    def __init__(self, ledger: Any, wall_clock_s: Any, mfu: float | None):
        self.ledger = ledger
        self.wall_clock_s = wall_clock_s
        self.mfu = math.nan if mfu is None else mfu
        self.time_s = ledger.categories()
        self.host_s = ledger.host_s
        self.down = ledger.down

    def sum_s(self, *categories: Category) -> Any:
        """Seconds spent in `categories` together."""
        return sum(self.time_s[category] for category in categories)


_TIME = {
    Category.PRODUCTIVE: "Work that was never rolled back, as time at full speed.",
    Category.LOST_WORK: "Work that was done and then rolled back, as time at full speed.",
    Category.DEGRADED: "Extra time that training took because it ran below full speed.",
    Category.CHECKPOINT_SAVE: "Standing still for a save, finished or cut off by a fault.",
    Category.DETECTION: "A fault has stopped training and nobody knows yet.",
    Category.RESPONSE: "Waiting for a person.",
    Category.DIAGNOSIS: "Tests to find the bad host, automatic or by hand.",
    Category.HOST_WAIT: "Too few healthy hosts: swap, notice, provisioning, repair, return.",
    Category.RESTART: "Scheduling, process start and collective set-up, failed tries included.",
    Category.CHECKPOINT_LOAD: "Loading a checkpoint, and loading it again.",
    Category.MAINTENANCE: "Planned downtime and scripted incidents.",
    Category.PAUSED: "Chosen pauses.",
    Category.QUEUE_WAIT: "Between two allocations, or before the first: in the queue.",
}

_PLACES = {
    "job": "Host-seconds in the job, whether it trains or not.",
    "idle": "Host-seconds of healthy spares standing by.",
    "repair": "Host-seconds in repair.",
    "away": "Host-seconds taken away by an incident.",
}


def _goodput(account: Account) -> Any:
    return share(account.time_s[Category.PRODUCTIVE], account.wall_clock_s - account.ledger.queue_s)


def _ettr(account: Account) -> Any:
    return share(account.time_s[Category.PRODUCTIVE], account.wall_clock_s)


def _in_run_share(account: Account) -> Any:
    in_run = account.sum_s(
        Category.PRODUCTIVE, Category.LOST_WORK, Category.DEGRADED, Category.CHECKPOINT_SAVE
    )
    return share(in_run, account.wall_clock_s)


def _program_goodput(account: Account) -> Any:
    productive = account.time_s[Category.PRODUCTIVE]
    return account.mfu * share(productive, productive + account.time_s[Category.DEGRADED])


def _count(name: str, happening: EventKind, meaning: str) -> Column:
    return Column(name, COUNT, meaning, lambda account: account.ledger.counts[happening])


def _time(category: Category) -> Column:
    return Column(
        f"{category}_s", SECONDS, _TIME[category], lambda account: account.time_s[category]
    )


def _host_time(place: str) -> Column:
    index = Census._fields.index(place)
    return Column(
        f"host_{place}_s",
        HOST_SECONDS,
        _PLACES[place],
        lambda account: account.host_s[index],
    )


_COLUMNS: Sequence[Column] = (
    Column(
        "wall_clock_s",
        SECONDS,
        "From the start to the end of the trial.",
        lambda account: account.wall_clock_s,
    ),
    Column(
        "goodput",
        FRACTION,
        "`productive_s` / (`wall_clock_s` − `queue_s`).",
        _goodput,
    ),
    Column(
        "ettr",
        FRACTION,
        "`productive_s` / `wall_clock_s`: the effective training time ratio, queueing included.",
        _ettr,
    ),
    Column(
        "in_run_share",
        FRACTION,
        "(`productive_s` + `lost_work_s` + `degraded_s` + `checkpoint_save_s`) / `wall_clock_s`: "
        "the share of time in which the job trains or saves.",
        _in_run_share,
    ),
    Column(
        "program_goodput",
        FRACTION,
        "Model FLOPs utilisation while productive: MFU at full speed × `productive_s` / "
        "(`productive_s` + `degraded_s`). Only where the scenario gives the MFU.",
        _program_goodput,
    ),
    _count("faults", EventKind.FAULT, "Faults of the job, also those that strike in recovery."),
    _count("interruptions", EventKind.INTERRUPTION, "Unplanned ends of training."),
    _count("launches", EventKind.LAUNCH, "Tries to start, the first and the failed ones too."),
    _count("failed_launches", EventKind.FAILED_LAUNCH, "Tries to start that failed."),
    _count(
        "automatic_restarts",
        EventKind.AUTOMATIC_RESTART,
        "Launches after which training went on and no person had acted since the interruption.",
    ),
    _count(
        "manual_restarts",
        EventKind.MANUAL_RESTART,
        "Launches after which training went on and a person had acted since the interruption.",
    ),
    _count(
        "planned_restarts",
        EventKind.PLANNED_RESTART,
        "Launches after which training went on after a planned stop.",
    ),
    _count("rollbacks", EventKind.ROLLBACK, "Returns to a checkpoint that took back work."),
    Column(
        "starts_over",
        COUNT,
        "Rollbacks to the very start although saves had been made: no copy was usable or old "
        "enough.",
        lambda account: account.ledger.starts_over,
    ),
    Column(
        "skipped_batches",
        COUNT,
        "Batches skipped after loss spikes, which cost neither time nor work.",
        lambda account: account.ledger.skipped_batches,
    ),
    Column("saves", COUNT, "Saves that were completed.", lambda account: account.ledger.saves),
    _count("persons_called", EventKind.PERSON_CALLED, "How often a person was called."),
    _count(
        "hosts_cycled",
        EventKind.CORDON,
        "Hosts cordoned, rightly or not; spares and hosts that an incident left unfit included.",
    ),
    _count("hosts_retired", EventKind.RETIRE, "Hosts that left for good."),
    _count("spare_faults", EventKind.SPARE_FAULT, "Faults of spares, which stop nothing."),
    Column(
        "longest_run_s",
        SECONDS,
        "Longest time without an end of training: training, saving, and checks in between.",
        lambda account: account.ledger.longest_run_s,
    ),
    Column(
        "queue_s",
        SECONDS,
        "In the queue: `queue_wait_s`, and the part of `host_wait_s` before the first launch.",
        lambda account: account.ledger.queue_s,
    ),
    *map(_time, Category),
    *map(_host_time, Census._fields),
    *hosts_down.COLUMNS,
)


class TimeMeter(Ledger):
    """Measures where the time went, what was counted, and where the hosts were.

    Parameters
    ----------
    mfu
        Model FLOPs utilisation at full speed, if it is known.
    """

    columns: ClassVar[Sequence[Column]] = _COLUMNS

    def __init__(self, mfu: float | None = None):
        super().__init__()
        self._mfu = mfu

    @classmethod
    def of(cls, scenario: Scenario, mfu: float | None) -> Callable[[Settle], Self]:
        """Meters for the trials of a scenario: every one has time."""
        return lambda settle: cls(mfu)

    @classmethod
    def columns_for(cls, scenario: Scenario) -> Sequence[Column]:
        """Columns of its trials: all of them."""
        return cls.columns

    def badput_by_cause(self, causes: Sequence[str]) -> list[list[float]]:
        """Seconds that were not productive, by cause."""
        unknown = self.badput.keys() - set(causes)
        assert not unknown, f"badput is charged to unknown causes: {sorted(unknown)}"
        return [[self.badput.get(cause, 0.0) for cause in causes]]

    def row(self, ending: Ending) -> list[float]:
        """Value of each column, once the trial is over."""
        account = Account(self, ending.wall_clock_s, self._mfu)
        return [column.value(account) for column in self.columns]

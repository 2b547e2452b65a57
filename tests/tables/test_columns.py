import numpy as np
import pytest

from simtrain.accounts.ledger import Category
from simtrain.accounts.time_meter import TimeMeter
from simtrain.accounts.timeline import (
    Census,
    Ending,
    EventKind,
    Segment,
    State,
    Verdict,
)
from simtrain.model.saving import CheckpointSchedule
from simtrain.tables.columns import COLUMNS, COUNT, NAMES

NAMES_OF_TIME = [column.name for column in TimeMeter.columns]


def metered(mfu: float | None = None) -> TimeMeter:
    """Waits 100 s, trains 1000 s at 0.8 with a stall of 50 s, loses 300 s and ends."""
    ledger = TimeMeter(mfu)
    ledger.census(0.0, Census(job=4, idle=1, repair=0, away=0))
    ledger.spent(State.HOST_WAIT, "queue", 0.0, 100.0)
    ledger.happened(100.0, EventKind.LAUNCH, "")
    manner = CheckpointSchedule(500.0, 1000.0, 50.0, 0.8, 0.0, 0.0, 0.0, 1.0)
    losses = (("warm-up", 200.0),)
    ledger.trained(Segment(100.0, 1150.0, 0.0, 800.0, 1000.0, 50.0, 1, 800.0, losses, manner))
    ledger.happened(1150.0, EventKind.FAULT, "gpu", 2)
    ledger.happened(1150.0, EventKind.INTERRUPTION, "gpu", 2)
    ledger.rolled_back(1150.0, 500.0, "gpu")
    ledger.happened(1150.0, EventKind.CORDON, "gpu", 2)
    ledger.census(1150.0, Census(job=3, idle=1, repair=1, away=0))
    ledger.spent(State.RESTART, "gpu", 1150.0, 1250.0)
    ledger.close(1250.0)
    return ledger


def values(meter: TimeMeter, wall_clock_s: float) -> dict[str, float]:
    return dict(zip(NAMES_OF_TIME, meter.row(Ending(wall_clock_s, Verdict.FINISHED)), strict=True))


def test_a_row_holds_what_was_measured() -> None:
    known = {
        "wall_clock_s": 1250,
        "goodput": 500 / 1150,
        "ettr": 500 / 1250,
        "in_run_share": 1050 / 1250,
        "program_goodput": 0.4 * 500 / 700,
        "faults": 1,
        "interruptions": 1,
        "launches": 1,
        "saves": 1,
        "hosts_cycled": 1,
        "longest_run_s": 1050,
        "queue_s": 100,
        "productive_s": 500,
        "lost_work_s": 300,
        "degraded_s": 200,
        "checkpoint_save_s": 50,
        "host_wait_s": 100,
        "restart_s": 100,
        "host_job_s": 4 * 1150 + 3 * 100,
        "host_idle_s": 1250,
        "host_repair_s": 100,
        "hosts_down_mean": 100 / 1250,
        "hosts_down_p99": 1,
        "hosts_down_max": 1,
    }
    found = values(metered(mfu=0.4), 1250.0)
    assert {name: found[name] for name in known} == pytest.approx(known)
    rest = {name: value for name, value in found.items() if name not in known}
    assert rest == dict.fromkeys(rest, 0)


def test_the_times_add_up_to_the_wall_clock() -> None:
    found = values(metered(), 1250.0)
    assert sum(found[f"{category}_s"] for category in Category) == pytest.approx(1250)


def test_a_ratio_of_nothing_is_undefined() -> None:
    found = values(TimeMeter(mfu=0.4), 0.0)
    undefined = {name for name, value in found.items() if np.isnan(value)}
    assert undefined == {"goodput", "ettr", "in_run_share", "program_goodput"}


def test_without_mfu_program_goodput_is_undefined() -> None:
    assert np.isnan(values(metered(), 1250.0)["program_goodput"])


def test_names_are_unique_and_times_carry_their_unit() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for column in COLUMNS:
        assert column.name.endswith("_s") == column.unit.endswith("s"), column.name


def test_counts_are_whole() -> None:
    found = values(metered(), 1250.0)
    counts = [column.name for column in COLUMNS if column.unit == COUNT and column.name in found]
    assert len(counts) > 10
    assert all(found[name] % 1 == 0 for name in counts)

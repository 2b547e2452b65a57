"""What logs of failures are apt to be taken for and are not: each trap on a log that is made."""

from __future__ import annotations

import datetime as dt
from functools import partial

import numpy as np
import pytest

import simtrain
from simtrain.errors import InputError
from simtrain.history.fitted import Fitted
from simtrain.logs.outages import outages
from tests.history.made import DAY, START, Truth, log_of, made, written

WINDOW = "2024-01-01..2024-07-01"
FIT = partial(simtrain.fit, windows=0)


def rows_of(log, classes: str = "fault") -> str:
    """A made log as a file has it."""

    def date(seconds: float) -> str:
        return (START + dt.timedelta(seconds=float(seconds))).isoformat(" ")

    rows = (
        f"{date(at)},{log.host_names[host]},{classes},{date(back)}"
        for at, host, back in zip(log.time_s, log.host, log.back_s, strict=True)
    )
    return "time,host,class,repair_end\n" + "\n".join(rows) + "\n"


def fit(folder, log, hosts=100, **options):
    file = written(folder, rows_of(log))
    return FIT(file, hosts=hosts, window=WINDOW, **options)


def test_the_window_is_not_from_the_first_row_to_the_last(tmp_path):
    log = log_of([(50.0, 0, 51.0), (60.0, 1, 61.0)], hosts=100, days=182)
    found = fit(tmp_path, log)
    assert found.log.host_days == 18_200
    assert found.summary()["per_1000_host_days"] == pytest.approx(2000 / 18_200)


def test_rows_outside_the_window_are_counted_and_left_out(tmp_path):
    text = "time,host\n2023-12-31,a\n2024-01-01,b\n2024-06-30 23:59,c\n2024-07-01,d\n"
    found = FIT(written(tmp_path, text), hosts=9, window=WINDOW)
    assert (found.log.events, found.log.outside) == (2, 2)
    assert "2 rows outside the window are left out" in found.report()


def test_hosts_that_never_failed_count(tmp_path):
    log = log_of([(float(day), 0, day + 0.5) for day in range(10, 20)], hosts=100, days=182)
    summary = fit(tmp_path, log).summary()
    assert (summary["hosts"], summary["never_failed"]) == (100, 99)
    # Ten failures of one host among a hundred: the mean is 0.1, the variance 1.
    assert summary["statistics"]["dispersion_by_host"] == pytest.approx(10.0)


def test_rows_at_one_instant_are_a_group_and_no_first_faults(tmp_path):
    log = made(Truth(burst_rate=0.1, burst_hosts=6, days=182), seed=1)
    found = fit(tmp_path, log)
    groups = found.whole.groups
    assert groups.are_real
    assert set(groups.sizes) == {6}
    parts = found.whole.parts
    assert parts.in_groups == groups.hosts
    assert parts.total == pytest.approx(log.events)


def test_groups_of_a_log_of_dates_are_chance(tmp_path):
    """Where the time of day is missing, hosts that fail on one day are no group."""
    log = made(Truth(rate=0.01, days=182), seed=2)
    lines = "\n".join(
        f"{(START + dt.timedelta(seconds=float(at))).date()},{log.host_names[host]}"
        for at, host in zip(log.time_s, log.host, strict=True)
    )
    found = FIT(written(tmp_path, f"time,host\n{lines}\n"), hosts=100, window=WINDOW)
    assert len(found.whole.groups.sizes) > 10
    assert not found.whole.groups.are_real
    assert found.whole.parts.in_groups == 0
    assert "dates without the time of day" in " ".join(found.report().split())


def test_a_repair_of_no_length_is_a_failure_all_the_same(tmp_path):
    log = log_of([(float(day), day, float(day)) for day in range(1, 40)], hosts=100, days=182)
    found = fit(tmp_path, log)
    assert found.log.events == 39
    assert found.summary()["repair"]["of_no_length"] == 39
    assert found.whole.outages.down.most == 0
    assert "39 repairs of no length" in " ".join(found.report().split())


def test_repairs_that_overlap_on_one_host_are_one_outage():
    log = log_of([(1.0, 0, 5.0), (2.0, 0, 3.0), (4.0, 0, 6.0), (6.0, 0, 7.0)], hosts=1, days=10)
    found = outages(log)
    assert list(found.joined) == [False, True, True, False]
    assert list(found.begun_s / DAY) == [1.0, 6.0]
    assert list(found.ended_s / DAY) == [6.0, 7.0]
    assert found.down.mean == pytest.approx(0.6)
    assert Fitted(log).parts.joined == 2


def test_a_second_row_of_one_host_and_instant_is_no_further_outage():
    log = log_of([(1.0, 0, 1.0), (1.0, 0, 2.0), (3.0, 1, 4.0)], hosts=2, days=10)
    found = outages(log)
    assert list(found.joined) == [False, True, False]
    assert Fitted(log).parts.in_groups == 0


def test_a_class_that_is_a_test_is_told_and_can_be_left_out(tmp_path):
    text = "time,host,class\n2024-02-01,a,GPU\n2024-03-01,b,Other / Stress Test Failure\n"
    file = written(tmp_path, text)
    found = FIT(file, hosts=9, window=WINDOW)
    assert found.perhaps_no_faults == ["Other / Stress Test Failure"]
    assert "--without-class 'Other / Stress Test Failure'" in " ".join(found.report().split())
    without = FIT(file, hosts=9, window=WINDOW, without_classes=["Other / Stress Test Failure"])
    assert (without.log.events, without.log.hosts) == (1, 9)


def test_a_latest_or_fastest_class_is_no_test(tmp_path):
    file = written(tmp_path, "time,host,class\n2024-02-01,a,latest driver\n")
    assert FIT(file, hosts=9, window=WINDOW).perhaps_no_faults == []


def test_a_rate_that_falls_by_six_is_told_and_the_last_part_alone_is_used(tmp_path):
    log = made(Truth(days=728, trend=1 / 6, rate=0.03), seed=3)
    file = written(tmp_path, rows_of(log))
    window = "2024-01-01..2025-12-29"
    found = FIT(file, hosts=100, window=window)
    trend = found.whole.trend
    assert trend.is_believed
    assert trend.factor == pytest.approx(1 / 6, rel=0.3)
    assert found.is_cut
    assert found.used.log.events < 0.5 * found.log.events
    # The rows of the scenario are of the part, the counts that are told of the whole.
    assert found.summary()["events"] == log.events
    assert found.scenario.workload.window.mean == found.used.log.window_s
    assert "rate falls by a factor of" in " ".join(found.report().split())
    whole = FIT(file, hosts=100, window=window, whole_window=True)
    assert not whole.is_cut
    assert whole.scenario.workload.window.mean == log.window_s


def test_one_host_of_another_kind_is_named_and_can_be_left_out(tmp_path):
    log = made(Truth(rate=0.004, days=182), seed=4)
    front_end = np.arange(1.0, 181.0, 3.0)
    rows = [(at / DAY, int(host), back / DAY) for at, host, back in
            zip(log.time_s, log.host, log.back_s, strict=True)]  # fmt: skip
    rows += [(float(at), 99, float(at) + 0.01) for at in front_end]
    log = log_of(sorted(rows), 100, 182)
    found = fit(tmp_path, log)
    assert list(found.strangers) == ["n099"]
    assert "--without-host n099" in " ".join(found.report().split())
    without = fit(tmp_path, log, without_hosts=["n099"])
    assert without.log.hosts == 99
    assert without.strangers == {}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"without_classes": ["GPU"]}, "is no class of the log; there is \"fault\""),
        ({"without_hosts": ["n777"]}, "is no host that failed in the window"),
        ({"without_classes": ["fault"]}, "no failure is left"),
        ({"job": 101}, "job = 101 hosts are not among the 100 of the log"),
    ],
)  # fmt: skip
def test_what_cannot_be_left_out_is_refused(tmp_path, options, words):
    log = made(Truth(days=182), seed=5)
    with pytest.raises(InputError, match=words):
        fit(tmp_path, log, **options)

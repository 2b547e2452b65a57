"""The state of a run in flight that nobody sees: what is counted, and what each trial draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

import simtrain
from simtrain.accounts.ledger import Ledger
from simtrain.accounts.recorder import Recorder
from simtrain.accounts.timeline import State, Verdict
from simtrain.engine.trial import Simulator
from simtrain.errors import InputError
from simtrain.history.posterior import Seen, updates
from simtrain.logs.counts import read_faults
from simtrain.logs.progress import Progress
from simtrain.questions.in_flight import in_flight
from simtrain.questions.learning import learnt
from simtrain.scenario.narrowed import narrowed
from simtrain.scenario.remaining import remaining
from simtrain.units import DAY
from tests.questions.test_forecast import START, planned
from tests.questions.test_forecast_progress import run_until
from tests.wall_clocks import wall_clocks

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.logs.counts import LoggedFaults
    from simtrain.scenario.scenario import Scenario

CRASH = {"rate": "0.5 per day", "scope": "job"}
SDC: dict[str, Any] = {
    "effect": "corrupt", "rate": "4 per 100 host-days", "detection": "3 days", "automatic": 1,
    "needs_repair": 0.0,
}  # fmt: skip


def silent(**keys: Any) -> Scenario:
    """A run whose hosts compute wrong at times, which is noticed after three days."""
    return planned(fault={"crash": CRASH, "sdc": {**SDC, **keys}}, restart={"duration": "30 min"})


# --- the phase of the save ----------------------------------------------------------------------


def since_save(done: float, **tables: Any) -> float | None:
    left = remaining(planned(**tables), 10 * DAY, done).underway
    assert left is not None
    return left.since_save


@pytest.mark.parametrize(
    ("tables", "part"),
    [
        ({}, 0.78),  # 8.13 days are 195.12 h, and 4 h go into them 48 times
        ({"checkpoint": {"interval": "250 steps"}}, 0.52),  # 8,130 steps are 32 times 250 and 130
        ({"checkpoint": {"interval": "3..5 h"}}, None),
        ({"restart": {"duration": "2 h", "warm_up": "1 h", "warm_up_speed": 0.5}}, None),
        ({"stop": {"early": {"at": "2 days", "duration": "1 h"}}}, None),
        ({"stop": {"late": {"at": "15 days", "duration": "1 h"}}}, 0.78),
        ({"change": [{"at": "2 days", "set": {"checkpoint.interval": "2 h"}}]}, None),
        ({"fault": {"slow": {"effect": "slow", "speed": 0.5, "mtbf": "90 days"}}}, None),
    ],
)
def test_the_last_save_is_counted_from_the_start_where_nothing_shifts_it(
    tables: dict[str, Any], part: float | None
) -> None:
    assert since_save(0.4065, **tables) == pytest.approx(part)


def test_where_a_run_that_is_cut_was_saved_last_is_where_the_forecast_says() -> None:
    """Without faults its rest is that of the run, whenever that is cut."""
    whole = planned(fault={})
    end = Simulator(whole, 0).run(0, Ledger()).wall_clock_s
    for now in (1.1 * DAY, 3.3 * DAY, 9.7 * DAY):
        cut = run_until(Simulator(whole, 0), 0, now)
        assert cut is not None
        left = in_flight(whole, cut[0], None, now).told
        assert now + Simulator(left, 0).run(0, Ledger()).wall_clock_s == pytest.approx(end, abs=1)


def test_a_forecast_of_a_forecast_knows_all_that_is_done() -> None:
    once = remaining(planned(), 5 * DAY, 0.2)
    twice = remaining(once, 5 * DAY, 0.25)
    assert twice.underway is not None
    assert twice.underway.done == pytest.approx(0.4)
    assert twice.underway.since_save is None
    assert twice.ideal_s == pytest.approx(12 * DAY)


def test_a_run_in_flight_is_not_launched_anew() -> None:
    whole = planned(
        restart={"duration": "2 h", "at_start": True},
        allocation={"wait": "1 h", "wait_first": True},
    )
    left = remaining(whole, 5 * DAY, 0.2)
    assert not left.restart.at_start
    first = Simulator(left, 0)
    told = Recorder()
    first.run(0, told)
    assert next(iter(told.intervals())).state is State.TRAIN


# --- faults that nobody has noticed -------------------------------------------------------------


def test_a_rate_is_told_of_by_the_time_in_which_a_fault_would_have_been_noticed() -> None:
    """Of ten days at risk of a taint that shows after three, seven tell of it."""
    whole = silent(rate="1..9 per 100 host-days")
    mean = 3 * 8 / 100
    for kept, count, days in ((10.0, 0, 7.0), (10.0, 2, 7.0 + 2 / 12), (2.0, 0, 0.0)):
        seen = Seen(20 * DAY, 15 * DAY, {"sdc": count}, kept * DAY)
        found = updates(whole, seen)
        assert [one.expected for one in found] == pytest.approx([mean * days] if days else [])


@pytest.mark.parametrize("rows_s", [0.0, DAY])
def test_the_time_at_risk_is_that_of_trials_however_far_apart_rows_are(rows_s: float) -> None:
    """Of 20 trials until day 9; 0.80 to 0.85 of it is training of which work was gained."""
    restart = {"duration": "6 h"} if not rows_s else {"duration": "2 h"}
    interval = {"interval": "12 h" if rows_s else "4 h", "stall": "6 min"}
    whole, now = planned(restart=restart, checkpoint=interval), 9 * DAY
    simulator, told, true, trained = Simulator(whole, 1), 0.0, 0.0, 0.0
    at_risk = {State.TRAIN, State.CHECKPOINT_SAVE, State.RESTART, State.CHECKPOINT_LOAD}
    for trial in range(20):
        cut, recorder = run_until(simulator, trial, now), Recorder()
        assert cut is not None
        simulator.run(trial, recorder)
        true += sum(
            max(min(one.end, now) - one.start, 0.0)
            for one in recorder.intervals()
            if one.state in at_risk
        )
        progress, faults, _ = cut
        if rows_s:
            at = np.searchsorted(progress.time_s, np.arange(rows_s, now + 1.0, rows_s), "right") - 1
            progress = Progress(np.arange(rows_s, now + 1.0, rows_s), progress.done[at])
        standing = in_flight(whole, progress, faults, now).standing
        told += standing.at_risk_s
        trained += standing.training_s
    assert told == pytest.approx(true, rel=0.06)
    assert trained < 0.88 * true


def test_the_report_says_what_is_drawn_and_what_is_taken_as_known(tmp_path: Path) -> None:
    (tmp_path / "run.csv").write_text("time,step\n2025-01-11,8130\n", encoding="utf-8")

    def said(whole: Scenario) -> str:
        found = simtrain.forecast(whole, progress_file=tmp_path / "run.csv", trials=1)
        return " ".join(found.report().split())

    assert "since nobody sees it: what of sdc nobody has noticed yet." in said(silent())
    assert "Drawn in each trial" not in said(planned())
    checked = silent().replace(
        {
            "check": {"scan": {"every": "1 day", "duration": "0 s", "finds": ["corrupt"]}},
            "checkpoint.interval": "3..5 h",
            "diagnosis": {"recall": 0.8},
        }
    )
    assert "since nobody sees it: how long ago the last save was." in said(checked)
    assert "nothing of sdc is unnoticed." in said(checked)


def test_a_log_says_how_likely_it_is_that_a_host_is_bad(tmp_path: Path) -> None:
    whole = planned(fault={"gpu": {"rate": "12 per 100 host-days"}}, diagnosis={"recall": 0.5})
    (tmp_path / "run.csv").write_text("time,step\n2025-01-11,8130\n", encoding="utf-8")
    (tmp_path / "log.csv").write_text("time\n2025-01-10 22:00\n", encoding="utf-8")
    found = simtrain.forecast(
        whole, progress_file=tmp_path / "run.csv", log=tmp_path / "log.csv", trials=1
    )
    underway = found.here.scenario.underway
    assert underway is not None
    assert 0.3 < underway.bad_hosts["gpu"] < 0.5
    assert "since nobody sees it: whether a host of the job is bad" in " ".join(
        found.report().split()
    )


def test_both_engines_draw_another_state_in_each_trial() -> None:
    left = remaining(silent(), 9 * DAY, 0.35)
    by = [simtrain.run(left, trials=9, seed=1, jobs=1, engine=one) for one in ("compiled", "simpy")]
    assert by[0].values == pytest.approx(by[1].values, nan_ok=True)


def test_the_last_hours_of_a_run_may_take_as_long_as_those_before() -> None:
    """A restart longer than ten times the work that is left is no reason to end a trial."""
    whole = planned(fault={"crash": {**CRASH, "rate": "5 per day"}}, restart={"duration": "1 day"})
    left = remaining(whole, 40 * DAY, 0.9975)  # of 20 days 1.2 h are left
    ends = [Simulator(left, 0).run(trial, Ledger()) for trial in range(20)]
    assert {one.verdict for one in ends} == {Verdict.FINISHED}


# --- work that is not known ---------------------------------------------------------------------


def test_of_work_that_is_known_to_a_range_a_part_is_left_with_the_same_quantile() -> None:
    whole = planned(workload={"ideal_time": "16..25 days", "steps": 20_000})
    left = remaining(whole, 5 * DAY, 0.2)
    low, high = (left.workload.ideal_time.law.quantile(at) for at in (0.05, 0.95))
    assert (low, high) == pytest.approx((12.8 * DAY, 20 * DAY))
    assert [one.address for one in left.unknown] == [one.address for one in whole.unknown]
    assert left.underway is not None
    assert left.underway.since_save is None  # an interval in hours is another part of each work


def test_progress_tells_how_long_the_work_takes(tmp_path: Path) -> None:
    """Without faults all is certain: what 10 days have done of it says how much there is."""
    whole = planned(
        fault={}, workload={"ideal_time": "16..25 days", "steps": 20_000},
        checkpoint={"interval": "500 steps", "stall": "0 s"},
    )  # fmt: skip
    (tmp_path / "run.csv").write_text("time,step\n2025-01-11,9000\n", encoding="utf-8")
    found = simtrain.forecast(whole, progress_file=tmp_path / "run.csv", trials=150)
    [update] = found.updates
    assert update.name == "workload.ideal_time"
    assert update.after[1] == pytest.approx(0.55 / 0.45 * 10 * DAY, rel=0.01)
    spread = update.after[2] - update.after[0]
    assert spread < 0.1 * (update.before[2] - update.before[0])


# --- what a log says ------------------------------------------------------------------------------


def logged(text: str, folder: Path) -> LoggedFaults:
    file = folder / "faults.csv"
    file.write_text(text, encoding="utf-8")
    return read_faults(file, start=START, until_s=20 * DAY)


def test_a_fault_of_several_hosts_is_counted_once_and_so_is_a_row_that_stands_there_twice(
    tmp_path: Path,
) -> None:
    rows = (
        "time,host,class\n2025-01-03,n3,GPU\n2025-01-02,n1,Switch\n2025-01-02,n2,switch\n"
        "2025-01-05,n1,gpu\n2025-01-05,n2,gpu\n2025-01-05,n2,gpu\n"
    )
    faults = logged(rows, tmp_path)
    assert faults.until(9 * DAY, {"switch"}) == [
        (DAY, "Switch"), (2 * DAY, "GPU"), (4 * DAY, "gpu"), (4 * DAY, "gpu"),
    ]  # fmt: skip
    assert len(faults.until(9 * DAY, set())) == 5
    fault = {
        "gpu": {"rate": "2..9 per 100 host-days"},
        "switch": {"rate": "1..9 per 100 days", "scope": "cluster", "hosts": 2},
    }
    progress = Progress(np.array([9 * DAY]), np.array([0.4]))
    now = in_flight(planned(fault=fault), progress, faults, 9 * DAY)
    assert now.standing.faults == {"gpu": 3, "switch": 1}
    bare = logged("time,class\n2025-01-05,gpu\n2025-01-05,gpu\n", tmp_path)
    assert len(bare.until(9 * DAY, set())) == 2  # of two hosts, for all that is known


def test_rows_of_one_fault_may_be_seconds_apart(tmp_path: Path) -> None:
    """Of a switch all rows of a minute, counted from its first; of a GPU those of one host."""
    rows = (
        "time,host,class\n2025-01-02T00:00:00,n1,switch\n2025-01-02T00:00:20,n2,switch\n"
        "2025-01-02T00:00:59,n3,switch\n2025-01-02T00:01:10,n4,switch\n"
        "2025-01-05T00:00:00,n1,gpu\n2025-01-05T00:00:05,n2,gpu\n2025-01-05T00:00:30,n1,gpu\n"
        "2025-01-05T00:01:00,n1,gpu\n"
    )
    faults = logged(rows, tmp_path)
    assert faults.until(9 * DAY, {"switch"}) == [
        (DAY, "switch"), (DAY + 70, "switch"),
        (4 * DAY, "gpu"), (4 * DAY + 5, "gpu"), (4 * DAY + 60, "gpu"),
    ]  # fmt: skip
    bare = logged("time,class\n2025-01-05T00:00:00,gpu\n2025-01-05T00:00:05,gpu\n", tmp_path)
    assert len(bare.until(9 * DAY, set())) == 2
    assert len(bare.until(9 * DAY, {"gpu"})) == 1


def test_a_host_is_in_repair_once_and_not_where_a_later_row_has_an_end(tmp_path: Path) -> None:
    rows = (
        "time,host,class,end\n2025-01-02,n1,gpu,2025-01-04\n2025-01-03,n1,gpu,2025-01-05\n"
        "2025-01-06,n1,gpu,2025-01-07\n2025-01-08,n2,gpu,\n2025-01-09,n2,gpu,\n"
        "2025-01-02,n3,gpu,\n2025-01-04,n3,gpu,2025-01-05\n2025-01-03,n4,gpu,2025-01-11\n"
        "2025-01-05,n4,gpu,2025-01-06\n"
    )
    ended, going_on = logged(rows, tmp_path).lasting_s(9 * DAY, {"gpu"})
    assert sorted(ended) == [DAY, 3 * DAY]
    assert sorted(going_on) == [2 * DAY, 7 * DAY]


def test_a_count_narrows_all_that_share_its_quantile_those_of_changes_too(tmp_path: Path) -> None:
    both = {"range": "2..16 per 100 host-days", "shared": "hosts"}
    half = {"range": "1..8 per 100 host-days", "shared": "hosts"}
    whole = planned(
        fault={"a": {"rate": both}, "b": {"rate": both}},
        change=[
            {"at": "5 days", "set": {"cluster.spares": 3}},
            {"at": "15 days", "set": {"fault.b.rate": half}},
        ],
    )
    progress, faults = (
        Progress(np.array([9 * DAY]), np.array([0.4])),
        logged("time,class\n", tmp_path),
    )
    told = in_flight(whole, progress, faults, 9 * DAY).told  # its first change has come
    [unknown] = [one for one in told.unknown if len(one.keys) == 3]
    found = narrowed(told, {unknown.address: (0.05, 0.5, 0.95)})
    highest = {one.key: one.before[2] * 100 * DAY for one in found}
    high = highest["fault.a.rate"]
    assert high < 10.0
    assert highest == pytest.approx(
        {"fault.a.rate": high, "fault.b.rate": high, "change.0.set.fault.b.rate": high / 2},
        rel=5e-3,
    )


# --- repairs ------------------------------------------------------------------------------------


def test_a_log_with_ends_says_which_hosts_are_in_repair_and_how_long_repairs_take(
    tmp_path: Path,
) -> None:
    whole = planned(
        fault={"gpu": {"rate": "5 per 100 host-days"}, "software": CRASH},
        repair={"automated": {"law": "exponential", "mean": "1..5 days"}},
    )
    (tmp_path / "run.csv").write_text(
        "time,step\n2025-01-06,4000\n2025-01-11,8130\n", encoding="utf-8"
    )
    rows = (
        "time,class,end\n2025-01-02,GPU,2025-01-02 12:00\n2025-01-03,gpu,2025-01-12\n"
        "2025-01-04,software,\n2025-01-10,gpu,\n"
    )

    def foretold(text: str, **asked: Any) -> Any:
        (tmp_path / "faults.csv").write_text(text, encoding="utf-8")
        return simtrain.forecast(
            whole, progress_file=tmp_path / "run.csv", log=tmp_path / "faults.csv", trials=1,
            **asked,
        )  # fmt: skip

    found = foretold(rows)
    underway = found.here.scenario.underway
    assert underway.in_repair == (8 * DAY, DAY)
    assert found.here.scenario.cluster.in_repair == 2
    [update] = [one for one in found.updates if one.expected is None]
    assert (update.name, update.seen) == ("repair.automated.mean", 3)
    report = " ".join(found.report().split())
    assert "all hosts stand but 2 spares." in report
    assert "it is the repairs that are counted" in report
    earlier = " ".join(foretold(rows, history="4d").report().split())
    assert "How the forecast moved" in earlier
    assert "none is taken to be" not in earlier  # the ends say who was in repair then
    more = foretold(rows + "2025-01-09,gpu,\n2025-01-08,gpu,\n")
    assert more.here.scenario.underway.in_repair == (8 * DAY, 3 * DAY)
    assert "2 hosts more in repair than spares" in " ".join(more.report().split())
    assert foretold(rows, in_repair=1).here.scenario.underway.in_repair == ()
    with pytest.raises(InputError, match=r"faults\.csv:2: .*the end lies before the time"):
        foretold("time,class,end\n2025-01-02,gpu,2025-01-01\n")


@pytest.mark.slow
def test_the_truth_has_a_uniform_rank_where_nobody_knows_how_long_the_work_takes() -> None:
    """Of 150 runs cut on day 9, of work between 15 and 27 days, each among four forecasts."""
    work = {"ideal_time": "15..27 days", "steps": 20_000}
    whole, now = planned(workload=work, fault={"crash": CRASH}), 9 * DAY
    simulator, counts = Simulator(whole, 1), np.zeros(5)
    until_now: dict[int, Any] = {}
    for trial in range(150):
        cut = run_until(simulator, trial, now)
        assert cut is not None
        progress, faults, end = cut
        known = in_flight(whole, progress, faults, now)
        count = len(faults.time_s)
        if count not in until_now:
            assert known.until_now is not None
            until_now[count] = simtrain.run(
                known.until_now, trials=150, seed=99, jobs=1, engine="compiled"
            )
        forecasts = wall_clocks(learnt(known, until_now[count]).told, 2 + trial, 4)
        counts[sum(now + one < end for one in forecasts)] += 1
    assert stats.chisquare(counts).pvalue > 1e-3


@pytest.mark.slow
def test_the_truth_has_a_uniform_rank_where_taints_are_drawn_and_a_high_one_where_not() -> None:
    """Of 120 runs cut on day 9, each among four forecasts of either kind, on the same draws.

    Of 550 runs with half as many taints and nine forecasts χ² of ten bins is 11.3 and 46.
    """
    whole, now = silent(), 9 * DAY
    simulator, found = Simulator(whole, 1), list[tuple[float, float]]()
    for trial in range(120):
        cut = run_until(simulator, trial, now)
        assert cut is not None
        progress, faults, end = cut
        told = in_flight(whole, progress, faults, now).told
        both = []
        for left in (told, told.replace({"underway": None})):
            forecasts = wall_clocks(left, 2 + trial, 4)
            both.append((sum(now + one < end for one in forecasts) + 0.5) / 5)
        found.append((both[0], both[1]))
    drawn, none = np.array(found).T
    assert abs(drawn.mean() - 0.5) < 3.3 * np.sqrt(1 / 12 / len(drawn))
    later = none - drawn
    assert later.mean() > 3.3 * later.std() / np.sqrt(len(later))

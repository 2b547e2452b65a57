"""What recurs by a law in a run in flight: what a log or its owner says, and what is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy import stats

import simtrain
from simtrain.engine.trial import Simulator
from simtrain.errors import InputError
from simtrain.logs.progress import Progress
from simtrain.questions.in_flight import in_flight
from simtrain.scenario.remaining import remaining
from simtrain.units import DAY
from tests.questions.test_forecast import planned
from tests.questions.test_forecast_progress import run_until
from tests.wall_clocks import wall_clocks

if TYPE_CHECKING:
    from pathlib import Path

    from simtrain.answers.forecast import Forecast
    from simtrain.scenario.scenario import Scenario
    from simtrain.scenario.underway import Underway

BETWEEN = {"law": "uniform", "low": "4 days", "high": "8 days"}
STOPS = {
    "service": {"every": BETWEEN, "duration": "6 h"},
    "late": {"every": BETWEEN, "first": "6 days", "duration": "6 h"},
    "weekly": {"every": "7 days", "duration": "1 h"},
}
KNOWN_OF_WEATHER = ("elapsed", "seen", "at_risk")
VARIES = {"cv": 0.8, "every": "4 days"}
ALLOCATION = {"limit": "48 h", "wait": "6 h"}


def foretold(whole: Scenario, folder: Path, log: str | None = None, **asked: Any) -> Forecast:
    """A forecast on day 10, when 40 % of the work is done."""
    (folder / "run.csv").write_text(
        "time,step\n2025-01-09,6500\n2025-01-11,8130\n", encoding="utf-8"
    )
    if log is not None:
        (folder / "faults.csv").write_text(log, encoding="utf-8")
        asked["log"] = folder / "faults.csv"
    return simtrain.forecast(whole, progress_file=folder / "run.csv", trials=1, **asked)


def underway_of(found: Forecast) -> Underway:
    underway = found.here.scenario.underway
    assert underway is not None
    return underway


def said(found: Forecast) -> str:
    return " ".join(found.report().split())


# --- stops --------------------------------------------------------------------------------------


def test_rows_by_the_name_of_a_stop_say_when_it_came_last(tmp_path: Path) -> None:
    whole = planned(stop=STOPS)
    log = "time,class\n2025-01-04,crash\n2025-01-05,service\n2025-01-08,Service\n2025-01-09,other\n"
    found = foretold(whole, tmp_path, log)
    underway = underway_of(found)
    assert underway.since_stop == {"service": 3 * DAY}
    assert underway.first_stop == {"late": 4 * DAY}
    assert found.here.scenario.stop["weekly"].first == 4 * DAY
    assert found.standing.others == {"other": 1}
    assert "when service and late come next" in said(found)
    with pytest.raises(InputError, match=r"`service` came last 9 d before now, .*`stop\.service"):
        foretold(whole, tmp_path, "time,class\n2025-01-02,service\n")


def test_without_a_log_the_start_of_the_run_is_what_is_known(tmp_path: Path) -> None:
    underway = underway_of(foretold(planned(stop=STOPS), tmp_path))
    assert underway.elapsed == 10 * DAY
    assert not underway.since_stop
    twice = remaining(remaining(planned(stop=STOPS), 10 * DAY, 0.4), 2 * DAY, 0.1).underway
    assert twice is not None
    assert (twice.elapsed, twice.first_stop) == (12 * DAY, {"late": 6 * DAY})


def test_of_what_was_known_at_an_earlier_moment_only_what_holds_later_is_left() -> None:
    fault = {"crash": {"rate": "5 per 100 host-days", "varies": VARIES}}
    known = {
        "done": 0.2, "elapsed": "10 days", "since_save": 0.5, "bad_hosts": {"crash": 0.3},
        "in_repair": ["3 h"], "seen": {"crash": 1}, "at_risk": {"crash": "1 day"},
        "since_stop": {"service": "2 days"}, "since_grant": "5 h", "aged": "9 days",
    }  # fmt: skip
    whole = planned(
        fault=fault, stop={"service": STOPS["service"]}, allocation=ALLOCATION, underway=known,
        cluster={"hosts": 8, "spares": 2, "in_repair": 1},
    )  # fmt: skip
    later = remaining(whole, DAY, 0.25).underway
    assert later is not None
    assert later.model_dump(exclude_defaults=True) == {
        "done": pytest.approx(0.4), "elapsed": 11 * DAY, "bad_hosts": {"crash": 0.3},
        "first_stop": {"service": 3 * DAY},
    }  # fmt: skip


# --- weather ------------------------------------------------------------------------------------


def test_faults_of_the_present_span_tell_of_its_weather(tmp_path: Path) -> None:
    """The third span of four days began on day 8; training is what was gained of its two."""
    whole = planned(
        fault={
            "gpu": {"rate": "2..16 per 100 host-days", "varies": VARIES, "needs_repair": 0},
            "job": {"rate": "1 per day", "scope": "job", "varies": VARIES, "clock": "calendar"},
            "old": {"mtbf": "90 days", "law": "weibull", "shape": 2, "varies": VARIES},
        },
        cluster={"hosts": 8, "age": "new"},
        restart={"duration": "30 min"},
    )
    rows = "2025-01-07,gpu\n2025-01-09 12:00,gpu\n2025-01-10,GPU\n2025-01-10 01:00,job\n"
    found = foretold(whole, tmp_path, f"time,class\n{rows}")
    underway = underway_of(found)
    assert underway.seen == {"gpu": 2, "job": 1}
    assert underway.at_risk["job"] == 2 * DAY
    assert 1.5 * DAY < underway.at_risk["gpu"] < 2 * DAY
    report = said(found)
    assert "how bad the present weather of gpu and job is, by its faults so far" in report
    assert "how bad the present weather of old is" in report
    assert "begins anew" not in report
    assert underway.aged == pytest.approx(found.standing.at_risk_s)
    assert "which hosts have been replaced, and so how old they are" in report
    assert not underway_of(foretold(whole, tmp_path)).seen
    changed = whole.replace({"change": [{"at": "5 days", "set": {"cluster.hosts": 9}}]})
    assert not underway_of(foretold(changed, tmp_path, f"time,class\n{rows}")).seen


def test_classes_whose_names_differ_in_case_alone_have_their_own_rows(tmp_path: Path) -> None:
    rate = {"rate": "5 per 100 host-days", "needs_repair": 0}
    whole = planned(fault={"gpu": rate, "GPU": rate})
    log = "time,class\n2025-01-07,gpu\n2025-01-08,GPU\n2025-01-09,GPU\n"
    assert foretold(whole, tmp_path, log).standing.faults == {"gpu": 1, "GPU": 2}


def test_a_log_without_classes_tells_as_much_of_the_weather_of_the_only_one(tmp_path: Path) -> None:
    fault = {"crash": {"rate": "2..16 per 100 host-days", "varies": VARIES, "needs_repair": 0}}
    whole = planned(fault=fault, cluster={"hosts": 8})
    times = "2025-01-07", "2025-01-09 12:00", "2025-01-10", "2025-01-10 01:00"
    named, plain = (
        underway_of(foretold(whole, tmp_path, "\n".join([head, *(f"{t}{of}" for t in times)])))
        for head, of in (("time,class", ",crash"), ("time", ""))
    )
    assert named.seen == plain.seen == {"crash": 3}
    assert named.at_risk == plain.at_risk


@pytest.mark.slow
def test_the_truth_has_a_uniform_rank_where_faults_tell_of_the_weather() -> None:
    """Of 300 runs cut on day 9, within one span and with a rate that is known to 10:1.

    Each among nine forecasts of either kind; χ² of ten bins is 5 and, where weather begins anew and
    forecasts are too wide, 34.
    """
    crash = {"rate": "0.3..3 per day", "scope": "job", "automatic": 1}
    whole = planned(
        workload={"ideal_time": "14 days", "steps": 20_000},
        fault={"crash": {**crash, "varies": {"cv": 0.8, "every": "14 days"}}},
    )
    now, simulator, found = 9 * DAY, Simulator(whole, 1), np.zeros((2, 10))
    for trial in range(300):
        cut = run_until(simulator, trial, now)
        if cut is None:
            continue
        progress, faults, end = cut
        told = in_flight(whole, progress, faults, now).told
        anew = told.replace(dict.fromkeys(f"underway.{key}" for key in KNOWN_OF_WEATHER))
        for kind, left in enumerate((told, anew)):
            forecasts = wall_clocks(left, 2 + trial, 9)
            found[kind, sum(now + one < end for one in forecasts)] += 1
    pvalues = [stats.chisquare(counts).pvalue for counts in found]
    assert pvalues[0] > 1e-3
    assert pvalues[1] < 1e-3


def test_training_since_a_moment_is_that_of_the_rows_after_it() -> None:
    progress = Progress(np.array([2.0, 4.0, 6.0]) * DAY, np.array([0.2, 0.2, 0.4]))
    whole_s = 10 * DAY
    assert progress.training_s(whole_s) == pytest.approx(4 * DAY)
    assert progress.training_s(whole_s, 4 * DAY) == pytest.approx(2 * DAY)
    assert progress.training_s(whole_s, 5 * DAY) == pytest.approx(DAY)
    assert progress.training_s(whole_s, 1 * DAY) == pytest.approx(3 * DAY)


# --- allocations --------------------------------------------------------------------------------


def test_the_grant_of_the_present_allocation_can_be_said(tmp_path: Path) -> None:
    whole = planned(allocation=ALLOCATION)
    drawn = foretold(whole, tmp_path)
    assert underway_of(drawn).since_grant is None
    assert "since when the job has held its allocation" in said(drawn)
    assert "no allocation has ended for want of spares" in said(drawn)
    known = foretold(whole, tmp_path, granted="2025-01-10T06:00")
    assert underway_of(known).since_grant == pytest.approx(0.75 * DAY)
    assert "since when the job" not in said(known)
    for granted, wrong in (
        ("2025-01-12", "lies after the last row"),
        ("2025-01-08", "an allocation of 2 d is over"),
        ("2024-12-31", "is not after the start"),
        ("Monday", "is no date"),
    ):
        with pytest.raises(InputError, match=f"granted: .*{wrong}"):
            foretold(whole, tmp_path, granted=granted)
    with pytest.raises(InputError, match=r"has no `allocation\.limit` that it counts for"):
        foretold(planned(), tmp_path, granted="2025-01-10")


# --- saves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "log", [None, "time,class\n2025-01-05,bad\n2025-01-07,crash\n2025-01-09,bad\n"]
)
def test_an_interval_in_steps_tells_what_the_same_in_time_does(
    tmp_path: Path, log: str | None
) -> None:
    """At half the speed, 125 steps of 43.2 s take 3 h; a save of half an hour makes 3.5 h of it."""
    bad = {"effect": "corrupt", "detection": "2 h", "rate": "2..32 per 100 host-days"}
    found = [
        foretold(
            planned(
                workload={"ideal_time": "10 days", "steps": 20_000, "speed": 0.5},
                checkpoint={"interval": interval, "stall": "30 min"},
                fault={"bad": bad, "crash": {"rate": "2..16 per 100 host-days"}},
                allocation={"limit": "48 h", "wait": "6 h"},
            ),
            tmp_path,
            log,
        )
        for interval in ("125 steps", "3 h")
    ]
    in_steps, in_time = found
    assert in_steps.standing.training_s == pytest.approx(in_time.standing.training_s)
    assert in_steps.standing.at_risk_s == pytest.approx(in_time.standing.at_risk_s)
    assert in_steps.updates == in_time.updates
    assert len(in_time.updates) == (0 if log is None else 2)

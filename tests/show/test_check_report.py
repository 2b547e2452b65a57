"""What `check` tells of a scenario, as text."""

from typing import Any

from simtrain.model.implied import implied
from simtrain.scenario.scenario import Scenario
from simtrain.show.check.report import check_report
from simtrain.validation.small import scenario

FAULTS: dict[str, Any] = {
    "gpu": {"mtbf": "20 h", "automatic": 0.5},
    "spike": {"scope": "job", "effect": "diverge", "mtbf": "20 h"},
}


def explained(one: Scenario) -> str:
    return check_report(one, implied(one))


def row(report: str, label: str) -> list[str]:
    return next(line.split() for line in report.splitlines() if line.startswith(label))


def test_the_clock_of_each_class_is_reported() -> None:
    power = {"mtbf": "20 h", "clock": "calendar", "returns": "1 h"}
    report = explained(scenario(fault={**FAULTS, "power": power}))
    assert "Rates of power are per calendar time. Of the others: Rates are per time" in report
    assert "hosts in repair or away" in report
    assert "Not counted: faults on the calendar while the job is down" in report
    assert "Rates are per calendar time." in explained(scenario(fault={"power": power}))


def test_classes_are_reported_with_their_rate_and_who_recovers() -> None:
    report = explained(scenario(fault=FAULTS, detection={"diverge": "2 h"}))
    assert row(report, "gpu") == ["gpu", "20", "h", "0.50", "0", "s", "50.0", "%"]
    assert row(report, "spike") == ["spike", "20", "h", "0.50", "2", "h", "100", "%"]
    assert row(report, "all") == ["all", "10", "h", "1.00"]
    assert "starts over" not in report


def test_copies_that_are_gone_are_reported_by_class() -> None:
    report = explained(
        scenario(fault=FAULTS, detection={"diverge": "90 min"}, checkpoint={"keep": 2})
    )
    assert row(report, "spike")[-2:] == ["50.0", "%"]
    assert "starts over" in report
    assert report.startswith("Note: `fault.spike` is noticed after 1.5 h.")


def test_a_rate_per_calendar_day_is_to_be_multiplied() -> None:
    report = explained(scenario(fault={"gpu": {"mtbf": "3 h"}}, people={"response": "1 h"}))
    assert row(report, "time at risk")[3:5] == ["75.0", "%"]
    assert "multiply it by 1.33." in " ".join(report.split())
    at_once = explained(scenario(fault={"gpu": {"mtbf": "3 h"}}))
    assert "per time at risk, here nearly all of the time" in " ".join(at_once.split())


def test_hosts_in_repair_stand_beside_the_spares() -> None:
    report = explained(
        scenario(
            cluster={"hosts": 10, "spares": 1},
            fault={"gpu": {"mtbf": "100 h"}},
            repair={"automated": "10 h"},
        )
    )
    # Erlang's B with two servers and a load of 1 is 0.2
    assert row(report, "hosts in repair")[3:] == [
        "1.00",
        "1",
        "spare;",
        "all",
        "in",
        "repair",
        "20.0",
        "%",
        "of",
        "the",
        "time",
    ]


def test_the_best_interval_is_reported_in_the_words_of_the_file() -> None:
    steps = {"workload": {"steps": 1000}, "checkpoint": {"interval": "200 steps", "stall": "2 min"}}
    report = explained(scenario(fault={"gpu": {"mtbf": "20 h"}}, **steps))
    assert "200 steps  the best is 113 steps" in report


def test_what_is_left_out_is_reported() -> None:
    change = [{"at": "1 h", "set": {"restart.failure": 0.1}}]
    once = {"work": {"at": "1 h", "duration": "1 h"}}
    report = explained(scenario(fault=FAULTS, diagnosis={"recall": 0.5}, change=change, stop=once))
    assert "before any trial or change (means; ranges at their" in report
    assert (
        "Not counted: faults of bad hosts that were not found or not repaired and stops that come "
        "once." in " ".join(report.split())
    )


def test_a_class_of_the_job_is_reported_to_count_with_its_mean_rate() -> None:
    spike = {"scope": "job", "law": "weibull", "shape": 3, "mtbf": "20 h"}
    report = " ".join(explained(scenario(fault={"spike": spike})).split())
    assert "Not counted: time since the last fault of the job: each class has its mean" in report
    assert "hosts that age" not in report


def test_without_faults_there_is_little_to_tell() -> None:
    report = explained(scenario())
    assert "MTBF" not in report
    assert "hosts in repair" not in report
    said = scenario(fault={"gpu": {"rate": 0}}, checkpoint={"stall": "1 s"}, workload={"speed": 1})
    assert check_report(said) == ""

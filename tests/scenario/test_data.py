"""Laws from data in a scenario: of percentiles, of values, and of values in a file beside it."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from simtrain.accounts.timeline import State
from simtrain.distributions import Pareto
from simtrain.empirical import Quantiles, Values
from simtrain.errors import ScenarioError
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.scenario.axes import axes_of
from simtrain.scenario.data import MOST_VALUES, in_few_words
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.load import load
from simtrain.scenario.resized import host_mtbf_s, resized
from simtrain.scenario.scenario import Scenario
from tests.engine.runs import run, scenario
from tests.scenario.valid import mistakes_in, written

SMALL = """\
[workload]
ideal_time = "10 h"

[cluster]
hosts = 4

[checkpoint]
interval = "1 h"

[restart]
duration = "5 min"
"""
PERCENTILES = {"p95": "2 h", "p5": "2 min", "p50": "10 min"}


def empirical(**data: Any) -> dict[str, Any]:
    return {"law": "empirical", **data}


def repaired(law: Any) -> Scenario:
    return scenario(repair={"manual": law})


def in_file(folder: Path, law: str, data: str | None = "3\n7\n\n 45 \n") -> Path:
    """Scenario whose manual repair has a law, beside a file of data."""
    folder.mkdir(exist_ok=True)
    if data is not None:
        written(folder, data, "repairs.csv")
    return written(folder, f'{SMALL}\n[repair]\nmanual = {{ law = "empirical", {law} }}\n')


# --- as it is read ------------------------------------------------------------------------------


def test_percentiles_are_read_in_any_order_with_their_units() -> None:
    law = repaired(empirical(quantiles=PERCENTILES)).repair.manual.law
    assert law == Quantiles((0.05, 0.5, 0.95), (120.0, 600.0, 7200.0))
    law = repaired(empirical(quantiles={"p50": "1 min", "p99.9": "1 h"})).repair.manual.law
    assert law == Quantiles((0.5, 0.999), (60.0, 3600.0))


def test_values_are_read_with_their_units() -> None:
    manual = repaired(empirical(values=["7 min", "180 s", 0])).repair.manual
    assert manual.law == Values((0.0, 180.0, 420.0))
    assert manual.per == "occurrence"


def test_a_number_that_holds_for_a_trial_is_one_of_the_values() -> None:
    one = scenario(checkpoint={"interval": empirical(values=["30 min", "1 h"])})
    assert one.checkpoint.interval.number.law == Values((1800.0, 3600.0))
    assert [unknown.keys for unknown in one.unknown] == [("checkpoint.interval",)]
    assert one.without_doubt().checkpoint.interval.number.mean == 2700.0


def test_steps_are_found_in_data() -> None:
    interval = empirical(quantiles={"p5": "20 steps", "p95": "90 steps"})
    one = scenario(workload={"steps": 1000}, checkpoint={"interval": interval})
    assert one.checkpoint.interval.in_steps


def test_each_occurrence_takes_one_of_the_values() -> None:
    values = ["3 min", "7 min", "45 min"]
    outcome = run(
        scenario(
            workload={"ideal_time": "100 h"},
            stop={"work": {"every": "5 h", "duration": "1 h"}},
            restart={"duration": empirical(values=values)},
        )
    )
    spans = {
        round(span.end - span.start)
        for span in outcome.recorder.intervals()
        if span.state is State.RESTART
    }
    assert spans == {180, 420, 2700}


def test_a_pareto_law_has_two_bounds() -> None:
    law = repaired({"law": "pareto", "shape": 1.5, "low": "10 min", "high": "2 d"})
    assert law.repair.manual.law == Pareto(1.5, 600.0, 2 * 86400.0)


# --- from a file --------------------------------------------------------------------------------


def test_a_file_is_read_beside_the_scenario(tmp_path: Path) -> None:
    one = load(in_file(tmp_path / "runs", 'file = "repairs.csv", unit = "min"'))
    assert one.repair.manual.law == Values((180.0, 420.0, 2700.0))


def test_values_of_a_file_may_have_units_of_their_own(tmp_path: Path) -> None:
    one = load(in_file(tmp_path, 'file = "repairs.csv"', "3 min\r\n2 h\r\n"))
    assert one.repair.manual.law == Values((180.0, 7200.0))


def test_what_is_in_the_file_is_part_of_the_scenario(tmp_path: Path) -> None:
    """It moves the hash, and needs no file any more: not in a worker, not where it is written."""
    file = in_file(tmp_path, 'file = "repairs.csv", unit = "min"')
    before = load(file)
    same = repaired(empirical(values=["45 min", "3 min", "420 s"]))
    assert before.meaning()["repair"]["manual"] == same.meaning()["repair"]["manual"]
    (tmp_path / "repairs.csv").write_text("3\n7\n46\n")
    assert load(file).sha256 != before.sha256
    (tmp_path / "repairs.csv").unlink()
    travelled = pickle.loads(pickle.dumps(before))
    assert travelled.sha256 == before.sha256
    assert travelled.replace({"cluster.spares": 1}).repair.manual.law == before.repair.manual.law
    copy = load(written(tmp_path, before.to_toml(), "copy.toml"))
    assert copy.sha256 == before.sha256


def test_a_file_is_found_from_the_scenario_that_names_it(tmp_path: Path) -> None:
    in_file(tmp_path / "base", 'file = "repairs.csv", unit = "min"')
    over = written(tmp_path, 'extends = "base/scenario.toml"\n[cluster]\nspares = 1\n', "over.toml")
    assert load(over).repair.manual.law == Values((180.0, 420.0, 2700.0))


def test_a_change_may_set_a_law_from_a_file(tmp_path: Path) -> None:
    written(tmp_path, "1 h\n2 h\n", "later.csv")
    change = (
        '[[change]]\nat = "2 h"\nset."repair.manual" = { law = "empirical", file = "later.csv" }\n'
    )
    one = load(written(tmp_path, f"{SMALL}\n{change}"))
    later = one.after((0,))
    assert later.repair.manual.law == Values((3600.0, 7200.0))


def test_an_override_finds_its_file_in_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path, SMALL)
    written(tmp_path, "1 h\n", "other.csv")
    monkeypatch.chdir(tmp_path)
    one = load(file, ['repair.manual={ law = "empirical", file = "other.csv" }'])
    assert one.repair.manual.law == Values((3600.0,))


def test_a_file_that_cannot_be_read_is_reported_at_its_line(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(in_file(tmp_path, 'file = "repairs.csv"', None))
    assert mistake.place == f"{tmp_path / 'scenario.toml'}:14"
    assert mistake.key == "repair.manual.file"
    assert "repairs.csv" in mistake.wrong
    assert "no such file" in mistake.wrong


@pytest.mark.parametrize(
    ("law", "data", "key", "wrong"),
    [
        ('file = "repairs.csv"', "", "file", "has no values"),
        ("file = 3", "", "file", "not the name of a file"),
        ('file = "repairs.csv", unit = 3', "1\n", "unit", "is not a unit"),
        ('file = "."', "", "file", "is a directory"),
        ('file = "repairs.csv"', "3 min\nsoon\n", "values", 'value 2: "soon" is not a duration'),
        ('file = "repairs.csv"', "3\n", "values", 'value 1: "3"'),
        ('file = "repairs.csv", values = ["1 h"]', "3\n", "values", "beside `file`"),
    ],
)
def test_what_is_wrong_with_a_file_of_data(
    law: str, data: str, key: str, wrong: str, tmp_path: Path
) -> None:
    (mistake,) = mistakes_in(in_file(tmp_path, law, data))
    assert mistake.key == f"repair.manual.{key}"
    assert wrong in mistake.wrong


def test_a_mistake_in_a_value_names_the_file_it_is_in(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(in_file(tmp_path, 'file = "repairs.csv"', "3 min\nsoon\n"))
    assert mistake.place == str(tmp_path / "repairs.csv")


# --- what is refused ----------------------------------------------------------------------------

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({}, "", "has no data"),
    ({"quantiles": PERCENTILES, "values": ["1 h"]}, "", "both"),
    ({"mean": "1 h", "values": ["1 h"]}, ".mean", "not a parameter of the empirical law"),
    ({"file": "repairs.csv"}, ".file", "where the whole law is given"),
    ({"quantiles": ["1 h"]}, ".quantiles", "is not a table"),
    ({"quantiles": {}}, ".quantiles", "two or more percentiles make a law, got 0"),
    ({"quantiles": {"p50": "1 h"}}, ".quantiles", "got 1"),
    ({"quantiles": {"p50": "1 h", "median": "2 h"}}, ".quantiles", '"median" is no percentile'),
    ({"quantiles": {"p50": "1 h", "p100": "2 h"}}, ".quantiles", '"p100" is no percentile'),
    ({"quantiles": {"p0": "1 h", "p50": "2 h"}}, ".quantiles", '"p0" is no percentile'),
    ({"quantiles": {"p50": "1 h", "p50.0": "2 h"}}, ".quantiles", "same percentile twice"),
    ({"quantiles": {"p50": "1 h", "p99": {"9": "2 h"}}}, ".quantiles", "`p99.9` needs quotes"),
    ({"quantiles": {"p5": "0 s", "p50": "2 h"}}, ".quantiles", "must be above 0"),
    ({"quantiles": {"p5": "3 h", "p50": "2 h"}}, ".quantiles", "p50 must not be below p5"),
    ({"quantiles": {"p5": "1..3 h", "p50": "5 h"}}, ".quantiles", "p5,"),
    ({"quantiles": {"p5": 3, "p50": "5 h"}}, ".quantiles", "p5: 3"),
    ({"values": "1 h"}, ".values", "is not a list"),
    ({"values": []}, ".values", "got none"),
    ({"values": ["1 h", "2000 years"]}, ".values", "value 2: "),
    ({"values": ["1 s"] * (MOST_VALUES + 1)}, ".values", "are too many"),
    ({"values": ["1 s"], "per": "day"}, ".per", "is not accepted"),
]


@pytest.mark.parametrize(("data", "key", "wrong"), WRONG)
def test_data_that_make_no_law_are_reported_with_a_remedy(
    data: dict[str, Any], key: str, wrong: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        repaired(empirical(**data))
    (mistake,) = caught.value.mistakes
    assert mistake.key == f"repair.manual{key}"
    assert wrong in mistake.wrong
    assert mistake.accepted


def test_percentiles_of_a_share_must_not_lead_beyond_one() -> None:
    fault = {"gpu": {"mtbf": "1 d", "automatic": empirical(quantiles={"p5": 0.1, "p95": 0.9})}}
    with pytest.raises(ScenarioError, match="the empirical law goes beyond 1"):
        scenario(fault=fault)
    fault["gpu"]["automatic"] = empirical(values=[0.4, "70 %"])
    assert scenario(fault=fault).fault["gpu"].automatic.law == Values((0.4, 0.7))


@pytest.mark.parametrize("law", ["empirical", "pareto", "uniform"])
def test_a_time_to_failure_takes_laws_that_know_of_age(law: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(fault={"gpu": {"mtbf": "1 d", "law": law}})
    (mistake,) = caught.value.mistakes
    assert mistake.key == "fault.gpu.law"
    assert '"weibull"' in mistake.accepted


# --- where numbers are varied -------------------------------------------------------------------


def test_data_are_varied_by_their_scale() -> None:
    laws = (empirical(quantiles=PERCENTILES), empirical(values=["10 min", 0, "20 min"]))
    for law, low in zip(
        laws, ({"p95": "96 min", "p5": "96 s", "p50": "8 min"}, ["8 min", 0, "16 min"]), strict=True
    ):
        inputs = inputs_of(repaired(law), 0.2).varied
        [one] = [one for one in inputs if one.key == "repair.manual"]
        assert one.low is not None
        assert one.is_even
        [key] = {*law} - {"law"}
        assert one.low.value == {**law, key: low}


def test_hosts_of_a_time_to_failure_that_is_one_of_some_live_longer() -> None:
    fault = {"gpu": {"mtbf": empirical(values=["100 d", "300 d"])}}
    one = scenario(fault=fault)
    assert host_mtbf_s(one) == pytest.approx(200 * 86400.0)
    assert host_mtbf_s(resized(one, 8, longer=2.0)) == pytest.approx(400 * 86400.0)


def test_one_percentile_may_be_varied_or_set() -> None:
    one = repaired(empirical(quantiles=PERCENTILES))
    later = one.replace({"repair.manual.quantiles.p50": "20 min"})
    assert later.repair.manual.law == Quantiles((0.05, 0.5, 0.95), (120.0, 1200.0, 7200.0))
    [axis] = axes_of(one, {"repair.manual.quantiles.p50": "5 min, 20 min"})
    assert axis.numbers == (300.0, 1200.0)


def test_laws_from_data_reach_the_model() -> None:
    one = repaired(empirical(quantiles=PERCENTILES))
    manual = parameters_of(one, at_middle, one).repair.manual
    assert manual.quantile(0.5) == pytest.approx(600.0)


def test_many_values_are_said_in_few_words() -> None:
    assert in_few_words(empirical(values=["1 h", "2 h"])) == "1 h, 2 h"
    many = [f"{n} min" for n in range(1, 1002)]
    assert in_few_words(empirical(values=many)) == "1 min, … 1001 min (1,001 values)"
    assert in_few_words(empirical(quantiles={"p5": "1 s", "p95": "1 h"})) == "p5 1 s, p95 1 h"

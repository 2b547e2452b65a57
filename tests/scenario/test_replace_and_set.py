import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.errors import ScenarioError
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from tests.examples import examples
from tests.scenario.valid import TEXT, edited, mistakes_in, written


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path, TEXT)


@pytest.fixture
def scenario(file: Path) -> Scenario:
    return load(file)


# --- replace -------------------------------------------------------------------------------------


def test_replace_by_path_and_by_keyword(scenario: Scenario) -> None:
    by_path = scenario.replace({"cluster.spares": 9, "checkpoint.interval": "1 h"})
    by_keyword = scenario.replace(cluster__spares=9, checkpoint__interval="1 h")
    assert by_path == by_keyword
    assert by_path.sha256 == by_keyword.sha256 != scenario.sha256
    assert by_path.cluster.spares == 9
    assert not by_path.checkpoint.interval.in_steps
    assert (by_path.name, scenario.cluster.spares) == (scenario.name, 8)


def test_another_effect_lets_go_of_the_keys_of_the_one_before(scenario: Scenario) -> None:
    alarm = {"scope": "job", "effect": "false alarm", "rate": "1 per day", "grace": "1 h"}
    said = scenario.replace({"fault.alarm": alarm})
    assert said.replace({"fault.alarm.effect": "crash"}).fault["alarm"].grace.middle == 0.0


def test_replace_nothing(scenario: Scenario) -> None:
    assert scenario.replace() == scenario


def test_replaced_values_are_in_the_written_file(scenario: Scenario, tmp_path: Path) -> None:
    changed = scenario.replace({"fault.loss spike.rate": "2 per day", "change.0.progress": 0.1})
    assert load(written(tmp_path, changed.to_toml())).sha256 == changed.sha256
    assert "0.1 per day" not in changed.to_toml()


def test_replace_takes_numbers_of_numpy_laws_tables_and_rows(scenario: Scenario) -> None:
    changed = scenario.replace(
        {
            "cluster.spares": np.int64(9),
            "fault.gpu.automatic": np.float64(0.25),
            "restart.duration": {"law": "exponential", "mean": "5 min"},
            "people.holidays": (),
            "people.when": [{"response": "9 min"}],
            "cluster": {"swap": "3 min"},
            "repair.automated": np.array(["2 h"])[0],
        }
    )
    assert (changed.cluster.spares, changed.cluster.swap.mean) == (9, 180)
    assert changed.people.when[0].response.mean == 540
    tomllib.loads(changed.to_toml())


def test_replace_into_a_law_and_into_a_row(scenario: Scenario) -> None:
    changed = scenario.replace({"restart.duration.mean": "25 min", "people.when.1.response": "3 h"})
    assert changed.restart.duration.mean == pytest.approx(1500)
    assert changed.people.when[1].response.mean == 3 * 3600
    assert changed.people.when[1].days == ("sat", "sun")


def test_replace_by_none_takes_a_value_away(scenario: Scenario) -> None:
    changed = scenario.replace({"checkpoint.keep": None, "stop.flood": None, "cluster.swap": None})
    assert changed.checkpoint.keep is None
    assert list(changed.stop) == ["upgrade", "weekly"]
    assert changed.cluster.swap.mean == 0
    with pytest.raises(ScenarioError, match=r"replace: cluster\.hosts: is missing"):
        scenario.replace({"cluster.hosts": None})


def test_replace_displaces_other_words_and_forgets_sources(scenario: Scenario) -> None:
    changed = scenario.replace({"fault.gpu.rate": "1 per 30 days", "cluster.hosts": 100})
    assert changed.fault["gpu"].mtbf is None
    assert "cluster.hosts" not in changed.sources


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("cluster.spars", 3),
        ("cluster", 3),
        ("", 3),
        (".", 3),
        ("cluster..spares", 3),
        ("cluster.spares", -1),
        ("cluster.spares", "3"),
        ("cluster.spares", object()),
        ("cluster.spares", np.float64(3)),
        ("cluster.spares.x", 3),
        ("checkpoint.interval.x", 3),
        ("checkpoint.interval", 1800),
        ("checkpoint.interval", None),
        ("people.when.2.response", "1 h"),
        ("people.when.-1.response", "1 h"),
        ("people.when.x.response", "1 h"),
        (f"people.when.{'9' * 5000}.response", "1 h"),
        ("people.when.0", 3),
        ("people.when.0", None),
        ("fault.new.automatic", 0.5),
        ("fault.gpu", 3),
        ("fault.gpu.mtbf.law", "x"),
        ("extends", "base.toml"),
        ("start", 5),
        ("change.0.set.cluster", {"hosts": -1}),
        ("sources.cluster.hosts", 3),
        ("title", ""),
    ],
)
def test_replace_refuses_what_is_no_value_of_a_scenario(
    path: str, value: object, scenario: Scenario
) -> None:
    with pytest.raises(ScenarioError, match=r"^replace: "):
        scenario.replace({path: value})


def test_contradictions_within_one_call_are_reported(scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"contradicts `rate`"):
        scenario.replace({"fault.gpu.rate": "1 per day", "fault.gpu.mtbf": "1 d"})
    with pytest.raises(ScenarioError, match=r"goes through `cluster`"):
        scenario.replace({"cluster": 3, "cluster.hosts": 3})


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("fault.gqu.mtbf", "names no table `fault.gqu` of the scenario; did you mean `gpu`? "),
        ("fault.gqu", "a new one is given as a whole table: fault.gqu={mtbf="),
        ("stop.flod.duration", "did you mean `flood`? there are flood, upgrade, weekly; a new"),
        ("change.0.set.fault.gqu.rate", "names no class of faults; there are gpu, "),
        ("cluster.spars", "did you mean `spares`?"),
        ("spares", "did you mean `cluster.spares`?"),
        ("cluster.mtbf", "did you mean `fault.NAME.mtbf`?"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused_with_what_there_is(
    path: str, words: str, scenario: Scenario
) -> None:
    with pytest.raises(ScenarioError, match=re.escape(words)):
        scenario.replace({path: "30 days"})


@pytest.mark.parametrize("path", ["fault.gqu", "fault.gqu.mtbf", "stop.flod", "cluster.spars"])
def test_what_is_not_there_cannot_be_taken_away(path: str, scenario: Scenario) -> None:
    with pytest.raises(ScenarioError, match=r"did you mean"):
        scenario.replace({path: None})


def test_a_new_class_of_faults_is_asked_for_as_a_whole_table(scenario: Scenario) -> None:
    new = {"mtbf": "30 days"}
    changed = scenario.replace({"fault.network": new, "fault.network.automatic": 0.5})
    assert changed.fault["network"].automatic.mean == 0.5
    twice = scenario.replace({"fault.network.automatic": 0.5, "fault.network": new})
    assert twice.sha256 == changed.sha256
    assert scenario.replace({"stop": {"late": {"at": "1 d", "duration": "1 h"}}}).stop["late"]


# --- --set ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("override", "path", "value"),
    [
        ("cluster.spares=9", "cluster.spares", 9),
        (" cluster.spares = 9 ", "cluster.spares", 9),
        ("checkpoint.stall=2 min", "checkpoint.stall.mean", 120),
        ('checkpoint.stall="2 min"', "checkpoint.stall.mean", 120),
        ("fault.loss spike.margin=2 h", "fault.loss spike.margin.mean", 7200),
        ("repair.manual={law='exponential',mean='1 h'}", "repair.manual.mean", 3600),
        ("checkpoint.final_save=false", "checkpoint.final_save", False),
        ("title=a = b", "title", "a = b"),
        ("people.when.0.response=5 min", "people.when.0.response.mean", 300),
        ("people.when=[]", "people.when", ()),
        ("change.0.progress=0.25", "change.0.progress.mean", 0.25),
        ("fault.new={mtbf='400 days'}", "fault.new.mtbf.mean", 400 * 86400),
    ],
)
def test_an_override_takes_the_place_of_a_value(
    override: str, path: str, value: object, file: Path
) -> None:
    found: object = load(file, [override])
    for part in path.split("."):
        if isinstance(found, tuple):
            found = found[int(part)]
        else:
            found = found[part] if isinstance(found, dict) else getattr(found, part)
    assert found == value


def test_the_last_of_two_overrides_counts(file: Path) -> None:
    assert load(file, ["cluster.spares=6", "cluster.spares=7"]).cluster.spares == 7


def test_an_override_may_mend_a_file(tmp_path: Path) -> None:
    text = edited(("hosts = 124", "hosts = 0"), ("tries = 2", ""))
    file = written(tmp_path, text)
    assert load(file, ["cluster.hosts=120"]).cluster.hosts == 120
    mistakes = mistakes_in(written(tmp_path, text + "x = 1\n"), ["cluster.hosts=-1", "y=2"])
    places = {mistake.key: mistake.place.rpartition("/")[2] for mistake in mistakes}
    assert places.pop("cluster.hosts") == "--set"
    assert places.pop("y") == "--set"
    assert all(place.startswith("scenario.toml:") for place in places.values())


@pytest.mark.parametrize(
    "override",
    [
        "",
        "=",
        "=3",
        "cluster.spares",
        "cluster.spares=",
        "cluster.spares=x",
        "cluster.spares=-1",
        "cluster.spares=1e400",
        "cluster.spares=nan",
        "cluster.spares=3\nx=4",
        "cluster.spares=[3",
        "cluster.hot_spares=9",
        ".cluster=3",
        "cluster.=3",
        "cluster=3",
        "cluster.spares.x=3",
        "title.x=3",
        "checkpoint.interval.x.y.z=3",
        "people.when.9.response=1 h",
        "people.when.0.response=-1 h",
        "people.holidays.7=2026-01-01",
        "fault.gpu.mtbf.cv=-1",
        "fault.gqu.mtbf=1 d",
        "fault.new={automatic=0.5}",
        "extends=base.toml",
        "start=2030-01-01",
        "x=" + "[" * 5000,
        "x=" + "[" * 60 + "]" * 60,
        "x=" + "9" * 5000,
        "\0=3",
        "change.0.set.cluster.spars=3",
        "stop.flood.at=2020-01-01",
    ],
)
def test_a_mistake_of_an_override_is_reported_as_one(override: str, file: Path) -> None:
    for mistake in mistakes_in(file, [override]):
        assert mistake.place == "--set"


@pytest.mark.slow
@examples(120)
@given(
    path=st.lists(
        st.sampled_from(["cluster", "fault", "gpu", "mtbf", "change", "set", "0", "people", "when"])
        | st.text(max_size=3),
        max_size=4,
    ).map(".".join),
    value=st.text(max_size=10) | st.sampled_from(["3", "{}", "[]", "[{}]", "{ x = 1 }", "nan"]),
)
def test_any_override_gives_a_scenario_or_a_mistake(
    tmp_path_factory: pytest.TempPathFactory, path: str, value: str
) -> None:
    file = tmp_path_factory.getbasetemp() / "valid.toml"
    file.write_text(TEXT)
    try:
        load(file, [f"{path}={value}"])
    except ScenarioError as error:
        assert all(mistake.place == "--set" for mistake in error.mistakes)  # noqa: PT017

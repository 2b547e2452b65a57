"""Rows are known by their names, beside their numbers."""

from pathlib import Path

import pytest

from simtrain.errors import ScenarioError
from simtrain.questions.sweep import SweepQuestion
from simtrain.scenario.addresses import addressed, with_names
from simtrain.scenario.document import PathError
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from tests.scenario.valid import TEXT, written

CHANGES = """
[[change]]
name = "18 spares"
at = "3 days"
set = { "cluster.spares" = 18 }

[[change]]
at = "4 days"
set = { "cluster.swap" = "8 min" }

[[change]]
name = "stack v2.0"
at = "5 days"
set = { "restart.tries" = 5 }

[sources]
"change.18 spares.set.cluster.spares" = { assumed = "as was ordered" }
change."stack v2.0".set.restart.tries = { assumed = "as was tested" }
"""
DOCUMENT = {
    "change": [{"name": "new"}, {}, {"name": "twice"}, {"name": "twice"}, {"name": "new 2"}],
    "domain": [{"name": "rack"}, {"name": "pod"}],
}


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(written(tmp_path, TEXT[: TEXT.index("[[change]]")] + CHANGES))


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("change.new.at", "change.0.at"),
        ('change."new".set.cluster.spares', "change.0.set.cluster.spares"),
        ("change.'new 2'.at", "change.4.at"),
        ("change.new 2.at", "change.4.at"),
        ("change.new", "change.0"),
        ("change.1.at", "change.1.at"),
        ("change.9.at", "change.9.at"),
        ("domain.pod.hosts", "domain.1.hosts"),
        ("domain.0.hosts", "domain.0.hosts"),
        ("change.new.set.domain.rack.hosts", "change.0.set.domain.0.hosts"),
        ('fault."loss spike".mtbf', "fault.loss spike.mtbf"),
        ("cluster.spares", "cluster.spares"),
        ("change", "change"),
    ],
)
def test_a_key_has_one_path(key: str, path: str) -> None:
    assert addressed(DOCUMENT, key) == path


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("change.newer.at", 'there are "new" \\(change.0\\), '),
        ("domain.row.hosts", 'names no level of the scenario; there are "rack" \\(domain.0\\), '),
        ("change.twice.at", "is the name of change.2 and change.3: say which by its number"),
    ],
)
def test_a_name_has_to_be_that_of_one_row(key: str, words: str) -> None:
    with pytest.raises(PathError, match=words):
        addressed(DOCUMENT, key)


def test_texts_have_the_names_that_rows_have_to_themselves() -> None:
    text = "change.0.set.x, until change.4, change.1.at, change.2.at, exchange.0"
    expected = 'change."new".set.x, until change."new 2", change.1.at, change.2.at, exchange.0'
    assert with_names(DOCUMENT, text) == expected
    assert with_names(DOCUMENT, "domain.1.hosts = 4, domain.7") == "domain.pod.hosts = 4, domain.7"


def test_values_are_set_by_the_name_of_a_change(scenario: Scenario, tmp_path: Path) -> None:
    key = 'change."18 spares".set.cluster.spares'
    by_number = scenario.replace({"change.0.set.cluster.spares": 12})
    assert scenario.replace({key: 12}).sha256 == by_number.sha256
    file = written(tmp_path, scenario.to_toml())
    assert load(file, [f"{key}=12"]).sha256 == by_number.sha256
    assert load(file, ["change.stack v2.0.set.restart.tries=7"]).change[2].set["restart.tries"] == 7
    with pytest.raises(ScenarioError, match=r"--set: .*names no change of the scenario; there are"):
        load(file, ['change."19 spares".set.cluster.spares=12'])


def test_a_sweep_varies_by_the_name_of_a_change(scenario: Scenario) -> None:
    key = 'change."18 spares".set.cluster.spares'
    points = SweepQuestion(scenario, {key: "10,12"}, 2).points
    assert [point.change[0].set["cluster.spares"] for point in points[:2]] == [10, 12]
    with pytest.raises(ScenarioError, match=r"sweep: .*names no change of the scenario"):
        SweepQuestion(scenario, {"change.none.at": ["1 d"]}, 2)


def test_a_source_is_reported_by_the_name_of_a_change(scenario: Scenario, tmp_path: Path) -> None:
    assert scenario.source_of("change.0.set.cluster.spares") == "assumed"
    assert scenario.source_of("change.2.set.restart.tries") == "assumed"
    keys = [found.key for found in inputs_of(scenario, 0.2).varied]
    assert 'change."18 spares".set.cluster.spares' in map(scenario.with_names, keys)
    with pytest.raises(ScenarioError, match=r"sources.change.none.*names no key that is given"):
        load(written(tmp_path, scenario.to_toml().replace("change.0.set", "change.none.set")))

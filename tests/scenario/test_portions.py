"""Counts of spares that are given as a share of another count, and move with it."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from simtrain.errors import ScenarioError
from simtrain.questions.run import run
from simtrain.scenario.differences import differences
from simtrain.scenario.hosts import Cluster
from simtrain.scenario.inputs import inputs_of
from simtrain.scenario.load import load
from simtrain.scenario.portions import WholeOrShare
from simtrain.scenario.reference import reader_of
from simtrain.scenario.resized import resized
from simtrain.scenario.scenario import Scenario
from tests.scenario.valid import written

TEXT = """
[workload]
window = "24 h"

[cluster]
hosts = 100
spares = "5 %"

[fault.node]
rate = "5 per 1000 host-days"

[checkpoint]
interval = "1 h"

[restart]
duration = "10 min"
"""
GROWS = """
[[change]]
at = "6 h"
set = { "cluster.hosts" = 150 }
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Scenario:
    return load(written(tmp_path, TEXT))


def spares(scenario: Scenario) -> tuple[int, int, int]:
    cluster = scenario.cluster
    return cluster.spares, cluster.hot_spares, cluster.lent_spares


@pytest.mark.parametrize(
    ("hosts", "share", "found"),
    [
        (100, "5 %", 5),
        (20, "5%", 1),
        (992, "1 %", 10),
        (1000, "10 %", 100),
        (7, "0.1 %", 1),
        (3, "33.4 %", 2),
        (100, "0 %", 0),
        (10, "120 %", 12),
    ],
)
def test_a_share_of_the_hosts_is_rounded_up(
    scenario: Scenario, hosts: int, share: str, found: int
) -> None:
    changed = scenario.replace({"cluster.hosts": hosts, "cluster.spares": share})
    assert spares(changed) == (found, 0, 0)


def test_shares_of_the_spares_that_make_up_a_whole_fit_together(scenario: Scenario) -> None:
    for there in range(12):
        changed = scenario.replace(
            cluster__spares=there, cluster__hot_spares="30 %", cluster__lent_spares="70 %"
        )
        assert sum(spares(changed)[1:]) == there
    assert spares(scenario.replace(cluster__hot_spares="100 %")) == (5, 5, 0)


def test_a_share_stays_one_when_it_is_written_and_read_again(
    scenario: Scenario, tmp_path: Path
) -> None:
    text = scenario.to_toml()
    assert 'spares = "5 %"' in text
    again = load(written(tmp_path, text), ["cluster.hosts=300"])
    assert again.cluster.spares == 15
    assert pickle.loads(pickle.dumps(again)).sha256 == again.sha256


def test_a_share_and_its_count_are_the_same_scenario_unless_a_change_may_move_it(
    scenario: Scenario, tmp_path: Path
) -> None:
    assert scenario.sha256 == scenario.replace(cluster__spares=5).sha256
    growing = load(written(tmp_path, TEXT + GROWS))
    assert growing.sha256 != growing.replace(cluster__spares=5).sha256


def test_a_share_follows_a_change_of_the_hosts(tmp_path: Path) -> None:
    growing = load(written(tmp_path, TEXT + GROWS))
    assert growing.after((0,)).cluster.spares == 8
    explicit = GROWS.replace("150", '150, "cluster.spares" = 8')
    other = load(written(tmp_path, TEXT.replace('"5 %"', "5") + explicit))
    by_share, by_count = (run(one, trials=3, jobs=1) for one in (growing, other))
    np.testing.assert_array_equal(by_share.values, by_count.values)


def test_a_change_may_set_a_share(tmp_path: Path) -> None:
    text = TEXT + GROWS.replace('"cluster.hosts" = 150', '"cluster.spares" = "20 %"')
    assert load(written(tmp_path, text)).after((0,)).cluster.spares == 20


def test_an_incident_may_take_the_spares_that_a_share_comes_to(tmp_path: Path) -> None:
    incident = '[stop.flood]\nkind = "incident"\nat = "9 h"\nduration = "1 h"\nhosts = 158\n'
    assert load(written(tmp_path, TEXT + incident + GROWS)).stop
    with pytest.raises(ScenarioError, match="159 are more than the 158 hosts there ever are"):
        load(written(tmp_path, TEXT + incident.replace("158", "159") + GROWS))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("cluster.spares", "-5 %", "or a share of `hosts` such as"),
        ("cluster.spares", 0.05, "0.05 is not a whole number; a whole number from 0 to"),
        ("cluster.spares", "5", '"5" is in quotes; write 5'),
        ("cluster.spares", "9e9 %", '"9e9 %" of 100 is out of range'),
        ("cluster.hosts", "50 %", "cluster.hosts: "),
        ("cluster.hot_spares", 6, 'a share follows it, such as hot_spares = "100 %"'),
        ("cluster.hot_spares", "150 %", "8 hot and 0 lent spares are more than the 5 there are"),
    ],
)
def test_what_is_no_share_is_refused(
    scenario: Scenario, path: str, value: object, words: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario.replace({path: value})
    assert words in str(refused.value)
    assert len(refused.value.mistakes) == 1


def test_another_size_is_reported_by_its_hosts_and_another_share_by_itself(
    scenario: Scenario,
) -> None:
    larger, other = scenario.replace(cluster__hosts=200), scenario.replace(cluster__spares="9 %")
    assert [found.key for found in differences([scenario, larger])] == ["cluster.hosts"]
    [found] = differences([scenario, other])
    assert found.values == ("5 %", "9 %")


@pytest.mark.parametrize("hosts", [1, 7, 20, 992, 99_991])
def test_every_count_has_a_share_in_few_digits(scenario: Scenario, hosts: int) -> None:
    for key in ("spares", "lent_spares"):
        reader = reader_of(Cluster.model_fields[key])
        assert isinstance(reader, WholeOrShare)
        for count in range(0, hosts + 1, max(1, hosts // 50)):
            assert reader.portion(reader.share(count, hosts), {reader.of: hosts}) == count
    assert reader.share(1, 20) == "5 %"


def test_a_share_is_kept_at_another_size_and_is_an_input_itself(scenario: Scenario) -> None:
    assert resized(scenario, 400).cluster.spares == 20
    [found] = [one for one in inputs_of(scenario, 0.2).varied if one.key == "cluster.spares"]
    assert [side.value for side in found.sides] == ["4 %", "6 %"]

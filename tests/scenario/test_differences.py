from simtrain.scenario.differences import Difference, differences
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario

SMALL = {
    "workload": {"ideal_time": "1 day"},
    "cluster": {"hosts": 10, "spares": 2},
    "fault": {"gpu": {"mtbf": "100 days"}},
    "checkpoint": {"interval": "30 min"},
    "restart": {"duration": {"law": "lognormal", "mean": "5 min", "cv": 0.5}},
    "change": [{"at": "2 days", "set": {"cluster.spares": 3, "workload.speed": 0.9}}],
}


def differing(**values: object) -> list[Difference]:
    scenario = Scenario.from_document(SMALL)
    return differences([scenario, scenario.replace(values)])


def test_other_words_for_the_same_are_no_difference() -> None:
    words = {"checkpoint.interval": "0.5 h", "cluster.swap": 0, "title": "another"}
    assert differing(**words, **{"change.0.at": "48 h", "sources": {}}) == []


def test_values_are_reported_as_each_says_them() -> None:
    assert differing(**{"cluster.swap": "5 min", "checkpoint.interval": "1 h"}) == [
        Difference("cluster.swap", (0, "5 min")),
        Difference("checkpoint.interval", ("30 min", "1 h")),
    ]


def test_a_law_is_one_value() -> None:
    [found] = differing(**{"restart.duration.cv": 0.6})
    assert found.key == "restart.duration"
    assert [value["cv"] for value in found.values] == [0.5, 0.6]


def test_what_a_change_sets_is_a_key_of_its_own() -> None:
    assert differing(**{"change.0.set.cluster.spares": 4}) == [
        Difference("change.0.set.cluster.spares", (3, 4))
    ]


def test_a_table_that_one_has_is_reported_by_what_it_says() -> None:
    assert differing(**{"fault.network": {"rate": "1 per day"}, "people.when": []}) == [
        Difference("fault.network.rate", (None, "1 per day"))
    ]


def test_rows_are_reported_by_number() -> None:
    opt = load("opt175b.toml")
    other = opt.replace({"people.when.1.response": "1 min"})
    assert [found.key for found in differences([opt, other, opt])] == ["people.when.1.response"]

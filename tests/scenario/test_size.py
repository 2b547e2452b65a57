"""The size of the job, and the time that its work takes."""

import pytest

from simtrain.errors import ScenarioError
from simtrain.questions.plan import PlanQuestion
from simtrain.questions.sweep import SweepQuestion
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.size import set_size_note, size_note
from tests.engine.runs import run as trial
from tests.engine.runs import scenario

HOSTS = {"cluster.hosts": [4, 8]}


def sized() -> Scenario:
    """Ten hours of work on four hosts of eight accelerators, whatever their number."""
    return scenario(workload={"ideal_time": None, "accelerator_hours": 320})


def test_the_remedy_is_the_same_work() -> None:
    change = [{"at": "4 h", "set": {"cluster.hosts": 8}}]
    note = size_note([scenario(change=change)])
    assert "workload.accelerator_hours=320," in note
    assert trial(scenario(change=change)).hours == 10
    followed = scenario(workload={"ideal_time": None, "accelerator_hours": 320}, change=change)
    assert trial(followed).hours == 7
    assert not size_note([followed])


def test_a_size_cannot_vary_if_the_time_does_not_follow() -> None:
    with pytest.raises(ScenarioError) as refused:
        SweepQuestion(scenario(), HOSTS, 2)
    assert "cluster.hosts: changes nothing about `workload.ideal_time`" in str(refused.value)
    assert "by workload.accelerator_hours=320, which more hosts do" in str(refused.value)
    with pytest.raises(ScenarioError, match=r"vary: cluster\.hosts: changes nothing"):
        PlanQuestion(scenario(), "goodput >= 0.5", {"cluster.hosts": "1..9"}, 10)


@pytest.mark.parametrize(
    "ranges",
    [
        HOSTS,
        {"cluster.hosts": [8]},
        {"cluster.hosts": "4,8 with workload.ideal_time=10h,5h"},
        {"cluster.hosts": [4, 8], "workload.ideal_time": ["10 h", "5 h"]},
    ],
)
def test_a_size_may_vary_if_the_time_follows_or_varies_too(ranges: dict[str, object]) -> None:
    one = sized() if ranges is HOSTS else scenario()
    assert SweepQuestion(one, ranges, 2).points  # type: ignore[arg-type]


def test_a_window_is_as_long_on_any_number_of_hosts() -> None:
    window = scenario(workload={"ideal_time": None, "window": "9 h"})
    assert SweepQuestion(window, HOSTS, 2).points


def test_changes_and_comparisons_of_the_size_are_noted() -> None:
    change = [{"at": "4 h", "set": {"cluster.hosts": 8}}]
    assert "does not move `workload.ideal_time`; say the" in size_note([scenario(change=change)])
    tokens = {"ideal_time": None, "tokens": 1e9, "tokens_per_second": 25e3}
    assert "does not move" in size_note([scenario(workload=tokens, change=change)])
    change[0]["set"] = {"cluster.hosts": 8, "workload.tokens_per_second": 50e3}
    assert not size_note([scenario(workload=tokens, change=change)])
    larger = scenario().replace(cluster__hosts=8)
    assert "the same `workload.ideal_time`; say" in size_note([scenario(), larger])
    assert not size_note([scenario(), larger.replace(workload__ideal_time="5 h")])
    assert not size_note([sized(), sized().replace(cluster__hosts=8)])


def test_a_size_that_is_set_is_noted_if_the_time_does_not_follow() -> None:
    larger = scenario().replace(cluster__hosts=8)
    words = set_size_note(scenario(), larger)
    assert (
        "cluster.hosts = 8 does not move `workload.ideal_time`, which the file gives for" in words
    )
    assert "workload.accelerator_hours=320" in words
    assert not set_size_note(scenario(), scenario())
    assert not set_size_note(scenario(), larger.replace(workload__ideal_time="5 h"))
    assert not set_size_note(sized(), sized().replace(cluster__hosts=8))

"""Work whose time is the same on any number of hosts: another number makes it no faster."""

from collections.abc import Iterable, Sequence

from simtrain.scenario.axes import Axis
from simtrain.scenario.ranges import wrong
from simtrain.scenario.scenario import Scenario
from simtrain.units import HOUR

SIZE = ("cluster.hosts", "cluster.accelerators_per_host")


def check_size(scenario: Scenario, axes: Sequence[Axis]) -> None:
    """Refuse axes that vary the size of a job whose time would not follow.

    Raises
    ------
    ScenarioError
        Naming both remedies.
    """
    keys = [key for axis in axes for key in axis.keys]
    times = _fixed_times(scenario)
    sized = [axis.key for axis in axes for key in axis.keys if key in SIZE and len(axis) > 1]
    if not sized or not times or set(times) & set(keys):
        return
    problem = f"changes nothing about `{times[0]}`, which is the same on any number of hosts"
    raise wrong(sized[0], problem, _remedy(scenario, times[0]))


def size_note(scenarios: Iterable[Scenario]) -> str:
    """Words on scenarios, or changes of one, of other sizes whose time does not follow; or none."""
    for scenario in scenarios:
        times = _fixed_times(scenario)
        if times and any(
            set(SIZE) & change.set.keys() and not set(times) & change.set.keys()
            for change in scenario.change
        ):
            return (
                f"Note: {scenario.name}: a change of the number of hosts does not move "
                f"`{times[0]}`; {_remedy(scenario, times[0])}."
            )
    first, *others = scenarios
    times = _fixed_times(first)
    for other in others:
        is_sized = any(first.count_at(key) != other.count_at(key) for key in SIZE)
        if is_sized and times and all(first.value_at(key) == other.value_at(key) for key in times):
            return (
                f"Note: these scenarios have other numbers of hosts and the same `{times[0]}`; "
                f"{_remedy(first, times[0])}."
            )
    return ""


def set_size_note(before: Scenario, after: Scenario) -> str:
    """Words on a size of the job that was set, and that its time does not follow; or none."""
    times = _fixed_times(after)
    sized = [key for key in SIZE if before.count_at(key) != after.count_at(key)]
    if not sized or not times or any(before.value_at(key) != after.value_at(key) for key in times):
        return ""
    return (
        f"Note: {sized[0]} = {after.count_at(sized[0]):,} does not move `{times[0]}`, which the "
        f"file gives for {before.count_at(sized[0]):,}; {_remedy(before, times[0])}."
    )


def _fixed_times(scenario: Scenario) -> list[str]:
    load = scenario.workload
    is_followed = load.flops or load.accelerator_hours or load.window
    fixed = load.given("ideal_time", "step_time", "tokens_per_second")
    return [] if is_followed else [f"workload.{key}" for key in fixed]


def _remedy(scenario: Scenario, time: str) -> str:
    hours = scenario.ideal_s * scenario.accelerators / HOUR
    return (
        f"say the work by workload.accelerator_hours={hours:.6g}, which more hosts do sooner, or "
        f"give `{time}` for each number of hosts"
    )

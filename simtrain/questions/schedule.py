"""`schedule`: the same trials under several policies of when to run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.footprint import measured_in
from simtrain.answers.schedule import SchedulePolicy, Schedules
from simtrain.engine.trial import Simulator
from simtrain.errors import InputError
from simtrain.questions import when_to_run
from simtrain.questions.question import Question, ask, asks, check_fraction, numbered
from simtrain.questions.when_to_run import Policy
from simtrain.sampling.engines import AUTO
from simtrain.sampling.pools import PROCESSES
from simtrain.scenario.load import load

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simtrain.questions.question import Simulate
    from simtrain.sampling.executors import Pool
    from simtrain.sampling.store import Store
    from simtrain.scenario.load import ScenarioLike
    from simtrain.scenario.scenario import Scenario

QUANTILES = (0.5, 0.7, 0.8, 0.9)
WINDOWS = (4, 8)
AT_LEAST = "2 h"
NO_SCHEDULE, AS_WRITTEN = "no pause", "as the file says"
_MOST_GAIN = 100.0


@asks
def schedule(
    scenario: ScenarioLike,
    *,
    quantiles: Sequence[float] = QUANTILES,
    windows: Sequence[int] = WINDOWS,
    at_least: str = AT_LEAST,
    limit: str | None = None,
    start: str | None = None,
    later: Sequence[float] = (),
    gain: float | None = None,
    gain_per_dollar: float | None = None,
    trials: int = 100,
    seed: int = 0,
    jobs: int | None = None,
    progress: Callable[[int], object] | None = None,
    pool: Pool | str = PROCESSES,
    store: Store | None = None,
    engine: str = AUTO,
) -> Schedules:
    """Simulate the same trials under several policies of when to run.

    The baseline runs in all hours. Beside it are pauses above thresholds of the intensity and of
    the tariff, pauses in the worst hours of the day, and what is asked for: a limit of power in
    those, other starts, better hardware that is waited for. What the scenario itself has of
    schedules is one more policy.

    Parameters
    ----------
    scenario
        What to simulate: a scenario, a file, or the name of a packaged one. It gives `[power]` or
        `[price]`.
    quantiles
        Thresholds, as fractions of the hours in the first two ideal times that lie below.
    windows
        Lengths of the daily pauses in hours, from 1 to 23.
    at_least
        Shortest spell above a threshold that the job pauses for.
    limit
        Share of the power, and speed, such as ``"70%:85%"``.
    start
        Other starts, such as ``"2026-01-01..2026-12-01/30d"``.
    later
        Delays in seconds after which better hardware is there.
    gain
        Its yearly gain in FLOP/s per watt, a fraction; the power of an accelerator stays.
    gain_per_dollar
        The same per dollar; by default as `gain`.
    trials
        How many trials of each.
    seed, jobs, progress, pool, store, engine
        See `ask`.

    Raises
    ------
    ScenarioError
        If the scenario cannot be read.
    InputError
        If nothing is measured, the end is fixed, there is nothing to compare, or an option is out
        of range.
    OutputError
        If the store holds trials of something else, or cannot be written.
    WorkerError
        If worker processes keep dying.

    Examples
    --------
    >>> found = schedule("grid.toml", start="2026-01-01..2026-12-01/90d")  # doctest: +SKIP
    >>> found.to_frame()[["name", "carbon_tco2e_mean"]]  # doctest: +SKIP
    """
    question = ScheduleQuestion(
        load(scenario), quantiles, windows, at_least, limit, start, later, gain, gain_per_dollar,
        trials,
    )  # fmt: skip
    return ask(
        question, seed=seed, jobs=jobs, progress=progress, pool=pool, store=store, engine=engine
    )


class ScheduleQuestion(Question[Schedules]):
    """When to run; its parameters and errors are those of `schedule`."""

    def __init__(
        self,
        scenario: Scenario,
        quantiles: Sequence[float] = QUANTILES,
        windows: Sequence[int] = WINDOWS,
        at_least: str = AT_LEAST,
        limit: str | None = None,
        start: str | None = None,
        later: Sequence[float] = (),
        gain: float | None = None,
        gain_per_dollar: float | None = None,
        trials: int = 100,
    ):
        self.scenario = scenario
        _refuse_if_pointless(scenario)
        for share in quantiles:
            check_fraction("quantiles", share, "0.8 or 80 %")
        for length in windows:
            if not isinstance(length, int) or not 1 <= length <= 23:
                raise InputError(f"windows: {length!r} is no whole number of hours from 1 to 23")
        if later and gain is None:
            raise InputError("later: better hardware needs its yearly gain; give `gain`")
        for name, one in (("gain", gain), ("gain_per_dollar", gain_per_dollar)):
            if one is not None and not later:
                raise InputError(f"{name}: is of better hardware; say when that is there: `later`")
            if one is not None and not 0 < one <= _MOST_GAIN:
                raise InputError(f"{name}: {one:g} is no yearly gain such as 0.3 or 30 %")
        self._gain = gain
        self._trials = numbered(trials)
        self._limit = None if limit is None else when_to_run.limit_of(limit)
        whole = scenario.without_outcomes()
        plain = whole.replace({"schedule": None}) if scenario.schedule else whole
        self._policies = [Policy(NO_SCHEDULE, plain, {})]
        if scenario.schedule:
            self._policies.append(Policy(AS_WRITTEN, whole, {}))
        self._policies += self._hours(plain, quantiles, windows, at_least)
        if start is not None:
            self._policies += when_to_run.starts(plain, start)
        if gain is not None:
            per_dollar = gain if gain_per_dollar is None else gain_per_dollar
            self._policies += when_to_run.later(plain, later, gain, per_dollar)
        if len(self._policies) < 2 and when_to_run.profiles(plain, plain.ideal_s):
            raise InputError(
                f"{scenario.name}: no hours that a threshold leaves out last for {at_least}; give "
                "a shorter --at-least, the scenario a `start` for hours of the day, or other starts"
            )
        if len(self._policies) < 2:
            raise InputError(
                f"{scenario.name}: neither intensity nor tariff varies by the hour, so that no "
                "hours can be left out; give hourly values such as --set 'carbon.intensity={hourly="
                '"duck-curve.csv", column="intensity_g_per_kwh", unit="g/kWh", begins="2026-01-01"}'
                "', or other starts, or better hardware"
            )
        self.most = len(self._policies) * trials

    @property
    def scenarios(self) -> Sequence[Scenario]:
        """The scenario under each policy."""
        return [policy.scenario for policy in self._policies]

    def answered(self, simulate: Simulate) -> Schedules:
        """Simulate the same trials under each policy."""
        found = simulate(self.scenarios, self._trials)
        policies = tuple(
            SchedulePolicy(one.name, results, one.settings, one.delay_s, one.hardware)
            for one, results in zip(self._policies, found, strict=True)
        )
        return Schedules(self.scenario, policies, self._gain)

    def _hours(
        self, plain: Scenario, quantiles: Sequence[float], windows: Sequence[int], at_least: str
    ) -> Iterator[Policy]:
        """Policies that leave out some hours, or draw less in them."""
        profiles = when_to_run.profiles(plain, Simulator(plain, 0).ideal_s)
        for profile in profiles:
            yield from when_to_run.thresholds(plain, profile, quantiles, at_least)
        if not profiles or plain.start is None:
            return
        yield from when_to_run.windows(plain, profiles[0], windows, None)
        if self._limit is not None:
            yield from when_to_run.windows(plain, profiles[0], windows, self._limit)


def _refuse_if_pointless(scenario: Scenario) -> None:
    if scenario.workload.window is not None:
        raise InputError(
            f"{scenario.name}: the run is observed for a fixed `workload.window` and has no finish "
            "to be early or late; give the scenario its work instead"
        )
    if not measured_in(scenario):
        raise InputError(
            f"{scenario.name}: nothing says what the hosts draw, emit or cost; give [power] and "
            "[carbon], or [price]"
        )

"""One trial: builds its parts from a scenario and runs it to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.accounts.ledger import Ledger
from simtrain.accounts.meter import Tee
from simtrain.accounts.timeline import Ending, EventKind, Sink, Verdict
from simtrain.engine.absences import Absences
from simtrain.engine.allocation import Allocations
from simtrain.engine.aside import Aside
from simtrain.engine.capacity import Capacity
from simtrain.engine.checks import Checks
from simtrain.engine.cluster import Cluster
from simtrain.engine.dates import PlannedEvents, planned_events
from simtrain.engine.diagnosis import Diagnosis
from simtrain.engine.downtime import Downtime
from simtrain.engine.groups import JobGroups
from simtrain.engine.hosts_at_start import ages_at_start, frailty_at_start
from simtrain.engine.job import Job
from simtrain.engine.latent import LatentFaults
from simtrain.engine.numbers import Changes, NumbersOfTrial
from simtrain.engine.occurrences import Occurrences
from simtrain.engine.phases import Phases
from simtrain.engine.places import Places
from simtrain.engine.reconfiguration import Reconfiguration
from simtrain.engine.recovery import Recovery
from simtrain.engine.refill import Refill
from simtrain.engine.shop import RepairShop
from simtrain.engine.standby import Standby
from simtrain.engine.state import TrialState
from simtrain.engine.strikes import Strikes
from simtrain.engine.timer import Clock
from simtrain.engine.underway import begin_underway
from simtrain.faults.sources import Sources
from simtrain.model.draws import Draws
from simtrain.model.hidden import hidden_state
from simtrain.model.on_call import OnCall
from simtrain.model.parameters import Parameters, at_middle, mfu_of, without_losses
from simtrain.model.policies import Policy, policy_of
from simtrain.model.schedule import ScheduleReader
from simtrain.model.weather import WeatherOfTrial, weathers_of
from simtrain.scenario.misfits import times_ideal
from simtrain.scenario.scenario import Scenario

if TYPE_CHECKING:
    from collections.abc import Sequence


class Simulator:
    """Runs trials of one scenario.

    A trial is a function of the scenario, the seed and its number, and of nothing else.

    Parameters
    ----------
    scenario
        What to simulate.
    seed
        Seed from 0 to 2**64 - 1.
    policy
        What the job does when something happens to it; by default what the scenario says.
    ideal_s
        Its attribute of that name, if it is known from another simulator of the scenario.

    Attributes
    ----------
    scenario
        What is simulated.
    numbers
        Its numbers in the trial that runs, or ran last.
    ideal_s
        Wall-clock in seconds without any fault, save or stop; the window where there is one.
    mfu
        Model FLOPs utilisation at full speed, if the scenario gives it.
    causes
        All causes that badput can be charged to.
    """

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        policy: Policy | None = None,
        ideal_s: float | None = None,
    ):
        self.scenario = scenario
        self._seed = seed
        self._policy = policy_of(scenario.recovery.policy) if policy is None else policy
        self._draws = Draws()
        self.numbers = NumbersOfTrial(scenario)
        self._schedules = ScheduleReader(scenario)
        self._on_call = OnCall(scenario.people, scenario.start)
        self._counts = scenario.counts
        self.causes = scenario.causes
        self.mfu = mfu_of(scenario, at_middle)
        self.ideal_s = self._ideal() if ideal_s is None else ideal_s
        limit = scenario.limits.wall_clock
        self.limit_s = times_ideal(scenario) * self.ideal_s if limit is None else limit.middle

    def run(self, trial: int, sink: Sink) -> Ending:
        """Simulate trial number `trial` and report it to `sink`."""
        self._draws.begin(self._seed, trial)
        numbers = self.numbers
        numbers.begin(self._seed, trial)
        window = self.scenario.workload.window
        if window is not None:
            end, verdict = numbers.settle("workload.window", window).mean, Verdict.WINDOW_CLOSED
        else:
            limit = self.scenario.limits.wall_clock
            end, verdict = self.limit_s, Verdict.OUT_OF_TIME
            if limit is not None:
                end = numbers.settle("limits.wall_clock", limit).mean
        state = TrialState(
            numbers.parameters_after,
            Clock(),
            self._draws,
            sink,
            self.scenario.limits.faults,
            self._policy,
        )
        parameters = state.parameters
        hosts = self.scenario.cluster, numbers.settle, parameters
        frailty = frailty_at_start(*hosts, self._draws)
        ages = ages_at_start(*hosts, frailty, self._draws)
        sources = Sources(parameters, self._draws, ages, frailty)
        schedules = self._schedules.schedules(numbers.settle)
        planned = planned_events(
            self.scenario, numbers.settle, self._draws, parameters, end, schedules
        )
        return self._live(state, sources, planned, verdict, self._counts)

    def tell(self, trial: int) -> Ending:
        """Simulate trial number `trial` for its ending alone."""
        return self.run(trial, Tee())

    def begin_draws(self, trial: int) -> Draws:
        """Draws of trial number `trial`."""
        self._draws.begin(self._seed, trial)
        return self._draws

    def weathers(self, trial: int, until_s: float) -> tuple[WeatherOfTrial, ...]:
        """How the weathers of trial number `trial` go, up to a moment in seconds."""
        self._draws.begin(self._seed, trial)
        self.numbers.begin(self._seed, trial)
        parameters = self.numbers.parameters_after(())
        faults = {name: fault.weather for name, fault in parameters.faults.items()}
        return weathers_of(faults, parameters.repair.weather, self._draws, until_s)

    def run_ideal(self, sink: Sink) -> Ending:
        """Report the same work to `sink`, with the changes of its speed and without any loss."""

        def parameters_after(changes: Changes) -> Parameters:
            return without_losses(self.numbers.at_middle(changes))

        window = self.scenario.workload.window
        end, verdict = float("inf"), Verdict.OUT_OF_TIME
        if window is not None:
            end, verdict = window.middle, Verdict.WINDOW_CLOSED
        self._draws.begin(self._seed, 0)
        state = TrialState(parameters_after, Clock(), self._draws, sink, 0, self._policy)
        sources = Sources(state.parameters, self._draws)
        planned = planned_events(self.scenario, at_middle, self._draws, state.parameters, end)
        return self._live(state, sources, planned.without_stops(), verdict)

    def _live(
        self,
        state: TrialState,
        sources: Sources,
        planned: PlannedEvents,
        verdict: Verdict,
        counts: Sequence[tuple[float, int]] = (),
    ) -> Ending:
        """Run a trial to its end."""
        env, sink = state.env, state.sink
        cluster = Cluster(state, sources)
        groups = JobGroups(state, cluster)
        shop = RepairShop(state, sources, cluster)
        downtime = Downtime(state, cluster, shop)
        absences = Absences(state, cluster)
        latent = LatentFaults(state, sources, cluster, shop, self._on_call)
        diagnosis = Diagnosis(state, sources, cluster, shop)
        allocations = None
        if state.parameters.allocation is not None:
            allocations = Allocations(state, cluster, planned, absences)
        strikes = Strikes(state, sources, cluster, absences, diagnosis, latent, groups, allocations)
        Standby(state, sources, strikes)
        capacity = Capacity(state, cluster, groups, planned, counts) if counts else None
        occurrences = Occurrences(
            state, planned, cluster, strikes, downtime, groups, verdict, allocations, capacity
        )
        occurrences.begin()
        underway = state.parameters.underway
        shop.begin(state.parameters.cluster.in_repair, underway.in_repair if underway else ())
        refill = Refill(state, cluster, groups)
        places = Places(state, cluster, downtime, absences, groups, refill, allocations, capacity)
        recovery = Recovery(state, places, diagnosis, latent, self._on_call)
        checks = Checks(state, latent) if state.parameters.checks else None
        aside = Aside(state, cluster, diagnosis, self._on_call)
        reconfiguration = Reconfiguration(
            state, cluster, groups, diagnosis, aside, recovery, refill
        )
        if state.parameters.recovery.launch_goes_on:
            recovery.go_on = reconfiguration.go_on_in_launch
        job = Job(state, sources, occurrences, recovery, latent, checks, groups, reconfiguration)
        if underway is not None:
            hidden = hidden_state(state.parameters, state.draws)
            begin_underway(hidden, state, sources, cluster, latent)
            job.begin(hidden)
        phases = Phases(state, sources, occurrences, job.life())
        found = env.run_to(phases.finished)
        assert isinstance(found, Verdict)
        ending = Ending(env.now, found, state.parameters.work)
        sink.happened(env.now, EventKind.TRUNCATED if ending.truncated else EventKind.FINISH, "")
        sink.close(env.now)
        # Parts that know each other would only be freed once the garbage is collected.
        phases.close()
        env.stop()
        sources.stop()
        state.listeners.clear()
        return ending

    def _ideal(self) -> float:
        window = self.scenario.workload.window
        return self.run_ideal(Ledger()).wall_clock_s if window is None else window.middle

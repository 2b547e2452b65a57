"""One trial: builds its parts from a scenario and runs it to its end."""

from __future__ import annotations

import numpy as np
from simpy import Environment

from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import Ending, EventKind, Sink, Verdict
from simtrain.causes import POLICIES
from simtrain.distributions import Law
from simtrain.engine.absences import Absences
from simtrain.engine.cluster import Cluster
from simtrain.engine.dates import PlannedEvents, planned_events
from simtrain.engine.downtime import Downtime
from simtrain.engine.job import Job
from simtrain.engine.occurrences import Occurrences
from simtrain.engine.phases import Phases
from simtrain.engine.recovery import Recovery
from simtrain.engine.shop import RepairShop
from simtrain.engine.standby import Standby
from simtrain.engine.state import TrialState
from simtrain.faults.ages import stationary_ages
from simtrain.faults.frailty import Frailty
from simtrain.faults.sources import Sources
from simtrain.model.draws import Draws, Uniforms, numbers_of, quantile
from simtrain.model.on_call import OnCall
from simtrain.model.parameters import (
    Parameters,
    Settle,
    at_middle,
    mfu_of,
    parameters_of,
    without_losses,
)
from simtrain.model.policies import WAIT, Policy
from simtrain.model.streams import AGE
from simtrain.scenario.misfits import TIMES_IDEAL
from simtrain.scenario.number import Number
from simtrain.scenario.scenario import Scenario


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
        What the job does when something happens to it.

    Attributes
    ----------
    scenario
        What is simulated.
    ideal_s
        Wall-clock in seconds without any fault, save or stop; the window where there is one.
    mfu
        Model FLOPs utilisation at full speed, if the scenario gives it.
    causes
        All causes that badput can be charged to.
    """

    def __init__(self, scenario: Scenario, seed: int, policy: Policy = WAIT):
        self.scenario = scenario
        self._seed = seed
        self._policy = policy
        self._draws = Draws()
        self._numbers = Draws()
        self._scenarios: dict[tuple[int, ...], Scenario] = {(): scenario}
        self._certain: dict[tuple[int, ...], Parameters] = {}
        self._is_uncertain = False
        self._on_call = OnCall(scenario.people, scenario.start)
        self.causes = (*scenario.fault, *scenario.stop, *POLICIES)
        self.mfu = mfu_of(scenario, at_middle)
        self.ideal_s = self._ideal()
        limit = scenario.limits.wall_clock
        self.limit_s = TIMES_IDEAL * self.ideal_s if limit is None else limit.middle

    def run(self, trial: int, sink: Sink) -> Ending:
        """Simulate trial number `trial` and report it to `sink`."""
        self._draws.begin(self._seed, trial)
        self._numbers.begin(self._seed, numbers_of(trial))
        window = self.scenario.workload.window
        if window is not None:
            end, verdict = self._settle("workload.window", window).mean, Verdict.WINDOW_CLOSED
        else:
            limit = self.scenario.limits.wall_clock
            end, verdict = self.limit_s, Verdict.OUT_OF_TIME
            if limit is not None:
                end = self._settle("limits.wall_clock", limit).mean
        settled: dict[tuple[int, ...], Parameters] = {}

        def parameters_after(changes: tuple[int, ...]) -> Parameters:
            if changes in self._certain:
                return self._certain[changes]
            if changes not in settled:
                settled[changes] = self._parameters(changes, self._settle)
            return settled[changes]

        state = TrialState(
            parameters_after,
            Environment(),
            self._draws,
            sink,
            self.scenario.limits.faults,
            self._policy,
        )
        parameters = state.parameters
        frailty = self._frailty(parameters)
        sources = Sources(parameters, self._draws, self._ages(parameters, frailty), frailty)
        planned = planned_events(self.scenario, self._settle, self._draws, parameters.work, end)
        return self._live(state, sources, planned, verdict)

    def run_ideal(self, sink: Sink) -> Ending:
        """Report the same work to `sink`, with the changes of its speed and without any loss."""

        def parameters_after(changes: tuple[int, ...]) -> Parameters:
            return without_losses(self._parameters(changes, at_middle))

        window = self.scenario.workload.window
        end, verdict = float("inf"), Verdict.OUT_OF_TIME
        if window is not None:
            end, verdict = window.middle, Verdict.WINDOW_CLOSED
        self._draws.begin(self._seed, 0)
        state = TrialState(parameters_after, Environment(), self._draws, sink, 0, self._policy)
        sources = Sources(state.parameters, self._draws)
        planned = planned_events(self.scenario, at_middle, self._draws, state.parameters.work, end)
        return self._live(state, sources, planned.without_stops(), verdict)

    def _live(
        self, state: TrialState, sources: Sources, planned: PlannedEvents, verdict: Verdict
    ) -> Ending:
        """Run a trial to its end."""
        env, sink = state.env, state.sink
        cluster = Cluster(state, sources)
        shop = RepairShop(state, sources, cluster)
        downtime = Downtime(state, cluster, shop)
        absences = Absences(state, cluster)
        Standby(state, sources, cluster, shop, absences)
        occurrences = Occurrences(
            state, sources, planned, cluster, shop, downtime, absences, verdict
        )
        recovery = Recovery(state, sources, cluster, shop, downtime, absences, self._on_call)
        job = Job(state, sources, occurrences, recovery)
        found = env.run(until=Phases(state, sources, occurrences, job.life()).finished)
        assert isinstance(found, Verdict)
        ending = Ending(env.now, found, state.parameters.work)
        sink.happened(env.now, EventKind.TRUNCATED if ending.truncated else EventKind.FINISH, "")
        sink.close(env.now)
        return ending

    def _ideal(self) -> float:
        window = self.scenario.workload.window
        return self.run_ideal(Ledger()).wall_clock_s if window is None else window.middle

    def _parameters(self, changes: tuple[int, ...], settle: Settle) -> Parameters:
        """Parameters after some changes; kept for other trials if nothing in them is uncertain."""
        self._is_uncertain = False
        parameters = parameters_of(self._after(changes), settle, self.scenario)
        if not self._is_uncertain and settle == self._settle:
            self._certain[changes] = parameters
        return parameters

    def _after(self, changes: tuple[int, ...]) -> Scenario:
        """Scenario after some changes, made from that before the last of them."""
        if changes not in self._scenarios:
            before = len(changes) - 1
            while changes[:before] not in self._scenarios:
                before -= 1
            scenario = self._scenarios[changes[:before]]
            for number in changes[before:]:
                scenario = scenario.changed_by(number, self.scenario.change[number])
            self._scenarios[changes] = scenario
        return self._scenarios[changes]

    def _settle(self, path: str, number: Number) -> Law:
        """Law of a number in this trial."""
        return number.settled(path, self._quantile)

    def _quantile(self, address: str) -> float:
        """Quantile of an uncertain number in this trial."""
        self._is_uncertain = True
        return quantile(self._numbers, address)

    def _frailty(self, parameters: Parameters) -> Frailty | None:
        cluster = self.scenario.cluster
        variance = self._settle("cluster.frailty", cluster.frailty).mean
        if cluster.lemons is None and variance == 0:
            return None
        fraction = factor = 0.0
        if cluster.lemons is not None:
            fraction = self._settle("cluster.lemons.fraction", cluster.lemons.fraction).mean
            factor = self._settle("cluster.lemons.factor", cluster.lemons.factor).mean
        hosts = parameters.cluster.hosts + parameters.cluster.spares
        return Frailty(self._draws, hosts, fraction, factor, variance)

    def _ages(self, parameters: Parameters, frailty: Frailty | None) -> float | Uniforms:
        """Ages of the hosts at the start, in seconds."""
        age = self.scenario.cluster.age
        hosts = parameters.cluster.hosts + parameters.cluster.spares
        if age is None or age == "new":
            return 0.0
        if isinstance(age, Number) and (age.is_fixed or age.per == "trial"):
            return self._settle("cluster.age", age).mean
        rows = self._draws.stream(AGE).table(hosts)
        if isinstance(age, Number):
            law = self._settle("cluster.age", age)
            return _array([law.quantile(u) for u in rows[:, 0]])
        return stationary_ages(parameters.faults.values(), frailty, rows)


def _array(values: object) -> Uniforms:
    return np.asarray(values, dtype=np.float64)

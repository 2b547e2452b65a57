"""One trial: builds a world from a scenario and runs it to its end."""

from __future__ import annotations

import numpy as np
from simpy import Environment

from simtrain.accounts.ledger import Ledger
from simtrain.accounts.timeline import Ending, EventKind, Sink, Verdict
from simtrain.distributions import Fixed, Law
from simtrain.engine.agenda import agenda_of
from simtrain.engine.draws import Draws, Uniforms
from simtrain.engine.factors import Factors
from simtrain.engine.hazard import Hazard
from simtrain.engine.job import Job
from simtrain.engine.people import Rota
from simtrain.engine.rules import Rules, Settle, mfu_of, rules_of, without_losses
from simtrain.engine.stage import Stage
from simtrain.engine.world import World
from simtrain.scenario.models import POLICIES
from simtrain.scenario.numbers import Number
from simtrain.scenario.scenario import Scenario

_TIMES_IDEAL = 10.0
"""Longest wall-clock simulated by default, as a multiple of the ideal."""


class Simulator:
    """Runs trials of one scenario.

    A trial is a function of the scenario, the seed and its number, and of nothing else.

    Parameters
    ----------
    scenario
        What to simulate.
    seed
        Seed from 0 to 2**64 - 1.

    Attributes
    ----------
    scenario
        What is simulated.
    ideal_s
        Wall-clock in seconds without any fault, save or stop; the window where there is one.
    mfu
        Model FLOPs utilisation at full speed, if the scenario tells it.
    causes
        All causes that badput can be charged to.
    """

    def __init__(self, scenario: Scenario, seed: int):
        self.scenario = scenario
        self._seed = seed
        self._draws = Draws()
        self._scenarios: dict[tuple[int, ...], Scenario] = {(): scenario}
        self._certain: dict[tuple[int, ...], Rules] = {}
        self._uncertain = False
        self._rota = Rota(scenario.people, scenario.start)
        self.causes = (*scenario.fault, *scenario.stop, *POLICIES)
        self.mfu = mfu_of(scenario, _mean)
        self.ideal_s = self._ideal()
        limit = scenario.limits.wall_clock
        self.limit_s = _TIMES_IDEAL * self.ideal_s if limit is None else limit.mean

    def run(self, trial: int, sink: Sink) -> Ending:
        """Simulate trial number `trial` and tell `sink` of it."""
        self._draws.begin(self._seed, trial)
        window = self.scenario.workload.window
        if window is not None:
            end, verdict = self._settle("workload.window", window).mean, Verdict.WINDOW_CLOSED
        else:
            end, verdict = self.limit_s, Verdict.OUT_OF_TIME
        settled: dict[tuple[int, ...], Rules] = {}

        def rules_after(applied: tuple[int, ...]) -> Rules:
            if applied in self._certain:
                return self._certain[applied]
            if applied not in settled:
                settled[applied] = self._rules(applied, self._settle)
            return settled[applied]

        rules = rules_after(())
        agenda = agenda_of(self.scenario, self._settle, rules.work, end)
        env = Environment()
        factors = self._factors(rules)
        hazard = Hazard(rules, self._draws, self._ages(rules), factors)
        world = World(
            rules_after, env, hazard, agenda, self._rota, self._draws, sink, verdict,
            self.scenario.limits.faults,
        )  # fmt: skip
        return _live(world, sink)

    def _rules(self, applied: tuple[int, ...], settle: Settle) -> Rules:
        """Rules after some changes; kept for other trials if nothing in them is uncertain."""
        if applied not in self._scenarios:
            self._scenarios[applied] = self.scenario.after(applied)
        self._uncertain = False
        rules = rules_of(self._scenarios[applied], settle, self.scenario)
        if not self._uncertain and settle == self._settle:
            self._certain[applied] = rules
        return rules

    def _settle(self, path: str, number: Number) -> Law:
        """Law of a number in this trial."""
        if number.per == "occurrence" or number.is_fixed:
            return number.law
        self._uncertain = True
        block, at = self._draws.stream(f"scenario: {path}").row(0)
        return Fixed(number.law.quantile(block[at]))

    def _factors(self, rules: Rules) -> Factors | None:
        cluster = self.scenario.cluster
        frailty = self._settle("cluster.frailty", cluster.frailty).mean
        if cluster.lemons is None and frailty == 0:
            return None
        fraction = factor = 0.0
        if cluster.lemons is not None:
            fraction = self._settle("cluster.lemons.fraction", cluster.lemons.fraction).mean
            factor = self._settle("cluster.lemons.factor", cluster.lemons.factor).mean
        hosts = rules.cluster.hosts + rules.cluster.spares
        return Factors(self._draws, hosts, fraction, factor, frailty)

    def _ages(self, rules: Rules) -> float | Uniforms:
        """Ages of the hosts at the start, in seconds."""
        age = self.scenario.cluster.age
        hosts = rules.cluster.hosts + rules.cluster.spares
        if age is None or age == "new":
            return 0.0
        if isinstance(age, Number) and (age.is_fixed or age.per == "trial"):
            return self._settle("cluster.age", age).mean
        rows = self._draws.stream("age of a host").table(hosts)
        if isinstance(age, Number):
            law = age.law
            return _array([law.quantile(u) for u in rows[:, 0]])
        ageing = next((fault.law for fault in rules.faults if fault.law is not None), None)
        if ageing is None:
            return 0.0
        return _array(ageing.stationary_age(rows[:, 0], rows[:, 1]))

    def run_ideal(self, sink: Sink) -> Ending:
        """Tell `sink` of the same work, with the changes of its speed, and no loss of any kind."""

        def ideal_rules(applied: tuple[int, ...]) -> Rules:
            return without_losses(self._rules(applied, _mean))

        window = self.scenario.workload.window
        end, verdict = float("inf"), Verdict.OUT_OF_TIME
        if window is not None:
            end, verdict = window.mean, Verdict.WINDOW_CLOSED
        self._draws.begin(self._seed, 0)
        rules = ideal_rules(())
        agenda = agenda_of(self.scenario, _mean, rules.work, end).without_stops()
        env = Environment()
        world = World(
            ideal_rules, env, Hazard(rules, self._draws, 0.0, None), agenda, self._rota,
            self._draws, sink, verdict, 0,
        )  # fmt: skip
        return _live(world, sink)

    def _ideal(self) -> float:
        window = self.scenario.workload.window
        return self.run_ideal(Ledger()).wall_clock_s if window is None else window.mean


def _live(world: World, sink: Sink) -> Ending:
    """Run a world to its end."""
    env = world.env
    stage = Stage(world, Job(world))
    verdict = env.run(until=stage.finished)
    assert isinstance(verdict, Verdict)
    ending = Ending(env.now, verdict, world.rules.work)
    what = EventKind.TRUNCATED if ending.truncated else EventKind.FINISH
    sink.happened(env.now, what, "")
    sink.close(env.now)
    return ending


def _mean(path: str, number: Number) -> Law:
    """The mean of a number that is drawn once per trial, and the law of any other."""
    return number.law if number.per == "occurrence" else Fixed(number.mean)


def _array(values: object) -> Uniforms:
    return np.asarray(values, dtype=np.float64)

"""The exact results of the theory, as rows of the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simtrain.sampling.engines import AUTO, Engines
from simtrain.validation import (
    ageing,
    allocations,
    capacity,
    dispersed,
    domains,
    elastic,
    memoryless,
    outages,
    restarts,
    spares,
    swaps,
    tiers,
    unnoticed,
)
from simtrain.validation.experiments import ExactResult
from simtrain.validation.rows import Check, CheckResult, RowPart
from simtrain.validation.scores import LIMIT
from simtrain.validation.trials import Trials

if TYPE_CHECKING:
    from collections.abc import Callable

    from simtrain.validation.scores import ExactScore

RESULTS = (
    ExactResult("Wall-clock without faults, s (exact)", memoryless.faultless),
    ExactResult("Expected wall-clock, exponential faults, h (Daly)", memoryless.segments),
    ExactResult(
        "Expected wall-clock, exponential restarts, h (renewal argument)",
        memoryless.exponential_restarts,
    ),
    ExactResult(
        "Expected wall-clock, gamma restarts, h (renewal argument)",
        memoryless.gamma_restarts,
    ),
    ExactResult(
        "Expected wall-clock, restarts and loads that fail, h (renewal argument)",
        memoryless.failing_restarts,
    ),
    ExactResult(
        "Expected wall-clock, a class's own first try, h (renewal argument)",
        memoryless.own_restarts,
    ),
    ExactResult(
        "Expected wall-clock, hosts swapped with the others up, h (renewal argument)", swaps.swaps
    ),
    ExactResult(
        "False alarms per hour of training, a grace after each start (renewal argument)",
        memoryless.false_alarms,
    ),
    ExactResult(
        "Expected wall-clock, automatic recoveries that fail, h (renewal argument)",
        memoryless.failing_automatic,
    ),
    ExactResult(
        "Expected wall-clock, copies durable after a lag, h (renewal argument)",
        memoryless.durability,
    ),
    ExactResult("Expected wall-clock, saves that hang, h (renewal argument)", memoryless.hanging),
    ExactResult(
        "Expected wall-clock, saves that fail and end training, h (renewal argument)",
        memoryless.stopping,
    ),
    ExactResult("Expected wall-clock, copies in two tiers, h (linear system)", tiers.two_tiers),
    ExactResult(
        "Response per fault, a call after three failed tries, h (geometric series)",
        memoryless.called_after_tries,
    ),
    ExactResult("Probability to give up, a budget of restarts (geometric)", restarts.budget),
    ExactResult("Expected wall-clock of a chain of allocations, h (exact)", allocations.chains),
    ExactResult("Productive share, limits that cut work off (exact)", allocations.cut_off),
    ExactResult("Share of time held, preemption after a shield (renewal)", allocations.preempted),
    ExactResult(
        "Work lost to a preemption without time to save, h (renewal argument)",
        allocations.lost_to_preemption,
    ),
    ExactResult("Share of time in which spot hosts are too few (binomial)", capacity.spot),
    ExactResult("Time until a gang is held again, h (longer of two times)", capacity.gangs),
    ExactResult("Expected ETTR (Kokolis et al.)", memoryless.ettr),
    ExactResult("ETTR as the job grows, at published failure rates (renewal)", memoryless.growing),
    ExactResult(
        "First failure of n hosts, exponential and Weibull (order statistics)",
        ageing.first_failures,
    ),
    ExactResult(
        "First failure of n hosts, gamma and lognormal (order statistics)", ageing.other_laws
    ),
    ExactResult("First failure of n hosts long in service (renewal theory)", ageing.stationary_age),
    ExactResult(
        "Hazard until the fifth fault, restarts that keep the age (Poisson process)",
        ageing.minimal_repair,
    ),
    ExactResult("Faults of n hosts made new by repair (renewal function)", ageing.renewals),
    ExactResult(
        "Productive share, one Weibull host made new by repair (renewal reward)", ageing.renewal
    ),
    ExactResult("Stalled share with S spares (Erlang B)", spares.erlang),
    ExactResult("Stalled share with S spares and c crews (M/M/c/(S+1))", spares.crews),
    ExactResult("Speed with the replicas that are left, of full speed (Engset)", elastic.replicas),
    ExactResult(
        "Restarts of an interruption, struck or not, h (renewal argument)", elastic.launches
    ),
    ExactResult(
        "Work with the replicas that are left until an allocation ends, of full speed (renewal)",
        elastic.in_allocations,
    ),
    ExactResult("Faults under a weather, variance / mean (mixed Poisson)", dispersed.weather),
    ExactResult("Faults on the calendar while a job is up and down (Poisson)", outages.calendar),
    ExactResult(
        "Faults on the calendar of hosts that are repaired (two-state chain)",
        outages.calendar_repaired,
    ),
    ExactResult("Share of time in outages of all hosts (M/G/∞, renewal)", outages.outages),
    ExactResult("Speed beside slow hosts, of full speed (M/G/∞)", unnoticed.slow),
    ExactResult("Speed with slow hosts that are swapped (renewal reward)", unnoticed.swapped),
    ExactResult("Work lost by a silent corruption, h (renewal argument)", unnoticed.corrupt),
    ExactResult("Work lost by a corruption that a check finds, h (exact)", unnoticed.checked),
    ExactResult(
        "Work lost per load to corrupt copies that are found later, h (exact)",
        unnoticed.corrupt_copies,
    ),
    ExactResult("Faults of racks, and the hosts they take (Poisson)", domains.racks),
    ExactResult("What a burst takes of the job (hypergeometric)", domains.bursts),
)

NOTE = (
    "W work, τ and Δ checkpoint interval, K of these from check to check, C and w stall of a save, "
    "ℓ durability lag, M MTBF of the job, D downtime, R restart and load, u₀ both of these, A "
    "response, L also the limit of an allocation, W then the wait for the next one and X the work, "
    "B budget of restarts, p probability that a try fails, a save hangs or a copy is corrupt, s "
    "that a class's own one works, k Weibull shape, E[X] mean life, N and n hosts, S spares, a "
    "hosts in repair if there were always enough, c crews, R and λ replicas and faults of one "
    "(with m mean repair), r faults of a host or a "
    "rack (of the ETTR: per 1000 host-days), h hosts of a burst, m mean repair, T time watched or "
    "timeout of a save, load rate by mean length, d and L time until a slow host or a corruption "
    "is noticed, D then time of a swap, μ faults in a span "
    f"of a weather of variation cv; times in hours. An estimate may lie {LIMIT:g} standard errors "
    "from its exact value; chance alone puts one in a thousand further away. z: its distance in "
    "standard errors."
)


@dataclass(frozen=True)
class Exact:
    """The exact results as a source of rows.

    Parameters
    ----------
    factor
        How many times the trials of the quick form.
    results
        Which of them.
    """

    factor: float = 1.0
    results: tuple[ExactResult, ...] = RESULTS

    @property
    def trials(self) -> int:
        """How many trials the rows take."""
        return len(Trials(self.results, 0, self.factor))

    def part(
        self,
        seed: int,
        jobs: int,
        progress: Callable[[int], object] | None = None,
        engine: str = AUTO,
    ) -> RowPart:
        """Simulate every experiment, and hold what comes out against what must."""
        trials = Trials(self.results, seed, self.factor, Engines(engine).of_long_work())
        rows = tuple(_row(result, score) for result, score in trials.scores(jobs, progress))
        return RowPart(rows, NOTE, engines=trials.engines)


def _row(result: ExactResult, score: ExactScore) -> Check:
    return Check(
        about=result.title,
        name=score.name,
        expected=score.expected,
        simulated=score.simulated,
        tolerance=score.tolerance,
        verdict=CheckResult.OK if score.holds else CheckResult.FAIL,
        z=score.z if score.error else None,
    )

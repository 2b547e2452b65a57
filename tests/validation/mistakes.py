"""Mistakes to plant into the engine, each the kind that a simulator has been seen to make.

Most are one changed number of the parameters, or one replaced function of what is decided.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from simtrain.accounts.footprint import FootprintMeter
from simtrain.accounts.ledger import Category, Ledger
from simtrain.accounts.timeline import EventKind, State
from simtrain.answers.plan_frontier import Ranks
from simtrain.distributions import Fixed, Weibull
from simtrain.engine import numbers as numbers_of_trial
from simtrain.engine import trial
from simtrain.engine.allocation import Allocations
from simtrain.engine.capacity import Capacity
from simtrain.engine.checks import Checks
from simtrain.engine.cluster import Cluster, Taken
from simtrain.engine.downtime import Downtime
from simtrain.engine.groups import JobGroups
from simtrain.engine.latent import LatentFaults
from simtrain.engine.outage import LatentFault, Outage
from simtrain.engine.phases import Phases
from simtrain.engine.recovery import Recovery
from simtrain.engine.restart_loop import RestartLoop
from simtrain.engine.state import TrialState
from simtrain.faults.alarm import AlarmSource
from simtrain.faults.poisson import PoissonSource
from simtrain.faults.saves import FaultsOfSaves
from simtrain.faults.source import INFINITY, cancel
from simtrain.faults.sources import Sources
from simtrain.model import response, weather
from simtrain.model.by_hour import HourNumbers
from simtrain.model.copies import Copies, Copy
from simtrain.model.draws import Draws, Row, Stream
from simtrain.model.footprint import Draw, Footprint, FootprintReader, Hire
from simtrain.model.losses import Losses
from simtrain.model.parameters import at_middle, checkpoint, parts
from simtrain.model.topology import Part, Slots
from simtrain.model.working_hours import WorkingHours
from simtrain.questions import plan_frontier
from simtrain.scenario import parallelism, workload
from simtrain.scenario.allocation import Submission

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simtrain.accounts.timeline import Segment, Sink
    from simtrain.engine.dates import PlannedEvent, StopParameters
    from simtrain.engine.phases import Life, Part, Phase
    from simtrain.faults.frailty import Frailty
    from simtrain.faults.source import FaultEvent
    from simtrain.model.parameters import (
        CheckParameters,
        FaultParameters,
        Parameters,
        RestartParameters,
        TierParameters,
    )
    from simtrain.model.schedule import PowerLimit

Plant = Callable[["pytest.MonkeyPatch"], None]
MISTAKES: dict[str, Plant] = {}


def mistake(plant: Plant) -> Plant:
    """Enter a mistake under the name of its function."""

    def planted(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(parts, "_known", {})  # no part that was made without it is taken again
        plant(patch)

    MISTAKES[plant.__name__.replace("_", " ")] = planted
    return plant


def with_parameters(
    patch: pytest.MonkeyPatch, part: str, wrong: Callable[[Any], dict[str, Any]]
) -> None:
    """Let the engine read other numbers in a part of the parameters than the scenario's."""
    right = numbers_of_trial.assembled

    def assembled(*args: Any) -> Parameters:
        parameters = right(*args)
        numbers = getattr(parameters, part)
        return replace(parameters, **{part: replace(numbers, **wrong(numbers))})

    patch.setattr(numbers_of_trial, "assembled", assembled)


# --- when faults strike -------------------------------------------------------------------------


@mistake
def age_reset_at_each_failure(patch: pytest.MonkeyPatch) -> None:
    """Every fault redraws the time to failure of every host of the job."""

    class Resetting(Sources):
        def __init__(self, parameters: Parameters, *rest: Any):
            super().__init__(parameters, *rest)
            self.job = set(range(parameters.cluster.hosts))

        def enter_job(self, host: int) -> None:
            super().enter_job(host)
            self.job.add(host)

        def leave_job(self, host: int) -> None:
            super().leave_job(host)
            self.job.remove(host)

        def strike(self, working: bool) -> FaultEvent | None:
            event = super().strike(working)
            for host in sorted(self.job) if event is not None else ():
                self.leave_job(host)
                self.renew(host)
                self.enter_job(host)
            return event

    patch.setattr(trial, "Sources", Resetting)


@mistake
def age_at_the_start_ignored(patch: pytest.MonkeyPatch) -> None:
    def sources(
        parameters: Parameters, draws: Draws, ages: object = None, frailty: Frailty | None = None
    ) -> Sources:
        return Sources(parameters, draws, 0.0, frailty)

    patch.setattr(trial, "Sources", sources)


@mistake
def stationary_hosts_taken_for_half_as_old(patch: pytest.MonkeyPatch) -> None:
    right = Weibull.stationary_age
    patch.setattr(Weibull, "stationary_age", lambda *args: right(*args) * 0.5)


@mistake
def repair_that_keeps_the_age(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Sources, "renew", lambda *_: None)


@mistake
def no_faults_during_load(patch: pytest.MonkeyPatch) -> None:
    def careless(life: Life) -> Iterator[Phase]:
        answer = None
        while True:
            what, cause, seconds, working = life.send(answer)
            answer = yield what, cause, seconds, working and what is not State.CHECKPOINT_LOAD

    class Careless(Phases):
        def __init__(self, *given: Any):
            *rest, life = given
            super().__init__(*rest, careless(life))

    patch.setattr(trial, "Phases", Careless)


@mistake
def calendar_stops_with_the_job(patch: pytest.MonkeyPatch) -> None:
    class Stopping(Sources):
        def wait(self, working: bool, risk: float) -> float:
            return super().wait(working, risk) if working else INFINITY

        def advance(self, seconds: float, working: bool, risk: float) -> None:
            if working:
                super().advance(seconds, working, risk)

    patch.setattr(trial, "Sources", Stopping)


@mistake
def calendar_strikes_hosts_in_repair(patch: pytest.MonkeyPatch) -> None:
    right = Cluster.taken_by

    def all_of_them(cluster: Cluster, event: FaultEvent) -> Taken:
        taken = right(cluster, event)
        return taken if any(taken) else Taken(tuple(cluster.some_of_job(1, 0)[:1]))

    patch.setattr(Cluster, "taken_by", all_of_them)


@mistake
def burst_strikes_one_host(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Part, "hosts", lambda *_: 1)


@mistake
def racks_held_that_the_job_began_in(patch: pytest.MonkeyPatch) -> None:
    """Racks in which only spares stood at the start are never struck."""
    right = Slots.units

    def units(slots: Slots, size: int) -> int:
        return right(slots, size) if slots.within else slots.units_of_job(size)

    patch.setattr(Slots, "units", units)


@mistake
def spares_in_the_rack_spared(patch: pytest.MonkeyPatch) -> None:
    right = Cluster.taken_by

    def taken_by(cluster: Cluster, event: FaultEvent) -> Taken:
        taken = right(cluster, event)
        return taken._replace(idle=()) if taken.of_job else taken

    patch.setattr(Cluster, "taken_by", taken_by)


@mistake
def all_hosts_back_with_the_first_outage(patch: pytest.MonkeyPatch) -> None:
    right = Cluster.lose_all

    def lose_all(cluster: Cluster, all_out: bool) -> None:
        cluster._times_out = 0
        right(cluster, all_out)

    patch.setattr(Cluster, "lose_all", lose_all)


@mistake
def hosts_back_as_new(patch: pytest.MonkeyPatch) -> None:
    right = Cluster.back_by_itself

    def back_by_itself(cluster: Cluster, host: int) -> None:
        cluster._sources.renew(host)
        right(cluster, host)

    patch.setattr(Cluster, "back_by_itself", back_by_itself)


@mistake
def hazard_left_forgotten_at_a_change(patch: pytest.MonkeyPatch) -> None:
    class Forgetting(Sources):
        def __init__(self, parameters: Parameters, *rest: Any):
            super().__init__(parameters, *rest)
            self.rest = rest

        def change(self, parameters: Parameters, time: float) -> None:
            super().__init__(parameters, *self.rest)

    patch.setattr(trial, "Sources", Forgetting)


@mistake
def draws_in_the_order_of_their_use(patch: pytest.MonkeyPatch) -> None:
    begin = Draws.begin
    in_use, used = Draws(), 0

    def begin_anew(draws: Draws, seed: int, number: int) -> None:
        nonlocal in_use, used
        begin(draws, seed, number)
        in_use, used = draws, 0

    def row(stream: Stream, number: int, occurrence: int = 0) -> Row:
        nonlocal used
        used += 4
        return in_use.uniforms(0, 0, used, stream.width).tolist(), 0

    patch.setattr(Draws, "begin", begin_anew)
    patch.setattr(Stream, "row", row)


@mistake
def weather_drawn_once_for_a_trial(patch: pytest.MonkeyPatch) -> None:
    right = weather.fault_factor
    patch.setattr(weather, "fault_factor", lambda one, draws, span: right(one, draws, min(span, 0)))


@mistake
def weather_at_risk_only(patch: pytest.MonkeyPatch) -> None:
    def at_risk(faults: dict[str, Any]) -> dict[str, Any]:
        return {name: replace(fault, on_calendar=False) for name, fault in faults.items()}

    right = numbers_of_trial.assembled
    patch.setattr(
        numbers_of_trial,
        "assembled",
        lambda *args: replace(right(*args), faults=at_risk(dict(right(*args).faults))),
    )


@mistake
def thresholds_drawn_anew_in_each_weather(patch: pytest.MonkeyPatch) -> None:
    def retime(source: PoissonSource, fault: FaultParameters, units: int) -> None:
        source._fault, source._units = fault, units
        cancel(source._entry)
        source._enter()

    patch.setattr(PoissonSource, "_retime", retime)


@mistake
def budget_never_given_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(RestartLoop, "_note_progress", lambda self: None)


@mistake
def restarted_all_the_same_after_what_ends_the_run(patch: pytest.MonkeyPatch) -> None:
    right = RestartLoop.failed

    def failed(self: RestartLoop, fault: FaultParameters | None) -> None:
        right(self, fault and replace(fault, ends_run=False))

    patch.setattr(RestartLoop, "failed", failed)


@mistake
def one_restart_of_the_budget_too_few(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "restart", lambda restart: {"budget": restart.budget - 1})


@mistake
def limit_counted_from_the_first_start(patch: pytest.MonkeyPatch) -> None:
    """The first allocation has a limit, and no later one."""
    enter = Allocations._enter_limit

    def enter_first(self: Allocations) -> None:
        if not self._number:
            enter(self)

    patch.setattr(Allocations, "_enter_limit", enter_first)


@mistake
def granted_without_all_hosts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Allocations, "hosts_are_there", lambda self: True)


@mistake
def limits_that_save_all_the_same(patch: pytest.MonkeyPatch) -> None:
    right = Allocations.limit

    def limit(self: Allocations, event: PlannedEvent, working: bool) -> Outage | None:
        outage = right(self, event, working)
        if outage is not None:
            outage.cut_off = False
        return outage

    patch.setattr(Allocations, "limit", limit)


@mistake
def hosts_in_repair_left_out_of_the_count(patch: pytest.MonkeyPatch) -> None:
    right = Capacity._excess
    patch.setattr(Capacity, "_excess", lambda self: right(self) - self._cluster._repair)


@mistake
def counts_that_stop_a_job_with_hosts_enough(patch: pytest.MonkeyPatch) -> None:
    """Hosts of the job go although spares stand by."""
    right = Capacity._follow

    def follow(self: Capacity, row: int) -> tuple[int, ...]:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(Cluster, "idle_first", lambda self, wanted: [])
            return right(self, row)

    patch.setattr(Capacity, "_follow", follow)


@mistake
def second_replica_forgotten(patch: pytest.MonkeyPatch) -> None:
    """A job of 8 replicas runs at 7/8 of its speed, however many are away."""

    def share(groups: JobGroups) -> float:
        return (groups.number - min(1, len(groups.aside))) / groups.number

    patch.setattr(JobGroups, "share", property(share))


@mistake
def replicas_that_stand_aside_are_struck_for_others(patch: pytest.MonkeyPatch) -> None:
    """The rate of faults does not fall with the number of replicas that train."""
    right = Cluster.taken_by

    def taken_by(cluster: Cluster, event: FaultEvent) -> Taken:
        taken = right(cluster, event)
        return taken if taken.of_job else Taken(tuple(cluster.some_of_job(1, 0, cluster.works)))

    patch.setattr(Cluster, "taken_by", taken_by)


@mistake
def one_replica_fewer_than_needed(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "recovery", lambda numbers: {"at_least": numbers.at_least - 1})


@mistake
def full_speed_with_the_replicas_left(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(JobGroups, "share", 1.0)


@mistake
def one_crew(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "repair", lambda repair: {"crews": 1, "has_crews": True})


@mistake
def shield_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Allocations, "spares", lambda self, fault: not self.held)


@mistake
def short_notice_saves_all_the_same(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Allocations, "gives_time", lambda self, fault: fault.notice > 0.0)


@mistake
def crews_without_end(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "repair", lambda repair: {"crews": None})


@mistake
def weather_of_when_a_repair_ends(patch: pytest.MonkeyPatch) -> None:
    right = weather.repair_factor
    patch.setattr(weather, "repair_factor", lambda one, draws, span: right(one, draws, span + 1))


@mistake
def grace_ignored(patch: pytest.MonkeyPatch) -> None:
    right = AlarmSource.__init__

    def init(source: AlarmSource, fault: FaultParameters, clock: Any, stream: Stream) -> None:
        right(source, replace(fault, grace=0.0), clock, stream)

    patch.setattr(AlarmSource, "__init__", init)


@mistake
def grace_of_the_first_start_only(patch: pytest.MonkeyPatch) -> None:
    right = AlarmSource.resume

    def resume(source: AlarmSource) -> None:
        first = source._resumed, not source._clock.now
        right(source)
        if not first[1] and source._entry is not None:
            cancel(source._entry)
            source._resumed = first[0]
            source._enter()

    patch.setattr(AlarmSource, "resume", resume)


# --- saving, and going back ---------------------------------------------------------------------


@mistake
def stalls_dropped(patch: pytest.MonkeyPatch) -> None:
    _with_tiers(patch, lambda tier: replace(tier, stall=0.0))


@mistake
def last_piece_of_work_not_saved(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "checkpoint", lambda _: {"final_save": False})


@mistake
def durability_lag_ignored(patch: pytest.MonkeyPatch) -> None:
    _with_tiers(patch, lambda tier: replace(tier, lag=0.0))


@mistake
def back_to_the_checkpoint_before_the_last(patch: pytest.MonkeyPatch) -> None:
    right = Copies.go_back

    def go_back(
        copies: Copies, trusted: float, durable_by: float, tiers: Sequence[TierParameters]
    ) -> Copy:
        last = right(copies, trusted, durable_by, tiers)
        return right(copies, last.work - 1e-6, durable_by, tiers)

    patch.setattr(Copies, "go_back", go_back)


@mistake
def timeout_counted_from_the_end_of_a_stall(patch: pytest.MonkeyPatch) -> None:
    def wrong(checkpoint: Any) -> dict[str, Any]:
        late = Fixed(checkpoint.hang.detection.mean + checkpoint.save(1).stall)
        return {"hang": replace(checkpoint.hang, detection=late)}

    with_parameters(patch, "checkpoint", wrong)


@mistake
def every_other_save_may_hang(patch: pytest.MonkeyPatch) -> None:
    right = FaultsOfSaves.passed

    def passed(faults: FaultsOfSaves, saves: int, probability: float) -> None:
        right(faults, saves // 2, probability)

    patch.setattr(FaultsOfSaves, "passed", passed)


@mistake
def saves_that_hang_are_just_lost(patch: pytest.MonkeyPatch) -> None:
    """A save that hangs leaves no copy, and training goes on."""
    with_parameters(
        patch,
        "checkpoint",
        lambda checkpoint: {
            "save_hangs": 0.0,
            "tiers": tuple(
                replace(tier, save_failure=checkpoint.save_hangs) for tier in checkpoint.tiers
            ),
        },
    )


@mistake
def saves_that_fail_never_stop(patch: pytest.MonkeyPatch) -> None:
    _with_tiers(patch, lambda tier: replace(tier, save_failure=tier.save_stops, save_stops=0.0))


@mistake
def tiers_that_survive_everything(patch: pytest.MonkeyPatch) -> None:
    _with_tiers(patch, lambda tier: replace(tier, survives=None))


@mistake
def a_save_to_the_last_tier_takes_no_time(patch: pytest.MonkeyPatch) -> None:
    _with_tiers(patch, lambda tier: tier if tier.survives else replace(tier, stall=0.0))


@mistake
def every_save_goes_to_all_tiers(patch: pytest.MonkeyPatch) -> None:
    _with_tiers(patch, lambda tier: replace(tier, every=1))


def _with_tiers(
    patch: pytest.MonkeyPatch, wrong: Callable[[TierParameters], TierParameters]
) -> None:
    with_parameters(
        patch, "checkpoint", lambda checkpoint: {"tiers": tuple(map(wrong, checkpoint.tiers))}
    )


@mistake
def near_copies_are_back_with_the_host(patch: pytest.MonkeyPatch) -> None:
    """A host that comes holds its part of all copies that there are."""

    def came(losses: Losses, host: int, saves: int) -> None:
        losses.__init__()  # type: ignore[misc]

    patch.setattr(Losses, "came", came)


@mistake
def the_number_of_a_save_never_goes_back(patch: pytest.MonkeyPatch) -> None:
    """The store is saved to so many saves after the last one, whatever was rolled back."""
    right = Copies.go_back

    def go_back(copies: Copies, *args: Any) -> Copy:
        number = copies.number
        copy = right(copies, *args)
        copies.number = number
        return copy

    patch.setattr(Copies, "go_back", go_back)


class HalfWay:
    """A sink that gets rollbacks to half the way back."""

    def __init__(self, sink: Sink, position: float):
        self._sink = sink
        self._position = position

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        self._sink.rolled_back(time, (work + self._position) / 2, cause)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        self._sink.happened(time, what, cause, host)


@mistake
def lost_work_reported_from_half_the_way_back(patch: pytest.MonkeyPatch) -> None:
    right = TrialState.fall_back

    def fall_back(state: TrialState, cause: str, trusted: float, durable_by: float) -> None:
        sink = state.sink
        state.sink = HalfWay(sink, state.work)  # type: ignore[assignment]
        right(state, cause, trusted, durable_by)
        state.sink = sink

    patch.setattr(TrialState, "fall_back", fall_back)


# --- coming back --------------------------------------------------------------------------------


@mistake
def restart_not_drawn_anew_at_each_try(patch: pytest.MonkeyPatch) -> None:
    right = Stream.row

    def row(stream: Stream, number: int, occurrence: int = 0) -> Row:
        launch = stream.name.startswith("launch")
        return right(stream, 0 if launch else number, occurrence)

    patch.setattr(Stream, "row", row)


@mistake
def failing_tries_dropped(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "restart", lambda _: {"failure": 0.0})


@mistake
def own_restart_tried_again_and_again(patch: pytest.MonkeyPatch) -> None:
    right = Outage.next_try

    def next_try(outage: Outage, *of: Any) -> RestartParameters:
        outage.first_try = True
        return right(outage, *of)

    patch.setattr(Outage, "next_try", next_try)


@mistake
def processes_outlive_a_swap_that_fails(patch: pytest.MonkeyPatch) -> None:
    """A try after it is as short as a swap, since the others are there in any case."""
    right = Recovery._launch_failed

    def launch_failed(recovery: Recovery, *why: Any) -> None:
        recovery.places.has_processes = True
        right(recovery, *why)

    patch.setattr(Recovery, "_launch_failed", launch_failed)


@mistake
def processes_end_with_a_swap_that_is_struck(patch: pytest.MonkeyPatch) -> None:
    """A fault in a restart ends the processes of all hosts."""
    right = Recovery.launch

    def launch(recovery: Recovery, outage: Outage, load: bool = True) -> Part:
        following = yield from right(recovery, outage, load)
        recovery.places.has_processes = following is None
        return following

    patch.setattr(Recovery, "launch", launch)


@mistake
def repairs_that_go_on_at_night(patch: pytest.MonkeyPatch) -> None:
    """What begins in the hours of work ends without a break."""
    right = WorkingHours.takes
    patch.setattr(WorkingHours, "takes", lambda hours, time, s: right(hours, time, 0.0) + s)


@mistake
def sizes_of_queues_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Submission, "fits", lambda *_: True)


@mistake
def struck_launches_always_begin_anew(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "recovery", lambda _: {"launch_goes_on": False})


@mistake
def struck_launches_end_all_the_same(patch: pytest.MonkeyPatch) -> None:
    """A launch goes on whatever the scenario says."""
    with_parameters(patch, "recovery", lambda _: {"launch_goes_on": True})


@mistake
def called_after_one_try_more(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "restart", lambda restart: {"tries": restart.tries + 1})


@mistake
def failing_automatic_recovery_for_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(response, "failed_try", lambda *_: 0.0)


@mistake
def slow_factors_multiply(patch: pytest.MonkeyPatch) -> None:
    def slowest(latent: LatentFaults) -> tuple[float, str]:
        speeds = [one.speed for one in latent._state.latent]
        return math.prod(speeds), "slow" if speeds else ""

    patch.setattr(LatentFaults, "slowest", slowest)


@mistake
def slow_hosts_not_struck_again(patch: pytest.MonkeyPatch) -> None:
    right = LatentFaults.begin

    def begin(latent: LatentFaults, outage: Outage) -> None:
        if not any(one.fault.effect.slows for one in latent._state.latent):
            right(latent, outage)

    patch.setattr(LatentFaults, "begin", begin)


@mistake
def changes_at_the_middle_of_their_progress(patch: pytest.MonkeyPatch) -> None:
    right = trial.planned_events

    def planned_events(scenario: Any, settle: Any, *rest: Any) -> Any:
        def settled(path: str, number: Any) -> Any:
            return (at_middle if path.endswith(".progress") else settle)(path, number)

        return right(scenario, settled, *rest)

    patch.setattr(trial, "planned_events", planned_events)


@mistake
def margins_of_stops_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Outage, "trusted", lambda outage, work, full_speed: INFINITY)


@mistake
def taint_forgotten_at_a_restart(patch: pytest.MonkeyPatch) -> None:
    right = TrialState.fall_back

    def fall_back(state: TrialState, cause: str, trusted: float, durable_by: float) -> None:
        right(state, cause, trusted, durable_by)
        state.latent = [one for one in state.latent if one.fault.effect.slows]

    patch.setattr(TrialState, "fall_back", fall_back)


@mistake
def recovery_knows_every_onset(patch: pytest.MonkeyPatch) -> None:
    right = TrialState.trusted

    def trusted(state: TrialState) -> float:
        return min([one.onset for one in state.latent] if right(state) < math.inf else [math.inf])

    patch.setattr(TrialState, "trusted", trusted)


@mistake
def copy_made_at_the_onset_not_trusted(patch: pytest.MonkeyPatch) -> None:
    right = LatentFault.trusted
    patch.setattr(LatentFault, "trusted", lambda *args: right(*args) - 1e-3)


@mistake
def corrupt_copy_good_once_it_is_found(patch: pytest.MonkeyPatch) -> None:
    """Recovery returns to the corrupt copy itself, which then is none any more."""
    right = LatentFault.trusted
    later = 1e-3
    patch.setattr(
        LatentFault, "trusted", lambda one, *args: right(one, *args) + later * (one.save >= 0)
    )

    class Forgetful(Copies):
        def loads_well(self, copy: Copy) -> bool:
            was_loaded = copy.save == getattr(self, "loaded", None)
            self.loaded = copy.save
            return was_loaded or super().loads_well(copy)

    patch.setattr("simtrain.engine.state.Copies", Forgetful)


@mistake
def checks_begin_anew_with_each_restart(patch: pytest.MonkeyPatch) -> None:
    right = Checks.resume

    def resume(checks: Checks) -> None:
        right(checks)
        checks._since = dict.fromkeys(checks._since, 0.0)

    patch.setattr(Checks, "resume", resume)


@mistake
def onset_taken_for_the_last_check(patch: pytest.MonkeyPatch) -> None:
    right = Checks.end

    def end(checks: Checks, check: CheckParameters) -> Outage | None:
        return right(checks, replace(check, to_last=True))

    patch.setattr(Checks, "end", end)


@mistake
def checks_trusted_that_are_known_to_have_missed(patch: pytest.MonkeyPatch) -> None:
    right = LatentFaults.forget_noticed

    def forget_noticed(latent: LatentFaults) -> None:
        right(latent)
        for one in latent._state.latent:
            one.gone_back_to = math.inf

    patch.setattr(LatentFaults, "forget_noticed", forget_noticed)


@mistake
def checks_at_full_risk(patch: pytest.MonkeyPatch) -> None:
    def at_risk(life: Life) -> Iterator[Phase]:
        answer = None
        while True:
            what, cause, seconds, working = life.send(answer)
            if what is State.PAUSED and working:
                what = State.CHECKPOINT_SAVE
            answer = yield what, cause, seconds, working

    class Risky(Phases):
        def __init__(self, *given: Any):
            *rest, life = given
            super().__init__(*rest, at_risk(life))

    patch.setattr(trial, "Phases", Risky)


@mistake
def noticed_after_twice_the_latency(patch: pytest.MonkeyPatch) -> None:
    right = response.latency
    patch.setattr(response, "latency", lambda fault, row: 2 * right(fault, row))


@mistake
def one_spare_too_few(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "cluster", lambda cluster: {"spares": max(0, cluster.spares - 1)})


@mistake
def one_spare_too_many(patch: pytest.MonkeyPatch) -> None:
    with_parameters(patch, "cluster", lambda cluster: {"spares": cluster.spares + 1})


# --- the books ----------------------------------------------------------------------------------


def counted_twice(category: Category) -> Plant:
    """Let the ledger count one category twice."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        right = Ledger.categories

        def categories(ledger: Ledger) -> dict[Category, float]:
            booked = right(ledger)
            return booked | {category: 2 * booked[category]}

        patch.setattr(Ledger, "categories", categories)

    return plant


def mixed_up(one: Category, other: Category) -> Plant:
    """Let the ledger mix up two categories, which their sum does not tell."""

    def plant(patch: pytest.MonkeyPatch) -> None:
        right = Ledger.categories

        def categories(ledger: Ledger) -> dict[Category, float]:
            booked = right(ledger)
            return booked | {one: booked[other], other: booked[one]}

        patch.setattr(Ledger, "categories", categories)

    return plant


@mistake
def stalls_not_booked(patch: pytest.MonkeyPatch) -> None:
    right = Ledger.trained

    def trained(ledger: Ledger, stretch: Segment) -> None:
        right(ledger, stretch._replace(save_s=0.0))

    patch.setattr(Ledger, "trained", trained)


@mistake
def half_of_the_lost_work_booked(patch: pytest.MonkeyPatch) -> None:
    train, roll_back = Ledger.trained, Ledger.rolled_back
    position = 0.0

    def trained(ledger: Ledger, stretch: Segment) -> None:
        nonlocal position
        position = stretch.work_end
        train(ledger, stretch)

    def rolled_back(ledger: Ledger, time: float, work: float, cause: str) -> None:
        roll_back(ledger, time, (work + position) / 2, cause)

    patch.setattr(Ledger, "trained", trained)
    patch.setattr(Ledger, "rolled_back", rolled_back)


# --- energy, carbon and money -------------------------------------------------------------------


@mistake
def lost_work_weighed_at_its_loss(patch: pytest.MonkeyPatch) -> None:
    """What lost work took counts with the weights of the hour in which it is lost."""
    right = FootprintMeter.rolled_back

    def rolled_back(meter: FootprintMeter, time: float, work: float, cause: str) -> None:
        weight = meter._intensity.over(time, time + 1.0)
        for number, piece in enumerate(meter._pieces):
            if piece.end > work:
                energy, _, money = piece.amounts
                meter._pieces[number] = piece._replace(amounts=(energy, energy * weight, money))
        right(meter, time, work, cause)

    patch.setattr(FootprintMeter, "rolled_back", rolled_back)


@mistake
def stalls_at_full_power(patch: pytest.MonkeyPatch) -> None:
    with_draw(patch, lambda draw: draw._replace(stalled=draw.training))


@mistake
def spares_draw_nothing(patch: pytest.MonkeyPatch) -> None:
    with_draw(patch, lambda draw: draw._replace(idle=0.0))


@mistake
def building_draws_nothing(patch: pytest.MonkeyPatch) -> None:
    with_draw(patch, lambda draw: Draw(*(each / 1.2 for each in draw)))


@mistake
def queueing_paid_as_work(patch: pytest.MonkeyPatch) -> None:
    with_hire(patch, lambda hire: hire._replace(queue=hire.job))


@mistake
def repair_paid_as_work(patch: pytest.MonkeyPatch) -> None:
    with_hire(patch, lambda hire: hire._replace(repair=hire.job))


@mistake
def pauses_draw_as_stalls(patch: pytest.MonkeyPatch) -> None:
    with_draw(patch, lambda draw: draw._replace(paused=draw.stalled))


@mistake
def pauses_paid_as_work(patch: pytest.MonkeyPatch) -> None:
    with_hire(patch, lambda hire: hire._replace(paused=hire.job))


@mistake
def pauses_last_from_their_save(patch: pytest.MonkeyPatch) -> None:
    """A pause is held for its whole length once the job has saved, beyond its hours."""
    right = Downtime.hold

    def hold(downtime: Downtime, stop: StopParameters, row: Row) -> None:
        right(downtime, replace(stop, until=None), row)

    patch.setattr(Downtime, "hold", hold)


@mistake
def limits_draw_full_power(patch: pytest.MonkeyPatch) -> None:
    """A job whose power is limited is slower, and draws what it always does."""
    right = FootprintMeter.happened

    def happened(meter: FootprintMeter, time: float, what: EventKind, *more: Any) -> None:
        if what is not EventKind.POWER:
            right(meter, time, what, *more)

    patch.setattr(FootprintMeter, "happened", happened)


@mistake
def limits_never_end(patch: pytest.MonkeyPatch) -> None:
    right = TrialState.limit_power

    def limit_power(state: TrialState, limit: PowerLimit, ends: bool) -> None:
        right(state, limit, False)

    patch.setattr(TrialState, "limit_power", limit_power)


@mistake
def lent_spares_paid_as_others(patch: pytest.MonkeyPatch) -> None:
    with_hire(patch, lambda hire: hire._replace(lent=hire.idle))


@mistake
def hours_of_another_place(patch: pytest.MonkeyPatch) -> None:
    """Hours are counted in the time of a place to the west."""
    right = HourNumbers.first

    def first(numbers: HourNumbers, hours: int) -> Any:
        return right(numbers, hours + 1)[1:]

    patch.setattr(HourNumbers, "first", first)


@mistake
def steps_as_they_are_at_the_start(patch: pytest.MonkeyPatch) -> None:
    """The batch ramp is forgotten where saves are counted in steps."""
    right = checkpoint.step
    first: list[float] = []

    def step(*of: Any) -> float:
        first.append(right(*of))
        return first[0]

    patch.setattr(checkpoint, "step", step)


@mistake
def rings_that_send_everything_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(parallelism, "ring_s", lambda ranks, size, bandwidth: 2 * size / bandwidth)


@mistake
def bubble_without_its_microbatches(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(parallelism, "bubble_share", lambda stages, of: (stages - 1) / stages)


@mistake
def attention_of_the_forward_pass_alone(patch: pytest.MonkeyPatch) -> None:
    right = workload.attention_flops
    patch.setattr(workload, "attention_flops", lambda *of: right(*of) / 3)


@mistake
def as_cheap_in_one_key_is_not_dominated(patch: pytest.MonkeyPatch) -> None:
    def dominates(ranks: Ranks, other: Ranks) -> bool:
        return ranks.outer < other.outer and ranks.inner < other.inner

    patch.setattr(Ranks, "dominates", dominates)


@mistake
def longer_intervals_taken_as_dearer(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(plan_frontier, "cheaper_end", lambda key: "less")


def with_draw(patch: pytest.MonkeyPatch, wrong: Callable[[Draw], Draw]) -> None:
    """Let hosts draw something else than what the scenario says."""
    right = FootprintReader.footprint

    def footprint(reader: FootprintReader, settle: Any) -> Footprint:
        found = right(reader, settle)
        assert found.draw is not None
        return replace(found, draw=wrong(found.draw))

    patch.setattr(FootprintReader, "footprint", footprint)


def with_hire(patch: pytest.MonkeyPatch, wrong: Callable[[Hire], Hire]) -> None:
    """Let hosts cost something else than what the scenario says."""
    right = FootprintReader.footprint

    def footprint(reader: FootprintReader, settle: Any) -> Footprint:
        found = right(reader, settle)
        assert found.hire is not None
        return replace(found, hire=wrong(found.hire))

    patch.setattr(FootprintReader, "footprint", footprint)

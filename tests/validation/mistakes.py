"""Mistakes to plant into the engine, each the kind that a simulator has been seen to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from simtrain.accounts.ledger import Category, Ledger
from simtrain.distributions import Weibull
from simtrain.engine import trial
from simtrain.engine.recovery import Recovery
from simtrain.engine.state import World
from simtrain.engine.trial import Simulator
from simtrain.faults.per_host import Lane
from simtrain.faults.poisson import Pool
from simtrain.faults.source import Strike, cancel
from simtrain.faults.sources import Hazard
from simtrain.model.copies import Checkpoints, Copy
from simtrain.model.draws import Draws, Row, Stream

if TYPE_CHECKING:
    import pytest

    from simtrain.accounts.timeline import EventKind, Segment, Sink
    from simtrain.distributions import Ageing
    from simtrain.engine.phases import Part
    from simtrain.engine.state import Trouble
    from simtrain.model.parameters import FaultRules, Rules

Plant = Callable[["pytest.MonkeyPatch"], None]
MISTAKES: dict[str, Plant] = {}


def mistake(plant: Plant) -> Plant:
    """Enter a mistake under the name of its function."""
    MISTAKES[plant.__name__.replace("_", " ")] = plant
    return plant


def with_rules(patch: pytest.MonkeyPatch, wrong: Callable[[Rules], Rules]) -> None:
    """Let the engine read other rules than the scenario's."""
    right = trial.rules_of
    patch.setattr(trial, "rules_of", lambda *args: wrong(right(*args)))


# --- when faults strike -------------------------------------------------------------------------


@mistake
def age_reset_at_each_failure(patch: pytest.MonkeyPatch) -> None:
    """Every fault redraws the time to failure of every host of the job."""
    right = Hazard.strike

    def strike(hazard: Hazard, working: bool) -> Strike | None:
        found = right(hazard, working)
        if found is not None:
            for lane in hazard._lanes.values():
                for host in list(lane._entries):
                    hazard.leave_job(host)
                    hazard.renew(host)
                    hazard.enter_job(host)
        return found

    patch.setattr(Hazard, "strike", strike)


@mistake
def age_at_the_start_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Simulator, "_ages", lambda *_: 0.0)


@mistake
def stationary_hosts_taken_for_half_as_old(patch: pytest.MonkeyPatch) -> None:
    right = Weibull.stationary_age
    patch.setattr(Weibull, "stationary_age", lambda *args: right(*args) * 0.5)


@mistake
def repair_that_keeps_the_age(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Hazard, "renew", lambda *_: None)


@mistake
def no_faults_during_load(patch: pytest.MonkeyPatch) -> None:
    right = Recovery._load

    def load(recovery: Recovery, trouble: Trouble) -> Part:
        steps = right(recovery, trouble)
        try:
            phase = next(steps)
            while True:
                phase = steps.send((yield (*phase[:3], False)))
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]

    patch.setattr(Recovery, "_load", load)


@mistake
def thresholds_redrawn_when_a_pool_is_retimed(patch: pytest.MonkeyPatch) -> None:
    def retime(pool: Pool, fault: FaultRules, count: int) -> None:
        pool.fault, pool.count = fault, count
        cancel(pool._entry)
        pool._arm()

    patch.setattr(Pool, "retime", retime)


@mistake
def thresholds_redrawn_when_a_lane_is_retimed(patch: pytest.MonkeyPatch) -> None:
    right = Lane.retime

    def retime(lane: Lane, fault: FaultRules, law: Ageing | None) -> None:
        right(lane, fault, law)
        for host in list(lane._entries):
            cancel(lane._entries.pop(host))
            lane._live_on(host, lane._ages.of(host))
            lane._queue(host, lane._ages.exposure(host))

    patch.setattr(Lane, "retime", retime)


@mistake
def draws_in_the_order_of_their_use(patch: pytest.MonkeyPatch) -> None:
    begin = Draws.begin
    used = 0

    def begin_anew(draws: Draws, seed: int, number: int) -> None:
        nonlocal used
        begin(draws, seed, number)
        used = 0

    def row(stream: Stream, number: int, occurrence: int = 0) -> Row:
        nonlocal used
        used += 4
        return stream._draws.uniforms(0, 0, used, stream.width).tolist(), 0

    patch.setattr(Draws, "begin", begin_anew)
    patch.setattr(Stream, "row", row)


# --- saving, and going back ---------------------------------------------------------------------


@mistake
def stalls_dropped(patch: pytest.MonkeyPatch) -> None:
    with_rules(patch, lambda rules: replace(rules, checkpoint=replace(rules.checkpoint, stall=0.0)))


@mistake
def last_piece_of_work_not_saved(patch: pytest.MonkeyPatch) -> None:
    with_rules(
        patch, lambda rules: replace(rules, checkpoint=replace(rules.checkpoint, final_save=False))
    )


@mistake
def durability_lag_ignored(patch: pytest.MonkeyPatch) -> None:
    right = Checkpoints.go_back

    def go_back(copies: Checkpoints, trusted: float, durable_by: float, keep: int | None) -> Copy:
        return right(copies, trusted, float("inf"), keep)

    patch.setattr(Checkpoints, "go_back", go_back)


@mistake
def back_to_the_checkpoint_before_the_last(patch: pytest.MonkeyPatch) -> None:
    right = Checkpoints.go_back

    def go_back(copies: Checkpoints, trusted: float, durable_by: float, keep: int | None) -> Copy:
        last = right(copies, trusted, durable_by, keep)
        return right(copies, last.work - 1e-6, durable_by, keep)

    patch.setattr(Checkpoints, "go_back", go_back)


class HalfWay:
    """A sink that is told of rollbacks to half the way back."""

    def __init__(self, sink: Sink, position: float):
        self._sink = sink
        self._position = position

    def rolled_back(self, time: float, work: float, cause: str) -> None:
        self._sink.rolled_back(time, (work + self._position) / 2, cause)

    def happened(self, time: float, what: EventKind, cause: str, host: int = -1) -> None:
        self._sink.happened(time, what, cause, host)


@mistake
def lost_work_told_from_half_the_way_back(patch: pytest.MonkeyPatch) -> None:
    right = World.fall_back

    def fall_back(world: World, cause: str, trusted: float, durable_by: float) -> None:
        sink = world.sink
        world.sink = HalfWay(sink, world.work)  # type: ignore[assignment]
        right(world, cause, trusted, durable_by)
        world.sink = sink

    patch.setattr(World, "fall_back", fall_back)


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
    with_rules(patch, lambda rules: replace(rules, restart=replace(rules.restart, failure=0.0)))


@mistake
def called_after_one_try_more(patch: pytest.MonkeyPatch) -> None:
    with_rules(
        patch,
        lambda rules: replace(rules, restart=replace(rules.restart, tries=rules.restart.tries + 1)),
    )


@mistake
def failing_automatic_recovery_for_nothing(patch: pytest.MonkeyPatch) -> None:
    def fail(recovery: Recovery, cause: str, uniform: float) -> Part:
        return None
        yield

    patch.setattr(Recovery, "_fail_automatically", fail)


@mistake
def one_spare_too_few(patch: pytest.MonkeyPatch) -> None:
    def wrong(rules: Rules) -> Rules:
        spares = max(0, rules.cluster.spares - 1)
        return replace(rules, cluster=replace(rules.cluster, spares=spares))

    with_rules(patch, wrong)


@mistake
def one_spare_too_many(patch: pytest.MonkeyPatch) -> None:
    def wrong(rules: Rules) -> Rules:
        return replace(rules, cluster=replace(rules.cluster, spares=rules.cluster.spares + 1))

    with_rules(patch, wrong)


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
    right = Ledger.rolled_back

    def rolled_back(ledger: Ledger, time: float, work: float, cause: str) -> None:
        position = ledger._pieces[-1][1]
        right(ledger, time, (work + position) / 2, cause)

    patch.setattr(Ledger, "rolled_back", rolled_back)

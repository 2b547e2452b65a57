"""The job: training, saving, and what ends it."""

from __future__ import annotations

from dataclasses import replace

from simtrain.accounts.timeline import CheckpointSchedule, EventKind, Segment, State, Verdict
from simtrain.engine.cadence import (
    Done,
    done_after,
    done_with_work,
    productive_of,
    time_to_train,
    train_for,
)
from simtrain.engine.checkpoints import Saves
from simtrain.engine.exposure import INFINITY
from simtrain.engine.recovery import Recovery
from simtrain.engine.rules import Rules
from simtrain.engine.stage import Part, Script
from simtrain.engine.world import End, Trouble, World

CHECKPOINTS, WARM_UP, SPEED, BACKGROUND_WRITE = (
    "checkpoints",
    "warm-up",
    "speed",
    "background write",
)

# Looking a member up in its class costs more than what is done with it.
_TRAIN = State.TRAIN

_AT_ONCE = 1e-6
"""Seconds of training within which a loss spike counts as noticed."""


class Job:
    """A job that trains until its work is done.

    Between two events that concern it, training and saving are one stretch of arithmetic.
    """

    __slots__ = ("_at_goal", "_cadence", "_done", "_recovery", "_since_save", "_steady",
                 "_warm_until", "_whole", "_world", "_writing_until")  # fmt: skip

    def __init__(self, world: World):
        self._world = world
        self._recovery = Recovery(world)
        self._since_save = 0.0  # training (or work, if the interval is in steps) since a save
        self._writing_until = 0.0
        self._warm_until = 0.0
        self._at_goal: Done | None = None
        self._steady: tuple[Rules, CheckpointSchedule] | None = (
            None  # the usual manner, and its rules
        )

    def script(self) -> Script:
        """Life of the job."""
        recovery = self._recovery
        trouble = yield from recovery.start()
        while True:
            while trouble is not None:
                next_trouble = yield from recovery.answer(trouble)
                if next_trouble is None:
                    next_trouble = yield from recovery.launch(trouble)
                trouble = next_trouble
            trouble = yield from self._train()
            if trouble is None:
                raise End(Verdict.FINISHED)

    def _train(self) -> Part:
        """Train until the work is done and saved, or trouble comes."""
        world = self._world
        self._since_save = self._writing_until = 0.0
        self._warm_until = world.now + self._recovery.warm_up
        while world.work < world.rules.work:
            stall_left = 0.0
            trouble = self._trouble_at_once()
            if trouble is None:
                goal = min(world.rules.work, world.agenda.next_work)
                trouble = yield _TRAIN, "", self._plan(goal), True
                stall_left = self._done.stall_left_s
                if self._whole and self._at_goal is not None:
                    world.work = goal
            if trouble is not None:
                return (yield from self._end(trouble, stall_left))
            if stall_left:
                trouble = yield from self._finish_save(stall_left)
                if trouble is not None:
                    return trouble
        if world.spike is not None and world.spike.onset < world.work:
            # Whoever looks at the end of the work sees that it went wrong.
            return (yield from self._end(world.spike.trouble, 0.0))
        if not world.rules.checkpoint.final_save:
            return None
        while True:
            trouble = yield from self._save_and_wait(CHECKPOINTS, world.rules.checkpoint.stall)
            if trouble is not None or world.checkpoints.newest_is_usable or not world.pay():
                return trouble

    def _trouble_at_once(self) -> Trouble | None:
        """What is due at this position of the work, or a loss spike that is noticed now."""
        world = self._world
        trouble = world.due_by_progress() if world.agenda.next_work <= world.work else None
        spike = world.spike
        if trouble is None and spike is not None and spike.unnoticed_s <= _AT_ONCE:
            return spike.trouble
        return trouble

    def _plan(self, goal: float) -> float:
        """Settle the manner of training; return for how long it holds at the most, in seconds."""
        world, now = self._world, self._world.now
        self._whole = False
        cadence = self._cadence = self._manner(now)
        seconds = self._warm_until - now if now < self._warm_until else INFINITY
        if world.spike is not None:
            seconds = min(seconds, time_to_train(cadence, world.spike.unnoticed_s))
        self._at_goal = None
        # Faults come long before most goals: reckon the way to one only if it is near.
        reach = min(seconds, world.hazard.wait(working=True)) * cadence.speed * cadence.full_speed
        if goal < INFINITY and goal - world.work <= reach * (1 + 1e-9):
            to_goal, done = done_with_work(cadence, (goal - world.work) / cadence.full_speed)
            if to_goal <= seconds:
                seconds, self._at_goal = to_goal, done
        return seconds

    def _manner(self, now: float) -> CheckpointSchedule:
        """How training and saving go from this moment on."""
        rules, steady = self._world.rules, self._steady
        settled = now >= self._warm_until and now >= self._writing_until and not self._since_save
        if settled and steady is not None and steady[0] is rules:
            return steady[1]
        cadence = self._cadence_from(now, rules)
        if settled:
            self._steady = (rules, cadence)
        return cadence

    def _cadence_from(self, now: float, rules: Rules) -> CheckpointSchedule:
        checkpoint = rules.checkpoint
        speed = rules.speed
        if now < self._warm_until:
            speed *= rules.restart.warm_up_speed
        interval, lag = checkpoint.interval, checkpoint.lag
        left = interval - self._since_save if interval > self._since_save else 0.0
        writing = self._writing_until - now if self._writing_until > now else 0.0
        cadence = CheckpointSchedule(
            left, interval, checkpoint.stall, speed, checkpoint.write_slowdown, lag, writing,
            rules.full_speed,
        )  # fmt: skip
        if not checkpoint.in_work:
            return cadence
        return replace(
            cadence,
            first_s=train_for(cadence, left / rules.full_speed, writing),
            every_s=train_for(cadence, interval / rules.full_speed, lag),
        )

    def trained(self, start: float, end: float, whole: bool) -> None:
        """Book a phase of training, and take note of its saves."""
        world, cadence = self._world, self._cadence
        done = self._at_goal if whole else None
        if done is None:
            done = done_after(cadence, end - start)
        self._done, self._whole = done, whole
        before = world.work
        world.work = after = before + done.productive_s * cadence.full_speed
        world.sink.trained(
            Segment(
                start, end, before, after, done.train_s, done.save_s, done.saves,
                done.productive_s, self._losses(cadence, done), cadence,
            )
        )  # fmt: skip
        if world.spike is not None:
            world.spike.unnoticed_s -= done.train_s
        if done.saves:
            self._saved(start, before, cadence, done)
        else:
            in_work = world.rules.checkpoint.in_work
            self._since_save += after - before if in_work else done.train_s

    def _saved(self, start: float, before: float, cadence: CheckpointSchedule, done: Done) -> None:
        """Take note of the saves of a phase of training."""
        world = self._world
        first = productive_of(cadence, cadence.first_s, cadence.write_left_s) * cadence.full_speed
        each = productive_of(cadence, cadence.every_s, cadence.write_s) * cadence.full_speed
        cycle = cadence.every_s + cadence.stall_s
        durable = start + cadence.first_s + cadence.stall_s + cadence.write_s
        rules = world.rules.checkpoint
        world.checkpoints.saved(
            Saves(
                done.saves, durable, before + first, cycle, each, rules.save_failure, rules.corrupt
            )
        )  # fmt: skip
        self._writing_until = durable + (done.saves - 1) * cycle
        if rules.in_work:
            self._since_save = world.work - before - first - (done.saves - 1) * each
        else:
            self._since_save = done.since_save_s

    def _losses(self, cadence: CheckpointSchedule, done: Done) -> tuple[tuple[str, float], ...]:
        """Seconds by which training fell short of full speed, by cause."""
        speed = self._world.rules.speed
        losses: tuple[tuple[str, float], ...] = ()
        if speed < 1.0:
            losses += ((SPEED, (1.0 - speed) * done.train_s),)
        if cadence.speed < speed:
            losses += ((WARM_UP, (speed - cadence.speed) * done.train_s),)
        if done.written_s:
            written = cadence.speed * cadence.write_slowdown * done.written_s
            losses += ((BACKGROUND_WRITE, written),)
        return losses

    def _end(self, trouble: Trouble, stall_left: float) -> Part:
        """End training because of some trouble, and return to the copy to go on from."""
        world, stop, planned = self._world, trouble.stop, trouble.planned
        if planned and (stop is None or stop.save_first):
            seconds = stall_left or world.rules.checkpoint.stall
            cut = yield from self._save_and_wait(trouble.cause, seconds)
            if cut is not None:
                if stop is not None:
                    world.stops.hold(stop, trouble.stream, trouble.number)
                return cut
        fault = trouble.fault
        what = EventKind.STOP if planned else EventKind.INTERRUPTION
        world.sink.happened(world.now, what, trouble.cause)
        self._recovery.training_ended()
        if fault is None or fault.ends_write or fault.diverges:
            trusted = INFINITY if world.spike is None else world.trusted(trouble)
            world.fall_back(trouble.cause, trusted, world.now)
        return trouble

    def _save_and_wait(self, cause: str, stall: float) -> Part:
        """Save and wait until the copy is durable, as before a stop and at the end of the work."""
        seconds = stall + self._world.rules.checkpoint.lag
        return (yield from self._save(cause, seconds, durable_after=0.0))

    def _finish_save(self, stall_left: float) -> Part:
        """Finish a save during which something changed that did not end training."""
        lag = self._world.rules.checkpoint.lag
        return (yield from self._save(CHECKPOINTS, stall_left, durable_after=lag))

    def _save(self, cause: str, seconds: float, durable_after: float) -> Part:
        world = self._world
        cut = yield State.CHECKPOINT_SAVE, cause, seconds, True
        if cut is not None:
            return (yield from self._end(cut, 0.0))
        now = world.now
        rules = world.rules.checkpoint
        world.checkpoints.saved(
            Saves(
                1, now + durable_after, world.work,
                failure=rules.save_failure, corrupt=rules.corrupt,
            )
        )  # fmt: skip
        world.sink.happened(now, EventKind.SAVE, cause)
        self._since_save = 0.0
        self._writing_until = now + durable_after
        return None

"""The job: training, saving, and what ends it."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import Any

from simpy import Event

from simtrain.engine.cadence import (
    Done,
    done_after,
    done_with_work,
    productive_of,
    time_to_train,
    train_for,
)
from simtrain.engine.checkpoints import Saves
from simtrain.engine.policy import goes_on
from simtrain.engine.recovery import Recovery
from simtrain.engine.world import End, Field, Phase, Trouble, Verdict, World
from simtrain.timeline import Cadence, Happening, State, Stretch

CHECKPOINTS, WARM_UP, SPEED, BACKGROUND_WRITE = "checkpoints", "warm-up", "speed", "background write"


class Job:
    """A job that trains until its work is done.

    Between two events that concern it, training and saving are one stretch of arithmetic.
    """

    def __init__(self, world: World):
        self._world = world
        self._recovery = Recovery(world)
        self._since_save = 0.0  # training (or work, if the interval is in steps) since a save
        self._writing_until = 0.0
        self._warm_until = 0.0

    def run(self) -> Generator[Event, Any, Verdict]:
        """Life of the job; returns how it ended."""
        try:
            trouble = yield from self._recovery.start()
            while True:
                while trouble is not None:
                    trouble = yield from self._recovery.recover(trouble)
                trouble = yield from self._train()
                if trouble is None:
                    return Verdict.FINISHED
        except End as end:
            return end.verdict

    def _train(self) -> Phase:
        """Train until the work is done and saved, or trouble comes."""
        world = self._world
        self._since_save = self._writing_until = 0.0
        self._warm_until = world.env.now + self._recovery.warm_up
        while world.work < world.rules.work:
            world.check_budget()
            trouble = yield from self._stretch()
            if trouble is not None:
                return trouble
        if not world.rules.checkpoint.final_save:
            return None
        return (yield from self._save_and_wait(CHECKPOINTS, world.rules.checkpoint.stall))

    def _stretch(self) -> Phase:
        """Train in one manner until something changes it."""
        world, env = self._world, self._world.env
        start, cadence = env.now, self._cadence()
        goal = min(world.rules.work, world.agenda.next_work)
        seconds, done = done_with_work(cadence, (goal - world.work) / cadence.full_speed)
        at_goal = wake = start + seconds
        if start < self._warm_until < wake:
            wake = self._warm_until
        noticed = math.inf
        if world.spike is not None:
            noticed = start + time_to_train(cadence, world.spike.unnoticed_s)
            wake = min(wake, noticed)
        strike = start + world.hazard.wait(working=True)
        wake = min(wake, strike)
        due = world.agenda.next_time
        wake = min(wake, due)
        if wake > start:
            yield env.timeout(wake - start)
        if wake != at_goal:
            done = done_after(cadence, env.now - start)
        self._book(start, cadence, done)
        trouble = None
        if wake == due:
            trouble = world.due(working=True)
        elif wake == at_goal:
            world.work = goal
            trouble = world.due_by_progress()
        elif wake == noticed:
            trouble = world.take_spike()
        elif wake == strike:
            trouble = world.struck(State.TRAIN, working=True)
        if trouble is not None:
            return (yield from self._end(trouble, done.stall_left_s))
        if done.stall_left_s:
            return (yield from self._finish_save(done.stall_left_s))
        return None

    def _cadence(self) -> Cadence:
        """The manner of training at this moment."""
        world = self._world
        rules, now = world.rules, world.env.now
        checkpoint = rules.checkpoint
        warming = now < self._warm_until
        left = max(0.0, checkpoint.interval - self._since_save)
        cadence = Cadence(
            first_s=left,
            every_s=checkpoint.interval,
            stall_s=checkpoint.stall,
            speed=rules.speed * rules.restart.warm_up_speed if warming else rules.speed,
            write_slowdown=checkpoint.write_slowdown,
            write_s=checkpoint.lag,
            write_left_s=max(0.0, self._writing_until - now),
            full_speed=rules.full_speed,
        )
        if not checkpoint.in_work:
            return cadence
        return cadence._replace(
            first_s=train_for(cadence, left / rules.full_speed, cadence.write_left_s),
            every_s=train_for(cadence, checkpoint.interval / rules.full_speed, cadence.write_s),
        )

    def _book(self, start: float, cadence: Cadence, done: Done) -> None:
        """Tell the sink of a stretch, and take note of its saves."""
        world, now = self._world, self._world.env.now
        world.hazard.advance(now - start, working=True)
        if world.spike is not None:
            world.spike.unnoticed_s -= done.train_s
        before = world.work
        world.work = before + done.productive_s * cadence.full_speed
        stretch = Stretch(
            start, now, before, world.work, done.train_s, done.save_s, done.saves,
            done.productive_s, self._losses(cadence, done), cadence,
        )  # fmt: skip
        world.sink.trained(stretch)
        work = cadence.full_speed
        gained = done.train_s if not world.rules.checkpoint.in_work else done.productive_s * work
        self._since_save += gained
        if not done.saves:
            return
        first = productive_of(cadence, cadence.first_s, cadence.write_left_s) * work
        each = productive_of(cadence, cadence.every_s, cadence.write_s) * work
        cycle = cadence.every_s + cadence.stall_s
        saved = start + cadence.first_s + cadence.stall_s
        lag = cadence.write_s
        world.checkpoints.saved(Saves(done.saves, saved + lag, before + first, cycle, each))
        self._writing_until = saved + (done.saves - 1) * cycle + lag
        self._since_save = done.since_save_s
        if world.rules.checkpoint.in_work:
            self._since_save = world.work - (before + first + (done.saves - 1) * each)

    def _losses(self, cadence: Cadence, done: Done) -> tuple[tuple[str, float], ...]:
        """Seconds by which training fell short of full speed, by cause."""
        losses = []
        speed = self._world.rules.speed
        if speed < 1.0:
            losses.append((SPEED, (1.0 - speed) * done.train_s))
        if cadence.speed < speed:
            losses.append((WARM_UP, (speed - cadence.speed) * done.train_s))
        if done.written_s:
            written = cadence.speed * cadence.write_slowdown * done.written_s
            losses.append((BACKGROUND_WRITE, written))
        return tuple(losses)

    def _end(self, trouble: Trouble, stall_left: float) -> Phase:
        """End training because of some trouble, and return to the copy to go on from."""
        world = self._world
        fault, stop = trouble.fault, trouble.stop
        planned = fault is None and (stop is None or stop.kind != "incident")
        if planned and (stop is None or stop.save_first):
            seconds = stall_left or world.rules.checkpoint.stall
            cut = yield from self._save_and_wait(trouble.cause, seconds)
            if cut is not None:
                if stop is not None:
                    world.hold(trouble)
                return cut
        self._leave(trouble)
        return trouble

    def _leave(self, trouble: Trouble) -> None:
        world, fault = self._world, trouble.fault
        unplanned = fault is not None or (
            trouble.stop is not None and trouble.stop.kind == "incident"
        )
        what = Happening.INTERRUPTION if unplanned else Happening.STOP
        world.tell(what, trouble.cause)
        self._recovery.training_ended()
        if fault is None or fault.ends_write or fault.diverges:
            world.fall_back(trouble.cause, world.trusted(trouble), world.env.now)

    def _save_and_wait(self, cause: str, stall: float) -> Phase:
        """Save and wait until the copy is durable, as before a stop and at the end of the work."""
        world = self._world
        seconds = stall + world.rules.checkpoint.lag
        return (yield from self._save(cause, seconds, durable_after=0.0))

    def _finish_save(self, stall_left: float) -> Phase:
        """Finish a save during which something changed that did not end training."""
        lag = self._world.rules.checkpoint.lag
        return (yield from self._save(CHECKPOINTS, stall_left, durable_after=lag))

    def _save(self, cause: str, seconds: float, durable_after: float) -> Phase:
        world, env = self._world, self._world.env
        cut = yield from world.spend(State.CHECKPOINT_SAVE, cause, seconds, working=True)
        if cut is not None:
            return (yield from self._end(cut, 0.0))
        world.checkpoints.saved(Saves(1, env.now + durable_after, world.work))
        world.tell(Happening.SAVE, cause)
        self._since_save = 0.0
        self._writing_until = env.now + durable_after
        return None

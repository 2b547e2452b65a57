"""The job: training, saving, and what ends it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from simtrain.accounts.timeline import EventKind, Segment, State, Verdict
from simtrain.causes import BACKGROUND_WRITE, CHECKPOINTS, ELASTIC, SPEED, WARM_UP
from simtrain.engine.occurrences import Came
from simtrain.engine.outage import Outage
from simtrain.engine.phases import WORKING
from simtrain.engine.state import End
from simtrain.faults.saves import SaveFaults
from simtrain.faults.source import INFINITY
from simtrain.model.copies import Saves
from simtrain.model.policies import Reaction, Rejoin
from simtrain.model.saving import (
    CheckpointSchedule,
    Done,
    SaveCycle,
    done_after,
    done_with_work,
    productive_of,
    time_to_save,
    time_to_train,
    train_for,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simtrain.engine.checks import Checks
    from simtrain.engine.groups import JobGroups
    from simtrain.engine.latent import LatentFaults
    from simtrain.engine.occurrences import Occurrences
    from simtrain.engine.phases import Life, Part
    from simtrain.engine.reconfiguration import Reconfiguration
    from simtrain.engine.recovery import Recovery
    from simtrain.engine.state import TrialState
    from simtrain.faults.saves import SaveFault
    from simtrain.faults.sources import Sources
    from simtrain.model.hidden import HiddenState
    from simtrain.model.parameters import CheckParameters, Parameters

# Looking a member up in its class costs more than what is done with it.
_TRAIN, _SAVE = State.TRAIN, State.CHECKPOINT_SAVE
_STOP, _INTERRUPTION = EventKind.STOP, EventKind.INTERRUPTION
_ENDED, _PLANNED = Came.END, Came.PLANNED

_RECONFIGURE = Reaction.RECONFIGURE

# A call of the class would cost more than all else that is done to report a segment.
_segment_of = partial(tuple.__new__, Segment)

Drags: TypeAlias = "tuple[tuple[float, str], ...]"
"""What slows training at present, beside what the numbers say: each as a fraction of the speed
without it, with its cause."""
NO_DRAGS: Drags = ()


@dataclass(slots=True)
class Until:
    """For how long training goes on in one manner, if nothing comes before.

    Parameters
    ----------
    seconds
        Stalls included.
    done
        What is done then, where it is known better than by the clock.
    at_goal
        Whether a goal of the work is reached then.
    at_save
        Whether a save begins then that is simulated by itself.
    """

    seconds: float
    done: Done | None = None
    at_goal: bool = False
    at_save: bool = False


class Job:
    """A job that trains until its work is done.

    It starts, and then trains and recovers in turn. Between two events that concern it, training
    and saving are one segment of arithmetic.
    """

    __slots__ = ("_asked", "_batch", "_begins", "_checks", "_cycles", "_durable_at", "_faults",
                 "_groups", "_latent", "_occurrences", "_reconfiguration", "_recovery",
                 "_since_save", "_sources", "_state", "_steady", "_writing_until")  # fmt: skip

    def __init__(
        self,
        state: TrialState,
        sources: Sources,
        occurrences: Occurrences,
        recovery: Recovery,
        latent: LatentFaults,
        checks: Checks | None,
        groups: JobGroups,
        reconfiguration: Reconfiguration,
    ):
        self._state = state
        self._sources = sources
        self._occurrences = occurrences
        self._recovery = recovery
        self._latent = latent
        self._checks = checks
        self._groups = groups
        self._reconfiguration = reconfiguration
        self._since_save = 0.0  # training (or work of whole steps, if it is in steps) since a save
        self._writing_until = 0.0
        self._begins = (0.0, 0.0)  # both as training begins for the first time
        self._durable_at = 0.0  # when the last save that was waited for is durable
        self._asked: Outage | None = None  # stop that a save is still finished for
        self._faults = SaveFaults(state.draws, len(state.parameters.checkpoint.tiers))
        # The usual schedule, and the parameters and what slows training that it follows from.
        self._steady: tuple[Parameters, Drags, CheckpointSchedule] | None = None
        # By speed and batch, under the same parameters.
        self._cycles: dict[tuple[float, float], SaveCycle] = {}
        self._batch = 1.0  # work of a step, as a fraction of that of all groups

    def begin(self, hidden: HiddenState) -> None:
        """Begin some time after a save."""
        self._begins = hidden.since_save, hidden.writing_s

    def life(self) -> Life:
        """Life of the job."""
        recovery = self._recovery
        outage = yield from recovery.start()
        while True:
            while outage is not None and not outage.is_over:
                following = yield from recovery.answer(outage)
                if following is None:
                    following = yield from recovery.launch(outage)
                if following is not None:  # who has acted since training ended, has acted
                    following.restarted_by = outage.restarted_by
                outage = following
            outage = yield from self._train()
            if outage is None:
                raise End(Verdict.FINISHED)

    def _train(self) -> Part:
        """Train until the work is done and saved, or training ends."""
        state, occurrences = self._state, self._occurrences
        (self._since_save, self._writing_until), self._begins = self._begins, (0.0, 0.0)
        for alarm in self._sources.alarms:
            alarm.resume()
        checks = self._checks
        if checks is not None:
            checks.resume()
        while state.work < state.parameters.work:
            outage, stall_left, save_is_due = self._outage_at_once(), None, False
            if outage is None and self._groups.aside:
                outage = yield from self._rejoin(Rejoin.AT_ONCE)
            if outage is None and checks is not None and (check := checks.due()) is not None:
                outage = yield from self._check(checks, check)
                if outage is None:
                    continue  # to what came due meanwhile
            elif outage is None:
                start, drags = state.now, NO_DRAGS
                if self._groups.aside or state.latent or state.power_limit is not None:
                    drags = self._drags()
                schedule = self._schedule(drags)
                goal = min(state.parameters.work, occurrences.planned.next_work)
                if checks is not None:
                    goal = min(goal, checks.next_due().work)
                until = self._until_change(schedule, goal)
                came, whole = _ENDED, True
                if until.seconds > 0.0:
                    came, whole = yield _TRAIN, "", until.seconds, WORKING
                done = until.done if whole else None
                done = done or done_after(schedule, state.now - start, before=came is _PLANNED)
                stall_left = done.stall_left_s
                self._book(start, schedule, done, drags)
                outage = occurrences.take(came, _TRAIN, WORKING)
                if whole and until.at_goal:
                    state.work = goal
                    # A limit comes before the end of training, but not before that of the job.
                    if outage is not None and outage.ends_allocation and self._leaves_nothing():
                        outage = None
                # What is due comes first, and may move a save that is due at the same moment.
                save_is_due = whole and until.at_save and came is not _PLANNED
            if outage is not None:
                outage = yield from self._end(outage, stall_left)
                if outage is not None:
                    return outage
            if save_is_due or stall_left is not None:
                ended = yield from self._save(CHECKPOINTS, stall_left)
                if ended is None and self._groups.aside:
                    ended = yield from self._rejoin(Rejoin.AT_CHECKPOINT)
                    if ended is not None:
                        ended = yield from self._end(ended, saved=True)
                if ended is None and self._asked is not None:
                    asked, self._asked = self._asked, None
                    ended = yield from self._end(asked, saved=True)
                if ended is not None:
                    return ended
        return (yield from self._finish())

    def _check(self, checks: Checks, check: CheckParameters) -> Part:
        """Stand still for a check, in which hosts are at the risk of idle ones."""
        cut: Outage | None = yield State.PAUSED, check.name, checks.duration(check), WORKING
        return checks.end(check) if cut is None else cut

    def _leaves_nothing(self) -> bool:
        """Whether the work is done, and neither its last save nor what is latent takes any time."""
        state = self._state
        if state.work < state.parameters.work or state.latent:
            return False
        checkpoint = state.parameters.checkpoint
        save = checkpoint.save(state.copies.number + 1, to_last=True)
        return not checkpoint.final_save or save.stall + save.lag == 0.0

    def _finish(self) -> Part:
        """End the work: notice what is still latent, and save the product."""
        state = self._state
        if state.latent and (wrong := self._latent.noticed_at_the_end()) is not None:
            return (yield from self._end(wrong))
        if not state.parameters.checkpoint.final_save:
            return None
        while True:
            ended = yield from self._save(CHECKPOINTS, to_last=True)
            if ended is None:
                ended = yield from self._await_write(CHECKPOINTS)
            if ended is not None or state.copies.newest_is_usable():
                return ended
            if self._asked is not None:
                asked, self._asked = self._asked, None
                return (yield from self._end(asked))
            if not state.pay():
                raise End(Verdict.OUT_OF_EVENTS)

    def _outage_at_once(self) -> Outage | None:
        """What is due at this position of the work, or else what latent faults lead to now."""
        state, occurrences = self._state, self._occurrences
        if occurrences.planned.next_work <= state.work:
            outage = occurrences.due_by_progress()
            if outage is not None:
                return outage
        if not state.latent:
            state.awaits_spare = False
            return None
        return self._latent.noticed_now() or self._latent.swap()

    def _rejoin(self, when: Rejoin) -> Part:
        """Bring back the groups that are complete again, if this is when they come back."""
        self._state.awaits_spare = True  # and whatever else may complete a group
        if self._reconfiguration.awaits(when):
            return (yield from self._reconfiguration.rejoin())
        return None

    def _drags(self) -> Drags:
        """What slows training from this moment on."""
        drags = NO_DRAGS
        if self._groups.aside:
            drags = ((self._groups.share, ELASTIC),)
        if self._state.latent:
            slow = self._latent.slowest()
            if slow[0] < 1.0:
                drags += (slow,)
        limit = self._state.power_limit
        if limit is not None and limit.speed < 1.0:
            drags += ((limit.speed, limit.name),)
        return drags

    def _until_change(self, schedule: CheckpointSchedule, goal: float) -> Until:
        """For how long a schedule holds at the most."""
        state, now = self._state, self._state.now
        seconds = state.warm_until - now if now < state.warm_until else INFINITY
        if state.latent:
            seconds = min(seconds, self._latent.next_moment() - now)
            if (left := self._latent.unnoticed_s()) < INFINITY:
                seconds = min(seconds, time_to_train(schedule, left))
        if self._checks is not None and (left := self._checks.next_due().training) < INFINITY:
            seconds = min(seconds, time_to_train(schedule, left))
        until = Until(seconds)
        checkpoint = state.parameters.checkpoint
        # A write may go on beside the next save: what is left of it is known then.
        outlast = schedule.cycle is not None and schedule.cycle.outlast
        each = outlast
        if self._groups.aside:
            each = outlast or self._reconfiguration.awaits(Rejoin.AT_CHECKPOINT)
        if each or checkpoint.end_training:
            save = 1 if each else self._faults.next(checkpoint, state.copies.number)
            begins, done = time_to_save(schedule, save)
            if begins <= seconds:
                until = Until(begins, done, at_save=True)
        # Faults come long before most goals: compute the way to one only if it is near.
        strike = self._sources.wait(working=True, risk=1.0)
        reach = min(until.seconds, strike) * schedule.speed * schedule.full_speed
        if goal < INFINITY and goal - state.work <= reach * (1 + 1e-9):
            to_goal, done_there = done_with_work(
                schedule, (goal - state.work) / schedule.full_speed
            )
            # A save that is due just at the goal is still to come there.
            latest = until.seconds * (1 + 1e-9) if until.at_save else until.seconds
            if to_goal <= min(latest, seconds):
                until = Until(to_goal, done_there, at_goal=True)
        return until

    def _schedule(self, drags: Drags) -> CheckpointSchedule:
        """How training and saving go from this moment on."""
        state, steady = self._state, self._steady
        now, parameters = state.now, state.parameters
        self._batch = self._groups.share if parameters.recovery.batch_shrinks else 1.0
        is_warm = now >= state.warm_until
        settled = is_warm and now >= self._writing_until and not self._since_save
        saves = len(parameters.checkpoint.saves)
        place = (state.copies.number + 1) % saves if saves > 1 else 0
        if steady is None or steady[0] is not parameters:
            self._cycles = {}
        elif settled and steady[1] == drags and steady[2].place == place:
            return steady[2]
        schedule = self._schedule_from(now, parameters, drags, place)
        if settled:
            self._steady = (parameters, drags, schedule)
        return schedule

    def _schedule_from(
        self, now: float, parameters: Parameters, drags: Drags, place: int
    ) -> CheckpointSchedule:
        checkpoint, full_speed = parameters.checkpoint, parameters.full_speed
        speed, slowdown = parameters.speed, checkpoint.write_slowdown
        for of_full, _ in drags:
            speed *= of_full
        if now < self._state.warm_until:
            speed *= parameters.restart.warm_up_speed
        interval, save = checkpoint.interval, checkpoint.saves[place]
        left = interval - self._since_save if interval > self._since_save else 0.0
        writing = self._writing_until - now if self._writing_until > now else 0.0
        if checkpoint.in_work:
            left = train_for(left * self._batch / full_speed, writing, speed, slowdown)
            interval = train_for(interval * self._batch / full_speed, save.lag, speed, slowdown)
        cycle = self._cycle(parameters, speed) if len(checkpoint.saves) > 1 else None
        return CheckpointSchedule(
            left, interval, save.stall, speed, slowdown, save.lag, writing, full_speed, cycle, place
        )

    def _cycle(self, parameters: Parameters, speed: float) -> SaveCycle:
        """Saves to several tiers in a round, at some speed."""
        cycle = self._cycles.get((speed, self._batch))
        if cycle is None:
            checkpoint, slowdown = parameters.checkpoint, parameters.checkpoint.write_slowdown
            stalls, lags, _ = zip(*checkpoint.saves, strict=True)
            every = [checkpoint.interval] * len(lags)
            if checkpoint.in_work:
                work = checkpoint.interval * self._batch / parameters.full_speed
                every = [train_for(work, lag, speed, slowdown) for lag in lags]
            cycle = SaveCycle(stalls, every, lags, speed, slowdown)
            self._cycles[speed, self._batch] = cycle
        return cycle

    def _book(self, start: float, schedule: CheckpointSchedule, done: Done, drags: Drags) -> None:
        """Book a segment of training, slow as it was, and take note of its saves."""
        state = self._state
        before = state.work
        state.work = after = before + done.productive_s * schedule.full_speed
        state.sink.trained(
            _segment_of((
                start, state.now, before, after, done.train_s, done.save_s, done.saves,
                done.productive_s, self._losses(schedule, done, drags), schedule,
            ))
        )  # fmt: skip
        for fault in state.latent:
            fault.unnoticed_s -= done.train_s
        if self._checks is not None:
            self._checks.trained(done.train_s)
        checkpoint = state.parameters.checkpoint
        if checkpoint.end_training:
            begun = done.saves + (done.stall_left_s is not None)
            self._faults.passed(checkpoint, state.copies.number, begun, done.saves)
        if done.saves:
            self._take_note_of_saves(start, before, schedule, done)
        else:
            work = (after - before) / self._batch
            self._since_save += work if checkpoint.in_work else done.train_s

    def _take_note_of_saves(
        self, start: float, before: float, schedule: CheckpointSchedule, done: Done
    ) -> None:
        state, full_speed = self._state, schedule.full_speed
        first = productive_of(schedule, schedule.first_s, schedule.write_left_s) * full_speed
        ended = start + schedule.first_s + schedule.stall_s
        checkpoint = state.parameters.checkpoint
        if schedule.cycle is None:
            each = productive_of(schedule, schedule.every_s, schedule.write_s) * full_speed
            cycle = schedule.every_s + schedule.stall_s
            saves = Saves(done.saves, ended, before + first, cycle, each)
            self._writing_until = ended + schedule.write_s + (done.saves - 1) * cycle
        else:
            saves = Saves(done.saves, ended, before + first, schedule=schedule)
            last = ended + saves.ended_after(done.saves - 1)
            written = last + schedule.save(done.saves - 1)[2]
            self._writing_until = max(self._writing_until, written)
        state.copies.saved(saves, checkpoint.tiers)
        if not checkpoint.in_work:
            self._since_save = done.since_save_s
        elif schedule.cycle is None:
            since = state.work - before - first - (done.saves - 1) * each
            self._since_save = since / self._batch
        else:
            self._since_save = (state.work - saves.work_of(done.saves - 1)) / self._batch

    def _losses(
        self, schedule: CheckpointSchedule, done: Done, drags: Drags
    ) -> tuple[tuple[str, float], ...]:
        """Seconds by which training fell short of full speed, by cause."""
        speed = self._state.parameters.speed
        losses: tuple[tuple[str, float], ...] = ()
        if speed < 1.0:
            losses += ((SPEED, (1.0 - speed) * done.train_s),)
        for of_full, cause in drags:
            losses += ((cause, (speed - speed * of_full) * done.train_s),)
            speed *= of_full
        if schedule.speed < speed:
            losses += ((WARM_UP, (speed - schedule.speed) * done.train_s),)
        if done.written_s:
            written = schedule.speed * schedule.write_slowdown * done.written_s
            losses += ((BACKGROUND_WRITE, written),)
        return losses

    def _end(self, outage: Outage, stall_left: float | None = None, saved: bool = False) -> Part:
        """End training, and return to the copy to go on from; or go on without some groups.

        Parameters
        ----------
        outage
            Why.
        stall_left
            What is left of the stall of a save under way, if one is.
        saved
            Whether all work is saved already, if not yet durable.
        """
        if outage.reaction is _RECONFIGURE:
            following = yield from self._go_on(outage)
            if following is None or following.is_over:
                return following
            outage = following
        state, recovery, fault = self._state, self._recovery, outage.fault
        saves_first = outage.saves_first
        if saves_first:
            if saved:
                ended = yield from self._save_to_last(outage.cause)
            else:
                ended = yield from self._save(outage.cause, stall_left, to_last=True)
            if ended is None:
                ended = yield from self._await_write(outage.cause)
            if ended is not None:
                recovery.places.postpone(outage)
                return ended
        if self._asked is not None:
            recovery.places.postpone(self._asked)
            self._asked = None
        for alarm in self._sources.alarms:
            alarm.end()
        what = _STOP if outage.planned else _INTERRUPTION
        state.sink.happened(state.now, what, outage.cause)
        if recovery.places.in_allocations:
            recovery.places.leave(outage)  # and with the hosts the copies that they hold
        if fault is None or fault.ends_write or not fault.effect.stops:
            durable_by = max(state.now, self._durable_at) if saves_first else state.now
            wanted = outage.trusted(state.work, state.parameters.full_speed)
            state.fall_back(outage.cause, min(state.trusted(), wanted), durable_by)
            if recovery.loop is not None and not outage.planned:
                recovery.loop.failed(fault)
        else:
            outage.uncounted = True
        if state.latent:
            self._latent.forget_noticed()
        if fault is not None and fault.skips:
            state.sink.skipped(state.now, fault.skips, outage.cause)
        return outage

    def _go_on(self, outage: Outage) -> Part:
        """Go on without the groups that were struck, if that works."""
        for alarm in self._sources.alarms:
            alarm.end()
        following = yield from self._reconfiguration.go_on(outage)
        for alarm in self._sources.alarms if following is None else ():
            alarm.resume()
        return following

    # --- saves that are waited for ----------------------------------------------------------------

    def _save(self, cause: str, stall_left: float | None = None, to_last: bool = False) -> Part:
        """Save, or finish the save under way where the rest of its stall is given.

        Returns what has ended training meanwhile, if anything did; a stop that saves first lets
        this save finish, and is `_asked` for.

        Parameters
        ----------
        to_last
            Whether it goes to the last tier whatever its number.
        """
        state, number = self._state, self._state.copies.number + 1
        checkpoint = state.parameters.checkpoint
        stall = checkpoint.save(number, to_last).stall
        if stall_left is not None:  # what other tiers it is for comes on top of it
            stall = stall_left + (stall - checkpoint.save(number).stall)
        elif struck := self._faults.begins(checkpoint):
            return (yield from self._end(self._struck(struck)))
        ended = yield from self._stand_still(cause, stall)
        if ended is not None:
            return ended
        now, checkpoint = state.now, state.parameters.checkpoint
        save = checkpoint.save(number, to_last)
        failed = self._faults.ends(checkpoint, save.tiers) if checkpoint.end_training else {}
        state.copies.saved(Saves(1, now, state.work), checkpoint.tiers, failed, to_last)
        state.sink.happened(now, EventKind.SAVE, cause)
        self._since_save = 0.0
        written = now + save.lag
        if len(checkpoint.saves) > 1:  # that of an earlier save may go on for longer
            written = max(written, self._writing_until)
        self._writing_until = written
        return (yield from self._note_durable(failed))

    def _save_to_last(self, cause: str) -> Part:
        """Let the save that was just made go to the last tier as well."""
        state = self._state
        tiers = state.parameters.checkpoint.tiers
        last = len(tiers) - 1
        if not state.copies.number % tiers[last].every:
            return None
        ended = yield from self._stand_still(cause, tiers[last].stall)
        if ended is not None:
            return ended
        checkpoint = state.parameters.checkpoint
        failed = self._faults.ends(checkpoint, (last,)) if checkpoint.end_training else {}
        state.copies.saved_to_last(Saves(1, state.now, state.work), checkpoint.tiers, failed)
        return (yield from self._note_durable(failed))

    def _note_durable(self, failed: Mapping[int, SaveFault]) -> Part:
        """Take note of when a save is durable in the last tier, or end training if it failed."""
        state = self._state
        self._durable_at = state.now + state.parameters.checkpoint.tiers[-1].lag
        if not failed:
            return None
        return (yield from self._end(self._struck(next(iter(failed.values())))))

    def _await_write(self, cause: str) -> Part:
        """Stand still until the last copy is durable."""
        return self._stand_still(cause, self._durable_at - self._state.now)

    def _struck(self, struck: SaveFault) -> Outage:
        """Outage that begins since a fault has struck a save."""
        state, name = self._state, struck.fault.name
        state.sink.happened(state.now, EventKind.FAULT, name)
        state.events_left -= 1
        return Outage(name, struck.stream, struck.number, struck.row, struck.fault)

    def _stand_still(self, cause: str, seconds: float) -> Part:
        """Stand still for a save; the first stop that is asked for meanwhile lets it finish."""
        until = self._state.now + seconds
        while True:
            cut = yield _SAVE, cause, until - self._state.now, WORKING
            if cut is None:
                return None
            if not cut.saves_first:
                left = until - self._state.now
                ended = yield from self._end(cut)
                if ended is not None:
                    return ended
                until = self._state.now + left  # the rest of the save is made by those left
            elif self._asked is None:
                self._asked = cut
            else:
                self._recovery.places.postpone(cut)

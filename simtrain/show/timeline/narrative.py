"""The course of one trial in words: why training stopped, what was done, how it went on."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from simtrain.accounts.recount import lost_work
from simtrain.accounts.timeline import EventKind, State
from simtrain.causes import CORRUPT_COPIES, ELASTIC
from simtrain.show import words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from simtrain.accounts.intervals import Interval
    from simtrain.accounts.recorder import Event, Recorder

_PHASES = {
    State.TRAIN: "trains for {}",
    State.CHECKPOINT_SAVE: "saving takes {}",
    State.DETECTION: "detected after {}",
    State.RESPONSE: "a person answers after {}",
    State.DIAGNOSIS: "diagnosis takes {}",
    State.HOST_WAIT: "waits {} for hosts",
    State.RESTART: "restart takes {}",
    State.CHECKPOINT_LOAD: "loading takes {}",
    State.MAINTENANCE: "downtime of {}",
    State.PAUSED: "pause of {}",
    State.QUEUE_WAIT: "queues for {}",
}
_MOMENTS = {
    EventKind.FAULT: "{cause} strikes {whom}",
    EventKind.FAILED_LAUNCH: "{launch}",
    EventKind.CORDON: "{whom} {goes} to repair",
    EventKind.SWAP_IN: "{whom} {steps} in",
    EventKind.RETURN: "{whom} {is} back from repair",
    EventKind.RETURN_BAD: "{whom} {is} back from repair, still bad",
    EventKind.BACK: "{whom} {is} back",
    EventKind.LOAD: "loads from {cause}",
    EventKind.RETIRE: "{whom} {is} retired",
    EventKind.SPARE_FAULT: "{cause} strikes {whom} among the spares",
    EventKind.NOTICED: "{cause} of {whom} is noticed",
    EventKind.PASSED: "{cause} of {whom} passes",
    EventKind.CHANGE: "{cause} comes into force",
    EventKind.POWER: "power is {cause}",
    EventKind.HOT_SWAP: "the other hosts have kept their processes",
}
"""What is said of a moment; the others show in how the trial goes on."""
_VERBS = {"goes": "go", "steps": "step", "is": "are"}
_FAULTS = (EventKind.FAULT, EventKind.SPARE_FAULT)
_MOST_HOSTS_NAMED = 4
_ALL_HOSTS = -2
_RESUMED = {
    EventKind.AUTOMATIC_RESTART: "Trains again, automatically,",
    EventKind.MANUAL_RESTART: "Trains again, by hand,",
    EventKind.PLANNED_RESTART: "Trains again",
}
_WITH_REPLICAS = {
    EventKind.RECONFIGURATION: "Goes on with fewer replicas",
    EventKind.REJOIN: "Goes on with more replicas",
}
_ENDS_OF_TRAINING = (EventKind.INTERRUPTION, EventKind.STOP)
_FIRST_STEPS, _LAST_STEPS = 10, 4


class Entry(NamedTuple):
    """A moment of a trial, and what happened then."""

    time: float
    text: str


class OutageEntry(NamedTuple):
    """A time without training, and what happened in it.

    Parameters
    ----------
    start, end
        When training ended and when it went on, or the trial ended.
    run_s
        How long training had gone on before.
    lost_s
        Work that was rolled back.
    starts_over
        Whether none was kept.
    moments, phases
        What happened, and what the job was doing.
    """

    start: float
    end: float
    run_s: float
    lost_s: float
    starts_over: bool
    moments: Sequence[Event]
    phases: Sequence[Interval]


def narrative(
    recording: Recorder, changes: Sequence[str] = (), of_cluster: Container[str] = ()
) -> list[Entry]:
    """Everything that happened, each end of training together with its recovery.

    Parameters
    ----------
    recording
        The trial.
    changes
        What each change of the scenario sets.
    of_cluster
        Classes of faults that take all hosts at once, which are not told one by one.
    """
    moments = [_spelt_out(moment, changes) for moment in _of_faults(recording.moments, of_cluster)]
    outages = list(_outages(recording, moments))
    in_outages = {id(moment) for outage in outages for moment in outage.moments}
    others = [moment for moment in moments if id(moment) not in in_outages]
    entries = [Entry(outage.start, _outage(outage)) for outage in outages]
    entries += [Entry(time, _text(others, text)) for time, text in _sentences(others)]
    return sorted(entries, key=lambda entry: entry.time)


def _of_faults(moments: Iterable[Event], of_cluster: Container[str]) -> Iterator[Event]:
    """Moments, of which those of further hosts of a fault are of the kind of that fault."""
    fault = EventKind.FAULT
    for moment in moments:
        if moment.what in _FAULTS:
            fault = moment.what
            if moment.host < 0 and moment.cause in of_cluster:
                moment = moment._replace(host=_ALL_HOSTS)
        yield moment._replace(what=fault) if moment.what is EventKind.STRUCK_TOO else moment


def _spelt_out(moment: Event, changes: Sequence[str]) -> Event:
    """Moment whose cause says what a change sets instead of its number, or what power is."""
    if moment.what is EventKind.POWER:
        limited = f"limited ({moment.cause})" if moment.cause else "full again"
        return moment._replace(cause=limited)
    number = moment.cause.removeprefix("change ")
    if moment.what is EventKind.CHANGE and number.isdecimal() and int(number) < len(changes):
        return moment._replace(cause=changes[int(number)])
    return moment


def _outages(recording: Recorder, moments: Sequence[Event]) -> Iterator[OutageEntry]:
    intervals = recording.intervals()
    times = [moment.time for moment in moments]
    starts = [interval.start for interval in intervals]
    lost = sorted((rollback.time, seconds) for rollback, seconds in lost_work(recording).items())
    losses = [time for time, _ in lost]
    last, resumed = 0, 0.0
    for start, end in recording.outages():
        first, last = max(last, bisect_left(times, start)), bisect_right(times, end)
        taken = lost[bisect_left(losses, start) : bisect_right(losses, end)]
        yield OutageEntry(
            start,
            end,
            start - resumed,
            sum(seconds for _, seconds in taken),
            any(start <= back.time <= end and back.work <= 0.0 for back in recording.rollbacks),
            moments[first:last],
            intervals[bisect_left(starts, start) : bisect_left(starts, end)],
        )
        resumed = end


def _outage(outage: OutageEntry) -> str:
    """An outage in words: what began it, the steps of the recovery, and how it ended."""
    opening, rest = _opening(outage)
    steps = _steps(rest, outage.phases)
    if len(steps) > _FIRST_STEPS + _LAST_STEPS + 1:
        left_out = len(steps) - _FIRST_STEPS - _LAST_STEPS
        steps[_FIRST_STEPS:-_LAST_STEPS] = [f"… {words.count(left_out, 'more step')} …"]
    return _text(outage.moments, opening, "; ".join(steps), _closing(outage))


def _opening(outage: OutageEntry) -> tuple[str, list[Event]]:
    """Words for what ended training, and the moments that are left."""
    moments = list(outage.moments)
    end = next((moment for moment in moments if moment.what in _ENDS_OF_TRAINING), None)
    after = f" after {words.duration(outage.run_s)} of training"
    if end is None and (first := _lost_or_back(moments)) is not None:
        end = first
    if end is None:
        return ("The run begins" if outage.start == 0.0 else "Training ends"), moments
    if end.what is EventKind.REJOIN:
        return f"Replicas come back{after}", moments
    if end.what is EventKind.STOP:
        return f"{end.cause}: training stops as planned{after}", moments
    if end.cause == CORRUPT_COPIES:
        return f"the copy that was loaded turns out corrupt{after}", moments
    struck = next((m for m in moments if m.what is EventKind.FAULT and m.cause == end.cause), None)
    if struck is None or struck.time > outage.start:
        return f"{end.cause} ends training{after}", moments
    same = [m for m in moments if m[:3] == struck[:3]]
    others = [m for m in moments if m[:3] != struck[:3]]
    return f"{_sentence(struck, [m.host for m in same])}{after}", others


def _lost_or_back(moments: Sequence[Event]) -> Event | None:
    """The fault that a job has gone on from with fewer replicas, or the return of some."""
    whats = {moment.what for moment in moments}
    if EventKind.RECONFIGURATION in whats:
        return next((moment for moment in moments if moment.what is EventKind.FAULT), None)
    return next((moment for moment in moments if moment.what is EventKind.REJOIN), None)


def _steps(moments: Sequence[Event], phases: Sequence[Interval]) -> list[str]:
    """Words for the steps of a recovery in order of time."""
    steps = [(time, 1, text) for time, text in _sentences(moments)]
    failures = [m.time for m in moments if m.what is EventKind.FAILED_LAUNCH]
    on_replicas = (EventKind.RECONFIGURATION, EventKind.INTERRUPTION)
    ends = {m.time for m in moments if m.what in on_replicas}
    for (phrase, _), group in groupby(
        phases, lambda phase: (_phrase(phase, ends), bisect_right(failures, phase.start))
    ):
        spans = list(group)
        seconds = spans[-1].end - spans[0].start
        steps.append((spans[-1].end, 0, phrase.format(words.duration(seconds))))
    return [text for _, _, text in sorted(steps, key=lambda step: step[:2])]


def _phrase(phase: Interval, ends: Container[float]) -> str:
    """Words for what the job does; a reconfiguration works, or interrupts it, as it ends."""
    if phase.state is State.RESTART and phase.cause == ELASTIC:
        return "rejoining takes {}"
    if phase.state is State.RESTART and phase.end in ends:
        return "reconfiguring takes {}"
    return _PHASES[phase.state]


def _sentences(moments: Iterable[Event]) -> Iterator[tuple[float, str]]:
    """Words for moments, with one sentence for all hosts to which the same happens at once."""
    worded = (moment for moment in moments if moment.what in _MOMENTS)
    for (time, _, _), group in groupby(worded, lambda one: (one.time, one.what, one.cause)):
        same = list(group)
        yield time, _sentence(same[0], [moment.host for moment in same])


def _closing(outage: OutageEntry) -> str:
    resumed = next((_RESUMED[m.what] for m in reversed(outage.moments) if m.what in _RESUMED), "")
    if not resumed:
        goes_on = (_WITH_REPLICAS.get(m.what, "") for m in reversed(outage.moments))
        resumed = next(filter(None, goes_on), "")
    parts = [f"{resumed} after {words.duration(outage.end - outage.start)}"] if resumed else []
    if outage.lost_s:
        kept = ", all there was: the run starts over" if outage.starts_over else ""
        parts.append(f"{words.duration(outage.lost_s)} of work lost{kept}")
    return "; ".join(parts)


def _text(moments: Iterable[Event], *sentences: str) -> str:
    """Sentences with a capital and a full stop; names of causes stay as they are written."""
    causes = tuple({moment.cause for moment in moments if moment.cause})
    capital = (s if s.startswith(causes) else s[:1].upper() + s[1:] for s in sentences if s)
    return " ".join(f"{sentence}." for sentence in capital)


def _sentence(moment: Event, hosts: Sequence[int]) -> str:
    if moment.cause == CORRUPT_COPIES:
        return "the copy is corrupt, which is not known yet"
    one = len(hosts) == 1
    verbs = {verb: verb for verb in _VERBS} if one else _VERBS
    launch = "the launch fails" if one else f"{len(hosts):,} launches fail"
    whom = _whom(hosts)
    return _MOMENTS[moment.what].format(cause=moment.cause, whom=whom, launch=launch, **verbs)


def _whom(hosts: Sequence[int]) -> str:
    if len(hosts) > _MOST_HOSTS_NAMED:
        first, last = min(hosts), max(hosts)
        in_row = last - first + 1 == len(set(hosts)) == len(hosts)
        return f"hosts {first:,} to {last:,}" if in_row else f"{len(hosts)} hosts"
    if len(hosts) > 1:
        return f"hosts {words.listed([str(host) for host in hosts])}"
    if hosts[0] == _ALL_HOSTS:
        return "all hosts"
    return f"host {hosts[0]}" if hosts[0] >= 0 else "the job"

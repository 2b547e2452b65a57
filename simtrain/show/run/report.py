"""Reports: many trials, or one of them, as text for somebody who plans a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from simtrain.accounts.timeline import EventKind
from simtrain.show import breakdown, words
from simtrain.show.breakdown import Breakdown
from simtrain.show.run import published
from simtrain.show.run.answer import answer
from simtrain.show.timeline.narrative import Event, story
from simtrain.show.verdict import verdict
from simtrain.tables.estimates import fewest_for_quantile

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from simtrain.accounts.recorder import Recorder
    from simtrain.accounts.timeline import Ending
    from simtrain.scenario.scenario import Scenario
    from simtrain.tables.results import Results

_MOST_CAUSES = 9
_NARROWEST, _WIDEST = 64, 100


class Row(NamedTuple):
    """A line of the table: what it is called, and the metric it shows."""

    label: str
    metric: str
    unit: str = ""
    always: bool = True


ROWS = (
    Row("wall-clock", "wall_clock_s", "time"),
    Row("goodput", "goodput", "%"),
    Row("ETTR, with queueing", "ettr", "%", always=False),
    Row("interruptions", "interruptions"),
    Row("launches", "launches"),
    Row("automatic restarts", "automatic_restarts"),
    Row("manual restarts", "manual_restarts"),
    Row("planned restarts", "planned_restarts", always=False),
    Row("hosts cycled", "hosts_cycled"),
    Row("lost work", "lost_work_s", "time"),
    Row("longest run", "longest_run_s", "time"),
)


def run_report(results: Results, width: int = 80) -> str:
    """One screen of text on what many trials came to.

    Parameters
    ----------
    results
        The trials.
    width
        Characters of a line.
    """
    width = readable(width)
    scenario, summary = results.scenario, results.summary()
    trials = f"{words.count(results.trials, 'trial')}, seed {results.seed}."
    simulated = f"{words.simulated(scenario, results.ideal_s)} {trials}"
    blocks = [
        [title(scenario, width), *words.paragraph(simulated, width)],
        words.paragraph(verdict(results), width),
        words.paragraph(answer(results), width),
        words.paragraph(_against_ideal(results, summary), width),
        [*_table(summary), *_too_few(results)],
        *_where_time_went(Breakdown.of_finished(results), "", width),
    ]
    if results.truncated.all():
        spent = Breakdown.of_truncated(results)
        blocks += _where_time_went(spent, " in trials that did not finish", width)
    blocks.append(published.lines(results.scores(), width))
    return joined(blocks)


def timeline_report(
    recording: Recorder,
    *,
    scenario: Scenario,
    seed: int,
    trial: int,
    ending: Ending,
    events: int | None = None,
    width: int = 80,
) -> str:
    """Words on what happened in one trial.

    Parameters
    ----------
    recording
        The trial.
    scenario, seed, trial
        Which trial of what.
    ending
        How it ended.
    events
        How many events to tell; all by default.
    width
        Characters of a line.
    """
    width = readable(width)
    clock = words.Clock(scenario.start)
    ended = f"Trial {trial}, seed {seed}: {ending.verdict} after {words.span(ending.wall_clock_s)}"
    if scenario.start is not None:
        ended += f", {clock.at(ending.wall_clock_s)}"
    told = story(recording, words.changes(scenario))
    blocks = [
        [title(scenario, width), *words.paragraph(words.simulated(scenario), width)],
        [f"{ended}.", *words.paragraph(_counted(recording), width)],
        *_where_time_went(Breakdown.of_trial(recording), "", width),
        ["What happened", *_told(told[:events], clock, width)] if told else [],
    ]
    if events is not None and len(told) > events:
        blocks.append([f"{words.count(len(told) - events, 'later event')} left out."])
    return joined(blocks)


def readable(width: int) -> int:
    """Width of lines that people like to read, near `width`."""
    return max(_NARROWEST, min(_WIDEST, width))


def title(scenario: Scenario, width: int) -> str:
    """Title of a scenario, or its name."""
    return words.cut(scenario.title or scenario.name, width)


def joined(blocks: Sequence[Sequence[str]]) -> str:
    """Blocks of lines as one text, with an empty line between them."""
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _against_ideal(results: Results, summary: Mapping[str, Any]) -> str:
    clock = summary["metrics"]["wall_clock_s"]
    ideal = results.ideal_s
    if clock["p50"] is None:
        return ""
    if results.scenario.workload.window is not None:
        done = summary["metrics"]["productive_s"]["p50"]
        return f"At the median {words.span(done)} of the {words.span(ideal)} are productive."
    median = f"{words.span(clock['p50'])}, {clock['p50'] / ideal:.2f} times as long"
    spread = f"90 % of the trials take {words.span(clock['p5'])} to {words.span(clock['p95'])}"
    return (
        f"Without faults, saves, stops and slowness it takes {words.span(ideal)}. At the median it "
        f"takes {median}; {spread}."
    )


def _table(summary: Mapping[str, Any]) -> list[str]:
    metrics = summary["metrics"]
    if metrics["wall_clock_s"]["mean"] is None:
        return []
    header = f"{'':25}{'mean':>10} {'± 95 %':<11}{'P5':>11}{'P50':>11}{'P95':>11}"
    return [header, *(_line(row, metrics[row.metric]) for row in ROWS if belongs(row, metrics))]


def _too_few(results: Results) -> list[str]:
    finished, fewest = int((~results.truncated).sum()), fewest_for_quantile(0.95)
    if not 0 < finished < fewest:
        return []
    return [f"How sure P5 and P95 are {words.count(finished, 'trial')} cannot say: {fewest} can."]


def belongs(row: Row, metrics: Mapping[str, Any]) -> bool:
    """Whether a row says anything of some trials."""
    telling = "queue_s" if row.metric == "ettr" else row.metric
    return row.always or bool(metrics[telling]["mean"])


def _line(row: Row, found: Mapping[str, Any]) -> str:
    unit, scale = row.unit, 0.01 if row.unit == "%" else 1.0
    if unit == "time":
        unit, scale = words.unit_for(found["mean"])
    keys = ("mean", "p5", "p50", "p95")
    mean, *points = (None if found[key] is None else found[key] / scale for key in keys)
    low, high = found["mean_ci95"]
    half = None if low is None else (high - low) / 2 / scale
    places = words.decimals(max(value or 0.0 for value in (mean, half, *points)))
    label = f"{row.label}, {unit}" if unit else row.label
    sure = f"± {words.fixed(half, places)}"
    numbers = "".join(f"{words.fixed(point, places if unit else 0):>11}" for point in points)
    return f"{label:25}{words.fixed(mean, places):>10} {sure:<11}{numbers}"


def _where_time_went(spent: Breakdown | None, whose: str, width: int) -> list[list[str]]:
    if spent is None:
        return []
    categories = {words.name(category): time for category, time in spent.by_category.items()}
    all_of_it = breakdown.lines(categories, spent.total_s, width)
    lost = breakdown.lines(spent.by_cause, spent.total_s, width, most=_MOST_CAUSES)
    return [
        [f"Where the time went{whose}", *all_of_it] if all_of_it else [],
        [f"What was not productive, by cause{whose}", *lost] if lost else [],
    ]


def _counted(recording: Recorder) -> str:
    """How often what happened."""
    counts = Counter(moment.what for moment in recording.moments)
    longest = max((end - start for start, end in recording.runs()), default=0.0)
    restarts = [
        f"{counts[what]:,} {mode}"
        for what, mode in (
            (EventKind.AUTOMATIC_RESTART, "automatic"),
            (EventKind.MANUAL_RESTART, "manual"),
            (EventKind.PLANNED_RESTART, "planned"),
        )
    ]
    return (
        f"{words.count(counts[EventKind.FAULT], 'fault')}, "
        f"{words.count(counts[EventKind.INTERRUPTION], 'interruption')}, "
        f"{counts[EventKind.LAUNCH]:,} launches ({counts[EventKind.FAILED_LAUNCH]:,} failed), "
        f"restarts: {words.listed(restarts)}; "
        f"{words.count(counts[EventKind.CORDON], 'host')} cycled; "
        f"longest run {words.span(longest)}."
    )


def _told(events: Sequence[Event], clock: words.Clock, width: int) -> list[str]:
    indent = " " * (clock.width + 2)
    return [
        line
        for event in events
        for line in words.paragraph(f"{clock.at(event.time)}  {event.text}", width, indent)
    ]

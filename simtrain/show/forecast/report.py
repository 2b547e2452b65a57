"""Report of a forecast as text: where the run stands, when it ends, and what was learnt."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from simtrain.history.together import ENOUGH
from simtrain.model.hidden import is_drawn
from simtrain.model.parameters import at_middle, parameters_of
from simtrain.show import prose, words
from simtrain.show.forecast.levers_text import levers
from simtrain.show.page import heading, page
from simtrain.show.remarks import remarks
from simtrain.show.run.spread_text import spread
from simtrain.show.table import Table, TableColumn
from simtrain.tables.finish import PERCENTILES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.answers.forecast import Forecast
    from simtrain.history.pairs import ToldPair
    from simtrain.history.posterior import Update
    from simtrain.scenario.scenario import Scenario
    from simtrain.show.page import Block, Page
    from simtrain.tables.finish import Finish

NAMES = {
    "at_the_start": "as planned, from the start",
    "as_planned": "from here, as planned",
    "from_here": "from here",
}
"""What forecasts are called."""
_MOST_ROWS = 12
"""Earlier forecasts that a text tells."""
_GAP_S = 3600.0
"""Time that a table says nothing of which is spoken of."""


def forecast_report(forecast: Forecast, width: int = 80) -> Page:
    """Text on where a run in flight stands, and when it will be done."""
    here = forecast.here
    trials = f"{words.count(here.trials, 'trial')} of each, seed {here.seed}."
    return page(
        width,
        heading(forecast.scenario, forecast.planned.ideal_s, trials),
        [_headline(forecast)],
        [_stands(forecast)],
        [_finishes(forecast)],
        _updates(forecast),
        levers(forecast),
        _history(forecast),
        [spread(here)],
        *remarks(here.scenario),
        [_hidden(forecast)],
    )


def _headline(forecast: Forecast) -> str:
    """Sentences on the finish, and how it moved."""
    before, after = (forecast.finishes[name] for name in ("at_the_start", "from_here"))
    p50, p90 = after.p50, after.p90
    subject = prose.subject(forecast.scenario)
    if p50 is None:
        return f"{subject} does not finish in half of the trials or more, from where it stands."
    sentences = [f"{subject} will be done by {_day(p50)} at the median"]
    if p90 is not None:
        sentences[0] += f", and by {_day(p90)} nine times in ten"
    sentences[0] += "."
    if before.p50 is not None:
        days = (p50 - before.p50).total_seconds()
        moved = "as at the start" if abs(days) < 0.05 * 86400 else (
            f"{words.duration(abs(days))} {'later' if days > 0 else 'sooner'} than at the start"
        )  # fmt: skip
        sentences.append(f"The median is {moved}, when it was {_day(before.p50)}.")
    if forecast.deadline is not None:
        text = forecast.deadline.text
        now = prose.probability(after.chance(text))
        then = prose.probability(before.chance(text))
        sentences.append(
            f"The probability to finish {prose.by(text)} is {now}; at the start it was {then}."
        )
    return " ".join(sentences)


def _stands(forecast: Forecast) -> str:
    standing = forecast.standing
    text = (
        f"On {forecast.now:%-d %B %Y, %H:%M} the run is {words.duration(standing.now_s)} old, and "
        f"{words.share(standing.done)} of its work is done: a goodput of "
        f"{words.share(forecast.goodput)} so far, where the trials of the plan have "
        f"{words.share(forecast.planned.summary()['metrics']['goodput']['mean'])} over the whole."
    )
    if standing.asked_s - standing.now_s > _GAP_S:
        text += (
            " The table has no later row: what came since then is simulated. If the run stood "
            "still, a row has to say so."
        )
    if standing.rolled_back:
        text += f" Work was rolled back {words.count(standing.rolled_back, 'time')}."
    if standing.others:
        known = ", ".join(f"{name} {count}" for name, count in standing.others.items())
        text += f" Faults of classes that the scenario does not have: {known}."
    if standing.missing:
        text += (
            f" By the log there are {words.count(standing.missing, 'host')} more in repair than "
            "spares, which are taken to be back; if they are, give their rows an end."
        )
    if standing.faults and not forecast.updates:
        text += " No rate of the scenario is a range that a count narrows."
    return text


def _hidden(forecast: Forecast) -> str:
    """What nobody sees of the state of the run: what is drawn, and what is taken as known."""
    scenario, in_repair = forecast.here.scenario, forecast.standing.in_repair
    now = parameters_of(scenario, at_middle, scenario)
    latent = [fault for fault in now.faults.values() if fault.effect.taints or fault.effect.slows]
    drawn = [fault.name for fault in latent if is_drawn(now, fault)]
    left = [fault.name for fault in latent if fault.name not in drawn]
    spares = f" but {words.count(in_repair, 'spare')}" if in_repair else ""
    assert scenario.underway is not None
    recurs = scenario.underway.elapsed is not None
    taken = [f"all hosts stand{spares}"]
    if in_repair > forecast.standing.since_known:
        taken.append("their repair has just begun")
    if left:
        taken.append(f"nothing of {words.listed(left)} is unnoticed")
    if now.repair.automated_misses or now.repair.manual_misses:
        taken.append("no host that came back from repair is bad")
    if not recurs and scenario.allocation is not None and scenario.allocation.limit is not None:
        taken.append("the allocation has just begun")
    if recurs and scenario.allocation is not None and scenario.cluster.spares:
        taken.append("no allocation has ended for want of spares")
    if not recurs and any(stop.every for stop in scenario.stop.values()):
        taken.append("the next stop that recurs is a whole period away")
    if not recurs and any(True for _ in scenario.weathers()):
        taken.append("weather begins anew")
    if scenario.cluster.lemons or scenario.cluster.frailty.mean:
        taken.append("which hosts are frail is drawn anew")
    unseen = [f"what of {words.listed(drawn)} nobody has noticed yet"] if drawn else []
    if scenario.underway.bad_hosts:
        unseen.append("whether a host of the job is bad")
    if scenario.underway.since_save is None:
        unseen.append("how long ago the last save was")
    unseen += _recurring(scenario) if recurs else []
    sentences = [f"Drawn in each trial, since nobody sees it: {words.listed(unseen)}."]
    known = f"Taken as if it were known: {words.listed(taken)}."
    return " ".join([*(sentences if unseen else []), known])


def _recurring(scenario: Scenario) -> Iterator[str]:
    """What of the state is drawn by a law by which it recurs."""
    underway = scenario.underway
    assert underway is not None
    if (
        scenario.allocation is not None
        and scenario.allocation.limit is not None
        and underway.since_grant is None
    ):
        yield "since when the job has held its allocation"
    # Of stops whose period is known the scenario of the rest says when they come first.
    stops = [name for name, one in scenario.stop.items() if one.every and one.first is None]
    if stops:
        yield f"when {words.listed(stops)} {'comes' if len(stops) == 1 else 'come'} next"
    if underway.aged is not None:
        yield "which hosts have been replaced, and so how old they are"
    varying = [name for name, fault in scenario.fault.items() if fault.varies]
    if told := [name for name in varying if name in underway.seen]:
        yield f"how bad the present weather of {words.listed(told)} is, by its faults so far"
    others = [name for name in varying if name not in underway.seen]
    others += ["repair"] if scenario.repair.varies else []
    if others:
        yield f"how bad the present weather of {words.listed(others)} is"


def _finishes(forecast: Forecast) -> Table:
    finishes = forecast.finishes
    columns = [TableColumn("done by", [NAMES[name] for name in finishes], "<")]
    for percent in PERCENTILES:
        cells = [_short(finish, percent) for finish in finishes.values()]
        columns.append(TableColumn(f"P{percent}", cells))
    if forecast.deadline is not None:
        text = forecast.deadline.text
        cells = [words.share(finish.chance(text).value) for finish in finishes.values()]
        columns.append(TableColumn(f"by {text}", cells))
    return Table(*columns)


def _history(forecast: Forecast) -> list[Block]:
    """How the forecast moved; of many rows some that are evenly spread, the last among them."""
    history = forecast.history
    if not history:
        return []
    rows = -(-len(history) // _MOST_ROWS)
    told = [history[0], *reversed(history[:0:-rows])]
    start = forecast.scenario.start
    assert start is not None
    dates = [start + dt.timedelta(seconds=one.since_s) for one in told]
    columns = [
        TableColumn("foretold on", [f"{date:%Y-%m-%d}" for date in dates], "<"),
        TableColumn("done", [words.share(one.done) for one in told]),
    ]
    for percent in PERCENTILES:
        cells = [_short(one.finish, percent) for one in told]
        columns.append(TableColumn(f"P{percent}", cells))
    if forecast.deadline is not None:
        text = forecast.deadline.text
        cells = [words.share(one.finish.chance(text).value) for one in told]
        columns.append(TableColumn(f"by {text}", cells))
    legend = "Which spares were in repair on earlier days is not known: none is taken to be."
    heading = "How the forecast moved, by what was known on each day"
    # A log with ends tells it of each day.
    is_unknown = forecast.standing.in_repair > forecast.standing.since_known
    return [heading, Table(*columns), *([legend] if is_unknown else [])]


def _updates(forecast: Forecast) -> list[Block]:
    updates = forecast.updates
    if not updates:
        return [_not_explained(forecast)] if forecast.is_explained is False else []
    seen = [words.MISSING if one.seen is None else f"{one.seen:,}" for one in updates]
    expected = [words.fixed(one.expected, 1) for one in updates]
    columns = [
        TableColumn("number", [one.name for one in updates], "<", least=16),
        TableColumn("faults", seen),
        TableColumn("expected", expected),
        TableColumn("after / before", [_ratio(one) for one in updates]),
        TableColumn("P5 – P95 then", [_band(one, one.before) for one in updates]),
        TableColumn("now", [_band(one, one.after) for one in updates]),
    ]
    legend = "Numbers as multiples of their middle at the start."
    if any(one.seen is None for one in updates):
        legend += f" {words.MISSING}: progress so far tells of it."
    if any(one.seen is not None and one.expected is None for one in updates):
        legend += " Of numbers of repair it is the repairs that are counted."
    more = [_not_explained(forecast)] if forecast.is_explained is False else []
    if forecast.together is not None:
        more.append(_together(forecast.together))
    return ["What was seen of numbers that are not known", Table(*columns), legend, *more]


def _together(told: ToldPair) -> str:
    """Sentence on two numbers that progress tells of together."""
    names, known = words.listed(told.pair.names), told.known
    sample = f"effective sample of {known.effective:,.0f} in {words.count(known.trials, 'trial')}"
    if known.is_enough:
        return (
            f"Progress tells of {names} together: they are correlated by {known.correlation:+.2f} "
            f"now ({sample})."
        )
    return (
        f"Progress tells of {names} together, but too few trials of the plan are like this run "
        f"({sample}, {ENOUGH:.0f} would do): each is narrowed by itself, and the finish is rather "
        "too wide."
    )


def _not_explained(forecast: Forecast) -> str:
    seen, lacking = "The progress so far", "the plan"
    if forecast.standing.faults:
        seen, lacking = f"{seen}, or the number of faults in the log,", f"{lacking} or the log"
    return (
        f"{seen} is outside of what {words.count(forecast.here.trials, 'trial')} of the plan have "
        "by now: its ranges do not explain it, and it narrows none of them. Look for what "
        f"{lacking} lacks."
    )


def _ratio(one: Update) -> str:
    return f"{one.after[1] / one.before[1]:.2f}"


def _band(one: Update, ends: tuple[float, float, float]) -> str:
    return f"{ends[0] / one.before[1]:.2f} – {ends[2] / one.before[1]:.2f}"


def _short(finish: Finish, percent: int) -> str:
    found = finish.at(percent)
    return "never" if found is None else f"{found:%Y-%m-%d}"


def _day(date: dt.datetime) -> str:
    return f"{date:%-d %B %Y}"

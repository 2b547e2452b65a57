"""What a log of failures is like, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.history.statistics import NAMES
from simtrain.show import words
from simtrain.show.prose import sentences
from simtrain.units import DAY, WEEK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simtrain.answers.fit import Fit
    from simtrain.history.fitted import Fitted
    from simtrain.history.weather import Weather

_MOST_NAMED = 4
_FEW_SPANS = 6
OF_LAW = {
    "exponential": "an exponential law",
    "weibull": "a Weibull law",
    "gamma": "a gamma law",
    "lognormal": "a log-normal law",
}
"""What the laws are called."""


def watched(found: Fit) -> str:
    """Sentence on what the log is of."""
    log = found.log
    never = log.hosts - len(log.host_names)
    outside = (
        f" {words.count(log.outside, 'row')} outside the window {_are(log.outside)} left out."
        if log.outside
        else ""
    )
    left_out = [name for names in found.left_out.values() for name in names]
    named = f" Left out, as asked: {words.listed(left_out)}." if left_out else ""
    return (
        f"{words.count(log.events, 'failure')} of {words.count(log.hosts, 'host')} from "
        f"{log.start:%Y-%m-%d} to {log.end:%Y-%m-%d} ({words.duration(log.window_s)}); "
        f"{never:,} hosts never failed.{outside}{named}"
    )


def rate(found: Fit) -> str:
    """Sentences on the rate."""
    low, high = found.interval.times(1000)
    whole = found.whole
    text = (
        f"That is {1000 * found.per_host_day:.2f} per 1,000 host-days of calendar ({low:.2f} to "
        f"{high:.2f} with 95 % confidence, if it were Poisson)."
    )
    if not whole.outages.knows_returns:
        return f"{text} The log does not tell when hosts were back."
    per_standing = 1000 * found.log.events / whole.standing_host_days
    return (
        f"{text} Hosts were down in {words.share(whole.down_share)} of them: per 1,000 host-days "
        f"of hosts that stand it is {per_standing:.2f}."
    )


def like(found: Fit) -> str:
    """Paragraph on what the log is like, and what it is not."""
    whole = found.whole
    features = [
        text
        for is_there, text in (
            (whole.groups.are_real, "hosts fall together"),
            (_relapses(whole), "hosts fail again soon after their return"),
            (whole.trend is not None and whole.trend.is_believed, "the rate changes by date"),
            (_varies(whole.weather), "faults come in spells"),
            (_repair_varies(whole), "repairs take longer in some spells"),
            (whole.unequal.is_believed, "some hosts fail more often for good"),
            (
                whole.wear is not None and whole.wear.is_believed,
                "hosts fail more often the longer they have stood",
            ),
        )
        if is_there
    ]
    spread = _spread(found)
    if features:
        return (
            f"It is not a Poisson process of independent hosts: {words.listed(features)}. {spread}"
        )
    if _is_poisson(found):
        return f"It is like a Poisson process of independent hosts with equal rates. {spread}"
    return f"It is not like a Poisson process, and what is looked for below is not why. {spread}"


def checked(found: Fit) -> str:
    """Sentences on how the scenario, simulated over the window, compares with the log."""
    check = found.check
    if check is None:
        return (
            "The scenario was not checked: none of its windows was simulated. --windows 400 does "
            "it, and may take minutes."
        )
    windows = words.count(check.windows, "window")
    how_often = (
        f"in {words.share(check.chance)} of windows something lies as far out as it does here, and "
        "below 10 % a fit fails"
    )
    if check.passed:
        return f"Simulated over {windows}, the scenario makes logs like this one: {how_often}."
    named = [NAMES[one.statistic] for one in check.failed]
    return (
        f"The scenario does not make logs like this one: simulated over {windows}, it has other "
        f"numbers of {words.listed(named)}. It fails its check: {how_often}."
    )


def steps(found: Fit) -> Iterator[tuple[str, str]]:
    """What was looked for beside rates, and a sentence on what was found."""
    whole = found.whole
    yield "Law over age", _gap_law(found)
    yield "Repair", _repair(found)
    yield "At one instant", _together(whole)
    yield "After a return", _returns(found)
    yield "Weather of faults", _fault_weather(whole)
    yield "Weather of repairs", _repair_weather(whole)
    yield "By date", _by_date(found)
    yield "Unequal hosts", _unequal(found)


def warnings(found: Fit) -> Iterator[str]:
    """What the user should look at before the numbers are used."""
    if names := found.perhaps_no_faults:
        options = " ".join(f"--without-class '{name}'" for name in names[:_MOST_NAMED])
        counts = dict(zip(found.log.classes, found.log.per_class, strict=True))
        rows = sum(int(counts[name]) for name in names)
        yield (
            f"{words.listed(names[:_MOST_NAMED])} ({words.count(rows, 'row')}) may be no fault, by "
            f"the name: {options} leaves it out."
        )
    if found.strangers:
        named = [f"{name} ({count:,})" for name, count in found.strangers.items()]
        options = " ".join(f"--without-host {name}" for name in found.strangers)
        yield (
            f"{words.listed(named)} failed as often as no host like the others would: if it is of "
            f"another kind, such as a front end, {options} leaves it out."
        )
    repair = found.whole.rows_repair
    if repair is not None:
        zero = int((repair.length_s[repair.ended] == 0).sum())
        if zero:
            yield (
                f"{words.count(zero, 'repair')} of no length: such a row may be an alarm that was "
                "none. They count as failures here, and as repairs of a second."
            )
    joined = whole_joined(found)
    if joined:
        yield (
            f"{words.count(joined, 'row')} of hosts that were down already: {_each(joined)} "
            "belongs to the outage that there was, and no simulated host fails again while down."
        )
    if found.whole.groups.resolution_s >= DAY:
        yield (
            "The log tells dates without the time of day: what happens within a day, such as hosts "
            "that fall together, cannot be seen."
        )


def whole_joined(found: Fit) -> int:
    """Rows of hosts that were down already."""
    return found.whole.parts.joined


def made(found: Fit) -> str:
    """Sentences on the scenario."""
    log = found.used.log
    part = ""
    if found.is_cut:
        part = (
            f"It is made of the last part of the log alone, from {log.start:%Y-%m-%d} on, in which "
            f"the rate does not change by date: {words.count(log.events, 'failure')}. "
            "--whole-window takes all of it."
        )
    cluster = found.scenario.cluster
    return sentences(
        f"The scenario has {words.count(cluster.hosts, 'host')} in the job and "
        f"{words.count(cluster.spares, 'spare')}, and "
        f"{_classes(len(found.scenario.fault))} of faults on the calendar.",
        part,
        "Each rate is a range in which it lies nine times in ten. Checkpoints and restarts are not "
        "in a log of failures: they are placeholders, and [sources] says so.",
    )


def _together(found: Fitted) -> str:
    groups = found.groups
    if not len(groups.sizes):
        return "No two hosts failed at one instant."
    told = (
        f"{words.count(groups.hosts, 'host')} in {words.count(len(groups.sizes), 'group')} of up "
        f"to {int(groups.sizes.max())} failed at one instant"
    )
    if not groups.are_real:
        finest = _to(groups.resolution_s)
        return f"{told}, which chance makes as well: the log tells times to {finest}."
    if not found.outages.knows_returns:
        return f"{told}."
    return (
        f"{told}. The hosts of {words.share(groups.together)} of the groups came back together, so "
        + (
            "in the scenario they are away as one."
            if found.groups_return
            else "in the scenario each has a repair of its own."
        )
    )


def _returns(found: Fit) -> str:
    outages = found.whole.outages
    if not outages.knows_returns:
        return "The log tells no returns."
    returns = len(outages.gaps.length_s)
    counts = [outages.repeats(days * DAY) for days in (1, 7, 30)]
    told = (
        f"Of {words.count(returns, 'return')}, {counts[0]} were followed by an outage of the same "
        f"host within a day, {counts[1]} within 7 days, {counts[2]} within 30."
    )
    relapse = found.whole.relapse
    if relapse is None:
        return f"{told} That is too few to tell more."
    if not relapse.is_believed:
        return f"{told} That is no more than chance makes."
    low, high = relapse.share_range
    return (
        f"{told} After {words.share(relapse.share)} of returns ({_percent(low)} to "
        f"{words.share(high)}) the fault was still there, and struck again after "
        f"{words.duration(relapse.mean_s)} on average."
    )


def _by_date(found: Fit) -> str:
    trend = found.whole.trend
    if trend is None:
        return "Too few failures or weeks to tell a trend."
    years = found.by_year
    counts = f" By year since the start: {', '.join(map(str, years))}." if len(years) > 1 else ""
    if not trend.is_believed:
        return f"No trend that differs from chance.{counts}"
    falls = trend.factor < 1
    factor = 1 / trend.factor if falls else trend.factor
    return (
        f"The rate {'falls' if falls else 'rises'} by a factor of {factor:.1f} over the window."
        f"{counts}"
    )


def _fault_weather(found: Fitted) -> str:
    weather = found.weather
    if weather is None:
        return "Too few faults or days to tell spells."
    if not weather.is_believed:
        return "No spells that differ from chance."
    return f"The rate of single faults differs {_spells(weather, found)}."


def _repair_weather(found: Fitted) -> str:
    if not found.outages.knows_returns:
        return "The log tells no returns."
    if found.repair_weather is None:
        return "Too few repairs to tell spells."
    weather = found.repair_weather.weather
    if not weather.is_believed:
        return "No spells that differ from chance."
    return f"The length of repairs differs {_spells(weather, found)}."


def _spells(weather: Weather, found: Fitted) -> str:
    low, high = weather.cv_range
    spans = found.log.window_s / weather.span_s
    few = f"; there are only {spans:.0f} of them" if spans < _FEW_SPANS else ""
    return (
        f"from span to span of {words.duration(weather.span_s)} by {100 * weather.cv:.0f} % of "
        f"itself (cv {weather.cv:.2f}, {low:.2f} to {high:.2f} nine times in ten{few})"
    )


def _gap_law(fit: Fit) -> str:
    found, used = fit.whole, fit.used.wear
    has_it = used is not None and used.is_believed
    laws = found.gaps_on_a_host.laws
    if not laws:
        return "Too few failures to tell a law."
    best = laws[0]
    plain = next(one for one in laws if one.kind == "exponential")
    more = plain.aic - best.aic
    told = (
        "Times between failures of one host, those that were not over at the end included, follow"
    )
    if more < 2 and not (found.wear is not None and found.wear.is_believed):
        return f"{told} an exponential law as well as any: no age is seen."
    parameters = []
    for name, value in best.parameters.items():
        shown = words.duration(value) if name in ("scale", "median", "mean") else f"{value:.3g}"
        parameters.append(f"{name} {shown}")
    text = (
        f"{told} {OF_LAW[best.kind]} best ({words.listed(parameters)}; AIC {more:,.0f} below an "
        "exponential one)"
    )
    wear = found.wear
    if wear is not None and wear.is_believed:
        low, high = wear.shape_range
        return (
            f"{text}. Hosts that have stood for long since a repair fail more often: first faults "
            f"have the hazard of a Weibull law (shape {wear.shape:.2f}, {low:.2f} to {high:.2f}). "
            + (
                "The scenario has it, and hosts that begin as old as they are in the long run."
                if has_it
                else "In the part of the log that the scenario is made of that is not known."
            )
        )
    shape = next((one.parameters["shape"] for one in laws if one.kind == "weibull"), 1.0)
    if shape > 1:
        return (
            f"{text}: fewer short gaps than chance makes. That hosts wear is not known, and the "
            "scenario has no ageing."
        )
    return (
        f"{text}: many short gaps and very long ones, as relapses, spells and unequal hosts make. "
        "That is no wear, and the scenario has no ageing."
    )


def _repair(found: Fit) -> str:
    rows = found.whole.rows_repair
    if rows is None:
        return "The log tells no returns, so the scenario has a placeholder."
    curve = rows.curve
    still = int((~rows.ended).sum())
    told = (
        f"Median {words.duration(curve.quantile(0.5))}, mean {words.duration(curve.mean)}, nine in "
        f"ten below {words.duration(curve.quantile(0.9))}, longest "
        f"{words.duration(curve.quantile(1.0))}."
    )
    if still:
        told += f" Of {words.count(still, 'repair')} the log has no end: longer than was seen."
    if not rows.laws:
        return told
    best = rows.laws[0]
    fitted, seen = best.law.quantile(0.99), curve.quantile(0.99)
    return (
        f"{told} Of parametric laws {OF_LAW[best.kind]} is the best: its mean is "
        f"{words.duration(best.law.mean)} and its P99 {words.duration(fitted)}, where the log has "
        f"{words.duration(seen)}."
    )


def _unequal(found: Fit) -> str:
    unequal = found.whole.unequal
    told = (
        "Failures of a host in one half of the window and in the other have a correlation of "
        f"{unequal.halves:.2f}".replace("-", "−")
    )
    if not unequal.is_believed:
        return f"{told}: no host is known to be worse for good."
    low, high = unequal.variance_range
    return (
        f"{told}: some hosts are worse for good (variance of a factor on the rate "
        f"{unequal.variance:.2f}, {low:.2f} to {high:.2f})."
    )


def _spread(found: Fit) -> str:
    numbers = found.statistics
    told = [
        f"{numbers[f'dispersion_by_{name}']:.2f} by {name}"
        for name in ("day", "week", "host")
        if numbers[f"dispersion_by_{name}"] is not None
    ]
    return f"Variance over mean of its counts is {words.listed(told)}; for Poisson counts it is 1."


def _is_poisson(found: Fit) -> bool:
    from simtrain.history.poisson import dispersion

    log = found.log
    counts = (log.per_span(DAY), log.per_span(WEEK), log.per_host)
    return all(one is None or one.is_poisson for one in map(dispersion, counts))


def _relapses(found: Fitted) -> bool:
    return found.relapse is not None and found.relapse.is_believed


def _varies(weather: Weather | None) -> bool:
    return weather is not None and weather.is_believed


def _repair_varies(found: Fitted) -> bool:
    return found.repair_weather is not None and found.repair_weather.weather.is_believed


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _classes(number: int) -> str:
    return "1 class" if number == 1 else f"{number} classes"


def _each(number: int) -> str:
    return "it" if number == 1 else "each"


def _to(seconds: float) -> str:
    names = {DAY: "the day", 3600.0: "the hour", 60.0: "the minute"}
    return names.get(seconds, "the second")


def _percent(fraction: float) -> str:
    return words.share(fraction).removesuffix(" %")

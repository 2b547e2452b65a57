"""Report on policies of when to run: what each trades, and which no other beats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simtrain.answers.schedule import FINISH
from simtrain.show import prose, words
from simtrain.show.number_format import NumberFormat, Uncertain
from simtrain.show.page import heading, page
from simtrain.show.table import Table, TableColumn
from simtrain.units import YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simtrain.answers.schedule import SchedulePolicy, Schedules
    from simtrain.show.page import Block, Page
    from simtrain.tables.estimates import Estimate

_NOUNS = {"carbon_tco2e": "carbon", "cost_usd": "cost", "energy_mwh": "energy"}
VERBS = {"carbon_tco2e": "emits", "cost_usd": "costs", "energy_mwh": "takes"}
_MARK = "*"


def schedule_report(found: Schedules, width: int = 80) -> Page:
    """Text on when to run, in lines of a width."""
    others = len(found.policies) - 1
    noun = "policy" if others == 1 else "policies"
    asked = (
        f"{others} {noun} beside {_quoted(found.baseline.name)}; "
        f"{words.count(found.trials, 'trial')} each, seed {found.baseline.results.seed}, which "
        "share their random numbers."
    )
    legend = (
        "later, more: than the first row in the same trials, ± 95 %; (30 %): share of the hours; "
        f"{_MARK}: beaten by no other policy in both finish and this."
    )
    blocks: list[list[Block]] = [heading(found.scenario, more=asked)]
    if not any(one.finished for one in found.policies):
        return page(width, *blocks, ["In no trial the work was finished."])
    blocks.append([conclusion(found, column) for column in found.traded])
    blocks.append([pauses(found)])
    blocks.append([_table(found), legend])
    blocks.append(_hardware(found))
    return page(width, *blocks)


def conclusion(found: Schedules, column: str) -> str:
    """Sentences on the policies that no other beats in finish and a measure."""
    front = found.front(column)
    verb = VERBS[column]
    names = words.listed([_quoted(one.name) for one in front])
    if len(front) == 1:
        return f"Nothing that was tried finishes earlier or {verb} less than {names}."
    least = min(front, key=lambda one: found.mean(one, column).value)
    if least is found.baseline:
        return f"No policy beats another of {names}; none {verb} surely less than the first row."
    more, later = (found.difference(least, one) for one in (column, FINISH))
    how = NumberFormat.of_metric(column, more.value, [Uncertain.of(more)])
    base = found.mean(found.baseline, column).value
    part = f" ({words.share(-more.value / base)})" if base > 0 else ""
    saved = f"{how.number(-more.value)} ± {how.number((more.high - more.low) / 2)} {how.unit}"
    when = f"{words.duration(abs(later.value))} {'later' if later.value >= 0 else 'earlier'}"
    price = _price_of(found, least, column)
    return (
        f"In finish and {_NOUNS[column]} no other policy beats {names}. "
        f"{_quoted(least.name)} {verb} the least of these, {saved}{part} less than "
        f"{_quoted(found.baseline.name)}, and finishes {when}{price}."
    )


def pauses(found: Schedules) -> str:
    """Sentence on how many of the pauses take less than no pause; empty if there are none.

    Only of those under which as many trials finished.
    """
    most = found.baseline.finished
    tried = [one for one in found.policies if one.pauses and one.finished == most]
    if not tried:
        return ""
    clauses = []
    for column in found.traded:
        less = [one for one in tried if found.difference(one, column).high < 0]
        verb = VERBS[column].removesuffix("s") if len(less) > 1 else VERBS[column]
        clauses.append(f"{len(less) or 'none'} surely {verb} less")
    return (
        f"Of {words.count(len(tried), 'way')} to pause, {words.listed(clauses)} than "
        f"{_quoted(found.baseline.name)}: hosts draw and cost something while they are paused, and "
        "each restart does."
    )


def _price_of(found: Schedules, policy: SchedulePolicy, column: str) -> str:
    """What a policy costs more beside what it saves, where both are known."""
    others = [one for one in found.traded if one != column]
    if not others:
        return ""
    more = found.difference(policy, others[0])
    how = NumberFormat.of_metric(others[0], more.value, [Uncertain.of(more)])
    sense = "more" if more.value >= 0 else "less"
    half = how.number((more.high - more.low) / 2)
    amount = f"{how.number(abs(more.value))} ± {half} {how.unit}"
    return f"; it {VERBS[others[0]]} {amount} {sense}"


def _table(found: Schedules) -> Table:
    policies = found.policies
    medians = [found.median_finish_s(one) for one in policies]
    start = found.scenario.start
    if start is not None:
        finishes = [prose.short_day(start, one) for one in medians]
        years = {one[-4:] for one in finishes}
        if len(years) == 1:
            finishes = [one[:-5] for one in finishes]
    else:
        finishes = [words.duration(one) for one in medians]
    columns = [
        TableColumn("", [one.name for one in policies], "<", least=32),
        TableColumn("P50", finishes, group="finish", rank=1),
        _differences(found, FINISH, "later, d"),
    ]
    for column in found.measured:
        columns += _measure(found, column)
    if len({one.finished for one in policies}) > 1:
        unfinished = [found.trials - one.finished for one in policies]
        cells = [f"{one:,}" if one else "" for one in unfinished]
        columns.append(TableColumn("unfinished", cells))
    return Table(*columns)


def _measure(found: Schedules, column: str) -> list[TableColumn]:
    means = [found.mean(one, column) for one in found.policies]
    how = NumberFormat.of_metric(column, means[0].value, [Uncertain(mean.value) for mean in means])
    is_traded = column in found.traded
    front = found.front(column) if is_traded else []
    marks = [_MARK if one in front else "" for one in found.policies]
    cells = [f"{how.number(mean.value)}{mark}" for mean, mark in zip(means, marks, strict=True)]
    if is_traded:
        cells = [cell if cell.endswith(_MARK) else f"{cell} " for cell in cells]
    rank = 0 if is_traded else 3
    return [
        TableColumn("mean", cells, group=how.heading, rank=rank),
        _differences(found, column, "more", how.heading, 2 if is_traded else 4),
    ]


def _differences(
    found: Schedules, column: str, title: str, group: str = "finish", rank: int = 0
) -> TableColumn:
    """Difference of each policy from the first."""
    differences = [found.difference(one, column) for one in found.policies[1:]]
    how = _format(found, column, differences)
    cells = ["", *(how.signed(one) for one in differences)]
    return TableColumn(title, cells, "±", group, rank=rank)


def _format(found: Schedules, column: str, differences: Sequence[Estimate]) -> NumberFormat:
    metric = "wall_clock_s" if column == FINISH else column
    usual = 10 * 86400.0 if column == FINISH else found.mean(found.baseline, column).value
    return NumberFormat.of_metric(metric, usual, map(Uncertain.of, differences))


def _hardware(found: Schedules) -> list[Block]:
    """What arithmetic says of waiting for better hardware, beside the simulation."""
    if found.gain is None or found.break_even_s is None or found.best_delay_s is None:
        return []
    waits = [one for one in found.policies if one.hardware is not None]
    if not waits or not found.baseline.finished:
        return []
    percent = f"{100 * found.gain:.3g} %"
    if found.best_delay_s:
        wait = f"the earliest finish is that after a wait of {words.duration(found.best_delay_s)}"
    else:
        wait = "any wait brings a later finish"
    sentence = (
        f"By arithmetic: where FLOP/s per watt grow by {percent} a year and the power of an "
        "accelerator stays, waiting brings an earlier finish only to a run of more than "
        f"{found.break_even_s / YEAR:.1f} years, so that {wait}."
    )
    rows = [
        (
            one.name,
            *_beside(found, one, FINISH),
            *(_beside(found, one, "energy_mwh") if "energy_mwh" in found.measured else ("", "")),
        )
        for one in waits
    ]
    names, *numbers = zip(*rows, strict=True)
    columns = [TableColumn("", names, "<", least=24)]
    groups = ("finish after, d", "finish after, d", "energy, MWh", "energy, MWh")
    for group, title, cells in zip(groups, ("simulated", "arithmetic") * 2, numbers, strict=True):
        if any(cells):
            columns.append(TableColumn(title, cells, group=group))
    return [sentence, Table(*columns)]


def _beside(found: Schedules, policy: SchedulePolicy, column: str) -> tuple[str, str]:
    """A simulated mean, and what arithmetic makes of the baseline."""
    divisor = 86400.0 if column == FINISH else 1.0
    simulated, by_hand = found.mean(policy, column).value, found.predicted(policy)[column]
    return f"{simulated / divisor:,.1f}", f"{by_hand / divisor:,.1f}"


def _quoted(name: str) -> str:
    return f"“{name}”"

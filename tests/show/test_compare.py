from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest

from simtrain.answers.compare import Comparison
from simtrain.questions.compare import compare
from simtrain.show.colours import BAD, GOOD
from simtrain.show.compare import lead
from simtrain.show.compare.figures import edges_of, pictures
from simtrain.show.compare.report import compare_report
from simtrain.show.number_format import NumberFormat
from simtrain.tables.statistic import Statistic
from simtrain.validation import small
from tests.show.samples import DAY, HOUR, drawn, results, scenario

A = [12.0, 13.0, 14.0, 15.0]


def comparison(*others: list[float], of: object = None) -> Comparison:
    names = ["a.toml", "b.toml", "c.toml"][: 1 + len(others)]
    trials = (results(A), *(results(days, of=of) for days in others))  # type: ignore[arg-type]
    return Comparison(tuple(names), trials)


def words(*days: float) -> str:
    return lead.conclusion(comparison(list(days)), 1)


def test_a_scenario_that_is_ahead_or_behind() -> None:
    assert words(11, 12, 13, 13.9).startswith(
        "B (b.toml) finishes 1.02 ± 0.08 d before A (a.toml) on average"
    )
    assert words(13, 14, 15, 16.1).startswith(
        "B (b.toml) finishes 1.03 ± 0.08 d after A (a.toml) on average"
    )
    assert words(13, 14, 15, 14.9).endswith(
        "B finishes first in 25.0 % (0.6–80.6 %) of the trials, A in 75.0 % (19.4–99.4 %)."
    )


def test_scenarios_that_are_not_distinguishable() -> None:
    assert words(*A) == "B (b.toml) and A (a.toml) have the same result in every trial."
    assert words(13, 12, 14, 15).startswith(
        "B (b.toml) is not distinguishable from A (a.toml) on average (0.0 ± 1.3 d, 95 %)"
    )
    assert "neither in 50.0 % (6.8–93.2 %)." in words(13, 12, 14, 15)


def test_the_report_has_both_and_their_difference() -> None:
    other = scenario(cluster={"hosts": 16, "spares": 5})
    lines = compare_report(comparison([11, 12, 13, 13.9], of=other)).splitlines()
    assert lines[:2] == ["A: a.toml, A small run", "B: b.toml"]
    assert "cluster.spares  2  5" in lines
    row = next(line for line in lines if line.startswith("wall-clock"))
    assert row.split() == ["wall-clock,", "d", "13.50", "12.47", "-1.02", "±", "0.08"]
    rows = [line.split()[:-4] for line in lines if line.startswith(("not prod", "  "))][1:]
    assert [row[0] for row in rows] == ["not", "restart,", "lost"]


def test_a_difference_of_nothing_has_no_sign() -> None:
    how = NumberFormat.of_metric("wall_clock_s", 10 * DAY)
    assert how.signed({"mean": -1.0, "mean_ci95": [-2.0, 0.0]}) == "0.00 ± 0.00"
    assert how.signed({"mean": -HOUR, "mean_ci95": [-HOUR, -HOUR]}) == "-0.04 ± –"
    assert how.signed({"mean": HOUR, "mean_ci95": [0.0, 2 * HOUR]}) == "+0.04 ± 0.04"
    assert how.signed({"mean": None, "mean_ci95": [None, None]}) == "– ± –"


# --- pictures -------------------------------------------------------------------------------------


def test_no_bin_holds_trials_of_both_signs() -> None:
    for low, high, bins in ((-7.3, 2.2, 10), (-1.0, 0.0, 5), (0.0, 3.7, 40), (-1e-9, 5, 5)):
        edges = edges_of(low, high, (high - low) / bins)
        assert edges[0] <= low
        assert edges[-1] >= high
        assert np.abs(edges).min() == 0.0
        assert len(edges) <= bins + 3


def test_differences_have_bins_of_one_width_and_their_colour() -> None:
    info = pictures(comparison([11, 12, 13, 13.9], [12.01, 13, 14, 15.02]))["difference.png"]
    assert info.title.startswith("B finishes 1.02 ± 0.08 d before A"), "who leads"
    assert info.legend.labels == ["finishes before A", "after A", "mean", "no difference"]
    first, second = info.panels
    assert first.x is second.x
    bars, other = first.elements[0], second.elements[0]
    assert (set(bars.colours), set(other.colours)) == ({GOOD}, {BAD})
    assert (sum(bars.height), sum(other.height)) == (4, 2)
    widths = np.concatenate([bars.width, other.width])
    assert widths == pytest.approx(np.full(len(widths), (26.4 + 0.48) / 40))
    assert first.y is second.y, "heights can be compared"
    assert first.elements[2].x0 == pytest.approx(-24.6)
    assert [line.text for line in first.words] == ["B: b.toml", "mean −24.60 ± 1.91 h"]
    assert second.words[1].text.endswith("h, the same in 50.0 % of the trials")
    drawn(info)


def test_one_that_differs_in_no_trial_is_told_below_the_others() -> None:
    first, below = pictures(comparison([11, 12, 13, 13.9], A))["difference.png"].panels
    assert first.words[0].text == "B: b.toml"
    assert [line.text for line in below.words] == ["C: c.toml", "the same as A in every trial"]


def test_the_title_is_about_who_is_least_behind_where_none_is_ahead() -> None:
    behind = pictures(comparison([13, 14, 15, 16.1], [12.5, 13.5, 14.5, 15.6]))["difference.png"]
    assert behind.title.startswith("C finishes ")
    assert " after A" in behind.title


def test_one_difference_is_told_in_the_title() -> None:
    compared = comparison([11, 12, 13, 13.9])
    info = pictures(compared)["difference.png"]
    assert info.title == lead.headline(compared, 1)
    assert info.panels[0].x.label == "wall-clock of B − wall-clock of A, hours"


def test_no_difference_is_said_to_be_none() -> None:
    none = pictures(comparison(A))["difference.png"]
    assert none.title == "There is no difference"
    assert (
        none.panels[0].elements[0].text
        == "B (b.toml) and A (a.toml) have the same result in every trial."
    )
    drawn(none)


def test_names_are_reported_whole_above_the_histograms_and_below_the_bars() -> None:
    long = "A with " + ", ".join(f"change.{n}.set.people.response=10 min" for n in range(9))
    names = ("a.toml", long, "A with cluster.spares=4")
    compared = Comparison(names, (results(A), results([11, 12, 13, 13.9]), results(A)))
    found = pictures(compared)
    lines = [line.text for line in found["difference.png"].panels[0].words[:-1]]
    assert " ".join(lines) == f"B: {long}"
    badput = found["badput.png"]
    key = " ".join(" ".join(line.text for line in badput.panels[1].words).split())
    assert key == f"A: {names[0]} B: {names[1]} C: {names[2]}"
    assert badput.title == "B loses the least time: 2.48 d on average, A 3.50 d"
    assert badput.panels[0].x.names == ["A", "B", "C"]
    for info in found.values():
        seen = drawn(info)
        wide, high = seen.inches
        assert all(0 <= one.left < one.right <= wide for one in seen.written)
        assert all(0 <= one.bottom < one.top <= high for one in seen.written)


def test_each_has_its_dates_and_its_chance_to_make_one() -> None:
    dated = scenario(start=dt.datetime(2026, 3, 2, 8))
    compared = compare(
        [dated, dated.replace(cluster__spares=0)],
        names=["a", "b"],
        trials=8,
        jobs=1,
        by="2026-12-31",
    )
    text = " ".join(compare_report(compared).split())
    assert re.search(r"\. A finishes within \S+ d \(P50: \d+ March 2026\) at the median", text)
    assert re.search(r"\. B finishes within \S+ d \(P50: \d+ \w+ 2026\) at the median", text)
    whole = "100 % (63.1 to 100 % with 95 % confidence)"  # 0.025 ** (1 / 8)
    assert f"by the end of 31 December 2026 is {whole} for A and {whole} for B." in text
    one, two = compared.summary()["scenarios"]
    assert one["by"]["date"] == two["by"]["date"] == "2026-12-31"
    assert one["finish"]["p50"].startswith("2026-03-1")


def by_p90_with_cuts(cut_in_a: int, cut_in_b: int) -> Comparison:
    days = [20 + 0.1 * n for n in range(100)]
    trials = (results(days, [n >= 100 - cut for n in range(100)]) for cut in (cut_in_a, cut_in_b))
    return Comparison(("a", "b"), tuple(trials), Statistic("wall_clock_s", 90.0))


def test_percentiles_beyond_the_limit_decide_nothing_or_against_the_one_that_lacks_it() -> None:
    both = lead.conclusion(by_p90_with_cuts(30, 30), 1)
    # The trials that were cut off ran for 27 to 29.9 d.
    assert "P90 of both lies beyond the limit of 28.4 d, so neither is ahead there." in both
    assert "All trials count at P90. Differences of means are of the 70 trials" in both
    assert "worse than it looks" not in both
    one = lead.conclusion(by_p90_with_cuts(40, 0), 1)
    assert one.startswith("B (b) is ahead of A (a) at P90 (95 %): P90 of A (a) lies beyond")
    assert one.endswith("0 in B, and the one with more is worse than it looks.")


def test_shares_have_the_count_that_they_come_to() -> None:
    some = [scenario(cluster={"hosts": 16, "spares": spares}) for spares in (2, "25 %")]
    trials = tuple(results(A, of=one) for one in some)
    text = compare_report(Comparison(("a", "b"), trials))
    assert "25 % (4)" in text


def test_a_percentile_may_decide_who_is_ahead() -> None:
    """B gains 2 d in most trials and loses 3 in a quarter: ahead on average, not at P90."""
    shared = [20 + 0.01 * n for n in range(80)]
    other = [day + (3.0 if n % 4 == 0 else -2.0) for n, day in enumerate(shared)]
    by_mean = Comparison(("a", "b"), (results(shared), results(other)))
    by_p90 = Comparison(("a", "b"), by_mean.results, Statistic("wall_clock_s", 90.0))
    assert "B finishes 0.75 ± " in lead.headline(by_mean, 1)
    text = lead.headline(by_p90, 1)
    _, low, high = by_p90.ahead_by(1)
    ends = f"{low / DAY:.2f} to {high / DAY:.2f} d"
    assert text == f"B finishes 2.73 d ({ends}) after A at P90 (95 %)"
    p90 = np.percentile(other, 90) - np.percentile(shared, 90)
    asked = by_p90.summary()["comparisons"][0]["asked"]
    assert asked["of"] == "p90(wall_clock)"
    assert asked["difference"]["value"] == pytest.approx(p90 * DAY)
    drawn(pictures(by_p90)["difference.png"])


def test_of_two_scenarios_the_bars_title_has_both_losses_in_one_unit() -> None:
    """A needs 11 days on average for the ten of work, B 13."""
    compared = Comparison(("a", "b"), (results([11.0] * 4), results([13.0] * 4)))
    title = pictures(compared)["badput.png"].title
    assert title == "A loses the least time: 1.00 d on average, B 3.00 d"


def test_what_each_scenario_takes_stands_beside_its_time() -> None:
    plain = small.scenario(cluster={"hosts": 2, "spares": 1}, power={"training": "1 kW per host"})
    more = plain.replace(cluster__spares=3)
    compared = compare([plain, more], trials=2, jobs=1)
    [row] = [line for line in str(compare_report(compared)).splitlines() if "energy, MWh" in line]
    assert [float(cell) for cell in row.split()[2:4]] == pytest.approx([0.03, 0.05], abs=0.006)

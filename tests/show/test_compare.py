from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from simtrain.answers.compare import Comparison
from simtrain.show import figure as canvas
from simtrain.show import stacked_bars as piles
from simtrain.show.compare import figures as compare_figures
from simtrain.show.compare import words as compare_words
from simtrain.show.compare.report import compare_report
from simtrain.show.number_format import NumberFormat
from tests.show.samples import DAY, HOUR, results, scenario

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest
    from matplotlib.figure import Figure

A = [12.0, 13.0, 14.0, 15.0]


def comparison(*others: list[float], of: object = None) -> Comparison:
    names = ["a.toml", "b.toml", "c.toml"][: 1 + len(others)]
    trials = (results(A), *(results(days, of=of) for days in others))  # type: ignore[arg-type]
    return Comparison(tuple(names), trials)


def words(*days: float) -> str:
    return compare_words.conclusion(comparison(list(days)), 1)


def test_a_scenario_that_is_ahead_or_behind() -> None:
    assert words(11, 12, 13, 13.9).startswith("B finishes 1.02 ± 0.08 d before A in the mean")
    assert words(13, 14, 15, 16.1).startswith("B finishes 1.03 ± 0.08 d after A in the mean")
    assert words(13, 14, 15, 14.9).endswith(
        "B finishes first in 25.0 % (0.6–80.6 %) of the trials, A in 75.0 % (19.4–99.4 %)."
    )


def test_scenarios_that_are_not_distinguishable() -> None:
    assert words(*A) == "B and A have the same result in every trial."
    assert words(13, 12, 14, 15).startswith(
        "B is not distinguishable from A in the mean (0.0 ± 1.3 d, 95 %)"
    )
    assert "neither in 50.0 % (6.8–93.2 %)." in words(13, 12, 14, 15)


def test_the_report_has_both_and_their_difference() -> None:
    other = scenario(cluster={"hosts": 16, "spares": 5})
    told = compare_report(comparison([11, 12, 13, 13.9], of=other)).splitlines()
    assert told[:2] == ["A: a.toml, A small run", "B: b.toml"]
    assert "cluster.spares  2  5" in told
    row = next(line for line in told if line.startswith("wall-clock"))
    assert row.split() == ["wall-clock,", "d", "13.50", "12.47", "-1.02", "±", "0.08"]
    rows = [line.split()[:-4] for line in told if line.startswith(("not prod", "  "))][1:]
    assert [row[0] for row in rows] == ["not", "restart,", "lost"]


def test_a_difference_of_nothing_has_no_sign() -> None:
    how = NumberFormat.of_metric("wall_clock_s", 10 * DAY)
    assert how.signed({"mean": -1.0, "mean_ci95": [-2.0, 0.0]}) == "0.00 ± 0.00"
    assert how.signed({"mean": -HOUR, "mean_ci95": [-HOUR, -HOUR]}) == "-0.04 ± –"
    assert how.signed({"mean": HOUR, "mean_ci95": [0.0, 2 * HOUR]}) == "+0.04 ± 0.04"
    assert how.signed({"mean": None, "mean_ci95": [None, None]}) == "– ± –"


def test_no_bin_holds_trials_of_both_signs() -> None:
    for low, high, trials in ((-7.3, 2.2, 100), (-1.0, 0.0, 10), (0.0, 3.7, 1000), (-1e-9, 5, 7)):
        edges = compare_figures._edges(low, high, trials)
        assert edges[0] <= low
        assert edges[-1] >= high
        assert np.abs(edges).min() == 0.0
        assert len(edges) <= 43


def test_pictures_are_the_same_each_time_and_drawn_for_all_cases(tmp_path: Path) -> None:
    compared = comparison([11, 12, 13, 13.9], A)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        compare_figures.write_compare_figures(compared, tmp_path / name)
    for name in ("difference.png", "badput.png"):
        first, second = ((tmp_path / folder / name).read_bytes() for folder in ("one", "two"))
        assert first == second
    same = compare_figures.write_compare_figures(comparison(A), tmp_path)
    assert all(path.stat().st_size > 5000 for path in same)


def test_the_key_below_the_piles_is_whole_and_within_the_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "A with " + ", ".join(f"change.{n}.set.people.response=10 min" for n in range(9))
    names = ("a.toml", long, "A with cluster.spares=4")
    told = []

    @contextmanager
    def watched(*of: Any) -> Iterator[Figure]:
        with canvas.canvas(*of) as figure:
            yield figure
            lines = [text for text in figure.texts if text.get_fontsize() == 9]
            told.extend(line.get_text() for line in reversed(lines))
            boxes = [line.get_window_extent() for line in lines]
            assert all(figure.bbox.contains(*corner) for box in boxes for corner in box.corners())
            [axes] = figure.axes
            assert max(box.y1 for box in boxes) < axes.xaxis.get_tightbbox().y0

    monkeypatch.setattr(piles, "canvas", watched)
    compared = Comparison(names, (results(A), results(A), results(A)))
    compare_figures.write_compare_figures(compared, tmp_path)
    whole = " ".join(" ".join(told).split())
    assert whole == f"A: {names[0]} B: {names[1]} C: {names[2]}"

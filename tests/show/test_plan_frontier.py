"""Report and picture of a frontier."""

from __future__ import annotations

import numpy as np
import pytest

from simtrain.show.elements import Bars, Text
from simtrain.show.plan_frontier.figures import pictures
from simtrain.show.plan_frontier.report import plan_frontier_report
from tests.show.samples import drawn, element, frontier_of, words_of

DAYS = {
    "1 h": [20.0, 13.0, 12.0, 11.0],
    "2 h": [20.0, 17.0, 13.9, 12.0],
    "4 h": [20.0, 19.0, 14.1, 13.0],
    "8 h": [20.0, 19.0, 18.0, 17.0],
}
"""One spare surely suffices at an hour, 2 to 3 at two hours, 2 to 3 at four, and none at eight."""
CERTAIN = {"1 h": [20.0, 13.0, 12.0], "2 h": [20.0, 13.0, 12.0], "4 h": [20.0, 18.0, 13.0]}
NONE = {"1 h": [20.0, 19.0], "2 h": [20.0, 18.0]}


def text(days: dict[str, list[float]]) -> str:
    return " ".join(plan_frontier_report(frontier_of(days), width=120).split())


def marks(days: dict[str, list[float]]) -> list[str]:
    """What the table says of each row at its end."""
    lines = plan_frontier_report(frontier_of(days), width=160).strip().splitlines()
    return [line.split("  ")[-1].strip() for line in lines[-len(days) :]]


def test_the_first_paragraph_names_the_frontier_and_how_certain_it_is() -> None:
    words = text(DAYS)
    assert "Taken as cheaper: less cluster.spares, more checkpoint.interval." in words
    assert "is 1 with 1 h, 2 with 2 h and 3 with 4 h: no other combination" in words
    assert "2 with 2 h and 3 with 4 h is uncertain (95 %): 5 trials are not enough" in words
    assert "Of those that surely meet it, the frontier is 1 with 1 h and 3 with 4 h." in words
    assert "is 1 with 2 h and 2 with 4 h: no other" in text(CERTAIN)
    assert "All are certain (95 %)." in text(CERTAIN)
    assert "no combination of cluster.spares with checkpoint.interval" in text(NONE)
    assert "1 with 2 h comes nearest" in text(NONE)


def test_the_table_says_what_is_on_the_frontier_and_what_dominates_the_others() -> None:
    assert marks(DAYS) == [
        "frontier",
        "frontier; may miss or be dominated",
        "frontier; may be dominated",
        "no value meets it; nearest: 3",
    ]
    assert marks(CERTAIN) == ["dominated by 1 with 2 h", "frontier", "frontier"]
    assert marks({"1 h": [20.0, 13.0], "2 h": [20.0, 14.1]})[1] == (
        "no value meets it; nearest: 1; uncertain"
    )


def cells(drawn: Bars) -> set[tuple[float, float]]:
    """Column and row of all cells that some rectangles cover, which are one column wide."""
    sizes = zip(drawn.left, drawn.bottom, drawn.height, strict=True)
    return {(x + 0.5, y + 0.5 + n) for x, y, high in sizes for n in range(round(high))}


def test_the_map_has_what_meets_the_target_what_may_and_the_frontier() -> None:
    info = pictures(frontier_of(DAYS))["plan_frontier.png"]
    met, missed, uncertain = (element(info, label) for label in ("met", "missed", "met, uncertain"))
    assert isinstance(met, Bars)
    assert cells(met) == {(0, 1), (0, 2), (0, 3), (1, 3), (2, 3)}
    assert len(cells(missed)) == 1 + 2 + 2 + 4
    assert cells(uncertain) == {(1, 2)}
    dots = element(info, "on the frontier")
    assert np.array_equal(dots.y, [1, 2, 3])
    line = element(info, "frontier")
    level = sorted((x, y) for x, y, end in zip(line.x0, line.y0, line.y1, strict=True) if y == end)
    assert level == [(-0.5, 0.5), (0.5, 1.5), (1.5, 2.5)]
    sure = element(info, "frontier of what surely meets it")
    level = [(x, y, x1) for x, y, x1, y1 in zip(*sure[1:], strict=True) if y == y1]
    assert level == [(-0.5, 0.5, 0.5), (0.5, 2.5, 2.5)]
    numbers = [one.text for one in info.panels[0].elements if isinstance(one, Text)]
    assert "13.90" in numbers
    assert (
        "Frontier of mean(wall_clock) ≤ 14 d: 1 with 1 h, 2 with 2 h and 3 with 4 h" in info.title
    )
    assert "Taken as cheaper: less cluster.spares, more checkpoint.interval" in words_of(info)


@pytest.mark.parametrize("days", [DAYS, CERTAIN, NONE])
def test_every_picture_can_be_drawn(days: dict[str, list[float]]) -> None:
    turned = frontier_of(days, ("checkpoint.interval", "cluster.spares"))
    for found in (frontier_of(days), turned):
        assert drawn(pictures(found)["plan_frontier.png"]).written

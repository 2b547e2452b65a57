from __future__ import annotations

from dataclasses import replace

import pytest

from simtrain.answers.scale import JobSize, Needed, Scaling
from simtrain.show.figure import Panel
from simtrain.show.scale.figures import pictures
from simtrain.show.scale.report import conclusion, scale_report
from simtrain.tables.estimates import Estimate
from tests.show.samples import HOUR, drawn, element, scenario, words_of

DAY = 24 * HOUR


def size(hosts: int, goodput: float, needed: Needed | None) -> JobSize:
    best = Estimate(goodput, goodput - 0.01, goodput + 0.01)
    kept = Estimate(goodput - 0.05, goodput - 0.06, goodput - 0.04)
    return JobSize(8 * hosts, hosts, hosts // 8, 64 * HOUR / hosts, kept, HOUR, best, needed)


def scaling(last: Needed | None, is_given: bool = False) -> Scaling:
    sizes = (
        size(128, 0.9, Needed(100 * DAY, None, None)),
        size(1024, 0.7, Needed(800 * DAY, 900 * DAY, 650 * DAY)),
        size(8192, 0.2, last),
    )
    return Scaling(scenario(), sizes, 0.9, is_given, 100 * DAY, 40, 0, 999)


def of_sizes(number: int) -> Scaling:
    full = scaling(None)
    return replace(full, sizes=full.sizes[:number])


def report_text(found: Scaling) -> str:
    return " ".join(scale_report(found).split())


def test_the_report_says_what_it_would_take() -> None:
    words = report_text(scaling(Needed(6400 * DAY, 7000 * DAY, None)))
    assert "goodput goes from 90.0 ± 1.0 % to 20.0 ± 1.0 %" in words
    assert "To keep the 90.0 % of the smallest size at the largest size it may fail" in words
    assert "once in 6,400 d, 64 times as long." in words
    assert "8,192 3.75 min 65.0 ± 1.0 1 h 70.0 ± 1.0 800 650 … 900" in words
    assert "– … 7,000" in words


def test_a_goodput_that_cannot_be_kept_is_reported() -> None:
    words = report_text(scaling(None, is_given=True))
    assert "No reliability of hosts keeps 90.0 % at the largest size." in words
    assert " none" in words


def test_one_size_is_not_held_against_itself() -> None:
    one = of_sizes(1)
    words = report_text(one)
    assert (
        "At 1,024 accelerators the goodput of A small run is 90.0 ± 1.0 %, with the best checkpoint"
        in words
    )
    for comparing in ("grows", "to keep", "To keep", "times as long", "largest"):
        assert comparing not in conclusion(one)
    given = replace(
        one, goal=0.95, is_given=True, sizes=(size(128, 0.9, Needed(200 * DAY, None, None)),)
    )
    assert conclusion(given).endswith("To keep 95.0 % it may fail once in 200 d, 2 times as long.")
    near = replace(given, sizes=(size(128, 0.9, Needed(102 * DAY, None, None)),))
    assert conclusion(near).endswith("it may fail once in 102 d, about as long.")


# --- the picture ----------------------------------------------------------------------------------


def test_goodput_and_the_mtbf_it_takes_are_shown_at_each_size() -> None:
    info = pictures(scaling(Needed(6400 * DAY, 7000 * DAY, 6000 * DAY)))["scale.png"]
    assert info.title == "Goodput falls from 90.0 % at 1,024 accelerators to 20.0 % at 65,536"
    assert info.legend.labels == [
        "with the interval of the baseline", "with the best interval of each size",
        "MTBF to keep the 90.0 % of the smallest size",
    ]  # fmt: skip
    goodput, mtbf = info.panels
    best = element(info, "with the best interval of each size")
    assert (best.x, best.y.tolist()) == ([1024, 8192, 65536], pytest.approx([90.0, 70.0, 20.0]))
    needed = element(info, "MTBF to keep the 90.0 % of the smallest size")
    assert needed.y == pytest.approx([100.0, 800.0, 6400.0])
    ends = mtbf.elements[-1]
    assert (ends.y0.tolist(), ends.y1.tolist()) == ([650.0, 6000.0], [900.0, 7000.0])
    assert {"to keep: 90.0 %", "baseline: 100 d"} <= set(words_of(info))
    assert goodput.x is mtbf.x
    drawn(info)


def test_a_number_has_the_same_digits_everywhere_in_the_picture() -> None:
    """More trials tell more digits in the report; in the picture these would not be seen."""
    exact = replace(scaling(None), goal=0.53404)
    needed = Needed(100 * DAY, None, None)
    sizes = tuple(size(128 * 8**n, 0.53404 - 0.1 * n, needed) for n in range(3))
    exact = replace(exact, sizes=sizes)
    info = pictures(exact)["scale.png"]
    told = " ".join(words_of(info))
    assert "from 53.4 % at" in info.title
    assert "to keep: 53.4 %" in told
    assert "MTBF to keep the 53.4 % of the smallest size" in info.legend.labels
    assert "53.40" not in told


def test_no_panel_reaches_into_the_lines_of_the_legend() -> None:
    info = pictures(scaling(None))["scale.png"]
    lines = [line for line in drawn(info).written if line.text in info.legend.labels]
    places, height = info.places()
    tops = [height - top for part, top in places if isinstance(part, Panel)]
    assert min(line.bottom for line in lines) > max(tops)


def test_a_goodput_that_nothing_keeps_has_no_mark_at_that_size() -> None:
    info = pictures(scaling(None))["scale.png"]
    assert element(info, "MTBF to keep the 90.0 % of the smallest size").x == [1024, 8192]
    drawn(info)


@pytest.mark.parametrize("sizes", [1, 2, 3])
def test_numbers_along_the_axes_are_plain_and_each_size_is_named_once(sizes: int) -> None:
    """Not as powers of ten, whatever is between the marks of a short logarithmic axis."""
    info = pictures(of_sizes(sizes))["scale.png"]
    [_, below] = info.panels
    labels = [*below.x.names, *below.y.names]
    assert all(label.removesuffix("k").replace(",", "").isdecimal() for label in labels)
    assert set(labels) <= {line.text for line in drawn(info).written}
    assert [label for label in labels if label.endswith("k")] == ["1k", "8k", "64k"][:sizes]

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import matplotlib.image
import pytest

from simtrain.answers.scale import Needed, Scaling, Size
from simtrain.show.scale.figure import draw_scale
from simtrain.show.scale.report import conclusion, headline, scale_report
from simtrain.tables.estimates import Estimate
from tests.show.samples import HOUR, scenario, texts

if TYPE_CHECKING:
    from pathlib import Path

DAY = 24 * HOUR


def size(hosts: int, goodput: float, needed: Needed | None) -> Size:
    best = Estimate(goodput, goodput - 0.01, goodput + 0.01)
    kept = Estimate(goodput - 0.05, goodput - 0.06, goodput - 0.04)
    return Size(8 * hosts, hosts, hosts // 8, 64 * HOUR / hosts, kept, HOUR, best, needed)


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


def told(found: Scaling) -> str:
    return " ".join(scale_report(found).split())


def test_the_report_says_what_it_would_take() -> None:
    words = told(scaling(Needed(6400 * DAY, 7000 * DAY, None)))
    assert "goodput goes from 90.0 ± 1.0 % to 20.0 ± 1.0 %" in words
    assert "To keep the 90.0 % of the smallest size at the largest size it may fail" in words
    assert "once in 6,400 d, 64 times as long." in words
    assert "8,192 3.75 min 65.0 ± 1.0 1 h 70.0 ± 1.0 800 650 … 900" in words
    assert "– … 7,000" in words


def test_a_goodput_that_cannot_be_kept_is_told() -> None:
    words = told(scaling(None, is_given=True))
    assert "No reliability of hosts keeps 90.0 % at the largest size." in words
    assert " none" in words


@pytest.mark.parametrize("last", [None, Needed(6400 * DAY, 7000 * DAY, 6000 * DAY)])
def test_every_scaling_has_a_picture(tmp_path: Path, last: Needed | None) -> None:
    file = tmp_path / "scale.png"
    draw_scale(scaling(last), file)
    picture = matplotlib.image.imread(file)
    assert picture.shape[:2] == (1065, 1200)
    assert picture.std() > 0.05


def test_one_size_is_not_held_against_itself() -> None:
    one = of_sizes(1)
    words = told(one)
    assert "At 1,024 accelerators goodput is 90.0 ± 1.0 %, with the best checkpoint" in words
    for comparing in ("From 1,024", "to keep", "To keep", "times as long", "largest"):
        assert comparing not in conclusion(one)
    given = replace(
        one, goal=0.95, is_given=True, sizes=(size(128, 0.9, Needed(200 * DAY, None, None)),)
    )
    assert conclusion(given).endswith("To keep 95.0 % it may fail once in 200 d, 2 times as long.")
    near = replace(given, sizes=(size(128, 0.9, Needed(102 * DAY, None, None)),))
    assert conclusion(near).endswith("it may fail once in 102 d, about as long.")
    assert headline(one) == "Goodput at 1,024 accelerators: 90.0 %"


@pytest.mark.parametrize("sizes", [1, 2, 3])
def test_numbers_along_the_axes_are_plain_and_each_size_is_named_once(
    tmp_path: Path, sizes: int
) -> None:
    """Matplotlib by itself writes powers of ten between the marks of a short logarithmic axis."""
    file = tmp_path / "scale.svg"
    draw_scale(of_sizes(sizes), file)
    written = texts(file)
    assert not [text for text in written if "times" in text or "mathdefault" in text]
    assert [text for text in written if text.endswith("k")] == ["1k", "8k", "64k"][:sizes]

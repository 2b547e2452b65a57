"""The picture of what the spread of an outcome is made of."""

from __future__ import annotations

import pytest

from simtrain.show.elements import Text
from simtrain.show.run import spread_figure
from simtrain.tables.estimates import Estimate
from simtrain.tables.spread import VARIANCE, Share, Spread
from tests.show.samples import drawn, element, words_of


def found(*shares: tuple[float, float, float], doubt: float = 0.42) -> Spread:
    numbers = tuple(Share(f"number.{n}", Estimate(*share)) for n, share in enumerate(shares))
    return Spread("wall_clock_s", Estimate(doubt, 0.19, 0.65), numbers, VARIANCE, 60)


def test_the_title_says_how_much_is_doubt_and_about_what() -> None:
    info = spread_figure.info(found((0.2, 0.12, 0.28), (0.06, 0.0, 0.14)), "about")
    assert info.title == (
        "42 % of the spread of wall-clock is doubt about uncertain numbers, 20 % about number.0"
    )
    assert {"doubt 42 % (19–65 %)", "chance 58 %"} <= {*words_of(info)}
    unclear = spread_figure.info(found((0.2, 0.0, 0.28)), "about")
    assert unclear.title == "42 % of the spread of wall-clock is doubt about uncertain numbers"


def test_what_is_not_distinguishable_from_nothing_is_pale() -> None:
    info = spread_figure.info(found((0.2, 0.12, 0.28), (0.06, 0.0, 0.14)), "about")
    assert element(info, "share of a number").width == pytest.approx([20.0])
    assert element(info, "not distinguishable from 0").width == pytest.approx([6.0])
    assert info.legend.labels == [
        "share of a number", "not distinguishable from 0", "95 % confidence",
    ]  # fmt: skip
    drawn(info)


def test_numbers_without_a_share_to_speak_of_are_counted_in_one_row() -> None:
    shares = [(0.2, 0.12, 0.28), (0.004, 0.0, 0.03), (0.001, 0.0, 0.02)]
    [_, below] = spread_figure.info(found(*shares), "about").panels
    assert below.y.names == ["number.0", "2 others"]
    told = [one.text for one in below.elements if isinstance(one, Text)]
    assert told == ["20 %", "0.5 % or less each"]
    [_, below] = spread_figure.info(found(*[(0.03, 0.0, 0.1)] * 17), "about").panels
    assert (below.y.names[-1], len(below.y.names)) == ("2 others", 16)
    assert below.elements[-1].text == "3 % or less each"


def test_a_part_without_room_for_its_words_has_none() -> None:
    info = spread_figure.info(found((0.02, 0.0, 0.1), doubt=0.05), "about")
    assert not any("doubt 5 %" in text for text in words_of(info))
    drawn(info)

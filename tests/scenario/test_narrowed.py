"""Ranges as a file would say them."""

from __future__ import annotations

import pytest

from simtrain.distributions import Fixed
from simtrain.scenario.narrowed import range_text
from simtrain.scenario.number import Number, PerAccelerator, PerUnit
from simtrain.units import ACCELERATOR_RATE, DAY, RATE

PLAIN = Number(Fixed(1.0), "trial")


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (20, 100, "20..100 per day"),
        (0.3, 2, "0.3..2 per day"),
        (1, 20_000, "1..20000 per day"),
        (0.001377, 0.003979, "1.377..3.979 per 1000 days"),
        (1e-6, 3e-6, "1..3 per 1000000 days"),
        (2e-9, 5e-9, "0.002..0.005 per 1000000 days"),
    ],
)
def test_a_rate_is_said_per_so_many_days_that_it_is_no_small_fraction(
    low: float, high: float, text: str
) -> None:
    assert range_text(PLAIN, low / DAY, high / DAY, (RATE.name,)) == text
    rest = text.partition(" ")[2]
    ends = text.partition(" ")[0].split("..")
    assert [RATE.parse(f"{end} {rest}") * DAY for end in ends] == pytest.approx([low, high])


def test_a_rate_stays_one_of_what_it_is_of() -> None:
    ends = 0.002 / DAY, 0.004 / DAY
    of_node = PerUnit(Fixed(1.0), "trial", subject="node")
    assert range_text(of_node, *ends, (RATE.name,)) == "2..4 per 1000 node-days"
    of_accelerator = PerAccelerator(Fixed(1.0), "trial")
    text = range_text(of_accelerator, *ends, (RATE.name, ACCELERATOR_RATE.name))
    assert text == "2..4 per 1000 accelerator-days"
    assert ACCELERATOR_RATE.parse("0.002 per accelerator-day") == pytest.approx(ends[0])

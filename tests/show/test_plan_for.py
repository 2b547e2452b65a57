"""Report and picture of plans for several cases."""

from __future__ import annotations

import numpy as np
import pytest

from simtrain.show.elements import Band, Line
from simtrain.show.plan_for.figures import pictures
from simtrain.show.plan_for.report import plan_for_report
from tests.show.samples import drawn, element, planned_for

SIZES = {
    16: [20.0, 17.0, 13.0, 12.0, 11.0],
    32: [20.0, 17.0, 14.1, 13.9, 12.0],
    640: [25.0, 24.0, 23.0, 22.0, 21.0],
}
"""Two spares certainly suffice for 16 hosts, 2 to 4 for 32, and nothing does for 640."""


def text(sizes: dict[int, list[float]]) -> str:
    return " ".join(plan_for_report(planned_for(sizes), width=100).split())


def rows(sizes: dict[int, list[float]]) -> list[list[str]]:
    """Cells of the table, which two spaces or more divide."""
    lines = plan_for_report(planned_for(sizes), width=100).strip().splitlines()
    table = lines[lines.index("") :]
    table = table[table[1:].index("") + 2 :]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in table]


def test_the_first_paragraph_names_the_value_for_each_case() -> None:
    words = text(SIZES)
    assert (
        "For the run `small`, the smallest cluster.spares that meets the target of "
        "mean(wall_clock) <= 14 d is 2 with cluster.hosts = 16 and 3 with 32." in words
    )
    assert "No value that was tried meets it with cluster.hosts = 640." in words
    assert (
        "It is uncertain (95 %) with cluster.hosts = 32 (2 – 4), where 5 trials are not enough to "
        "decide." in words
    )


def test_it_says_when_all_are_certain() -> None:
    assert "All are certain (95 %)." in text({16: SIZES[16], 640: SIZES[640]})


def test_the_table_has_value_share_and_certainty_of_each_case() -> None:
    titles, *cells = rows(SIZES)
    assert titles == ["hosts", "spares", "95 %", "of hosts", "mean(wall_clock), d", "95 %"]
    assert cells[0] == ["16", "2", "12.5 %", "13.00", "12.72 – 13.28"]
    assert cells[1] == ["32", "3", "2 – 4", "9.4 %", "13.90", "13.62 – 14.18", "uncertain"]
    assert cells[2][:3] == ["640", "–", "–"]
    assert cells[2][-1] == "no value meets it; nearest: 4"


def test_a_case_in_which_every_value_meets_it_is_marked() -> None:
    assert rows({16: [13.0, 12.0, 11.0], 32: SIZES[32][:3]})[1][-1] == "every value meets it"


def test_a_target_that_is_missed_again_beyond_has_the_other_end() -> None:
    assert rows({16: [20.0, 13.0, 12.0, 13.0, 20.0]})[1][-1] == "met up to 3"


def test_no_value_in_any_case_is_a_sentence() -> None:
    words = text({640: SIZES[640]})
    assert "no value of cluster.spares that was tried meets the target" in words


def test_the_picture_has_the_value_of_each_case_and_where_it_may_lie() -> None:
    info = pictures(planned_for(SIZES))["plan_for.png"]
    [panel] = info.panels
    band, certain, uncertain = info.styles or ()
    drawn_band = element(info, band.label)
    assert isinstance(drawn_band, Band)
    assert np.array_equal(drawn_band.low, [2, 2])
    assert np.array_equal(drawn_band.high, [2, 4])
    marks = {
        style.label: one.y
        for one in panel.elements
        if isinstance(one, Line)
        for style in (certain, uncertain)
        if one.style == style
    }
    assert marks == {"smallest that meets the target": [2], "uncertain": [3]}
    assert [mark.text for mark in panel.marks] == ["2 (12.5 %)", "3 (9.4 %)", "none"]
    assert info.title == "2 to 3 spares meet mean(wall_clock) ≤ 14 d for 16 to 32 hosts"


def test_sizes_far_apart_keep_their_ratio_and_each_has_its_name() -> None:
    [panel] = pictures(planned_for(SIZES))["plan_for.png"].panels
    assert panel.x.is_log
    assert list(panel.x.names) == ["16", "32", "640"]
    [panel] = pictures(planned_for({16: SIZES[16], 32: SIZES[32]}))["plan_for.png"].panels
    assert not panel.x.is_log


def test_one_spare_is_told_in_the_singular() -> None:
    one = {16: [15.0, 13.0, 12.0], 32: [16.0, 13.0, 12.0]}
    title = pictures(planned_for(one))["plan_for.png"].title
    assert title == "1 spare meets mean(wall_clock) ≤ 14 d for 16 to 32 hosts"


@pytest.mark.parametrize("sizes", [{640: SIZES[640]}, {16: [13.0, 12.0]}, SIZES])
def test_every_picture_can_be_drawn(sizes: dict[int, list[float]]) -> None:
    [info] = pictures(planned_for(sizes)).values()
    assert drawn(info).written

from __future__ import annotations

from dataclasses import replace

import pytest

from simtrain.scenario.published import NotReproduced
from simtrain.show.validation.report import validation_report
from simtrain.validation.rows import Check, CheckResult, Percentiles, RowPart

EXACT = RowPart(
    (
        Check("No faults", "W=10", 45000.0, 45000.0, 3e-11, CheckResult.OK),
        Check("Daly", "W=2", 2.19994, 2.20334, 0.009213, CheckResult.OK),
        Check("Daly", "W=3", 28.3766, 31.2084, 1.2512, CheckResult.FAIL),
    ),
    "W work.",
)
PUBLISHED = RowPart(
    (
        Check(
            "OPT", "wall-clock, d", 55.69, Percentiles(59.98, 64.13, 69.06), "P5–P95",
            CheckResult.MISS
        ),
        Check(
            "OPT", "manual restarts", 35.0, Percentiles(74.0, 88.0, 101.0), "≥ 90 % of trials",
            CheckResult.OK, "ge", 0,
        ),
    ),
    "As published.",
)  # fmt: skip


def lines(*parts: RowPart, width: int = 80) -> list[str]:
    return validation_report(parts, width=width).splitlines()


def test_numbers_have_two_digits_of_their_tolerance() -> None:
    assert "  W=2     2.1999     2.2033   ± 0.0092  ok" in lines(EXACT)
    assert "  W=3       28.4       31.2      ± 1.3  FAIL" in lines(EXACT)


def test_distances_in_standard_errors_have_a_column_where_chance_has_a_part() -> None:
    exact, daly, _ = EXACT.rows
    printed = lines(RowPart((exact, replace(daly, z=1.2204)), "A note."))
    assert printed[0].split()[-1] == "z"
    assert printed[3].split()[-2:] == ["–", "ok"]
    assert printed[6].split()[-2:] == ["+1.2", "ok"]
    assert printed[6] == "  W=2     2.1999     2.2033   ± 0.0092  +1.2  ok"


def test_what_must_be_equal_is_shown_to_all_its_digits() -> None:
    assert "  W=10     45000      45000    ± 3e-11  ok" in lines(EXACT)


def test_claims_and_percentiles_are_shown_as_such() -> None:
    assert lines(PUBLISHED, width=90)[:5] == [
        "                   expected            simulated         tolerance",
        "",
        "OPT",
        "  wall-clock, d       55.69  64.13 (59.98–69.06)            P5–P95  miss (expected)",
        "  manual restarts      ≥ 35          88 (74–101)  ≥ 90 % of trials  ok",
    ]


def test_rows_stand_below_how_they_stand_to_the_scenario() -> None:
    row = Check("OPT", "launches", 90.0, 88.0, "P5–P95", CheckResult.OK, decimals=0, role="follows")
    put_in = replace(row, name="cost", expected=(9.0, 23.0), role="arithmetic")
    printed = lines(RowPart((replace(row, name="gaps", role="calibrated"), row, put_in), "A note."))
    assert [line.split()[:3] for line in printed[3:9]] == [
        ["calibrated"],
        ["gaps", "90", "88"],
        ["follows", "from", "the"],
        ["launches", "90", "88"],
        ["arithmetic"],
        ["cost", "9–23", "88"],
    ]


def test_what_is_not_reproduced_is_listed_with_the_reason() -> None:
    one = NotReproduced(
        figure="1,287 GWh", why="a slip for MWh", source="the press", certainty="weak"
    )
    printed = lines(EXACT, replace(PUBLISHED, about="GPT-3", not_reproduced=(one,)))
    place = printed.index("Published of GPT-3, and not reproduced")
    assert printed[place + 1] == "  1,287 GWh: a slip for MWh (the press, weak)"
    assert printed[-1].startswith("5 rows")


def test_each_source_has_its_table_and_its_note_and_the_last_line_counts_rows() -> None:
    report = validation_report([EXACT, PUBLISHED], width=80)
    headings = ["No faults", "Daly", "W work.", "OPT", "As published.", "5 rows"]
    places = [report.index(f"\n{words}") for words in headings]
    assert places == sorted(places)
    assert report.count("\nDaly\n") == 1
    assert report.endswith("5 rows: 3 ok, 1 FAIL and 1 miss (expected).\n")


def test_a_note_that_neighbours_share_stands_once_below_them() -> None:
    report = validation_report([EXACT, PUBLISHED, PUBLISHED], width=80)
    assert report.count("\nOPT\n") == 2
    assert report.count("\nAs published.\n") == 1
    assert report.index("As published.") > report.rindex("\nOPT\n")


@pytest.mark.parametrize("width", [64, 80, 100])
def test_a_name_too_long_has_a_line_to_itself(width: int) -> None:
    name = "a name that leaves no room for its numbers, whatever the terminal"
    row = Check("Daly", name, 2.19994, 2.20334, 0.009213, CheckResult.OK)
    printed = lines(RowPart((*EXACT.rows, row), "A note."), width=width)
    if width < 100:
        place = printed.index(f"  {name}")
        assert printed[place + 1].split() == ["2.1999", "2.2033", "±", "0.0092", "ok"]
    assert all(len(line) <= max(width, len(name) + 2) for line in printed)

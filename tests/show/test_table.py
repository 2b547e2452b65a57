from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simtrain.show.page import Indented, page
from simtrain.show.table import Table, TableColumn

CELLS = ["1.0", "22.5", "333.25"]
LONG = ["short", "a key of many words", "x"]


def lines(*columns: TableColumn, width: int = 80) -> list[str]:
    return Table(*columns).lines(width)


def test_cells_are_aligned_at_a_side_or_at_a_sign() -> None:
    assert lines(
        TableColumn("key", ["a", "long", ""], "<"),
        TableColumn("mean ± 95 %", ["1.0 ± 0.25", "110.5 ± 12.5", "–"], "±"),
        TableColumn("95 %", ["1 … 2", "", "30 … –"], "…"),
    ) == [
        "key    mean ± 95 %    95 %",
        "a       1.0 ± 0.25   1 … 2",
        "long  110.5 ± 12.5",
        "          –         30 … –",
    ]


def test_a_group_has_a_title_over_its_columns() -> None:
    title = "wall-clock, days"
    both = [TableColumn("P5", CELLS, group=title), TableColumn("P50", ["1"] * 3, group=title)]
    assert lines(TableColumn("key", ["a", "b", "c"], "<"), *both) == [
        "     wall-clock, days",
        "key           P5  P50",
        "a            1.0    1",
        "b           22.5    1",
        "c         333.25    1",
    ]


def test_words_are_cut_before_columns_are_left_out() -> None:
    columns = (
        TableColumn("P5", CELLS, rank=1),
        TableColumn("P50", CELLS, rank=2),
        TableColumn("mean", CELLS),
        TableColumn("source", LONG, "<", least=6),
    )
    assert lines(*columns, width=40)[2] == "  22.5    22.5    22.5  a key of many w…"
    assert lines(*columns, width=30)[0] == "    P5     P50    mean  source"
    assert lines(*columns, width=25)[2] == "  22.5    22.5  a key…"
    assert lines(*columns, width=3) == [
        "  mean  source",
        "   1.0  short",
        "  22.5  a key…",
        "333.25  x",
    ]


def test_names_that_do_not_fit_get_a_line_to_themselves() -> None:
    columns = (TableColumn("", LONG, "<", least=1), TableColumn("mean", CELLS))
    assert lines(*columns, width=15) == [
        "           mean",
        "short       1.0",
        "a key of many words\n           22.5",
        "x        333.25",
    ]


def test_a_table_without_rows_has_no_lines() -> None:
    assert lines(TableColumn("key", []), TableColumn("mean", [])) == []


@given(
    st.integers(1, 60),
    st.lists(st.text("abc 1.±", min_size=1, max_size=12).map(str.strip), min_size=1, max_size=5),
)
def test_numbers_are_never_cut_and_a_wide_table_is_left_alone(width: int, cells: list[str]) -> None:
    columns = [
        TableColumn("numbers", cells),
        TableColumn("words", ["w" * 20] * len(cells), "<", least=4),
    ]
    shown = lines(*columns, width=width)
    wide = max(7, *map(len, cells))
    assert [line[:wide].strip() for line in shown] == ["numbers", *cells]
    assert lines(*columns, width=80)[1].endswith("w" * 20)
    assert max(map(len, shown)) <= max(width, wide + 2 + 4)


def test_a_page_has_blocks_with_empty_lines_between_them() -> None:
    table = Table(TableColumn("a", ["1"]), TableColumn("b", ["2" * 90]))
    text = page(
        70, ["A title", "A text of words " * 5], [""], [table], [], [Indented("x " * 40, 4)]
    )
    blocks = text.split("\n\n")
    assert len(blocks) == 3
    assert blocks[0].startswith("A title\nA text of words")
    assert max(map(len, blocks[0].splitlines())) <= 70
    assert blocks[2].splitlines()[1].startswith("    x")
    assert text.endswith("\n")


def test_words_of_a_last_column_that_wraps_go_on_in_the_next_line() -> None:
    said = 'such as [{ name = "rack", hosts = 8 }]'
    table = Table(
        TableColumn("", ["domain", "swap"], "<"),
        TableColumn("such as", [said, "3 min"], "<", least=14, wraps=True),
    )
    assert "\n".join(table.lines(28)).split("\n") == [
        "        such as",
        "domain  such as [{ name =",
        '        "rack", hosts = 8 }]',
        "swap    3 min",
    ]
    assert said in table.lines(60)[1]

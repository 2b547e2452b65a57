"""The address book of the draws: layouts that hold their fields, under names of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from simtrain.model import streams
from simtrain.model.draws import stream_id
from simtrain.model.streams import LAYOUTS, Layout


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_row_holds_its_fields(layout: Layout) -> None:
    assert len(layout.fields) <= layout.width
    assert len(set(layout.fields)) == len(layout.fields)
    assert layout.row


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_block_of_rows_is_made_of_whole_outputs_of_the_generator(layout: Layout) -> None:
    """One counter of Philox gives four uniforms."""
    assert (layout.width << layout.shift) % 4 == 0


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_name_has_one_place_for_what_it_belongs_to_or_none(layout: Layout) -> None:
    assert layout.name.count("{}") == layout.name.count("{") == layout.name.count("}") <= 1


def test_every_layout_is_in_the_book_once() -> None:
    defined = [layout for layout in vars(streams).values() if isinstance(layout, Layout)]
    assert sorted(LAYOUTS) == sorted(defined)


def test_names_and_addresses_are_distinct_whatever_they_belong_to() -> None:
    names = {
        layout.name.format(of)
        for layout in LAYOUTS
        for of in ("", "gpu", "start", "changes", "host", ": tier 1", "cluster.age")
    }
    plain = sum("{}" not in layout.name for layout in LAYOUTS)
    assert len(names) == 7 * (len(LAYOUTS) - plain) + plain
    assert len(set(map(stream_id, names))) == len(names)


@pytest.mark.parametrize(
    ("layout", "fields"),
    [
        (
            streams.FAULT,
            {
                "threshold on the hazard": streams.THRESHOLD,
                "unit struck": streams.UNIT,
                "needs repair": streams.NEEDS_REPAIR,
                "detection": streams.DETECTION,
                "automatic": streams.AUTOMATIC,
                "automatic success": streams.AUTOMATIC_SUCCESS,
                "failed restart": streams.FAILED_RESTART,
                "response": streams.RESPONSE,
                "diagnosis": streams.DIAGNOSIS,
                "recall": streams.RECALL,
                "false blames": streams.FALSE_BLAMES,
                "first host falsely blamed": streams.FALSE_HOST,
            },
        ),
        (
            streams.LAUNCH,
            {
                "restart": streams.RESTART,
                "restart fails": streams.RESTART_FAILS,
                "response after failed tries": streams.SECOND_RESPONSE,
                "warm-up": streams.WARM_UP,
                "load": streams.LOAD,
                "outcome of the load": streams.LOAD_OUTCOME,
                "timeout of the load": streams.LOAD_TIMEOUT,
            },
        ),
        (
            streams.REPAIR,
            {
                "automated repair": streams.AUTOMATED,
                "its outcome": streams.AUTOMATED_OUTCOME,
                "manual repair": streams.MANUAL,
                "manual repair misses": streams.MANUAL_MISSES,
                "retired": streams.RETIRED,
                "burn-in": streams.BURN_IN,
                "burn-in catches": streams.BURN_IN_CATCHES,
                "provision of another host": streams.PROVISION,
            },
        ),
        (
            streams.STOP,
            {
                "duration": streams.STOP_DURATION,
                "first place that an incident takes": streams.STOP_FIRST_PLACE,
                "when it is due after the one before": streams.STOP_DUE,
            },
        ),
        (streams.SWAP_IN, {"swap": streams.SWAP, "notice of a lent spare": streams.NOTICE}),
        (streams.HOST, {"lemon": streams.LEMON, "frailty": streams.FRAILTY}),
    ],
    ids=lambda value: value.name if isinstance(value, Layout) else "",
)
def test_fields_stand_where_the_book_says(layout: Layout, fields: dict[str, int]) -> None:
    assert {name: number for number, name in enumerate(layout.fields)} == fields


def test_rows_of_all_faults_have_the_same_fields() -> None:
    """What decides about a fault does not ask where it came from."""
    of_faults = (streams.FAULT, streams.FAULT_OF_SPARE, streams.FAULT_OF_HOST, streams.RELAPSE)
    assert len({(layout.fields, layout.width) for layout in of_faults}) == 1


@pytest.mark.parametrize(
    ("layout", "width"),
    [
        (streams.FAULT, 16), (streams.FIRST_LIFE, 4), (streams.LATER_LIFE, 4), (streams.FOUND, 4),
        (streams.LAUNCH, 8), (streams.REPAIR, 8), (streams.SWAP_IN, 4), (streams.STOP, 4),
        (streams.START, 4), (streams.CHANGES, 4), (streams.SAVE_FAILS, 1),
        (streams.COPY_IS_CORRUPT, 1), (streams.UNCERTAIN, 4), (streams.HOST, 4), (streams.AGE, 4),
    ],
    ids=lambda value: value.name if isinstance(value, Layout) else "",
)  # fmt: skip
def test_widths_are_fixed_for_good(layout: Layout, width: int) -> None:
    assert layout.width == width
    assert streams.ROWS_PER_HOST == 1 << 20


def test_the_page_on_the_model_tells_every_stream_and_field_once() -> None:
    """That it is up to date is tested with the other generated pages."""
    page = (Path(__file__).parents[2] / "docs" / "model.md").read_text(encoding="utf-8")
    _, _, book = page.partition("<!-- table: streams")
    rows = book.partition("<!-- end of table -->")[0].splitlines()[4:-1]
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert [row[0] for row in cells] == [f"`{layout.name}`" for layout in LAYOUTS]
    for layout, (_, belongs, fields, width) in zip(LAYOUTS, cells, strict=True):
        assert (belongs, width) == (layout.row, str(layout.width))
        assert fields.startswith("as of") or fields.count(";") == max(0, len(layout.fields) - 1)

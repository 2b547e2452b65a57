"""What all pictures share: headlines, legends, axes, marks, colours, and the way into a file."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.transforms import Bbox
from PIL import Image

from simtrain.accounts.ledger import Category
from simtrain.show import axis, marks
from simtrain.show.as_figure import Picture
from simtrain.show.axis import BARE, Scale
from simtrain.show.colours import COLOURS, FAN_LINE, INK, NEUTRAL, REAL, contrast, ink_on
from simtrain.show.elements import Line, Text
from simtrain.show.figure import Info, Panel, nothing
from simtrain.show.legend import Legend
from simtrain.show.letters import shortened, text_width
from simtrain.show.marks import Mark
from simtrain.show.picture_file import save
from simtrain.show.style import Style
from simtrain.units import DAY, HOUR
from tests.show.samples import drawn

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TITLE = "Best is checkpoint.interval = 2h: mean wall-clock 53.64 d"
LONG = f"{TITLE}, and a little more than fits"
MATHEMATICS = "costs $x^{$ and \\frac{1}"
START = dt.datetime(2025, 12, 29, 9, 0)


def some(title: str = TITLE, *elements: Text | Line) -> Info:
    x = axis.even(0.0, 10.0, "days")
    return Info(title, f"{title}, {title}", 8.0, [[Panel(0.8, 6.8, 2.0, x, x, elements)]])


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "size", "whole"),
    [(TITLE, "full", True), (LONG, "smaller", True), (LONG * 4, "smallest", False)],
)
def test_a_headline_stays_within_its_picture(title: str, size: str, whole: bool) -> None:
    above, below = drawn(some(title)).written[:2]
    assert max(line.right for line in (above, below)) <= 0.98 * 8.0
    assert {13.0: "full", 9.5: "smallest"}.get(above.size, "smaller") == size
    assert (above.text == title) == whole
    if not whole:
        assert above.text.endswith("…")
        assert title.startswith(above.text[:-1])
        assert above.right - above.left > 0.9 * 8.0


@pytest.mark.parametrize("bold", [False, True])
def test_the_width_of_a_text_is_known_without_a_canvas(bold: bool) -> None:
    text = Text(LONG, (0.0, 0.5), bold=bold)
    [line] = [one for one in drawn(some("x", text)).written if one.text == LONG]
    weight = "bold" if bold else "normal"
    assert text_width(LONG, 10.0, weight) == pytest.approx(line.right - line.left, rel=0.002)
    cut = shortened(LONG, 2.0, 10.0, weight)
    assert 1.85 < text_width(cut, 10.0, weight) <= 2.0


@pytest.mark.parametrize("side", ["left", "center", "right"])
@pytest.mark.parametrize("level", ["top", "center", "bottom"])
def test_words_stand_where_they_are_put(side: str, level: str) -> None:
    """In the middle of a panel of 6.8 by 2 inches; two lines of 10 points are 22 points high.

    The letters reach to their ends but for a tenth of their size.
    """
    info = some("x", Text("Exg\nExg", (5.0, 5.0), side=side, level=level))
    lines = [one for one in drawn(info).written if one.text == "Exg"]
    wide, high = lines[0].right - lines[0].left, 22 / 72
    places, height = info.places()
    x = 4.2 + wide * {"left": 0.0, "center": -0.5, "right": -1.0}[side]
    y = height - places[-1][1] - 1.0 + high * {"top": -0.5, "center": 0.0, "bottom": 0.5}[level]
    assert [line.left for line in lines] == pytest.approx([x, x], abs=0.01)
    assert lines[0].top == pytest.approx(y + high / 2, abs=0.014)
    assert lines[1].bottom == pytest.approx(y - high / 2, abs=0.014)


def test_no_text_is_taken_for_mathematics(tmp_path: Path) -> None:
    x = Scale(0.0, 1.0, [0.5], [MATHEMATICS], MATHEMATICS)
    style = Style(INK, MATHEMATICS, width=1.0)
    elements = [Line(style, [0, 1], [0, 1]), Text(MATHEMATICS, (0.5, 0.5))]
    panel = Panel(2.0, 4.0, 2.0, x, x, elements, [Mark(0.2, MATHEMATICS)])
    info = Info(MATHEMATICS, MATHEMATICS, 8.0, [[panel]])
    written = drawn(info).written
    assert {line.text for line in written} == {MATHEMATICS}
    assert len(written) == 9
    save(info, tmp_path / "some.svg")


def test_a_picture_of_nothing_says_why() -> None:
    written = drawn(nothing("Nothing", "about", "A reason " * 30)).written
    assert len([line for line in written if "reason" in line.text]) > 2


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["png", "svg", "pdf", "PNG"])
def test_a_picture_is_written_as_its_name_says_and_always_the_same(
    tmp_path: Path, ending: str
) -> None:
    beginnings = {"svg": b"<?xml", "pdf": b"%PDF"}
    for name in "ab":
        save(some(), tmp_path / f"{name}.{ending}")
    one, other = ((tmp_path / f"{name}.{ending}").read_bytes() for name in "ab")
    assert one == other
    assert one.startswith(beginnings.get(ending, b"\x89PNG"))


def test_settings_of_matplotlib_neither_change_nor_matter(tmp_path: Path) -> None:
    save(some(), tmp_path / "plain.png")
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red", "savefig.bbox": "tight"}):
        before = dict(mpl.rcParams)
        save(some(), tmp_path / "other.png")
        assert dict(mpl.rcParams) == before
    assert (tmp_path / "plain.png").read_bytes() == (tmp_path / "other.png").read_bytes()


def test_a_figure_is_the_same_picture_under_other_settings(tmp_path: Path) -> None:
    figure = Picture(some())
    save(some(), tmp_path / "file.png")
    with mpl.rc_context({"text.parse_math": True, "text.hinting": "native"}):
        figure.savefig(tmp_path / "figure.png")
    file, other = (
        np.asarray(Image.open(tmp_path / f"{name}.png").convert("RGB"))
        for name in ("file", "figure")
    )
    assert np.array_equal(file, other)


def test_a_part_of_a_figure_is_that_of_the_picture(tmp_path: Path) -> None:
    figure = Picture(some())
    figure.savefig(tmp_path / "whole.png")
    figure.savefig(tmp_path / "part.png", bbox_inches=Bbox([[1, 1], [4, 2]]))
    figure.savefig(tmp_path / "tight.png", bbox_inches="tight", pad_inches=0.0)
    whole, part, tight = (
        np.asarray(Image.open(tmp_path / f"{name}.png")).astype(int)
        for name in ("whole", "part", "tight")
    )
    assert part.shape[:2] == (150, 450)
    assert np.abs(part - whole[-300:-150, 150:600]).max() <= 2
    assert tight.shape == pytest.approx(whole.shape, abs=1)


def test_a_figure_is_written_in_the_fonts_that_the_user_wants(tmp_path: Path) -> None:
    figure = Picture(some())
    with mpl.rc_context({"pdf.fonttype": 42, "pdf.compression": 0, "svg.fonttype": "none"}):
        figure.savefig(tmp_path / "some.pdf")
        figure.savefig(tmp_path / "some.svg")
    assert b"(\0" in (tmp_path / "some.pdf").read_bytes()  # letters of two bytes
    assert "<text" in (tmp_path / "some.svg").read_text()


def test_a_notebook_shows_what_was_added_to_a_figure() -> None:
    figure = Picture(some())
    before = figure._repr_png_()
    figure.text(0.5, 0.5, "mine")
    assert figure._repr_png_() != before


# --- panels and legends ---------------------------------------------------------------------------


def test_rows_that_share_an_axis_name_it_once() -> None:
    x, other, y = axis.even(0.0, 10.0, "days"), axis.even(0.0, 10.0, "hours"), BARE
    rows = [[Panel(1.0, 6.0, 1.0, scale, y, [])] for scale in (x, x, other)]
    places, height = Info("", "", 8.0, rows).places()
    names = [[*part.x.names, part.x.label] for part, _ in places if isinstance(part, Panel)]
    assert [any(labels) for labels in names] == [False, True, True]
    tops = [top for _, top in places]
    assert tops == sorted(tops)
    assert height > tops[-1] + 1.0


def test_a_legend_names_each_style_once_in_as_many_lines_as_it_takes() -> None:
    styles = [Style(INK, f"name {n}", width=1.0) for n in range(9)]
    lines = [Line(style, [0, 1], [0, 1]) for style in (*styles, styles[0], Style(INK, width=1.0))]
    info = some(TITLE, *lines)
    assert info.legend.labels == [f"name {n}" for n in range(9)]
    assert Legend(styles, 2.0).height > 2 * Legend(styles, 8.0).height > 0
    assert Legend([], 8.0).height == 0
    names = [line for line in drawn(info).written if line.text.startswith("name")]
    assert len(names) == 9
    assert not any(one.overlaps(other) for one, other in itertools.combinations(names, 2))


# --- axes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scale", "names"),
    [
        (axis.even(0.0, 104.0), ["0", "20", "40", "60", "80", "100"]),
        (axis.even(-1.2, 0.1), ["−1.0", "−0.5", "0.0"]),
        (axis.even(0.0, 2.1, whole=True), ["0", "1", "2"]),
        (axis.even(5.0, 5.0), ["5.0", "5.2", "5.4", "5.6", "5.8", "6.0"]),
        (axis.even(0.0, 1.3e6), ["0", "500,000", "1,000,000"]),
        (axis.logarithmic(0.7, 30.0), ["1", "2", "5", "10", "20"]),
        (axis.logarithmic(100.0, 8000.0, times=True), ["2 min", "5 min", "10 min", "20 min",
                                                       "30 min", "1 h", "2 h"]),
        (axis.rows(["a", "b"]), ["a", "b"]),
    ],
)  # fmt: skip
def test_marks_are_at_round_numbers(scale: Scale, names: list[str]) -> None:
    assert list(scale.names) == names
    assert all(scale.covers(tick) for tick in scale.ticks)


@pytest.mark.parametrize(
    ("start", "days", "names", "label"),
    [
        (None, 9.5, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], "days since the start"),
        (START, 20.0, ["Dec 30\n2025", "Jan 1\n2026", "Jan 3"], ""),
        (START, 1.0, ["10:00\nDec 29, 2025", "12:00", "14:00"], ""),
        (START, 3.0, ["12:00\nDec 29, 2025", "00:00\nDec 30", "12:00"], ""),
        (START, 700.0, ["Jan\n2026", "Apr", "Jul"], ""),
    ],
)
def test_a_calendar_tells_the_year_once_and_the_day_where_it_begins(
    start: dt.datetime | None, days: float, names: list[str], label: str
) -> None:
    scale = axis.calendar(start, days * DAY)
    assert scale.names[: len(names)] == names
    assert scale.label == label
    assert len(scale.ticks) <= 12
    assert all(0 <= tick <= days * DAY for tick in scale.ticks)


@given(st.floats(1.0, 3000 * DAY), st.booleans())
def test_marks_of_a_calendar_are_few_and_inside(end: float, dated: bool) -> None:
    scale = axis.calendar(dt.datetime(2026, 3, 4, 9, 30) if dated else None, end)
    assert len(scale.ticks) == len(scale.names) <= 13
    assert all(0 <= tick <= end for tick in scale.ticks)


def test_marks_of_weeks_lie_on_mondays() -> None:
    scale = axis.calendar(dt.datetime(2026, 3, 4, 9, 30), 60 * DAY)
    assert scale.names[:3] == ["Mar 9\n2026", "Mar 16", "Mar 23"]


def test_a_calendar_may_begin_later() -> None:
    scale = axis.calendar(START, 20 * DAY, most=7, begin=18 * DAY)
    assert scale.names == ["12:00\nJan 16, 2026", "00:00\nJan 17", "12:00", "00:00\nJan 18"]
    assert scale.ticks[0] == 18 * DAY + 3 * HOUR


def test_names_along_an_axis_never_collide() -> None:
    scale = axis.logarithmic(600.0, 8 * HOUR, times=True)
    spaced = scale.spaced(2.0)
    assert 2 < len(spaced.names) < len(scale.names)
    ends = [
        (spaced.place(tick) * 2.0 - width / 2, spaced.place(tick) * 2.0 + width / 2)
        for tick, name in zip(spaced.ticks, spaced.names, strict=True)
        for width in [text_width(name, 10.0)]
    ]
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ends))
    assert scale.spaced(9.0) == scale


# --- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("places", [[1, 1.1, 9], [0, 0, 0, 0], [9.9, 10, 5], [5]])
def test_names_of_marks_overlap_neither_each_other_nor_the_edge(places: list[float]) -> None:
    shown = [Mark(place, f"P{n}  {place} days") for n, place in enumerate(places)]
    texts, height = marks.names(shown, axis.even(0.0, 10.0), 6.0)
    spans = [
        (text.at[0] * 6.0, text.at[0] * 6.0 + text_width(text.text, 10.0), text.shift[1])
        for text in texts
    ]
    for (left, right, row), (other_left, other_right, other_row) in itertools.combinations(
        spans, 2
    ):
        assert row != other_row or right < other_left or other_right < left
    assert all(-0.31 < left < right < 6.31 for left, right, _ in spans)
    assert all(row < 72 * height for *_, row in spans)


# --- colours --------------------------------------------------------------------------------------

SIGHT = {
    "all cones": np.eye(3),
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "tritanopia": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
"""Linear RGB as it is seen, after Machado, Oliveira and Fernandes (2009)."""
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: str, sight: str) -> NDArray[np.float64]:
    code = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.asarray(SIGHT[sight]) @ linear, 0, 1)
    x, y, z = (XYZ @ seen) / (XYZ @ np.ones(3))
    x, y, z = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_stay_apart_however_they_are_seen(sight: str) -> None:
    assert set(COLOURS) == set(Category)
    seen = [lab(colour, sight) for colour in COLOURS.values()]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 15


@pytest.mark.parametrize("colour", [*COLOURS.values(), NEUTRAL, "#808080", "white"])
def test_small_letters_are_read_on_every_colour(colour: str) -> None:
    """The least contrast that WCAG 2 asks of them at level AA."""
    assert contrast(ink_on(colour), colour) >= 4.5


@pytest.mark.parametrize("colour", [INK, NEUTRAL, REAL, FAN_LINE])
def test_letters_are_read_on_white(colour: str) -> None:
    assert contrast(colour, "white") >= 4.5


def test_contrast_is_that_of_black_on_white_at_most() -> None:
    assert contrast("black", "white") == pytest.approx(21.0)
    assert (
        contrast("#44AA99", "white") == contrast("white", "#44AA99") == pytest.approx(2.8, abs=0.05)
    )

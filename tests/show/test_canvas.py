"""What a canvas draws of each element, by the dots of the picture."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image as Dots

from simtrain.show.axis import BARE, Scale
from simtrain.show.canvas import Canvas
from simtrain.show.elements import Band, Bars, Element, Image, Line, Strokes, Text
from simtrain.show.figure import Info, Panel, draw
from simtrain.show.picture_file import save
from simtrain.show.png import DPI, write_png
from simtrain.show.style import Style
from tests.show.samples import Renderer, drawn

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

RED, BLUE, WHITE, BLACK = (255, 0, 0), (0, 0, 255), (255, 255, 255), (0, 0, 0)
LINE, AREA = Style("red", width=6.0), Style("red")
X, Y = Scale(0.0, 10.0), Scale(0.0, 4.0)


def info(*elements: Element, x: Scale = X, y: Scale = Y, frame: str = "") -> Info:
    """A panel of 5 by 2 inches, half an inch from the left of a picture without words."""
    return Info("", "", 6.0, [[Panel(0.5, 5.0, 2.0, x, y, elements, grid="", frame=frame)]])


class Seen:
    """A picture that was drawn, by places on the axes of its panel."""

    def __init__(self, shown: Info):
        file = BytesIO()
        write_png(shown, file)
        self.dots = np.asarray(Dots.open(file))
        [*_, (self.panel, self.top)] = shown.places()[0]

    def at(self, x: float, y: float) -> tuple[int, ...]:
        """Colour at a place in units of the axes."""
        right = 0.5 + 5.0 * self.panel.x.place(x)
        down = self.top + 2.0 * (1 - self.panel.y.place(y))
        return tuple(int(part) for part in self.dots[round(down * DPI), round(right * DPI)])

    @property
    def ink(self) -> NDArray[np.intp]:
        """Rows and columns of the dots that are not white, shape (2, n)."""
        return np.array(np.nonzero((self.dots < 255).any(axis=2)))


def test_a_curve_is_broken_where_a_point_is_no_number_and_ends_with_its_panel() -> None:
    seen = Seen(info(Line(LINE, [1, 3, np.nan, 5, 20], [2, 2, 2, 2, 2])))
    colours = [seen.at(x, 2) for x in (0.5, 2, 4, 7, 9.9, 10.5)]
    assert colours == [WHITE, RED, WHITE, RED, RED, WHITE]


def test_elements_without_anything_draw_nothing() -> None:
    line = Style("red", width=2.0, marker="o")
    none = (
        Line(line, [], []),
        Band(AREA, [], [], []),
        Bars(AREA, [], [], [], []),
        Strokes(LINE, [], [], [], []),
    )
    seen = Seen(info(*none, Line(line, [], np.empty((0, 3)))))
    assert seen.ink.size == 0


def test_columns_are_curves_of_their_own() -> None:
    seen = Seen(info(Line(LINE, [1, 9], [[1, 3], [1, 3]])))
    assert [seen.at(5, y) for y in (1, 2, 3)] == [RED, WHITE, RED]


def test_a_dashed_line_has_gaps() -> None:
    """A dash of four times its width and a gap of three, from its beginning on."""
    seen = Seen(info(Strokes(LINE._replace(dashed=True), 0, 2, 10, 2)))
    widths = np.arange(0.5, 14.0) * 6.0 / 72 * 2  # one is a twelfth of an inch, half an inch a unit
    is_ink = [seen.at(x, 2) == RED for x in widths]
    assert is_ink == [n % 7 < 4 for n in range(len(widths))]


@pytest.mark.parametrize(("hollow", "inside"), [(False, RED), (True, WHITE)])
def test_markers_alone_may_stick_out_of_the_panel(hollow: bool, inside: tuple[int, ...]) -> None:
    style = Style("red", width=0.0, marker="s", size=20, hollow=hollow)
    seen = Seen(info(Line(style, [5, 10], [2, 2])))
    assert [seen.at(x, 2) for x in (5, 7.5, 10.15)] == [inside, WHITE, inside]
    assert seen.ink[1].min() == pytest.approx((3.0 - 10.8 / 72) * DPI, abs=1.5)  # with half a rim


def test_a_band_is_left_out_where_an_end_is_no_number() -> None:
    nan = np.nan
    seen = Seen(info(Band(AREA, [0, 2, 4, 6, 8, 10], [1, 1, nan, 1, 1, 1], [3, 3, 3, 3, 3, nan])))
    assert [seen.at(x, 2) for x in (1, 3, 5, 7, 9)] == [RED, WHITE, WHITE, RED, WHITE]
    assert [seen.at(1, y) for y in (0.5, 1.5, 2.5, 3.5)] == [WHITE, RED, RED, WHITE]


def test_bars_have_their_own_colours_and_an_outline() -> None:
    seen = Seen(info(Bars(AREA, [1, 3, 5], 0, 2, [1, 2, 3], ["red", "blue", "red"])))
    assert [seen.at(x, 0.5) for x in (0.5, 2, 4, 6, 8)] == [WHITE, RED, BLUE, RED, WHITE]
    assert [seen.at(4, y) for y in (1.5, 2.5)] == [BLUE, WHITE]
    outlined = Seen(info(Bars(Style("red", edge="black"), 2, 1, 2, 2)))
    edges = np.array([outlined.at(x, 2) for x in np.linspace(1.97, 2.03, 9)])
    assert edges.sum(axis=1).min() < 100


def test_a_hatched_area_is_white_between_its_lines() -> None:
    seen = Seen(info(Bars(Style("red", hatch="////"), 2, 1, 6, 2)))
    within = {seen.at(x, y) for x in np.linspace(3, 7, 40) for y in (1.5, 2.0, 2.5)}
    assert {RED, WHITE} <= within


def test_what_a_logarithmic_axis_has_no_place_for_lies_below_it() -> None:
    y = Scale(1.0, 1e4, is_log=True)
    assert y.places([1.0, 100.0, 1e4]) == pytest.approx([0.0, 0.5, 1.0])
    assert y.places([0.0, -5.0]).max() < -30
    seen = Seen(info(Bars(AREA, 2, 0, 2, 100), y=y))
    assert [seen.at(3, value) for value in (1.1, 50, 200)] == [RED, RED, WHITE]


def test_an_axis_may_fall() -> None:
    y = Scale(4.0, 0.0)
    seen = Seen(info(Bars(AREA, 2, 0, 2, 1), y=y))
    assert [seen.at(3, value) for value in (0.5, 3.5)] == [RED, WHITE]
    assert seen.dots[round((seen.top + 0.2) * DPI), round(2.0 * DPI)].tolist() == [*RED]


QUARTERS = np.array([[[1, 0, 0], [1, 1, 1]], [[0, 0, 0], [0, 0, 1]]], dtype=float)


def test_an_image_fills_its_panel_from_the_top() -> None:
    seen = Seen(info(Image(QUARTERS)))
    colours = [seen.at(x, y) for y in (3.9, 2.1, 1.9, 0.1) for x in (0.1, 4.9, 5.1, 9.9)]
    assert colours == [RED, RED, WHITE, WHITE] * 2 + [BLACK, BLACK, BLUE, BLUE] * 2


def test_an_image_of_a_drawing_is_as_fine_as_that_of_a_png(tmp_path: Path) -> None:
    save(info(Image(QUARTERS)), tmp_path / "some.svg")
    text = (tmp_path / "some.svg").read_text()
    [tag] = re.findall(r"<image [^>]*>", text)
    [data] = re.findall(r"base64,([^\"]*)", tag)
    dots = np.asarray(Dots.open(BytesIO(base64.b64decode(data))).convert("RGB"))
    assert dots.shape[1] >= 5 * 100
    is_turned = "scale(1 -1)" in tag
    upper = dots[-1] if is_turned else dots[0]
    assert [tuple(upper[at].tolist()) for at in (0, -1)] == [RED, WHITE]


def test_words_may_be_read_upwards() -> None:
    along = Seen(info(x=Scale(0.0, 10.0, label="progress, % of the work")))
    upwards = Seen(info(y=Scale(0.0, 4.0, label="progress, % of the work")))
    (high, wide), (other_high, other_wide) = (np.ptp(one.ink, axis=1) for one in (along, upwards))
    assert wide > 5 * high
    assert other_high == pytest.approx(wide, abs=2)
    assert other_wide == pytest.approx(high, abs=2)
    assert upwards.ink[1].max() < 0.5 * DPI  # left of the panel


def test_a_box_hides_most_of_what_lies_below_words() -> None:
    elements = Bars(Style("black"), 0, 0, 10, 4), Text("    ", (5, 2), side="center", boxed=True)
    seen = Seen(info(*elements))
    assert seen.at(5, 2) == pytest.approx((204, 204, 204), abs=2)
    assert seen.at(8, 2) == BLACK


def test_grid_lines_lie_at_the_marks_below_all_else() -> None:
    x = X._replace(ticks=[2, 8], names=["", ""])
    shown = info(Bars(AREA, 7, 0, 2, 4), x=x)
    [[panel]] = shown.rows
    seen = Seen(replace(shown, rows=[[panel._replace(grid="x")]]))
    assert [seen.at(at, 2) == WHITE for at in (2, 5)] == [False, True]
    assert seen.at(8, 2) == RED


def test_words_are_on_top_and_bars_end_with_their_panel() -> None:
    seen = Seen(info(Text("█", (5, 2), size=30, side="center"), Bars(AREA, 0, 1, 12, 2)))
    assert seen.at(5, 2) == (34, 34, 34)
    assert [seen.at(at, 1.2) for at in (1, 9.9, 10.2)] == [RED, RED, WHITE]


@pytest.mark.parametrize(
    "element",
    [Line(LINE._replace(alpha=0.4), [1, 9], [2, 2]), Bars(AREA._replace(alpha=0.4), 1, 1, 8, 2)],
)
def test_what_is_pale_lets_the_paper_through(element: Element) -> None:
    assert Seen(info(element)).at(5, 2) == pytest.approx((255, 153, 153), abs=2)


def test_rectangles_that_are_drawn_from_their_upper_side_hide_none() -> None:
    seen = Seen(info(Bars(AREA, [1, 0], [0, 3], [2, 4], [2, -2])))
    assert seen.at(2, 1.5) == RED


def test_later_bars_lie_on_earlier_ones_whatever_their_colours() -> None:
    seen = Seen(info(Bars(AREA, 0, 0, [6, 4, 2], 4, ["red", "blue", "red"])))
    assert [seen.at(x, 2) for x in (1, 3, 5)] == [RED, BLUE, RED]


def test_very_many_strokes_are_all_drawn() -> None:
    x = np.linspace(0, 10, 2501)
    seen = Seen(info(Strokes(LINE, x, 0, x, 4)))
    assert all(seen.at(at, 2) == RED for at in np.linspace(0.1, 9.9, 200))


def test_words_at_no_place_and_an_empty_range_are_no_error() -> None:
    elements = Text("a", (np.nan, 1)), Text("b", (np.inf, 1)), Text("c", (5, 1))
    assert [line.text for line in drawn(info(*elements)).written] == ["c"]
    logarithmic = Scale(1.0, 100.0, [0, 10], ["never", "10"], is_log=True)
    assert [line.text for line in drawn(info(Text("x", (5, 1)), y=logarithmic)).written] == [
        "x", "10",
    ]  # fmt: skip
    assert Scale(3.0, 3.0).place(3.0) == 0.0


def test_a_renderer_whose_heights_grow_upwards_has_words_at_the_same_place() -> None:
    class Upwards(Renderer):
        def flipy(self) -> bool:
            return False

        def draw_text(self, gc: Any, x: Any, y: Any, *what: Any, **more: Any) -> None:
            super().draw_text(gc, x, self.height - y, *what, **more)

    shown = info(Text("a", (2, 1)), Text("b", (5, 3), size=14, level="top"))
    width, height = shown.width, shown.places()[1]
    one, other = Renderer(width, height), Upwards(width, height)
    for renderer in (one, other):
        draw(shown, Canvas(renderer, DPI))
    assert len(one.written) == 2
    for line, upwards in zip(one.written, other.written, strict=True):
        assert line[1:] == pytest.approx(upwards[1:])


def test_digits_stand_at_their_marks_and_beside_their_lines() -> None:
    scale = Scale(0.0, 4.0, [1, 3], ["10", "30"])
    shown = info(Line(Style("red", "1234", width=2.0), [0, 10], [2, 2]), y=scale, frame="l")
    (legend, from_top), (panel, top) = shown.places()[0]
    height, written = shown.places()[1], {line.text: line for line in drawn(shown).written}
    bottom = height - top - panel.height
    for name, at in (("10", 1), ("30", 3)):
        line = written[name]
        assert (line.bottom + line.top) / 2 == pytest.approx(bottom + 2.0 * at / 4, abs=0.008)
        assert line.right == pytest.approx(0.5 - 7 / 72, abs=0.01)
    line = written["1234"]
    assert (line.bottom + line.top) / 2 == pytest.approx(
        height - from_top - legend.height / 2, abs=0.008
    )


def test_a_label_stands_at_the_end_of_the_depth_of_its_axis() -> None:
    x = Scale(0.0, 10.0, [5], ["five"], "label")
    shown = info(x=x, frame="b")
    _, (panel, top) = shown.places()[0]
    [name, label] = drawn(shown).written
    bottom = shown.places()[1] - top - panel.height
    assert bottom - 0.1 - 10 / 72 < name.bottom < name.top < bottom - 0.09
    assert bottom - x.depth < label.bottom < label.top < name.bottom


def test_axes_are_where_they_are_asked_for() -> None:
    scale = Scale(0.0, 10.0, [0, 5, 10, 11], ["a", "b", "c", "beyond"])
    for frame, sides in (("", ""), ("b", "b"), ("lb", "lb"), ("r", "r")):
        seen = Seen(info(x=X._replace(ticks=[5], names=[""]), y=BARE, frame=frame))
        edges = {
            "l": seen.at(0.0, 0.5), "r": seen.at(10.0, 0.5), "b": seen.at(2.0, 0.0),
            "t": seen.at(2.0, 1.0),
        }  # fmt: skip
        assert {side for side, colour in edges.items() if colour != WHITE} == {*sides}
    assert [(share, name) for share, name in scale.marks()] == [(0.0, "a"), (0.5, "b"), (1.0, "c")]

"""What a picture shows, computed without a canvas, and the one way to draw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

from simtrain.show import marks, words
from simtrain.show.axis import BARE
from simtrain.show.canvas import Box, settings
from simtrain.show.colours import INK, NEUTRAL
from simtrain.show.elements import Text, named_styles
from simtrain.show.frame import Frame
from simtrain.show.legend import Legend
from simtrain.show.letters import shortened, text_width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from simtrain.scenario.scenario import Scenario
    from simtrain.show.axis import Scale
    from simtrain.show.canvas import Canvas
    from simtrain.show.elements import Element
    from simtrain.show.marks import Mark
    from simtrain.show.style import Style
    from simtrain.tables.results import Results

_MARGIN, _TOP = 0.16, 0.66
"""Room left and right of the headline, and height of it, in inches."""
_LINE = 0.19
"""Height of a line above a panel, in inches."""
_LONGEST_TITLE = 72


class Words(NamedTuple):
    """A line of words above a panel."""

    text: str
    size: float = 8.5
    colour: str = INK
    bold: bool = False


class Panel(NamedTuple):
    """Axes with what is drawn there.

    Parameters
    ----------
    left, width, height
        Their place from the left of the picture and their size, in inches.
    x, y
        What lies along them.
    elements
        What is drawn, the lowest first.
    marks
        Lines across it with their names above.
    words
        Lines above it.
    grid
        The axes, "x" and "y", whose marks have lines across the panel.
    frame
        The sides, "l", "b" and "r", that have a line and marks.
    """

    left: float
    width: float
    height: float
    x: Scale
    y: Scale
    elements: Sequence[Element]
    marks: Sequence[Mark] = ()
    words: Sequence[Words] = ()
    grid: str = "y"
    frame: str = "lb"

    @property
    def above(self) -> float:
        """Inches that its words take above it."""
        _, rows = marks.names(self.marks, self.x, self.width)
        return rows + _LINE * len(self.words) + (0.04 if self.words else 0.0)

    def draw(self, canvas: Canvas, top: float) -> None:
        """Draw it with the upper end of its axes so many inches from the bottom of the canvas."""
        box = Box(self.left, top - self.height, self.width, self.height)
        frame = Frame(canvas, box, self.x, self.y)
        names, _ = marks.names(self.marks, self.x, self.width)
        elements = [*self.elements, *marks.lines(self.marks, self.y), *names, *self._texts()]
        frame.draw_grid(self.grid)
        for element in sorted(elements, key=lambda one: isinstance(one, Text)):  # texts at last
            element.draw(frame)
        frame.draw_axes(self.frame)

    def _texts(self) -> Iterator[Text]:
        for row, line in enumerate(reversed(self.words)):
            shift = 0.0, 72 * (_LINE * (row + 0.5) + 0.04)
            yield Text(line.text, (0, 1), shift, "axes", line.colour, line.size, line.bold)


@dataclass(frozen=True, eq=False)
class Info:
    """What a picture shows.

    Parameters
    ----------
    title, subtitle
        What it says, as a sentence, and what it is about.
    width
        Its width in inches; its height follows.
    rows
        Panels side by side, or a legend, from top to bottom. Of rows that share their horizontal
        axis only the last one has its names.
    styles
        What the legend below the title names; by default all that has a name.
    """

    title: str
    subtitle: str
    width: float
    rows: Sequence[Sequence[Panel] | Legend]
    styles: Sequence[Style] | None = None

    @property
    def panels(self) -> list[Panel]:
        """All panels."""
        return [panel for row in self.rows if not isinstance(row, Legend) for panel in row]

    @property
    def legend(self) -> Legend:
        """The legend below the title."""
        styles = self.styles
        if styles is None:
            styles = named_styles(one for panel in self.panels for one in panel.elements)
        return Legend(styles, self.width - 2 * _MARGIN)

    def places(self) -> tuple[list[tuple[Panel | Legend, float]], float]:
        """All parts with their inches from the top, and the height of the picture."""
        places: list[tuple[Panel | Legend, float]] = [(self.legend, _TOP)]
        top = _TOP + self.legend.height + 0.1
        for row, below in zip_longest(self.rows, self.rows[1:]):
            if isinstance(row, Legend):
                places.append((row, top))
                top += row.height
                continue
            top += max(panel.above for panel in row)
            shared = not isinstance(below, Legend | None) and below[0].x is row[0].x
            for panel in row:
                shown = panel._replace(x=panel.x.unnamed()) if shared else panel
                places.append((shown, top))
            top += max(panel.height + (0.0 if shared else panel.x.depth) for panel in row) + 0.15
        return places, top


class Gallery(Mapping[str, Info]):
    """Pictures by the name of their file, each computed when it is first looked at."""

    def __init__(self, makers: Mapping[str, Callable[[], Info]]):
        self._makers = {name: cache(make) for name, make in makers.items()}

    def __getitem__(self, name: str) -> Info:
        return self._makers[name]()

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def draw(info: Info, canvas: Canvas) -> None:
    """Draw a picture on an empty canvas of its size.

    Letters of the title get smaller where it would leave the picture; what then is still too long
    is cut.
    """
    places, height = info.places()
    with settings():
        _write_headline(info, canvas, height)
        for part, top in places:
            part.draw(canvas, height - top)


def _write_headline(info: Info, canvas: Canvas, height: float) -> None:
    room = info.width - 2 * _MARGIN
    for text, below, largest, smallest, weight, colour in (
        (info.title, 0.14, 13.0, 9.5, "bold", INK),
        (info.subtitle, 0.44, 9.5, 8.0, "normal", NEUTRAL),
    ):
        wide = text_width(text, largest, weight)
        size = largest if wide <= room else max(smallest, largest * room / wide)
        shown, is_bold = shortened(text, room, size, weight), weight == "bold"
        canvas.text(shown, _MARGIN, height - below, size, colour, bold=is_bold, level="top")


def nothing(title: str, subtitle: str, why: str) -> Info:
    """Picture that says why there is none."""
    lines = "\n".join(words.paragraph(why, 70))
    text = Text(lines, (0.5, 0.5), colour=NEUTRAL, size=11, side="center")
    return Info(title, subtitle, 8.0, [[Panel(0.0, 8.0, 3.6, BARE, BARE, [text], frame="")]])


def about(scenario: Scenario, trials: str, seed: int, left_out: int = 0) -> str:
    """Line below a title: the scenario, how many trials, and how many of them are not shown."""
    parts = [words.cut(scenario.title or scenario.name, _LONGEST_TITLE), f"{trials}, seed {seed}"]
    parts += [f"{left_out:,} that did not finish left out"] if left_out else []
    return "  ·  ".join(parts)


def about_trials(results: Results) -> str:
    """The same for the trials of a run; where none finished, those that did not are shown."""
    cut = 0 if results.truncated.all() else int(results.truncated.sum())
    return about(results.scenario, words.count(results.trials, "trial"), results.seed, cut)

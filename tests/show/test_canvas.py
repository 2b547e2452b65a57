"""What a picture says stays within it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simtrain.show.figure import canvas, headline

if TYPE_CHECKING:
    from pathlib import Path

TITLE = "Best is checkpoint.interval = 2h: mean wall-clock 53.64 d"
LONG = f"{TITLE}, and a little more than fits"
FAR_TOO_LONG = LONG * 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "size", "whole"),
    [(TITLE, "full", True), (LONG, "smaller", True), (FAR_TOO_LONG, "smallest", False)],
)
def test_a_headline_stays_within_its_picture(
    title: str, size: str, whole: bool, tmp_path: Path
) -> None:
    with canvas(tmp_path / "some.png", 8.0, 3.0) as figure:
        headline(figure, title, f"{title}, {title}")
        above, below = figure.texts
        assert max(line.get_window_extent().x1 for line in (above, below)) <= 0.98 * 8.0 * 150
        points = float(above.get_fontsize())
        assert {13.0: "full", 9.5: "smallest"}.get(points, "smaller") == size
        assert (above.get_text() == title) == whole
        if not whole:
            assert above.get_text().endswith("…")
            assert title.startswith(above.get_text()[:-1])
            assert above.get_window_extent().width > 0.9 * 8.0 * 150

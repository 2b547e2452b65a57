"""The tour shows what its commands print, in shape."""

import pytest

from tests.children import Children
from tests.commands import output, quick
from tests.shapes import words
from tests.test_readme import ELSEWHERE, TOUR_SHOWN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "below"), [block for block in TOUR_SHOWN if block[0] not in ELSEWHERE]
)
def test_the_tour_shows_output_of_the_shape_of_today(
    children: Children, command: str, below: str
) -> None:
    assert words(output(children, quick(command))) == words(below)

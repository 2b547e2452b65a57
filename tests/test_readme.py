"""What pages show is what the commands print, and what the scenario of the README claims holds."""

import sys
from pathlib import Path

import pytest

import simtrain

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import console  # noqa: E402

PUBLISHED_DAYS = 55.69


@pytest.mark.parametrize(
    ("command", "below"),
    [block for page in console.PAGES for block in console.shown(page.read_text("utf-8"))],
)
def test_pages_show_real_output(command, below):
    assert console.output(command) == below


def test_opt_lands_within_a_quarter_of_the_published_wall_clock():
    """The median of 300 trials has a standard error of about 0.2 days, 2 % of the margin."""
    results = simtrain.run(simtrain.load("opt175b.toml"), trials=300, seed=1)
    assert results.summary()["metrics"]["wall_clock_s"]["p50"] / 86400 == pytest.approx(
        PUBLISHED_DAYS, rel=0.25
    )

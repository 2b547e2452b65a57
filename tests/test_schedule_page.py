"""The page on when to run: its scenario is that of its commands, its profile that of its formula.

What its commands print is held against them with all pages, in `test_readme.py`.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from simtrain.scenario.hourly import Hourly
from simtrain.scenario.load import load
from tests.scenario.valid import written

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def profile() -> ModuleType:
    spec = importlib.util.spec_from_file_location("profile_of_docs", DOCS / "profile.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_scenario_it_shows_is_that_of_its_commands(tmp_path: Path) -> None:
    text = (DOCS / "schedule.md").read_text("utf-8").partition("```toml\n")[2].partition("```")[0]
    shown = load(written(tmp_path, text))
    kept = load(DOCS / "scenarios" / "grid.toml")
    assert shown.sha256 == kept.sha256
    assert kept.carbon is not None
    assert isinstance(kept.carbon.intensity, Hourly)
    assert len(kept.carbon.intensity.values) == 8760


def test_the_packaged_profile_is_what_its_formula_makes(profile: ModuleType) -> None:
    assert profile.FILE.read_text("utf-8") == profile.text()
    assert min(profile.intensity(day, hour + 0.5) for day in range(365) for hour in range(24)) > 0


def test_the_profile_has_a_duck_s_back_in_summer_and_its_neck_in_the_evening(
    profile: ModuleType,
) -> None:
    """The mean day of July: least at noon, most in the evening; winter is dirtier than summer."""
    july = [
        sum(profile.intensity(day, hour + 0.5) for day in range(181, 212)) for hour in range(24)
    ]
    assert july.index(min(july)) in (11, 12, 13)
    assert july.index(max(july)) in (18, 19, 20)
    january, summer = (
        sum(profile.intensity(day, hour + 0.5) for day in days for hour in range(24))
        for days in (range(31), range(181, 212))
    )
    assert january > 1.2 * summer

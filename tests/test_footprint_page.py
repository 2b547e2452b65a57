"""The page on energy, carbon and money: its tables are those of a scenario.

What its commands print is held against them with all pages, in `test_readme.py`.
"""

from pathlib import Path

from simtrain.scenario.load import load
from tests.scenario.valid import written

PAGE = (Path(__file__).parent.parent / "docs/footprint.md").read_text("utf-8")


def test_its_tables_are_those_of_a_scenario(tmp_path: Path) -> None:
    tables = PAGE.partition("```toml\n")[2].partition("```")[0]
    paid = load(written(tmp_path, f'extends = "gpt3-175b.toml"\n{tables}'))
    assert paid.carbon is not None
    assert paid.price is not None
    assert paid.price.energy is not None

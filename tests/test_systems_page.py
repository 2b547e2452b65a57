"""docs/systems.md shows what its command prints, and its tables what the files say."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from simtrain import theory
from simtrain.questions.question import ask
from simtrain.questions.scenarios import SystemsQuestion
from tests.shapes import shape

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import console  # noqa: E402
import systems  # noqa: E402

PAGE = (ROOT / "docs/systems.md").read_text("utf-8")
TOUR = (ROOT / "docs/tour.md").read_text("utf-8")
COMMAND = "simtrain scenarios"
QUICK = ("gpt3-175b", "macaw-11b", "t5-11b")
"""Systems whose trials take no time."""


def quick_lines(text: str) -> list[str]:
    """Lines of the tables that are about some systems, without their marks."""
    lines = re.sub(r" \(?!\)?$", "", text, flags=re.MULTILINE).splitlines()
    rows, inside = [], False
    for line in lines:
        inside = line.startswith(QUICK) or (inside and line.startswith("  "))
        rows += [line] if inside else []
    return rows


def test_its_tables_are_of_the_shape_of_today() -> None:
    of_all = systems.systems()
    found = ask(SystemsQuestion({name: of_all[name] for name in QUICK}, trials=2), jobs=1)
    printed = quick_lines(found.report())
    shown = dict(console.shown(PAGE))[COMMAND]
    assert len(printed) >= 8
    assert shape("\n".join(quick_lines(shown))) == shape("\n".join(printed))


def test_every_system_has_its_row_and_its_paragraph() -> None:
    shown = dict(console.shown(PAGE))[COMMAND]
    in_tour = "".join(text for command, text in console.shown(TOUR) if COMMAND in command)
    for name in systems.systems():
        row = re.compile(rf"^{name}\*?( \(unofficial\))? +[0-9,]+ ", re.MULTILINE)
        assert row.search(shown)
        assert row.search(in_tour)
        assert f"[{_link(name)}](../scenarios/{name}.toml)**" in PAGE


def _link(name: str) -> str:
    [title] = re.findall(rf"\*\*\[(.+?)\]\(../scenarios/{name}.toml\)", PAGE)
    return str(title)


def test_what_is_not_reproduced_is_as_in_the_files() -> None:
    assert systems.not_reproduced() in PAGE


def test_the_arithmetic_of_the_page() -> None:
    attention = 12 * 118 * 12288 * 2048
    flops = (6 * 540.35e9 + attention) * 780e9
    assert flops == pytest.approx(2.56e24, rel=5e-3)
    hours = flops / (0.462 * 275e12 * 6144) / 3600
    gpt4_mfu = [2.15e25 / (25_000 * 312e12 * 86_400 * days) for days in (100, 90)]
    llama_hours = 3.8e25 / 400e12 / 3600 / 1e6
    for text in (
        f"takes {hours:.0f} hours on two pods",
        f"worth {1200 + 336 / 2:,.0f}",
        f"are {100 * gpt4_mfu[0]:.0f} to {100 * gpt4_mfu[1]:.0f} %",
        f"are {63e6 / 25_000 / 24:.0f} days",
        f"all of the work is {llama_hours:.1f} million",
        f"{100 * llama_hours / 30.84:.0f} % of those that were used",
        f"the {8930 / (30.84e6 * 700) * 1e9:.0f} g for each kilowatt-hour",
    ):
        assert text in " ".join(PAGE.split()), text
    best = [theory.daly_interval(5, mtbf) for mtbf in (1440, 360, 15)]
    assert f"{best[0]:.1f}, {best[1]:.1f} and {best[2]:.1f} min by the formula" in PAGE


def test_every_column_is_described() -> None:
    of_all = systems.systems()
    found = ask(SystemsQuestion({"t5-11b": of_all["t5-11b"]}, trials=1), jobs=1)
    described = (ROOT / "docs/columns.md").read_text("utf-8").partition("## The systems")[2]
    for name, columns in found.tables.items():
        table = described.partition(f"| column of `{name}.csv`")[2].partition("\n\n")[0]
        assert [*columns] == re.findall(r"`(\w+)`", "".join(re.findall(r"^\| .*?\|", table, re.M)))

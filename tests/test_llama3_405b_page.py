"""docs/llama3-405b.md says what the scenario holds, and its tables what is simulated."""

import re
import sys
from pathlib import Path

import pytest

import simtrain
from simtrain.validation.memoryless import GROWN
from tests.test_opt175b_page import cells

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import exact  # noqa: E402
import tables  # noqa: E402

PAGE = (ROOT / "docs" / "llama3-405b.md").read_text("utf-8")
LLAMA = simtrain.load("llama3-405b.toml")


def test_every_table_has_one_place_in_the_pages() -> None:
    places = [
        match[2]
        for page in tables.PAGES
        for match in tables._MARKED.finditer(page.read_text(encoding="utf-8"))
    ]
    assert sorted(places) == sorted(tables.TABLES)


def test_the_arithmetic_of_the_page() -> None:
    days, planned = LLAMA.workload.window.mean / 86_400, 47
    counts = [row.value for row in LLAMA.published if row.cause is not None]
    unexpected = sum(counts)
    for text in (
        f"{unexpected + planned:.0f} interruptions",
        f"{unexpected / days:.2f}; {24 * days / unexpected:.2f} h",
        f"{0.1 * days * 1440 / (unexpected + planned):.1f}",
        f"148 of {unexpected:.0f} are {100 * counts[0] / unexpected:.1f} %",
        f"1 − 3/{unexpected:.0f} = {1 - 3 / unexpected:.4f}",
        f"one in {50 * 24 / planned:.1f} h",
    ):
        assert text in " ".join(PAGE.split())
    assert {fault.automatic.mean for fault in LLAMA.fault.values()} == {0.9928}


def test_what_is_not_published_is_assumed_and_has_a_source() -> None:
    kinds = {path: source for path, source in LLAMA.sources.items() if source.published}
    assert all(not path.startswith(("fault", "detection", "checkpoint")) for path in kinds)
    for key, *_ in LLAMA.unknown:
        kind = "calibrated" if key.startswith("restart.duration") else "assumed"
        assert LLAMA.source_of(key) == kind, key


def test_the_table_of_the_formula_has_a_row_for_each_job() -> None:
    rows = cells(exact.ettr(factor=0.2))
    assert [row[1] for row in rows] == [f"{one.accelerators:,}" for one in GROWN]
    for row, one in zip(rows, GROWN, strict=True):
        assert float(row[4]) == pytest.approx(one.cost, abs=5e-4)
        assert float(row[5].replace("−", "-")) == pytest.approx(one.formula, abs=5e-5)
        assert float(row[6]) == pytest.approx(one.exact, abs=5e-5)
        mean, half = map(float, re.findall(r"[\d.]+", row[7]))
        assert mean == pytest.approx(one.exact, abs=2 * half + 1e-4)


@pytest.mark.slow
def test_the_best_interval_of_a_sweep_is_not_to_be_told_from_the_exact_one() -> None:
    for row in cells(exact.optimum(trials=20)):
        exactly = float(row[3].split()[0])
        least, most = (float(text.split()[0]) for text in row[5].split(" to "))
        assert least <= exactly <= most


def test_all_exact_results_are_in_the_table_at_a_glance(monkeypatch: pytest.MonkeyPatch) -> None:
    few = [one for one in exact.RESULTS if one.name in ("faultless", "calendar")]
    monkeypatch.setattr(exact, "RESULTS", tuple(few))
    rows = cells(exact.agreement(factor=0.05))
    assert [row[0] for row in rows] == [one.title for one in few]
    assert rows[0][2:] == ["equal", "of any size"]
    assert float(rows[1][2]) < 4

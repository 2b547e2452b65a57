from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from simtrain.sampling.code import _ROOT, _sources, fingerprint
from tests.test_layers import MODULES, inside


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Package of the same sources."""
    return Path(shutil.copytree(_ROOT, tmp_path / "simtrain"))


def test_the_same_sources_elsewhere_are_the_same_code(copied: Path) -> None:
    (copied / "engine" / "__pycache__").mkdir(exist_ok=True)
    (copied / "engine" / "__pycache__" / "job.pyc").write_bytes(b"made from it")
    (copied / "show" / "page.py").unlink()
    (copied / "engine" / "job.py").write_bytes(
        (copied / "engine" / "job.py").read_bytes().replace(b"\n", b"\r\n")
    )
    assert fingerprint(copied) == fingerprint()


@pytest.mark.parametrize("change", ["edit", "rename", "add", "remove"])
def test_any_change_of_a_source_is_another_code(copied: Path, change: str) -> None:
    file = copied / "engine" / "job.py"
    if change == "edit":
        file.write_text(file.read_text() + "\n")
    elif change == "rename":
        file.rename(file.with_name("jobs.py"))
    elif change == "add":
        file.with_name("jobs.py").touch()
    else:
        file.unlink()
    assert fingerprint(copied) != fingerprint()


def test_every_module_that_a_trial_can_reach_counts() -> None:
    reached: set[str] = set()
    left = ["sampling.points", "sampling.store"]
    while left:
        name = left.pop()
        if name not in reached:
            reached.add(name)
            left += inside(name)
    assert {MODULES[name] for name in reached} <= set(_sources(_ROOT))

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import pytest

from simtrain.cli.files import whole_file
from simtrain.cli.outputs import progress_bar
from simtrain.errors import OutputError


@pytest.fixture
def here(folder: Path) -> Path:
    for file in folder.iterdir():
        file.unlink()
    return folder


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*"))


def test_a_file_is_there_once_it_is_whole(here: Path) -> None:
    with whole_file(here / "a" / "b.txt") as draft:
        draft.write_text("half")
        assert not (here / "a" / "b.txt").exists()
        draft.write_text("whole")
    assert names(here) == ["a", "a/b.txt"]
    assert (here / "a" / "b.txt").read_text() == "whole"


def test_a_file_that_fails_leaves_the_old_one(here: Path) -> None:
    (here / "b.txt").write_text("old")
    with pytest.raises(OutputError, match=r"cannot write .*b.txt: no space"):
        write_half(here / "b.txt")
    assert names(here) == ["b.txt"]
    assert (here / "b.txt").read_text() == "old"


def write_half(path: Path) -> None:
    with whole_file(path) as draft:
        draft.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_does_not_take_the_place_of_a_folder(here: Path) -> None:
    (here / "b").mkdir()
    with pytest.raises(OutputError, match="is a folder"), whole_file(here / "b"):
        pytest.fail("there is a folder of that name")
    assert names(here) == ["b"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("waited_s", "shown"), [(0.4, False), (0.6, True)])
def test_the_bar_appears_to_a_person_who_waits(monkeypatch, waited_s: float, shown: bool) -> None:
    now = [1000.0]
    monkeypatch.setattr("tqdm.std.time", lambda: now[0])
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(10, quiet=False) as progress:
        assert progress is not None
        progress(1)
        assert sys.stderr.getvalue() == ""
        now[0] += waited_s
        progress(1)
        assert ("2/10" in sys.stderr.getvalue()) is shown


def test_no_bar_without_a_terminal_or_if_quiet(monkeypatch) -> None:
    with progress_bar(10, quiet=False) as progress:
        assert progress is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(10, quiet=True) as progress:
        assert progress is None

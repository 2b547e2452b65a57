from __future__ import annotations

import errno
import io
import sys
import time
from pathlib import Path

import pytest

from simtrain.cli.files import LAST, whole_file, whole_folder
from simtrain.cli.words import progress_bar
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


def test_a_folder_is_there_once_it_is_whole(here: Path) -> None:
    with whole_folder(here / "a" / "out") as draft:
        (draft / "one").touch()
        assert not (here / "a" / "out").exists()
    assert names(here) == ["a", "a/out", "a/out/one"]


def test_a_folder_that_fails_leaves_nothing(here: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_in(here / "a" / "b" / "out")
    assert names(here) == []


def test_a_failure_keeps_folders_that_others_use(here: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        fail_in(here / "a" / "b" / "out", here / "a" / "theirs")
    assert names(here) == ["a", "a/theirs"]


def fail_in(path: Path, *others: Path) -> None:
    with whole_folder(path) as draft:
        (draft / "one").touch()
        for other in others:
            other.touch()
        raise ZeroDivisionError


def test_the_mark_of_a_whole_folder_comes_last(here: Path, monkeypatch) -> None:
    moved: list[str] = []
    rename = Path.rename
    monkeypatch.setattr(Path, "rename", lambda f, t: moved.append(f.name) or rename(f, t))
    (here / "out").mkdir()
    with whole_folder(here / "out") as draft:
        for name in (LAST, "a", "z"):
            (draft / name).touch()
    assert moved[-1] == LAST
    assert names(here / "out") == ["a", LAST, "z"]


def test_a_folder_that_appears_meanwhile_is_not_overwritten(here: Path) -> None:
    with pytest.raises(OutputError, match="not empty"):
        lose_the_race(here / "out")
    assert names(here) == ["out", "out/theirs"]


def lose_the_race(path: Path) -> None:
    with whole_folder(path) as draft:
        (draft / "ours").touch()
        path.mkdir()
        (path / "theirs").touch()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_appears_to_a_person_who_waits(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(10, quiet=False) as progress:
        assert progress is not None
        progress(1)
        assert sys.stderr.getvalue() == ""
        time.sleep(0.6)
        progress(1)
        assert "2/10" in sys.stderr.getvalue()


def test_nobody_is_bothered_by_a_bar_that_ends_at_once(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(10, quiet=False) as progress:
        assert progress is not None
        progress(10)
    assert sys.stderr.getvalue() == ""


def test_no_bar_without_a_terminal_or_if_quiet(monkeypatch) -> None:
    with progress_bar(10, quiet=False) as progress:
        assert progress is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(10, quiet=True) as progress:
        assert progress is None

"""Results of workers come by file: all of them, of any size, and no file is left."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from simtrain.errors import WorkerError
from simtrain.sampling.executors import processes
from simtrain.sampling.handover import _left_in_file, folder_of_results, spread_by_files


def many(number: int) -> bytes:
    return bytes([number]) * 200_000


def nothing(number: int) -> int:
    return number


def dies_once(place: Path) -> str:
    """Leave half a file, and die, the first time."""
    if not place.exists():
        place.touch()
        os._exit(9)
    return "done"


@pytest.mark.usefixtures("children")
def test_results_larger_than_a_pipe_holds_come_whole() -> None:
    folder = folder_of_results()
    assert folder is not None
    found = sorted(spread_by_files(folder, many, range(6), 2, processes))
    assert found == [many(number) for number in range(6)]
    assert not Path(folder.name).exists()


@pytest.mark.usefixtures("children")
def test_what_a_worker_did_that_died_is_done_again(tmp_path: Path) -> None:
    folder = folder_of_results()
    assert folder is not None
    assert list(spread_by_files(folder, dies_once, [tmp_path / "there"], 2, processes)) == ["done"]


@pytest.mark.usefixtures("children")
def test_a_question_that_is_given_up_leaves_no_file() -> None:
    folder = folder_of_results()
    assert folder is not None
    results = spread_by_files(folder, many, range(50), 2, processes)
    next(results)
    results.close()
    assert not Path(folder.name).exists()


def test_no_room_is_one_message(tmp_path: Path) -> None:
    with pytest.raises(WorkerError, match=r"cannot leave its results .* TMPDIR"):
        _left_in_file(str(tmp_path / "gone"), nothing, 1)


def test_without_a_place_for_temporary_files_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    assert folder_of_results() is None

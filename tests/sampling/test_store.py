from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

import simtrain
from simtrain.errors import OutputError
from simtrain.sampling import points, store
from simtrain.sampling.batch import Batch, Chunk, Work
from simtrain.sampling.points import simulate_points
from simtrain.sampling.store import Shelf, Store, gaps
from simtrain.sampling.worker import simulate
from simtrain.scenario.scenario import Scenario


@pytest.fixture
def kept(tmp_path: Path, scenario: Scenario) -> Shelf:
    kept = Store(tmp_path / "kept", "test")
    kept.begin([scenario], 0)
    return kept.shelf(scenario)


def simulated(scenario: Scenario, trials: range) -> Batch:
    return simulate(Chunk(Work.of(scenario, 0), 0, trials))


def files(kept: Shelf) -> list[str]:
    return sorted(file.name.rpartition("-")[0] for file in kept.folder.iterdir())


def same(one: Batch, other: Batch) -> bool:
    return one.trials == other.trials and all(
        np.array_equal(mine, theirs, equal_nan=mine.dtype == float)
        for mine, theirs in zip(one[2:7], other[2:7], strict=True)
    )


def test_a_batch_comes_back_as_it_was(kept: Shelf, scenario: Scenario) -> None:
    batch = simulated(scenario, range(3, 9))
    kept.keep(batch)
    [back] = kept.batches(simulated(scenario, range(20)))
    assert same(back, batch)
    assert back.took_s == batch.took_s


def test_of_a_batch_what_is_wanted_comes_back(kept: Shelf, scenario: Scenario) -> None:
    batch = simulated(scenario, range(8))
    kept.keep(batch)
    kept.keep(simulated(scenario, range(8, 9)))
    [back] = kept.batches(simulated(scenario, range(5)))
    assert same(back, batch.part(range(5)))


def test_any_damage_to_a_file_is_known(kept: Shelf, scenario: Scenario) -> None:
    batch = simulated(scenario, range(2))
    kept.keep(batch)
    [file] = kept.folder.iterdir()
    whole = file.read_bytes()
    for place in range(0, len(whole), 7):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 16]) + whole[place + 1 :])
        assert list(kept.batches(batch)) == []
        file.write_bytes(whole[:place])
        assert list(kept.batches(batch)) == []
    file.write_bytes(whole)
    assert len(list(kept.batches(batch))) == 1


def test_a_file_that_was_moved_counts_for_nothing(kept: Shelf, scenario: Scenario) -> None:
    """Neither to trials that it does not have, nor to others, nor to those of another scenario."""
    batch = simulated(scenario, range(4))
    file = kept.keep(batch)
    checksum = file.name.rpartition("-")[2]
    other = Shelf(kept.folder.with_name("other"))
    other.folder.mkdir()
    shutil.copy(file, other.folder)
    assert list(other.batches(batch)) == []
    whole = simulated(scenario, range(60))
    for place in ("0-60", "0-2", "4-8"):
        file = file.rename(file.with_name(f"{place}-{checksum}"))
        assert list(kept.batches(whole)) == []
    file.rename(file.with_name(f"0-4-{checksum}"))
    assert [batch.trials for batch in kept.batches(whole)] == [range(4)]


def test_what_is_no_file_counts_for_nothing(kept: Shelf, scenario: Scenario) -> None:
    whole = simulated(scenario, range(3))
    for trial in range(3):
        kept.keep(whole.part(range(trial, trial + 1)))
    (kept.folder / "0-1-00000000.npz").mkdir()
    (kept.folder / "1-2-00000000.npz").symlink_to("nowhere")
    assert sum(len(batch.trials) for batch in kept.batches(whole)) == 3
    kept.settle(whole)
    assert files(kept) == ["0-1", "0-3", "1-2"]


def test_a_file_that_cannot_be_read_counts_for_nothing(
    kept: Shelf, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(file: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    batch = simulated(scenario, range(3))
    kept.keep(batch)
    monkeypatch.setattr(Path, "read_bytes", fails)
    assert list(kept.batches(batch)) == []


def test_a_manifest_that_is_a_folder_is_reported(tmp_path: Path, scenario: Scenario) -> None:
    (tmp_path / store.MANIFEST).mkdir()
    with pytest.raises(OutputError) as refusal:
        Store(tmp_path, "test").begin([scenario], 0)
    assert str(refusal.value) == f"{tmp_path / store.MANIFEST} cannot be read; name a new folder"


def test_a_file_is_on_disk_before_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a machine that goes down may leave an empty file of that name."""
    file = tmp_path / "file"
    synced: list[bytes] = []

    def fsync(number: int) -> None:
        assert not file.exists()
        synced.append(os.pread(number, 100, 0))

    monkeypatch.setattr(os, "fsync", fsync)
    store.write_whole(file, b"content")
    assert synced == [file.read_bytes()] == [b"content"]


@pytest.mark.parametrize("step", ["write_bytes", "replace"])
def test_of_a_file_that_cannot_be_written_nothing_is_left(
    kept: Shelf, scenario: Scenario, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(file: Path, words: bytes | Path) -> None:
        file.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, step, full)
    with pytest.raises(OutputError, match=r"^cannot write .*: no space left on device$"):
        kept.keep(simulated(scenario, range(3)))
    assert files(kept) == []


def test_many_files_become_few(
    kept: Shelf, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_SETTLED_TRIALS", 4)
    whole = simulated(scenario, range(10))
    for trial in range(12):
        kept.keep(simulated(scenario, range(trial, trial + 1)))
    kept.settle(whole)
    assert files(kept) == ["0-4", "10-11", "11-12", "4-8", "8-10"]  # others ask for 10 and 11
    back = sorted(kept.batches(whole), key=lambda batch: batch.trials.start)
    assert all(same(batch, whole.part(batch.trials)) for batch in back)
    assert sum(batch.took_s for batch in back) == pytest.approx(whole.took_s)


def test_a_file_that_is_written_once_more_is_not_taken_for_an_old_one(
    kept: Shelf, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_packed", lambda batch: b"the same content")
    whole = simulated(scenario, range(3))
    kept.keep(whole)
    kept.keep(whole.part(range(1)))
    kept.settle(whole)
    assert files(kept) == ["0-3"]


def test_what_is_known_of_a_points_speed_outlives_the_process(
    tmp_path: Path, scenario: Scenario
) -> None:
    def trial_s() -> float:
        kept = Store(tmp_path / "kept", "test")
        kept.begin([scenario], 0)
        [point] = simulate_points([scenario], range(30), jobs=1, store=kept)
        return point.trial_s

    first = trial_s()
    assert first > 0
    assert trial_s() == pytest.approx(first)


def test_a_run_from_python_goes_on(
    tmp_path: Path, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []
    monkeypatch.setattr(points, "_STEP_S", 0.0)
    simtrain.run(scenario, trials=5, jobs=1, store=Store(tmp_path / "kept", "run"))
    more = simtrain.run(
        scenario, trials=8, jobs=1, store=Store(tmp_path / "kept", "run"), progress=counts.append
    )
    assert counts == [5, 1, 1, 1]
    assert more.to_json() == simtrain.run(scenario, trials=8, jobs=1).to_json()


@pytest.mark.parametrize(
    ("there", "missing"),
    [
        ([], [range(10)]),
        ([range(10)], []),
        ([range(2, 4)], [range(2), range(4, 10)]),
        ([range(6, 10), range(3), range(1, 4)], [range(4, 6)]),
        ([range(8), range(2, 4)], [range(8, 10)]),
    ],
)
def test_gaps(there: list[range], missing: list[range]) -> None:
    assert list(gaps(range(10), there)) == missing


def test_gaps_of_later_trials() -> None:
    assert list(gaps(range(5, 10), [range(7, 8)])) == [range(5, 7), range(8, 10)]
    assert list(gaps(range(5, 10), [])) == [range(5, 10)]

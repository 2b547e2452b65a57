"""Compiled code is kept where one may write, for as long as its sources stay the same."""

from collections.abc import Iterator
from pathlib import Path

import numba
import pytest

from simtrain.compiled import caching
from simtrain.compiled.caching import folder_of_code, kernel


@pytest.fixture(autouse=True)
def anew() -> Iterator[None]:
    folder_of_code.cache_clear()
    yield
    folder_of_code.cache_clear()


def test_code_is_kept_in_the_first_folder_that_can_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(caching, "_places", lambda: [file, tmp_path / "kept"])
    double = kernel(lambda x: 2.0 * x)
    assert double(1.5) == 3.0
    assert list((tmp_path / "kept").rglob("*.nbc"))
    assert not numba.config.CACHE_DIR or "kept" not in numba.config.CACHE_DIR


def test_code_is_compiled_where_nothing_can_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(caching, "_places", lambda: [file])
    assert folder_of_code() is None
    assert kernel(lambda x: 2.0 * x)(1.5) == 3.0


def test_the_folder_is_another_one_once_a_source_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "model" / "response.py"
    source.parent.mkdir()
    source.write_text("1")
    monkeypatch.setattr(caching, "PACKAGE", tmp_path)
    monkeypatch.setattr(caching, "_places", lambda: [tmp_path / "kept"])
    before = folder_of_code()
    folder_of_code.cache_clear()
    assert folder_of_code() == before
    source.write_text("2")
    folder_of_code.cache_clear()
    assert folder_of_code() != before


def test_a_place_that_numba_was_told_of_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    folder = folder_of_code()
    assert folder is not None
    assert folder.parent == tmp_path / "simtrain"

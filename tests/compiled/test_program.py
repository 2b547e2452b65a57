"""The compiled engine as one program: what it is made of, where it is kept, and when it fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simtrain.compiled import accounts, building, caching, program
from simtrain.compiled.caching import folder_of_code, read, write
from simtrain.compiled.routines import ROUTINES
from simtrain.errors import InputError

assert accounts  # which brings all routines


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let there be no place where code can be kept."""
    (tmp_path / "file").touch()
    monkeypatch.setattr(caching, "_places", lambda: [tmp_path / "file"])
    folder_of_code.cache_clear()
    yield
    folder_of_code.cache_clear()


def test_the_program_has_every_routine() -> None:
    assert len({program.address(name) for name in ROUTINES}) == len(ROUTINES)
    with pytest.raises(RuntimeError, match="has no nothing"):
        program.address("nothing")


def test_a_routine_is_made_of_its_module_and_of_those_below() -> None:
    below = building._at_or_below("simtrain.compiled.saving")
    assert {"simtrain.compiled.saving", "simtrain.compiled.layout"} <= below
    assert "simtrain.compiled.job" not in below
    assert "simtrain.compiled.saving" in building._at_or_below("simtrain.compiled.job")
    assert "simtrain.model.launch" in building._at_or_below("simtrain.compiled.recovery")
    assert building._at_or_below(building._TOP) >= {
        one.function.__module__ for one in ROUTINES.values()
    }


def test_what_stands_on_a_changed_module_is_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed, alike = "simtrain.compiled.job.live", "simtrain.compiled.laws._quantile"
    before = {name: building._name(name) for name in (changed, alike)}
    file = tmp_path / "job.py"
    file.write_text(building._modules()["simtrain.compiled.job"].read_text() + "\n")
    with_other = {**building._modules(), "simtrain.compiled.job": file}
    monkeypatch.setattr(building, "_modules", lambda: with_other)
    assert building._name(changed) != before[changed]
    assert building._name(alike) == before[alike]


@pytest.mark.usefixtures("nowhere")
def test_a_program_that_cannot_be_kept_is_built_for_the_process_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    built: list[Path] = []
    monkeypatch.setattr(program, "_build", lambda file: built.append(file) or write(file, b"code"))
    assert not program.is_built()
    program.build()  # there is no place for it
    assert program._program() == b"code"
    assert len(built) == 1
    assert not built[0].exists()


def test_a_program_that_is_not_whole_on_disk_is_built_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "program.o"
    monkeypatch.setattr(program, "folder_of_code", lambda: tmp_path)
    monkeypatch.setattr(program, "_build", lambda file: write(file, b"code"))
    for kept in (b"", file.name.encode()):
        file.write_bytes(kept)
        assert program._program() == read(file) == b"code"
    assert [*tmp_path.iterdir()] == [file]


def test_a_compiler_that_fails_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "BUILDER", "simtrain.no_such_module")
    with pytest.raises(InputError, match=r"use --engine simpy.*No module named"):
        program._build(tmp_path / "program.o")
    assert not list(tmp_path.iterdir())

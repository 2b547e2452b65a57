import re
import tomllib
from pathlib import Path

import pytest

from simtrain.errors import ScenarioError
from simtrain.scenario import catalogue
from simtrain.scenario.load import load
from simtrain.scenario.template import template
from tests.scenario.valid import TEXT, edited, written

BASES = sorted(catalogue.packaged())


def test_it_loads_as_it_is(tmp_path: Path) -> None:
    scenario = load(written(tmp_path, template(), "mine.toml"))
    assert scenario.cluster.spares > 0
    assert {fault.effect for fault in scenario.fault.values()} == {"crash", "hang"}
    assert {fault.scope for fault in scenario.fault.values()} == {"host", "job"}
    assert scenario.people.when


def test_it_is_short_and_every_number_is_said_to_be_a_placeholder() -> None:
    lines = template().splitlines()
    numbers = [line for line in lines if re.search(r"=.*\d", line) and not line.startswith("#")]
    assert 20 <= len(numbers) <= 30
    header = ""
    for line in lines:
        header = line if line.startswith("[") else header
        if line in numbers:
            assert "replace by yours" in line + header, line
    assert max(map(len, lines)) <= 100
    assert "published" not in template()


@pytest.mark.parametrize("base", BASES)
def test_with_a_packaged_base_it_is_the_base_until_it_is_changed(
    base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = template(base)
    assert text == template(f"{base}.toml")
    monkeypatch.chdir("/")
    mine = load(written(tmp_path, text, "mine.toml"))
    assert mine.sha256 == load(base).sha256
    assert mine.title == "my cluster"
    assert load(written(tmp_path, text, f"{base}.toml")).sha256 == load(base).sha256


@pytest.mark.parametrize("base", BASES)
def test_with_a_packaged_base_its_values_stand_beside_as_written(base: str) -> None:
    text = template(base)
    assert text.count("\n") < 50
    written_values = tomllib.loads(catalogue.packaged()[base].read_text())
    hosts = written_values["cluster"]["hosts"]
    assert f"hosts = {hosts}  # in {base}: {hosts}" in text


def test_with_a_base_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "odd 'name' \""
    folder.mkdir()
    base = written(folder, TEXT, "base.toml")
    monkeypatch.chdir(folder)
    text = template("base.toml")
    assert load(written(tmp_path, text)).sha256 == load(base).sha256
    assert '[fault."loss spike"]' in text


def test_with_a_base_that_is_not_there_or_broken(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no file"):
        template("nowhere")
    with pytest.raises(ScenarioError, match="out of range"):
        template(str(written(tmp_path, edited(("hosts = 124", "hosts = 0")))))

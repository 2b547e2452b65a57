import errno
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simtrain.distributions import Fixed, Gamma
from simtrain.errors import ScenarioError
from simtrain.scenario import catalogue
from simtrain.scenario.faults import Detection
from simtrain.scenario.load import load
from simtrain.scenario.scenario import Scenario
from simtrain.scenario.texts import MAX_BYTES
from tests.examples import examples
from tests.scenario.valid import TEXT, edited, mistakes_in, written
from tests.strategies import scenarios


def test_numbers_are_in_base_units(tmp_path: Path) -> None:
    scenario = load(written(tmp_path, TEXT))
    assert scenario.name == "scenario"
    assert scenario.workload.ideal_time is not None
    assert scenario.workload.ideal_time.mean == 34 * 86400
    assert scenario.checkpoint.interval.in_steps
    assert scenario.checkpoint.interval.number.law == Fixed(250)
    assert scenario.checkpoint.load_hang.mean == 0.05
    assert scenario.repair.bad_host_mtbf.mean == 6 * 3600
    mtbf = scenario.fault["gpu"].mtbf
    assert mtbf is not None
    assert isinstance(mtbf.law, Gamma)
    assert mtbf.per == "trial"
    assert mtbf.mean == pytest.approx(62 * 86400)
    assert scenario.restart.duration.per == "occurrence"
    assert scenario.stop["flood"].progress == 0.5
    assert scenario.people.when[1].hours == (22, 8)


@pytest.mark.parametrize("name", sorted(catalogue.packaged()))
def test_packaged_scenarios_load_by_name_from_anywhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load(name).sha256 == load(f"{name}.toml").sha256
    assert load(name).name == name
    (tmp_path / name).mkdir()
    assert load(name).name == name
    written(tmp_path, TEXT, f"{name}.toml")
    assert load(f"{name}.toml").title == "a valid scenario"


def test_a_scenario_survives_pickling(tmp_path: Path) -> None:
    scenario = load(written(tmp_path, TEXT))
    copy = pickle.loads(pickle.dumps(scenario))
    assert copy == scenario
    assert (copy.name, copy.sha256, copy.to_toml()) == (
        scenario.name,
        scenario.sha256,
        scenario.to_toml(),
    )


# --- the hash and the written file ---------------------------------------------------------------


@examples(40)
@given(scenarios())
def test_a_scenario_written_and_read_again_is_the_same(
    tmp_path_factory: pytest.TempPathFactory, scenario: Scenario
) -> None:
    file = written(tmp_path_factory.getbasetemp(), scenario.to_toml(), "again.toml")
    assert load(file).sha256 == scenario.sha256


@pytest.mark.parametrize("name", sorted(catalogue.packaged()))
def test_a_packaged_scenario_written_and_read_again_is_the_same(name: str, tmp_path: Path) -> None:
    scenario = load(name)
    assert load(written(tmp_path, scenario.to_toml())).sha256 == scenario.sha256


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"34 days"', '"816 h"'),
        ('"1 min"', '"60 s"'),
        ('"1 min"', '"0.5 min 30 s"'),
        ('"5 %"', "0.05"),
        ('"62 days"', '"1488 h"'),
        ('"0.1 per day"', '"100 per 1000 days"'),
        ('"250 steps"', '"2.5e2 steps"'),
        ('"1.6 TB"', '"1600 GB"'),
        ('"restart.duration.mean" = "30 min"', '"restart.duration.mean" = "0.5 h"'),
        ('"people.response" = "30 min"', '"people.response" = "1800 s"'),
        ('at = "25 days"', 'at = "600 h"'),
        ("at = 2026-03-20", "at = 2026-03-20T00:00:00"),
        ("at = 2026-03-20", "at = 2026-03-19T23:00:00Z"),
        ("at = 2026-03-20", 'at = "17 days 15 h"'),
        ("at = 2026-03-10T08:00:00", "at = '2026-03-10 08:00'"),
        ("progress = 0.5", 'progress = "50 %"'),
        ("100_000", "1e5"),
        ('title = "a valid scenario"', 'title = "another"'),
        ('published = "a report"', 'assumed = "so"'),
        ("accelerators_per_host = 8", ""),
        ('"cluster.spares" = 16', "cluster.spares = 16"),
        ('"cluster.spares" = 16', "cluster = { spares = 16 }"),
    ],
)
def test_the_hash_does_not_depend_on_how_it_is_written(old: str, new: str, tmp_path: Path) -> None:
    reference = load(written(tmp_path, TEXT)).sha256
    assert load(written(tmp_path, edited((old, new)))).sha256 == reference


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hosts = 124", "hosts = 123"),
        ('"62 days"', '"63 days"'),
        ("[stop.flood]", "[stop.fire]"),
        ('"cluster.spares" = 16', '"cluster.spares" = 17'),
        ("at = 2026-03-20", "at = 2026-03-21"),
        ("progress = 0.6", "progress = 0.7"),
        ("final_save = true", "final_save = false"),
        ('law = "lognormal", mean', 'law = "lognormal", per = "trial", mean'),
    ],
)
def test_the_hash_depends_on_what_can_move_a_result(old: str, new: str, tmp_path: Path) -> None:
    reference = load(written(tmp_path, TEXT)).sha256
    assert load(written(tmp_path, edited((old, new)))).sha256 != reference


# --- files that are no scenario ------------------------------------------------------------------


def test_no_such_file(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(tmp_path / "nowhere.toml")
    assert mistake.place == str(tmp_path / "nowhere.toml")
    assert "there is no file" in mistake.wrong


def test_a_packaged_name_misspelt() -> None:
    name = next(iter(catalogue.packaged()))
    (mistake,) = mistakes_in(f"{name[:-1]}.toml")
    assert mistake.accepted == f"did you mean {name}.toml?"


@pytest.mark.parametrize(
    "name", ["", ".", "/", "..", "\0", "a\0b", "x" * 5000, "/dev/null/x", "\n"]
)
def test_odd_paths(name: str) -> None:
    mistakes_in(name)


def test_a_directory(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(tmp_path)
    assert mistake.wrong == "is a directory"


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"# only a comment\n", b"\xef\xbb\xbf"])
def test_an_empty_file(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "empty.toml"
    file.write_bytes(content)
    (mistake,) = mistakes_in(file)
    assert (mistake.place, mistake.wrong) == (str(file), "is empty")
    assert "simtrain init" in mistake.accepted


def test_a_binary_file(tmp_path: Path) -> None:
    file = tmp_path / "binary.toml"
    file.write_bytes(b"title = 'x'\nx = '\xff\xfe\x00'")
    (mistake,) = mistakes_in(file)
    assert (mistake.place, mistake.wrong) == (f"{file}:2", "is not text in UTF-8")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless file")
def test_an_endless_file() -> None:
    (mistake,) = mistakes_in("/dev/zero")
    assert mistake.wrong == "is no regular file"


def test_a_huge_file(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(written(tmp_path, "#" * (MAX_BYTES + 1)))
    assert mistake.wrong == "is larger than 1 MiB"


def test_a_file_one_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = written(tmp_path, TEXT)

    def refuse(path: Path, *mode: str) -> None:
        assert path == file
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root reads anything, whatever its mode
    (mistake,) = mistakes_in(file)
    assert "cannot be read" in mistake.wrong


def test_a_link_to_itself(tmp_path: Path) -> None:
    file = tmp_path / "loop.toml"
    file.symlink_to(file)
    mistakes_in(file)


def test_a_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path: Path) -> None:
    file = tmp_path / "windows.toml"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode())
    load(file)
    file.write_bytes(edited(("tries = 2", "tries = 0")).replace("\n", "\r\n").encode())
    (mistake,) = mistakes_in(file)
    assert mistake.place.endswith(f":{TEXT[: TEXT.index('tries')].count(chr(10)) + 1}")


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('ideal_time = "34 days"', "ideal_time = 34 days", "expected newline"),
        ("hosts = 124", "hosts =", "invalid value"),
        ("hosts = 124", "hosts", "expected '='"),
        ("hosts = 124", "hosts = 124\nhosts = 125", "cannot overwrite a value"),
        ("[cluster]", "[workload]", "twice"),
        ("[cluster]", "[cluster", "expected ']'"),
        ("hosts = 124", "hosts = 01", "newline"),
        ("hosts = 124", f"hosts = {'9' * 5000}", "digits"),
        ("hosts = 124", 'hosts = "124', "illegal character"),
    ],
)
def test_a_syntax_error_is_reported_with_its_line(
    old: str, new: str, wrong: str, tmp_path: Path
) -> None:
    text = edited((old, new))
    (mistake,) = mistakes_in(written(tmp_path, text))
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    assert wrong in mistake.wrong
    assert "in quotes" in mistake.accepted
    assert int(mistake.place.rpartition(":")[2]) in (line, line + 1)


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 5000 + "]" * 5000,
        "a = " + "{ b = " * 900 + "1" + " }" * 900,
        "a = " + "[" * 60 + "]" * 60,
        "a = " + "{ b = " * 60 + "1" + " }" * 60,
        ".".join(["a"] * 90) + " = 1",
        "[" + ".".join(["a"] * 90) + "]\nx = 1",
        ".".join(["a"] * 200_000) + " = 1",
        "[" + ' . "a"' * 100_000 + "]",
        "a = 1\n" + "\n".join("[" + ".".join(["b"] * n) + "]" for n in range(1, 80)),
    ],
    ids=lambda text: text[:20],
)
def test_deep_nesting(text: str, tmp_path: Path) -> None:
    mistakes_in(written(tmp_path, text))


# --- anything at all -----------------------------------------------------------------------------


@examples(100)
@given(st.binary(max_size=300))
def test_random_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "random.toml"
    file.write_bytes(content)
    with pytest.raises(ScenarioError):
        load(file)


def test_tables_that_are_read_with_the_same_text_are_one_and_those_that_are_made_are_not() -> None:
    """Points of a sweep share what they have in common; what a caller makes is its own."""
    one, other = (load("opt175b.toml").replace({"cluster.spares": n}) for n in (1, 2))
    assert one.checkpoint is other.checkpoint
    assert one.cluster is not other.cluster
    made, again = Detection(), Detection()
    assert made == again
    assert made is not again


def test_changes_make_the_same_of_a_scenario_in_any_order_as_of_one_that_was_sent() -> None:
    scenario = load("opt175b.toml")
    sent = pickle.loads(pickle.dumps(scenario))
    assert [*scenario.tried_changes] == [*range(len(scenario.change))]
    assert not sent.tried_changes
    for order in ((0, 1, 2), (1, 0, 2), (2,), (0, 2, 1), tuple(range(len(scenario.change)))):
        ours, theirs = scenario.after(order), sent.after(order)
        assert ours == theirs
        assert json.dumps(ours.model_dump(mode="json")) == json.dumps(
            theirs.model_dump(mode="json")
        )
    first = scenario.after((0,))
    assert [*first.tried_changes] == [*scenario.tried_changes][1:]  # so it was not validated again

from pathlib import Path

import pytest

from simtrain.distributions import Exponential, Fixed, LogNormal, Weibull
from simtrain.scenario import catalogue
from simtrain.scenario.load import MAX_EXTENDS, load
from simtrain.scenario.notes import notes
from simtrain.scenario.scenario import Scenario
from tests.scenario.valid import TEXT, edited, mistakes_in, written


@pytest.fixture
def extending(tmp_path: Path) -> "type[Extending]":
    """A folder in which base.toml is the valid scenario."""
    written(tmp_path, TEXT, "base.toml")
    Extending.folder = tmp_path
    return Extending


class Extending:
    """Writes a scenario that extends base.toml."""

    folder: Path

    @classmethod
    def file(cls, text: str) -> Path:
        return written(cls.folder, f'extends = "base.toml"\n{text}', "child.toml")

    @classmethod
    def load(cls, text: str) -> Scenario:
        return load(cls.file(text))


def test_what_is_not_said_is_as_in_the_base(extending: type[Extending]) -> None:
    assert extending.load("").sha256 == load(extending.folder / "base.toml").sha256
    assert extending.load("").name == "child"


def test_tables_are_merged_key_by_key(extending: type[Extending]) -> None:
    scenario = extending.load("[cluster]\nspares = 9\nlemons.factor = 4")
    assert (scenario.cluster.spares, scenario.cluster.hosts) == (9, 124)
    assert scenario.cluster.lemons is not None
    assert scenario.cluster.lemons.factor.mean == 4
    assert scenario.cluster.lemons.fraction.mean == 0.01


def test_laws_and_lists_are_replaced(extending: type[Extending]) -> None:
    scenario = extending.load(
        '[restart]\nduration = { law = "exponential", mean = "1 h" }\n'
        "[people]\nholidays = [2026-06-01]\n"
        '[[people.when]]\nresponse = "3 h"\n'
    )
    assert scenario.restart.duration.law == Exponential(3600)
    assert scenario.restart.tries == 2
    assert len(scenario.people.when) == len(scenario.people.holidays) == 1


def test_a_law_is_replaced_by_a_number_and_the_other_way_round(extending: type[Extending]) -> None:
    scenario = extending.load(
        'change = []\n[restart]\nduration = "5 min"\n'
        '[detection]\ncrash = { law = "lognormal", median = "1 min", p90 = "2 min" }'
    )
    assert scenario.restart.duration.law == Fixed(300)
    assert isinstance(scenario.detection.crash.law, LogNormal)


def test_faults_and_stops_are_added_and_amended(extending: type[Extending]) -> None:
    scenario = extending.load(
        '[fault.gpu]\nautomatic = 1\n[fault.new]\nmtbf = "9 d"\n[stop.flood]\nhosts = "all"\n'
    )
    assert scenario.fault["gpu"].automatic.mean == 1
    assert scenario.fault["gpu"].mtbf is not None
    assert list(scenario.fault) == ["gpu", "old", "power", "loss spike", "new"]
    assert (scenario.stop["flood"].hosts, scenario.stop["flood"].unfit) == ("all", 4)


@pytest.mark.parametrize(
    ("text", "given", "displaced"),
    [
        ('[fault.gpu]\nrate = "1 per day"', "fault.gpu.rate", "fault.gpu.mtbf"),
        ('[fault."loss spike"]\nmtbf = "9 d"', "fault.loss spike.mtbf", "fault.loss spike.rate"),
        ('[fault.old]\nmtbf = "9 d"', "fault.old.mtbf", "fault.old.scale"),
        ('[fault.old]\nlaw = "exponential"\nmtbf = "9 d"', "fault.old.mtbf", "fault.old.shape"),
        ('[checkpoint]\nload = "9 min"', "checkpoint.load", "checkpoint.load_bandwidth"),
        (
            '[checkpoint]\nsave_bandwidth = "1 TB/s"',
            "checkpoint.save_bandwidth",
            "checkpoint.stall",
        ),
        ('[stop.flood]\nat = "9 d"', "stop.flood.at", "stop.flood.progress"),
        ('[stop.upgrade]\nevery = "9 d"', "stop.upgrade.every", "stop.upgrade.at"),
        ('[stop.flood]\nkind = "pause"', "stop.flood.kind", "stop.flood.hosts"),
        (
            '[workload]\nflops = "4e23 FLOP"\nachieved = "147 TFLOP/s"',
            "workload.flops",
            "workload.ideal_time",
        ),
        (
            '[workload]\nwindow = "9 d"\nstep_time = "9 s"\n[stop.flood]\nat = "9 d"\n'
            '[[change]]\nat = "9 d"\nset = { "cluster.spares" = 16 }',
            "workload.window",
            "workload.ideal_time",
        ),
        (
            "[workload]\ntokens = 3e11\nparameters = 1e11\nmfu = 0.4\npeak = '312 TFLOP/s'",
            "workload.tokens",
            "workload.ideal_time",
        ),
    ],
)
def test_a_key_displaces_what_says_the_same_in_other_words(
    text: str, given: str, displaced: str, extending: type[Extending]
) -> None:
    scenario = extending.load(text)
    assert _at(scenario, given) is not None
    assert not _at(scenario, displaced)


def test_contradictions_of_the_child_itself_are_reported(extending: type[Extending]) -> None:
    file = extending.file('[fault.gpu]\nrate = "1 per day"\nmtbf = "9 d"')
    (mistake,) = mistakes_in(file)
    assert (mistake.key, mistake.wrong) == ("fault.gpu.mtbf", "contradicts `rate`")
    assert mistake.place == f"{file}:4"


def test_a_law_repeated_keeps_the_shape_of_the_base(extending: type[Extending]) -> None:
    scenario = extending.load('[fault.old]\nlaw = "weibull"\nscale = "9 d"')
    assert scenario.fault["old"].shape is not None
    assert Weibull(0.7, 9 * 86400).scale == scenario.fault["old"].scale.mean  # type: ignore[union-attr]


def test_sources_of_values_that_are_replaced_are_forgotten(extending: type[Extending]) -> None:
    scenario = extending.load('change = []\n[cluster]\nhosts = 100\n[restart]\nduration = "5 min"')
    assert scenario.sources == {}
    scenario = extending.load(
        '[cluster]\nhosts = 100\n[sources]\n"cluster.hosts" = { assumed = "ours" }'
    )
    assert scenario.sources["cluster.hosts"].assumed == "ours"
    assert scenario.sources["cluster.hosts"].published is None
    assert "restart.duration" in scenario.sources


def test_a_mistake_of_the_base_is_reported_where_it_stands(tmp_path: Path) -> None:
    base = written(
        tmp_path, edited(("tries = 2", "tries = 0"), ("recall = 0.9", "recall = 9")), "b.toml"
    )
    child = written(tmp_path, 'extends = "b.toml"\n[cluster]\nhosts = 0\n[diagnosis]\nrecall = 1\n')
    mistakes = {mistake.key: mistake.place for mistake in mistakes_in(child)}
    line = edited(("tries = 2", "tries = 0"))[: TEXT.index("tries")].count("\n") + 1
    assert mistakes == {"restart.tries": f"{base}:{line}", "cluster.hosts": f"{child}:3"}


def test_rows_of_a_replaced_list_are_not_reported_at_the_lines_of_the_base(
    extending: type[Extending],
) -> None:
    file = extending.file('[people]\nwhen = [\n  { response = "1 h" },\n  { hours = [8, 18] },\n]')
    (mistake,) = mistakes_in(file)
    assert (mistake.key, mistake.place) == ("people.when.1.response", f"{file}:5")


def test_a_chain(tmp_path: Path) -> None:
    folder = tmp_path / "far"
    folder.mkdir()
    written(folder, TEXT, "base.toml")
    written(folder, 'extends = "base.toml"\n[cluster]\nspares = 9\nhosts = 9', "middle.toml")
    child = written(tmp_path, 'extends = "far/middle.toml"\n[cluster]\nhosts = 7')
    scenario = load(child)
    assert (scenario.cluster.hosts, scenario.cluster.spares) == (7, 9)


def test_a_chain_that_is_too_long(tmp_path: Path) -> None:
    for number in range(MAX_EXTENDS + 2):
        written(tmp_path, f'extends = "{number + 1}.toml"', f"{number}.toml")
    (mistake,) = mistakes_in(tmp_path / "0.toml")
    assert mistake.wrong == "is one file too many"


def test_loops(tmp_path: Path) -> None:
    written(tmp_path, 'extends = "b.toml"', "a.toml")
    written(tmp_path, 'extends = "./c.toml"', "b.toml")
    written(tmp_path, 'extends = "a.toml"', "c.toml")
    (mistake,) = mistakes_in(tmp_path / "a.toml")
    assert mistake.wrong == "a.toml extends itself"
    assert mistake.place == f"{tmp_path / 'c.toml'}:1"
    (mistake,) = mistakes_in(written(tmp_path, 'x = 1\nextends = "self.toml"', "self.toml"))
    assert mistake.place == f"{tmp_path / 'self.toml'}:2"


@pytest.mark.parametrize("value", ["3", '""', "[]", "{}", '["base.toml"]', "true"])
def test_extends_takes_the_name_of_a_file(value: str, tmp_path: Path) -> None:
    file = written(tmp_path, f"title = 'x'\nextends = {value}")
    (mistake,) = mistakes_in(file)
    assert (mistake.place, mistake.key) == (f"{file}:2", "extends")
    assert "not the name of a file" in mistake.wrong


@pytest.mark.parametrize("name", ["nowhere.toml", "../nowhere.toml", "a\\u0000b", "x" * 5000])
def test_a_base_that_is_not_there(name: str, tmp_path: Path) -> None:
    file = written(tmp_path, f'\nextends = "{name}"')
    (mistake,) = mistakes_in(file)
    assert (mistake.place, mistake.key) == (f"{file}:2", "extends")
    assert "there is no file" in mistake.wrong


def test_a_base_that_is_broken(tmp_path: Path) -> None:
    base = written(tmp_path, "x = \n", "base.toml")
    (mistake,) = mistakes_in(written(tmp_path, 'extends = "base.toml"'))
    assert mistake.place == f"{base}:1"
    (mistake,) = mistakes_in(written(tmp_path, 'extends = "."'))
    assert mistake.wrong == "is a directory"


@pytest.mark.parametrize("shape", ["3", "[3]", "'x'", "[[]]"])
@pytest.mark.parametrize("key", ["fault", "cluster", "change", "stop", "sources", "people"])
def test_what_is_no_table_over_and_under_one(key: str, shape: str, tmp_path: Path) -> None:
    written(tmp_path, TEXT, "right.toml")
    wrong = written(tmp_path, f"{key} = {shape}\n", "wrong.toml")
    child = written(tmp_path, f'extends = "right.toml"\n{key} = {shape}\n', "child.toml")
    assert {mistake.place for mistake in mistakes_in(child) if mistake.key.startswith(key)} == {
        f"{child}:2"
    }
    mistakes = mistakes_in(written(tmp_path, f'extends = "{wrong.name}"\n[{key}.x]\ny = 1\n'))
    assert any(mistake.key.startswith(key) for mistake in mistakes)


def test_a_local_file_may_extend_the_packaged_one_of_its_name(tmp_path: Path) -> None:
    file = written(tmp_path, 'extends = "opt175b.toml"\ntitle = "mine"', "opt175b.toml")
    assert load(file).title == "mine"
    assert load(file).sha256 == load(catalogue.packaged()["opt175b"]).sha256


def _at(scenario: Scenario, path: str) -> object:
    value: object = scenario
    for part in path.split("."):
        value = value[part] if isinstance(value, dict) else getattr(value, part)
    return value


def test_a_class_named_almost_as_one_of_the_base_is_noted(extending: type[Extending]) -> None:
    """It is a class of its own, which may be what is meant; one that is changed is not."""
    found = extending.load('[fault.gpuu]\nmtbf = "400 days"\n[fault.storm]\nmtbf = "9 days"')
    [note] = [note for note in notes(found) if note.key.startswith("fault.")]
    assert note.key == "fault.gpuu"
    assert note.sentence == (
        "`fault.gpuu` is new, beside `fault.gpu` of the file that is extended; if that one is "
        "meant, write it `gpu`."
    )
    same = extending.load("[fault.gpu]\nautomatic = 0.5")
    assert not [note for note in notes(same) if note.key.startswith("fault.")]
    more = found.replace(cluster__spares=9)
    assert "fault.gpuu" in {note.key for note in notes(more)}
